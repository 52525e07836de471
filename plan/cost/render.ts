import type { CostItem } from "./cost";
import prices from "./prices.json";

/** A stack's cost for people, with its arithmetic. */
export function renderCost(stack: string, region: string, items: CostItem[]): string {
  const rows = items.map(({ what, arithmetic, amount }) => [what, arithmetic, amount?.toFixed(2) ?? "?"]);
  const total = items.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const all = [
    ...rows,
    [items.some(({ amount }) => amount === undefined) ? "at least" : "together", "", total.toFixed(2)],
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return [
    `Cost of ${stack}, US dollars a month, at the least`,
    ...all.map(
      ([what = "", arithmetic = "", amount = ""]) =>
        `  ${what.padEnd(widths[0] ?? 0)}  ${arithmetic.padEnd(widths[1] ?? 0)}  ${amount.padStart(widths[2] ?? 0)}`,
    ),
    `  Prices on demand of ${prices.region}, ${prices.date} (plan/cost/prices.json)${region === prices.region ? "" : `; ${region} has its own, and they may be higher`}.`,
    "  Not in it, since it follows from use: more instances, growing storage and backups, traffic, requests, logs, mail, alarms.",
    "",
  ].join("\n");
}
