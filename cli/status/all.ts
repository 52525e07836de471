import { NotDeployedError } from "../not-deployed-error";
import type { StackReport, StackReports } from "../reports";
import { UserError } from "../user-error";
import { readStatus, type StatusOptions } from "./status";

/** Reads how several stacks are. One that cannot be read does not stop the others. */
export async function readStatuses(
  stacks: readonly string[],
  options: StatusOptions,
  read = readStatus,
): Promise<StackReports> {
  const reports: StackReport[] = [];
  // The requests of a stack run side by side. The CLI that reads its state would block those of another one.
  for (const stack of stacks) {
    const report = await read(stack, options).catch((error: unknown) => toReport(stack, error));
    reports.push({ stack, ...report });
  }
  return { stacks: reports, shared: { lines: [], unread: [] } };
}

function toReport(stack: string, error: unknown): Omit<StackReport, "stack"> {
  const topic = "State";
  const note = (text: string, absent: string): Omit<StackReport, "stack"> => ({
    lines: [{ topic, level: "note", text }],
    unread: [],
    absent,
  });
  if (error instanceof NotDeployedError) {
    return note(error.message, "not deployed");
  }
  // The CLI's words for a stack that has a file only.
  if (error instanceof UserError && error.message.includes("no stack named")) {
    return note(
      `${stack} is not in the backend to which you are logged in: npx pulumi whoami -v`,
      "not in the backend",
    );
  }
  if (error instanceof UserError) {
    return { lines: [], unread: [{ topic, reason: error.message, actions: [] }] };
  }
  throw error;
}
