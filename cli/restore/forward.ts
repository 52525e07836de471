import type { DBInstance } from "@aws-sdk/client-rds";
import { formatAge } from "../report";
import { isTooOldUnattended } from "../unattended";
import { UserError } from "../user-error";
import { backUpState, type Context, readStatus, type Status } from "./context";
import { getSwitchQuestion, reportComparison } from "./comparison";
import { confirmForward } from "./interrupted-undo";
import { describePlan, describeSwitch } from "./plan";
import { getLabel, isLatest, isOfOther, type Point, type PointOptions } from "./points";
import { getOldName, getRestoredName, type Instances, isGoingBack } from "./position";
import { completeRestored, record, restoreBeside, switchNames, update } from "./steps";
import { getTag, tagNames, undone } from "./tags";
import { requireUpdate } from "./update";
import { getPending, waitForInstance } from "./wait";

/** What the command line names of a restore. */
export interface ForwardOptions extends PointOptions {
  /** The instance class of the restored database. */
  class?: string;
  /** Chooses a point where the command line names none, and checks it. */
  choosePoint: (current: DBInstance) => Promise<Point>;
}

/**
 * Restores the database of a stack, from wherever an earlier run was interrupted: after each step it reads again how far the
 * restore is.
 */
export async function goForward(context: Context, options: ForwardOptions): Promise<void> {
  let status = await readStatus(context);
  if (isGoingBack(status.instances)) {
    await confirmForward(context, status, options);
    status = await readStatus(context);
  }
  if (status.position !== "intact") {
    context.print(describeResumption(context, status));
    requireSamePoint(context, status, options);
    requireSameClass(context, status, options);
    requireNamed(context, status, options);
  }
  while (status.position !== "recorded") {
    await step(context, status, options);
    status = await readStatus(context);
  }
  update(context, status.instances);
}

async function step(
  context: Context,
  { position, instances }: Status,
  options: ForwardOptions,
): Promise<void> {
  const { current, restored, old } = instances;
  if (position === "intact" && current !== undefined) {
    await begin(context, current, options);
  } else if (position === "restoring" && current !== undefined && restored !== undefined) {
    const complete = await completeRestored(context, current, restored);
    const comparison = await context.verify(current, complete);
    reportComparison(context, comparison);
    await context.requireQuiet();
    requireUpdate(context, "The names were not switched: the application uses the database as before.");
    context.print(describeSwitch(context, current, complete));
    if (!context.confirm(getSwitchQuestion(comparison))) {
      throw new UserError(
        `The names were not switched: the application uses the database as before. To go on: npx beo restore ${context.stack}. To delete the restored one: npx beo restore ${context.stack} --undo`,
      );
    }
    await switchNames(context, await readAgain(context, current, complete));
  } else if (position === "switched" && current !== undefined && old !== undefined) {
    await waitForInstance(context, current.DbiResourceId, instances.name);
    record(context, instances.name, old, current);
  } else {
    await switchNames(context, instances);
  }
}

/** Reads the instances again: a question may stay open for long. @throws UserError if they are other ones. */
async function readAgain(context: Context, current: DBInstance, restored: DBInstance): Promise<Instances> {
  const { position, instances } = await readStatus(context);
  if (
    position !== "restoring" ||
    instances.current?.DbiResourceId !== current.DbiResourceId ||
    instances.restored?.DbiResourceId !== restored.DbiResourceId
  ) {
    throw new UserError(
      `The instances of ${context.stack} changed while the question was open. Nothing was switched. See how far the restore is: npx beo restore ${context.stack}`,
    );
  }
  return instances;
}

