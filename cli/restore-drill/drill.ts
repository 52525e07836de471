import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { ask } from "../ask";
import { callAws } from "../call-aws";
import { requireAccount } from "../recover/read-facts";
import { ofType } from "../status/context";
import { UserError } from "../user-error";
import { runChecks } from "./checks";
import { formatOutcome, type Outcome } from "./compare";
import { deleteDatabase, findDatabase, getRecoveryPoint } from "./database";
import { type DrillPlace, type Original, readOriginal, readPlace } from "./facts";
import { Interrupts } from "./interrupts";
import { createDrillDatabase } from "./program";
import { type DrillRecord, formatRecord, getDrillParameter } from "./record";
import { describeRecoveryPoint, findRecoveryPoint, formatTag, type RecoveryPoint } from "./recovery-point";
import { DrillStack } from "./stack";

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
}

/** Restores, checks, records and removes. Returns the exit code. */
export async function drill(stack: string, options: DrillOptions): Promise<number> {
  const place = await readPlace(stack);
  if (options.remove) {
    return await removeLeft(place, options);
  }
  const original = await readOriginal(place, options.instance);
  const { point, instanceClass } = await choosePoint(place, original, options);
  confirm(
    `Restore drill of ${stack}:`,
    [
      place.left === undefined
        ? `restore ${describeRecoveryPoint(point)} into ${place.identifier}, a new database (${instanceClass}), which costs what the original costs while it exists`
        : `go on with ${place.identifier} (${place.left.DBInstanceStatus ?? ""}), which an earlier drill left: ${describeRecoveryPoint(point)}`,
      `read all tables of it and of ${original.instance.DBInstanceIdentifier ?? ""}, compare them, and look for files in ${original.mediaBucket}`,
      `record the result in the SSM parameter ${getDrillParameter(place.applicationName)}`,
      options.keep ? `keep ${place.identifier}` : `delete ${place.identifier}`,
    ],
    options,
  );
  const interrupts = new Interrupts();
  try {
    return await carryOut({ place, original, point, instanceClass, interrupts }, options);
  } catch (error) {
    throw interrupts.interrupted ? new UserError(describeInterrupted(place)) : error;
  } finally {
    interrupts.stop();
  }
}

