import {
  type DBInstance,
  type DBInstanceAutomatedBackup,
  type DBSnapshot,
  DescribeDBInstanceAutomatedBackupsCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBInstanceAutomatedBackups,
  paginateDescribeDBSnapshots,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { formatTime, getSnapshotType } from "../../stacks/database-sources";
import { ignoreMissing } from "../adopt/matcher";
import { collect } from "../recover/existing";
import { UserError } from "../user-error";
import { describeCopy, getForeign } from "./foreign-snapshots";
import { getOwnNames } from "./position";

/** What the command line names. None: the command lists the points and asks. */
export interface PointOptions {
  time?: string;
  latest?: true;
  snapshot?: string;
  automatedBackup?: string;
}

/** A point to restore. */
export interface Point {
  /** What it is, in a tag of the restored instance: letters, digits and the few others that tags allow. */
  label: string;
  /** The moment; undefined: the latest restorable one. */
  time?: Date;
  /** The snapshot, by its identifier or ARN. */
  snapshot?: string;
  /** The ARN of an automated backup that RDS kept or replicated, instead of the database's own. */
  backup?: string;
  /** The name that the database of the snapshot or of the automated backup had. */
  source: string;
  /** The moment of the data, where it is known. */
  moment?: Date;
  engine: string;
  version: string;
  username: string;
  /** GiB. */
  size: number;
  isEncrypted: boolean;
  kmsKeyId?: string;
}

/** The moments between which a database can be restored. */
export interface Window {
  earliest?: Date;
  latest?: Date;
}

/** Returns the label of the point that the command line names; undefined if it names none. */
export function getLabel({ time, latest, snapshot, automatedBackup }: PointOptions): string | undefined {
  const moment = time === undefined ? undefined : formatTime(new Date(time));
  if (automatedBackup !== undefined) {
    return `${automatedBackup} ${moment ?? "latest"}`;
  }
  return snapshot === undefined ? (moment ?? (latest && "latest")) : `snapshot ${snapshot}`;
}

/** Whether the options name the latest data of a database, or of an automated backup. */
export function isLatest({ time, latest, automatedBackup }: PointOptions): boolean {
  return latest === true || (automatedBackup !== undefined && time === undefined);
}

/** Returns the moments between which the database can be restored. */
export async function readWindow(rds: RDSClient, instance: DBInstance): Promise<Window> {
  const { DBInstanceAutomatedBackups: backups = [] } = await rds.send(
    new DescribeDBInstanceAutomatedBackupsCommand({ DbiResourceId: instance.DbiResourceId }),
  );
  const own = backups.find(({ DbiResourceId }) => DbiResourceId === instance.DbiResourceId);
  return {
    // An instance has no backups of before its creation.
    earliest: own?.RestoreWindow?.EarliestTime ?? instance.InstanceCreateTime,
    latest: instance.LatestRestorableTime,
  };
}

/** Returns the complete snapshots of a stack's databases, the newest first. */
export async function readSnapshots(rds: RDSClient, name: string): Promise<DBSnapshot[]> {
  const lists = getOwnNames(name).flatMap((DBInstanceIdentifier) =>
    // Without a type, RDS returns the automated and the manual ones.
    [undefined, "awsbackup"].map((SnapshotType) =>
      collect(
        paginateDescribeDBSnapshots({ client: rds }, { DBInstanceIdentifier, SnapshotType }),
        ({ DBSnapshots }) => DBSnapshots,
      ),
    ),
  );
  return (await Promise.all(lists))
    .flat()
    .filter(({ Status }) => Status === "available")
    .sort((a, b) => Number(b.SnapshotCreateTime) - Number(a.SnapshotCreateTime));
}

/** Returns the automated backups that RDS kept of a stack's databases that were deleted. */
export async function readRetained(rds: RDSClient, name: string): Promise<DBInstanceAutomatedBackup[]> {
  const pages = paginateDescribeDBInstanceAutomatedBackups({ client: rds }, {});
  const backups = await collect(pages, ({ DBInstanceAutomatedBackups }) => DBInstanceAutomatedBackups);
  return backups.filter(
    ({ Status, DBInstanceIdentifier = "" }) =>
      Status === "retained" && getOwnNames(name).includes(DBInstanceIdentifier),
  );
}

/** Reads the point that the command line names. @throws UserError if there is no such point. */
export async function readPoint(rds: RDSClient, instance: DBInstance, options: PointOptions): Promise<Point> {
  const label = getLabel(options) ?? "latest";
  const time = options.time === undefined ? undefined : new Date(options.time);
  if (options.snapshot !== undefined) {
    return { label, ...(await readSnapshot(rds, instance, options.snapshot)) };
  }
  if (options.automatedBackup !== undefined) {
    return { label, time, ...(await readBackup(rds, options.automatedBackup, time)) };
  }
  requireWithin(time, await readWindow(rds, instance), "the database");
  return {
    label,
    time,
    moment: time ?? instance.LatestRestorableTime,
    ...describeData(instance, instance.StorageEncrypted),
  };
}

/** What an instance, a snapshot and an automated backup say alike of their data. */
function describeData(
  source: Pick<
    DBInstance,
    "DBInstanceIdentifier" | "Engine" | "EngineVersion" | "MasterUsername" | "AllocatedStorage" | "KmsKeyId"
  >,
  isEncrypted = false,
) {
  return {
    source: source.DBInstanceIdentifier ?? "",
    engine: source.Engine ?? "",
    version: source.EngineVersion ?? "",
    username: source.MasterUsername ?? "",
    size: source.AllocatedStorage ?? 0,
    isEncrypted,
    kmsKeyId: source.KmsKeyId,
  };
}

/** Whether RDS could have a snapshot with a name (CreateDBSnapshot, DBSnapshotIdentifier), or it is an ARN or one of a service. */
export function isSnapshotName(text: string): boolean {
  return /^(arn:|rds:|awsbackup:|[a-z](-?[a-z0-9])*$)/i.test(text);
}

/** Returns a snapshot by its identifier or ARN. Undefined if there is none. */
export async function findSnapshot(rds: RDSClient, snapshot: string): Promise<DBSnapshot | undefined> {
  const response = await ignoreMissing(
    rds.send(
      new DescribeDBSnapshotsCommand({
        DBSnapshotIdentifier: snapshot,
        SnapshotType: getSnapshotType(snapshot),
        // Those of other accounts have no other name.
        IncludeShared: snapshot.startsWith("arn:"),
      }),
    ),
    "DBSnapshotNotFoundFault",
    "DBSnapshotNotFound",
  );
  return response?.DBSnapshots?.[0];
}

async function readSnapshot(
  rds: RDSClient,
  instance: DBInstance,
  snapshot: string,
): Promise<Omit<Point, "label">> {
  const region = await rds.config.region();
  const foreign = getForeign(snapshot, instance);
  if (foreign?.isOtherRegion) {
    throw new UserError(
      `The snapshot ${snapshot} is in ${foreign.region}, not in ${region}. ${describeCopy(snapshot, foreign, instance, region)}`,
    );
  }
  const found = await findSnapshot(rds, snapshot);
  if (found === undefined && foreign !== undefined) {
    throw new UserError(
      `The account ${foreign.account} shares no snapshot ${foreign.name} with ${foreign.ownAccount}, the account of the database. Share it, with the credentials of ${foreign.account}: aws rds modify-db-snapshot-attribute --region ${region} --db-snapshot-identifier ${foreign.name} --attribute-name restore --values-to-add ${foreign.ownAccount}`,
    );
  }
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
  if (found?.Encrypted && foreign !== undefined) {
    throw new UserError(
      `The snapshot ${snapshot} is of the account ${foreign.account}, and encrypted. RDS does not restore such a snapshot. ${describeCopy(snapshot, foreign, instance, region)}`,
    );
  }
  if (found?.Status !== "available") {
    throw new UserError(
      found === undefined
        ? `There is no snapshot ${snapshot} in ${region}. List them: aws rds describe-db-snapshots --region ${region} --query 'DBSnapshots[].[DBSnapshotIdentifier,SnapshotCreateTime]' --output table`
        : `The snapshot ${snapshot} is ${found.Status ?? "unknown"}. Wait for it: aws rds wait db-snapshot-available --region ${region} --db-snapshot-identifier ${snapshot}`,
    );
  }
  return {
    snapshot,
    // A copy has the data of its original.
    moment: found.SnapshotDatabaseTime ?? found.OriginalSnapshotCreateTime ?? found.SnapshotCreateTime,
    ...describeData(found, found.Encrypted),
    // Another account may have a database with the same name.
    ...(foreign && { source: `${found.DBInstanceIdentifier ?? ""} of the account ${foreign.account}` }),
  };
}

async function readBackup(
  rds: RDSClient,
  backup: string,
  time: Date | undefined,
): Promise<Omit<Point, "label">> {
  const response = await ignoreMissing(
    rds.send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceAutomatedBackupsArn: backup })),
    "DBInstanceAutomatedBackupNotFoundFault",
    "DBInstanceAutomatedBackupNotFound",
  );
  const [found] = response?.DBInstanceAutomatedBackups ?? [];
  if (found === undefined) {
    const region = await rds.config.region();
    throw new UserError(
      `There is no automated backup ${backup} in ${region}. List them: aws rds describe-db-instance-automated-backups --region ${region} --query 'DBInstanceAutomatedBackups[].[DBInstanceAutomatedBackupsArn,DBInstanceIdentifier,Status]' --output table`,
    );
  }
  const { EarliestTime: earliest, LatestTime: latest } = found.RestoreWindow ?? {};
  requireWithin(time, { earliest, latest }, "the automated backup");
  return {
    backup,
    moment: time ?? latest,
    ...describeData(found, found.Encrypted),
  };
}

