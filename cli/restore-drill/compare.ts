import { formatCount, formatDuration } from "../report";
import type { DrillChecks, DrillRecord } from "./record";
import type { TableContents } from "./read-contents";

/** What the checks read. */
export interface DrillFindings {
  original: TableContents[];
  restored: TableContents[];
  /** The moment whose data was restored. */
  recoveryPoint: string;
  /** When the original was read. */
  comparedAt: Date;
  /** Files that the restored database refers to, those that the media bucket does not have, and columns that were left out. */
  files: { checked: number; missing: string[]; leftOut: string[] };
}

/** The part of a record that the checks decide. */
export type Outcome = Pick<DrillRecord, "checks" | "result" | "problems">;

/** Names of each kind in a message. */
const shown = 5;

/** Hours between the recovery point and the comparison up to which a table hardly doubles its rows. */
const maxHours = 24;

/** Rows of the original from which on half of them is no chance. */
const manyRows = 100;

/** Compares the restored database with the original, and says what is wrong. */
export function compare({ original, restored, recoveryPoint, comparedAt, files }: DrillFindings): Outcome {
  const found = new Map(restored.map(({ table, rows }) => [table, rows]));
  const missing = original.filter(({ table }) => !found.has(table)).map(({ table }) => table);
  // Rows that were added since are no reason for a table without any.
  const empty = original
    .filter(({ table, rows }) => rows > 0 && found.get(table) === 0)
    .map(({ table }) => table);
  const hours = (comparedAt.getTime() - Date.parse(recoveryPoint)) / (60 * 60 * 1000);
  const shrunk = original
    .filter(({ table, rows }) => {
      const restoredRows = found.get(table) ?? 0;
      return hours <= maxHours && rows >= manyRows && restoredRows > 0 && restoredRows < rows / 2;
    })
    .map(({ table }) => table);
  const newest = findNewest(restored);
  const problems = [
    ...(original.length === 0 ? ["The original database has no tables that its user may read."] : []),
    ...describe(missing, "table is missing", "tables are missing"),
    ...describe(
      empty,
      "table is empty and has rows in the original",
      "tables are empty and have rows in the original",
    ),
    ...describe(
      shrunk,
      "table has less than half of the original's rows",
      "tables have less than half of the original's rows",
    ),
    ...(original.length > 0 && sum(original) === 0 ? ["The original database has no rows to compare."] : []),
    ...(newest === undefined && findNewest(original) !== undefined
      ? ["No row has a time up to the recovery point, unlike in the original."]
      : []),
    ...describe(
      files.missing,
      "file that the database refers to is not in the media bucket",
      "files that the database refers to are not in the media bucket",
    ),
    ...(files.checked === 0 && files.leftOut.length > 0
      ? [`No file was checked: most values of ${list(files.leftOut)} do not look like files.`]
      : []),
  ];
  const checks = {
    tables: { original: original.length, restored: restored.length },
    rows: { original: sum(original), restored: sum(restored) },
    newestRow:
      newest === undefined
        ? null
        : {
            ...newest,
            secondsBefore: Math.round((Date.parse(recoveryPoint) - Date.parse(newest.time)) / 1000),
          },
    objects: {
      checked: files.checked,
      missing: files.missing.length,
      leftOut: files.leftOut.slice(0, shown),
    },
  };
  return {
    checks,
    result: problems.length === 0 ? "passed" : "failed",
    problems,
  };
}

const sum = (tables: TableContents[]) => tables.reduce((total, { rows }) => total + rows, 0);

function findNewest(tables: TableContents[]): { table: string; time: string } | undefined {
  const [newest] = tables
    .flatMap(({ table, newest: time }) => (time === null ? [] : [{ table, time }]))
    .sort((a, b) => Date.parse(b.time) - Date.parse(a.time));
  return newest;
}

function describe(names: string[], one: string, many: string): string[] {
  return names.length === 0 ? [] : [`${names.length} ${names.length === 1 ? one : many}: ${list(names)}.`];
}

function list(names: string[]): string {
  const rest = names.length - shown;
  return [...names.slice(0, shown), ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** Formats a record for people. */
export function formatOutcome({
  result,
  source,
  restoredAt,
  restoreSeconds,
  instanceClass,
  checks,
  problems,
}: DrillRecord): string {
  return [
    `Restore drill ${result}: ${source}.`,
    ...(restoreSeconds === null
      ? restoredAt === null
        ? []
        : [`  Restored by an earlier run, at ${restoredAt}.`]
      : [`  Restore time: ${formatDuration(restoreSeconds)}, on ${instanceClass}.`]),
    ...(checks === null ? [] : formatChecks(checks)),
    ...problems.map((problem) => `  ✗ ${problem}`),
  ].join("\n");
}

function formatChecks({ tables, rows, newestRow, objects }: DrillChecks): string[] {
  return [
    `  Tables: ${tables.restored} of ${tables.original}. Rows: ${rows.restored}, in the original now ${rows.original}.`,
    newestRow === null
      ? "  Newest row: no table has a time."
      : `  Newest row: ${newestRow.time} in ${newestRow.table}, ${formatDuration(newestRow.secondsBefore)} before the recovery point.`,
    objects.checked === 0
      ? "  Files: none checked."
      : `  Files: ${objects.checked - objects.missing} of ${formatCount(objects.checked, "file")} are in the media bucket.`,
    ...(objects.leftOut.length === 0
      ? []
      : [`  Not checked, because most values do not look like files: ${objects.leftOut.join(", ")}.`]),
  ];
}