/** Returns what to restore: by the options, or what an interrupted drill restored. */
async function choosePoint(
  { left, identifier, stack, clients }: DrillPlace,
  { instance }: Original,
  options: DrillOptions,
): Promise<{ point: RecoveryPoint; instanceClass: string }> {
  const chosen = left && getRecoveryPoint(left);
  if (left === undefined || chosen === undefined) {
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
  return { point: chosen, instanceClass };
}

async function carryOut(plan: Plan, options: DrillOptions): Promise<number> {
  const { place, interrupts } = plan;
  const stack = await open(plan);
  try {
    const { restoreSeconds, outcome } = await restoreAndCheck(stack, plan, options);
    const record: DrillRecord = {
      time: new Date().toISOString(),
      source: describeRecoveryPoint(plan.point),
      recoveryPoint: plan.point.time,
      restoreSeconds,
      instanceClass: plan.instanceClass,
      ...outcome,
    };
    console.log(options.json ? JSON.stringify(record, null, 2) : formatOutcome(record));
    const unrecorded = await save(place, record).catch((error: unknown) => error as Error);
    if (options.keep) {
      console.error(await describeKept(place));
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

/** Opens the throw-away stack. Deletes a database that Pulumi created and did not save: nothing could be continued. */
async function open(plan: Plan): Promise<DrillStack> {
  const { place, original, point, instanceClass } = plan;
  const program = () => {
    createDrillDatabase({ ...place, point, instanceClass }, original.instance);
    return Promise.resolve({});
  };
  const stack = await DrillStack.open(place, program, { create: true });
  if (stack === undefined) {
    throw new Error("The throw-away stack was not created.");
  }
  const resources = await stack.readResources();
  requireAccount(place.stack, place.account, resources, place.config["aws:profile"]);
  if (place.left !== undefined && ofType({ resources }, "rds/instance:Instance").length === 0) {
    console.error(
      `Pulumi was interrupted after it had requested ${place.identifier} and before it saved that. Deleting it, and restoring again …`,
    );
    await deleteDatabase(place.clients, place.identifier);
    await stack.forgetRequested();
    place.left = undefined;
  }
  return stack;
}

/** Restores and checks. What fails is a result, too; an interruption is not. */
async function restoreAndCheck(
  stack: DrillStack,
  { place, original, point, interrupts }: Plan,
  { sample }: DrillOptions,
): Promise<{ restoreSeconds: number | null; outcome: Outcome }> {
  const started = Date.now();
  let restoreSeconds: number | null = null;
  try {
    interrupts.check();
    console.error(`Restoring ${place.identifier} …`);
    await stack.up();
    interrupts.check();
    // The time of an interrupted restore says nothing.
    restoreSeconds = place.left === undefined ? Math.round((Date.now() - started) / 1000) : null;
    const checks = { place, original, recoveryPoint: point.time, sample, interrupts };
    return { restoreSeconds, outcome: await runChecks(checks) };
  } catch (error) {
    interrupts.check();
    const problem =
      error instanceof UserError ? error.message : `The restore failed: ${findMessage(error as Error)}`;
    return { restoreSeconds, outcome: { checks: null, result: "failed", problems: [problem] } };
  }
}

/** Returns the message of Pulumi in the output of its CLI, which has been printed. */
function findMessage({ message }: Error): string {
  const [, found] = /error: (.*)/.exec(message) ?? [];
  return (found ?? message).slice(0, 500);
}

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

/** Removes the stack, and the database where the stack does not have it. */
async function remove(
  stack: DrillStack | undefined,
  { clients, identifier, ...place }: DrillPlace,
): Promise<void> {
  console.error(`Deleting ${identifier} …`);
  try {
    await stack?.remove();
    if ((await findDatabase(clients, identifier)) !== undefined) {
      await deleteDatabase(clients, identifier);
    }
  } catch (error) {
    throw new UserError(
      `${findMessage(error as Error)}\n${identifier} was not removed, and costs. Run: npx beo restore-drill ${place.stack} --remove`,
      { cause: error },
    );
  }
  console.error(`${identifier} and its stack are removed.`);
}

/** Removes what an interrupted or kept drill left. */
async function removeLeft(place: DrillPlace, options: DrillOptions): Promise<number> {
  const stack = await DrillStack.open(place, () => Promise.resolve({}), { create: false });
  try {
    if (stack === undefined && place.left === undefined) {
      console.error(`No drill of ${place.stack} left anything.`);
      return 0;
    }
    requireAccount(
      place.stack,
      place.account,
      (await stack?.readResources()) ?? [],
      place.config["aws:profile"],
    );
    const status = place.left?.DBInstanceStatus ?? "does not exist any more";
    confirm(
      `To remove what a drill of ${place.stack} left:`,
      [
        `delete the database ${place.identifier} (${status}), without a final snapshot`,
        "delete its stack with its state",
      ],
      options,
    );
    await remove(stack, place);
    return 0;
  } finally {
    stack?.close();
  }
}

function confirm(title: string, steps: string[], { yes }: DrillOptions): void {
  console.error([title, ...steps.map((step) => `  - ${step}`)].join("\n"));
  if (yes !== true && !ask("Go on? Type yes: ")) {
    throw new UserError("Nothing was changed.");
  }
}

function describeInterrupted({ stack, identifier }: DrillPlace): string {
  return `The drill was interrupted. ${identifier} may exist, and costs. To go on: npx beo restore-drill ${stack}\nTo remove it: npx beo restore-drill ${stack} --remove`;
}

async function describeKept({ stack, identifier, clients }: DrillPlace): Promise<string> {
  const host = (await findDatabase(clients, identifier))?.Endpoint?.Address ?? "";
  return `${identifier} is kept, and costs. To connect: npx beo psql ${stack} --host ${host}\nTo remove it: npx beo restore-drill ${stack} --remove`;
}