/** @throws UserError if a database has no backups of a moment. */
export function requireWithin(time: Date | undefined, { earliest, latest }: Window, source: string): void {
  if (latest === undefined) {
    throw new UserError(
      `RDS has no latest restorable time of ${source}: it has no automated backups. Restore a snapshot: --snapshot ID`,
    );
  }
  if (time !== undefined && (time > latest || (earliest !== undefined && time < earliest))) {
    const from = earliest === undefined ? "" : `from ${formatTime(earliest)} `;
    throw new UserError(
      `--time is ${formatTime(time)}, but ${source} can be restored ${from}to ${formatTime(latest)}.`,
    );
  }
}

/** Whether the data of a point is not of a database. The instances beside it have its data, too. */
export function isOfOther({ source }: Point, name: string): boolean {
  return !getOwnNames(name).includes(source);
}

/** Returns why a point cannot take the place of a database. */
export function checkPoint(point: Point, instance: DBInstance, allowUnencrypted: boolean): string[] {
  const { Engine = "", EngineVersion = "", MasterUsername = "", AllocatedStorage = 0 } = instance;
  const { MaxAllocatedStorage: max } = instance;
  const getMajor = (version: string) => version.split(".")[0] ?? "";
  // RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling": 10% more than the storage.
  const minMax = Math.ceil((point.size * 11) / 10);
  const problems = {
    [`It has ${point.engine} ${point.version}, the database ${Engine} ${EngineVersion}. Restore it in a new stack with its version: docs/restoring.md#the-database-in-a-new-stack`]:
      point.engine !== Engine || getMajor(point.version) !== getMajor(EngineVersion),
    [`Its master user is ${point.username}, the database's ${MasterUsername}, and Pulumi would replace a database with another one. Restore it in a new stack: docs/restoring.md#the-database-in-a-new-stack`]:
      point.username !== MasterUsername,
    [`It has ${point.size} GiB. database.maxAllocatedStorage is ${max ?? 0}, and must be at least ${minMax}. Raise it, and update the stack first.`]:
      point.size > AllocatedStorage && max !== undefined && max < minMax,
    [`It has ${point.size} GiB, the database ${AllocatedStorage}. Raise database.allocatedStorage, and update the stack first.`]:
      point.size > AllocatedStorage && max === undefined,
    ["It is not encrypted, and the database is. Copy the snapshot encrypted (docs/restoring.md#encrypt-an-unencrypted-database), or restore it as it is: --allow-unencrypted"]:
      !point.isEncrypted && instance.StorageEncrypted === true && !allowUnencrypted,
  };
  return Object.entries(problems).flatMap(([problem, applies]) => (applies ? problem : []));
}
