import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { collectOutput } from "./support/collect-output";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

const beo = join(__dirname, "../../cli/beo.js");

/** Stacks of the real program, one per tenant. Each test goes on where the last one ended. */
describe("updates of several stacks", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  let logs = "";
  /** What became of the stacks in the first update. */
  let [failed, updated] = ["", ""];
  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
    logs = join(workspace.folder, "logs");
    for (const tenant of ["north", "south"]) {
      await cp(join(workspace.folder, "Pulumi.dev.yaml"), join(workspace.folder, `Pulumi.${tenant}.yaml`));
      await workspace.init(tenant);
      await set(tenant, "name", tenant);
      await set(tenant, "environment", "dev");
      await set(tenant, "supportEmail", `support@${tenant}.beo-e2e.net`);
    }
  });
  after(() => {
    workspace.remove();
  });

  const set = (tenant: string, ...setting: string[]) =>
    workspace.succeed("config", "set", ...setting, "--stack", tenant);
  /** Runs the command, and does something to its process meanwhile. */
  const up = async (args: string[], act?: (interrupt: () => void) => Promise<void>) => {
    const child = spawn(process.execPath, [beo, "up", ...args, "--logs", logs], {
      cwd: workspace.folder,
      env: workspace.environment(),
    });
    const [{ code, output, stdout }] = await Promise.all([
      collectOutput(child),
      act?.(() => {
        child.kill("SIGINT");
      }),
    ]);
    workspace.printed += output;
    return { code, output, stdout };
  };
  /** The result of each stack, as the last table says. */
  const getResults = (stdout: string) =>
    Object.fromEntries(
      [...stdout.matchAll(/^(\w+) {2,}([a-z ]+?)(?: +(?:\d+|–)){5} /gm)].map(
        ([, stack = "", result = ""]) => [stack, result],
      ),
    );
  const environments = async () => {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
    );
    return Environments.map(({ EnvironmentName = "" }) => EnvironmentName).sort();
  };
  const selected = () => workspace.pulumi("stack", "--show-name");

  it("previews all stacks that have a file, changes nothing, and leaves the selected stack alone", async () => {
    const before = await selected();
    const { code, output, stdout } = await up(["--all", "--preview"]);
    expect(code, output).to.equal(0);
    expect(output).to.match(/^dev is left out: it has a file, but is not in the backend/m);
    expect(getResults(stdout)).to.deep.equal({ north: "previewed", south: "previewed" });
    expect(output).to.match(/south {2}previewed: \d+ to create$/m);
    expect(await environments()).to.deep.equal([]);
    expect(await selected()).to.deep.equal(before);
  });

  it("goes on with the other stacks where one fails, and says how to recover it", async () => {
    await emulator.fail({
      ...{ service: "sqs", action: "CreateQueue", error: "AccessDenied", message: "No right" },
      count: 1,
    });
    const { code, output, stdout } = await up(["--all", "--parallel", "2", "--yes"]);
    expect(code, output).to.equal(1);
    const results = getResults(stdout);
    expect(Object.values(results).sort(), output).to.deep.equal(["failed", "updated"]);
    [failed, updated] = results.north === "failed" ? ["north", "south"] : ["south", "north"];
    expect(stdout).to.match(new RegExp(`^${failed} failed: .*AccessDenied`, "m"));
    expect(stdout).to.match(new RegExp(`^ {2}npx beo recover ${failed}$`, "m"));
    const run = readdirSync(logs).sort().at(-1) ?? "";
    expect(readFileSync(join(logs, run, `${failed}.log`), "utf8")).to.include("AccessDenied");
  });

  it("ends the operations in progress after Ctrl-C, and can be run again", async () => {
    await set(updated, "--path", "database.backupRetentionPeriod", "9");
    const { code, output, stdout } = await up(
      [updated, failed, "--parallel", "1", "--yes"],
      async (interrupt) => {
        const before = (await emulator.calls()).length;
        while (!(await emulator.calls()).slice(before).some(({ action }) => action === "ModifyDBInstance")) {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        interrupt();
      },
    );
    expect(code).to.equal(1);
    expect(output).to.match(/^Interrupted\. The operations in progress are finished/m);
    expect(getResults(stdout), output).to.deep.equal({ [updated]: "interrupted", [failed]: "not started" });
    expect(stdout).to.match(new RegExp(`^ {2}npx beo recover ${updated}$`, "m"));
    const again = await up(["--all", "--first", updated, "--yes"]);
    expect(again.code, again.output).to.equal(0);
    expect(getResults(again.stdout)).to.deep.equal({ north: "updated", south: "updated" });
    const names = ["north-dev", "north-dev-worker", "south-dev", "south-dev-worker"];
    expect(await environments()).to.deep.equal(names);
  });

  it("leaves a stack out that would replace a resource, and names the resource", async () => {
    await set("south", "--path", "serviceAccount.keyGeneration", "2");
    const { code, output, stdout } = await up(["--all", "--yes"]);
    expect(code, output).to.equal(1);
    expect(getResults(stdout)).to.deep.equal({ north: "previewed", south: "previewed" });
    expect(stdout).to.include("No changes in the other stacks. Nothing was updated.");
    expect(stdout).to.match(/^south would replace or delete .+\.$/m);
    expect(stdout).to.include("--allow-replace south");
  });

  it("leaves a stack out that someone else updates, and says who", async () => {
    const folder = join(workspace.folder, "state/.pulumi/locks/organization/beo-datastore/north");
    const lock = { pid: 4711, username: "alice", hostname: "laptop", timestamp: "2026-11-24T09:59:00Z" };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "1b671a64.json"), JSON.stringify(lock));
    const { code, output, stdout } = await up(["--all", "--yes"]);
    rmSync(join(folder, "1b671a64.json"));
    expect(code, output).to.equal(1);
    expect(getResults(stdout)).to.deep.equal({ north: "previewed", south: "previewed" });
    expect(stdout).to.include(
      "north is being updated by process 4711 of alice on laptop, since 2026-11-24T09:59:00Z. Wait until that has ended, and run the command again.",
    );
    expect(stdout).to.include("There is no stack to update.");
  });

  it("has no secret in its output and its logs", async () => {
    const secrets = await Promise.all(
      ["north", "south"].map(async (tenant) => {
        const { webEnvironment } = (await workspace.outputs(tenant)) as {
          webEnvironment: Record<string, string>;
        };
        return ["SQL_PASSWORD", "SECRET_KEY", "AWS_SECRET_ACCESS_KEY"].map(
          (name) => webEnvironment[name] ?? "",
        );
      }),
    );
    const files = readdirSync(logs, { recursive: true, encoding: "utf8" }).filter((file) =>
      file.endsWith(".log"),
    );
    // More than one run, with a log each of both stacks.
    expect(files).to.have.length.greaterThan(4);
    const texts = files.map((file) => readFileSync(join(logs, file), "utf8"));
    for (const secret of secrets.flat()) {
      expect(secret).to.have.length.greaterThan(10);
      expect([workspace.printed, ...texts].some((text) => text.includes(secret))).to.equal(false);
    }
  });
});
