"""What AWS's IAM knows of a request and the emulated one does not, and a record of every decision.

With AWS_PERMISSIONS, a file: for each action that a request takes its resource, the condition keys and the decision.
"""

import json
import os
import re
from typing import Any
from urllib.parse import unquote


def register() -> None:
    from aws_emulator import permissions

    decide = permissions.decide

    def decided(request: Any, who: Any, action: str, resource: Any, context: Any) -> Any:
        if action == "s3:AbortMultipartUpload" and "uploadId" not in request.params:
            action = "s3:DeleteObject"
        resource, context = complete(request, action, resource, context)
        denial = decide(request, who, action, resource, context)
        if "AWS_PERMISSIONS" in os.environ:
            known = permissions._with_tags(context, request, resource)
            line = {"action": action, "resource": resource, "context": known, "allowed": denial is None, "by": who.arn}
            with open(os.environ["AWS_PERMISSIONS"], "a") as file:
                file.write(json.dumps(line) + "\n")
        return denial

    permissions.decide = decided


def complete(request: Any, action: str, resource: Any, context: Any) -> tuple[Any, Any]:
    """The resource by its ARN, and the condition keys of the service, by the Service Authorization Reference."""
    more: dict[str, list[str]] = {}
    tags: dict[str, str] = {}
    service, name = action.split(":")
    if request.prefix == "elasticbeanstalk" and service not in ("elasticbeanstalk", "iam"):
        # Elastic Beanstalk calls the service, with the tags of the environment.
        resource, tags = behalf(request, service, name)
        more |= {f"aws:requesttag/{key.lower()}": [value] for key, value in tags.items()}
        more["aws:calledvia"] = ["cloudformation.amazonaws.com"]
        if name == "RunInstances":
            more["ec2:launchtemplate"] = [f"arn:aws:ec2:{request.region}:{request.account}:launch-template/lt-0"]
    elif name == "StartSession" and resource and ":document/AWS-" in resource[0]:
        # AWS's own documents belong to no account: docs/shell.md, "Permissions".
        resource = tuple(arn.replace(f":{request.account}:document/", "::document/") for arn in resource)
    elif service == "ssm" and ("Document" in name or request.params.get("ResourceType") == "Document" or "Document" in request.operation):
        document = request.params.get("Name") or request.params.get("ResourceId") or "*"
        resource = (f"arn:aws:ssm:{request.region}:{request.account}:document/{document}",)
    elif service == "ec2" and name == "CreateTags" and request.operation != "CreateTags":
        more["ec2:createaction"] = [request.operation]
    elif service == "cloudfront" and name in ("CreateDistribution", "TagResource"):
        resource = named(request, service, name) or resource
        more |= {f"aws:requesttag/{key.lower()}": [value] for key, value in tags_in_body(request)}
    elif service == "backup" and name in ("CreateBackupVault", "CreateBackupPlan", "TagResource") and request.operation != "TagResource":
        # Of CreateBackupVault and CreateBackupPlan (AWS Backup API reference).
        given = request.params.get("BackupVaultTags") or request.params.get("BackupPlanTags") or {}
        more |= {f"aws:requesttag/{key.lower()}": [value] for key, value in given.items()}
    elif service == "route53" and name == "ChangeResourceRecordSets":
        more |= changed_records(request)
    elif service == "iam" and "iam:permissionsboundary" not in context:
        backend = request._backend("iam")
        holders = [*backend.roles.values(), *backend.users.values()]
        names = (request.params.get("RoleName"), request.params.get("UserName"))
        boundary = next((h.permissions_boundary_arn for h in holders if h.name in names), None)
        if boundary:
            more["iam:permissionsboundary"] = [boundary]
    else:
        resource = named(request, service, name) or resource
    if resource and not tags:
        tags = tags_of(request, resource[0])
    more |= {f"aws:resourcetag/{key.lower()}": [value] for key, value in tags.items()}
    return resource, {**context, **more}


def behalf(request: Any, service: str, name: str) -> tuple[Any, dict[str, str]]:
    """What Elastic Beanstalk changes of an environment, as it names it."""
    arns = {
        "cloudformation": "stack/awseb-e-abcdefghij-stack/00000000",
        "autoscaling": "autoScalingGroup:00000000:autoScalingGroupName/awseb-e-abcdefghij-stack-AWSEBAutoScalingGroup",
        "ec2": "launch-template/*" if "LaunchTemplate" in name else "instance/i-0",
    }
    tags = dict(request.tags)
    for arn in (form for resource in request.resources() if resource for form in resource):
        try:
            tags |= request._backend("elasticbeanstalk").list_tags(arn)
        except Exception:  # noqa: BLE001: a new environment
            pass
    if name.startswith("Describe"):
        return ("*",), {}
    return (f"arn:aws:{service}:{request.region}:{request.account}:{arns[service]}",), tags


