"""Plug-in of the emulated AWS: environments turn on the access logs of their load balancers, as Elastic Beanstalk does.

The emulator keeps the options, but its load balancers would show no logs, which is drift.
"""

from functools import wraps

NAMESPACE = "aws:elbv2:loadbalancer"
OPTIONS = {"access_logs.s3.enabled": ("AccessLogsS3Enabled", "false"), "access_logs.s3.bucket": ("AccessLogsS3Bucket", "")}


def register():
    from aws_emulator.elasticbeanstalk.front import Front

    library = Front.sync

    @wraps(library)
    def sync(front):
        library(front)
        env, balancer = front.effects.env, front._elb.load_balancers.get(front.effects.balancer)
        if balancer is not None and balancer.type == "application":
            for attribute, (option, default) in OPTIONS.items():
                balancer.attrs[attribute] = env.value(NAMESPACE, option) or default

    Front.sync = sync
