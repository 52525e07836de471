import { type DBInstance, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { commandLine, removeCommand } from "../../../stacks/commands";
import { type Found, type Inputs, type Kind, found, type Place, unlessMissing, when } from "../kind";

export const database: Kind = {
  what: "RDS instance",
  name: "identifier",
  async look(name, planned, place) {
    const answer = await unlessMissing(
      place.aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: name })),
      "DBInstanceNotFoundFault",
      "DBInstanceNotFound",
    );
    return (answer?.DBInstances ?? []).map((instance) => databaseOf(instance, planned, place));
  },
};

/** What the instance needs not to be replaced, since RDS makes these once and for all, and what stands in the way. */
export function databaseOf(
  instance: DBInstance,
  planned: Inputs,
  { stack, vpcId, managed }: Pick<Place, "stack" | "vpcId" | "managed">,
): Found {
  const id = instance.DBInstanceIdentifier ?? "";
  const subnetGroup = instance.DBSubnetGroup;
  const groups = (instance.VpcSecurityGroups ?? []).flatMap(
    ({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? [],
  );
  const old = groups.filter((group) => !managed.has(group));
  const kept = (planned.vpcSecurityGroupIds as string[]).filter((group) => group.startsWith("sg-"));
  const major = instance.EngineVersion?.split(".")[0] ?? "";
  const plannedVersion = planned.engineVersion as string;
  const storage = instance.AllocatedStorage ?? 0;
  const unencrypted = instance.StorageEncrypted === false;
  return found(id, {
    actual: {
      engineVersion: plannedVersion.includes(".") ? instance.EngineVersion : major,
      instanceClass: instance.DBInstanceClass,
      storageType: instance.StorageType,
      // RDS never shrinks it.
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
    },
    demands: [
      ...when(unencrypted && planned.storageEncrypted === true, {
        key: "database.storageEncrypted",
        value: false,
        why: "its storage is not encrypted, and RDS cannot encrypt it in place",
      }),
      ...when(instance.MasterUsername !== planned.username, {
        key: "database.username",
        value: instance.MasterUsername ?? "",
        why: "RDS cannot rename the master user",
      }),
      ...when(major !== plannedVersion.split(".")[0], {
        key: "database.engineVersion",
        value: major,
        why: `it runs PostgreSQL ${instance.EngineVersion ?? ""}: a major upgrade is a step of its own`,
      }),
      ...when(subnetGroup !== undefined && subnetGroup.DBSubnetGroupName !== planned.dbSubnetGroupName, {
        key: "database.subnetGroupName",
        value: subnetGroup?.DBSubnetGroupName ?? "",
        why: "RDS moves no instance to another subnet group of its VPC",
      }),
      ...when(storage >= Number(planned.maxAllocatedStorage), {
        key: "database.maxAllocatedStorage",
        value: 2 * storage,
        why: `it has ${storage} GiB already, and storage never shrinks`,
      }),
      ...when(subnetGroup?.VpcId !== undefined && subnetGroup.VpcId !== vpcId, {
        key: "network.vpcId",
        value: subnetGroup?.VpcId ?? "",
        why: "it is in that VPC",
      }),
    ],
    advice: old
      .filter((group) => !kept.includes(group))
      .map((group, index) => ({
        key: `database.additionalSecurityGroupIds[${kept.length + index}]`,
        value: group,
        why: "running instances reach the database by that group until they have their new ones",
      })),
    obstacles: [
      ...when(
        instance.Engine !== "postgres" || instance.DBClusterIdentifier !== undefined,
        `It is ${instance.Engine ?? ""}${instance.DBClusterIdentifier === undefined ? "" : " in a cluster"}: the program has a plain RDS instance of PostgreSQL. Dump the database, rename the instance (aws rds modify-db-instance --db-instance-identifier ${id} --new-db-instance-identifier ${id}-old --apply-immediately), let the program make its own, and load the dump.`,
      ),
      ...when(
        instance.DBName !== planned.dbName,
        `Its first database is ${instance.DBName === undefined ? "not named" : `called "${instance.DBName}"`}, and the application's is "${planned.dbName as string}": RDS names it when an instance is made, and never again. Dump the database, rename the instance (aws rds modify-db-instance --db-instance-identifier ${id} --new-db-instance-identifier ${id}-old --apply-immediately), let the program make its own, and load the dump.`,
      ),
      ...when(
        instance.ReadReplicaSourceDBInstanceIdentifier !== undefined,
        `It is a read replica. Promote it: aws rds promote-read-replica --db-instance-identifier ${id}`,
      ),
      ...when(
        instance.MasterUserSecret !== undefined,
        `Secrets Manager keeps its password and changes it by itself, and the application reads it only when it starts. Take it over: aws rds modify-db-instance --db-instance-identifier ${id} --no-manage-master-user-password --master-user-password NEW --apply-immediately`,
      ),
      ...when(
        instance.DBInstanceStatus !== "available",
        `It is ${instance.DBInstanceStatus ?? ""}: wait until it is available (aws rds wait db-instance-available --db-instance-identifier ${id}).`,
      ),
    ],
    notes: [
      ...when(
        unencrypted,
        "Its storage is not encrypted and stays so. docs/adopting.md tells how a snapshot's encrypted copy changes that.",
      ),
      ...when(
        old.length > 0,
        `The program's security group comes in the place of ${old.join(", ")}, which is not taken over: a group cannot change its description.`,
      ),
    ],
    leftovers: old.map(
      (group) =>
        `The database's old security group: ${commandLine([removeCommand("database.additionalSecurityGroupIds")], stack)} && npx pulumi up --stack ${stack}, then aws ec2 delete-security-group --group-id ${group}`,
    ),
  });
}
