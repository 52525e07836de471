import type { DBInstance } from "@aws-sdk/client-rds";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { callAws } from "../call-aws";
import { requireAccount } from "../recover/read-facts";
import { formatAge } from "../report";
import { UserError } from "../user-error";
import { runChecks } from "./checks";
import { choosePoint, isUsable } from "./choose-point";
import { formatOutcome, type Outcome } from "./compare";
import { confirm } from "./confirm";
import { findDatabase, markKept } from "./database";
import { type DrillPlace, type Original, readOriginal, readPlace } from "./facts";
import { findCause } from "./failure";
import { Interrupts } from "./interrupts";
import { type DrillLock, requireUnlocked } from "./lock";
import { prepareRestore } from "./prepare-restore";
import { createDrillDatabase } from "./program";
import { type DrillRecord, formatRecord, getDrillParameter } from "./record";
import { describeRecoveryPoint, readLatest, type RecoveryPoint } from "./recovery-point";
import { remove, removeLeft } from "./remove";
import { DrillStack } from "./stack";
import { withLock } from "./with-lock";

/** The options of `npx beo restore-drill`. */
export interface DrillOptions {
  time?: Date;
  snapshot?: string;
  class?: string;
  sample: number;
  instance?: string;
  keep?: true;
  remove?: true;
  json?: true;
  yes?: true;
}

/** A drill that was confirmed. */
interface Plan {
  place: DrillPlace;
  original: Original;
  point: RecoveryPoint;
  instanceClass: string;
  interrupts: Interrupts;
  lock: DrillLock;
}

/** Restores, checks, records and removes. Returns the exit code. */
export async function drill(stack: string, options: DrillOptions): Promise<number> {
  const place = await readPlace(stack);
  if (options.remove) {
    return await removeLeft(place, options);
  }
  await requireUnlocked(place, new Date());
  const original = await readOriginal(place, options.instance);
  const { point, instanceClass } = await choosePoint(place, original.instance, options, new Date());
  confirm(
    `Restore drill of ${stack}:`,
    [
      !isUsable(place.left)
        ? `restore ${describeRecoveryPoint(point)} into ${place.identifier}, a new database (${instanceClass}), which costs what the original costs while it exists`
        : `go on with ${place.identifier} (${place.left.DBInstanceStatus ?? ""}), which an earlier drill left: ${describeRecoveryPoint(point)}. It was restored ${formatAge(getRestoredAt(place.left), new Date())} ago; nothing is restored now`,
      `read all tables of it and of ${original.instance.DBInstanceIdentifier ?? ""}, compare them, and look for files in ${original.mediaBucket}`,
      `record the result in the SSM parameter ${getDrillParameter(place.applicationName)}`,
      options.keep ? `keep ${place.identifier}` : `delete ${place.identifier}`,
    ],
    options,
  );
  const interrupts = new Interrupts();
  try {
    return await withLock(place, (lock) =>
      carryOut({ place, original, point, instanceClass, interrupts, lock }, options),
    );
  } catch (error) {
    throw interrupts.interrupted ? new UserError(describeInterrupted(place)) : error;
  } finally {
    interrupts.stop();
  }
}

async function carryOut(plan: Plan, options: DrillOptions): Promise<number> {
  const { place, interrupts, lock } = plan;
  const stack = await open(plan);
  try {
    const { restoreSeconds, restoredAt, outcome } = await restoreAndCheck(stack, plan, options);
    // Another drill may have removed the database, and recorded its own result.
    await lock.check();
    const record: DrillRecord = {
      time: new Date().toISOString(),
      source: describeRecoveryPoint(plan.point),
      recoveryPoint: plan.point.time,
      restoredAt,
      restoreSeconds,
      instanceClass: plan.instanceClass,
      ...outcome,
    };
    console.log(options.json ? JSON.stringify(record, null, 2) : formatOutcome(record));
    const unrecorded = await save(place, record).catch((error: unknown) => error as Error);
    if (options.keep) {
      console.error(await keep(place));
    } else {
      await remove(stack, place);
      interrupts.check();
    }
    if (unrecorded !== undefined) {
      throw unrecorded;
    }
    return record.result === "passed" ? 0 : 1;
  } finally {
    stack.close();
  }
}

/** Opens the throw-away stack, and prepares it to restore where there is no database to go on with. */
async function open(plan: Plan): Promise<DrillStack> {
  const { place, original } = plan;
  const program = () => {
    createDrillDatabase({ ...place, ...plan }, original.instance);
    return Promise.resolve({});
  };
  const stack = await DrillStack.open(place, program, { create: true });
  if (stack === undefined) {
    throw new Error("The throw-away stack was not created.");
  }
  try {
    const resources = await stack.readResources();
    requireAccount(place.stack, place.account, resources, { profile: place.config["aws:profile"] });
    await prepareRestore(stack, place, resources);
    return stack;
  } catch (error) {
    stack.close();
    throw error;
  }
}

/** What a drill did with the database. */
type Attempt = Pick<DrillRecord, "restoreSeconds" | "restoredAt"> & { outcome: Outcome };

/** Restores and checks. What fails is a result, too; an interruption is not. */
async function restoreAndCheck(stack: DrillStack, plan: Plan, { sample }: DrillOptions): Promise<Attempt> {
  const { place, original, interrupts } = plan;
  const started = Date.now();
  const attempt = { restoreSeconds: null, restoredAt: null } as Omit<Attempt, "outcome">;
  try {
    interrupts.check();
    if (place.left === undefined) {
      plan.point = await readLatest(plan.point, original.instance, place.clients);
    }
    console.error(`Restoring ${place.identifier} …`);
    await stack.up();
    interrupts.check();
    if (place.left === undefined) {
      // The time of an interrupted restore says nothing.
      attempt.restoreSeconds = Math.round((Date.now() - started) / 1000);
    }
    attempt.restoredAt = getRestoredAt(place.left).toISOString();
    const checks = { place, original, recoveryPoint: plan.point.time, sample, interrupts };
    return { ...attempt, outcome: await runChecks(checks) };
  } catch (error) {
    interrupts.check();
    const problem =
      error instanceof UserError ? error.message : `The restore failed: ${findCause(error as Error)}`;
    return { ...attempt, outcome: { checks: null, result: "failed", problems: [problem] } };
  }
}

/** When the database was restored: RDS sets the time of its creation. */
const getRestoredAt = (left: DBInstance | undefined): Date => left?.InstanceCreateTime ?? new Date();

async function save({ clients, applicationName }: DrillPlace, record: DrillRecord): Promise<undefined> {
  await callAws(
    clients.ssm().send(
      new PutParameterCommand({
        Name: getDrillParameter(applicationName),
        Type: "String",
        Overwrite: true,
        Value: formatRecord(record),
      }),
    ),
    "The result was not recorded.",
  );
  return undefined;
}

function describeInterrupted({ stack, identifier }: DrillPlace): string {
  return `The drill was interrupted. ${identifier} may exist, and costs. To go on: npx beo restore-drill ${stack}\nTo remove it: npx beo restore-drill ${stack} --remove`;
}

/** Marks the database as kept, and says for people what to do with it. */
async function keep({ stack, identifier, clients }: DrillPlace): Promise<string> {
  const database = await findDatabase(clients, identifier);
  if (database === undefined) {
    return `${identifier} does not exist: there is nothing to keep.`;
  }
  await markKept(clients, database, new Date());
  return `${identifier} is kept, and costs. To connect: npx beo psql ${stack} --host ${database.Endpoint?.Address ?? ""}\nTo remove it: npx beo restore-drill ${stack} --remove`;
}
