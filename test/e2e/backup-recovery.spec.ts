import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ListBackupVaultsCommand } from "@aws-sdk/client-backup";
import {
  DescribeDBInstancesCommand,
  StopDBInstanceAutomatedBackupsReplicationCommand,
} from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { ExtraBackupArgs } from "../../components";
import type { StateResource } from "../../cli/state";
import { Subject } from "../recovery/support/subject";
import { clientsOf } from "./support/clients";
import { readCommands } from "./support/document-commands";

const settings: ExtraBackupArgs = { region: "us-west-2", vaultLock: "governance" };

/** Backups that AWS has and the state has not. Each test goes on where the last one ended. */
describe("backups that the state does not have", function () {
  this.timeout(25 * 60_000);
  let subject: Subject;
  let other: ReturnType<typeof clientsOf>;
  let file: string;
  before(async () => {
    subject = await Subject.create("backups");
    other = clientsOf(subject.workspace.aws, settings.region);
    file = join(subject.workspace.folder, "before.json");
    await subject.configure("protect", "true");
    await set({});
    expect(await subject.up()).to.include({ code: 0 });
    await subject.workspace.succeed("stack", "export", "--file", file, "--stack", "dev");
  });
  after(() => {
    subject.remove();
  });

  const set = (backup: ExtraBackupArgs) => subject.configure("backup", JSON.stringify(backup));
  const recover = () => subject.recoverWithoutFailure();
  /** The ids of what holds or makes backups. */
  const readIds = async () => {
    const path = join(subject.workspace.folder, "now.json");
    await subject.workspace.succeed("stack", "export", "--file", path, "--stack", "dev");
    const { deployment } = JSON.parse(readFileSync(path, "utf8")) as {
      deployment: { resources: (StateResource & { urn: string })[] };
    };
    const types = /::(?:.*\$)?aws:(backup|kms|s3\/bucket:|rds\/instanceAutomatedBackupsReplication)/;
    return Object.fromEntries(
      deployment.resources
        .filter(({ urn }) => types.test(urn) && /::(backups|database)-[^:]*$/.test(urn))
        .map(({ urn, id }) => [urn.replace(/^.*::/, ""), id]),
    );
  };
  const readDatabase = async () => {
    const { DBInstances: [database] = [] } = await subject.aws.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: "recovery-dev" }),
    );
    return database;
  };
  const expectOneOfEach = async () => {
    expect((await readDatabase())?.DBInstanceAutomatedBackupsReplications).to.have.length(1);
    for (const { backup } of [subject.aws, other]) {
      const { BackupVaultList = [] } = await backup.send(new ListBackupVaultsCommand({}));
      expect(BackupVaultList.map(({ Locked }) => Locked)).to.deep.equal([true]);
    }
  };

  it("are imported after an update that was killed while RDS began the replication", async () => {
    await set(settings);
    await subject.workspace.meanwhile(
      async (child) => {
        const isCalled = async () =>
          (await subject.emulator.calls()).some(
            ({ action, error }) => action === "StartDBInstanceAutomatedBackupsReplication" && error === null,
          );
        while (!(await isCalled())) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
        subject.workspace.kill(child);
      },
      ...["up", "--yes", "--skip-preview", "--stack", "dev"],
    );
    await recover();
    await expectOneOfEach();
  });

  it("are imported where the state is an older one", async () => {
    const ids = await readIds();
    expect(Object.keys(ids)).to.include.members([
      "backups-key",
      "backups-vault",
      "backups-copy",
      "backups-copy-lock",
      "backups-plan",
      "backups-selection",
      "backups-database",
      "backups-media-replica-bucket",
      "database-key",
    ]);
    await subject.workspace.succeed("stack", "import", "--file", file, "--stack", "dev");
    await recover();
    expect(await readIds()).to.deep.equal(ids);
    await expectOneOfEach();
  });

  it("are taken over where a protected stack turns them on again, as docs/backups.md says", async () => {
    const ids = await readIds();
    await set({ region: "none" });
    expect(await subject.up()).to.include({ code: 0 });
    await set(settings);
    await recover();
    const retained = ["backups-key", "backups-vault", "backups-copy", "backups-media-replica-bucket"];
    const pick = (all: Record<string, string | undefined>) => retained.map((name) => all[name]);
    expect(pick(await readIds())).to.deep.equal(pick(ids));
    await expectOneOfEach();
  });

  it("are replicated again where RDS stopped it, as docs/backups.md says", async () => {
    const stop = async () => {
      const { DBInstanceArn: SourceDBInstanceArn } = (await readDatabase()) ?? {};
      await other.rds.send(new StopDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn }));
    };
    await stop();
    expect(await subject.up("--refresh")).to.include({ code: 0 });
    await expectOneOfEach();
    // The commands for a restore by hand, after which RDS still replicates the old instance only.
    await stop();
    const all = readCommands("docs/backups.md", "If the replication stops");
    const commands = all.slice(all.indexOf("npx pulumi state delete")).replaceAll("-s prod", "-s dev");
    const { code, output } = await subject.shell(`set -e\n${commands}`);
    expect(code, output).to.equal(0);
    await expectOneOfEach();
  });
});
