import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { planStack, type PlannedResource, type StackPlan } from "../../plan/plan";
import { formatChanges } from "../../scripts/ci/changes";
import { comparePlans } from "../../scripts/ci/compare-plans";
import { isReplacing } from "../../scripts/ci/replacing-inputs";
import { reportPlans } from "../../scripts/ci/report";
import { planFixture, stacks } from "../support/stacks";

const root = join(__dirname, "../..");

/** Plans a dev stack with more settings than the required ones. */
async function plan(settings: Record<string, object | string> = {}): Promise<StackPlan> {
  const folder = mkdtempSync(join(tmpdir(), "beo-plan-"));
  try {
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const config = { appUrl: "https://app.example.org", supportEmail: "support@example.org", ...settings };
    const entries = Object.entries(config).map(([key, value]) => [`beo-datastore:${key}`, value] as const);
    writeFileSync(join(folder, "Pulumi.dev.yaml"), JSON.stringify({ config: Object.fromEntries(entries) }));
    return (await planStack("dev", folder)).plan;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const resource = (type: string, name: string, more: Partial<PlannedResource> = {}): PlannedResource => ({
  urn: `urn:pulumi:dev::beo-datastore::${type}::${name}`,
  type,
  name,
  parent: null,
  inputs: {},
  protect: false,
  ignoreChanges: [],
  ...more,
});

const planOf = (resources: PlannedResource[], more: Partial<StackPlan> = {}): StackPlan => ({
  stack: "dev",
  applicationName: "beo-datastore-dev",
  resources,
  environments: { web: {}, worker: {} },
  violations: [],
  warnings: [],
  errors: [],
  ...more,
});

const lines = (before: PlannedResource[], after: PlannedResource[]) =>
  formatChanges(comparePlans(planOf(before), planOf(after)));

describe("the comparison of two offline plans", () => {
  it("shows a changed setting as the inputs that it changes, and a replaced database first", async () => {
    const base = await plan({ web: { singleInstance: false } });
    const head = await plan({
      database: { username: "beo_admin", performanceInsights: true },
      web: { singleInstance: false, healthCheckPath: "/health/" },
      platform: { updateWindow: "Sun:09:00" },
    });
    const report = reportPlans([base], [head]);
    expect(head.errors).to.deep.equal([]);
    expect(report).to.include("### dev: 1 to replace, ");
    expect(report).to.include("> Replaces or deletes: `beo-db-instance`\n");
    const [first, ...rest] = /```diff\n(.*)\n```/s.exec(report)![1]!.split("\n");
    expect(first).to.equal("- replace aws:rds:Instance beo-db-instance");
    expect(rest).to.include("-     username: beo_datastore → beo_admin  (replaces the resource)");
    expect(rest).to.include("-     performanceInsightsEnabled: false → true");
    for (const option of ["HealthCheckPath]: / → /health/", "PreferredStartTime]: Tue:09:00 → Sun:09:00"]) {
      expect(rest.filter((line) => line.startsWith("!") && line.includes(option))).to.have.length.above(0);
    }
  });

  it("finds nothing in equal plans", async () => {
    const [base, head] = [await plan(), await plan()];
    expect(reportPlans([base], [head]))
      .to.include("### dev: no changes")
      .and.not.to.include("```");
  });

  it("lists replacements and deletions before updates and creations, and leaves components out", () => {
    const queue = (name: string) => resource("aws:sqs/queue:Queue", "queue", { inputs: { name } });
    const alarm = (threshold: number) =>
      resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", { inputs: { threshold } });
    const before = [
      alarm(1),
      resource("aws:s3/bucket:Bucket", "media", { protect: true }),
      queue("a"),
      resource("beo:index:Queue", "queue"),
    ];
    const after = [resource("aws:sns/topic:Topic", "topic"), alarm(2), queue("b")];
    expect(lines(before, after)).to.deep.equal([
      "- replace aws:sqs:Queue queue",
      "-     name: a → b  (replaces the resource)",
      "- delete aws:s3:Bucket media (protected)",
      "! update aws:cloudwatch:MetricAlarm alarm",
      "!     threshold: 1 → 2",
      "+ create aws:sns:Topic topic",
    ]);
  });

  it("shows that protection ends", () => {
    const bucket = (protect: boolean) => [resource("aws:s3/bucket:Bucket", "media", { protect })];
    expect(lines(bucket(true), bucket(false))).to.deep.equal([
      "! update aws:s3:Bucket media",
      "!     protect: true → false",
    ]);
  });

  it("does not count a change of an ignored input as a replacement", () => {
    const database = (snapshotIdentifier: string) => [
      resource("aws:rds/instance:Instance", "db", {
        inputs: { snapshotIdentifier },
        ignoreChanges: ["snapshotIdentifier"],
      }),
    ];
    expect(lines(database("a"), database("b"))).to.deep.equal([
      "! update aws:rds:Instance db",
      "!     snapshotIdentifier: a → b  (ignored by ignoreChanges)",
    ]);
  });

  it("compares a JSON document member by member, and shortens long values", () => {
    const policy = (actions: string[], comment: string) => [
      resource("aws:iam/userPolicy:UserPolicy", "policy", {
        inputs: { policy: JSON.stringify({ Statement: [{ Action: actions }], comment }) },
      }),
    ];
    expect(lines(policy(["s3:Get*"], "a"), policy(["s3:*"], "b".repeat(500)))).to.deep.equal([
      "! update aws:iam:UserPolicy policy",
      "!     policy.Statement[0].Action[0]: s3:Get* → s3:*",
      `!     policy.comment: a → ${"b".repeat(119)}…`,
    ]);
  });

  it("says so for a type that the table does not have", () => {
    const thing = (size: number) => [resource("aws:new/thing:Thing", "thing", { inputs: { size } })];
    expect(lines(thing(1), thing(2))[1]).to.equal("!     size: 1 → 2  (may replace the resource)");
  });

  it("knows for every type of the stacks which inputs replace the resource", async () => {
    const types: string[] = [];
    for (const stack of stacks) {
      types.push(...(await planFixture(stack)).plan.resources.map(({ type }) => type));
    }
    const unknownTypes = types.filter(
      (type) => !/^(beo|pulumi):/.test(type) && isReplacing(type, "name") === undefined,
    );
    expect([...new Set(unknownTypes)], "add them to scripts/ci/replacing-inputs.ts").to.deep.equal([]);
  });

  it("marks what AWS and Terraform document as fixed at creation", () => {
    const replaces = (type: string) => (input: string) => isReplacing(type, input);
    const database = replaces("aws:rds/instance:Instance");
    expect(["username", "dbName", "engine", "storageEncrypted", "kmsKeyId"].every(database)).to.be.true;
    expect(["instanceClass", "allocatedStorage", "engineVersion", "multiAz"].some(database)).to.be.false;
    expect(isReplacing("aws:elasticbeanstalk/environment:Environment", "tier")).to.be.true;
    expect(isReplacing("aws:elasticbeanstalk/environment:Environment", "settings")).to.be.false;
    expect(isReplacing("aws:sesv2/emailIdentity:EmailIdentity", "region")).to.be.true;
    expect(isReplacing("random:index/randomPassword:RandomPassword", "length")).to.be.true;
  });
});

describe("the report of the offline plans", () => {
  const topic = [resource("aws:sns/topic:Topic", "topic")];

  it("says why it compares nothing", () => {
    expect(reportPlans(undefined, [planOf(topic)])).to.include("### dev: no plan before this change");
    expect(reportPlans([], [planOf(topic)])).to.include("### dev: new stack");
    expect(reportPlans([planOf([], { errors: ["x"] })], [planOf(topic)])).to.include(
      "### dev: the plan before this change fails",
    );
    expect(reportPlans([planOf(topic)], [])).to.include("### dev: Pulumi.dev.yaml is removed");
  });

  it("shows the errors of a plan that fails, and no comparison", () => {
    const report = reportPlans([planOf(topic)], [planOf([], { errors: ["appUrl is missing."] })]);
    expect(report).to.include("### dev: the plan fails\n\n```text\nappUrl is missing.\n```");
    expect(report).not.to.include("delete");
  });

  it("shows the estimated cost before and after, and what changes it", () => {
    const planWith = (amounts: Record<string, number>) => ({
      ...planOf(topic),
      cost: {
        currency: "USD" as const,
        period: "month" as const,
        region: "us-west-1",
        items: Object.entries(amounts).map(([item, amount]) => ({ name: item, arithmetic: "", amount })),
        total: Object.values(amounts).reduce((sum, amount) => sum + amount, 0),
        isComplete: true,
      },
    });
    const base = planWith({ database: 52.56, web: 18.1, alarms: 1 });
    const head = planWith({ database: 105.12, web: 6.23, "load balancer": 16.43, alarms: 1 });
    expect(reportPlans([base], [head]).split("\n").slice(-7)).to.deep.equal([
      "Estimated minimum cost: 71.66 → 128.78 US dollars a month:",
      "",
      "```diff",
      "- database: 52.56 → 105.12",
      "+ web: 18.10 → 6.23",
      "- load balancer: (none) → 16.43",
      "```",
    ]);
    expect(reportPlans([base], [base])).to.match(
      /\nEstimated minimum cost: 71\.66 → 71\.66 US dollars a month\.$/,
    );
    expect(reportPlans([planOf(topic)], [head])).not.to.include("Estimated");
  });

  it("shows violations of mandatory policies", () => {
    const violation = {
      policy: "s3-encrypted",
      level: "mandatory" as const,
      urn: "",
      message: "not encrypted",
    };
    expect(reportPlans([planOf(topic)], [planOf(topic, { violations: [violation] })])).to.include(
      "```text\ns3-encrypted: not encrypted\n```",
    );
  });

  it("keeps values inside the code block, whatever they contain", () => {
    const subscription = (endpoint: string) => [
      resource("aws:sns/topicSubscription:TopicSubscription", "s", { inputs: { endpoint } }),
    ];
    const report = reportPlans([planOf(subscription("a"))], [planOf(subscription("b\n```\n@team"))]);
    expect(report.split("\n").slice(-4)).to.deep.equal([
      "````diff",
      "- replace aws:sns:TopicSubscription s",
      "-     endpoint: a → b ``` @team  (replaces the resource)",
      "````",
    ]);
  });

  it("stays far below GitHub's limit of 65,536 characters, and keeps the replacement", () => {
    const many = Array.from({ length: 2000 }, (_, index) =>
      resource("aws:sns/topic:Topic", `topic-${index}`),
    );
    const queue = (name: string) => resource("aws:sqs/queue:Queue", "queue", { inputs: { name } });
    const report = reportPlans([planOf([queue("a")])], [planOf([...many, queue("b")])]);
    expect(report.length).to.be.below(10_000);
    expect(report).to.include("- replace aws:sqs:Queue queue");
    expect(report).to.match(/\n {2}… \d+ more lines\n```$/);
    const deleted = reportPlans([planOf(many)], [planOf([])]);
    expect(deleted.length).to.be.below(10_000);
    expect(deleted).to.include("`topic-19`, 1980 more\n");
  });
});
