import type { DBInstance, DBInstanceAutomatedBackup, DBSnapshot } from "@aws-sdk/client-rds";
import { formatTime } from "../../stacks/database-sources";
import { commandLine, setCommand } from "../../stacks/commands";
import { formatAge } from "../report";
import { getFinalSnapshot } from "./delete";
import { isOfOther, type Point, type Window } from "./points";
import { getOldName, getRestoredName } from "./position";

interface Frame {
  stack: string;
  now: () => Date;
}

/** Describes what a restore will do. */
export function describePlan(
  { stack, now }: Frame,
  current: DBInstance,
  point: Point,
  instanceClass = current.DBInstanceClass,
): string {
  const { DBInstanceIdentifier: name = "", StorageEncrypted, KmsKeyId } = current;
  const notes = [
    ...(isOfOther(point, name)
      ? [
          `THIS IS THE DATA OF ANOTHER DATABASE: of ${point.source}, not of ${name}. The application of ${stack} will have it.`,
        ]
      : []),
    ...(point.isEncrypted === (StorageEncrypted === true)
      ? []
      : [
          point.isEncrypted
            ? "The restored database is encrypted, and the old one is not."
            : "THE RESTORED DATABASE IS NOT ENCRYPTED.",
        ]),
    ...(point.isEncrypted && StorageEncrypted && point.kmsKeyId !== KmsKeyId
      ? [`The restored database has another key: ${point.kmsKeyId ?? ""}`]
      : []),
    ...(instanceClass === current.DBInstanceClass
      ? []
      : [
          `The restored database has the class ${instanceClass ?? ""}, and the update of step 8 changes it to that of the settings. To keep it: ${commandLine([setCommand("database.instanceClass", instanceClass ?? "")], stack)}`,
        ]),
  ];
  return [
    `To restore ${name}, the database of ${stack}, from ${describePoint(point, now())}:`,
    `  1. Keep a copy of the state in a file.`,
    `  2. Restore to ${getRestoredName(name)}, beside the database, with its settings: 10 to 60 minutes.`,
    `  3. Give it the settings that a restore does not take, and the current password: a few minutes.`,
    `  4. Verify it: compare the rows of each table.`,
    `  5. Preview an update again, and after a question, switch the names: ${name} becomes ${getOldName(name)}, and the restored one ${name}. The database is unavailable for a few minutes.`,
    `  6. Record the restored database in the state.`,
    `  7. Preview an update. It may neither replace nor delete anything.`,
    `  8. After a question, update the stack.`,
    `  9. Later, delete the old database: npx beo restore ${stack} --finish`,
    `Until step 5 the application uses the database as before. Each step can be interrupted: run the command again. The way back, until step 9: npx beo restore ${stack} --undo`,
    `What is written after that moment is lost with the switch. Turn on maintenance first, unless the application is down: docs/operating.md#maintenance`,
    `From step 5 to 8, do not run pulumi up or eb deploy.`,
    ...notes,
  ].join("\n");
}

/** Describes the switch, right before it. */
export function describeSwitch({ stack }: Frame, current: DBInstance, restored: DBInstance): string {
  const { DBInstanceIdentifier: name = "" } = current;
  return [
    `${restored.DBInstanceIdentifier ?? ""} can take the place of ${name}. To look at it first, in another terminal:`,
    `  npx beo psql ${stack} --host ${restored.Endpoint?.Address ?? ""}`,
    `The switch makes the database unavailable for a few minutes. What ${name} has and the restored one has not stays in ${getOldName(name)}.`,
  ].join("\n");
}

function describePoint(point: Point, now: Date): string {
  const { moment, time, snapshot, backup, source: database } = point;
  const age = moment === undefined ? "" : ` (${formatTime(moment)}, ${formatAge(moment, now)} ago)`;
  const source = backup === undefined ? "" : ` of ${backup} of the database ${database}`;
  return snapshot === undefined
    ? `${time === undefined ? "the latest restorable time" : "the moment"}${source}${age}`
    : `the snapshot ${snapshot} of the database ${database}${age}`;
}

/** Lists the points that a database can be restored from, and how to name each. */
export function listPoints(
  { stack, now }: Frame,
  name: string,
  { earliest, latest }: Window,
  snapshots: DBSnapshot[],
  retained: DBInstanceAutomatedBackup[] = [],
): string {
  const range =
    latest === undefined
      ? ["  none: the database has no automated backups"]
      : [
          `  --latest: ${formatTime(latest)}, ${formatAge(latest, now())} ago`,
          `  --time <moment>: ${earliest === undefined ? "" : `from ${formatTime(earliest)} `}to ${formatTime(latest)}`,
        ];
  const list = snapshots.map(({ DBSnapshotIdentifier: id = "", SnapshotCreateTime: time, ...snapshot }) =>
    [
      `  --snapshot ${id}: ${getKind(id, snapshot)}${formatOwner(snapshot, name)}`,
      ...(time === undefined ? [] : [`${formatTime(time)}, ${formatAge(time, now())} ago`]),
      ...(snapshot.Encrypted === false ? ["not encrypted"] : []),
    ].join(", "),
  );
  const kept = retained.map(({ DBInstanceAutomatedBackupsArn: arn = "", RestoreWindow, ...backup }) => {
    const { EarliestTime: from, LatestTime: to } = RestoreWindow ?? {};
    const moments = from && to ? `, from ${formatTime(from)} to ${formatTime(to)}` : "";
    return `  --automated-backup ${arn}: kept${formatOwner(backup, name)}${moments}`;
  });
  return [
    `What ${name}, the database of ${stack}, can be restored from:`,
    "Automated backups",
    ...range,
    ...kept,
    "Snapshots",
    ...(list.length === 0 ? ["  none"] : list),
  ].join("\n");
}

/** The program names the snapshot that RDS takes when it deletes an instance <name>-final-<letters>; that of --finish has the resource id. */
function getKind(id: string, snapshot: DBSnapshot): string {
  const isFinal = id.includes("-final-") || id === getFinalSnapshot(snapshot);
  return isFinal ? "final" : (snapshot.SnapshotType ?? "manual");
}

/** Says of which database a backup is, where that had another name. */
function formatOwner({ DBInstanceIdentifier: owner }: { DBInstanceIdentifier?: string }, name: string) {
  return owner === undefined || owner === name ? "" : ` of ${owner}`;
}
