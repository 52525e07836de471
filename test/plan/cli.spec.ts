import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { StackPlan } from "../../plan/plan";

const root = join(__dirname, "../..");

function plan(args: string[], cwd = root) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--stack-trace-limit=0", "--require", "./preload.js", "plan/cli.ts", ...args],
    { cwd, encoding: "utf8", env: { PATH: process.env.PATH } },
  );
  return { status, stdout, stderr };
}

describe("npm start", () => {
  let stacks: StackPlan[] = [];
  let text = "";
  before(() => {
    // There may be more: somebody's own.
    const three = ["dev", "staging", "prod"].flatMap((stack) => ["--stack", stack]);
    const { status, stdout, stderr } = plan(["--json", ...three]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    text = stdout;
    ({ stacks } = JSON.parse(stdout) as { stacks: StackPlan[] });
  });

  it("plans dev, staging and prod", () => {
    expect(
      stacks.map(({ stack, applicationName, resources, errors }) => ({
        stack,
        applicationName,
        count: resources.length,
        errors,
      })),
    ).to.deep.equal([
      { stack: "dev", applicationName: "beo-datastore-dev", count: 97, errors: [] },
      { stack: "staging", applicationName: "beo-datastore-staging", count: 109, errors: [] },
      { stack: "prod", applicationName: "beo-datastore-prod", count: 117, errors: [] },
    ]);
  });

  it("gives every resource with the contract's fields and a parent of the plan", () => {
    for (const { resources } of stacks) {
      const urns = new Set(resources.map(({ urn }) => urn));
      expect(urns.size).to.equal(resources.length);
      for (const resource of resources.slice(1)) {
        expect(resource).to.have.all.keys(
          "urn",
          "type",
          "name",
          "parent",
          "inputs",
          "protect",
          "ignoreChanges",
        );
        expect(urns.has(resource.parent ?? ""), resource.urn).to.equal(true);
      }
    }
  });

  it("gives both environments all 28 variables, the secret ones masked", () => {
    for (const { environments } of stacks) {
      for (const environment of [environments.web, environments.worker]) {
        expect(Object.keys(environment)).to.have.length(28);
        expect(Object.keys(environment).filter((name) => environment[name] === "[secret]")).to.deep.equal([
          "ADMIN_URL",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "SECRET_KEY",
          "SMTP_PASSWORD",
          "SMTP_USER",
          "SQL_PASSWORD",
          "SUPPORT_PASSWORD",
        ]);
      }
      expect([environments.web.WORKER, environments.worker.WORKER]).to.deep.equal(["0", "1"]);
    }
  });

  it("protects what holds data in staging and prod, and nothing in dev", () => {
    expect(
      stacks.map(({ resources }) =>
        resources.filter((r) => r.protect).map(({ name }) => name.replace("beo-", "")),
      ),
    ).to.deep.equal([
      [],
      ["storage-media-bucket", "database-instance"],
      ["storage-media-bucket", "database-instance"],
    ]);
  });

  it("shows no wire marks and no secrets", () => {
    expect(text).not.to.match(/4dabf18193072939515e22adb298388d|04da6b54-80e4-46f7-96ec-b56ff0331ba9/);
  });

  it("prints the tree, the environment and the policies for people", () => {
    const { status, stdout } = plan(["--stack", "prod"]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^Stack prod · beo-datastore-prod\n/);
    expect(stdout).to.match(/└─ BeoDatastore beo\n/);
    expect(stdout).to.match(/Instance beo-database-instance .*Multi-AZ.*protected/);
    expect(stdout).to.match(/^WORKER +0 +1 +fixed$/m);
    expect(stdout).to.match(/^SECRET_KEY +\[secret\] += +generated or configuration$/m);
    expect(stdout).to.match(/✓ prod: 117 resources/);
  });

  it("has a line for each stack when quiet", () => {
    const { status, stdout } = plan(["--quiet", "--stack", "dev", "--stack", "prod"]);
    expect(status).to.equal(0);
    expect(stdout.trim().split("\n")).to.have.length(2);
  });

  it("names the stacks when asked for one that is not", () => {
    const { status, stdout, stderr } = plan(["--stack", "nosuch"]);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
    expect(stderr).to.match(/^There is no stack "nosuch": the stacks are dev, staging, prod/);
    expect(stderr).to.include("Usage: npm start");
  });

  for (const args of [["--nonsense"], ["prod"], ["--json", "--quiet"], ["--stack"]]) {
    it(`explains itself after ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = plan(args);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.include("Usage: npm start");
    });
  }

  describe("with a wrong configuration", () => {
    let copy = "";
    before(() => {
      copy = mkdtempSync(join(tmpdir(), "plan-"));
      for (const part of [
        "index.ts",
        "preload.js",
        "Pulumi.yaml",
        "package.json",
        "tsconfig.json",
        "plan",
        "stacks",
        "components",
        "policies",
      ]) {
        cpSync(join(root, part), join(copy, part), {
          recursive: true,
          filter: (path) => !path.includes("node_modules"),
        });
      }
      symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
      writeFileSync(
        join(copy, "Pulumi.dev.yaml"),
        "config:\n  aws:region: us-west-1\n  beo-datastore:appUrl: nonsense\n  beo-datastore:secretKey: do-not-show-me\n",
      );
    });
    after(() => {
      rmSync(copy, { recursive: true });
    });

    it("tells every mistake, registers nothing, and exits 1", () => {
      const { status, stdout } = plan(["--json"], copy);
      expect(status).to.equal(1);
      const [dev] = (JSON.parse(stdout) as { stacks: StackPlan[] }).stacks;
      expect(dev?.errors.map((error) => error.split(" ")[0])).to.have.members([
        "appUrl",
        "supportEmail",
        "secretKey",
      ]);
      for (const error of dev?.errors ?? []) {
        expect(error).to.match(/\n {4}npx pulumi config set (--secret )?\w+ --stack dev( <.+>)?$/);
      }
      expect(dev?.resources.map(({ type }) => type)).to.deep.equal(["pulumi:pulumi:Stack"]);
      expect(stdout).not.to.include("do-not-show-me");
    });

    it("says the same to people", () => {
      const { status, stdout } = plan([], copy);
      expect(status).to.equal(1);
      expect(stdout).to.match(/Errors\n {2}✗ appUrl is "nonsense"/);
      expect(stdout).to.match(/✗ dev: 1 resource, 0 warnings, 3 errors/);
      expect(stdout).not.to.include("do-not-show-me");
    });
  });
});
