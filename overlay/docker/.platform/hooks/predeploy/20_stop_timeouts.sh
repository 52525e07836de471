#!/bin/sh
# When the instance ends, Docker waits for Celery and gunicorn (stop_grace_period in docker-compose.yml). systemd would
# wait only 90 seconds for Docker.
set -eu
folder=/etc/systemd/system/docker.service.d
mkdir -p "$folder"
cat > "$folder/beo.conf" <<END
[Service]
TimeoutStopSec={{longestStopTimeout}}
END
systemctl daemon-reload
