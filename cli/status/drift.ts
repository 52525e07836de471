import { type Check, formatCount, type Line } from "../report";
import { compare } from "../drift";
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
  const { drift, notCompared: unread } = await compare(stack);
  const fix = [`npx beo drift ${stack}`];
  return [
    drift.length > 0
      ? {
          level: "error",
          text: `${formatCount(drift.length, "difference")} between AWS and the program:`,
          fix,
        }
      : unread.length > 0
        ? { level: "warning", text: `${unread.length} parts could not be compared:`, fix }
        : { level: "ok", text: "None." },
  ];
}
