"""Plug-in of the emulated AWS: what the adoption of hand-made stacks needs and the emulator lacks.

DescribeDBEngineVersions for PostgreSQL, with the versions to which each can be upgraded, as RDS lists them. RDS omits
versions that are no longer available unless the request says IncludeAll.

An update of an environment gives its application load balancer the security groups of the option SecurityGroups, which
CloudFormation changes in place:
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html
"""

AVAILABLE = ["11.22", "12.22", "13.20", "14.17", "15.12", "16.3", "16.8", "17.4"]
# Offered in 2020. Each upgrades to the newest of its own major version, and of the next.
DEPRECATED = ["10.17", "11.5", "12.4"]


def register():
    from moto.core.responses import ActionResult
    from moto.rds.responses import RDSResponse

    def describe_db_engine_versions(self):
        engine, version = self.params.get("Engine"), self.params.get("EngineVersion")
        everything = str(self.params.get("IncludeAll", "false")).lower() == "true"
        known = [*AVAILABLE, *(DEPRECATED if everything else [])]
        listed = [one for one in known if version is None or one == version or one.split(".")[0] == version]
        return ActionResult({"DBEngineVersions": [describe(one) for one in listed] if engine in (None, "postgres") else []})

    RDSResponse.describe_db_engine_versions = describe_db_engine_versions
    fix_balancers()


def fix_balancers():
    from aws_emulator.elasticbeanstalk import effects

    update = effects.Effects.update

    def update_with_groups(self):
        update(self)
        given = self.env.value("aws:elbv2:loadbalancer", "SecurityGroups") or ""
        groups = [one for one in given.split(",") if self.account.ec2.get_security_group_from_id(one) is not None]
        if self.balancer and self.balancer_kind == "application" and groups:
            balancers = effects.backend("elbv2", self.env.account_id, self.env.region)
            balancers.set_security_groups(self.balancer, groups)

    effects.Effects.update = update_with_groups


def describe(version):
    major = version.split(".")[0]
    return {
        "Engine": "postgres",
        "EngineVersion": version,
        "MajorEngineVersion": major,
        "DBParameterGroupFamily": f"postgres{major}",
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {version}-R1",
        "Status": "deprecated" if version in DEPRECATED else "available",
        "ValidUpgradeTarget": [
            {
                "Engine": "postgres",
                "EngineVersion": target,
                "Description": f"PostgreSQL {target}-R1",
                "AutoUpgrade": False,
                "IsMajorVersionUpgrade": target.split(".")[0] != major,
            }
            for target in AVAILABLE
            if number(target) > number(version)
            and (version in AVAILABLE or number(target)[0] <= int(major) + 1)
        ],
    }


def number(version):
    return [int(part) for part in version.split(".")]
