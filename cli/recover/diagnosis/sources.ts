import { commandLine, setCommand } from "../../../stacks/commands";
import { type DatabaseSource, describeSource, formatTime } from "../../../stacks/database-sources";
import { getEnableCommands } from "../../encryption-keys";
import { getRescueName } from "../../restore/position";
import type { DatabaseStatus } from "../database";
import type { Facts, Step } from "./facts";

/** What a database can be restored from, and the steps that restore it. */
export interface Restorable {
  /** "the snapshot beo-datastore-prod-final-1a2b3c4d of 2026-11-26T07:35:00Z". */
  what: string;
  steps: Step[];
}

/** What a database can be restored from, the latest data first: the latest of each kind, in each region. */
export function getSources(facts: Facts, { identifier, lost }: DatabaseStatus): Restorable[] {
  const places = new Set<string>();
  return (lost?.sources ?? [])
    .filter((source) => isReadable(facts, source))
    .filter(({ kind, identifier: name, region = "" }) => {
      const place = [kind, name.startsWith("awsbackup:"), region].join();
      return !places.has(place) && places.add(place);
    })
    .map((source) => ({ what: describeSource(source), steps: createSteps(facts, identifier, source) }));
}

/** Whether the key of a backup can be used: recover proposes to enable one first, if that is possible. */
function isReadable({ unusableKeys }: Facts, { kmsKeyId = "" }: DatabaseSource): boolean {
  return !unusableKeys.some((key) => getEnableCommands(key).length === 0 && kmsKeyId.endsWith(`/${key.id}`));
}

/** The program creates a database from snapshots in its region only. */
function createSteps(facts: Facts, identifier: string, source: DatabaseSource): Step[] {
  const rescue = getRescueName(identifier);
  const { region = facts.region, kind, arn } = source;
  const isBackup = kind === "automated backup";
  const isElsewhere = region !== facts.region;
  const [, partition = "", , , account = ""] = arn.split(":");
  const snapshot = isBackup ? `arn:${partition}:rds:${region}:${account}:snapshot:${rescue}` : arn;
  const remove = isBackup
    ? ` Once you have verified the data, delete the instance ${rescue}, whose snapshot stays: aws rds delete-db-instance --region ${region} --db-instance-identifier ${rescue} --skip-final-snapshot`
    : "";
  return [
    ...(isBackup ? createSnapshot(facts, rescue, source) : []),
    ...(isElsewhere ? copySnapshot(facts, snapshot, rescue, source) : []),
    {
      does: `Makes the next update restore the database from this snapshot.${remove}`,
      command: commandLine(
        [setCommand("database.snapshotIdentifier", isBackup || isElsewhere ? rescue : source.identifier)],
        facts.stack,
      ),
      effect: "changes",
    },
  ];
}

/** Makes a snapshot of what an automated backup restores. */
function createSnapshot(facts: Facts, rescue: string, source: DatabaseSource): Step[] {
  const { region = facts.region, arn, time, earliest } = source;
  const aws = (operation: string) => `aws rds ${operation} --region ${region}`;
  const [instance, snapshot] = [`--db-instance-identifier ${rescue}`, `--db-snapshot-identifier ${rescue}`];
  const group = facts.deployment.resources?.find(
    ({ type }) => type === "aws:rds/subnetGroup:SubnetGroup",
  )?.id;
  const network =
    region !== facts.region
      ? " It gets subnets of the default VPC there (docs/backups.md#1-restore-it-there)."
      : "";
  const from = earliest === undefined ? "" : ` from ${formatTime(earliest)}`;
  return [
    {
      does: `Restores the automated backup into ${rescue}, of which the next steps make a snapshot.${network} For a moment before a mistake, such as a dropped table, replace --use-latest-restorable-time with --restore-time and the moment,${from} to ${formatTime(time)}. If ${rescue} exists already, from these commands, which were interrupted, go on with the next one.`,
      command: `${aws("restore-db-instance-to-point-in-time")} --source-db-instance-automated-backups-arn ${arn} --target-db-instance-identifier ${rescue} --use-latest-restorable-time --no-publicly-accessible${group === undefined || region !== facts.region ? "" : ` --db-subnet-group-name ${group}`}`,
      effect: "changes",
    },
    {
      does: "Waits for it.",
      command: `${aws("wait db-instance-available")} ${instance}`,
      effect: "reads",
    },
    {
      does: "Makes the snapshot.",
      command: `${aws("create-db-snapshot")} ${instance} ${snapshot}`,
      effect: "changes",
    },
    {
      does: "Waits for it.",
      command: `${aws("wait db-snapshot-available")} ${snapshot}`,
      effect: "reads",
    },
  ];
}

/** Copies a snapshot to the stack's region, encrypted with the stack's own key, if it has one there. */
function copySnapshot(
  facts: Facts,
  arn: string,
  copy: string,
  { region = "", kmsKeyId }: DatabaseSource,
): Step[] {
  const own = facts.deployment.resources?.find(({ urn }) => urn.endsWith("::beo-db-key"))?.id;
  const isUsable = own !== undefined && !facts.unusableKeys.some(({ id }) => id === own);
  const key = kmsKeyId === undefined ? "" : ` --kms-key-id ${isUsable ? own : "alias/aws/rds"}`;
  return [
    {
      does: `Copies the snapshot from ${region} to ${facts.region}.`,
      command: `aws rds copy-db-snapshot --region ${facts.region} --source-region ${region}${key} --source-db-snapshot-identifier ${arn} --target-db-snapshot-identifier ${copy}`,
      effect: "changes",
    },
    {
      does: "Waits for it.",
      command: `aws rds wait db-snapshot-available --region ${facts.region} --db-snapshot-identifier ${copy}`,
      effect: "reads",
    },
  ];
}
