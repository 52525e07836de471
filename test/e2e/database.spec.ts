import {
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RemoveTagsFromResourceCommand,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { databaseProgram } from "./support/database-program";
import type { Workspace } from "./support/workspace";

/** A database alone. Each test goes on where the last one ended. */
describe("a database's life", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = await databaseProgram();
    aws = clientsOf(workspace.aws);
  });
  after(() => {
    workspace.remove();
  });

  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
  const set = (key: string, value: string) =>
    workspace.succeed("config", "set", key, value, "--stack", "dev");
  const databases = async () => {
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances;
  };
  const ids = async () => (await databases()).map(({ DbiResourceId }) => DbiResourceId);
  let first: (string | undefined)[] = [];

  it("that never becomes available: the update fails and says in which state it is", async () => {
    await set("status", "incompatible-network");
    const { code, output } = await workspace.pulumi(...update);
    expect(code).not.to.equal(0);
    expect(output).to.include("unexpected state 'incompatible-network'");
    first = await ids();
    expect(first).to.have.length(1);
  });

  it("is taken as it is by the next update, once it has recovered", async () => {
    const [database] = await databases();
    await aws.rds.send(
      new RemoveTagsFromResourceCommand({
        ResourceName: database?.DBInstanceArn,
        TagKeys: ["rehearsal:status"],
      }),
    );
    await workspace.succeed("config", "rm", "status", "--stack", "dev");
    await workspace.succeed(...update, "--refresh");
    await workspace.succeed(...update, "--expect-no-changes");
    expect(await ids()).to.deep.equal(first);
  });

  it("goes to a higher major version in place, when that is allowed", async () => {
    await set("engineVersion", "18");
    const refused = await workspace.pulumi(...update);
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.match(
      /postgres18 .*Please use a Parameter Group with DBParameterGroupFamily postgres17/,
    );
    await set("allowMajorVersionUpgrade", "true");
    await workspace.succeed(...update, "--refresh");
    await workspace.succeed(...update, "--expect-no-changes");
    const [database] = await databases();
    expect(await ids()).to.deep.equal(first);
    expect(database?.EngineVersion).to.match(/^18/);
    expect(database?.DBParameterGroups?.[0]?.DBParameterGroupName).to.match(/postgres18/);
  });

  it("leaves a snapshot each time that it is destroyed", async () => {
    const snapshots = async () => {
      const { DBSnapshots = [] } = await aws.rds.send(
        new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "data", SnapshotType: "manual" }),
      );
      return DBSnapshots.map(({ DBSnapshotIdentifier = "" }) => DBSnapshotIdentifier);
    };
    const destroy = async () => {
      await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "dev");
      await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    };
    await destroy();
    expect(await snapshots()).to.have.length(1);
    await workspace.succeed(...update);
    expect(await ids()).not.to.deep.equal(first);
    await destroy();
    const both = await snapshots();
    expect(both).to.have.length(2);
    both.forEach((one) => expect(one).to.match(/^data-final-[0-9a-f]{8}$/));
    expect(await databases()).to.deep.equal([]);
  });
});
