import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, Budget } from "../../components";
import { run } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
  alarmEmail: "ops@example.com",
  monitoring: { emails: ["team@example.com"] },
  tags: { Project: "beo", Environment: "dev", Team: "energy" },
};

const forecast = (threshold: number, emails: string[]) => ({
  comparisonOperator: "GREATER_THAN",
  notificationType: "FORECASTED",
  threshold,
  thresholdType: "PERCENTAGE",
  subscriberEmailAddresses: emails,
});

describe("a budget", () => {
  // AWS Budgets API reference, Budget: FilterExpression and Metrics; CostFilters is deprecated.
  it("counts what has the stack's tags, and tells the recipients of alarms of the forecast", async () => {
    const result = await run(() => new BeoDatastore("beo", { ...args, budget: { monthly: 120 } }));
    const emails = ["ops@example.com", "team@example.com"];
    expect(result.inputs("beo-budget-budget")).to.deep.equal({
      name: "beo-dev",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "120",
      limitUnit: "USD",
      metrics: "UnblendedCost",
      filterExpression: {
        ands: [
          { tags: { key: "Project", values: ["beo"] } },
          { tags: { key: "Environment", values: ["dev"] } },
        ],
      },
      notifications: [forecast(80, emails), forecast(100, emails)],
      tags: args.tags,
    });
  });

  it("has thresholds of one's own, and may count one tag", async () => {
    const result = await run(
      () =>
        new Budget("b", {
          budgetName: "all",
          monthly: 1000,
          thresholds: [50],
          costTags: { Project: "beo" },
          emails: ["a@example.com"],
        }),
    );
    expect(result.inputs("b-budget")).to.deep.include({
      limitAmount: "1000",
      filterExpression: { tags: { key: "Project", values: ["beo"] } },
      notifications: [forecast(50, ["a@example.com"])],
    });
  });
});
