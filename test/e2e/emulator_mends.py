"""Mends for the emulator of the end-to-end suite, where it answers otherwise than AWS."""

import secrets


def register():
    _lost_answers_are_told_again()
    _databases_have_ids_of_their_own()
    _databases_tell_their_monitoring()
    _databases_may_fail()
    _major_upgrades_need_permission()
    _parameter_groups_fit_the_version()
    _databases_stay_in_their_subnet_group()
    _restored_databases_are_no_replicas()
    _rules_between_groups_have_descriptions()
    _identities_keep_their_tags()


def _lost_answers_are_told_again():
    """On a busy machine an answer is lost on its way now and then. The SDK sends the request again, under the same id."""
    from aws_emulator.server import Emulator

    library = Emulator.__call__
    answers = {}

    def call(self, environ, start_response):
        request = environ.get("HTTP_AMZ_SDK_INVOCATION_ID")
        if request in answers:
            status, headers, body = answers[request]
            start_response(status, headers)
            return [body]
        head = []

        def remember(status, headers, *more):
            head[:] = [status, list(headers)]
            return start_response(status, headers, *more)

        body = b"".join(library(self, environ, remember))
        if request is not None and head[0].startswith("2"):
            answers[request] = (*head, body)
        return [body]

    Emulator.__call__ = call


def _databases_have_ids_of_their_own():
    """DbiResourceId is unique: the provider reads a database by it."""
    from moto.rds.models import DBInstance

    library = DBInstance.__init__

    def init(self, *args, **kwargs):
        library(self, *args, **kwargs)
        self.dbi_resource_id = "db-" + secrets.token_hex(13).upper()

    DBInstance.__init__ = init


def _databases_tell_their_monitoring():
    """DescribeDBInstances gives MonitoringInterval, MonitoringRoleArn and PerformanceInsightsEnabled back."""
    from moto.rds.models import DBInstance

    library = DBInstance.__init__

    def init(self, *args, **kwargs):
        library(self, *args, **kwargs)
        self.monitoring_interval = kwargs.get("monitoring_interval") or 0
        self.monitoring_role_arn = kwargs.get("monitoring_role_arn")
        self.performance_insights_enabled = bool(kwargs.get("enable_performance_insights"))

    DBInstance.__init__ = init


def _databases_may_fail():
    """A database stays in the state that its tag "rehearsal:status" names."""
    from moto.rds.models import DBInstance

    def status(self):
        tags = {tag["Key"]: tag["Value"] for tag in getattr(self, "tags", [])}
        return tags.get("rehearsal:status", self.__dict__["status"])

    DBInstance.status = property(status, lambda self, value: self.__dict__.__setitem__("status", value))


def _major_upgrades_need_permission():
    """ModifyDBInstance refuses another major version without AllowMajorVersionUpgrade."""
    from moto.rds.exceptions import InvalidParameterCombination
    from moto.rds.models import RDSBackend

    library = RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        database = self.describe_db_instances(db_instance_identifier)[0]
        now, then = (str(version).split(".")[0] for version in (database.engine_version, db_kwargs.get("engine_version")))
        if then not in (now, "None") and not db_kwargs.get("allow_major_version_upgrade"):
            raise InvalidParameterCombination(
                "The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
            )
        return library(self, db_instance_identifier, db_kwargs)

    RDSBackend.modify_db_instance = modify_db_instance


def _parameter_groups_fit_the_version():
    """ModifyDBInstance refuses a parameter group of another major version than the instance then has."""
    from moto.rds.exceptions import InvalidParameterCombination
    from moto.rds.models import RDSBackend

    library = RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        name = db_kwargs.get("db_parameter_group_name")
        group = self.db_parameter_groups.get(name) if name else None
        database = self.describe_db_instances(db_instance_identifier)[0]
        version = db_kwargs.get("engine_version") or database.engine_version
        family = f"postgres{str(version).split('.')[0]}"
        if group is not None and group.family != family:
            raise InvalidParameterCombination(
                f"The parameter group {group.name} with DBParameterGroupFamily {group.family} can't be used for this "
                f"instance. Please use a Parameter Group with DBParameterGroupFamily {family}."
            )
        return library(self, db_instance_identifier, db_kwargs)

    RDSBackend.modify_db_instance = modify_db_instance


def _databases_stay_in_their_subnet_group():
    """ModifyDBInstance moves no instance to another subnet group of its VPC."""
    from moto.rds.exceptions import RDSClientError
    from moto.rds.models import RDSBackend

    library = RDSBackend.modify_db_instance

    def modify_db_instance(self, db_instance_identifier, db_kwargs):
        group = db_kwargs.get("db_subnet_group_name")
        current = self.describe_db_instances(db_instance_identifier)[0].db_subnet_group
        if group and current and group != current.name:
            if self.describe_db_subnet_groups(group)[0].vpc_id == current.vpc_id:
                raise RDSClientError(
                    "InvalidVPCNetworkStateFault",
                    f"You cannot move DB instance {db_instance_identifier} to subnet group {group}. The specified DB "
                    "subnet group and DB instance are in the same VPC.",
                )
        return library(self, db_instance_identifier, db_kwargs)

    RDSBackend.modify_db_instance = modify_db_instance


def _restored_databases_are_no_replicas():
    """A database restored to a point in time does not follow the one that it came from."""
    from moto.rds.models import RDSBackend

    library = RDSBackend.restore_db_instance_to_point_in_time

    def restore(self, source_db_identifier, target_db_identifier, overrides):
        own = {key: value for key, value in overrides.items() if not key.startswith("source_db")}
        return library(self, source_db_identifier, target_db_identifier, own)

    RDSBackend.restore_db_instance_to_point_in_time = restore


def _rules_between_groups_have_descriptions():
    """DescribeSecurityGroupRules gives the description of a rule that names a group."""
    from moto.ec2.models.security_groups import SecurityGroupRule

    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.source_group.get("Description")
    )


def _identities_keep_their_tags():
    """ListTagsForResource (SES v2) knows what CreateEmailIdentity was given, under the identity's real ARN."""
    from moto.sesv2.models import SESV2Backend

    library = SESV2Backend.create_email_identity

    def create_email_identity(self, email_identity, tags, *args, **kwargs):
        made = library(self, email_identity, tags, *args, **kwargs)
        if tags:
            arn = f"arn:aws:ses:{self.region_name}:{self.account_id}:identity/{email_identity}"
            self.core_backend.tagger.tag_resource(arn=arn, tags=tags)
        return made

    SESV2Backend.create_email_identity = create_email_identity
