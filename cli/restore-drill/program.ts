import * as rds from "@pulumi/aws/rds";
import type { DBInstance } from "@aws-sdk/client-rds";
import type { RecoveryPoint } from "./recovery-point";
import { formatTag } from "./recovery-point";

/** The tag of a drill's database: its recovery point. */
export const drillTag = "Drill";

/** The tag of a drill's database that --keep kept: since when. */
export const keptTag = "DrillKept";

/** A throw-away database. */
export interface DrillDatabase {
  identifier: string;
  instanceClass: string;
  point: RecoveryPoint;
  /** Tags of the stack. */
  tags: Record<string, string>;
}

/** Returns the identifier of a stack's throw-away database. RDS allows 63 characters, and the application name has at most 33. */
export function getDrillIdentifier(applicationName: string): string {
  return `${applicationName}-drill`;
}

/**
 * Creates the throw-away database from a backup of the original. It has the original's subnet group, parameter group and
 * security groups, so that the instances reach it as they reach the original, and no rule of the original changes.
 */
export function createDrillDatabase(
  { identifier, instanceClass, point, tags }: DrillDatabase,
  original: DBInstance,
) {
  return new rds.Instance(
    "database",
    {
      identifier,
      instanceClass,
      ...(point.kind === "snapshot"
        ? { snapshotIdentifier: point.snapshot }
        : {
            restoreToPointInTime: {
              sourceDbInstanceIdentifier: original.DBInstanceIdentifier,
              ...(point.kind === "latest" ? { useLatestRestorableTime: true } : { restoreTime: point.time }),
            },
          }),
      dbSubnetGroupName: original.DBSubnetGroup?.DBSubnetGroupName,
      parameterGroupName: original.DBParameterGroups?.[0]?.DBParameterGroupName,
      vpcSecurityGroupIds: (original.VpcSecurityGroups ?? []).flatMap(
        ({ VpcSecurityGroupId: id }) => id ?? [],
      ),
      storageEncrypted: original.StorageEncrypted,
      publiclyAccessible: false,
      multiAz: false,
      autoMinorVersionUpgrade: false,
      backupRetentionPeriod: 0,
      deleteAutomatedBackups: true,
      deletionProtection: false,
      skipFinalSnapshot: true,
      applyImmediately: true,
      tags: { ...tags, ManagedBy: "Pulumi", [drillTag]: formatTag(point) },
    },
    {
      // A large database takes longer than the provider's 40 minutes.
      customTimeouts: { create: "8h", delete: "2h" },
    },
  );
}
