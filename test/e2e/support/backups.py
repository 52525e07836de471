"""Plug-in of the emulated AWS: replicated automated backups of RDS, the replication of delete markers in S3, and the selections and
plans of AWS Backup.

Nothing is copied or backed up by it: a replicated backup is a copy of the instance's description, which can be restored, and a
recovery point of a vault is a name. The wire formats are those of botocore's models.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedXREGBackups.Troubleshooting.html
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeSourceRegions.html
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_CreateBackupSelection.html
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartBackupJob.html
https://docs.aws.amazon.com/aws-backup/latest/devguide/API_StartCopyJob.html
"""

import json
from uuid import uuid4


def register():
    register_rds()
    register_s3()
    register_backup()


def register_rds():
    from moto.core.responses import ActionResult
    from moto.core.utils import utcnow
    from moto.rds.exceptions import DBInstanceNotFoundError, InvalidParameterCombination, RDSClientError
    from moto.rds.models import RDSBackend, rds_backends
    from moto.rds.responses import RDSResponse

    def replicated(backend):
        return backend.__dict__.setdefault("replicated_backups", {})

    def find_source(backend, arn):
        *_, region, _, _, identifier = arn.split(":")
        databases = rds_backends[backend.account_id][region].databases
        if identifier not in databases:
            raise DBInstanceNotFoundError(identifier)
        return databases[identifier], region

    def elsewhere(source, region):
        replications = getattr(source, "db_instance_automated_backups_replications", None) or []
        return [one for one in replications if one["DBInstanceAutomatedBackupsArn"].split(":")[3] != region]

    def start(self):
        backend, params = self.backend, self.params
        source, region = find_source(backend, params.get("SourceDBInstanceArn"))
        if region == backend.region_name:
            raise InvalidParameterCombination("The source and destination Regions must be different.")
        if source.storage_encrypted and not params.get("KmsKeyId"):
            raise InvalidParameterCombination("KmsKeyId is required to replicate the backups of an encrypted DB instance.")
        own = [one for one in replicated(backend).values() if one["DbiResourceId"] == source.dbi_resource_id]
        if any(one["Status"] != "retained" for one in own):
            raise RDSClientError(
                "InvalidDBInstanceAutomatedBackupState", "The automated backups are being replicated already."
            )
        # RDS replicates again beside retained backups, unless another key encrypts them: "If using a new key, delete existing
        # replicated backup in the destination Region that was encrypted with the previous key" (Troubleshooting).
        if any(one["KmsKeyId"] != params.get("KmsKeyId") for one in own):
            raise RDSClientError(
                "InvalidDBInstanceAutomatedBackupState", "There are replicated backups that another key encrypts."
            )
        arn = f"arn:aws:rds:{backend.region_name}:{backend.account_id}:auto-backup:ab-{uuid4().hex[:26]}"
        backup = {
            "DBInstanceArn": source.db_instance_arn,
            "DbiResourceId": source.dbi_resource_id,
            "DBInstanceIdentifier": source.db_instance_identifier,
            "Region": region,
            "Status": "replicating",
            "Engine": source.engine,
            "Encrypted": bool(source.storage_encrypted),
            "KmsKeyId": params.get("KmsKeyId"),
            "BackupRetentionPeriod": int(params.get("BackupRetentionPeriod") or 7),
            "DBInstanceAutomatedBackupsArn": arn,
            "RestoreWindow": {"EarliestTime": utcnow(), "LatestTime": utcnow()},
        }
        replicated(backend)[arn] = backup
        # One to each region.
        source.db_instance_automated_backups_replications = [
            *elsewhere(source, backend.region_name),
            {"DBInstanceAutomatedBackupsArn": arn},
        ]
        return ActionResult({"DBInstanceAutomatedBackup": backup})

    def stop(self):
        source, _ = find_source(self.backend, self.params.get("SourceDBInstanceArn"))
        source.db_instance_automated_backups_replications = elsewhere(source, self.backend.region_name)
        found = [one for one in replicated(self.backend).values() if one["DbiResourceId"] == source.dbi_resource_id]
        for backup in found:
            # RDS keeps them for their days.
            backup["Status"] = "retained"
        return ActionResult({"DBInstanceAutomatedBackup": found[0] if found else {}})

    describe = RDSResponse.describe_db_instance_automated_backups

    def describe_automated_backups(self):
        arn = self.params.get("DBInstanceAutomatedBackupsArn")
        if arn is None:
            found = describe(self).result["DBInstanceAutomatedBackups"]
            return ActionResult({"DBInstanceAutomatedBackups": [*found, *replicated(self.backend).values()]})
        backup = replicated(self.backend).get(arn)
        if backup is None or backup["Status"] == "retained":
            raise RDSClientError("DBInstanceAutomatedBackupNotFound", f"DBInstanceAutomatedBackup {arn} not found.")
        return ActionResult({"DBInstanceAutomatedBackups": [backup]})

    def delete_automated_backup(self):
        arn = self.params.get("DBInstanceAutomatedBackupsArn")
        if arn not in replicated(self.backend):
            raise RDSClientError("DBInstanceAutomatedBackupNotFound", f"DBInstanceAutomatedBackup {arn} not found.")
        return ActionResult({"DBInstanceAutomatedBackup": replicated(self.backend).pop(arn)})

    restore = RDSResponse.restore_db_instance_to_point_in_time

    def restore_to_point_in_time(self):
        arn = self.params.get("SourceDBInstanceAutomatedBackupsArn")
        if arn is None:
            return restore(self)
        backup = replicated(self.backend)[arn]
        source, _ = find_source(self.backend, backup["DBInstanceArn"])
        database = self.backend.create_db_instance(
            {
                "engine": source.engine,
                "engine_version": source.engine_version,
                "db_instance_class": source.db_instance_class,
                "allocated_storage": source.allocated_storage,
                "master_username": source.master_username,
                "master_user_password": source._master_user_password,
                "db_name": source.db_name,
                "storage_encrypted": source.storage_encrypted,
                "kms_key_id": backup["KmsKeyId"],
                "db_instance_identifier": self.params.get("TargetDBInstanceIdentifier"),
                "publicly_accessible": self.params.get("PubliclyAccessible"),
                "backup_retention_period": 1,
            }
        )
        return ActionResult({"DBInstance": database})

    def describe_source_regions(self):
        names = ["us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-central-1"]
        supported = [name for name in names if self.backend.region_name != "eu-central-1"]
        return ActionResult(
            {
                "SourceRegions": [
                    {
                        "RegionName": name,
                        "Endpoint": f"https://rds.{name}.amazonaws.com",
                        "Status": "available",
                        "SupportsDBInstanceAutomatedBackupsReplication": name in supported,
                    }
                    for name in names
                    if name != self.backend.region_name
                ]
            }
        )

    RDSResponse.start_db_instance_automated_backups_replication = start
    RDSResponse.stop_db_instance_automated_backups_replication = stop
    RDSResponse.describe_db_instance_automated_backups = describe_automated_backups
    RDSResponse.delete_db_instance_automated_backup = delete_automated_backup
    RDSResponse.restore_db_instance_to_point_in_time = restore_to_point_in_time
    RDSResponse.describe_source_regions = describe_source_regions


