import { formatTable, getTableWidth, wrap } from "../plan/text";
import { formatReport, getExitCode, type Level, type Report } from "./report";

/** A stack's report. */
export interface StackReport extends Report {
  stack: string;
  /** Why there is nothing to report, such as "not deployed". */
  absent?: string;
}

/** The reports of several stacks. */
export interface StackReports {
  stacks: StackReport[];
  /** What concerns all of them. */
  shared: Report;
}

/** Prints the reports of several stacks with a summary, as JSON or for people, and sets the exit code. */
export function printReports(reports: StackReports, asJson: boolean): void {
  const width = getTableWidth(process.stdout.columns);
  console.log(asJson ? JSON.stringify(reports, null, 2) : formatReports(reports, width).join("\n"));
  process.exitCode = getExitCodeOfAll(reports);
}

/** 3: a report has errors; 1: none, but something could not be read. */
export function getExitCodeOfAll({ stacks, shared }: StackReports): number {
  return Math.max(0, ...[...stacks, shared].map(getExitCode));
}

/** Formats the reports of several stacks: each in a section, and a table of all. */
export function formatReports({ stacks, shared }: StackReports, width: number): string[] {
  const count = ({ lines }: Report, level: Level) => lines.filter((line) => line.level === level).length;
  const rows = stacks.map((report) => [
    report.stack,
    ...[count(report, "error"), count(report, "warning"), report.unread.length].map((number) =>
      // No errors of a stack that is not there are no good news.
      report.absent === undefined ? String(number) : "–",
    ),
    ...getUsd([report]),
  ]);
  const total = getUsd(stacks);
  const hasShared = shared.lines.length + shared.unread.length > 0;
  return [
    ...stacks.flatMap((report) => [formatReport(report.stack, report), ""]),
    ...(hasShared ? [formatReport("All stacks", shared), ""] : []),
    ...formatTable(
      [["Stack", "Errors", "Warnings", "Not read", ...(total.length === 0 ? [] : ["USD"])], ...rows],
      { width, shrink: [0] },
    ),
    ...formatAbsent(stacks, width),
    ...total.map((usd) => `Total: ${usd} USD since the start of the month.`),
  ];
}

/** "Not deployed: dev and staging." */
function formatAbsent(stacks: readonly StackReport[], width: number): string[] {
  const reasons = [...new Set(stacks.flatMap(({ absent }) => absent ?? []))];
  return reasons.map((reason) => {
    const names = stacks.filter(({ absent }) => absent === reason).map(({ stack }) => stack);
    const text = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}: ${names.join(", ")}.`;
    return wrap(text, width - 2, 2);
  });
}

/** The cost in reports, "1.20"; empty if they have none. */
function getUsd(reports: readonly Report[]): string[] {
  const amounts = reports.flatMap(({ lines }) => lines.flatMap(({ usd }) => usd ?? []));
  return amounts.length === 0 ? [] : [amounts.reduce((sum, usd) => sum + usd, 0).toFixed(2)];
}
