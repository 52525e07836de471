import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { readSection, shellBlocks } from "../support/documents";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { leftIn } from "./support/remaining";
import { findPulumi } from "./support/tools";
import { Workspace } from "./support/workspace";

const root = join(__dirname, "../..");
const left = new Set([".git", "node_modules", "graphs", "dist"]);

/** A stack's file before a reader changes it. */
function stackFile(stack: string): string {
  return `config:
  # The only setting that a reader does not need: the emulated AWS has no host name for each bucket.
  aws:s3UsePathStyle: true
  beo-datastore:appUrl: https://${stack}.beo.your-domain.org
  beo-datastore:supportEmail: ${stack}@your-domain.org
${stack === "dev" ? "" : `  beo-datastore:domain: api.${stack}.your-domain.org\n  beo-datastore:hostedZone: your-domain.org\n`}`;
}

describe("the commands of README", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  /** The clone, and next to it the application's checkout. */
  let clone = "";
  let checkout = "";
  let path = "";
  before(() => {
    // For preflight, which README runs before the first update.
    workspace = new Workspace({}, [join(__dirname, "status/plugin.py")]);
    clone = join(workspace.folder, "infrastructure");
    checkout = join(workspace.folder, "beo_datastore");
    cpSync(root, clone, { recursive: true, filter: (file) => !left.has(basename(file)) });
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    // The repository's own stack files belong to its operators.
    for (const stack of ["dev", "staging", "prod"]) {
      writeFileSync(join(clone, `Pulumi.${stack}.yaml`), stackFile(stack));
    }
    const bin = join(workspace.folder, "bin");
    mkdirSync(bin);
    path = [bin, installCommandLines(), process.env.PATH].join(delimiter);
    const npx = findOriginal("npx");
    const npm = findOriginal("npm");
    // npm's `pulumi` is a launcher that downloads the CLI; the packages are there already.
    writeScript(
      join(bin, "npx"),
      `[ "$1" != pulumi ] || { shift; exec "${findPulumi()}" "$@"; }\nexec "${npx}" "$@"`,
    );
    writeScript(join(bin, "npm"), `[ "$1" != ci ] || exit 0\nexec "${npm}" "$@"`);
    run("git init -q -b main && git add . && git commit -q -m application", makeApplication());
  });
  after(() => {
    workspace.remove();
  });

  function writeScript(file: string, body: string): void {
    writeFileSync(file, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  function findOriginal(command: string): string {
    return spawnSync("sh", ["-c", `command -v ${command}`], { encoding: "utf8" }).stdout.trim();
  }

  function makeApplication(): string {
    mkdirSync(join(checkout, "beo_datastore"), { recursive: true });
    for (const file of [
      "manage.py",
      "requirements.txt",
      "beo_datastore/settings.py",
      "beo_datastore/celery.py",
    ]) {
      writeFileSync(join(checkout, file), "");
    }
    return checkout;
  }

  /** Runs a script as a reader pastes it. Confirms updates. @throws AssertionError if any of its commands fails. */
  function run(script: string, cwd = clone, input = ""): string {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
      cwd,
      encoding: "utf8",
      input,
      maxBuffer: 1 << 26,
      env: {
        ...workspace.environment(),
        PATH: path,
        HOME: workspace.folder,
        GIT_AUTHOR_NAME: "reader",
        GIT_AUTHOR_EMAIL: "reader@example.com",
        GIT_COMMITTER_NAME: "reader",
        GIT_COMMITTER_EMAIL: "reader@example.com",
        AWS_DEFAULT_REGION: "us-west-1",
        // `pulumi login` decides, and is not remembered beyond the workspace.
        PULUMI_BACKEND_URL: undefined,
        PULUMI_CREDENTIALS_PATH: join(workspace.folder, "credentials"),
        PULUMI_SKIP_CONFIRMATIONS: "true",
      },
    });
    workspace.printed += stdout + stderr;
    expect(status, `${script}\n${stdout}\n${stderr}`).to.equal(0);
    return stdout;
  }

  it("plan without an account", () => {
    const [trial = ""] = shellBlocks(readSection("README.md", "## What you get"));
    // The tests are not started by a test.
    expect(run(trial.replace(/^npm test.*$/m, ""))).to.contain("beo-datastore-prod");
  });

  it("create the bucket of the state and a stack, and say what to do next", () => {
    // As in stackFile().
    writeFileSync(
      join(clone, "bootstrap/Pulumi.beo-datastore.yaml"),
      'config:\n  aws:s3UsePathStyle: "true"\n',
    );
    const prerequisites = shellBlocks(readSection("README.md", "## Prerequisites")).join("\n");
    const [quickstart = ""] = shellBlocks(readSection("README.md", "## Quickstart"));
    // The answers to `npx beo bootstrap`.
    const output = run(`${prerequisites}\n${quickstart}`, clone, "yes\nyes\n");
    expect(output).to.match(/beo-datastore-dev runs at https:\/\/[a-z0-9]+\.cloudfront\.net/);
    expect(output).to.contain("npx pulumi stack output ebConfig -s dev");
  });

  it("deploy the application to both environments", () => {
    const [, deployment = ""] = shellBlocks(readSection("README.md", "## Quickstart"));
    const output = run(deployment);
    expect(output.match(/New application version was deployed/g)).to.have.length(2);
  });

  it("name an environment that eb also finds on main and without Git", () => {
    for (const command of ["eb status", "eb health", "eb events"]) {
      expect(run(command, checkout), command).to.contain("beo-datastore-dev");
    }
    const folder = join(workspace.folder, "without-git");
    cpSync(join(checkout, ".elasticbeanstalk"), join(folder, ".elasticbeanstalk"), { recursive: true });
    expect(run("eb status", folder)).to.contain("beo-datastore-dev");
  });

  it("do the daily work", () => {
    const rows = readSection("README.md", "## Daily work").matchAll(/^\| (.*?) +\| `(.*?)` +\|$/gm);
    const commands = [...rows]
      .map(([, , command = ""]) => command.replace(/\bprod\b/g, "dev"))
      // Specs of their own run these: some need a stand-in for the Session Manager plugin, others several stacks.
      .filter((command) => !/^npx beo (shell|manage|psql|restore|restore-drill|up) /.test(command));
    expect(commands).to.have.length.greaterThan(9);
    // Elastic Beanstalk's instances would have made it.
    const group = "/aws/elasticbeanstalk/beo-datastore-dev/var/log/eb-engine.log";
    run(`aws logs create-log-group --log-group-name ${group}`);
    const describe = `aws elasticbeanstalk describe-application-versions --application-name beo-datastore-dev`;
    const labels = run(`${describe} --query 'ApplicationVersions[].VersionLabel' --output text`).split(/\s+/);
    const label = labels.find((name) => name.startsWith("app-")) ?? "";
    const file = readFileSync(join(clone, "Pulumi.dev.yaml"));
    for (const command of commands) {
      if (command === "npx beo status dev") {
        // The link in AWS's message to the sender was not followed: an error, and the exit code of errors.
        expect(run(`${command} || [ $? = 3 ]`)).to.match(/^dev: 1 error,[^]* is not verified/);
        continue;
      }
      run(
        command.replace("<label>", label),
        command.startsWith("eb") ? checkout : clone,
        "typed-0123456789-abc",
      );
      writeFileSync(join(clone, "Pulumi.dev.yaml"), file);
    }
    run(`aws logs delete-log-group --log-group-name ${group}`);
    expect(readFileSync(join(clone, ".env"), "utf8")).to.contain("SECRET_KEY=");
  });

  it("have a row in docs/eb.md, each of the EB CLI's", () => {
    const help = run("eb --help", checkout);
    const commands = [...help.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm)].map(([, name = ""]) => name);
    expect(commands).to.include.members(["deploy", "terminate"]).and.have.length.greaterThan(25);
    const rows = [...readFileSync(join(root, "docs/eb.md"), "utf8").matchAll(/^\| (`eb .*?) +\|/gm)];
    const documented = rows.flatMap(([, cell = ""]) => cell.match(/[a-z]+(?=`)/g) ?? []);
    expect(commands.filter((name) => !documented.includes(name))).to.deep.equal([]);
  });

  it("roll back a version, with a snapshot of the database (docs/eb.md)", () => {
    const blocks = shellBlocks(readSection("docs/eb.md", "## Roll back a version")).map((block) =>
      block.replaceAll("prod", "dev"),
    );
    // shell.spec.ts runs the ones that reverse a migration.
    const [list = "", deploy = "", , snapshot = "", clean = ""] = blocks;
    run("git commit -q --allow-empty -m release && eb deploy beo-datastore-dev --label release-2", checkout);
    const versions = run(list, checkout);
    expect(versions).to.match(/release-2.*\n(.*\n)*.*app-/);
    expect(versions).to.match(/beo-datastore-dev +\| +release-2/);
    const [label = ""] = /app-\w+-\w+/.exec(versions) ?? [];
    run(deploy.replaceAll("<label>", label), checkout);
    const running = run(list, checkout);
    expect(running.match(new RegExp(`beo-datastore-dev(-worker)? +\\| +${label} `, "g"))).to.have.length(2);
    // What eb did is not undone.
    expect(run("npx pulumi preview --expect-no-changes -s dev")).to.include("unchanged");
    run(snapshot);
    expect(run(clean)).to.contain("beo-datastore-dev-before-release");
  });

  it("delete the stack, and leave nothing but what bootstrap made", async () => {
    const [destroy = ""] = shellBlocks(readSection("README.md", "## Tear it down"));
    run(destroy);
    expect(await leftIn(clientsOf(workspace.aws))).to.deep.equal([
      "bucket beo-datastore-state-123456789012",
      "bucket beo-datastore-state-123456789012-logs",
      ...["dev", "prod", "staging"].map((stack) => `key alias alias/beo-datastore-${stack}-state`),
      ...["dev", "prod", "staging"].map((stack) => `policy beo-datastore-${stack}-boundary`),
    ]);
  });
});
