import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compareInventories, readData, readInventory } from "./inventory";
import type { WriteCall } from "./proxy";
import { createRandom } from "./random";
import { type Parts, type Recovery, Subject } from "./subject";

/** "keep" is a destroy that is interrupted, and after which the stack is kept. */
export type Operation = "create" | "update" | "rotate" | "destroy" | "keep";
/** What goes wrong. The last ones damage the state of a complete stack. */
export const troubles = [
  "SIGKILL",
  "SIGINT",
  "Throttling",
  "InternalFailure",
  "lost answer",
  "truncated state",
  "garbage in the state",
  "lost state",
  "lost state without backups",
  "older state",
  "older state without newer versions",
] as const;
export type Trouble = (typeof troubles)[number];

/** What goes wrong in a run, and at what call. */
export interface Interruption {
  trouble: Trouble;
  /** The AWS action at whose first call it goes wrong; by default any call. */
  action?: string;
}

/** An interrupted run and its recovery. */
export interface Run {
  parts: Parts;
  operation: Operation;
  trouble: Trouble;
  /** Where it was interrupted. */
  at: string;
  seconds: number;
  recovery?: Recovery;
  /** What is not as after a clean run; empty if all is well. */
  problems: string[];
}

/** What a clean stack looks like. */
export interface Reference {
  complete: string[];
  /** A destroyed database leaves its final snapshot. */
  destroyed: string[];
  /** The calls of each operation that change something, as the proxy sees them. */
  writes: Record<Operation, WriteCall[]>;
  /** The same, as the emulated AWS names them. */
  calls: Record<Operation, WriteCall[]>;
}

/** Creates, updates, rotates and destroys a stack without interruption. */
export async function createReference(parts: Parts): Promise<Reference> {
  const subject = await Subject.create(parts);
  try {
    const record = async (act: () => Promise<unknown>) => {
      const [begin, first] = [subject.proxy.writes.length, (await subject.emulator.calls()).length];
      await act();
      return {
        writes: subject.proxy.writes.slice(begin),
        calls: (await subject.emulator.calls())
          .slice(first)
          .filter(({ action, error }) => error === null && !/^(Get|List|Describe|Head|Assume)/.test(action)),
      };
    };
    const create = await record(() =>
      subject.workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev"),
    );
    const complete = await readInventory(subject.aws);
    const update = await record(async () => {
      await subject.configure("value", "second");
      await subject.up();
    });
    const rotate = await record(async () => {
      await subject.configure("keyGeneration", "2");
      await subject.up();
    });
    await subject.unprotect();
    const destroy = await record(() =>
      subject.workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev"),
    );
    const destroyed = await readInventory(subject.aws);
    const records = { create, update, rotate, destroy, keep: destroy };
    const select = (key: "writes" | "calls") => {
      const entries = Object.entries(records).map(([operation, found]) => [operation, found[key]]);
      return Object.fromEntries(entries) as Record<Operation, WriteCall[]>;
    };
    return { complete, destroyed, writes: select("writes"), calls: select("calls") };
  } finally {
    subject.remove();
  }
}

/** The operations of a stack's life, each of which is interrupted. */
const life: readonly Operation[] = ["create", "update", "rotate", "update", "rotate", "keep", "destroy"];

/** Lives a stack's life, interrupts each run, and recovers from it as `beo recover` says. */
export async function liveInterrupted(
  parts: Parts,
  seed: number,
  reference: Reference,
  report: (run: Run) => void,
  operations: readonly Operation[] = life,
  choose: (operation: Operation, random: ReturnType<typeof createRandom>) => Interruption = chooseTrouble,
): Promise<void> {
  const random = createRandom(seed);
  const subject = await Subject.create(parts);
  let number = 1;
  try {
    for (const operation of operations) {
      number += 1;
      const interruption = choose(operation, random);
      const { trouble } = interruption;
      const begin = Date.now();
      const data = operation === "create" ? [] : await subject.addData();
      const older = saveState(subject);
      const databases = await countDatabases(subject, "CreateDBInstance");
      if (operation === "update") {
        await subject.configure("value", `value${number}`);
      } else if (operation === "rotate") {
        await subject.configure("keyGeneration", String(number));
      } else if (isDestroy(operation)) {
        await subject.unprotect();
      }
      const at = await makeTrouble(subject, operation, interruption, reference, random, older);
      const recovery = await subject.recover(operation === "keep");
      const problems = (await inspect(subject, operation, recovery, reference, data)).filter(
        // The provider cannot import versions, and the environments run the one of the lost state.
        (problem) => trouble !== "lost state without backups" || problem !== "+1 application version",
      );
      if (
        operation !== "create" &&
        keepsData(reference) &&
        (await countDatabases(subject, "CreateDBInstance")) > databases
      ) {
        problems.push("an empty database was created in place of one with data");
      }
      report({
        parts,
        operation,
        trouble,
        at,
        seconds: Math.round((Date.now() - begin) / 1000),
        recovery,
        problems,
      });
      if (problems.length > 0) {
        return;
      }
    }
  } finally {
    subject.remove();
  }
}

/** The whole stack is not protected: its program asks for no final snapshot. */
function keepsData({ destroyed }: Reference): boolean {
  return destroyed.some(isSnapshot);
}

function isSnapshot(name: string): boolean {
  return name.startsWith("snapshot ");
}

async function countDatabases(
  subject: Subject,
  call: "CreateDBInstance" | "DeleteDBInstance",
): Promise<number> {
  return (await subject.emulator.calls()).filter(({ action, error }) => action === call && error === null)
    .length;
}

