import { GetCostAndUsageCommand } from "@aws-sdk/client-cost-explorer";
import { type Check, formatDate, type Line } from "../report";
import { type Context, ofType } from "./context";

/** The cost of the month so far, of what has the stack's tags. */
export function checkCosts(context: Context): Check[] {
  return [{ topic: "Cost", actions: ["ce:GetCostAndUsage"], read: () => readCosts(context) }];
}

async function readCosts(context: Context): Promise<Line[]> {
  const { clients, now } = context;
  const [resource] = ofType(context, "rds/instance:Instance");
  const { Project, Environment } = (resource?.inputs?.tags ?? {}) as Record<string, string>;
  const start = `${formatDate(now).slice(0, 8)}01`;
  // The end is not part of the period, and must be after the start.
  const end = formatDate(new Date(now.getTime() + 24 * 60 * 60 * 1000));
  const toFilter = (Key: string, value = "") => ({ Tags: { Key, Values: [value] } });
  const { ResultsByTime = [] } = await clients.costs.send(
    new GetCostAndUsageCommand({
      TimePeriod: { Start: start, End: end },
      Granularity: "MONTHLY",
      Metrics: ["UnblendedCost"],
      Filter: { And: [toFilter("Project", Project), toFilter("Environment", Environment)] },
      GroupBy: [{ Type: "DIMENSION", Key: "SERVICE" }],
    }),
  );
  const services = ResultsByTime.flatMap(({ Groups = [] }) => Groups)
    .map(({ Keys: [name = ""] = [], Metrics }) => ({
      name,
      cost: Number(Metrics?.UnblendedCost?.Amount ?? 0),
    }))
    .filter(({ cost }) => cost >= 0.005)
    .sort((a, b) => b.cost - a.cost);
  if (services.length === 0) {
    return [
      {
        level: "note",
        text: `Cost Explorer has no costs with the tags Project=${Project ?? ""}, Environment=${Environment ?? ""}. Activate both as cost allocation tags, with the management account's credentials; new costs have them a day later:`,
        fix: [
          "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status TagKey=Project,Status=Active TagKey=Environment,Status=Active",
        ],
      },
    ];
  }
  const total = services.reduce((sum, { cost }) => sum + cost, 0);
  const largest = services.slice(0, 3).map(({ name, cost }) => `${name} ${cost.toFixed(2)}`);
  return [
    {
      level: "note",
      usd: total,
      text: `${total.toFixed(2)} USD since ${start} (${largest.join(", ")}). Not in it: what has no tags, such as traffic and taxes.`,
    },
  ];
}
