import { type Check, formatCount, type Line } from "../report";
import { compare } from "../drift";
import type { Comparison } from "../drift/drift";
import type { Context } from "./context";

/** Whether AWS differs from the program, in one line. */
export function checkDrift({ stack }: Context, isAsked: boolean): Check[] {
  return [
    {
      topic: "Drift",
      actions: [],
      read: () => (isAsked ? readDrift(stack) : Promise.resolve([notCompared(stack)])),
    },
  ];
}

function notCompared(stack: string): Line {
  return {
    level: "note",
    text: "Not compared with the program. To compare:",
    fix: [`npx beo drift ${stack}`],
  };
}

async function readDrift(stack: string): Promise<Line[]> {
  return describeComparison(stack, await compare(stack));
}

/** Sums up a comparison. What could not be compared, and what the state does not have, is not "None." */
export function describeComparison(
  stack: string,
  { drift, pending, notCompared: unread }: Pick<Comparison, "drift" | "pending" | "notCompared">,
): Line[] {
  const fix = [`npx beo drift ${stack}`];
  const lines: Line[] = [];
  if (drift.length > 0) {
    const text = `${formatCount(drift.length, "difference")} between AWS and the program:`;
    lines.push({ level: "error", text, fix });
  }
  if (unread.length > 0) {
    lines.push({
      level: "warning",
      text: `${formatCount(unread.length, "part")} could not be compared:`,
      fix,
    });
  }
  if (pending.length > 0) {
    const text = `An update was not run, or something was deleted by hand. An update would create ${formatNames(pending)}:`;
    lines.push({ level: "warning", text, fix });
  }
  return lines.length > 0 ? lines : [{ level: "ok", text: "None." }];
}

/** The first names of a list, and how many others there are. */
function formatNames(names: string[]): string {
  const shown = names.slice(0, 3).join(", ");
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}
