import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import { costOf, renderCost } from "../../plan/cost";
import { type PlannedResource, planStack } from "../../plan/plan";

describe("what a stack costs", () => {
  let resources: PlannedResource[] = [];
  before(async () => {
    ({
      plan: { resources },
    } = await planStack("prod"));
  });

  const amounts = (of = resources) =>
    Object.fromEntries(
      costOf(of).map(({ what, amount }) => [what, amount && Math.round(amount * 100) / 100]),
    );
  /** prod, with one input otherwise. */
  const changed = (type: string, change: (inputs: PlannedResource["inputs"]) => object) =>
    resources.map((resource) =>
      resource.type === type
        ? {
            ...resource,
            inputs: { ...resource.inputs, ...change(resource.inputs) },
          }
        : resource,
    );

  it("is the sum of what runs all the time, by the table's prices", () => {
    expect(amounts()).to.deep.equal({
      "database, db.m6g.large": 232.14,
      "database, storage": 23,
      "beo-datastore-prod, t3.medium": 60.74,
      "beo-datastore-prod, volumes": 3.2,
      "beo-datastore-prod, public addresses": 14.6,
      "beo-datastore-prod, load balancer": 16.43,
      "beo-datastore-prod, its traffic, one unit": 5.84,
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

  it("says so where the table has no price, and goes on", () => {
    const items = costOf(changed("aws:rds/instance:Instance", () => ({ instanceClass: "db.r7g.large" })));
    const text = renderCost("prod", "us-west-1", items);
    expect(text).to.match(/database, db\.r7g\.large +2 × 730 h, price not in the table +\?\n/);
    expect(text).to.match(/at least +\d+\.\d\d\n/);
  });

  it("is what docs/costs.md says", async () => {
    const document = readFileSync(join(__dirname, "../../docs/costs.md"), "utf8");
    for (const stack of ["dev", "staging", "prod"]) {
      const { plan } = await planStack(stack);
      const total = costOf(plan.resources).reduce((sum, { amount = 0 }) => sum + amount, 0);
      expect(document).to.include(`| ${stack} | ${Math.round(total)} |`);
    }
  });

  it("shows its arithmetic, and tells of another region", () => {
    const text = renderCost("prod", "us-west-1", costOf(resources));
    expect(text).to.match(/database, db\.m6g\.large +2 × 730 h × \$0\.159 +232\.14\n/);
    expect(text).to.match(/together +421\.93\n/);
    expect(text).to.include("of us-east-1, June 2026").and.include("us-west-1 has its own");
    expect(renderCost("prod", "us-east-1", [])).not.to.include("has its own");
  });
});
