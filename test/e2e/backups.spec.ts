import { ListBackupVaultsCommand } from "@aws-sdk/client-backup";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBInstancesCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import {
  CopyObjectCommand,
  GetBucketReplicationCommand,
  GetObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { ExtraBackupArgs } from "../../components";
import { getBoundaryArn, getRolePath } from "../../bootstrap/permissions";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { createProgram } from "./support/program";
import { leftIn } from "./support/remaining";
import { assumeStackRole, createStackRoles, permissionsPlugin, readDecisions } from "./support/stack-roles";
import type { Workspace } from "./support/workspace";

const [region, replica] = ["us-west-2", "beo-datastore-prod-backup-us-west-2"];

const listVaults = async ({ backup }: ReturnType<typeof clientsOf>) =>
  (await backup.send(new ListBackupVaultsCommand({}))).BackupVaultList ?? [];

/** A database and a media bucket with their backups. Each test goes on where the last one ended. */
describe("backups in another region and in vaults", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let other: ReturnType<typeof clientsOf>;
  const left: string[] = [];
  before(async () => {
    workspace = await createProgram("backups");
    aws = clientsOf(workspace.aws);
    other = clientsOf(workspace.aws, region);
    left.push(...(await leftIn(aws)), ...(await leftIn(other)));
  });
  after(() => {
    workspace.remove();
  });

  const set = (backup: ExtraBackupArgs) =>
    workspace.succeed("config", "set", "backup", JSON.stringify(backup), "--stack", "dev");
  const up = () => workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
  const unchanged = () => workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
  const readDatabase = async (client: typeof aws, DBInstanceIdentifier: string) =>
    (await client.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
  const readReplications = async () =>
    (await readDatabase(aws, "beo-datastore-prod"))?.DBInstanceAutomatedBackupsReplications ?? [];

  it("are none without settings", async () => {
    await set({});
    await up();
    await unchanged();
    expect(await readReplications()).to.deep.equal([]);
    expect(await listVaults(aws)).to.deep.equal([]);
  });

  it("replicate a deployed database and bucket to a region", async () => {
    await set({ region });
    const changes = await workspace.previewChanges("dev");
    expect(changes.filter((change) => !change.startsWith("create "))).to.deep.equal([]);
    await up();
    await unchanged();
    const [replication] = await readReplications();
    expect(replication?.DBInstanceAutomatedBackupsArn).to.match(
      /^arn:aws:rds:us-west-2:123456789012:auto-backup:/,
    );
    const { ReplicationConfiguration } = await aws.s3.send(
      new GetBucketReplicationCommand({ Bucket: "beo-datastore-prod-media" }),
    );
    expect(ReplicationConfiguration?.Rules?.[0]?.Destination?.Bucket).to.equal(`arn:aws:s3:::${replica}`);
  });

  it("restore the database in the other region, with the key there, as docs/backups.md says", async () => {
    const [replication] = await readReplications();
    await other.rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceAutomatedBackupsArn: replication?.DBInstanceAutomatedBackupsArn,
        TargetDBInstanceIdentifier: "beo-datastore-prod-rescue",
        UseLatestRestorableTime: true,
        PubliclyAccessible: false,
      }),
    );
    const restored = await readDatabase(other, "beo-datastore-prod-rescue");
    expect(restored?.Engine).to.equal("postgres");
    const { KeyMetadata } = await other.kms.send(new DescribeKeyCommand({ KeyId: restored?.KmsKeyId }));
    expect(KeyMetadata?.Description).to.equal("Backups of beo-datastore-prod from another region");
    await other.rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: "beo-datastore-prod-rescue",
        SkipFinalSnapshot: true,
      }),
    );
  });

  // The emulator replicates no objects: the test stores the replica's itself.
  it("restore a media file from the replica", async () => {
    const Key = "media_root/upload.parquet";
    await other.s3.send(new PutObjectCommand({ Bucket: replica, Key, Body: "readings" }));
    await aws.s3.send(
      new CopyObjectCommand({ Bucket: "beo-datastore-prod-media", Key, CopySource: `${replica}/${Key}` }),
    );
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: "beo-datastore-prod-media", Key }));
    expect(await Body?.transformToString()).to.equal("readings");
  });

  it("fill locked vaults in both regions, and change in place", async () => {
    await set({ region, vaultLock: "governance" });
    await up();
    await unchanged();
    for (const client of [aws, other]) {
      const [vault, ...more] = await listVaults(client);
      expect(more).to.deep.equal([]);
      expect(vault).to.include({ Locked: true, MinRetentionDays: 35 });
      expect(vault).not.to.have.property("LockDate");
    }
    await set({ region, vaultLock: "governance", dailyDays: 14 });
    const changes = await workspace.previewChanges("dev");
    expect(changes.sort()).to.deep.equal([
      "replace beo-backup-copy-lock",
      "replace beo-backup-vault-lock",
      "update beo-backup-plan",
    ]);
    await up();
    await unchanged();
    expect((await listVaults(other))[0]).to.include({ Locked: true, MinRetentionDays: 14 });
  });

  // A snapshot of AWS Backup is one of RDS, whose name begins with awsbackup: the test takes it instead of AWS Backup.
  it("restore the database from a snapshot in a vault", async () => {
    const DBSnapshotIdentifier = "awsbackup-job-1";
    await aws.rds.send(
      new CreateDBSnapshotCommand({ DBSnapshotIdentifier, DBInstanceIdentifier: "beo-datastore-prod" }),
    );
    await aws.rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBSnapshotIdentifier,
        DBInstanceIdentifier: "beo-datastore-prod-restored",
        PubliclyAccessible: false,
      }),
    );
    expect((await readDatabase(aws, "beo-datastore-prod-restored"))?.Engine).to.equal("postgres");
    await aws.rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: "beo-datastore-prod-restored",
        SkipFinalSnapshot: true,
      }),
    );
  });

  it("leave nothing when an unprotected stack is destroyed, except the key, which AWS deletes later", async () => {
    await aws.rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "awsbackup-job-1" }));
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    const all = [...(await leftIn(aws)), ...(await leftIn(other))].filter(
      // The emulator creates it for an instance that is restored without a group. AWS has it in every account.
      (name) => name !== "parameter group default.postgres",
    );
    expect(all.sort()).to.deep.equal(left.sort());
  });
});

