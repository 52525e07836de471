import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    const output = await workspace.fail(...update);
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

  it("keeps the name of its final snapshot, and gets one after an import only", async () => {
    const file = join(workspace.folder, "state.json");
    const rename = async (name: string | undefined) => {
      await workspace.succeed("stack", "export", "--stack", "dev", "--file", file);
      const state = JSON.parse(readFileSync(file, "utf8")) as {
        deployment: { resources: { type: string; inputs: object; outputs: object }[] };
      };
      for (const { type, inputs, outputs } of state.deployment.resources) {
        if (type === "aws:rds/instance:Instance") {
          Object.assign(inputs, { finalSnapshotIdentifier: name });
          Object.assign(outputs, { finalSnapshotIdentifier: name });
        }
      }
      writeFileSync(file, JSON.stringify(state));
      await workspace.succeed("stack", "import", "--stack", "dev", "--file", file);
    };
    // A deployment of before, whose name a RandomId had made.
    await rename("data-final-0a1b2c3d");
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    await workspace.succeed("stack", "export", "--stack", "dev", "--file", file);
    expect(readFileSync(file, "utf8")).to.include("data-final-0a1b2c3d");

    await rename(undefined);
    await workspace.succeed(...update, "--expect-no-changes");
    await set("renewFinalSnapshot", "true");
    await workspace.succeed(...update);
    await workspace.succeed("config", "rm", "renewFinalSnapshot", "--stack", "dev");
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
    await workspace.succeed("stack", "export", "--stack", "dev", "--file", file);
    expect(readFileSync(file, "utf8")).to.match(/"finalSnapshotIdentifier": "data-final-[0-9a-f]{8}"/);
    expect(await ids()).to.deep.equal(first);
  });

  it("leaves a snapshot when it is replaced, and another one when it is destroyed right afterwards", async () => {
    const snapshots = async () => {
      const { DBSnapshots = [] } = await aws.rds.send(
        new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "data", SnapshotType: "manual" }),
      );
      return DBSnapshots.map(({ DBSnapshotIdentifier = "" }) => DBSnapshotIdentifier);
    };
    const unprotect = () => workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "dev");
    await unprotect();
    await workspace.succeed(...update, "--replace", "**data-instance");
    expect(await snapshots()).to.have.length(1);
    expect(await ids()).not.to.deep.equal(first);
    await unprotect();
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    const both = await snapshots();
    expect(both).to.have.length(2);
    both.forEach((one) => expect(one).to.match(/^data-final-[0-9a-f]{8}$/));
    expect(await databases()).to.deep.equal([]);
  });
});
