import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { planStack } from "../../plan/plan";
import { fixtures, planFixture } from "../support/stacks";

describe("planStack", () => {
  const root = join(__dirname, "../..");
  const fixture = "test/fixtures/failing-program.ts";
  const line = readFileSync(join(root, fixture), "utf8")
    .split("\n")
    .findIndex((text) => text.includes("zones.map"));

  it("shows file and line of an error in the program, and only the project's stack frames", async () => {
    const { plan } = await planFixture("dev", join(root, fixture));
    expect(plan.errors).to.have.length(1);
    const [message, frame, ...others] = plan.errors[0]?.split("\n") ?? [];
    expect(message).to.match(/^TypeError: Cannot read properties of undefined/);
    expect(frame).to.match(new RegExp(`^    at .*Broken \\(${fixture}:${line + 1}:\\d+\\)$`));
    expect(others.join("\n")).not.to.include("node_modules");
  });

  for (const [title, content, message] of [
    [
      "an unknown policy",
      '{ "rds-is-nice": "disabled" }',
      /^policy-config\.json configures unknown policies: rds-is-nice\./,
    ],
    ["no valid JSON", "{", /^policy-config\.json is not valid JSON: /],
  ] as const) {
    it(`reports a policy-config.json with ${title} as an error of the plan`, async () => {
      const folder = mkdtempSync(join(tmpdir(), "plan-"));
      cpSync(fixtures, folder, { recursive: true });
      writeFileSync(join(folder, "policy-config.json"), content);
      const { plan } = await planStack("dev", folder);
      rmSync(folder, { recursive: true });
      expect(plan.errors).to.have.length(1);
      expect(plan.errors[0]).to.match(message);
    });
  }

  it("shows configuration errors without a stack trace", async () => {
    const folder = mkdtempSync(join(tmpdir(), "plan-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: beo-datastore\n");
    const { plan } = await planStack("dev", folder);
    rmSync(folder, { recursive: true });
    expect(plan.errors.join("\n")).to.include("appUrl");
    expect(plan.errors.join("\n")).not.to.match(/^ +at /m);
  });

  describe("of a stack that takes values from Pulumi ESC", () => {
    const planEsc = async (config: string) => {
      const folder = mkdtempSync(join(tmpdir(), "plan-"));
      writeFileSync(join(folder, "Pulumi.yaml"), "name: meters\nconfig:\n  aws:region: {value: us-west-1}\n");
      writeFileSync(join(folder, "Pulumi.dev.yaml"), `environment:\n  - beo/dev\nconfig:\n${config}`);
      const { plan } = await planStack("dev", folder);
      rmSync(folder, { recursive: true });
      return plan;
    };

    it("names the keys that it cannot check, and reports none as missing", async () => {
      const { errors, violations, warnings } = await planEsc("  meters:supportEmail: a@beotest.net\n");
      expect({ errors, violations }).to.deep.equal({ errors: [], violations: [] });
      expect(warnings).to.deep.equal([
        "The stack is not planned. Pulumi.dev.yaml takes values from Pulumi ESC (environment), which the offline plan cannot read, and without them appUrl cannot be checked. Preview the stack instead:\n    npx pulumi preview --stack dev",
      ]);
    });

    it("reports wrong values in the file all the same", async () => {
      const { errors } = await planEsc("  meters:supportEmail: support\n");
      expect(errors).to.have.length(1);
      expect(errors[0]).to.match(/^supportEmail is "support"\./);
    });

    it("is complete where the file has every key, in a project of another name", async () => {
      const required = "  meters:supportEmail: a@beotest.net\n  meters:appUrl: https://beotest.net\n";
      const { errors, resources, applicationName } = await planEsc(required);
      expect(errors).to.deep.equal([]);
      expect(applicationName).to.equal("beo-datastore-dev");
      expect(resources.length).to.be.greaterThan(50);
    });
  });
});
