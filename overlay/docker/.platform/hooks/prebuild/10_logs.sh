#!/bin/sh
# The containers write their logs to folders of the instance, where Elastic Beanstalk's agents read them: the application
# as user 900 (Dockerfile), nginx's worker processes as user 101 (its image).
set -eu
for folder in django celery; do
  install -d -o 900 -g 900 "/var/log/$folder"
done
install -d /var/log/nginx
install -d -o 101 -g 101 /var/log/nginx/healthd