/** The same by the deploying role of a stack, with the policies of docs/permissions.md alone. */
describe("backups, and the role that deploys them", function () {
  this.timeout(15 * 60_000);
  const scope = {
    ...{ partition: "aws", account: "123456789012", region: "us-west-1" },
    ...{ project: "beo-datastore", environment: "prod" },
  };
  const variables: NodeJS.ProcessEnv = {};
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = await createProgram("backups", [permissionsPlugin], variables);
    aws = clientsOf(workspace.aws);
    await createStackRoles(scope, aws.iam);
    for (const [key, value] of Object.entries({
      protect: "true",
      permissionsBoundary: getBoundaryArn(scope),
      rolePath: getRolePath(scope),
    })) {
      await workspace.succeed("config", "set", key, value, "--stack", "dev");
    }
    await emulatorOf(workspace.aws).set({ enforce_iam: "true" });
    Object.assign(variables, await assumeStackRole("deploy", scope, aws));
  });
  after(() => {
    workspace.remove();
  });

  const set = (backup: ExtraBackupArgs) =>
    workspace.succeed("config", "set", "backup", JSON.stringify(backup), "--stack", "dev");
  const up = () => workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");

  it("are created and changed by it, and read by the role for previews", async () => {
    await set({ region, vaultLock: "governance" });
    await up();
    Object.assign(variables, await assumeStackRole("read", scope, aws));
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    Object.assign(variables, await assumeStackRole("deploy", scope, aws));
    const denied = readDecisions(workspace.permissions).filter(({ allowed }) => !allowed);
    expect(denied.map(({ action, resource }) => `${action} ${String(resource)}`)).to.deep.equal([]);
  });

  it("stay in AWS where a protected stack turns them off, with their locks", async () => {
    await set({ region: "none" });
    await up();
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    const { DBInstances: [database] = [] } = await aws.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: "beo-datastore-prod" }),
    );
    expect(database?.DBInstanceAutomatedBackupsReplications ?? []).to.deep.equal([]);
    await clientsOf(workspace.aws, region).s3.send(new HeadBucketCommand({ Bucket: replica }));
    for (const client of [aws, clientsOf(workspace.aws, region)]) {
      const vaults = await listVaults(client);
      expect(vaults.map(({ Locked }) => Locked)).to.deep.equal([true]);
    }
  });

  it("stay in AWS where a protected stack changes their region, and keep their settings", async () => {
    // The roles have rights in one region.
    await emulatorOf(workspace.aws).set({ enforce_iam: "false" });
    for (const other of ["us-east-2", "ca-central-1"]) {
      await set({ region: other });
      await up();
    }
    const Bucket = "beo-datastore-prod-backup-us-east-2";
    const { s3 } = clientsOf(workspace.aws, "us-east-2");
    const settings = {
      versioning: (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
      policy: (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy?.includes("TlsOnly"),
      isPublic: (await s3.send(new GetPublicAccessBlockCommand({ Bucket }))).PublicAccessBlockConfiguration
        ?.RestrictPublicBuckets,
      rules: (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules?.map(
        ({ ID }) => ID,
      ),
    };
    expect(settings).to.deep.equal({
      versioning: "Enabled",
      policy: true,
      isPublic: true,
      rules: ["abort-incomplete-uploads", "expire-noncurrent-versions"],
    });
  });
});
