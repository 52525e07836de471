#!/bin/sh
# Starts beanstalk/drain on the worker environment's instances. A failure does not fail the deployment; it is in
# eb-hooks.log.
set -u
[ "$(/opt/elasticbeanstalk/bin/get-config environment -k WORKER)" = 1 ] || exit 0
cat > /etc/systemd/system/beo-drain.service <<END
[Unit]
Description=Lets Celery finish its tasks before the instance ends

[Service]
ExecStart=/bin/sh /var/app/current/beanstalk/drain
Restart=on-failure
RestartSec=5
StandardOutput=append:/var/log/celery/drain.log
StandardError=inherit

[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable beo-drain
systemctl restart beo-drain ||
  echo "Tasks may be lost when Auto Scaling ends this instance: beo-drain does not run." >&2
