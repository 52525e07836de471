import type { DBInstance } from "@aws-sdk/client-rds";
import { formatTime } from "../../stacks/database-sources";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { findDatabaseInstance } from "../find-database-instance";
import { describeCopy, getForeign } from "../restore/foreign-snapshots";
import { findSnapshot, readWindow, requireWithin } from "../restore/points";
import { getOwnNames } from "../restore/position";
import { UserError } from "../user-error";

/** What a drill restores. */
export type RecoveryPoint =
  /** `time`: the latest restorable one when the drill began. */
  | { kind: "latest"; time: string }
  | { kind: "time"; time: string }
  | { kind: "snapshot"; time: string; snapshot: string };

/**
 * Returns the recovery point that the options name.
 *
 * @throws UserError if the database has no such backup.
 */
export async function findRecoveryPoint(
  { time, snapshot }: { time?: Date; snapshot?: string },
  original: DBInstance,
  { rds }: Pick<Clients, "rds">,
): Promise<RecoveryPoint> {
  const identifier = original.DBInstanceIdentifier ?? "";
  if (snapshot !== undefined) {
    const foreign = getForeign(snapshot, original);
    if (foreign !== undefined) {
      const region = await rds().config.region();
      throw new UserError(
        `The snapshot ${snapshot} is of the account ${foreign.account} in ${foreign.region}. Expected one in the account and region of ${identifier}. ${describeCopy(snapshot, foreign, original, region)}`,
      );
    }
    const found = await callAws(findSnapshot(rds(), snapshot), "Nothing was created.");
    if (found === undefined) {
      const region = await rds().config.region();
      throw new UserError(
        `There is no snapshot ${snapshot} of ${identifier}. To list them: aws rds describe-db-snapshots --region ${region} --db-instance-identifier ${identifier} --query 'DBSnapshots[].DBSnapshotIdentifier'`,
      );
    }
    // A copy of a snapshot has the time of its copying, too.
    const created = found.OriginalSnapshotCreateTime ?? found.SnapshotCreateTime;
    if (found.Status !== "available" || created === undefined) {
      throw new UserError(
        `The snapshot ${snapshot} is ${found.Status ?? "unknown"}. Expected an available one.`,
      );
    }
    if (!getOwnNames(identifier).includes(found.DBInstanceIdentifier ?? "")) {
      throw new UserError(
        `The snapshot ${snapshot} is of ${found.DBInstanceIdentifier ?? "?"}. Expected a snapshot of ${identifier}, with which it is compared.`,
      );
    }
    return { kind: "snapshot", snapshot, time: formatTime(created) };
  }
  const { LatestRestorableTime: latest } = original;
  if (latest === undefined) {
    throw new UserError(
      `${identifier} has no automated backups to restore: BackupRetentionPeriod is ${original.BackupRetentionPeriod ?? 0}. Restore a snapshot: --snapshot <id>`,
    );
  }
  if (time === undefined) {
    return { kind: "latest", time: formatTime(latest) };
  }
  requireWithin(time, await callAws(readWindow(rds(), original), "Nothing was created."), identifier);
  return { kind: "time", time: formatTime(time) };
}

/**
 * Returns the recovery point of a restore that begins now: the latest restorable time goes on while people answer, and while
 * a database is deleted that an earlier drill left.
 */
export async function readLatest(
  point: RecoveryPoint,
  original: DBInstance,
  clients: Pick<Clients, "rds">,
): Promise<RecoveryPoint> {
  if (point.kind !== "latest") {
    return point;
  }
  const found = await callAws(
    findDatabaseInstance(clients.rds(), original.DBInstanceIdentifier ?? ""),
    "Nothing was restored.",
  );
  return findRecoveryPoint({}, found ?? original, clients);
}

/** Formats a recovery point as the value of a tag, by which an interrupted drill is continued. */
export function formatTag(point: RecoveryPoint): string {
  return [point.kind, point.time, ...(point.kind === "snapshot" ? [point.snapshot] : [])].join(" ");
}

/** Reads the recovery point from a tag. Undefined if the tag is not a drill's. */
export function parseTag(tag = ""): RecoveryPoint | undefined {
  const [kind, time = "", snapshot] = tag.split(" ");
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(time);
  if (isTime && (kind === "latest" || kind === "time") && snapshot === undefined) {
    return { kind, time };
  }
  return isTime && kind === "snapshot" && snapshot !== undefined ? { kind, time, snapshot } : undefined;
}

/** Says for people what is restored. */
export function describeRecoveryPoint(point: RecoveryPoint): string {
  return point.kind === "snapshot"
    ? `snapshot ${point.snapshot} of ${point.time}`
    : `automated backups, ${point.kind === "latest" ? "latest restorable time" : "as of"} ${point.time}`;
}
