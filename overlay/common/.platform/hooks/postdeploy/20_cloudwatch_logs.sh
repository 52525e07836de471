#!/bin/sh
# Sends the logs of Django, Celery and beat to CloudWatch Logs, beside those that Elastic Beanstalk sends itself. A failure
# does not fail the deployment; it is in eb-hooks.log.
set -u
get_config=/opt/elasticbeanstalk/bin/get-config
agent=/opt/aws/amazon-cloudwatch-agent
environment=$("$get_config" container -k environment_name)
retention=$("$get_config" optionsettings -n aws:elasticbeanstalk:cloudwatch:logs -o RetentionInDays)

file() {
  printf '{"file_path": "%s", "log_group_name": "/aws/elasticbeanstalk/%s%s", "log_stream_name": "{instance_id}", "retention_in_days": %s}' \
    "$1" "$environment" "$1" "${retention:-30}"
}

cat > "$agent/etc/beo.json" <<END
{
  "logs": {
    "logs_collected": {
      "files": {
        "collect_list": [
          $(file /var/log/django/django.log),
          $(file /var/log/celery/worker.log),
          $(file /var/log/celery/beat.log),
          $(file /var/log/celery/drain.log)
        ]
      }
    }
  }
}
END
"$agent/bin/amazon-cloudwatch-agent-ctl" -a append-config -m ec2 -s -c "file:$agent/etc/beo.json" ||
  echo "CloudWatch Logs does not get the logs of Django and Celery." >&2