async function begin(
  context: Context,
  found: DBInstance,
  { choosePoint, class: instanceClass }: ForwardOptions,
): Promise<void> {
  requireStarted(context.stack, found);
  // A backup or a change may be running.
  const current = await waitForInstance(context, found.DbiResourceId, found.DBInstanceIdentifier ?? "");
  requireRestorable(context.region, current);
  await context.requireQuiet();
  const point = await choosePoint(current);
  const name = current.DBInstanceIdentifier ?? "";
  const isForeign = isOfOther(point, name);
  if (isForeign && !context.isAttended) {
    throw new UserError(
      `${point.label} is of the database ${point.source}, not of ${name}, the database of ${context.stack}. --yes does not restore the data of another database. Nothing was changed. To decide yourself, run the command without --yes.`,
    );
  }
  // Needs what decrypts the state, and finds it missing now instead of after the restore.
  context.engine.readPassword();
  requireUpdate(context, "Nothing was changed.");
  context.print(describePlan(context, current, point, instanceClass));
  reportMissingTools(context);
  const question = isForeign
    ? `Restore the data of ${point.source} into ${context.stack}? Type yes: `
    : "Go on? Type yes: ";
  if (!context.confirm(question)) {
    throw new UserError("Nothing was changed.");
  }
  backUpState(context, "Nothing was changed.");
  await restoreBeside(context, current, point, instanceClass);
}

/** Says before the restore that its rows cannot be compared. */
function reportMissingTools({ stack, isAttended, print, describeMissingTools }: Context): void {
  const missing = describeMissingTools();
  if (missing !== undefined && !isAttended) {
    throw new UserError(
      `The rows cannot be compared: ${missing} --yes does not switch to a database that could not be compared. Nothing was changed. Install what is missing, or restore without comparing: npx beo restore ${stack} --yes --skip-verify, with the point.`,
    );
  }
  if (missing !== undefined) {
    print(`\nThe rows will not be compared: ${missing}`);
  }
}

/** The instance keeps its name with an ending, which RDS limits: CreateDBInstance, DBInstanceIdentifier. */
const maxName = 63;

function requireStarted(stack: string, { DBInstanceIdentifier: name, DBInstanceStatus }: DBInstance): void {
  if (DBInstanceStatus?.startsWith("stop")) {
    throw new UserError(`${name ?? ""} is ${DBInstanceStatus}. Start it: npx beo wake ${stack}`);
  }
}

function requireRestorable(region: string, current: DBInstance): void {
  const { DBInstanceIdentifier: name = "" } = current;
  const restored = getRestoredName(name);
  const replicas = [
    ...(current.ReadReplicaDBInstanceIdentifiers ?? []),
    ...(current.ReadReplicaDBClusterIdentifiers ?? []),
  ];
  const pending = getPending(current);
  if (pending.length > 0) {
    throw new UserError(
      `${name} has changes that wait for its maintenance window (${pending.join(", ")}), and the switch would make them at once. Make them first: aws rds modify-db-instance --region ${region} --db-instance-identifier ${name} --apply-immediately`,
    );
  }
  if (restored.length > maxName) {
    throw new UserError(
      `The restored database would have the name ${restored} (${restored.length} characters). The maximum is ${maxName}. Restore it in a new stack: docs/restoring.md#the-database-in-a-new-stack`,
    );
  }
  if (replicas.length > 0 || current.ReadReplicaSourceDBInstanceIdentifier !== undefined) {
    throw new UserError(
      `${name} has replicas or is one (${[current.ReadReplicaSourceDBInstanceIdentifier, ...replicas].filter(Boolean).join(", ")}). They would not follow the restored database. Delete or promote them first.`,
    );
  }
}

function describeResumption({ stack, now }: Context, { position, instances }: Status): string {
  const { name, restored } = instances;
  const from = restored && getTag(restored, tagNames.restoredFrom);
  const created = restored?.InstanceCreateTime;
  const origin =
    from === undefined
      ? ""
      : from === undone
        ? ", the database until --undo,"
        : ` (from "${from}"${created === undefined ? "" : `, ${formatAge(created, now())} ago`})`;
  const next = {
    intact: "",
    restoring: `${getRestoredName(name)}${origin} is beside the database. Next: complete and verify it, then switch the names.`,
    "half-switched": `the old database has the name ${getOldName(name)}, and the application has none. Next: the restored one gets the name ${name}.`,
    switched: `the restored database has the name ${name}. Next: record it in the state.`,
    recorded: `the state has the restored database. Next: update the stack.`,
  }[position];
  return `Goes on with the restore of ${stack}: ${next}\nTo undo it instead: npx beo restore ${stack} --undo`;
}

