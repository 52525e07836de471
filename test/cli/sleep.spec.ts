import { expect } from "chai";
import { describe, it } from "mocha";
import { getScheduleInput, hasSleep } from "../../cli/sleep/schedules";
import { findBudgets, findSchedules } from "../../cli/recover/inventory/sleep";
import type { Scope } from "../../cli/recover/inventory/scope";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const scopeOf = (type: string, name: string, responses: Responses) =>
  ({
    aws: fakeAws({ GetCallerIdentity: () => ({ Account: "123456789012" }), ...responses }),
    planned: [{ urn: "", type, name: "", parent: null, inputs: { name }, protect: false, ignoreChanges: [] }],
    state: [],
    environments: [],
  }) satisfies Scope;

describe("what a stack that sleeps left in AWS", () => {
  it("is a schedule of the planned name, without tags", async () => {
    const type = "aws:scheduler/schedule:Schedule";
    const find = (GetSchedule: Responses[string]) =>
      findSchedules(scopeOf(type, "beo-datastore-dev-web-sleep", { GetSchedule }));
    expect(await find(({ Name }) => ({ Name }))).to.deep.equal([
      {
        type,
        id: "default/beo-datastore-dev-web-sleep",
        // Terraform's documentation: a schedule is imported by group and name.
        importId: "default/beo-datastore-dev-web-sleep",
        name: "beo-datastore-dev-web-sleep",
        remove: ["aws scheduler delete-schedule --name beo-datastore-dev-web-sleep"],
      },
    ]);
    const missing = await find(() => {
      throw awsError("ResourceNotFoundException");
    });
    expect(missing).to.deep.equal([]);
  });

  it("is a budget of the planned name, with its tags", async () => {
    const type = "aws:budgets/budget:Budget";
    const find = (DescribeBudget: Responses[string]) =>
      findBudgets(
        scopeOf(type, "beo-datastore-dev", {
          DescribeBudget,
          ListTagsForResource: () => ({ ResourceTags: [{ Key: "Project", Value: "beo-datastore" }] }),
        }),
      );
    expect(await find(() => ({ Budget: {} }))).to.deep.equal([
      {
        type,
        id: "123456789012:beo-datastore-dev",
        importId: "123456789012:beo-datastore-dev",
        name: "beo-datastore-dev",
        tags: { Project: "beo-datastore" },
        remove: ["aws budgets delete-budget --account-id 123456789012 --budget-name beo-datastore-dev"],
      },
    ]);
    const missing = await find(() => {
      throw awsError("NotFoundException");
    });
    expect(missing).to.deep.equal([]);
  });
});

describe("the state of a stack that sleeps", () => {
  it("has what its schedules call", () => {
    const input = { AutoScalingGroupName: "group-1", MinSize: 0 };
    expect(getScheduleInput({ outputs: { target: { input: JSON.stringify(input) } } })).to.deep.equal(input);
    expect(getScheduleInput({ outputs: {} })).to.deep.equal({});
    expect(getScheduleInput({ outputs: { target: { input: "no JSON" } } })).to.deep.equal({});
  });

  it("says that it was deployed with the setting", () => {
    const component = { urn: "beo-sleep", type: "beo:index:Sleep" };
    expect(hasSleep([component])).to.equal(true);
    expect(hasSleep([{ ...component, delete: true }])).to.equal(false);
    expect(hasSleep([])).to.equal(false);
  });
});
