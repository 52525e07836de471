import { spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { StackPlan } from "../../plan/plan";
import { findPulumi } from "./support/tools";
import { Workspace } from "./support/workspace";

/** Mistakes that people make in a stack's file: by hand, and by the CLI without its flags. */
const wrong = `
  aws:regoin: us-west-1
  beo-datastore:appUrl: https://Dev.beo.example.com/
  beo-datastore:supportMail: support@example.com
  beo-datastore:protect: "no"
  beo-datastore:smtpUser: seen
  beo-datastore:web:
    minsize: 1
    instanceTypes: [t3.small, t3.small, "t3 large"]
    deploymentPolicy: immutable
    singleInstance: "yes"
    healthCheckMatcher: 200
  beo-datastore:worker:
    instanceTypes: [t4g.small, t3.small]
    minSize: 3
  beo-datastore:database:
    engineVersion: 16
    allocatedStorage: "30"
    deletionProtection: "off"
  beo-datastore:network: big
  beo-datastore:extraEnvironment:
    feature flag: "on"
    DEBUG: "1"
    WORKERS: 4
    LIST: "a,b"
  beo-datastore:extraSecrets:
    PLAIN: seen
`;

describe("the commands that mend a configuration", () => {
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    for (const part of ["plan", "cli"]) {
      cpSync(join(__dirname, "../..", part), join(workspace.folder, part), { recursive: true });
    }
    // In the place of npm's runner, whose CLI is the launcher.
    mkdirSync(join(workspace.folder, "bin"));
    writeFileSync(join(workspace.folder, "bin/npx"), `#!/bin/sh\nshift\nexec "${findPulumi()}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(workspace.folder, "Pulumi.dev.yaml"), "");
    await workspace.init("dev");
    appendFileSync(join(workspace.folder, "Pulumi.dev.yaml"), wrong.replace(/^\n/, ""));
    for (const [key, ...flags] of [
      ["databasePasword"],
      ["alarmEmail"],
      ["extraSecrets.TOKEN"],
      ["database.username", "--path"],
      ["extraEnvironment.TOKEN", "--path"],
    ] as const) {
      const value = key === "alarmEmail" ? "ops@example.com" : "hidden_1";
      await workspace.succeed("config", "set", "--secret", ...flags, key, value, "--stack", "dev");
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
    const { stdout } = run(process.execPath, ["cli/beo.js", "plan", "--json", "--stack", "dev"]);
    return (JSON.parse(stdout) as { stacks: StackPlan[] }).stacks.flatMap((plan) => plan.errors);
  };

  it("can be pasted, one after the other, and lead to a configuration with nothing wrong in it", () => {
    const counts: number[] = [];
    for (let told = errors(); told.length > 0; told = errors()) {
      counts.push(told.length);
      expect(counts.length, told.join("\n")).to.be.below(5);
      expect(told.join("\n")).not.to.include("hidden_1");
      for (const error of told) {
        const mend = error.split("\n").at(-1)?.trim() ?? "";
        const { status, stderr } = run("sh", ["-c", mend], "typed-0123456789");
        expect(status, `${mend}\n${stderr}`).to.equal(0);
      }
    }
    expect(counts[0]).to.be.greaterThan(20);
  });

  it("set what was meant", async () => {
    const { output } = await workspace.quietly("config", "--show-secrets", "--json", "--stack", "dev");
    const config = JSON.parse(output) as Record<
      string,
      { value: string; objectValue?: unknown; secret: boolean }
    >;
    const of = (key: string) => config[`beo-datastore:${key}`];
    expect(of("appUrl")?.value).to.equal("https://dev.beo.example.com");
    expect(of("supportEmail")?.value).to.equal("support@example.com");
    expect(of("protect")?.value).to.equal("false");
    expect(of("alarmEmail")).to.include({ value: "ops@example.com", secret: false });
    expect(of("databasePassword")).to.have.property("secret", true);
    expect(of("database")).to.deep.include({
      secret: false,
      objectValue: {
        engineVersion: "16",
        allocatedStorage: 30,
        deletionProtection: false,
        username: "hidden_1",
      },
    });
    expect(of("web")?.objectValue).to.deep.equal({
      minSize: 1,
      instanceTypes: ["t3.small"],
      deploymentPolicy: "Immutable",
      singleInstance: true,
      healthCheckMatcher: "200",
    });
    expect(of("extraEnvironment")?.objectValue).to.deep.equal({ FEATURE_FLAG: "on", WORKERS: "4" });
    expect(of("extraSecrets")).to.have.property("secret", true);
    expect(of("extraSecrets")?.objectValue).to.deep.equal({
      PLAIN: "typed-0123456789",
      TOKEN: "typed-0123456789",
    });
  });
});
