import type { FormatOptions } from "../format-plan";
import type { PlannedResource } from "../plan";
import { resourceTypes } from "../resource-types";
import { formatTable, wrap } from "../text";
import { estimateBackupCosts } from "./backups";
import { type CostItem, createMonthlyItem, getPrice, priceLists } from "./cost-item";
import { getAverageSize } from "./uptime";

/** The estimated cost of a stack, as the plan's JSON document has it. */
export interface Cost {
  currency: "USD";
  period: "month";
  /** The region that the stack runs in. */
  region: string;
  items: CostItem[];
  total: number;
  /** Whether every item has a price. */
  isComplete: boolean;
}

/** Estimates the minimum monthly cost of a stack: every resource at its smallest size, without usage-based charges. */
export function estimateCost(resources: PlannedResource[], region: string): Cost {
  const items = [
    ...resources.flatMap((resource) => {
      const { type, inputs } = resource;
      const average = getAverageSize(resource, resources);
      return resourceTypes[type]?.estimateCost?.(inputs, region, average) ?? [];
    }),
    ...estimateBackupCosts(resources, region),
    createMonthlyItem(
      "metrics of alarms",
      countAlarmMetrics(resources),
      getPrice("alarmMetricMonth", region),
    ),
  ].filter(({ amount }) => amount !== 0);
  return {
    currency: "USD",
    period: "month",
    region,
    items,
    total: items.reduce((sum, { amount }) => sum + (amount ?? 0), 0),
    isComplete: items.every(({ amount }) => amount !== null),
  };
}

/** Every metric that an alarm reads is paid for, those of an expression too. */
function countAlarmMetrics(resources: PlannedResource[]): number {
  return resources
    .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
    .map(({ inputs: { metricQueries } }) =>
      Array.isArray(metricQueries)
        ? metricQueries.filter((query) => typeof query === "object" && query !== null && "metric" in query)
            .length
        : 1,
    )
    .reduce((sum, count) => sum + Math.max(count, 1), 0);
}

/** Formats a stack's estimated cost with its arithmetic, which is never cut. */
export function formatCost(
  stack: string,
  { region, items, total, isComplete }: Cost,
  { width, tableWidth }: Pick<FormatOptions, "width" | "tableWidth">,
): string {
  const rows = [
    ...items.map(({ name, arithmetic, amount }) => [name, arithmetic, amount?.toFixed(2) ?? "?"]),
    [isComplete ? "Total" : "Total of known prices", "", total.toFixed(2)],
  ];
  const others = [...new Set(items.flatMap(({ priceRegion }) => priceRegion ?? []))];
  return [
    wrap(`Estimated minimum cost of ${stack} in ${region}, in US dollars a month`, width),
    ...formatTable(rows, { width: tableWidth - 2, shrink: [0], alignRight: 2 }).map((line) => `  ${line}`),
    ...[
      "On-demand prices. plan/cost/prices.json has their sources and dates.",
      ...(others.length === 0
        ? []
        : [`Items marked ${others.join(", ")} have that region's price, and may cost more in ${region}.`]),
      "Not included, because it depends on use: more instances, growing storage and backups, traffic, requests, logs, mail.",
    ].map((text) => `  ${wrap(text, width - 2, 2)}`),
    "",
  ].join("\n");
}

/** The sources of the prices: region, date, and address. */
export function getSources(): string[][] {
  return priceLists.map(({ region, date, source, prices }) => [
    region,
    String(Object.keys(prices).length),
    date,
    source,
  ]);
}

/** The estimated costs of a stack before and after a change. */
export interface CostChange {
  /** The items whose amount differs; undefined where there is none, null without a price. */
  items: { name: string; before: CostItem["amount"] | undefined; after: CostItem["amount"] | undefined }[];
  before: number;
  after: number;
}

/** Compares two estimates of a stack, item by item. In the totals, amounts without a price count as 0. */
export function compareCosts(before: Cost, after: Cost): CostChange {
  const toAmounts = ({ items }: Cost) => new Map(items.map(({ name, amount }) => [name, amount]));
  const [old, next] = [toAmounts(before), toAmounts(after)];
  const items = [...new Set([...old.keys(), ...next.keys()])]
    .map((name) => ({ name, before: old.get(name), after: next.get(name) }))
    .filter(
      ({ before: from, after: to }) =>
        (from === null) !== (to === null) || Math.abs((to ?? 0) - (from ?? 0)) >= 0.005,
    );
  return { items, before: before.total, after: after.total };
}
