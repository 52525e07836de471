import { basename, join } from "node:path";
import { formatDuration } from "../report";
import { runParallel } from "../run-parallel";
import { addEvent, createChanges, formatChanges, getFirstLine } from "./changes";
import { describeLocks, isLockError } from "./locks";
import type { Outcome } from "./summary";
import type { Border, UpdateOptions } from "./update-stacks";

/** The outcome of a stack that was not run. */
export const skip = (stack: string, result: Outcome["result"], error = ""): Outcome => ({
  stack,
  result,
  changes: { ...createChanges(), error },
  seconds: 0,
  log: "",
});

/** Creates the function that runs stacks, some at the same time. After Ctrl-C it starts none. */
export function createRunner({ parallel, policies, logs }: UpdateOptions, border: Border) {
  const { engine, progress } = border;
  let interrupts = 0;

  const runOne = async (kind: "preview" | "up", stack: string): Promise<Outcome> => {
    if (interrupts > 0) {
      return skip(stack, kind === "preview" ? "interrupted" : "not started");
    }
    const begin = Date.now();
    const seconds = () => (Date.now() - begin) / 1000;
    const log = join(logs, `${basename(stack)}${kind === "preview" ? ".preview" : ""}.log`);
    const changes = createChanges();
    const say = (text: string) => {
      progress(`${new Date().toISOString().slice(11, 19)}  ${stack}  ${text}`);
    };
    say(kind === "preview" ? "previewing …" : "updating …");
    try {
      await engine.run(kind, stack, {
        log,
        policies,
        onEvent: (event) => {
          addEvent(changes, event);
        },
      });
      const result = kind === "preview" ? "previewed" : changes.isChanged ? "updated" : "unchanged";
      say(
        `${result}${kind === "preview" ? `: ${formatChanges(changes)}` : ` after ${formatDuration(seconds())}`}`,
      );
      return { stack, result, changes, seconds: seconds(), log };
    } catch (error) {
      const { message } = error as Error;
      if (isLockError(message)) {
        // It was locked after the locks were read.
        const reason =
          describeLocks(stack, await border.readLocks(stack)) ?? "is being updated by someone else.";
        say(reason);
        return skip(stack, "locked", reason);
      }
      changes.error ||= getFirstLine(message);
      const result = interrupts > 0 ? "interrupted" : "failed";
      say(`${result} after ${formatDuration(seconds())}: ${changes.error}`);
      // What a preview saw before it failed says nothing.
      const seen = kind === "preview" ? { ...createChanges(), error: changes.error } : changes;
      return { stack, result, changes: seen, seconds: seconds(), log };
    }
  };

  return async (kind: "preview" | "up", stacks: readonly string[]): Promise<Outcome[]> => {
    const stop = border.onInterrupt(() => {
      interrupts += 1;
      engine.interrupt();
      progress(
        interrupts === 1
          ? "Interrupted. The operations in progress are finished, which can take minutes, and no other is started. Press Ctrl-C again to end them at once: Pulumi does not know then what they created."
          : "Ended at once.",
      );
    });
    try {
      return await runParallel(stacks, parallel, (stack) => runOne(kind, stack));
    } finally {
      stop();
    }
  };
}
