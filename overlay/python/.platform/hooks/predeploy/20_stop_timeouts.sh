#!/bin/sh
# Celery and gunicorn finish their tasks and requests after one SIGTERM to the main process, nginx its requests after
# SIGQUIT. systemd would send SIGTERM to Celery's child processes too, which ends their tasks at once, and SIGKILL to
# Celery and gunicorn 90 seconds later, to nginx 5 seconds later.
set -eu

configure() {
  folder=/etc/systemd/system/$1.service.d
  mkdir -p "$folder"
  printf '[Service]\nKillMode=mixed\nKillSignal=%s\nTimeoutStopSec=%s\n' "$2" "$3" > "$folder/beo.conf"
}

configure worker SIGTERM {{stopTimeout}}
configure web SIGTERM {{webStopTimeout}}
configure nginx SIGQUIT {{webStopTimeout}}
systemctl daemon-reload
