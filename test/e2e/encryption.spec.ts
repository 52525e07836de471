import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { databaseProgram } from "./support/database-program";
import { findPulumi } from "./support/tools";
import type { Workspace } from "./support/workspace";

const runbook = readFileSync(join(__dirname, "../../docs/restoring.md"), "utf8");

/** The commands of a section of docs/restoring.md. */
function commandsOf(heading: string): string[] {
  const [, section = ""] = new RegExp(`^#+ ${heading}.*?\\n(.*?)(?=^#+ |$(?![^]))`, "ms").exec(runbook) ?? [];
  return [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
}

/** Runs the commands of docs/restoring.md word for word. They need bash, the AWS CLI and jq on PATH. */
describe("an adopted, unencrypted database", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = await databaseProgram();
  });
  after(() => {
    workspace.remove();
  });

  const run = (...commands: string[]) =>
    execFileSync("bash", ["-euc", commands.join("\n")], {
      cwd: workspace.folder,
      // The first version of the AWS CLI reads another variable than the second one.
      env: { ...workspace.environment(), AWS_DEFAULT_REGION: "us-west-1", PULUMI: findPulumi() },
      encoding: "utf8",
    }).trim();
  const follow = (...commands: string[]) =>
    run(
      'npx() { shift; "$PULUMI" --non-interactive "$@"; }',
      ...commandsOf("Restoring").map((block) =>
        block.replace("STACK=prod", "STACK=dev").replace("DB=beo-datastore-prod", "DB=data"),
      ),
      ...commands.map((block) => block.replaceAll("sleep 10", "sleep 1")),
    );
  const instances = () =>
    run(
      "aws rds describe-db-instances --output text --query 'DBInstances[].[DBInstanceIdentifier,StorageEncrypted,DbiResourceId]'",
    )
      .split("\n")
      .map((line) => line.split("\t"));
  const refresh = ["--refresh", "--stack", "dev"];

  it("is created by hand and imported", async () => {
    run(
      "aws rds create-db-instance --db-instance-identifier data --engine postgres --engine-version 17 --db-instance-class db.t3.medium --allocated-storage 20 --master-username beo_datastore --master-user-password Secret12345 --db-name beo_datastore --no-storage-encrypted",
      "aws rds wait db-instance-available --db-instance-identifier data",
    );
    const version = "7.48.0";
    writeFileSync(
      join(workspace.folder, "import.json"),
      JSON.stringify({
        resources: [
          { type: "beo:index:Database", name: "data", component: true },
          { type: "aws:rds/instance:Instance", name: "data-instance", id: "data", parent: "data", version },
        ],
      }),
    );
    await workspace.succeed("config", "set", "storageEncrypted", "false", "--stack", "dev");
    await workspace.succeed(
      ...["import", "--file", "import.json", "--yes", "--skip-preview", "--generate-code=false"],
      ...["--protect=false", "--stack", "dev"],
    );
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
  });

  const update = ["up", "--yes", "--skip-preview", ...refresh];

  it("is encrypted by the runbook, and neither replaced nor deleted", async () => {
    const [original] = instances();
    const [copy = "", restore = ""] = commandsOf("Encrypt an unencrypted database");
    follow(copy);
    expect(restore).to.include("npx beo restore $STACK --snapshot $DB-encrypted");
    // The program of this test has the setting at its top level.
    await workspace.succeed("config", "rm", "storageEncrypted", "--stack", "dev");
    const snapshot = ["--snapshot", "data-encrypted", "--yes"];
    // No PostgreSQL answers here, and no one is asked. Without the tools to connect, it does not begin.
    const stopped = workspace.beo("restore", "dev", ...snapshot);
    expect(stopped.code).to.equal(1);
    expect(stopped.output).to.match(
      /^The (names were not switched|rows cannot be compared): .* --yes --skip-verify\b/m,
    );
    const { code, output } = workspace.beo("restore", "dev", ...snapshot, "--skip-verify");
    expect(code, output).to.equal(0);
    await workspace.succeed(...update, "--expect-no-changes");
    expect(instances()).to.have.length(2);
    expect(instances().map(([name, encrypted]) => [name, encrypted])).to.have.deep.members([
      ["data", "True"],
      ["data-old", "False"],
    ]);
    expect(instances()).to.deep.include(["data-old", ...(original ?? []).slice(1)]);
    const finished = workspace.beo("restore", "dev", "--finish", "--yes");
    expect(finished.code, finished.output).to.equal(0);
    expect(instances().map(([name]) => name)).to.deep.equal(["data"]);
  });

  it("is restored by hand, and neither replaced nor deleted", async () => {
    const [original] = instances();
    const [restore = "", setPassword = "", switchNames = "", record = "", remove = ""] =
      commandsOf("By hand");
    follow(restore);
    expect(setPassword).to.include("MasterUserPassword");
    follow(setPassword);
    follow(switchNames);
    const switched = instances();
    const resourceId = (name: string) => switched.find(([id]) => id === name)?.at(-1) ?? "";
    expect(resourceId("data-old")).to.equal(original?.at(-1));
    expect(follow(record)).not.to.match(/replac|to delete/i);
    await workspace.succeed(...update);
    await workspace.succeed(...update, "--expect-no-changes");
    expect(instances()).to.have.deep.members(switched);
    follow(remove);
    expect(instances().map((instance) => instance.at(-1))).to.deep.equal([resourceId("data")]);
  });
});
