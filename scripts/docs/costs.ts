import { join } from "node:path";
import { estimateCost, getSources } from "../../plan/cost/cost";
import { planStack } from "../../plan/plan";
import { replaceRegion, tableOf } from "./tables";

/** The stacks of the tests: the documents do not depend on the operators' stack files. */
const fixtures = join(__dirname, "../../test/fixtures");

/** docs/costs.md with the estimated costs of the example stacks, and the sources of the prices. */
export async function withCosts(text: string): Promise<string> {
  const rows: string[][] = [];
  for (const [stack, label, folder] of [
    ["dev", "dev", fixtures],
    ["dev", "dev with `sleep`, at night and on weekends", join(fixtures, "sleep")],
    ["staging", "staging", fixtures],
    ["prod", "prod", fixtures],
  ] as const) {
    const { plan, region } = await planStack(stack, folder);
    rows.push([label, String(Math.round(estimateCost(plan.resources, region).total))]);
  }
  const costs = tableOf(["Stack", "Estimated minimum"], rows);
  const prices = tableOf(["Region", "Prices", "Date", "Source"], getSources());
  return replaceRegion(replaceRegion(text, "costs", costs), "prices", prices);
}
