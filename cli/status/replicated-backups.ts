import { DescribeDBInstanceAutomatedBackupsCommand, paginateDescribeDBSnapshots } from "@aws-sdk/client-rds";
import { GetBucketReplicationCommand, GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import { ignoreMissing } from "../adopt/matcher";
import { collect } from "../recover/existing";
import type { Check, Line } from "../report";
import { type Context, getOutput, ofType } from "./context";

const topic = "Backups";

/** The backups in another region, and the snapshots in vaults. */
export function checkOtherBackups(context: Context): Check[] {
  const replications = ofType(
    context,
    "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication",
  );
  const [database] = ofType(context, "rds/instance:Instance");
  const media = ofType(context, "s3/bucketReplicationConfig:BucketReplicationConfig");
  return [
    ...checkMissing(context, { database: replications.length, media: media.length }),
    ...media.map((replication) => ({
      topic,
      actions: ["s3:GetReplicationConfiguration", "s3:GetBucketVersioning"],
      read: () => readMediaReplication(context, getOutput(replication, "bucket")),
    })),
    ...replications.map((replication) => ({
      topic,
      actions: ["rds:DescribeDBInstanceAutomatedBackups"],
      read: () =>
        readReplication(context, getOutput(replication, "region"), replication.id ?? "", database?.id),
    })),
    ...ofType(context, "backup/vault:Vault").map((vault) => ({
      topic,
      actions: ["rds:DescribeDBSnapshots"],
      read: () =>
        readSnapshots(
          context,
          getOutput(vault, "region"),
          database === undefined ? "" : getOutput(database, "identifier"),
        ),
    })),
  ];
}

/** What the settings want and the state does not have: a restore that was not completed can leave it out. */
function checkMissing({ stack, backupRegion }: Context, found: { database: number; media: number }): Check[] {
  const missing = [
    ...(found.database === 0 ? ["the database's backups"] : []),
    ...(found.media === 0 ? ["the media bucket"] : []),
  ];
  if (backupRegion === undefined || missing.length === 0) {
    return [];
  }
  const line: Line = {
    level: "error",
    text: `backup.region is ${backupRegion}, but the stack has no replication of ${missing.join(" and ")}. Create it:`,
    fix: [`npx pulumi up --refresh -s ${stack}`],
  };
  return [{ topic, actions: [], read: () => Promise.resolve([line]) }];
}

async function readMediaReplication({ stack, clients }: Context, Bucket: string): Promise<Line[]> {
  const response = await ignoreMissing(
    clients.s3.send(new GetBucketReplicationCommand({ Bucket })),
    "ReplicationConfigurationNotFoundError",
  );
  const rules = response?.ReplicationConfiguration?.Rules ?? [];
  const rule = rules.find(({ Status }) => Status === "Enabled");
  const problem =
    rule === undefined
      ? `the replication is ${rules.length === 0 ? "missing" : "disabled"}`
      : await checkDestination(clients, rule.Destination?.Bucket?.split(":").at(-1) ?? "");
  return problem === undefined
    ? [{ level: "ok", text: `New files of ${Bucket} are replicated.` }]
    : [
        {
          level: "error",
          text: `New files of ${Bucket} are not replicated: ${problem}. Restore it:`,
          fix: [`npx pulumi up --refresh -s ${stack}`],
        },
      ];
}

/** Returns why S3 does not replicate to a bucket: it needs versioning there. */
async function checkDestination({ s3 }: Context["clients"], Bucket: string): Promise<string | undefined> {
  const versioning = await ignoreMissing(s3.send(new GetBucketVersioningCommand({ Bucket })), "NoSuchBucket");
  return versioning === undefined
    ? `the bucket ${Bucket} does not exist, and with it the replicated files are gone`
    : versioning.Status === "Enabled"
      ? undefined
      : `the versioning of ${Bucket} is ${versioning.Status ?? "off"}`;
}

const countHours = (date: Date, { now }: Context) =>
  Math.floor((now.getTime() - date.getTime()) / (60 * 60 * 1000));
const format = (date: Date) => `${date.toISOString().slice(0, 16)} UTC`;

async function readReplication(
  context: Context,
  region: string,
  DBInstanceAutomatedBackupsArn: string,
  databaseId: string | undefined,
): Promise<Line[]> {
  const response = await ignoreMissing(
    context.clients
      .rds(region)
      .send(new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceAutomatedBackupsArn })),
    "DBInstanceAutomatedBackupNotFoundFault",
    "DBInstanceAutomatedBackupNotFound",
  );
  const [backup] = response?.DBInstanceAutomatedBackups ?? [];
  const latest = backup?.RestoreWindow?.LatestTime;
  if (backup?.Status !== "replicating") {
    return [
      {
        level: "error",
        text: `The replication of the database's backups to ${region} is ${backup?.Status ?? "missing"}; expected replicating. See docs/backups.md, If the replication stops.`,
      },
    ];
  }
  if (backup.DbiResourceId !== databaseId) {
    return [
      {
        level: "error",
        text: `The backups in ${region} are those of another instance (${backup.DbiResourceId ?? ""}), which the database replaced. The database (${databaseId ?? ""}) is not replicated. See docs/backups.md, If the replication stops.`,
      },
    ];
  }
  if (latest === undefined) {
    return [{ level: "warning", text: `No backup of the database is in ${region} yet.` }];
  }
  const hours = countHours(latest, context);
  // RDS copies the logs every few minutes. A stopped instance changes nothing that could be restored.
  return hours < 1 || context.isAsleep
    ? [{ level: "ok", text: `In ${region}, the database can be restored up to ${format(latest)}.` }]
    : [
        {
          level: hours < 24 ? "warning" : "error",
          text: `The replicated backups of the database in ${region} end ${hours} hours ago (${format(latest)}). See docs/backups.md, If the replication stops.`,
        },
      ];
}

/** AWS Backup takes a snapshot each night, and may begin an hour later. */
const maxSnapshotHours = 36;

async function readSnapshots(
  context: Context,
  region: string,
  DBInstanceIdentifier: string,
): Promise<Line[]> {
  const snapshots = await collect(
    paginateDescribeDBSnapshots(
      { client: context.clients.rds(region) },
      { DBInstanceIdentifier, SnapshotType: "awsbackup" },
    ),
    ({ DBSnapshots }) => DBSnapshots,
  );
  const [newest] = snapshots
    .flatMap(({ OriginalSnapshotCreateTime, SnapshotCreateTime }) => {
      const date = OriginalSnapshotCreateTime ?? SnapshotCreateTime;
      return date === undefined ? [] : [date];
    })
    .sort((one, other) => other.getTime() - one.getTime());
  if (newest === undefined) {
    return [
      {
        level: "warning",
        text: `The vault in ${region} has no snapshot of the database yet. AWS Backup takes one each night.`,
      },
    ];
  }
  const hours = countHours(newest, context);
  return hours <= maxSnapshotHours
    ? [{ level: "ok", text: `The vault in ${region} has a snapshot of ${format(newest)}.` }]
    : [
        {
          level: "error",
          text: `The newest snapshot of the database in the vault in ${region} is ${hours} hours old (${format(newest)}). See the jobs in AWS Backup:`,
          fix: [`aws backup list-backup-jobs --by-state FAILED --region ${context.region}`],
        },
      ];
}