def named(request: Any, service: str, name: str) -> Any:
    """The resource of a request that names it by other parameters than the emulated IAM looks for."""
    params = request.params
    prefix = f"arn:aws:{service}:{request.region}:{request.account}:"
    if service == "rds" and "SubscriptionName" in params:
        return (f"{prefix}es:{params['SubscriptionName']}",)
    if name == "AddTagsToResource" and "TargetDBInstanceIdentifier" in params:
        # Tags of a restore are "to assign to the new DB instance":
        # https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceToPointInTime.html
        return (f"{prefix}db:{params['TargetDBInstanceIdentifier']}",)
    if service == "kms" and "KeyId" in params:
        return (params["KeyId"] if params["KeyId"].startswith("arn:") else f"{prefix}key/{params['KeyId']}",)
    if service == "kms" and name == "TagResource" and request.operation == "CreateKey":
        # "The permission must cover all KMS keys in the account and Region":
        # https://docs.aws.amazon.com/kms/latest/developerguide/manage-tags-api.html
        return (f"{prefix}key/*",)
    if service == "cloudfront" and "Resource" in params:
        return (params["Resource"],)
    path = str(params.get("path") or "")
    if service == "backup" and "/untag/" in path:
        # The emulated IAM finds the resource of /tags/ only.
        return (unquote(path.split("/untag/")[1]).rstrip("/"),)
    if service not in ("events", "wafv2"):
        return None
    arn = params.get("ResourceARN") or params.get("WebACLArn") or params.get("ResourceArn")
    if arn:
        return (arn,)
    if service == "wafv2" and "Name" in params:
        return (f"{prefix}regional/{'ipset' if 'IPSet' in name else 'webacl'}/{params['Name']}/{params.get('Id', '*')}",)
    rule = params.get("Rule") or params.get("Name")
    return (f"{prefix}rule/{rule}",) if service == "events" and rule else None


def tags_in_body(request: Any) -> list[tuple[str, str]]:
    """The tags of a new distribution, or of a request to tag one."""
    from aws_emulator.calls import _body

    body = _body(request.environ, "application/xml").decode()
    return re.findall(r"<Tag><Key>([^<]+)</Key><Value>([^<]*)</Value></Tag>", body)


def changed_records(request: Any) -> dict[str, list[str]]:
    from aws_emulator.calls import _body

    body = _body(request.environ, "application/xml").decode()
    names = [name.rstrip(".").lower() for name in re.findall(r"<Name>([^<]+)</Name>", body)]
    return {
        "route53:changeresourcerecordsetsnormalizedrecordnames": names,
        "route53:changeresourcerecordsetsrecordtypes": re.findall(r"<Type>([^<]+)</Type>", body),
    }


def tags_of(request: Any, arn: str) -> dict[str, str]:
    """The tags of what the emulated IAM does not look up."""
    try:
        backend = request._backend
        if request.prefix == "autoscaling":
            group = backend("autoscaling").autoscaling_groups[arn.rsplit("/", 1)[-1]]
            return {tag.get("Key") or tag["key"]: tag.get("Value") or tag["value"] for tag in group.tags}
        if request.prefix == "elasticloadbalancing":
            return dict(backend("elbv2").tagging_service.get_tag_dict_for_resource(arn))
        if request.prefix == "ssm" and ":instance/" in arn:
            found = backend("ec2").describe_tags({"resource-id": [arn.rsplit("/", 1)[-1]]})
            return {tag["key"]: tag["value"] for tag in found}
        if request.prefix == "acm":
            return {key: value or "" for key, value in dict(backend("acm").get_certificate(arn).tags).items()}
        if request.prefix == "cloudfront":
            return dict(backend("cloudfront").tagger.get_tag_dict_for_resource(arn))
        if request.prefix == "backup":
            return dict(backend("backup").list_tags(arn))
        if request.prefix == "wafv2":
            return dict(backend("wafv2").tagging_service.get_tag_dict_for_resource(arn))
        if request.prefix == "kms":
            return dict(backend("kms").tagger.get_tag_dict_for_resource(arn.rsplit("/", 1)[-1]))
        if request.prefix == "ses":
            return dict(backend("ses").tagger.get_tag_dict_for_resource(arn))
    except Exception:  # noqa: BLE001: it does not exist yet
        pass
    return {}
