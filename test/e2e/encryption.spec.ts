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

  it("is encrypted by the runbook, and neither replaced nor deleted", async () => {
    const [original] = instances();
    follow(commandsOf("Encrypt an unencrypted database")[0] ?? "");
    const [, fromSnapshot = ""] = commandsOf("1. Restore next to the old instance");
    follow(fromSnapshot.replace("<snapshot>", "$DB-encrypted"));
    follow(commandsOf("3. Switch the names")[0] ?? "");
    const switched = instances();
    await workspace.succeed("config", "rm", "storageEncrypted", "--stack", "dev");
    const resourceId = (name: string) => switched.find(([id]) => id === name)?.at(-1) ?? "";
    run(
      '"$PULUMI" stack export --stack dev --file original.json',
      `sed "s/${resourceId("data-old")}/${resourceId("data")}/g" original.json > ids-only.json`,
      '"$PULUMI" stack import --stack dev --file ids-only.json',
    );
    // Without the runbook's correction of the state.
    expect((await workspace.pulumi("preview", ...refresh)).output).to.match(/data-instance\s+replace/);
    run('"$PULUMI" stack import --stack dev --file original.json');

    const [state = "", finish = ""] = commandsOf("4. Update Pulumi's state");
    expect(follow(state)).not.to.match(/replac|to delete/i);
    follow(finish.replace("up --refresh", "up --refresh --yes"));
    await workspace.succeed("up", "--yes", "--skip-preview", "--expect-no-changes", ...refresh);
    expect(instances()).to.have.deep.members(switched);
    expect(switched.map(([name, encrypted]) => [name, encrypted])).to.have.deep.members([
      ["data", "True"],
      ["data-old", "False"],
    ]);
    expect(switched).to.deep.include(["data-old", ...(original ?? []).slice(1)]);
  });
});
