#!/bin/sh
# The application runs as webapp, and manage.py as root: a log file that root creates would be closed to webapp.
set -eu
for folder in django celery; do
  install -d -o webapp -g webapp "/var/log/$folder"
done
touch /var/log/django/django.log
chown webapp:webapp /var/log/django/django.log
