import {
  type DBInstance,
  DescribeDBInstanceAutomatedBackupsCommand,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import type { Clients } from "../aws-clients";
import { findDatabaseInstance } from "../find-database-instance";
import { getOldName, getRestoredName, isGoingBack } from "../restore/position";
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
  /** Whether --undo was interrupted there. */
  isGoingBack?: true;
}

/** Reads the status of a database and the newest backups. */
export async function readDatabase(
  clients: Pick<Clients, "rds">,
  identifier: string,
): Promise<DatabaseStatus> {
  const rds = clients.rds();
  const [instance, snapshots, backups] = await Promise.all([
    findDatabaseInstance(rds, identifier),
    collect(
      paginateDescribeDBSnapshots({ client: rds }, { DBInstanceIdentifier: identifier }),
      ({ DBSnapshots }) => DBSnapshots,
    ),
    rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: identifier })),
  ]);
  const [snapshot] = snapshots
    .filter(({ Status }) => Status === "available")
    .sort((a, b) => Number(b.SnapshotCreateTime) - Number(a.SnapshotCreateTime));
  // Each instance that had the name and was deleted may have left one.
  const [retained] = (backups.DBInstanceAutomatedBackups ?? [])
    .filter(({ Status }) => Status === "retained")
    .sort((a, b) => Number(b.RestoreWindow?.LatestTime ?? 0) - Number(a.RestoreWindow?.LatestTime ?? 0));
  const restoring = instance === undefined ? await findRestore(rds, identifier) : [];
  const old = restoring.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === getOldName(identifier));
  return {
    identifier,
    status: instance?.DBInstanceStatus,
    snapshot: snapshot?.DBSnapshotIdentifier,
    snapshotTime: snapshot?.SnapshotCreateTime,
    retainedBackup: retained?.DBInstanceAutomatedBackupsArn,
    retainedTime: retained?.RestoreWindow?.LatestTime,
    ...(restoring.length > 0 && {
      restoring: restoring.flatMap(({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? []),
    }),
    ...(isGoingBack({ old }) && { isGoingBack: true }),
  };
}

/** Returns the instances that a guided restore has marked, under the names that they have between its two renames. */
async function findRestore(rds: RDSClient, identifier: string): Promise<DBInstance[]> {
  const marks = {
    [getOldName(identifier)]: tagNames.replacedBy,
    [getRestoredName(identifier)]: tagNames.restoredFrom,
  };
  const instances = await Promise.all(
    Object.entries(marks).map(async ([name, mark]) => {
      const instance = await findDatabaseInstance(rds, name);
      return instance !== undefined && getTag(instance, mark) !== undefined ? [instance] : [];
    }),
  );
  return instances.flat();
}
