"""Plug-in of the emulated AWS: what `npx beo status` and `npx beo preflight` read and the emulator lacks.

The answers are those of an account in which nothing is in the way. The JSON file STATUS_ANSWERS, which a test can write and
change, replaces them:
GetAccount of SES (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html), the offers of database classes
in RDS, its account attributes, quotas, SimulatePrincipalPolicy, and subscriptions that are not confirmed.
"""

import json
import os


NOTHING_IN_THE_WAY = {
    "productionAccess": True,
    "databaseZones": ["us-west-1a", "us-west-1b"],
    "quota": 32,
    "denied": [],
    "unconfirmed": False,
}


def answers():
    path = os.environ.get("STATUS_ANSWERS")
    if path is None:
        return NOTHING_IN_THE_WAY
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def register():
    import moto.sesv2.urls as urls
    from aws_emulator import calls
    from moto.core.responses import ActionResult
    from moto.iam.responses import IamResponse
    from moto.rds.responses import RDSResponse
    from moto.servicequotas.responses import ServiceQuotasResponse
    from moto.sesv2.responses import SESV2Response
    from moto.sns.responses import SNSResponse

    def get_account(self):
        return json.dumps(
            {
                "ProductionAccessEnabled": answers()["productionAccess"],
                "SendingEnabled": True,
                "EnforcementStatus": "HEALTHY",
                "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
            }
        )

    def describe_orderable_db_instance_options(self):
        option = {
            "Engine": "postgres",
            "EngineVersion": "17.6",
            "DBInstanceClass": self.params.get("DBInstanceClass"),
            "AvailabilityZones": [{"Name": name} for name in answers()["databaseZones"]],
            "Vpc": True,
        }
        return ActionResult({"OrderableDBInstanceOptions": [option]})

    def describe_account_attributes(self):
        quotas = {"DBInstances": 40, "AllocatedStorage": 100000, "DBParameterGroups": 50, "DBSubnetGroups": 50, "EventSubscriptions": 20}
        return ActionResult(
            {"AccountQuotas": [{"AccountQuotaName": name, "Used": 0, "Max": most} for name, most in quotas.items()]}
        )

    def get_service_quota(self):
        # The versions of Elastic Beanstalk applications: an application keeps 100 of them.
        is_versions = json.loads(self.body)["QuotaCode"] == "L-D64F1F14"
        return json.dumps({"Quota": {"Value": 1000 if is_versions else answers()["quota"]}})

    def simulate_principal_policy(self):
        denied = answers()["denied"]
        return ActionResult(
            {
                "EvaluationResults": [
                    {"EvalActionName": name, "EvalDecision": "implicitDeny" if name in denied else "allowed"}
                    for name in self._get_param("ActionNames", [])
                ],
                "IsTruncated": False,
            }
        )

    subscriptions = SNSResponse.list_subscriptions_by_topic

    def list_subscriptions_by_topic(self):
        result = subscriptions(self)
        if answers()["unconfirmed"]:
            pending = []
            for one in result.result["Subscriptions"]:
                read = one.get if isinstance(one, dict) else (lambda name, one=one: getattr(one, {"Endpoint": "endpoint", "Protocol": "protocol"}[name]))
                pending.append({"Endpoint": read("Endpoint"), "Protocol": read("Protocol"), "SubscriptionArn": "PendingConfirmation"})
            return ActionResult({"Subscriptions": pending})
        return result

    # The signing name of the service, and its name in the models of AWS.
    calls._ALIASES["servicequotas"] = "service-quotas"
    SESV2Response.get_account = get_account
    urls.url_paths["{0}/v2/email/account$"] = SESV2Response.dispatch
    RDSResponse.describe_orderable_db_instance_options = describe_orderable_db_instance_options
    RDSResponse.describe_account_attributes = describe_account_attributes
    ServiceQuotasResponse.get_service_quota = get_service_quota
    IamResponse.simulate_principal_policy = simulate_principal_policy
    SNSResponse.list_subscriptions_by_topic = list_subscriptions_by_topic
