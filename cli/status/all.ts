import type { Report } from "../report";
import type { StackReport, StackReports } from "../reports";
import { UserError } from "../user-error";
import { NotDeployedError, readStatus, type StatusOptions } from "./status";

/** Reads how several stacks are. One that cannot be read does not stop the others. */
export async function readStatuses(
  stacks: readonly string[],
  options: StatusOptions,
  read = readStatus,
): Promise<StackReports> {
  const reports: StackReport[] = [];
  // The requests of a stack run side by side. The CLI that reads its state would block those of another one.
  for (const stack of stacks) {
    reports.push({ stack, ...(await read(stack, options).catch(toReport)) });
  }
  return { stacks: reports, shared: { lines: [], unread: [] } };
}

function toReport(error: unknown): Report {
  const topic = "State";
  if (error instanceof NotDeployedError) {
    return { lines: [{ topic, level: "note", text: error.message }], unread: [] };
  }
  if (error instanceof UserError) {
    return { lines: [], unread: [{ topic, reason: error.message, actions: [] }] };
  }
  throw error;
}
