import { createRequire } from "node:module";
import type * as Rds from "@aws-sdk/client-rds";
import { getProfile } from "./aws-profile";
import { awsTimeouts } from "./aws-timeouts";

const load = createRequire(__filename);

/** What a deleted database can be restored from. */
export interface DatabaseSource {
  kind: "snapshot" | "automated backup";
  /** The identifier of the snapshot, or the id of the automated backup: ab-…. */
  identifier: string;
  arn: string;
  /** The moment of its data. */
  time: Date;
  /** From which moment on an automated backup can be restored. */
  earliest?: Date | undefined;
  /** Where it is, if not in the stack's region. */
  region?: string | undefined;
  /** The ARN of the key that encrypts it; undefined if it is not encrypted. */
  kmsKeyId?: string | undefined;
}

/** What is left of a database that AWS does not have. */
export interface LostDatabase {
  /** The latest data first. */
  sources: readonly DatabaseSource[];
  /** When the snapshot that the configuration names was created; undefined if AWS has no such snapshot. */
  configuredSince?: Date | undefined;
}

/**
 * Reads everything that a deleted database can be restored from.
 *
 * @param createClient Returns the client of a region, by default of the stack's.
 * @param regions The other regions that may have backups of it.
 * @param configured The snapshot that the configuration names.
 */
export async function readLostDatabase(
  createClient: (region?: string) => Rds.RDSClient,
  identifier: string,
  regions: readonly string[],
  configured: string | undefined,
): Promise<LostDatabase> {
  const lists = await Promise.all(
    [undefined, ...regions].map((region) => readSources(createClient(region), identifier, region)),
  );
  const sources = lists.flat().sort(compareSources);
  // A copy, or a snapshot of what an automated backup restored, is of another instance.
  const isOther =
    sources.length > 0 && configured !== undefined && getName(configured) !== sources[0]?.identifier;
  return { sources, ...(isOther && { configuredSince: await readCreation(createClient(), configured) }) };
}

/** Creates a client with the credentials of the provider, which has no lookup for automated backups. */
export function createRdsClient(region: string, profile: string | undefined): Rds.RDSClient {
  const { RDSClient } = loadRds();
  return new RDSClient({ region, ...getProfile(profile), requestHandler: awsTimeouts });
}

/** The latest data first; of the same moment, what takes fewer steps. */
function compareSources(a: DatabaseSource, b: DatabaseSource): number {
  const countSteps = ({ kind, region }: DatabaseSource) =>
    Number(region !== undefined) * 2 + Number(kind !== "snapshot");
  return b.time.getTime() - a.time.getTime() || countSteps(a) - countSteps(b);
}

async function readSources(
  client: Rds.RDSClient,
  DBInstanceIdentifier: string,
  region: string | undefined,
): Promise<DatabaseSource[]> {
  const { paginateDescribeDBInstanceAutomatedBackups, paginateDescribeDBSnapshots } = loadRds();
  const [snapshots, ofBackup, backups] = await Promise.all([
    collect(paginateDescribeDBSnapshots({ client }, { DBInstanceIdentifier }), (page) => page.DBSnapshots),
    // Without a type, RDS leaves these out.
    collect(
      paginateDescribeDBSnapshots({ client }, { DBInstanceIdentifier, SnapshotType: "awsbackup" }),
      (page) => page.DBSnapshots,
    ),
    collect(
      // By an identifier, RDS finds those of existing instances only.
      paginateDescribeDBInstanceAutomatedBackups({ client }, {}),
      (page) => page.DBInstanceAutomatedBackups,
    ),
  ]);
  return [
    ...[...snapshots, ...ofBackup].flatMap((snapshot): DatabaseSource[] => {
      const { DBSnapshotIdentifier: identifier = "", DBSnapshotArn: arn = "", KmsKeyId: kmsKeyId } = snapshot;
      // A copy has the data of its original.
      const time =
        snapshot.SnapshotDatabaseTime ?? snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime;
      return snapshot.Status === "available" && time !== undefined
        ? [{ kind: "snapshot", identifier, arn, time, region, kmsKeyId }]
        : [];
    }),
    // Each instance that had the name may have left one.
    ...backups.flatMap((backup): DatabaseSource[] => {
      const { DBInstanceAutomatedBackupsArn: arn = "", KmsKeyId: kmsKeyId, RestoreWindow: window } = backup;
      const { EarliestTime: earliest, LatestTime: time } = window ?? {};
      return backup.DBInstanceIdentifier !== DBInstanceIdentifier || time === undefined
        ? []
        : [{ kind: "automated backup", identifier: getName(arn), arn, time, earliest, region, kmsKeyId }];
    }),
  ];
}

/** Returns the items of all pages; none where AWS knows nothing of the instance. */
async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  select: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  try {
    for await (const page of pages) {
      items.push(...(select(page) ?? []));
    }
  } catch (error) {
    if (!hasName(error, /NotFound(Fault)?$/)) {
      throw error;
    }
  }
  return items;
}

/** Returns when a snapshot was created; undefined if it does not exist, or the credentials may not read it. */
async function readCreation(client: Rds.RDSClient, snapshot: string): Promise<Date | undefined> {
  const { DescribeDBSnapshotsCommand } = loadRds();
  const SnapshotType = getSnapshotType(snapshot);
  try {
    const { DBSnapshots: [found] = [] } = await client.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: snapshot, SnapshotType }),
    );
    return found?.SnapshotCreateTime;
  } catch (error) {
    if (hasName(error, /NotFound(Fault)?$|^AccessDenied/)) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the type without which RDS does not find an automated snapshot by its name, nor one of AWS Backup. */
export function getSnapshotType(snapshot: string): string | undefined {
  const [, service] = /^(?:arn:.*:snapshot:)?(rds|awsbackup):/i.exec(snapshot) ?? [];
  return service && { rds: "automated", awsbackup: "awsbackup" }[service.toLowerCase()];
}

function hasName(error: unknown, pattern: RegExp): boolean {
  return error instanceof Error && pattern.test(error.name);
}

/** Offline plans, and updates of stacks that have their database, do not need it. */
function loadRds(): typeof Rds {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- require has no types
  return load("@aws-sdk/client-rds") as typeof Rds;
}

/**
 * Whether the configuration says what the next database is created from: the latest data, what was made after that, such as a
 * copy of it, or nothing of it. An older snapshot is left from an earlier restore, and would bring back old data.
 */
export function isSettled(
  { sources: [latest], configuredSince }: LostDatabase,
  configured: string | undefined,
  ignored: string | undefined,
): boolean {
  return (
    latest === undefined ||
    (ignored !== undefined && getName(ignored) === latest.identifier) ||
    (configured !== undefined && latest.region === undefined && getName(configured) === latest.identifier) ||
    (configuredSince !== undefined && configuredSince > latest.time)
  );
}

/** Returns the identifier of a snapshot or an automated backup that is named by it or by its ARN. */
export function getName(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:.*?:(snapshot|auto-backup):/, "");
}

/** "the snapshot beo-prod-final-1a2b3c4d in us-west-2, of 2026-11-26T07:35:00Z". */
export function describeSource({ kind, identifier, region, time }: DatabaseSource): string {
  const place = region === undefined ? "" : ` in ${region},`;
  return `the ${kind} ${identifier}${place} of ${formatTime(time)}`;
}

/** "2026-11-24T09:30:00Z". */
export function formatTime(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
