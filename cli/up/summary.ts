import { formatTable } from "../../plan/text";
import { formatCount, formatDuration } from "../report";
import type { Changes } from "./changes";

/** How the run of a stack ended. */
export type Result =
  "previewed" | "updated" | "unchanged" | "failed" | "interrupted" | "locked" | "left out" | "not started";

/** What a run of a stack did. */
export interface Outcome {
  stack: string;
  result: Result;
  changes: Changes;
  seconds: number;
  /** The file with what the CLI printed; "" if it did not run. */
  log: string;
}

/** Formats a table with a line for each stack. */
export function formatOutcomes(outcomes: Outcome[], width: number): string[] {
  const rows = outcomes.map(({ stack, result, changes, seconds }) => {
    const { created, updated, replaced, deleted, unchanged } = changes;
    const numbers = [created, updated, replaced, deleted, unchanged];
    // A run that came to no resource has no numbers.
    const isEmpty = numbers.every((number) => number === 0);
    return [
      stack,
      result,
      ...numbers.map((number) => (isEmpty ? "–" : String(number))),
      formatDuration(seconds),
    ];
  });
  const titles = ["Stack", "Result", "Create", "Update", "Replace", "Delete", "Unchanged", "Time"];
  const total = formatCounts(outcomes);
  return [...formatTable([titles, ...rows], { width, shrink: [0] }), `Total: ${total}.`];
}

/** "2 updated, 1 failed". */
function formatCounts(outcomes: Outcome[]): string {
  const results = [...new Set(outcomes.map(({ result }) => result))];
  return [
    formatCount(outcomes.length, "stack"),
    ...results.map((one) => `${outcomes.filter(({ result }) => result === one).length} ${one}`),
  ].join(", ");
}

/** Formats what went wrong, with the log and the command to run. */
export function formatFailures(outcomes: Outcome[]): string[] {
  return outcomes.flatMap(({ stack, result, changes, log }) =>
    result === "failed" || result === "interrupted"
      ? ["", `${stack} ${getVerb(result)}${changes.error === "" ? "." : `: ${changes.error}`}`, `  ${log}`]
      : result === "locked"
        ? ["", `${stack} ${changes.error}`]
        : [],
  );
}

function getVerb(result: Result): string {
  return result === "failed" ? "failed" : "was interrupted";
}
