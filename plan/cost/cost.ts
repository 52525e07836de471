import type { PlannedResource } from "../plan";
import { resourceTypes } from "../resource-types";
import { formatTable, wrap } from "../text";
import { type CostItem, prices } from "./cost-item";

/** Estimates the minimum monthly cost of a stack: every resource at its smallest size, without usage-based charges. */
export function estimateCost(resources: PlannedResource[]): CostItem[] {
  return resources
    .flatMap(({ type, inputs }) => resourceTypes[type]?.estimateCost?.(inputs) ?? [])
    .filter(({ amount }) => amount !== 0);
}

/** Formats a stack's estimated cost with its arithmetic. */
export function formatCost(stack: string, region: string, items: CostItem[], width: number): string {
  const total = items.reduce((sum, { amount = 0 }) => sum + amount, 0);
  const isComplete = items.every(({ amount }) => amount !== undefined);
  const rows = [
    ...items.map(({ name, arithmetic, amount }) => [name, arithmetic, amount?.toFixed(2) ?? "?"]),
    [isComplete ? "Total" : "Total of known prices", "", total.toFixed(2)],
  ];
  const otherRegion = region === prices.region ? "" : `; prices in ${region} may be higher`;
  return [
    wrap(`Estimated minimum cost of ${stack}, in US dollars a month`, width),
    ...formatTable(rows, { width: width - 2, shrink: [1], alignRight: 2 }).map((line) => `  ${line}`),
    ...[
      `On-demand prices of ${prices.region}, ${prices.date} (plan/cost/prices.json)${otherRegion}.`,
      "Not included, because it depends on use: more instances, growing storage and backups, traffic, requests, logs, mail, alarms.",
    ].map((text) => `  ${wrap(text, width - 2, 2)}`),
    "",
  ].join("\n");
}
