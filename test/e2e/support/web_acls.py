"""Plug-in of the emulated AWS: AWS WAF where its library answers differently.

https://docs.aws.amazon.com/waf/latest/APIReference/API_UpdateWebACL.html: a web ACL without rules has none afterwards.
https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html, API_DeleteIPSet.html: what is in use is not deleted.
https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-associating-aws-resource.html: a resource has one web ACL.
https://docs.aws.amazon.com/waf/latest/APIReference/API_ListResourcesForWebACL.html
Lock tokens are UUIDs.
"""

import json
import uuid


def register():
    from moto.wafv2.exceptions import WAFv2ClientError
    from moto.wafv2.models import FakeIPSet, WAFV2Backend
    from moto.wafv2.responses import WAFV2Response

    class WAFAssociatedItemException(WAFv2ClientError):
        def __init__(self):
            super().__init__(
                "WAFAssociatedItemException",
                "AWS WAF couldn't perform the operation because your resource is being used by another resource.",
            )

    library = {
        name: getattr(WAFV2Backend, name)
        for name in ("associate_web_acl", "update_web_acl", "delete_web_acl", "delete_ip_set")
    }

    def associate_web_acl(self, web_acl_arn, resource_arn):
        self.disassociate_web_acl(resource_arn)
        library["associate_web_acl"](self, web_acl_arn, resource_arn)

    def update_web_acl(self, name, _id, default_action, rules, *others, **more):
        token = library["update_web_acl"](self, name, _id, default_action, rules, *others, **more)
        if not rules:
            self.get_web_acl(None, name, _id).rules = []
        return token

    def delete_web_acl(self, name, scope, _id, lock_token):
        if self.get_web_acl(None, name, _id).associated_resources:
            raise WAFAssociatedItemException
        library["delete_web_acl"](self, name, scope, _id, lock_token)

    def delete_ip_set(self, name, scope, _id, lock_token):
        rules = [rule.to_dict() for acl in self.wacls.values() for rule in acl.rules]
        if _id in json.dumps(rules, default=str):
            raise WAFAssociatedItemException
        library["delete_ip_set"](self, name, scope, _id, lock_token)

    def list_resources_for_web_acl(self):
        arn = json.loads(self.body)["WebACLArn"]
        acls = [acl for acl in self.wafv2_backend.wacls.values() if acl.arn == arn]
        resources = [resource for acl in acls for resource in acl.associated_resources]
        return 200, {"Content-Type": "application/json"}, json.dumps({"ResourceArns": resources})

    def with_lock_token(method):
        def call(self, *args, **more):
            method(self, *args, **more)
            self.lock_token = str(uuid.uuid4())

        return call

    for function in (associate_web_acl, update_web_acl, delete_web_acl, delete_ip_set):
        setattr(WAFV2Backend, function.__name__, function)
    FakeIPSet.__init__ = with_lock_token(FakeIPSet.__init__)
    FakeIPSet.update = with_lock_token(FakeIPSet.update)
    WAFV2Response.list_resources_for_web_acl = list_resources_for_web_acl
