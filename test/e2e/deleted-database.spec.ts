import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

/** The database of a stack that protects its data, deleted and created again. Each test goes on where the last one ended. */
describe("a stack whose database was deleted", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = await createProgram("deleted-database");
    aws = clientsOf(workspace.aws);
    await workspace.succeed("config", "set", "protect", "true", "--stack", "dev");
    await workspace.succeed(...update);
    [first = ""] = await databases();
  });
  after(() => {
    workspace.remove();
  });

  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
  const destroy = ["destroy", "--yes", "--skip-preview", "--stack", "dev"];
  const databases = async () => {
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DbiResourceId = "" }) => DbiResourceId);
  };
  const snapshots = async () => {
    const { DBSnapshots = [] } = await aws.rds.send(
      new DescribeDBSnapshotsCommand({ SnapshotType: "manual" }),
    );
    return DBSnapshots.map(({ DBSnapshotIdentifier = "" }) => DBSnapshotIdentifier);
  };
  let first = "";

  it("does not get an empty one from the update after an interrupted destroy", async () => {
    await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "dev");
    await workspace.meanwhile(
      async (child) => {
        while ((await databases()).length > 0) {
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
        workspace.kill(child);
      },
      ...destroy,
    );
    const [final = ""] = await snapshots();
    expect(final).to.match(/^beo-datastore-dev-final-[0-9a-f]{8}$/);
    await workspace.succeed("cancel", "--yes", "--stack", "dev");

    for (const command of [
      [...update, "--refresh"],
      ["preview", "--refresh", "--stack", "dev"],
    ]) {
      const output = await workspace.fail(...command);
      expect(output).to.include(`its latest data is in the snapshot ${final} of 20`);
      expect(output).to.include("npx beo recover dev");
      expect(output).to.include(`npx pulumi config set ignoreSnapshot ${final} --stack dev`);
    }
    expect(await databases()).to.deep.equal([]);
  });

  it("gets the data back from the snapshot, and another name for the next final snapshot", async () => {
    const [final = ""] = await snapshots();
    await workspace.succeed(
      ...["config", "set", "--path", "database.snapshotIdentifier", final, "--stack", "dev"],
    );
    await workspace.succeed(...update, "--refresh");
    const calls = (await emulatorOf(workspace.aws).calls()).map(({ action }) => action);
    expect(calls.filter((action) => action === "RestoreDBInstanceFromDBSnapshot")).to.have.length(1);
    expect(calls.filter((action) => action === "CreateDBInstance")).to.have.length(1);
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    expect(await databases()).not.to.include(first);

    await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "dev");
    await workspace.succeed(...destroy);
    expect(await snapshots()).to.have.length(2);
  });

  it("does not get the older data of a snapshot that the configuration still names, unless that is asked for", async () => {
    const [older = "", newer = ""] = await snapshots();
    const preview = ["preview", "--stack", "dev"];
    const refused = await workspace.pulumi(...preview);
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include(`database.snapshotIdentifier is ${older}`);
    expect(refused.output).to.include(`npx pulumi config set ignoreSnapshot ${newer} --stack dev`);
    await workspace.succeed("config", "set", "ignoreSnapshot", older, "--stack", "dev");
    expect((await workspace.pulumi(...preview)).code).not.to.equal(0);
    await workspace.succeed("config", "set", "ignoreSnapshot", newer, "--stack", "dev");
    await workspace.succeed(...preview);
    await workspace.succeed("config", "rm", "--path", "database.snapshotIdentifier", "--stack", "dev");
    await workspace.succeed(...preview);
    expect(await databases()).to.deep.equal([]);
  });
});
