import { expect } from "chai";
import { before, describe, it } from "mocha";
import { formatPlan } from "../../plan/format-plan";
import type { StackPlan } from "../../plan/plan";
import { planFixture, stacks } from "../support/stacks";

describe("formatPlan", () => {
  const plans: StackPlan[] = [];
  before(async () => {
    for (const stack of stacks) {
      plans.push((await planFixture(stack)).plan);
    }
  });

  const format = (plan: StackPlan, { width = 80, verbose = false } = {}) =>
    formatPlan(plan, { paint: (_style, text) => text, width, tableWidth: width, verbose });
  const getStack = (name: string) => plans.find(({ stack }) => stack === name)!;
  const command = /^ *npx /;

  it("starts with the summary", () => {
    expect(format(getStack("prod"))).to.match(
      /^Stack prod · beo-datastore-prod\n─+\n✓ prod: \d+ resources, \d+ warnings?, 0 errors, 0 violations, \d+ advisories\n/,
    );
  });

  it("has at most 40 lines of at most 80 columns for each stack", () => {
    expect(plans).to.have.length(3);
    for (const lines of plans.map((plan) => format(plan).trimEnd().split("\n"))) {
      expect(lines.length).to.be.at.most(40);
      for (const line of lines) {
        expect(line.length, line).to.be.at.most(80);
      }
    }
  });

  it("cuts off long warnings after 40 lines, but not if it is verbose", () => {
    const sentence =
      "The instance class is smaller than the guide's, so that imports take longer than expected. ";
    const plan = { ...getStack("prod"), warnings: Array.from({ length: 12 }, () => sentence.repeat(4)) };
    const lines = format(plan).split("\n");
    expect(lines).to.have.length(40);
    expect(lines.join("\n")).to.include("Use --verbose to see all warnings.");
    expect(lines.join("\n")).to.include("RDS instance");
    expect(format(plan, { verbose: true }).match(/^ {2}! /gm)).to.have.length(12 + plan.violations.length);
  });

  it("counts the policies that only the update can check, and names them if it is verbose", () => {
    const options = { paint: (_style: unknown, text: string) => text, width: 80, tableWidth: 80 };
    const [plan, waiting] = [getStack("dev"), ["rds-deployed-in-vpc", "sqs-queue-ssl-requests-only"]];
    expect(formatPlan(plan, { ...options, verbose: false }, waiting)).to.match(
      /^2 policies can only be checked during the update\.$/m,
    );
    expect(formatPlan(plan, { ...options, verbose: true }, waiting)).to.match(
      /^Policies that only the update can check, .*\n {2}- rds-deployed-in-vpc\n {2}- sqs-queue-ssl-requests-only$/m,
    );
    expect(format(plan)).not.to.include("during the update");
  });

  it("names the policies that unknown values decide", async () => {
    const { waiting } = await planFixture("dev");
    // The ARN of the key that encrypts the parameters, and the parameters' ARNs, are known after the update only.
    expect(waiting)
      .to.include("iam-policy-no-access-to-all-secrets")
      .and.not.include("rds-instance-public-access-check");
  });

  it("lists the resources that people know by name", () => {
    const text = format(getStack("prod"), { width: 120 });
    expect(text).to.match(/^ {2}RDS instance +beo-datastore-prod, .*Multi-AZ.*, protected$/m);
    expect(text).to.match(/^ {2}EB environment +beo-datastore-prod-worker, /m);
    expect(text).to.match(/^ {2}bucket +beo-datastore-prod-media, protected$/m);
    // Without what has a fixed name, but is not known by it.
    expect(text).not.to.match(/^ {2}(log group|SES identity|DNS record) /m);
    const plan = getStack("prod");
    const resources = plan.resources.map((resource) =>
      resource.type === "aws:sqs/queue:Queue" && resource.name === "beo-queue-queue"
        ? { ...resource, inputs: { ...resource.inputs, name: "celery_tasks" } }
        : resource,
    );
    expect(format({ ...plan, resources }, { width: 120 })).to.match(/^ {2}SQS queue +celery_tasks/m);
  });

  it("counts advisories and says how to list them", () => {
    const text = format(getStack("prod"));
    expect(text)
      .to.match(/^No violations\. \d+ advisories\.$/m)
      .and.include("npx beo plan prod --verbose");
    expect(text).not.to.match(/^Advisories$/m);
    const verbose = format(getStack("prod"), { verbose: true });
    const advisories = getStack("prod").violations.length;
    expect(verbose.split("\nAdvisories\n")[1]?.match(/^ {2}! /gm)).to.have.length(advisories);
  });

  it("lists every resource and variable if it is verbose, names in full", () => {
    const plan = getStack("prod");
    const text = format(plan, { verbose: true });
    for (const { name } of plan.resources.slice(1)) {
      expect(text).to.match(new RegExp(` ${name}( |$)`, "m"));
    }
    for (const name of Object.keys(plan.environments.web)) {
      expect(text).to.match(new RegExp(`^${name} `, "m"));
    }
    for (const part of [
      "Multi-AZ",
      "/beo-datastore-prod/AWS_SECRET_ACCESS_KEY",
      "arn:aws:iam::aws:policy/service-role/AWSElasticBeanstalkEnhancedHealth",
    ]) {
      expect(text).to.include(part);
    }
    const [, table = ""] = /^(Variables +web[^]*?)\n\n/m.exec(text) ?? [];
    expect(Math.max(...table.split("\n").map(({ length }) => length))).to.be.at.most(80);
  });

  it("shows errors before warnings, with whole commands, and nothing else", () => {
    const fix = `npx pulumi config set --path beo-datastore:database.maxAllocatedStorage ${"<integer>".padEnd(60, "x")} --stack prod`;
    const plan = { ...getStack("prod"), errors: [`web.minSize is wrong.\n    ${fix}`] };
    const lines = format(plan, { width: 60 }).split("\n");
    expect(lines.indexOf("Errors")).to.be.lessThan(lines.indexOf("Warnings"));
    expect(lines).to.include(`    ${fix}`);
    expect(lines.join("\n")).not.to.include("RDS instance");
    for (const line of lines.filter((text) => !command.test(text))) {
      expect(line.length, line).to.be.at.most(72);
    }
  });

  it("lists mandatory violations without --verbose", () => {
    const urn = getStack("prod").resources.at(-1)?.urn ?? "";
    const violation = { policy: "a-rule", level: "mandatory", urn, message: "beo-x: is public." } as const;
    const text = format({ ...getStack("prod"), violations: [violation] });
    expect(text).to.match(/✗ prod: .*1 violation, 0 advisories/);
    expect(text).to.include("  ✗ a-rule: beo-x: is public.");
    expect(text).not.to.include("No violations");
  });
});
