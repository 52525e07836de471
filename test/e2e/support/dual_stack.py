"""Plug-in of the emulated AWS: the option IpAddressType of load balancers.

https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-elbv2-ipv6-dualstack.html
"""

from functools import wraps

NAMESPACE = "aws:elbv2:loadbalancer"


def register():
    from aws_emulator.elasticbeanstalk import options
    from aws_emulator.elasticbeanstalk.front import Front

    library, sync_library = options._v2, Front.sync

    @wraps(library)
    def _v2(shape):
        yield from library(shape)
        yield from options._ns(NAMESPACE, IpAddressType=options.e("ipv4", "ipv4", "dualstack"))

    @wraps(sync_library)
    def sync(front):
        sync_library(front)
        env, balancer = front.effects.env, front._elb.load_balancers.get(front.effects.balancer)
        if balancer is not None and balancer.type == "application":
            balancer.ip_address_type = env.value(NAMESPACE, "IpAddressType") or "ipv4"

    options._v2 = _v2
    Front.sync = sync
