import { describe } from "../recover/diagnosis/facts";
import { formatHolder, type Lock } from "../recover/locks";
import { type Check, formatCount, type Level, type Line } from "../report";
import { getInterruptedOperations, type PendingOperation } from "../state";
import type { Context } from "./context";

/** The state of a stack, and who works on it. */
export interface StateContext extends Pick<Context, "stack" | "resources" | "now"> {
  pendingOperations: PendingOperation[];
  /** Reads who holds the stack's locks, and whether each of them still runs; undefined: on another machine. */
  readLocks: () => Promise<(Lock & { isAlive: boolean | undefined })[]>;
}

/** What every deployed stack has, by type and by the end of the URN. A change of the platform adds numbered environments. */
const mainResources: [name: string, type: string, urn: RegExp][] = [
  ["the database", "rds/instance:Instance", /-instance$/],
  ["the queue", "sqs/queue:Queue", /-queue$/],
  ["the web environment", "elasticbeanstalk/environment:Environment", /-eb-web(-\d+)?$/],
  ["the worker environment", "elasticbeanstalk/environment:Environment", /-eb-worker(-\d+)?$/],
];

/**
 * From when on a lock of another machine is taken for a leftover: GitHub ends a job after six hours.
 * https://docs.github.com/en/actions/reference/limits
 */
const maxLockHours = 6;

/** Whether the last update was completed, and whether one is running. */
export function checkState(context: StateContext): Check[] {
  const { readLocks, now, stack } = context;
  return [
    {
      topic: "State",
      actions: ["s3:ListBucket", "s3:GetObject"],
      read: async () => {
        const locks = (await readLocks()).map((lock) => ({ ...lock, isLeft: isLeft(lock, now) }));
        const isRunning = locks.some((lock) => !lock.isLeft);
        const lines = [
          ...locks.map((lock) => describeLock(stack, lock)),
          ...describeOperations(context, isRunning),
          ...describeMissing(context, isRunning),
        ];
        return lines.length > 0 ? lines : [{ level: "ok", text: "Complete, and not locked." }];
      },
    },
  ];
}

function isLeft({ isAlive, timestamp }: Lock & { isAlive: boolean | undefined }, now: Date): boolean {
  const hours = (now.getTime() - Date.parse(timestamp)) / (60 * 60 * 1000);
  return isAlive === undefined ? hours > maxLockHours : !isAlive;
}

function describeLock(stack: string, lock: Lock & { isAlive: boolean | undefined; isLeft: boolean }): Line {
  const holder = `Locked by ${formatHolder(lock)}`;
  if (lock.isAlive) {
    return { level: "note", text: `${holder}, which is running.` };
  }
  return {
    level: lock.isLeft ? "warning" : "note",
    text:
      lock.isAlive === false
        ? `${holder}. That process does not exist any more: it was killed. Updates fail until the lock is removed:`
        : `${holder}. If that process does not run any more:`,
    fix: [`npx beo recover ${stack}`],
  };
}

function describeOperations(
  { stack, resources, pendingOperations }: StateContext,
  isRunning: boolean,
): Line[] {
  if (isRunning) {
    return formatOperations(pendingOperations).map((operations) => ({
      level: "note",
      text: `Pulumi is working on ${operations}.`,
    }));
  }
  const interrupted = getInterruptedOperations(pendingOperations, resources);
  const others = pendingOperations.filter((operation) => !interrupted.includes(operation));
  const fix = [`npx beo recover ${stack}`];
  return [
    ...formatOperations(interrupted).map((operations): Line => ({
      level: "error",
      text: `Pulumi was interrupted during ${operations}. Complete the update:`,
      fix,
    })),
    ...formatOperations(others).map((operations): Line => ({
      level: "note",
      text: `Pulumi was interrupted during ${operations}. The state has what was to be created: a later update has completed it, or it was to be replaced. To see what is left, and to clear the record:`,
      fix,
    })),
  ];
}

/** "2 operations: creating Queue a, updating Queue b"; empty if there are none. */
function formatOperations(operations: readonly PendingOperation[]): string[] {
  const texts = operations.map(({ type, resource }) => `${type} ${describe(resource)}`);
  return texts.length === 0 ? [] : [`${formatCount(texts.length, "operation")}: ${texts.join(", ")}`];
}

function describeMissing({ stack, resources }: StateContext, isRunning: boolean): Line[] {
  // What is replaced stays in the state until it is deleted.
  const current = resources.filter(
    ({ id, delete: isReplaced, pendingReplacement }) => id && !isReplaced && !pendingReplacement,
  );
  const missing = mainResources.flatMap(([name, type, urn]) =>
    current.some((resource) => resource.type === `aws:${type}` && urn.test(resource.urn)) ? [] : name,
  );
  const level: Level = isRunning ? "note" : "error";
  return missing.length === 0
    ? []
    : [
        {
          level,
          text: `Missing in the state, although the stack is deployed: ${missing.join(", ")}. See what happened:`,
          fix: [`npx beo recover ${stack}`],
        },
      ];
}
