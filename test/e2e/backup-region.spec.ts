import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { Subject } from "../recovery/support/subject";
import { BackupCopies } from "./support/backup-copies";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

/** What a region that had the backups keeps, of what `fill` wrote. */
const kept = {
  ...{ media: true, replica: true, versioning: "Enabled", isPrivate: true, tlsOnly: true, key: true },
  lifecycle: ["abort-incomplete-uploads", "expire-noncurrent-versions"],
  vaults: [[true, 1]],
};

/** A protected stack with backups in a region. */
async function createSubject(region: string) {
  const subject = await Subject.create("backups");
  await subject.configure("protect", "true");
  const set = (name: string) =>
    subject.configure("backup", JSON.stringify({ region: name, vaultLock: "governance" }));
  const copiesIn = (name: string) => new BackupCopies(subject.workspace.aws, "recovery-dev", name);
  /** Kills an update once a call has reached AWS, or was answered. */
  const killUp = async (action: string, isAnswered: boolean) => {
    const countCalls = async () =>
      isAnswered
        ? (await subject.emulator.calls()).filter((call) => call.action === action && call.error === null)
            .length
        : subject.proxy.writes.filter((call) => call.action === action).length;
    const before = await countCalls();
    const { code } = await subject.workspace.meanwhile(
      async (child) => {
        while ((await countCalls()) === before) {
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        subject.workspace.kill(child);
      },
      ...["up", "--yes", "--skip-preview", "--stack", "dev"],
    );
    expect(code).to.equal(null);
  };
  const succeed = async (command: string) => {
    const { code, output } = await subject.shell(command);
    expect(code, `${command}\n${output}`).to.equal(0);
    return output;
  };
  const recover = () => subject.recoverWithoutFailure();
  const expectQuiet = async () => {
    await succeed("npx pulumi up --yes --skip-preview --refresh --expect-no-changes -s dev");
    // The stack has no environments, which is an error of another topic.
    const { stdout } = await subject.shell("npx beo status dev --json");
    const { lines } = JSON.parse(stdout) as { lines: { topic: string; level: string; text: string }[] };
    const backups = lines.filter(({ topic }) => topic === "Backups");
    expect(backups.length).to.be.greaterThan(0);
    expect(backups.filter(({ level }) => level === "error")).to.deep.equal([]);
    expect(await succeed("npx beo drift dev")).to.include("No drift.");
  };
  await set(region);
  expect(await subject.up()).to.include({ code: 0 });
  return { subject, set, copiesIn, killUp, recover, expectQuiet };
}

/** Each test goes on where the last one ended. */
describe("another region for the backups, and back", function () {
  this.timeout(25 * 60_000);
  const [first, second] = ["us-west-2", "us-east-2"];
  let stack: Awaited<ReturnType<typeof createSubject>>;
  let copies: BackupCopies;
  before(async () => {
    stack = await createSubject(first);
    copies = stack.copiesIn(first);
    await copies.fill();
  });
  after(() => {
    stack.subject.remove();
  });

  it("keeps all copies in the old region, as docs/backups.md says", async () => {
    expect(await copies.read()).to.deep.equal({ ...kept, backups: ["replicating"] });
    await stack.set(second);
    expect(await stack.subject.up()).to.include({ code: 0 });
    await stack.expectQuiet();
    expect(await copies.read()).to.deep.equal({ ...kept, backups: ["retained"] });
    expect(await copies.readReplications()).to.deep.equal({ database: [second], media: [second] });
  });

  it("takes the copies over where the region changes back", async () => {
    const newer = stack.copiesIn(second);
    await newer.fill();
    await stack.set(first);
    await stack.recover();
    await stack.expectQuiet();
    expect(await copies.read()).to.deep.equal({ ...kept, backups: ["retained", "replicating"] });
    expect(await newer.read()).to.deep.equal({ ...kept, backups: ["retained"] });
    expect(await copies.readReplications()).to.deep.equal({ database: [first], media: [first] });
  });
});

describe("a region in which AWS has a replica that the state does not have", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = new Workspace();
    await workspace.init("dev");
    await workspace.succeed("config", "set", "--path", "backup.region", "us-east-2", "--stack", "dev");
  });
  after(() => {
    workspace.remove();
  });

  it("is refused before anything changes, with the command that takes it over", async () => {
    const { s3 } = clientsOf(workspace.aws, "us-east-2");
    const Bucket = "beo-datastore-dev-backup-us-east-2";
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "us-east-2" } }),
    );
    const { code, output } = await workspace.pulumi("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(code).not.to.equal(0);
    expect(output).to.match(
      /AWS has the bucket beo-datastore-dev-backup-us-east-2 already.*Nothing was changed/s,
    );
    expect(output).to.include("    npx beo recover dev\n");
    const created = (await emulatorOf(workspace.aws).calls()).filter(({ action }) =>
      /^(Create|Put)/.test(action),
    );
    expect(created.map(({ action }) => action)).to.deep.equal(["CreateBucket"]);
    await s3.send(new DeleteBucketCommand({ Bucket }));
    await workspace.succeed("preview", "--stack", "dev");
  });
});

/** One stack, which goes from region to region: each change is interrupted elsewhere. */
describe("a change of the backups' region that was killed", function () {
  this.timeout(25 * 60_000);
  const first = "us-west-2";
  let stack: Awaited<ReturnType<typeof createSubject>>;
  const all: BackupCopies[] = [];
  before(async () => {
    stack = await createSubject(first);
    all.push(stack.copiesIn(first));
    await all[0]?.fill();
  });
  after(() => {
    stack.subject.remove();
  });

  const points: [moment: string, region: string, action: string, isAnswered: boolean][] = [
    ["after the vault and its key were created", "us-east-2", "CreateBackupVault", true],
    [
      "while the old replication was being stopped",
      "ca-central-1",
      "StopDBInstanceAutomatedBackupsReplication",
      false,
    ],
    ["after the new replication had begun", "eu-west-1", "StartDBInstanceAutomatedBackupsReplication", true],
  ];
  for (const [moment, region, action, isAnswered] of points) {
    it(`is completed by what recover prints, ${moment}`, async () => {
      await stack.set(region);
      await stack.killUp(action, isAnswered);
      await stack.recover();
      await stack.expectQuiet();
      for (const copies of all) {
        expect(await copies.read()).to.deep.equal({ ...kept, backups: ["retained"] });
      }
      const copies = stack.copiesIn(region);
      expect(await copies.readReplications()).to.deep.equal({ database: [region], media: [region] });
      await copies.fill();
      expect(await copies.read()).to.deep.equal({ ...kept, backups: ["replicating"] });
      all.push(copies);
    });
  }
});
