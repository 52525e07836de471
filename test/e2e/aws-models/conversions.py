"""How the parameters of operations become the properties of CloudFormation's resources, where the names differ."""

import json
from dataclasses import dataclass, field
from typing import Callable


@dataclass(frozen=True)
class Conversion:
    type: str
    # The parameters that identify the resource. Without them, each request is about a resource of its own.
    key: tuple[str, ...] = ()
    rename: dict[str, str] = field(default_factory=dict)
    # Parameters for which CloudFormation has no property.
    omit: tuple[str, ...] = ()
    # Makes the properties from the parameters; a list of them for a request about several resources.
    convert: Callable[[dict], dict | list[dict]] = lambda parameters: parameters
    # The request changes a resource that another one creates.
    update: bool = False
    # Properties of the creation that the change contradicts: for CloudFormation they exclude what it may set.
    ends: tuple[str, ...] = ()

    def identify(self, parameters):
        # A queue's URL ends in its name, which identifies it where it is created.
        return tuple(
            parameters.get(name, "").rpartition("/")[2] if name == "QueueUrl" else parameters.get(name, "")
            for name in self.key
        )


def _rename(members, **names):
    return {names.get(name, name): value for name, value in members.items()}


def _tags(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _settings(parameters):
    # An update that only removes options has an empty list.
    options = parameters.pop("OptionSettings", [])
    # Each scheduled action has the same options, with its name as resource.
    settings = {(one["Namespace"], one["OptionName"], one.get("ResourceName")): one for one in options}
    return {**parameters, "OptionSettings": settings} if settings else parameters


def _database(parameters):
    # The provider sends an empty name for a database without one, which RDS takes as none.
    return {name: value for name, value in parameters.items() if (name, value) != ("DBName", "")}


def _changed_database(parameters):
    logs = parameters.pop("CloudwatchLogsExportConfiguration", {})
    return {**parameters, "EnableCloudwatchLogsExports": logs.get("EnableLogTypes")}


def _database_parameters(parameters):
    return {"Parameters": {one["ParameterName"]: one["ParameterValue"] for one in parameters["Parameters"]}}


def _rules(parameters):
    return [
        {
            "GroupId": parameters["GroupId"],
            **{name: permission[name] for name in ("IpProtocol", "FromPort", "ToPort") if name in permission},
            **_rename(source, GroupId="SourceSecurityGroupId", PrefixListId="SourcePrefixListId"),
        }
        for permission in parameters["IpPermissions"]
        for sources in ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
        for source in permission.get(sources, [])
    ]


def _security_group(parameters):
    tags = [tag for one in parameters.pop("TagSpecifications", []) for tag in one["Tags"]]
    return {**parameters, "Tags": tags}


def _queue_attributes(parameters):
    properties = {}
    for name, value in parameters.get("Attributes", {}).items():
        if name == "Policy" or value == "":
            continue
        elif name.startswith("Redrive"):
            properties[name] = json.loads(value)
        elif value in ("true", "false"):
            properties[name] = value == "true"
        else:
            properties[name] = int(value) if value.isdecimal() else value
    return properties


def _queue(parameters):
    return {
        "QueueName": parameters["QueueName"],
        **_queue_attributes(parameters),
        "Tags": _tags(parameters.get("tags", {})),
    }


def _queue_policy(parameters):
    policy = parameters["Attributes"].get("Policy")
    return {"Queues": [parameters["QueueUrl"]], "PolicyDocument": policy} if policy else {}


def _log_group(parameters):
    return {**parameters, "tags": _tags(parameters.get("tags", {}))}


def _parameter(parameters):
    # CloudFormation creates no SecureString. Its other properties are those of a String.
    return {**parameters, "Type": "String", "Tags": {one["Key"]: one["Value"] for one in parameters.get("Tags", [])}}


def _records(parameters):
    records = [
        change["ResourceRecordSet"] for change in parameters["ChangeBatch"]["Changes"] if change["Action"] != "DELETE"
    ]
    return [
        {
            "HostedZoneId": parameters["HostedZoneId"].rpartition("/")[2],
            **record,
            "ResourceRecords": [one["Value"] for one in record.get("ResourceRecords", [])] or None,
        }
        for record in records
    ]


def _cors(parameters):
    rules = parameters["CORSConfiguration"]["CORSRules"]
    return {"CorsConfiguration": {"CorsRules": [_rename(rule, ID="Id", MaxAgeSeconds="MaxAge") for rule in rules]}}


def _encryption(parameters):
    rules = parameters["ServerSideEncryptionConfiguration"]["Rules"]
    renamed = [_rename(rule, ApplyServerSideEncryptionByDefault="ServerSideEncryptionByDefault") for rule in rules]
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": renamed}}


def _lifecycle(parameters):
    def convert(rule):
        prefix = rule.pop("Filter", {}).get("Prefix")
        expiration = {f"ExpirationIn{unit}": value for unit, value in rule.pop("Expiration", {}).items()}
        return {**_rename(rule, ID="Id"), **expiration, "Prefix": prefix or ""}

    return {
        "LifecycleConfiguration": {
            "Rules": [convert(dict(rule)) for rule in parameters["LifecycleConfiguration"]["Rules"]]
        }
    }


def _lists(value):
    """Makes lists of CloudFront's objects with a quantity, as CloudFormation has them, without what is empty."""
    if isinstance(value, list):
        return [_lists(one) for one in value]
    if not isinstance(value, dict):
        return value
    members = {name: _lists(one) for name, one in value.items() if name != "Quantity"}
    members = {name: one for name, one in members.items() if one not in ("", [])}
    return members.get("Items", []) if set(value) <= {"Quantity", "Items", "Enabled"} and "Quantity" in value else members


def _distribution(parameters):
    outer = parameters.get("DistributionConfigWithTags", parameters)
    config = {**_lists(outer["DistributionConfig"])}
    config.pop("CallerReference")
    if not config.get("Logging", {}).pop("Enabled", False):
        config.pop("Logging", None)
    methods = config["DefaultCacheBehavior"].pop("AllowedMethods")
    config["DefaultCacheBehavior"] |= {"AllowedMethods": methods["Items"], "CachedMethods": methods["CachedMethods"]}
    for origin in config["Origins"]:
        origin["OriginCustomHeaders"] = origin.pop("CustomHeaders")
        own = origin.get("CustomOriginConfig")
        if own:
            origin["CustomOriginConfig"] = _rename(own, OriginSslProtocols="OriginSSLProtocols")
    return {
        "DistributionConfig": _rename(config, IsIPV6Enabled="IPV6Enabled"),
        "Tags": _lists(outer.get("Tags", {})).get("Items", []),
    }


def _mail_from(parameters):
    return {"MailFromAttributes": {name: value for name, value in parameters.items() if name != "EmailIdentity"}}


def _identity(parameters):
    set_ = parameters.pop("ConfigurationSetName", None)
    return {**parameters, "ConfigurationSetAttributes": {"ConfigurationSetName": set_} if set_ else None}


def _with_attributes(parameters):
    return {**parameters.pop("Attributes", {}), **parameters}


def _bucket(convert):
    """A request that sets a property of a bucket."""
    return Conversion(
        "AWS::S3::Bucket",
        ("Bucket",),
        convert=lambda parameters: {"BucketName": parameters["Bucket"], **convert(parameters)},
    )


CONVERSIONS = {
    "acm.RequestCertificate": [
        Conversion("AWS::CertificateManager::Certificate", omit=("IdempotencyToken", "Options"))
    ],
    "autoscaling.PutLifecycleHook": [
        Conversion("AWS::AutoScaling::LifecycleHook", ("AutoScalingGroupName", "LifecycleHookName"))
    ],
    "autoscaling.PutScalingPolicy": [Conversion("AWS::AutoScaling::ScalingPolicy", omit=("PolicyName", "Enabled"))],
    "cloudfront.CreateDistributionWithTags": [Conversion("AWS::CloudFront::Distribution", convert=_distribution)],
    # Sends the whole configuration again, as CloudFront has completed it.
    "cloudfront.UpdateDistribution": [],
    "cloudwatch.PutDashboard": [Conversion("AWS::CloudWatch::Dashboard", ("DashboardName",))],
    "cloudwatch.PutMetricAlarm": [Conversion("AWS::CloudWatch::Alarm", ("AlarmName",))],
    "ec2.AuthorizeSecurityGroupEgress": [
        Conversion(
            "AWS::EC2::SecurityGroupEgress",
            omit=("TagSpecifications",),
            convert=_rules,
            rename={
                "SourcePrefixListId": "DestinationPrefixListId",
                "SourceSecurityGroupId": "DestinationSecurityGroupId",
            },
        )
    ],
    "ec2.AuthorizeSecurityGroupIngress": [
        Conversion("AWS::EC2::SecurityGroupIngress", omit=("TagSpecifications",), convert=_rules)
    ],
    "ec2.CreateSecurityGroup": [
        Conversion("AWS::EC2::SecurityGroup", rename={"Description": "GroupDescription"}, convert=_security_group)
    ],
    "elasticbeanstalk.CreateApplication": [
        Conversion("AWS::ElasticBeanstalk::Application", ("ApplicationName",), omit=("Tags",))
    ],
    "elasticbeanstalk.UpdateApplicationResourceLifecycle": [
        Conversion("AWS::ElasticBeanstalk::Application", ("ApplicationName",))
    ],
    "elasticbeanstalk.CreateApplicationVersion": [
        Conversion(
            "AWS::ElasticBeanstalk::ApplicationVersion",
            omit=("AutoCreateApplication", "Process", "Tags", "VersionLabel"),
        )
    ],
    "elasticbeanstalk.CreateEnvironment": [
        Conversion(
            "AWS::ElasticBeanstalk::Environment", ("EnvironmentName",), omit=("OptionsToRemove",), convert=_settings
        )
    ],
    # Names the environment by its id, which the answer to its creation had, or in the EB CLI by its name: its settings
    # are checked on their own.
    "elasticbeanstalk.UpdateEnvironment": [
        Conversion(
            "AWS::ElasticBeanstalk::Environment",
            ("EnvironmentId", "EnvironmentName"),
            omit=("EnvironmentId", "EnvironmentName", "OptionsToRemove"),
            convert=lambda parameters: {"ApplicationName": "of-the-environment", **_settings(parameters)},
        )
    ],
    "elbv2.CreateListener": [Conversion("AWS::ElasticLoadBalancingV2::Listener", omit=("Tags",))],
    "iam.CreateAccessKey": [Conversion("AWS::IAM::AccessKey")],
    "iam.CreateInstanceProfile": [
        Conversion(
            "AWS::IAM::InstanceProfile",
            ("InstanceProfileName",),
            omit=("Tags",),
            convert=lambda profile: {"Roles": ["role"], **profile},
        )
    ],
    "iam.CreateRole": [Conversion("AWS::IAM::Role", ("RoleName",))],
    "iam.CreateUser": [Conversion("AWS::IAM::User", ("UserName",))],
    "iam.PutRolePolicy": [Conversion("AWS::IAM::RolePolicy", ("RoleName", "PolicyName"))],
    "iam.PutUserPolicy": [Conversion("AWS::IAM::UserPolicy", ("UserName", "PolicyName"))],
    "logs.CreateLogGroup": [
        Conversion(
            "AWS::Logs::LogGroup",
            ("logGroupName",),
            rename={
                "deletionProtectionEnabled": "DeletionProtectionEnabled",
                "kmsKeyId": "KmsKeyId",
                "logGroupClass": "LogGroupClass",
                "logGroupName": "LogGroupName",
                "tags": "Tags",
            },
            convert=_log_group,
        )
    ],
    "logs.PutRetentionPolicy": [
        Conversion(
            "AWS::Logs::LogGroup",
            ("logGroupName",),
            rename={"logGroupName": "LogGroupName", "retentionInDays": "RetentionInDays"},
            update=True,
        )
    ],
    "rds.CreateDBInstance": [
        Conversion(
            "AWS::RDS::DBInstance",
            ("DBInstanceIdentifier",),
            rename={"VpcSecurityGroupIds": "VPCSecurityGroups"},
            convert=_database,
        )
    ],
    "rds.ModifyDBInstance": [
        Conversion(
            "AWS::RDS::DBInstance",
            ("DBInstanceIdentifier",),
            rename={"DBPortNumber": "Port", "VpcSecurityGroupIds": "VPCSecurityGroups"},
            omit=("NewDBInstanceIdentifier",),
            convert=_changed_database,
            update=True,
            # A restored database is given a password of its own afterwards; CloudFormation cannot do that.
            ends=("RestoreTime", "SourceDBInstanceIdentifier", "UseLatestRestorableTime"),
        )
    ],
    "rds.RestoreDBInstanceFromDBSnapshot": [
        Conversion(
            "AWS::RDS::DBInstance", ("DBInstanceIdentifier",), rename={"VpcSecurityGroupIds": "VPCSecurityGroups"}
        )
    ],
    "rds.RestoreDBInstanceToPointInTime": [
        Conversion(
            "AWS::RDS::DBInstance",
            ("TargetDBInstanceIdentifier",),
            rename={
                "TargetDBInstanceIdentifier": "DBInstanceIdentifier",
                "VpcSecurityGroupIds": "VPCSecurityGroups",
            },
        )
    ],
    "rds.CreateDBParameterGroup": [
        Conversion("AWS::RDS::DBParameterGroup", ("DBParameterGroupName",), rename={"DBParameterGroupFamily": "Family"})
    ],
    "rds.ModifyDBParameterGroup": [
        Conversion("AWS::RDS::DBParameterGroup", ("DBParameterGroupName",), convert=_database_parameters, update=True)
    ],
    "rds.CreateDBSubnetGroup": [Conversion("AWS::RDS::DBSubnetGroup", ("DBSubnetGroupName",))],
    "route53.ChangeResourceRecordSets": [Conversion("AWS::Route53::RecordSet", convert=_records)],
    "s3.CreateBucket": [
        Conversion(
            "AWS::S3::Bucket",
            ("Bucket",),
            rename={"Bucket": "BucketName"},
            omit=("ACL", "CreateBucketConfiguration", "ObjectLockEnabledForBucket"),
        )
    ],
    "s3.PutBucketCors": [_bucket(_cors)],
    "s3.PutBucketEncryption": [_bucket(_encryption)],
    "s3.PutBucketLifecycleConfiguration": [_bucket(_lifecycle)],
    "s3.PutBucketOwnershipControls": [_bucket(lambda one: {"OwnershipControls": one["OwnershipControls"]})],
    "s3.PutBucketPolicy": [
        Conversion(
            "AWS::S3::BucketPolicy",
            ("Bucket",),
            rename={"Policy": "PolicyDocument"},
            omit=("ChecksumAlgorithm", "ConfirmRemoveSelfBucketAccess", "ContentMD5", "ExpectedBucketOwner"),
        )
    ],
    "s3.PutBucketTagging": [_bucket(lambda one: {"Tags": one["Tagging"]["TagSet"]})],
    "s3.PutBucketVersioning": [_bucket(lambda one: {"VersioningConfiguration": one["VersioningConfiguration"]})],
    "s3.PutPublicAccessBlock": [
        _bucket(lambda one: {"PublicAccessBlockConfiguration": one["PublicAccessBlockConfiguration"]})
    ],
    "sesv2.CreateConfigurationSet": [
        Conversion("AWS::SES::ConfigurationSet", ("ConfigurationSetName",), rename={"ConfigurationSetName": "Name"})
    ],
    "sesv2.CreateEmailIdentity": [Conversion("AWS::SES::EmailIdentity", ("EmailIdentity",), convert=_identity)],
    "sesv2.PutEmailIdentityMailFromAttributes": [
        Conversion("AWS::SES::EmailIdentity", ("EmailIdentity",), convert=_mail_from, update=True)
    ],
    "sns.CreateTopic": [
        Conversion("AWS::SNS::Topic", ("Name",), rename={"Name": "TopicName"}, convert=_with_attributes)
    ],
    "sns.Subscribe": [Conversion("AWS::SNS::Subscription", omit=("ReturnSubscriptionArn",), convert=_with_attributes)],
    "sqs.CreateQueue": [Conversion("AWS::SQS::Queue", ("QueueName",), convert=_queue)],
    "sqs.SetQueueAttributes": [
        Conversion("AWS::SQS::Queue", ("QueueUrl",), convert=_queue_attributes, update=True),
        Conversion("AWS::SQS::QueuePolicy", ("QueueUrl",), convert=_queue_policy),
    ],
    "ssm.PutParameter": [Conversion("AWS::SSM::Parameter", ("Name",), omit=("KeyId", "Overwrite"), convert=_parameter)],
}
