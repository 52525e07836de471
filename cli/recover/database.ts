import {
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBSnapshots,
} from "@aws-sdk/client-rds";
import { ignoreMissing } from "../adopt/matcher";
import type { Clients } from "../aws-clients";
import { getOldName, getRestoredName } from "../restore/position";
import { getTag, tagNames } from "../restore/tags";
import { collect } from "./existing";

/** The database of a stack, and what it can be restored from. */
export interface DatabaseStatus {
  identifier: string;
  /** Undefined if AWS has no such instance. */
  status?: string;
  /** Identifier of the newest snapshot. */
  snapshot?: string;
  snapshotTime?: Date;
  /** ARN of the automated backup that AWS kept when the instance was deleted. */
  retainedBackup?: string;
  /** The latest moment that it can be restored to. */
  retainedTime?: Date;
  /** The instances of a guided restore between its two renames. */
  restoring?: string[];
}

/** Reads the status of a database and the newest backups. */
export async function readDatabase(
  clients: Pick<Clients, "rds">,
  identifier: string,
): Promise<DatabaseStatus> {
  const rds = clients.rds();
  const find = async (DBInstanceIdentifier: string) => {
    const response = await ignoreMissing(
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier })),
      "DBInstanceNotFoundFault",
      "DBInstanceNotFound",
    );
    return response?.DBInstances?.[0];
  };
  const [instance, old, restored, snapshots, backups] = await Promise.all([
    find(identifier),
    find(getOldName(identifier)),
    find(getRestoredName(identifier)),
    collect(
      paginateDescribeDBSnapshots({ client: rds }, { DBInstanceIdentifier: identifier }),
      ({ DBSnapshots }) => DBSnapshots,
    ),
    rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: identifier })),
  ]);
  const [snapshot] = snapshots
    .filter(({ Status }) => Status === "available")
    .sort((a, b) => Number(b.SnapshotCreateTime) - Number(a.SnapshotCreateTime));
  const retained = backups.DBInstanceAutomatedBackups?.find(({ Status }) => Status === "retained");
  const restoring = [
    ...(old !== undefined && getTag(old, tagNames.replacedBy) !== undefined ? [getOldName(identifier)] : []),
    ...(restored !== undefined && getTag(restored, tagNames.restoredFrom) !== undefined
      ? [getRestoredName(identifier)]
      : []),
  ];
  return {
    identifier,
    status: instance?.DBInstanceStatus,
    snapshot: snapshot?.DBSnapshotIdentifier,
    snapshotTime: snapshot?.SnapshotCreateTime,
    retainedBackup: retained?.DBInstanceAutomatedBackupsArn,
    retainedTime: retained?.RestoreWindow?.LatestTime,
    ...(instance === undefined && restoring.length > 0 && { restoring }),
  };
}
