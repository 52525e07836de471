import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
} from "@aws-sdk/client-rds";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { installCommandLines } from "./support/command-lines";
import { readCommands } from "./support/document-commands";
import { type Aws, startAws } from "./support/tools";

const document = "docs/backups.md";
const media = "beo-datastore-prod-media";
const replica = "beo-datastore-prod-backup-us-west-2";

/** What people copy from the document, in a shell without a region of its own, against an AWS without a stack. */
describe("the commands of docs/backups.md", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-backup-commands-"));
  let services: Aws;
  let aws: ReturnType<typeof clientsOf>;
  let other: ReturnType<typeof clientsOf>;
  before(() => {
    services = startAws(folder);
    aws = clientsOf(services);
    other = clientsOf(services, "us-west-2");
  });
  after(() => {
    services.stop();
    rmSync(folder, { recursive: true });
  });

  const run = (commands: string) => {
    const { AWS_REGION: _, AWS_DEFAULT_REGION: __, ...environment } = process.env;
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", commands], {
      encoding: "utf8",
      env: {
        ...environment,
        ...services.environment,
        PATH: [installCommandLines(), process.env.PATH].join(delimiter),
      },
    });
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  };

  it("restore the database in the other region, bring it back as a snapshot, and delete the instance there", async () => {
    await aws.rds.send(
      new CreateDBInstanceCommand({
        ...{ DBInstanceIdentifier: "beo-datastore-prod", DBInstanceClass: "db.m6g.large" },
        ...{ Engine: "postgres", AllocatedStorage: 100, StorageEncrypted: true, BackupRetentionPeriod: 30 },
        ...{ MasterUsername: "beo_datastore", MasterUserPassword: "rehearsal-1" },
      }),
    );
    const { DBInstances: [database] = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    const { KeyMetadata } = await other.kms.send(new CreateKeyCommand({}));
    const { DBInstanceAutomatedBackup: backup } = await other.rds.send(
      new StartDBInstanceAutomatedBackupsReplicationCommand({
        SourceDBInstanceArn: database?.DBInstanceArn,
        KmsKeyId: KeyMetadata?.Arn,
      }),
    );
    const arn = backup?.DBInstanceAutomatedBackupsArn ?? "";
    const commands = readCommands(document, "Restore the database from the other region");
    const stdout = run(commands.replace("<ARN of the first column>", arn));
    expect(stdout).to.match(new RegExp(`\\| +${arn} +\\| +replicating +\\| +\\d{4}-`));
    const { DBSnapshots = [] } = await aws.rds.send(
      new DescribeDBSnapshotsCommand({ SnapshotType: "manual" }),
    );
    expect(
      DBSnapshots.map(({ DBSnapshotIdentifier, Status, Encrypted }) => ({
        DBSnapshotIdentifier,
        Status,
        Encrypted,
      })),
    ).to.deep.equal([
      { DBSnapshotIdentifier: "beo-datastore-prod-rescue", Status: "available", Encrypted: true },
    ]);
    const { DBInstances } = await other.rds.send(new DescribeDBInstancesCommand({}));
    expect(DBInstances).to.deep.equal([]);
  });

  it("copy the media files to the replica, and show and restore those that are missing", async () => {
    const Key = "media_root/upload.parquet";
    for (const [Bucket, client, LocationConstraint] of [
      [media, aws, "us-west-1"],
      [replica, other, "us-west-2"],
    ] as const) {
      const CreateBucketConfiguration = { LocationConstraint };
      await client.s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    }
    await aws.s3.send(new PutObjectCommand({ Bucket: media, Key, Body: "readings" }));
    // The first two blocks set the stack up.
    const [sync = ""] = /^aws s3 sync (?:.*\\\n)*.*\n/m.exec(readCommands(document, "Another region")) ?? [];
    run(sync);
    // The replication has stopped: the media bucket has a newer file, and lost two.
    const changed = "media_root/changed.csv";
    const unusual = "media_root/März 2026 (1).csv";
    for (const [name, Body] of [
      [changed, "old"],
      [unusual, "readings"],
    ] as const) {
      await other.s3.send(new PutObjectCommand({ Bucket: replica, Key: name, Body }));
    }
    await aws.s3.send(new PutObjectCommand({ Bucket: media, Key: changed, Body: "newer readings" }));
    await aws.s3.send(new DeleteObjectCommand({ Bucket: media, Key }));
    const restore = readCommands(document, "Restore the media files from the replica");
    const [list = "", copy = ""] = restore.split(/(?=^while )/m);
    expect(run(`cd '${folder}'\n${list}`)).to.equal(`${unusual}\n${Key}\n`);
    expect((await aws.s3.send(new ListObjectsV2Command({ Bucket: media }))).KeyCount).to.equal(1);
    // An empty bucket has no names; "None" would be one.
    const CreateBucketConfiguration = { LocationConstraint: "us-west-1" } as const;
    await aws.s3.send(new CreateBucketCommand({ Bucket: "beo-datastore-empty", CreateBucketConfiguration }));
    const empty = list.replaceAll(replica, "beo-datastore-empty").replaceAll("us-west-2", "us-west-1");
    expect(run(`cd '${folder}'\n${empty}`)).to.equal("");
    run(`cd '${folder}'\n${list}`);
    run(`cd '${folder}'\n${copy}`);
    for (const [name, content] of Object.entries({
      [Key]: "readings",
      [unusual]: "readings",
      [changed]: "newer readings",
    })) {
      const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: media, Key: name }));
      expect(await Body?.transformToString(), name).to.equal(content);
    }
  });
});