/** A restored instance whose "latest" data is older is another point. */
const maxLatestHours = 1;

function requireSamePoint({ stack, now }: Context, { instances }: Status, options: PointOptions): void {
  const label = getLabel(options);
  const { current, restored } = instances;
  const created = restored?.InstanceCreateTime;
  const restoredFrom = [restored, current].flatMap(
    (one) => (one && getTag(one, tagNames.restoredFrom)) ?? [],
  );
  const [from] = restoredFrom;
  if (label !== undefined && from === undone) {
    throw new UserError(
      `${(restored ?? current)?.DBInstanceIdentifier ?? ""} was the database of ${stack} until --undo, and is not what you named. To switch to it again: npx beo restore ${stack}. To restore ${label}, delete it first: npx beo restore ${stack} --undo`,
    );
  }
  if (
    isLatest(options) &&
    created !== undefined &&
    now().getTime() - created.getTime() > maxLatestHours * 60 * 60 * 1000
  ) {
    throw new UserError(
      `${restored?.DBInstanceIdentifier ?? ""} was restored ${formatAge(created, now())} ago, and has not the latest data. To switch to it nevertheless: npx beo restore ${stack}. To restore the latest data, delete it first: npx beo restore ${stack} --undo`,
    );
  }
  // RDS does not tell capital letters of a snapshot's name from others.
  if (label !== undefined && from?.toLowerCase() !== label.toLowerCase()) {
    throw new UserError(
      from === undefined
        ? `The restore before this one is not finished. Keep its database, and delete the old one: npx beo restore ${stack} --finish. Or go back to the old one: npx beo restore ${stack} --undo`
        : `A restore of ${stack} from "${from}" is under way. Go on with it: npx beo restore ${stack}. Or undo it first: npx beo restore ${stack} --undo`,
    );
  }
}

/** The class is chosen when a restore begins. */
function requireSameClass(
  { stack }: Context,
  { instances: { current, restored } }: Status,
  { class: asked }: ForwardOptions,
): void {
  const { DBInstanceIdentifier: name = "", DBInstanceClass: found = "" } = restored ?? current ?? {};
  if (asked !== undefined && asked !== found) {
    throw new UserError(
      `A restore of ${stack} is under way, and ${name} has the class ${found}, not ${asked}. Go on with it, without --class: npx beo restore ${stack}. Or undo it first: npx beo restore ${stack} --undo`,
    );
  }
}

/**
 * Without a person and a point, only a restore that was interrupted goes on: not with what --undo left, or one of days ago.
 * Without a person, never with the data of another database.
 */
function requireNamed(
  { stack, isAttended, now }: Context,
  { position, instances: { restored } }: Status,
  options: PointOptions,
): void {
  if (isAttended || position !== "restoring" || restored === undefined) {
    return;
  }
  const { DBInstanceIdentifier: name = "", InstanceCreateTime: created = now() } = restored;
  const other = getTag(restored, tagNames.dataOf);
  if (other !== undefined) {
    throw new UserError(
      `${name} has the data of the database ${other}. --yes does not switch to the data of another database. Nothing was changed. To decide yourself: npx beo restore ${stack}. To delete it: npx beo restore ${stack} --undo`,
    );
  }
  if (getLabel(options) !== undefined) {
    return;
  }
  const from = getTag(restored, tagNames.restoredFrom) ?? "";
  if (from === undone || isTooOldUnattended(created, now())) {
    throw new UserError(
      `${name} ${from === undone ? `was the database of ${stack} until --undo` : `was restored from "${from}" ${formatAge(created, now())} ago`}. --yes does not switch to it without its point. Nothing was changed. To switch to it: npx beo restore ${stack}. To restore another point, delete it first: npx beo restore ${stack} --undo`,
    );
  }
}
