import { type DBInstance, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { commandLine, removeCommand } from "../../../stacks/commands";
import {
  type AdoptionContext,
  createMatch,
  ignoreMissing,
  type Inputs,
  type Match,
  type Matcher,
  type SuggestedSetting,
  when,
} from "../matcher";

export const findDatabase: Matcher = async (name, planned, context) => {
  const response = await ignoreMissing(
    context.aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })),
    "DBInstanceNotFoundFault",
    "DBInstanceNotFound",
  );
  return (response?.DBInstances ?? []).map((instance) => matchDatabase(instance, planned, context));
};

export function matchDatabase(
  instance: DBInstance,
  planned: Inputs,
  { stack, vpcId, managed }: Pick<AdoptionContext, "stack" | "vpcId" | "managed">,
): Match {
  const securityGroups = (instance.VpcSecurityGroups ?? []).flatMap(
    ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
  );
  const oldGroups = securityGroups.filter((group) => !managed.has(group));
  const keptGroups = (planned.vpcSecurityGroupIds as string[]).filter((group) => group.startsWith("sg-"));
  const removeGroups = commandLine([removeCommand("database.additionalSecurityGroupIds")], stack);
  return createMatch(instance.DBInstanceIdentifier ?? "", {
    actual: getInputs(instance, planned),
    requiredSettings: getRequiredSettings(instance, planned, vpcId),
    recommendedSettings: oldGroups
      .filter((group) => !keptGroups.includes(group))
      .map((group, index) => ({
        key: `database.additionalSecurityGroupIds[${keptGroups.length + index}]`,
        value: group,
        reason: "running instances need this group to reach the database until they have their new groups",
      })),
    blockers: getBlockers(instance, planned),
    notes: [
      ...when(
        instance.StorageEncrypted === false,
        "Its storage is not encrypted and stays so. docs/adopting.md explains how to move to an encrypted copy of a snapshot.",
      ),
      ...when(
        oldGroups.length > 0,
        `The program's security group replaces ${oldGroups.join(", ")}, which is not imported, because a group's description cannot change.`,
      ),
    ],
    cleanup: oldGroups.map(
      (group) =>
        `The database's old security group: ${removeGroups} && npx pulumi up --stack ${stack}, then aws ec2 delete-security-group --group-id ${group}`,
    ),
  });
}

/** The instance's properties, by the names of the program's inputs. */
function getInputs(instance: DBInstance, planned: Inputs): Match["actual"] {
  const storage = instance.AllocatedStorage ?? 0;
  const hasMinorVersion = (planned.engineVersion as string).includes(".");
  return {
    engineVersion: hasMinorVersion ? instance.EngineVersion : getMajorVersion(instance.EngineVersion),
    instanceClass: instance.DBInstanceClass,
    storageType: instance.StorageType,
    // RDS cannot shrink storage.
    allocatedStorage: storage < Number(planned.allocatedStorage) ? storage : undefined,
    maxAllocatedStorage: instance.MaxAllocatedStorage ?? 0,
    storageEncrypted: instance.StorageEncrypted,
    dbName: instance.DBName,
    username: instance.MasterUsername,
    port: instance.Endpoint?.Port,
    publiclyAccessible: instance.PubliclyAccessible,
    parameterGroupName: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
    multiAz: instance.MultiAZ,
    backupRetentionPeriod: instance.BackupRetentionPeriod,
    copyTagsToSnapshot: instance.CopyTagsToSnapshot,
    deletionProtection: instance.DeletionProtection,
    autoMinorVersionUpgrade: instance.AutoMinorVersionUpgrade,
    performanceInsightsEnabled: instance.PerformanceInsightsEnabled,
    monitoringInterval: instance.MonitoringInterval,
    enabledCloudwatchLogsExports: instance.EnabledCloudwatchLogsExports ?? [],
  };
}

/** The settings for properties that RDS cannot change in place. */
function getRequiredSettings(
  instance: DBInstance,
  planned: Inputs,
  vpcId: string | undefined,
): SuggestedSetting[] {
  const subnetGroup = instance.DBSubnetGroup;
  const majorVersion = getMajorVersion(instance.EngineVersion);
  const storage = instance.AllocatedStorage ?? 0;
  return [
    ...when(instance.StorageEncrypted === false && planned.storageEncrypted === true, {
      key: "database.storageEncrypted",
      value: false,
      reason: "its storage is not encrypted, and RDS cannot encrypt it in place",
    }),
    ...when(instance.MasterUsername !== planned.username, {
      key: "database.username",
      value: instance.MasterUsername ?? "",
      reason: "RDS cannot rename the master user",
    }),
    ...when(majorVersion !== getMajorVersion(planned.engineVersion as string), {
      key: "database.engineVersion",
      value: majorVersion,
      reason: `it runs PostgreSQL ${instance.EngineVersion ?? ""}; do a major version upgrade separately`,
    }),
    ...when(subnetGroup !== undefined && subnetGroup.DBSubnetGroupName !== planned.dbSubnetGroupName, {
      key: "database.subnetGroupName",
      value: subnetGroup?.DBSubnetGroupName ?? "",
      reason: "RDS cannot move an instance to another subnet group of the same VPC",
    }),
    ...when(storage >= Number(planned.maxAllocatedStorage), {
      key: "database.maxAllocatedStorage",
      value: 2 * storage,
      reason: `it already has ${storage} GiB, and storage cannot shrink`,
    }),
    ...when(subnetGroup?.VpcId !== undefined && subnetGroup.VpcId !== vpcId, {
      key: "network.vpcId",
      value: subnetGroup?.VpcId ?? "",
      reason: "it is in that VPC",
    }),
  ];
}

function getBlockers(instance: DBInstance, planned: Inputs): string[] {
  const { DBInstanceIdentifier: id = "", Engine = "", DBClusterIdentifier, DBName } = instance;
  const modify = `aws rds modify-db-instance --db-instance-identifier ${id}`;
  const migrate = `Dump the database, rename the instance (${modify} --new-db-instance-identifier ${id}-old --apply-immediately), let the program create its own instance, and restore the dump.`;
  return [
    ...when(
      Engine !== "postgres" || DBClusterIdentifier !== undefined,
      `Its engine is ${Engine}${DBClusterIdentifier === undefined ? "" : " in a cluster"}, but the program needs an RDS for PostgreSQL instance. ${migrate}`,
    ),
    ...when(
      DBName !== planned.dbName,
      `Its initial database is ${DBName === undefined ? "not set" : `"${DBName}"`}, but the application needs "${planned.dbName as string}", and RDS cannot rename it. ${migrate}`,
    ),
    ...when(
      instance.ReadReplicaSourceDBInstanceIdentifier !== undefined,
      `It is a read replica. Promote it: aws rds promote-read-replica --db-instance-identifier ${id}`,
    ),
    ...when(
      instance.MasterUserSecret !== undefined,
      `Secrets Manager manages and rotates its password, but the application reads the password only at startup. Set a password: ${modify} --no-manage-master-user-password --master-user-password NEW --apply-immediately`,
    ),
    ...when(
      instance.DBInstanceStatus !== "available",
      `Its status is ${instance.DBInstanceStatus ?? ""}. Wait until it is available: aws rds wait db-instance-available --db-instance-identifier ${id}`,
    ),
  ];
}

function getMajorVersion(version = ""): string {
  return version.split(".")[0] ?? "";
}
