import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { applicationVariables } from "../../components/application-variables";
import type { StackPlan } from "../../plan/plan";
import { fixtures } from "../support/stacks";

const root = join(__dirname, "../..");

function plan(args: string[], { cwd = fixtures, ...env }: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, "cli/beo.js"), "plan", ...args],
    {
      cwd,
      encoding: "utf8",
      env: { PATH: process.env.PATH, ...env },
    },
  );
  return { status, stdout, stderr };
}

describe("npx beo plan", () => {
  let stacks: StackPlan[] = [];
  let text = "";
  before(() => {
    const { status, stdout, stderr } = plan(["--json"]);
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
      { stack: "dev", applicationName: "beo-datastore-dev", count: 116, errors: [] },
      { stack: "staging", applicationName: "beo-datastore-staging", count: 132, errors: [] },
      { stack: "prod", applicationName: "beo-datastore-prod", count: 200, errors: [] },
    ]);
  });

  it("prints every resource with the contract's fields and a parent of the plan", () => {
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

  it("prints all variables of both environments, secrets redacted", () => {
    for (const { environments } of stacks) {
      for (const environment of [environments.web, environments.worker]) {
        expect(Object.keys(environment)).to.have.members(applicationVariables.map(({ name }) => name));
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

  it("protects the resources with data in staging and prod, and none in dev", () => {
    expect(
      stacks.map(({ resources }) =>
        resources.filter((r) => r.protect).map(({ name }) => name.replace("beo-", "")),
      ),
    ).to.deep.equal([[], ["s3-media-bucket", "db-instance"], ["s3-media-bucket", "db-instance"]]);
  });

  it("contains neither signatures of secrets nor sentinels of unknown values", () => {
    expect(text).not.to.match(/4dabf18193072939515e22adb298388d|04da6b54-80e4-46f7-96ec-b56ff0331ba9/);
  });

  it("prints the resources, the variables and the advisories of a stack with --verbose", () => {
    const { status, stdout } = plan(["--stack", "prod", "--verbose"], { COLUMNS: "160" });
    expect(status).to.equal(0);
    expect(stdout).to.match(/^Stack prod · beo-datastore-prod\n/);
    expect(stdout).to.match(/└─ BeoDatastore beo\n/);
    expect(stdout).to.match(/Instance beo-db-instance .*Multi-AZ.*protected/);
    expect(stdout).to.match(/^WORKER +0 +1 +fixed$/m);
    expect(stdout).to.match(/^SECRET_KEY +\[secret\] += +generated or configuration$/m);
    expect(stdout).to.match(/✓ prod: 200 resources/);
  });

  it("prints one line for each stack with --quiet", () => {
    const { status, stdout } = plan(["prod", "--quiet", "--stack", "dev", "--stack", "prod"]);
    expect(status).to.equal(0);
    expect(
      stdout
        .trim()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).to.deep.equal(["✓ prod", "✓ dev"]);
  });

  it("adds the estimated cost with --cost, and cuts no price in a pipe", () => {
    const { status, stdout } = plan(["prod", "--quiet", "--cost"]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ {2}Total +488\.97$/m);
    expect(stdout).to.match(/^ {2}database, db\.m6g\.large +2 × 730 h × \$0\.159 \(us-east-1\) +232\.14$/m);
    expect(stdout).not.to.include("…");
  });

  it("adds the estimated cost to the JSON document with --cost --json", () => {
    const { status, stdout, stderr } = plan(["prod", "--cost", "--json"]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: "" });
    const [prod] = (JSON.parse(stdout) as { stacks: { cost: { total: number; region: string } }[] }).stacks;
    expect(prod?.cost).to.include({ currency: "USD", region: "us-west-1", isComplete: true });
    expect(prod?.cost.total).to.be.closeTo(488.97, 0.01);
  });

  it("fails without stack files", () => {
    const empty = mkdtempSync(join(tmpdir(), "empty-"));
    try {
      cpSync(join(fixtures, "Pulumi.yaml"), join(empty, "Pulumi.yaml"));
      for (const args of [[], ["--json"], ["--quiet"]]) {
        const { status, stdout, stderr } = plan(args, { cwd: empty });
        expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
        expect(stderr).to.match(/^There is no Pulumi\.<stack>\.yaml in /);
      }
    } finally {
      rmSync(empty, { recursive: true });
    }
  });

  it("is what npm start runs", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(scripts.start).to.equal("node cli/beo.js plan");
  });

  for (const args of [["--json", "--quiet"], ["--quiet", "--verbose"], ["--stack"]]) {
    it(`rejects ${args.join(" ")}`, () => {
      const { status, stdout, stderr } = plan(args);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: "" });
      expect(stderr).to.include("Usage: npx beo plan");
    });
  }

  describe("with an invalid configuration", () => {
    let copy = "";
    before(() => {
      copy = mkdtempSync(join(tmpdir(), "plan-"));
      cpSync(join(fixtures, "Pulumi.yaml"), join(copy, "Pulumi.yaml"));
      writeFileSync(
        join(copy, "Pulumi.dev.yaml"),
        "config:\n  aws:region: us-west-1\n  beo-datastore:appUrl: nonsense\n  beo-datastore:secretKey: do-not-show-me\n",
      );
    });
    after(() => {
      rmSync(copy, { recursive: true });
    });

    it("reports every error, registers nothing, and exits with 1", () => {
      const { status, stdout } = plan(["--json"], { cwd: copy });
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

    it("reports the errors first without --json", () => {
      const { status, stdout } = plan([], { cwd: copy });
      expect(status).to.equal(1);
      expect(stdout).to.match(/Errors\n {2}✗ appUrl is "nonsense"/);
      expect(stdout).to.match(/^Stack dev\n─+\n✗ dev: 1 resource, 0 warnings, 3 errors/);
      expect(stdout).not.to.include("do-not-show-me");
    });
  });
});
