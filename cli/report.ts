import { describeAwsFailure } from "./aws-failure";
import { UserError } from "./user-error";

/** What a line asks for. "error": act now; "warning": plan to act; "note": know it; "ok": nothing. */
export type Level = "ok" | "note" | "warning" | "error";

/** One thing that a check says. */
export interface Line {
  level: Level;
  text: string;
  /** The commands or the document to follow. */
  fix?: string[];
  /** The cost that the line is about. */
  usd?: number;
}

/** Reads a part of AWS. Reads only. */
export interface Check {
  topic: string;
  /** The IAM actions that it needs. */
  actions: string[];
  read: () => Promise<Line[]>;
}

/** A part of AWS that could not be read. */
export interface Unread {
  topic: string;
  reason: string;
  /** The actions that the credentials lack; empty if the reason is another one. */
  actions: string[];
}

/** What all checks say. */
export interface Report {
  lines: (Line & { topic: string })[];
  unread: Unread[];
}

/** Runs checks side by side. One that fails does not stop the others. */
export async function runChecks(checks: Check[]): Promise<Report> {
  const reports = await Promise.all(
    checks.map(async ({ topic, actions, read }): Promise<Report> => {
      try {
        return { lines: (await read()).map((line) => ({ topic, ...line })), unread: [] };
      } catch (error) {
        return { lines: [], unread: [describeFailure(topic, actions, error as Error)] };
      }
    }),
  );
  return {
    lines: reports.flatMap(({ lines }) => lines),
    unread: reports.flatMap(({ unread }) => unread),
  };
}

/** Whether the credentials have no right to a request. */
export function isDenied({ name, message }: Error): boolean {
  return (
    /^(AccessDenied|AccessDeniedException|AuthorizationError|UnauthorizedOperation|InsufficientPrivileges|Forbidden)/.test(
      name,
    ) || message.includes("not authorized to perform")
  );
}

function describeFailure(topic: string, actions: string[], error: Error): Unread {
  // Most services name the action.
  const [, action] = /not authorized to perform:? ([\w-]+:\w+)/.exec(error.message) ?? [];
  return {
    topic,
    reason: describeReason(actions, error),
    actions: !isDenied(error) ? [] : action !== undefined ? [action] : actions,
  };
}

/** Names what was asked for: checks of one topic may fail for one reason. */
function describeReason(actions: string[], error: Error): string {
  if (error instanceof UserError) {
    return error.message;
  }
  const { reason } = describeAwsFailure(error);
  return actions.length === 0 ? reason : `${actions.join(", ")}: ${reason}`;
}

/** 0: no errors; 3: errors; 1: no errors, but something could not be read. */
export function getExitCode({ lines, unread }: Report): number {
  return lines.some(({ level }) => level === "error") ? 3 : unread.length > 0 ? 1 : 0;
}

/** The help on the exit codes of a command that prints a report. */
export const exitCodes =
  "\nExit codes: 0 no errors, 1 failure, or something could not be read, 2 wrong usage, 3 errors found.\nWarnings do not change the exit code.";

/** Prints a report, as JSON or for people, and sets the exit code. */
export function printReport(stack: string, report: Report, asJson: boolean): void {
  console.log(asJson ? JSON.stringify({ stack, ...report }, null, 2) : formatReport(stack, report));
  process.exitCode = getExitCode(report);
}

const marks: Record<Level, string> = { ok: "✓", note: "·", warning: "!", error: "✗" };

/** Formats a report for people, by topic. */
export function formatReport(stack: string, report: Report): string {
  const { lines, unread } = report;
  const topics = [...new Set([...lines, ...unread].map(({ topic }) => topic))];
  return [
    `${stack}: ${summarize(report)}`,
    ...topics.flatMap((topic) => [
      "",
      topic,
      ...lines.filter((line) => line.topic === topic).flatMap(formatLine),
      ...unread.filter((one) => one.topic === topic).map(formatUnread),
    ]),
  ].join("\n");
}

function summarize({ lines, unread }: Report): string {
  const count = (level: Level) => lines.filter((line) => line.level === level).length;
  const counts = [
    formatCount(count("error"), "error"),
    formatCount(count("warning"), "warning"),
    ...(unread.length === 0 ? [] : [`${unread.length} not read`]),
  ];
  return `${counts.join(", ")}.`;
}

function formatLine({ level, text, fix = [] }: Line): string[] {
  return [`  ${marks[level]} ${indentMore(text)}`, ...fix.map((command) => `      ${command}`)];
}

/** Indents the lines after the first one below it. */
const indentMore = (text: string) => text.replaceAll("\n", "\n    ");

function formatUnread({ reason, actions }: Unread): string {
  return actions.length === 0
    ? `  ? Not read: ${indentMore(reason)}`
    : `  ? Not read, because the credentials lack ${actions.join(", ")}.`;
}

/** "1 error", "2 errors". */
export function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

const day = 24 * 60 * 60 * 1000;

/** Whole days from one date to another; negative if that is earlier. */
export function getDays(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / day);
}

/** "2026-11-26". */
export function formatDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** "3 d", "1 h 5 min", "12 min 5 s", "42 s". */
export function formatDuration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60)];
  if (hours >= 48) {
    return `${Math.floor(hours / 24)} d`;
  }
  const parts = [`${hours} h`, `${minutes} min`, `${total % 60} s`];
  const shown = (hours > 0 ? parts.slice(0, 2) : parts.slice(1)).filter((part) => !part.startsWith("0 "));
  return shown.length === 0 ? "0 s" : shown.join(" ");
}

/** The time from one date to another. */
export function formatAge(from: Date, to: Date): string {
  return formatDuration((to.getTime() - from.getTime()) / 1000);
}
