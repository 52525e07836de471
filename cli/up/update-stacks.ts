import { basename } from "node:path";
import { wrap } from "../../plan/text";
import { formatCount } from "../report";
import type { Lock } from "../recover/locks";
import type { Engine } from "./engine";
import { describeLocks } from "./locks";
import { createRunner, skip } from "./runner";
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
  /** Reads who locks a stack. */
  readLocks: (stack: string) => Promise<Lock[]>;
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
  const { print, ask, width } = border;
  const fit = (text: string) => wrap(text, width - 2, 2);
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
    print(`\n${fit(`${stack} would replace or delete ${changes.lost.join(", ")}.`)}`);
    if (!isAllowed(stack)) {
      print(`  It is left out. To update it too, add: --allow-replace ${stack}`);
    }
  }
  const previewed = previews.filter(({ result }) => result === "previewed");
  const skipped = new Map<string, Outcome>();
  for (const preview of previewed) {
    const { stack } = preview;
    const reason = describeLocks(stack, await border.readLocks(stack));
    if (reason !== undefined) {
      skipped.set(stack, skip(stack, "locked", reason));
      print(`\n${stack} ${reason}`);
    } else if (isLeftOut(preview)) {
      skipped.set(stack, skip(stack, "left out"));
    }
  }
  const chosen = previewed.map(({ stack }) => stack).filter((stack) => !skipped.has(stack));
  if (options.preview) {
    return previewed.length === stacks.length ? 0 : 1;
  }
  if (chosen.length === 0) {
    print("\nThere is no stack to update.");
    return 1;
  }
  if (previewed.every(({ stack, changes }) => skipped.has(stack) || !changes.isChanged)) {
    const isAll = chosen.length === stacks.length;
    print(`\n${isAll ? "No changes" : "No changes in the other stacks"}. Nothing was updated.`);
    return isAll ? 0 : 1;
  }
  const first = chosen.find((stack) => options.first !== undefined && isSame(stack, options.first));
  if (options.first !== undefined && first === undefined) {
    print(`\n${options.first} is to be updated first, but cannot be. No stack was updated.`);
    return 1;
  }
  if (
    !options.yes &&
    !ask(`\n${fit(`Update ${formatCount(chosen.length, "stack")} (${chosen.join(", ")})? (yes/no)`)} `)
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
      preview.result === "previewed" ? (skipped.get(preview.stack) ?? []) : preview,
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

function printOutcomes(outcomes: Outcome[], { print, width }: Border): void {
  ["", ...formatOutcomes(outcomes, width), ...formatFailures(outcomes)].forEach(print);
}
