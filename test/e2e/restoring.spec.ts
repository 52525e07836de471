import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateDBSnapshotCommand,
  type DBInstance,
  DescribeDBInstancesCommand,
  ModifyDBInstanceCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { databaseProgram } from "./support/database-program";
import { emulatorOf } from "./support/emulator";
import type { Workspace } from "./support/workspace";

/** What docs/restoring.md says, with the database alone. */
describe("a database that is restored", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = await databaseProgram();
    aws = clientsOf(workspace.aws);
    await workspace.succeed(...update("dev"));
  });
  after(() => {
    workspace.remove();
  });

  const update = (stack: string) => ["up", "--yes", "--skip-preview", "--stack", stack];
  const describeOne = async (DBInstanceIdentifier: string): Promise<DBInstance | undefined> =>
    (await aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
  const available = async (identifier: string) => {
    while ((await describeOne(identifier).catch(() => undefined))?.DBInstanceStatus !== "available") {
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  };
  const rename = async (from: string, to: string) => {
    await aws.rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: from,
        NewDBInstanceIdentifier: to,
        ApplyImmediately: true,
      }),
    );
    await available(to);
  };

  it("takes the old one's place in the same stack, and the old one stays", async () => {
    const old = await describeOne("data");
    await aws.rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: "data",
        TargetDBInstanceIdentifier: "data-restored",
        UseLatestRestorableTime: true,
        DBSubnetGroupName: old?.DBSubnetGroup?.DBSubnetGroupName,
        VpcSecurityGroupIds: old?.VpcSecurityGroups?.flatMap((group) => group.VpcSecurityGroupId ?? []),
        DBParameterGroupName: old?.DBParameterGroups?.[0]?.DBParameterGroupName,
        PubliclyAccessible: false,
      }),
    );
    await available("data-restored");
    await rename("data", "data-old");
    await rename("data-restored", "data");
    const restored = await describeOne("data");
    expect(restored?.DbiResourceId).not.to.equal(old?.DbiResourceId);

    const file = join(workspace.folder, "state.json");
    await workspace.succeed("stack", "export", "--stack", "dev", "--file", file);
    const state = readFileSync(file, "utf8");
    expect(state).to.include(old?.DbiResourceId);
    writeFileSync(file, state.replaceAll(old?.DbiResourceId ?? "", restored?.DbiResourceId ?? ""));
    await workspace.succeed("stack", "import", "--stack", "dev", "--file", file);
    const output = await workspace.succeed(...update("dev"), "--refresh");
    expect(output).not.to.match(/replac|delet/i);
    await workspace.succeed(...update("dev"), "--refresh", "--expect-no-changes");
    expect((await describeOne("data"))?.DbiResourceId).to.equal(restored?.DbiResourceId);
    expect((await describeOne("data-old"))?.DbiResourceId).to.equal(old?.DbiResourceId);
  });

  it("starts a new stack from a snapshot, once", async () => {
    await aws.rds.send(
      new CreateDBSnapshotCommand({ DBInstanceIdentifier: "data", DBSnapshotIdentifier: "kept" }),
    );
    await workspace.init("rescue");
    for (const [key, value] of [
      ["aws:region", "us-west-1"],
      ["snapshotIdentifier", "kept"],
    ] as const) {
      await workspace.succeed("config", "set", key, value, "--stack", "rescue");
    }
    await workspace.succeed(...update("rescue"));
    const calls = (await emulatorOf(workspace.aws).calls()).map(({ action }) => action);
    expect(calls.filter((action) => action === "RestoreDBInstanceFromDBSnapshot")).to.have.length(1);
    expect(await describeOne("rescue")).to.deep.include({
      DBInstanceStatus: "available",
      PubliclyAccessible: false,
      StorageEncrypted: true,
    });
    await workspace.succeed(...update("rescue"), "--expect-no-changes");
  });
});
