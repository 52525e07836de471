import { expect } from "chai";
import { describe, it } from "mocha";
import { compareStacks, formatComparison, type Side } from "../../cli/diff/compare-stacks";
import type { StackPlan } from "../../plan/plan";
import { readStack, type StackFile } from "../../plan/stack-files";
import { fixtures, planFixture } from "../support/stacks";

const compare = (first: Side, second: Side) => formatComparison(compareStacks(first, second)).split("\n");

const planOf = (stack: string, instanceClass: string, more: object[] = []): StackPlan => ({
  stack,
  applicationName: `beo-${stack}`,
  resources: [
    {
      type: "aws:rds/instance:Instance",
      name: "db",
      inputs: { identifier: `beo-${stack}`, instanceClass },
      protect: stack === "prod",
    },
    ...more,
  ] as StackPlan["resources"],
  environments: {
    web: { APP_ENV: stack, SQL_HOST: "[unknown]", DEBUG: "0" },
    worker: { APP_ENV: stack, WORKER: "1" },
  },
  violations: [],
  warnings: [],
  errors: [],
});

const fileOf = (stack: string, more: Record<string, string> = {}): StackFile => ({
  project: "beo-datastore",
  stack,
  config: {
    "aws:region": "us-west-1",
    "beo-datastore:secretKey": `not-shown-${stack}`,
    "beo-datastore:web": '{"minSize":2}',
    "beo-datastore:appUrl": `https://${stack}.example.com`,
    ...more,
  },
  secretKeys: ["beo-datastore:secretKey"],
});
const side = (
  stack: string,
  instanceClass: string,
  more: object[] = [],
  settings: Record<string, string> = {},
): Side => ({ plan: planOf(stack, instanceClass, more), file: fileOf(stack, settings) });

describe("compareStacks", () => {
  it("reports differences, except those of the names and environments", () => {
    const queue = { type: "aws:sqs/queue:Queue", name: "q", inputs: { name: "beo-prod" }, protect: false };
    expect(
      compare(
        side("staging", "db.t3.medium"),
        side("prod", "db.m6g.large", [queue], { "beo-datastore:web": '{"minSize":4}' }),
      ),
    ).to.deep.equal([
      "staging → prod",
      "",
      "Configuration",
      "  ~ web.minSize: 2 → 4",
      "  ~ appUrl: https://staging.example.com → https://prod.example.com",
      "",
      "Variables of the web environment",
      "  No differences.",
      "",
      "Variables of the worker environment",
      "  No differences.",
      "",
      "Resources",
      "  ~ Instance db",
      "      ~ protect: false → true",
      "      ~ instanceClass: db.t3.medium → db.m6g.large",
      "  + Queue q",
    ]);
  });

  it("ignores the environment of a stack with another name", () => {
    const alice = side("dev", "c");
    alice.plan.stack = "alice";
    alice.plan.applicationName = "alice-dev";
    alice.plan.resources[0]!.inputs = {
      identifier: "alice-dev",
      tags: { Environment: "dev", Project: "alice" },
    };
    const dev = side("dev", "c");
    dev.plan.resources[0]!.inputs = { identifier: "beo-dev", tags: { Environment: "dev", Project: "beo" } };
    expect(compare(dev, alice).filter((line) => /^ {2}[~+-]/.test(line))).to.deep.equal([]);
  });

  it("identifies an option of Elastic Beanstalk by name", () => {
    const environment = (value: string, extra: object[] = []) => ({
      type: "aws:elasticbeanstalk/environment:Environment",
      name: "web",
      inputs: { settings: [...extra, { namespace: "aws:autoscaling:asg", name: "MinSize", value }] },
      protect: false,
    });
    const extra = [{ namespace: "aws:x", name: "New", value: "1" }];
    const lines = compare(
      side("staging", "c", [environment("1")]),
      side("prod", "c", [environment("2", extra)]),
    );
    expect(lines.slice(-3)).to.deep.equal([
      "  ~ Environment web",
      "      ~ aws:autoscaling:asg MinSize: 1 → 2",
      "      + aws:x New: 1",
    ]);
  });

  it("reports only that a policy or a dashboard changed", () => {
    const dashboard = (title: string) => ({
      type: "aws:cloudwatch/dashboard:Dashboard",
      name: "d",
      inputs: { dashboardBody: JSON.stringify({ widgets: Array.from({ length: 40 }, () => ({ title })) }) },
      protect: false,
    });
    const lines = compare(side("staging", "c", [dashboard("a")]), side("prod", "c", [dashboard("b")]));
    expect(lines.slice(-2)).to.deep.equal(["  ~ Dashboard d", "      ~ dashboardBody: changed"]);
  });

  it("does not repeat the variables among the resources", () => {
    const environment = (value: string) => ({
      type: "aws:elasticbeanstalk/environment:Environment",
      name: "web",
      inputs: {
        settings: [{ namespace: "aws:elasticbeanstalk:application:environment", name: "APP_URL", value }],
      },
      protect: false,
    });
    const lines = compare(side("dev", "c", [environment("a")]), side("staging", "c", [environment("b")]));
    expect(lines.slice(-2)).to.deep.equal(["Resources", "  No differences."]);
  });

  it("has lines that fit a page, and each changed resource once, for the project's own stacks", async () => {
    const read = async (stack: string): Promise<Side> => ({
      plan: (await planFixture(stack)).plan,
      file: readStack(fixtures, stack),
    });
    const lines = compare(await read("dev"), await read("prod"));
    expect(lines.filter((line) => /:\s+→|^ +[~+-] \S+: *$/.test(line))).to.deep.equal([]);
    expect(Math.max(...lines.map(({ length }) => length))).to.be.below(300);
    const resources = lines.slice(lines.indexOf("Resources")).filter((line) => /^ {2}[~+-]/.test(line));
    expect(new Set(resources).size).to.equal(resources.length);
  });
});
