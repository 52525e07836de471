import { spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { StackPlan } from "../../plan/plan";
import { findPulumi } from "./support/tools";
import { Workspace } from "./support/workspace";

/** Mistakes that people make in a stack's file by hand. Of the CLI's mistakes, see below. */
const wrong = `
  aws:regoin: us-west-1
  beo-datastore:appUrl: https://Dev.beo.beo-e2e.net/
  beo-datastore:supportMail: support@beo-e2e.net
  beo-datastore:protect: "False"
  beo-datastore:smtpUser: seen
  beo-datastore:web:
    minsize: 1
    instanceTypes: t3.small
    deploymentPolicy: immutable
    singleInstance: "true"
    healthCheckMatcher: 200
  beo-datastore:worker:
    instanceTypes: [t4g.small, t3.small]
    minSize: "3"
  beo-datastore:database:
    engineVersion: 16
    monitoringInterval: "30"
    deletionProtection: "false"
  beo-datastore:mail:
    keyGeneration: 3
    previousKeyGeneration: 1
  beo-datastore:network: big
  beo-datastore:extraEnvironment:
    feature flag: "on"
    DEBUG: "1"
    PHONE: +14155550123
    VERSION: 1.10
    EMPTY:
  beo-datastore:extraSecrets:
    PLAIN: seen
`;

/** What an operator fills in for a placeholder, by key. */
const filledIn: Record<string, string> = {
  appUrl: "https://dev.beo.beo-e2e.net",
  supportEmail: "support@beo-e2e.net",
  alarmEmail: "ops@beo-e2e.net",
  "web.minSize": "1",
  "web.instanceTypes[0]": "t3.small",
  "web.healthCheckMatcher": "200",
  "worker.instanceTypes[0]": "t3.small",
  "worker.minSize": "1",
  "database.engineVersion": "16",
  "database.username": "postgres",
  "extraEnvironment.PHONE": "+14155550123",
  "extraEnvironment.VERSION": "1.10",
  "extraEnvironment.EMPTY": "none",
};

describe("the commands that fix a configuration", () => {
  let workspace: Workspace;
  let stackFile = "";
  before(async () => {
    workspace = new Workspace();
    stackFile = join(workspace.folder, "Pulumi.dev.yaml");
    // In place of npm's runner, whose CLI is the launcher.
    mkdirSync(join(workspace.folder, "bin"));
    writeFileSync(join(workspace.folder, "bin/npx"), `#!/bin/sh\nshift\nexec "${findPulumi()}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(stackFile, "");
    await workspace.init("dev");
    appendFileSync(stackFile, wrong.replace(/^\n/, ""));
    for (const [key, ...flags] of [
      ["databasePasword"],
      ["alarmEmail"],
      ["extraSecrets.TOKEN"],
      ["database.username", "--path"],
      ["extraEnvironment.TOKEN", "--path"],
    ] as const) {
      await workspace.succeed("config", "set", "--secret", ...flags, key, "hidden_1", "--stack", "dev");
    }
  });
  after(() => {
    workspace.remove();
  });

  const run = (command: string, args: string[], input = "") =>
    spawnSync(command, args, {
      cwd: workspace.folder,
      encoding: "utf8",
      input,
      env: { ...workspace.environment(), PATH: `${join(workspace.folder, "bin")}:${process.env.PATH ?? ""}` },
    });
  const errors = (): string[] => {
    const { stdout } = run(process.execPath, [join(__dirname, "../../cli/beo.js"), "plan", "--json", "dev"]);
    return (JSON.parse(stdout) as { stacks: StackPlan[] }).stacks.flatMap((plan) => plan.errors);
  };
  const commandOf = (error: string) => error.split("\n").at(-1)?.trim() ?? "";

  it("are refused by the shell as long as there is a placeholder in them", () => {
    const before = readFileSync(stackFile, "utf8");
    const unfilled = errors()
      .map(commandOf)
      .filter((command) => command.includes("<"));
    expect(unfilled).to.have.length.greaterThan(8);
    for (const command of unfilled) {
      expect(run("sh", ["-c", command]).status, command).not.to.equal(0);
    }
    expect(readFileSync(stackFile, "utf8")).to.equal(before);
  });

  it("can be pasted, and lead to a valid configuration", () => {
    let round = 0;
    for (let found = errors(); found.length > 0; found = errors()) {
      round += 1;
      expect(round, found.join("\n")).to.be.below(5);
      expect(found.join("\n")).not.to.match(/hidden_1|14155550123|1\.1\b/);
      for (const error of found) {
        const command = commandOf(error).replace(
          /(\S+) --stack dev <[^<>]*>/,
          (_, key: string) => `${key} ${filledIn[key.replaceAll("'", "")] ?? "?"} --stack dev`,
        );
        const { status, stderr } = run("sh", ["-c", command], `typed-0123456789-${round}`);
        expect(status, `${command}\n${stderr}`).to.equal(0);
      }
    }
    expect(round).to.be.greaterThan(0);
  });

  it("set what the commands say", async () => {
    const { output } = await workspace.quietly("config", "--show-secrets", "--json", "--stack", "dev");
    const config = JSON.parse(output) as Record<
      string,
      { value: string; objectValue?: unknown; secret: boolean } | undefined
    >;
    const entry = (key: string) => config[`beo-datastore:${key}`];
    expect(entry("appUrl")?.value).to.equal("https://dev.beo.beo-e2e.net");
    expect(entry("supportEmail")?.value).to.equal("support@beo-e2e.net");
    expect(entry("protect")?.value).to.equal("false");
    expect(entry("alarmEmail")).to.include({ value: "ops@beo-e2e.net", secret: false });
    expect(entry("databasePassword")).to.have.property("secret", true);
    expect(entry("database")).to.deep.include({
      secret: false,
      objectValue: {
        engineVersion: "16",
        monitoringInterval: 30,
        deletionProtection: false,
        username: "postgres",
      },
    });
    expect(entry("web")?.objectValue).to.deep.equal({
      minSize: 1,
      instanceTypes: ["t3.small"],
      deploymentPolicy: "Immutable",
      singleInstance: true,
      healthCheckMatcher: "200",
    });
    expect(entry("worker")?.objectValue).to.deep.equal({ instanceTypes: ["t3.small"], minSize: 1 });
    expect(entry("mail")?.objectValue).to.deep.equal({ keyGeneration: 3, previousKeyGeneration: 2 });
    expect(entry("extraEnvironment")?.objectValue).to.deep.equal({
      PHONE: "+14155550123",
      VERSION: "1.10",
      EMPTY: "none",
    });
    expect(entry("extraSecrets")).to.have.property("secret", true);
    expect(Object.keys(entry("extraSecrets")?.objectValue as object)).to.have.members(["PLAIN", "TOKEN"]);
  });
});

describe("the engine", () => {
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    await workspace.init("dev");
  });
  after(() => {
    workspace.remove();
  });

  it("deploys no placeholders, and no default tag that Elastic Beanstalk sets", async () => {
    await workspace.succeed("config", "set", "appUrl", "https://beo.example.com", "--stack", "dev");
    await workspace.succeed("config", "set", "--path", "aws:defaultTags.tags.Name", "beo", "--stack", "dev");
    for (const command of ["preview", "up"]) {
      const flags = command === "up" ? ["--yes", "--skip-preview"] : [];
      const { code, output } = await workspace.pulumi(command, ...flags, "--stack", "dev");
      expect(code, output).not.to.equal(0);
      expect(output).to.include('appUrl is "https://beo.example.com", a placeholder.');
      expect(output).to.include("aws:defaultTags.tags.Name is set by Elastic Beanstalk itself");
      expect(output).to.include('The configuration of stack "dev" has 2 errors. Nothing was changed.');
    }
  });

  it("reads the keys of a project with another name", async () => {
    for (const name of ["Pulumi.yaml", "Pulumi.staging.yaml"]) {
      const path = join(workspace.folder, name);
      const text = readFileSync(path, "utf8").replace(/^name: .*/m, "name: meters");
      writeFileSync(path, text.replaceAll("beo-datastore:", "meters:").replace("beo-e2e.net", "beo-e2e.org"));
    }
    await workspace.init("staging");
    await workspace.succeed("config", "set", "domain", "nonsense", "--stack", "staging");
    const { output } = await workspace.pulumi("preview", "--stack", "staging");
    expect(output).to.include('The configuration of stack "staging" has 1 error. Nothing was changed.');
    expect(output).to.include('domain is "nonsense".');
  });
});
