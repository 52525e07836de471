import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { createRequire } from "node:module";
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

/** The pack as npm installs it, in a project that has no TypeScript, on a program that is not this one. */
describe("the policy pack alone", function () {
  this.timeout(5 * 60_000);
  const root = join(__dirname, "../..");
  const folder = mkdtempSync(join(tmpdir(), "pack-"));
  const pack = join(folder, "node_modules/beo-datastore-policies");
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    execFileSync("npm", ["pack", join(root, "policies"), "--silent"], { cwd: folder });
    mkdirSync(pack, { recursive: true });
    const [archive = ""] = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
    execFileSync("tar", ["-xzf", archive, "-C", pack, "--strip-components=1"], { cwd: folder });
    const { dependencies } = createRequire(__filename)(join(pack, "package.json")) as {
      dependencies: Record<string, string>;
    };
    mkdirSync(join(folder, "node_modules/@pulumi"));
    for (const name of [...Object.keys(dependencies), "@pulumi/pulumi"]) {
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    }
    cpSync(join(__dirname, "foreign"), workspace.folder, { recursive: true });
    await workspace.init("live");
    await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", "live");
  });
  after(() => {
    workspace.remove();
    rmSync(folder, { recursive: true });
  });

  const run = (command: string, ...more: string[]) =>
    workspace.pulumi(command, "--policy-pack", pack, "--stack", "live", ...more);

  it("reports violations in a preview, in any form, and names what has to wait", async () => {
    const { code, output } = await run("preview");
    expect(code).not.to.equal(0);
    for (const [rule, resource] of [
      ["iam-policy-no-privilege-escalation", "powers"],
      ["iam-role-web-identity-trust-restricted", "deployer"],
      ["vpc-sg-restricted-common-ports", "halves"],
      ["sqs-queue-no-public-access", "inbox"],
    ] as const) {
      expect(output).to.match(new RegExp(`\\[mandatory\\].* ${rule} `));
      expect(output).to.include(`${resource}: `);
    }
    expect(output).to.match(
      /rules? can only be checked during the update: .*iam-policy-no-access-to-all-secrets/,
    );
    expect(output).not.to.match(/late: policy allows/);
    expect(output).to.include("policy-config.json");
  });

  it("reports in an update what a preview did not know, before AWS has the resource", async () => {
    await workspace.succeed("config", "set", "foreign:late", "true", "--stack", "live");
    const { code, output } = await run("up", "--yes", "--skip-preview");
    expect(code).not.to.equal(0);
    expect(output).to.match(/\[mandatory\].* iam-policy-no-access-to-all-secrets /);
    expect(output).to.include("late: policy allows ssm:GetParameter");
    expect(await workspace.succeed("stack", "--show-urns", "--stack", "live")).not.to.include("::late");
  });
});
