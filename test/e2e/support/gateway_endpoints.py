"""Plug-in of the emulated AWS: a gateway endpoint's routes follow its route tables when these change.

The emulator keeps the new tables without routes, and cannot delete such an endpoint.
"""

from functools import wraps


def register():
    from moto.ec2.models import EC2Backend

    library = EC2Backend.modify_vpc_endpoint

    @wraps(library)
    def modify_vpc_endpoint(backend, vpc_id, *args, **kwargs):
        [endpoint] = backend.describe_vpc_endpoints(vpc_end_point_ids=[vpc_id])
        before = set(endpoint.route_table_ids or [])
        library(backend, vpc_id, *args, **kwargs)
        after, prefix_list = set(endpoint.route_table_ids or []), endpoint.destination_prefix_list_id
        if endpoint.vpc_endpoint_type.lower() != "gateway":
            return
        for table in after - before:
            backend.create_route(table, None, gateway_id=endpoint.id, destination_prefix_list_id=prefix_list)
        for table in before - after:
            backend.delete_route(table, prefix_list)

    EC2Backend.modify_vpc_endpoint = modify_vpc_endpoint
