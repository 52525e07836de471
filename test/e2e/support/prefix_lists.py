"""Plug-in of the emulated AWS: DescribeSecurityGroupRules gives the description of a rule that names a prefix list.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html
"""


def register():
    from moto.ec2.models.security_groups import SecurityGroupRule

    create = SecurityGroupRule.__init__
    description = SecurityGroupRule.description

    def init(self, *args, **named):
        create(self, *args, **named)
        given = named.get("prefix_list_id") or next((one for one in args if isinstance(one, dict) and "PrefixListId" in one), {})
        self.prefix_list_description = given.get("Description")

    SecurityGroupRule.__init__ = init
    SecurityGroupRule.description = property(lambda self: self.prefix_list_description or description.fget(self))
