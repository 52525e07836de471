import { styleText } from "node:util";

/** Colors text, or returns it unchanged. */
export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Returns a painter that colors only on a terminal, and not if NO_COLOR is set (https://no-color.org). */
export function createPaint(isTerminal: boolean, noColor: string | undefined): Paint {
  return isTerminal && !noColor ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/** The width to format for: the terminal's, else COLUMNS, else 80. */
export function getWidth(terminalColumns: number | undefined, columns: string | undefined): number {
  return Math.max(terminalColumns ?? (Number(columns) || 80), 40);
}

/** The width to shrink tables to: the terminal's. A file or a pipe gets them whole. */
export function getTableWidth(terminalColumns: number | undefined): number {
  return terminalColumns === undefined ? Infinity : getWidth(terminalColumns, undefined);
}

/** Lines to copy whole: commands, and the frames of a stack trace. */
const verbatim = /^\s*((npx|npm|pulumi|aws|eb|git|openssl) |at .*:\d+\)?$)/;

/**
 * Breaks text into lines of a width. Commands on a line of their own and code in backquotes are never broken.
 *
 * @param indent Spaces before every line but the first.
 */
export function wrap(text: string, width: number, indent = 0): string {
  return text
    .split("\n")
    .flatMap((line) => (verbatim.test(line) ? [line.trim()] : fold(line, width)))
    .join(`\n${" ".repeat(indent)}`);
}

function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.match(/(`[^`]*`|\S)+/g) ?? [""]) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines;
}

/** Shortens text to a width by replacing its middle with an ellipsis. */
export function truncateMiddle(text: string, width: number): string {
  if (text.length <= width) {
    return text;
  }
  const end = Math.floor((width - 1) / 2);
  return `${text.slice(0, width - 1 - end)}…${text.slice(text.length - end)}`;
}

const gap = 2;
const minimumColumn = 8;

/**
 * Aligns rows in columns.
 *
 * @param shrink The columns whose values are truncated in the middle to fit the width.
 * @param alignRight The column with numbers, if any.
 */
export function formatTable(
  rows: string[][],
  { width, shrink, alignRight }: { width: number; shrink: number[]; alignRight?: number },
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const getWidthOf = (column: number) => widths[column] ?? 0;
  let excess = widths.reduce((sum, column) => sum + column + gap, -gap) - width;
  for (; excess > 0; excess--) {
    const widest = shrink.reduce((a, b) => (getWidthOf(b) > getWidthOf(a) ? b : a));
    if (getWidthOf(widest) <= minimumColumn) {
      break;
    }
    widths[widest] = getWidthOf(widest) - 1;
  }
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const text = shrink.includes(column) ? truncateMiddle(cell, getWidthOf(column)) : cell;
        return column === alignRight ? text.padStart(getWidthOf(column)) : text.padEnd(getWidthOf(column));
      })
      .join(" ".repeat(gap))
      .trimEnd(),
  );
}
