import { execFileSync } from "node:child_process";
import { delimiter } from "node:path";
import { DescribeKeyCommand, DisableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

/** A person deletes or disables the key of the database. The provider takes one that waits for its deletion for deleted. */
describe("a stack whose key waits for its deletion", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let KeyId = "";
  before(async () => {
    workspace = await createProgram("deleted-database");
    aws = clientsOf(workspace.aws);
    await workspace.succeed("config", "set", "--path", "database.kmsKey", "own", "--stack", "dev");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    const { DBInstances: [database] = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    KeyId = database?.KmsKeyId?.replace(/^.*\//, "") ?? "";
    expect(await getState()).to.equal("Enabled");
  });
  after(() => {
    workspace.remove();
  });

  const getState = async () => {
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    return KeyMetadata?.KeyState;
  };
  const read = (...args: string[]) => workspace.beo(...args).output;

  it("is kept by what each command prints, and none proposes the update", async () => {
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const finding = `The KMS key ${KeyId} of data-instance waits for its deletion on `;
    const command = `aws kms cancel-key-deletion --key-id ${KeyId} --region us-west-1`;
    for (const name of ["status", "drift", "recover"]) {
      const output = read(name, "dev");
      expect(output, name).to.include(finding);
      expect(output, name).to.include(command);
    }
    expect(read("recover", "dev")).not.to.include("pulumi up");
    expect(read("drift", "dev")).not.to.match(/^ +npx pulumi up --refresh --stack dev$/m);
  });

  it("keeps it by the commands that recover prints, and is as before", async () => {
    const commands = read("recover", "dev").match(/aws kms (cancel-key-deletion|enable-key) .*/g) ?? [];
    expect(commands).to.have.length(2);
    const environment = workspace.environment();
    const PATH = [installCommandLines(), environment.PATH].join(delimiter);
    for (const command of commands) {
      execFileSync("bash", ["-c", command], { env: { ...environment, PATH }, stdio: "pipe" });
    }
    expect(await getState()).to.equal("Enabled");
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    expect(read("recover", "dev")).to.include("Nothing to recover.");
  });

  it("tells of one that is disabled, too", async () => {
    await aws.kms.send(new DisableKeyCommand({ KeyId }));
    expect(read("recover", "dev")).to.include(`aws kms enable-key --key-id ${KeyId} --region us-west-1`);
    expect(read("status", "dev")).to.include(
      `The KMS key ${KeyId} of data-instance is in the state Disabled.`,
    );
  });
});