def register_s3():
    from moto.core.responses import ActionResult
    from moto.s3.exceptions import ReplicationConfigurationNotFoundError
    from moto.s3.responses import S3Response

    def get_bucket_replication(self):
        self.data["Action"] = "GetBucketReplication"
        replication = self.backend.get_bucket_replication(self.bucket_name)
        if not replication:
            raise ReplicationConfigurationNotFoundError(bucket_name=self.bucket_name)
        rules = [{**rule, "Filter": {"Prefix": ""}} for rule in replication["Rule"]]
        return self.serialized(
            ActionResult({"ReplicationConfiguration": {"Role": replication["Role"], "Rules": rules}})
        )

    S3Response.get_bucket_replication = get_bucket_replication


def register_backup():
    from moto.backup.exceptions import InvalidRequestException, ResourceNotFoundException
    from moto.backup.models import BackupBackend, backup_backends
    from moto.backup.responses import BackupResponse
    import moto.backup.urls as urls

    def plan_of(self):
        identifier = self.path.split("/plans/")[-1].split("/")[0]
        return self.backup_backend.get_backup_plan(backup_plan_id=identifier, version_id=None)

    def selections(plan):
        return plan.__dict__.setdefault("selections", {})

    def create_selection(self):
        plan = plan_of(self)
        identifier = str(uuid4())
        selections(plan)[identifier] = {
            "SelectionId": identifier,
            "BackupPlanId": plan.backup_plan_id,
            "BackupSelection": json.loads(self.body)["BackupSelection"],
            "CreationDate": plan.creation_date,
        }
        return json.dumps({key: selections(plan)[identifier][key] for key in ("SelectionId", "BackupPlanId", "CreationDate")})

    def find_selection(self):
        plan = plan_of(self)
        identifier = self.path.rstrip("/").split("/")[-1]
        if identifier not in selections(plan):
            raise ResourceNotFoundException(f"Backup selection {identifier} not found")
        return plan, identifier

    def list_selections(self):
        plan = plan_of(self)
        listed = [
            {
                **{key: one[key] for key in ("SelectionId", "BackupPlanId", "CreationDate")},
                **{key: one["BackupSelection"][key] for key in ("SelectionName", "IamRoleArn")},
            }
            for one in selections(plan).values()
        ]
        return json.dumps({"BackupSelectionsList": listed})

    def get_selection(self):
        plan, identifier = find_selection(self)
        return json.dumps(selections(plan)[identifier])

    def delete_selection(self):
        plan, identifier = find_selection(self)
        del selections(plan)[identifier]
        return "{}"

    def update_plan(self):
        plan = plan_of(self)
        plan.backup_plan = json.loads(self.body)["BackupPlan"]
        return json.dumps(plan.to_dict())

    def points(vault):
        return vault.__dict__.setdefault("recovery_points", [])

    def add_point(vault, resource):
        identifier = f"arn:aws:rds:{vault.backup_vault_arn.split(':')[3]}:123456789012:snapshot:awsbackup:job-{uuid4()}"
        points(vault).append({"RecoveryPointArn": identifier, "ResourceArn": resource, "Status": "COMPLETED"})
        vault.num_of_recovery_points = len(points(vault))
        return identifier

    # A job has ended when it is started.
    def start_backup_job(self):
        params = json.loads(self.body)
        vault = self.backup_backend.describe_backup_vault(params["BackupVaultName"])
        return json.dumps({"BackupJobId": str(uuid4()), "RecoveryPointArn": add_point(vault, params["ResourceArn"])})

    def start_copy_job(self):
        params = json.loads(self.body)
        source = self.backup_backend.describe_backup_vault(params["SourceBackupVaultName"])
        *_, region, account, _, name = params["DestinationBackupVaultArn"].split(":")
        found = [one for one in points(source) if one["RecoveryPointArn"] == params["RecoveryPointArn"]]
        if not found:
            raise ResourceNotFoundException(f"Recovery point {params['RecoveryPointArn']} not found")
        add_point(backup_backends[account][region].describe_backup_vault(name), found[0]["ResourceArn"])
        return json.dumps({"CopyJobId": str(uuid4())})

    def list_recovery_points(self):
        name = self.path.split("/backup-vaults/")[-1].split("/")[0]
        return json.dumps({"RecoveryPoints": points(self.backup_backend.describe_backup_vault(name))})

    delete = BackupBackend.delete_backup_vault

    def delete_vault(self, backup_vault_name):
        if points(self.describe_backup_vault(backup_vault_name)):
            raise InvalidRequestException("Backup vault cannot be deleted because it contains recovery points.")
        delete(self, backup_vault_name)

    BackupResponse.create_backup_selection = create_selection
    BackupResponse.list_backup_selections = list_selections
    BackupResponse.get_backup_selection = get_selection
    BackupResponse.delete_backup_selection = delete_selection
    BackupResponse.update_backup_plan = update_plan
    BackupResponse.list_recovery_points_by_backup_vault = list_recovery_points
    BackupResponse.start_backup_job = start_backup_job
    BackupResponse.start_copy_job = start_copy_job
    BackupBackend.delete_backup_vault = delete_vault
    urls.url_paths["{0}/backup-jobs$"] = BackupResponse.dispatch
    urls.url_paths["{0}/copy-jobs$"] = BackupResponse.dispatch
    # The AWS SDK for JavaScript asks for it without the slash.
    urls.url_paths["{0}/backup-vaults$"] = BackupResponse.dispatch
    urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/?$"] = BackupResponse.dispatch
