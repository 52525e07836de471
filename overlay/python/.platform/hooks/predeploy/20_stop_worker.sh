#!/bin/sh
# systemd would send SIGTERM to Celery's child processes too, which ends their tasks at once, and SIGKILL 90 seconds later.
# Celery finishes its tasks after one SIGTERM to the main process.
set -eu
folder=/etc/systemd/system/worker.service.d
mkdir -p "$folder"
cat > "$folder/beo.conf" <<END
[Service]
KillMode=mixed
TimeoutStopSec={{stopTimeout}}
END
systemctl daemon-reload
