import {
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBSnapshots,
} from "@aws-sdk/client-rds";
import { ignoreMissing } from "../adopt/matcher";
import type { Clients } from "../aws-clients";
import { collect } from "./existing";

/** The database of a stack, and what it can be restored from. */
export interface DatabaseStatus {
  identifier: string;
  /** Undefined if AWS has no such instance. */
  status?: string;
  /** Identifier of the newest snapshot. */
  snapshot?: string;
  /** ARN of the automated backup that AWS kept when the instance was deleted. */
  retainedBackup?: string;
}

/** Reads the status of a database and the newest backups. */
export async function readDatabase(
  clients: Pick<Clients, "rds">,
  identifier: string,
): Promise<DatabaseStatus> {
  const rds = clients.rds();
  const [instances, snapshots, backups] = await Promise.all([
    ignoreMissing(
      rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: identifier })),
      "DBInstanceNotFoundFault",
      "DBInstanceNotFound",
    ),
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
  return {
    identifier,
    status: instances?.DBInstances?.[0]?.DBInstanceStatus,
    snapshot: snapshot?.DBSnapshotIdentifier,
    retainedBackup: retained?.DBInstanceAutomatedBackupsArn,
  };
}
