import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { estimateCost, formatCost } from "../../plan/cost/cost";
import type { PlannedResource } from "../../plan/plan";
import { planFixture, stacks } from "../support/stacks";

describe("the estimated cost of a stack", () => {
  let resources: PlannedResource[] = [];
  before(async () => {
    ({
      plan: { resources },
    } = await planFixture("prod"));
  });

  const amounts = (of = resources) =>
    Object.fromEntries(
      estimateCost(of).map(({ name, amount }) => [name, amount && Math.round(amount * 100) / 100]),
    );
  /** The resources of prod with some inputs changed. */
  const changed = (type: string, change: (inputs: PlannedResource["inputs"]) => object) =>
    resources.map((resource) =>
      resource.type === type
        ? {
            ...resource,
            inputs: { ...resource.inputs, ...change(resource.inputs) },
          }
        : resource,
    );

  it("has an item for everything that runs all month, at the prices of prices.json", () => {
    expect(amounts()).to.deep.equal({
      "database, db.m6g.large": 232.14,
      "database, storage": 23,
      "beo-datastore-prod, t3.medium": 60.74,
      "beo-datastore-prod, volumes": 3.2,
      "beo-datastore-prod, public addresses": 14.6,
      "beo-datastore-prod, load balancer": 16.43,
      "beo-datastore-prod, capacity unit": 5.84,
      "beo-datastore-prod-worker, t3.large": 60.74,
      "beo-datastore-prod-worker, volumes": 1.6,
      "beo-datastore-prod-worker, public addresses": 3.65,
    });
  });

  it("halves the database without a standby", () => {
    expect(amounts(changed("aws:rds/instance:Instance", () => ({ multiAz: false })))).to.deep.include({
      "database, db.m6g.large": 116.07,
      "database, storage": 11.5,
    });
  });

  it("marks items without a price and totals the others", () => {
    const items = estimateCost(
      changed("aws:rds/instance:Instance", () => ({ instanceClass: "db.r7g.large" })),
    );
    const text = formatCost("prod", "us-west-1", items, 100);
    expect(text).to.match(/database, db\.r7g\.large +2 × 730 h, price not in the table +\?\n/);
    expect(text).to.match(/Total of known prices +\d+\.\d\d\n/);
  });

  it("equals the totals in docs/costs.md", async () => {
    const document = readFileSync(join(__dirname, "../../docs/costs.md"), "utf8");
    for (const stack of stacks) {
      const { plan } = await planFixture(stack);
      const total = estimateCost(plan.resources).reduce((sum, { amount = 0 }) => sum + amount, 0);
      expect(document).to.include(`| ${stack} | ${Math.round(total)} |`);
    }
  });

  it("shows its arithmetic and warns that another region has other prices", () => {
    const text = formatCost("prod", "us-west-1", estimateCost(resources), 120);
    expect(text).to.match(/database, db\.m6g\.large +2 × 730 h × \$0\.159 +232\.14\n/);
    expect(text).to.match(/Total +421\.93\n/);
    expect(text).to.include("of us-east-1, June 2026").and.include("prices in us-west-1 may be higher");
    expect(formatCost("prod", "us-east-1", [], 100)).not.to.include("may be higher");
  });
});
