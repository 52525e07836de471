"""Plug-in of the emulated AWS: a NAT gateway that is deleted gives its Elastic IP address back, which stays in the account.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html
"""

from functools import wraps


def register():
    from moto.ec2.models import EC2Backend

    library = EC2Backend.delete_nat_gateway

    @wraps(library)
    def delete_nat_gateway(backend, nat_gateway_id):
        gateway = library(backend, nat_gateway_id)
        for address in backend.addresses:
            if address.eni is not None and address.eni.id == gateway._eni.id:
                backend.disassociate_address(association_id=address.association_id)
        return gateway

    EC2Backend.delete_nat_gateway = delete_nat_gateway
