import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { rules } from "../../policies/rules";
import { Workspace } from "./support/workspace";

const fixture = join(__dirname, "fixture");

/** The pack in the engine, on a program that breaks every mandatory rule and on its twin that breaks none. */
describe("the policy pack in the engine", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    cpSync(fixture, workspace.folder, { recursive: true });
    await workspace.init("prod");
    await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", "prod");
  });
  after(() => {
    workspace.remove();
  });

  const preview = (...more: string[]) =>
    workspace.pulumi("preview", "--policy-pack", "policies", "--stack", "prod", ...more);
  const brokenIn = (output: string) =>
    rules
      .filter(
        ({ name, level }) => level === "mandatory" && new RegExp(`\\[mandatory\\].* ${name} `).test(output),
      )
      .map(({ name }) => name);

  it("fails the preview, and tells every mandatory rule", async () => {
    const { code, output } = await preview();
    expect(code).not.to.equal(0);
    const mandatory = rules.filter(({ level }) => level === "mandatory").map(({ name }) => name);
    const told = brokenIn(output);
    expect(mandatory.filter((name) => !told.includes(name))).to.deep.equal([]);
    expect(output).not.to.match(/not-a-real/);
  });

  it("lets the compliant twin pass", async () => {
    await workspace.succeed("config", "set", "fixture:compliant", "true", "--stack", "prod");
    const { code, output } = await preview();
    expect(brokenIn(output)).to.deep.equal([]);
    expect(code, output).to.equal(0);
  });

  it("refuses a wrong configuration of its own", async () => {
    // Not policies.json: Node would take that for the pack.
    const file = join(workspace.folder, "policy-config.json");
    writeFileSync(file, JSON.stringify({ "rds-instance-backup-enabled": { minimumDays: "many" } }));
    const { code, output } = await preview("--policy-pack-config", file);
    expect(code).not.to.equal(0);
    expect(output).to.include("minimumDays");
  });
});
