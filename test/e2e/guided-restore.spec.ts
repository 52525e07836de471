import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type DBInstance, DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { collectOutput } from "./support/collect-output";
import { databaseProgram } from "./support/database-program";
import { emulatorOf } from "./support/emulator";
import type { Workspace } from "./support/workspace";

const beo = join(__dirname, "../../cli/beo.js");

/** The database alone: what a restore changes, and how it is interrupted. */
describe("npx beo restore", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let original: DBInstance;
  before(async () => {
    workspace = await databaseProgram();
    aws = clientsOf(workspace.aws);
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    original = (await find("data"))!;
  });
  after(() => {
    workspace.remove();
  });

  const find = async (name: string): Promise<DBInstance | undefined> => {
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
  };
  const getId = async (name: string) => (await find(name))?.DbiResourceId;
  const restore = (...args: string[]) => {
    const { code, output } = workspace.beo("restore", "dev", ...args);
    expect(code, output).to.equal(0);
    return output;
  };
  /** Runs the command until something is true, and kills it with all that it has started. */
  const killWhen = async (
    isTrue: (output: () => string) => Promise<boolean> | boolean,
    ...args: string[]
  ): Promise<string> => {
    const child: ChildProcess = spawn(process.execPath, [beo, "restore", "dev", ...args], {
      cwd: workspace.folder,
      env: workspace.environment(),
    });
    let printed = "";
    child.stdout?.on("data", (data: Buffer) => (printed += data.toString()));
    const ended = collectOutput(child);
    while (child.exitCode === null && !(await isTrue(() => printed))) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(child.exitCode, printed).to.equal(null);
    workspace.kill(child);
    const { output } = await ended;
    workspace.printed += output;
    return output;
  };
  const readStatus = () => workspace.beo("status", "dev").output;
  const expectNoChanges = () =>
    workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--refresh", "--expect-no-changes", "--stack", "dev"],
    );

  it("lists the points, and changes nothing without an answer", async () => {
    const { code, output } = workspace.beo("restore", "dev");
    expect(code, output).to.equal(1);
    expect(output)
      .to.match(/^ {2}--latest: \d{4}-/m)
      .and.match(/Nothing was changed\.$/m);
    expect((await emulatorOf(workspace.aws).calls()).map(({ action }) => action)).not.to.include(
      "RestoreDBInstanceToPointInTime",
    );
  });

  it("refuses a moment that is not in the window, and a snapshot that does not exist", () => {
    for (const [args, code, message] of [
      [["--time", "2020-01-01T00:00:00Z"], 1, "--time is 2020-01-01T00:00:00Z, but the database can be"],
      [["--time", "yesterday"], 2, "Expected a moment with its time zone"],
      [["--snapshot", "missing"], 1, "There is no snapshot missing"],
      [["--undo", "--finish"], 2, "--undo and --finish contradict each other"],
    ] as const) {
      const result = workspace.beo("restore", "dev", "--yes", ...args);
      expect(result.output).to.include(message);
      expect(result.code).to.equal(code);
    }
  });

  it("is killed after the restore, between the names and in the state, and goes on each time", async () => {
    await killWhen(
      async () => (await find("data-restored")) !== undefined,
      "--latest",
      "--yes",
      "--skip-verify",
    );
    const restored = await getId("data-restored");
    expect(readStatus()).to.include(
      'A restore is under way: data-restored (from "latest") is beside the database.',
    );
    // No PostgreSQL answers here, and no one is asked.
    const stopped = workspace.beo("restore", "dev", "--yes");
    expect(stopped.code).to.equal(1);
    expect(stopped.output)
      .to.match(/^The rows were not compared: /m)
      .and.match(/^The names were not switched: .* npx beo restore dev --yes --skip-verify$/m);
    expect(await getId("data")).to.equal(original.DbiResourceId);
    await killWhen(async () => (await find("data-old")) !== undefined, "--yes", "--skip-verify");
    expect(await getId("data-old")).to.equal(original.DbiResourceId);
    expect(await find("data")).to.equal(undefined);
    expect(readStatus()).to.include("the application has no database, which has the name data-old.");
    await killWhen((output) => output().includes("The state is kept in"), "--yes");
    expect(await getId("data")).to.equal(restored);
    // The killed CLI may have left its lock.
    const locked = workspace.beo("restore", "dev", "--yes");
    if (locked.code !== 0) {
      expect(locked.output).to.match(/dev is locked by process \d+ .*npx beo recover dev/);
      await workspace.succeed("cancel", "--yes", "dev");
      restore("--yes");
    }
    expect(await getId("data")).to.equal(restored);
    expect(await getId("data-old")).to.equal(original.DbiResourceId);
    expect(readStatus()).to.include("data-old is the database before the last restore.");
    await expectNoChanges();
    const calls = (await emulatorOf(workspace.aws).calls()).map(({ action }) => action);
    expect(calls.filter((action) => action === "RestoreDBInstanceToPointInTime")).to.have.length(1);
  });

  it("gives the restored database the settings of the old one", async () => {
    const settings = ({ DBInstanceClass, MultiAZ, ...instance }: DBInstance) => ({
      DBInstanceClass,
      MultiAZ,
      storage: [instance.StorageType, instance.AllocatedStorage, instance.MaxAllocatedStorage],
      encryption: [instance.StorageEncrypted, instance.KmsKeyId],
      network: [
        instance.PubliclyAccessible,
        instance.DBSubnetGroup?.DBSubnetGroupName,
        instance.VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
      ],
      parameters: instance.DBParameterGroups?.map(({ DBParameterGroupName }) => DBParameterGroupName),
      backups: [instance.BackupRetentionPeriod, instance.PreferredBackupWindow, instance.CopyTagsToSnapshot],
      logs: instance.EnabledCloudwatchLogsExports,
      deletionProtection: instance.DeletionProtection,
      lifecycle: instance.EngineLifecycleSupport,
      tags: instance.TagList,
    });
    expect(settings((await find("data"))!)).to.deep.equal(settings(original));
  });

  it("goes back to the old database, and forward again", async () => {
    const restored = await getId("data");
    await killWhen(async () => (await find("data")) === undefined, "--undo", "--yes");
    expect(readStatus()).to.match(
      /--undo was interrupted: the application has no database, .*\n.*npx beo restore dev --undo$/m,
    );
    const forward = workspace.beo("restore", "dev", "--yes", "--skip-verify");
    expect(forward.code).to.equal(1);
    expect(forward.output).to.match(
      /^--undo was interrupted: .* To complete it: npx beo restore dev --undo\. /m,
    );
    restore("--undo", "--yes");
    expect(await getId("data")).to.equal(original.DbiResourceId);
    expect(await getId("data-restored")).to.equal(restored);
    await expectNoChanges();
    const unattended = workspace.beo("restore", "dev", "--yes", "--skip-verify");
    expect(unattended.code).to.equal(1);
    expect(unattended.output).to.match(/^data-restored was the database of dev until --undo\. /m);
    const { status, stdout, stderr } = spawnSync(process.execPath, [beo, "restore", "dev", "--skip-verify"], {
      cwd: workspace.folder,
      env: workspace.environment(),
      input: "yes\n".repeat(2),
      encoding: "utf8",
    });
    workspace.printed += stdout + stderr;
    expect(status, stdout + stderr).to.equal(0);
    expect(await getId("data")).to.equal(restored);
    expect(await getId("data-old")).to.equal(original.DbiResourceId);
    await expectNoChanges();
  });

  it("deletes the old database in the end, with a final snapshot", async () => {
    restore("--finish", "--yes");
    expect(await find("data-old")).to.equal(undefined);
    const { DBSnapshots: [snapshot] = [] } = await aws.rds.send(
      new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: getSnapshot(original) }),
    );
    expect(snapshot?.DbiResourceId).to.equal(original.DbiResourceId);
    await expectNoChanges();
    expect(restore("--finish")).to.match(/^There is nothing to finish/m);
  });
  const getSnapshot = ({ DbiResourceId = "" }: DBInstance) => `data-old-${DbiResourceId.toLowerCase()}`;

  it("restores a snapshot", async () => {
    const before = await getId("data");
    const output = restore("--snapshot", getSnapshot(original), "--yes", "--skip-verify");
    expect(output).to.include(`from the snapshot ${getSnapshot(original)}`);
    expect(await getId("data")).not.to.equal(before);
    expect(await getId("data-old")).to.equal(before);
    expect(await find("data")).to.deep.include({ PubliclyAccessible: false, StorageEncrypted: true });
    await expectNoChanges();
    restore("--finish", "--yes");
  });

  it("keeps the states for the user only, and shows no secret", async () => {
    const { output: state } = await workspace.quietly("stack", "export", "--show-secrets", "--stack", "dev");
    const [, password = ""] = /"password": \{[^}]*"plaintext": "\\"(\w{40})\\""/.exec(state) ?? [];
    expect(password).to.have.length(40);
    const files = readdirSync(workspace.folder).filter((file) => /^state-dev-\w{12}\.json$/.test(file));
    expect(files).not.to.have.length(0);
    for (const file of files) {
      const path = join(workspace.folder, file);
      expect(statSync(path).mode & 0o777, file).to.equal(0o600);
      expect(readFileSync(path, "utf8")).not.to.include(password);
    }
    expect(workspace.printed).not.to.include(password);
  });
});
