import type { DBInstance } from "@aws-sdk/client-rds";
import { formatAge, formatDate } from "../report";
import { isTooOldUnattended, unattendedLimit } from "../unattended";
import { UserError } from "../user-error";
import { getKeptDate, getRecoveryPoint } from "./database";
import type { DrillOptions } from "./drill";
import type { DrillPlace } from "./facts";
import { describeRecoveryPoint, findRecoveryPoint, formatTag, type RecoveryPoint } from "./recovery-point";

/** What a drill restores, or goes on with. */
export interface Choice {
  point: RecoveryPoint;
  instanceClass: string;
}

/** Whether a drill can go on with a database that an earlier one left. RDS deletes one that is being deleted. */
export function isUsable(left: DBInstance | undefined): left is DBInstance {
  return left !== undefined && left.DBInstanceStatus !== "deleting";
}

/**
 * Returns what to restore: by the options, or what an earlier drill restored.
 *
 * @throws UserError if what it restored is not what the options name, or is not to be taken without a person.
 */
export async function choosePoint(
  place: Pick<DrillPlace, "left" | "identifier" | "stack" | "clients">,
  instance: DBInstance,
  options: DrillOptions,
  now: Date,
): Promise<Choice> {
  const { left, identifier, stack, clients } = place;
  const chosen = left && getRecoveryPoint(left);
  if (!isUsable(left) || chosen === undefined) {
    const point = await findRecoveryPoint(options, instance, clients);
    return { point, instanceClass: options.class ?? instance.DBInstanceClass ?? "" };
  }
  const isAsked = options.time !== undefined || options.snapshot !== undefined;
  const asked = isAsked ? await findRecoveryPoint(options, instance, clients) : chosen;
  const instanceClass = left.DBInstanceClass ?? "";
  if (formatTag(asked) !== formatTag(chosen) || (options.class ?? instanceClass) !== instanceClass) {
    throw new UserError(
      `An earlier drill left ${identifier}: ${describeRecoveryPoint(chosen)}, ${instanceClass}. To go on with it, leave out --time, --snapshot and --class. To begin again, remove it first: npx beo restore-drill ${stack} --remove`,
    );
  }
  if (options.yes) {
    requireUnattended(place, left, chosen, options, now);
  }
  return { point: chosen, instanceClass };
}

/**
 * Without a person, only a drill that was interrupted goes on: with a database of days ago it would show nothing of the
 * backups of today, and what --keep kept would be deleted unasked.
 */
function requireUnattended(
  { identifier, stack }: Pick<DrillPlace, "identifier" | "stack">,
  left: DBInstance,
  point: RecoveryPoint,
  { keep }: DrillOptions,
  now: Date,
): void {
  const created = left.InstanceCreateTime ?? now;
  const kept = getKeptDate(left);
  const [state, limit] = isTooOldUnattended(created, now)
    ? [
        `was restored ${formatAge(created, now)} ago, by an earlier drill`,
        `--yes goes on with a restore of ${unattendedLimit} only.`,
      ]
    : kept !== undefined && keep !== true
      ? [`is kept since ${formatDate(kept)}, by --keep`, "--yes does not delete it."]
      : [];
  if (state !== undefined) {
    throw new UserError(
      `${identifier} ${state} (${describeRecoveryPoint(point)}). ${limit ?? ""} Nothing was changed. To restore the latest backup, remove it first: npx beo restore-drill ${stack} --remove. To go on with it: npx beo restore-drill ${stack}`,
    );
  }
}
