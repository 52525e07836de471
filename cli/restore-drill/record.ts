import { isRecord, parseJson } from "../../stacks/validators";

/** The result of a restore drill, as `--json` prints it and the SSM parameter holds it. */
export interface DrillRecord {
  /** When the checks ended, in UTC. */
  time: string;
  /** What was restored: a snapshot, or the automated backups. */
  source: string;
  /** The moment whose data was restored. */
  recoveryPoint: string;
  /** When it was restored: an earlier run may have done it. Null if it was not. */
  restoredAt: string | null;
  /** Seconds from the request to the available database: the measured recovery time. Null if the drill was interrupted. */
  restoreSeconds: number | null;
  instanceClass: string;
  /** What the checks read. Null if there was nothing to check, because the restore failed. */
  checks: DrillChecks | null;
  result: "passed" | "failed";
  problems: string[];
}

/** What the checks of a drill read. */
export interface DrillChecks {
  tables: { original: number; restored: number };
  rows: { original: number; restored: number };
  /** The newest row of the restored database, and its age at the recovery point. Null if no table has a time. */
  newestRow: { table: string; time: string; secondsBefore: number } | null;
  /** Files that the restored database refers to, and the first columns with files that were left out. */
  objects: { checked: number; missing: number; leftOut: string[] };
}

/**
 * Returns the name of the SSM parameter that holds the last drill. It is not below `/<application name>/`, which the
 * instances' secrets are, so that it belongs to no stack: destroying and recovering one leave it alone.
 */
export function getDrillParameter(applicationName: string): string {
  return `/${applicationName}-operations/restore-drill`;
}

/** SSM's limit of a standard parameter: 4 KB. */
const maxLength = 4096;

/** Formats a record for the parameter. Drops the last problems of a record that is too long, and says so. */
export function formatRecord(record: DrillRecord): string {
  for (let kept = record.problems.length; kept >= 0; kept -= 1) {
    const dropped = record.problems.length - kept;
    const problems = [
      ...record.problems.slice(0, kept),
      ...(dropped === 0 ? [] : [`And ${dropped} more, which the drill printed.`]),
    ];
    const text = JSON.stringify({ ...record, problems });
    if (Buffer.byteLength(text) <= maxLength) {
      return text;
    }
  }
  throw new Error("The record of the drill does not fit into an SSM parameter.");
}

/** The last drill as the parameter has it: a record, or the date of one that was made by hand. */
export interface LastDrill {
  date: Date;
  result: DrillRecord["result"];
  problems: string[];
  restoreSeconds?: number;
  /** The moment whose data was restored. */
  recoveryPoint?: Date;
  /** When it was restored. Undefined in records of earlier versions. */
  restoredAt?: Date;
  /** How many files the drill looked for. */
  checkedFiles?: number;
}

/** Reads the value of the parameter. Undefined if it is neither a record nor a date, or of the future. */
export function parseLastDrill(value: string, now: Date): LastDrill | undefined {
  const record = parseJson(value);
  if (!isRecord(record)) {
    // `new Date` also reads "failed on 2026-11-01".
    const date = new Date(/^\d{4}-\d\d-\d\d$/.test(value) ? value : "");
    return Number.isNaN(date.getTime()) || date > now ? undefined : { date, result: "passed", problems: [] };
  }
  const { time, result, problems, restoreSeconds, checks } = record;
  const moments = [time, record.recoveryPoint, record.restoredAt].map(toDate);
  const [date, recoveryPoint, restoredAt] = moments;
  const objects = isRecord(checks) ? checks.objects : undefined;
  const checked = isRecord(objects) ? objects.checked : undefined;
  // A moment of the future would count as recent for ever.
  const isLater = moments.some((moment) => moment !== undefined && moment > now);
  return date === undefined || isLater || (result !== "passed" && result !== "failed")
    ? undefined
    : {
        date,
        result,
        problems: Array.isArray(problems) ? problems.map(String) : [],
        ...(typeof restoreSeconds === "number" && { restoreSeconds }),
        ...(recoveryPoint !== undefined && { recoveryPoint }),
        ...(restoredAt !== undefined && { restoredAt }),
        ...(typeof checked === "number" && { checkedFiles: checked }),
      };
}

/** Returns a moment of a record. Undefined if it has none: the date of null would be that of 1970. */
function toDate(value: unknown): Date | undefined {
  const date = new Date(typeof value === "string" ? value : "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}
