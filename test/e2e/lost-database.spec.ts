import {
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

/** An administrator deletes the database and everything in its region. Each test goes on where the last one ended. */
describe("a stack whose database is left in another region only", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let backup = "";
  before(async () => {
    workspace = await createProgram("deleted-database");
    aws = clientsOf(workspace.aws);
    await set("--path", "backup.region", "us-west-2");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    const [database] = await listDatabases();
    const { DBInstanceAutomatedBackup: replicated } = await clientsOf(workspace.aws, "us-west-2").rds.send(
      new StartDBInstanceAutomatedBackupsReplicationCommand({
        SourceDBInstanceArn: database?.DBInstanceArn,
        KmsKeyId: "alias/aws/rds",
      }),
    );
    backup = replicated?.DBInstanceAutomatedBackupsArn?.split(":").at(-1) ?? "";
    expect(backup).to.match(/^ab-/);
    await aws.rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: database?.DBInstanceIdentifier,
        SkipFinalSnapshot: true,
      }),
    );
  });
  after(() => {
    workspace.remove();
  });

  const set = (...setting: string[]) => workspace.succeed("config", "set", ...setting, "--stack", "dev");
  const listDatabases = async () =>
    (await aws.rds.send(new DescribeDBInstancesCommand({}))).DBInstances ?? [];

  it("does not get an empty one from an update, which names recover", async () => {
    for (const command of [
      ["up", "--yes", "--skip-preview", "--refresh", "--stack", "dev"],
      ["preview", "--refresh", "--stack", "dev"],
    ]) {
      const output = await workspace.fail(...command);
      expect(output).to.include(`its latest data is in the automated backup ${backup} in us-west-2, of 20`);
      expect(output).to.include("npx beo recover dev");
    }
    expect(await listDatabases()).to.deep.equal([]);
  });

  it("gets an empty one by the command that the update prints for it", async () => {
    await set("ignoreSnapshot", backup);
    await workspace.succeed("up", "--yes", "--skip-preview", "--refresh", "--stack", "dev");
    expect(await listDatabases()).to.have.length(1);
  });
});
