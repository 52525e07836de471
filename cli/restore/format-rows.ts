import { formatCount } from "../report";
import type { Counts, Failure } from "./count-rows";
import { describeLosses } from "./losses";

/** What a comparison found, for people. */
export interface FormattedCounts {
  /** The rows of each table in both instances. */
  table?: string;
  /** What could not be compared, and why. */
  problem?: string;
  /** What the database in use has, and the restored one lacks. */
  losses?: string;
}

/**
 * Formats the rows of the tables in both instances, and what could not be compared. A table that could not be counted has "?"
 * for its rows.
 */
export function formatCounts(before: Counts | Failure, after: Counts | Failure): FormattedCounts {
  const sides = [
    { title: "in use", counts: before },
    { title: "restored", counts: after },
  ];
  const names = [
    ...new Set(sides.flatMap(({ counts }) => (counts instanceof Map ? [...counts.keys()] : []))),
  ].sort();
  const rows = names.map((name) => [name, ...sides.map(({ counts }) => formatCell(counts, name))]);
  const header = ["table", ...sides.map(({ title }) => title)];
  const isUnread = (row: string[]) => row.includes(unread);
  const isDifferent = ([, old, restored]: string[]) => old !== restored;
  const compared = rows.filter((row) => !isUnread(row));
  const differing = compared.filter(isDifferent).length;
  const uncounted = rows.length - compared.length;
  const reasons = sides.flatMap(({ title, counts }) =>
    counts instanceof Map
      ? [...counts].flatMap(([name, count]) =>
          "reason" in count ? [`  ${name}, ${title}: ${count.reason}`] : [],
        )
      : [`  ${title}: ${counts.reason}`],
  );
  const losses = describeLosses(before, after);
  return {
    ...(rows.length > 0 && {
      table: [
        ...formatColumns([header, ...rows], (row) =>
          row !== header && !isUnread(row) && isDifferent(row) ? "  *" : "",
        ),
        ...(differing > 0
          ? [`* ${differing} of ${formatCount(compared.length, "table")} differ.`]
          : compared.length > 0
            ? [`The rows of ${formatCount(compared.length, "table")} are the same.`]
            : []),
      ].join("\n"),
    }),
    ...(reasons.length > 0 && {
      problem: [
        rows.length === uncounted
          ? "The rows were not compared:"
          : `The rows of ${formatCount(uncounted, "table")} were not compared:`,
        ...reasons,
      ].join("\n"),
    }),
    ...(losses !== undefined && { losses }),
  };
}

/** What stands for rows that could not be counted. */
const unread = "?";

function formatCell(counts: Counts | Failure, name: string): string {
  const count = counts instanceof Map ? (counts.get(name) ?? { rows: "no table" }) : { reason: "" };
  return "rows" in count ? count.rows : unread;
}

/** Aligns the first column to the left, and the others to the right. */
function formatColumns(rows: string[][], getMark: (row: string[]) => string): string[] {
  const getWidth = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) => {
    const cells = row.map((value, column) =>
      column === 0 ? value.padEnd(getWidth(column)) : value.padStart(getWidth(column)),
    );
    return `  ${cells.join("  ")}${getMark(row)}`;
  });
}
