"""Plug-in of the emulated AWS: the ARN of a CloudFront distribution has an empty region.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
"""


def register():
    from moto.cloudfront.models import Distribution

    create = Distribution.__init__

    def init(self, account_id, region_name, config):
        create(self, account_id, region_name, config)
        self.arn = self.arn.replace(f":cloudfront:{account_id}:", f":cloudfront::{account_id}:")

    Distribution.__init__ = init