function isDestroy(operation: Operation): boolean {
  return operation === "destroy" || operation === "keep";
}

function chooseTrouble(operation: Operation, random: ReturnType<typeof createRandom>): Interruption {
  if (operation === "keep") {
    // Every other destroy may end after all, and then there is nothing to keep.
    return { trouble: "SIGKILL" };
  }
  // A state can be damaged only where there is one, and a destroyed stack has none.
  return {
    trouble: random.pick(operation === "create" || isDestroy(operation) ? troubles.slice(0, 5) : troubles),
  };
}

/** Runs an operation that goes wrong. Returns where it did. */
async function makeTrouble(
  subject: Subject,
  operation: Operation,
  { trouble, action }: Interruption,
  reference: Reference,
  random: ReturnType<typeof createRandom>,
  older: string | undefined,
): Promise<string> {
  const args = [isDestroy(operation) ? "destroy" : "up", "--yes", "--skip-preview", "--stack", "dev"];
  const isFault = trouble === "Throttling" || trouble === "InternalFailure";
  const calls = reference[isFault ? "calls" : "writes"][operation];
  const at =
    1 + (action === undefined ? random.below(calls.length) : calls.findIndex((one) => one.action === action));
  if (at === 0) {
    throw new Error(`${operation} does not call ${action ?? ""}.`);
  }
  const call = calls[at - 1] ?? { service: "", action: "" };
  const isSame = (other: WriteCall) => other.service === call.service && other.action === call.action;
  const after = calls.slice(0, at - 1).filter(isSame).length;
  switch (trouble) {
    case "SIGKILL":
    case "SIGINT":
      await subject.interrupt(trouble, at, args);
      return `call ${at} of ${calls.length}`;
    case "lost answer":
      subject.proxy.lose(after, isSame);
      await subject.workspace.pulumi(...args);
      return `${call.action}${subject.proxy.clear() ? "" : ", not reached"}`;
    case "Throttling":
    case "InternalFailure": {
      // More often than the provider retries.
      await subject.emulator.fail({
        service: call.service,
        action: call.action,
        error: trouble,
        count: 40,
        after,
      });
      await subject.runImpatiently(args);
      const [fault] = await subject.emulator.faults();
      await subject.emulator.clearFaults();
      return `${call.action}${fault?.hits === 0 ? ", not reached" : ""}`;
    }
    default:
      await subject.workspace.pulumi(...args);
      damageState(subject, trouble, random, older);
      return "after the run";
  }
}

const project = "recovery";

function getStateFiles({ workspace }: Subject) {
  const root = join(workspace.folder, "state/.pulumi");
  const file = join(root, "stacks", project, "dev.json");
  return { file, backup: `${file}.bak`, history: join(root, "history", project, "dev") };
}

function saveState(subject: Subject): string | undefined {
  const { file } = getStateFiles(subject);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function damageState(
  subject: Subject,
  trouble: Trouble,
  random: ReturnType<typeof createRandom>,
  older = "",
): void {
  const { file, backup, history } = getStateFiles(subject);
  const content = readFileSync(file, "utf8");
  switch (trouble) {
    case "truncated state":
      writeFileSync(file, content.slice(0, random.below(content.length)));
      break;
    case "garbage in the state":
      writeFileSync(file, Buffer.from(Array.from({ length: 1000 }, () => random.below(256))));
      break;
    case "lost state":
      rmSync(file);
      break;
    case "lost state without backups":
      rmSync(file);
      rmSync(backup, { force: true });
      rmSync(history, { recursive: true, force: true });
      break;
    case "older state":
      writeFileSync(file, older);
      break;
    default:
      // Someone restored a backup of the folder.
      writeFileSync(file, older);
      cpSync(file, backup);
      for (const name of existsSync(history) ? readdirSync(history).sort().slice(-2) : []) {
        rmSync(join(history, name));
      }
  }
}

/** Compares the stack with one whose runs were not interrupted. */
async function inspect(
  subject: Subject,
  operation: Operation,
  { isRecovered }: Recovery,
  reference: Reference,
  data: string[],
): Promise<string[]> {
  if (!isRecovered) {
    return ["recover found no way to a good state"];
  }
  const isDestroyed = operation === "destroy";
  const expected = isDestroyed ? reference.destroyed : reference.complete;
  const inventory = await readInventory(subject.aws);
  const differences = compareInventories(
    inventory.filter((name) => !isSnapshot(name)),
    expected.filter((name) => !isSnapshot(name)),
  );
  // A stack that was kept has lost more than one database.
  const deleted = keepsData(reference) ? await countDatabases(subject, "DeleteDBInstance") : 0;
  const snapshots = inventory.filter(isSnapshot).length;
  if (snapshots !== deleted) {
    differences.push(`${deleted} databases were deleted, but there are ${snapshots} final snapshots`);
  }
  const now = await readData(subject.aws);
  const lost = isDestroy(operation)
    ? []
    : data.filter((item) => !now.includes(item)).map((item) => `lost: ${item}`);
  const { output } = await subject.workspace.quietly("stack", "export", "--stack", "dev");
  const pending = /"pending_operations": \[\s*\{/.test(output) ? ["pending operations in the state"] : [];
  const again = isDestroyed ? undefined : await subject.up("--expect-no-changes");
  const changes =
    again === undefined || again.code === 0 ? [] : [`another update changes something:\n${again.output}`];
  return [...differences, ...lost, ...pending, ...changes];
}
