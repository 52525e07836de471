import { basename, join } from "node:path";
import { formatCount, formatDuration } from "../report";
import { addEvent, createChanges, formatChanges, getFirstLine } from "./changes";
import type { Engine } from "./engine";
import { runParallel } from "../run-parallel";
import { formatFailures, formatOutcomes, type Outcome } from "./summary";

/** The options of `npx beo up`. */
export interface UpdateOptions {
  /** How many stacks run at the same time. */
  parallel: number;
  /** Whether to preview only. */
  preview: boolean;
  /** Whether to update without a question. */
  yes: boolean;
  /** The stack that is updated alone, before the others. */
  first?: string;
  /** The stacks that may replace or delete resources. */
  allowReplace: string[];
  policies: boolean;
  /** The folder of the logs. */
  logs: string;
}

/** What the command has from outside. */
export interface Border {
  engine: Engine;
  ask: (question: string) => boolean;
  print: (line: string) => void;
  /** Shows what goes on. */
  progress: (line: string) => void;
  width: number;
  /** Calls a function at each Ctrl-C. Returns a function that ends this. */
  onInterrupt: (call: () => void) => () => void;
}

/** Previews stacks, asks, and updates them. Returns the exit code. */
export async function updateStacks(
  stacks: readonly string[],
  options: UpdateOptions,
  border: Border,
): Promise<number> {
  const { print, ask } = border;
  print(`Logs: ${options.logs}`);
  const run = createRunner(options, border);
  const previews = await run("preview", stacks);
  printOutcomes(previews, border);
  if (previews.some(({ result }) => result === "interrupted")) {
    print("\nInterrupted. Nothing was changed.");
    return 1;
  }
  const isAllowed = (stack: string) => options.allowReplace.some((name) => isSame(stack, name));
  const isLeftOut = ({ stack, changes }: Outcome) => changes.lost.length > 0 && !isAllowed(stack);
  for (const { stack, changes } of previews.filter(({ changes }) => changes.lost.length > 0)) {
    print(`\n${stack} would replace or delete ${changes.lost.join(", ")}.`);
    if (!isAllowed(stack)) {
      print(`  It is left out. To update it too, add: --allow-replace ${stack}`);
    }
  }
  const previewed = previews.filter(({ result }) => result === "previewed");
  const chosen = previewed.filter((one) => !isLeftOut(one)).map(({ stack }) => stack);
  if (options.preview) {
    return previewed.length === stacks.length ? 0 : 1;
  }
  if (chosen.length === 0) {
    print("\nThere is no stack to update.");
    return 1;
  }
  const first = chosen.find((stack) => options.first !== undefined && isSame(stack, options.first));
  if (options.first !== undefined && first === undefined) {
    print(`\n${options.first} is to be updated first, but cannot be. No stack was updated.`);
    return 1;
  }
  if (
    !options.yes &&
    !ask(`\nUpdate ${formatCount(chosen.length, "stack")} (${chosen.join(", ")})? (yes/no) `)
  ) {
    print("Nothing was changed.");
    return 1;
  }
  const updates = [...(first === undefined ? [] : await run("up", [first]))];
  const others = chosen.filter((stack) => stack !== first);
  const isFirstGood = updates.every(({ result }) => result === "updated" || result === "unchanged");
  updates.push(
    ...(isFirstGood ? await run("up", others) : others.map((stack) => skip(stack, "not started"))),
  );
  updates.push(
    ...previews.flatMap((preview) =>
      preview.result !== "previewed" ? preview : isLeftOut(preview) ? skip(preview.stack, "left out") : [],
    ),
  );
  printOutcomes(updates, border);
  if (!isFirstGood) {
    print(`\n${first ?? ""} was not updated. No other stack was started.`);
  }
  const broken = updates.filter(
    ({ stack, result }) => chosen.includes(stack) && (result === "failed" || result === "interrupted"),
  );
  if (broken.length > 0) {
    print("\nTo go on, find out what the run left, for each of them:");
    broken.forEach(({ stack }) => {
      print(`  npx beo recover ${stack}`);
    });
  }
  return updates.every(({ result }) => result === "updated" || result === "unchanged") ? 0 : 1;
}

/** Whether two names are of the same stack: they may be qualified, organization/stack. */
const isSame = (one: string, other: string) => basename(one) === basename(other);

const skip = (stack: string, result: Outcome["result"]): Outcome => ({
  stack,
  result,
  changes: createChanges(),
  seconds: 0,
  log: "",
});

function printOutcomes(outcomes: Outcome[], { print, width }: Border): void {
  ["", ...formatOutcomes(outcomes, width), ...formatFailures(outcomes)].forEach(print);
}

/** Creates the function that runs stacks, some at the same time. After Ctrl-C it starts none. */
function createRunner({ parallel, policies, logs }: UpdateOptions, border: Border) {
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
    say(kind === "preview" ? "is previewed" : "is updated");
    try {
      await engine.run(kind, stack, {
        log,
        policies,
        onEvent: (event) => {
          addEvent(changes, event);
        },
      });
      const { created, updated, replaced, deleted } = changes;
      const result =
        kind === "preview"
          ? "previewed"
          : created + updated + replaced + deleted > 0
            ? "updated"
            : "unchanged";
      say(
        `${result}${kind === "preview" ? `: ${formatChanges(changes)}` : ` after ${formatDuration(seconds())}`}`,
      );
      return { stack, result, changes, seconds: seconds(), log };
    } catch (error) {
      changes.error ||= getFirstLine((error as Error).message);
      const result = interrupts > 0 ? "interrupted" : "failed";
      say(`${result} after ${formatDuration(seconds())}: ${changes.error}`);
      return { stack, result, changes, seconds: seconds(), log };
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
