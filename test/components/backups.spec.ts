import { expect } from "chai";
import { describe, it } from "mocha";
import { Backups, type BackupsArgs, BeoDatastore, type BeoDatastoreArgs } from "../../components";
import { run } from "../support/run";

const args: BackupsArgs = {
  namePrefix: "beo-prod",
  databaseArn: "arn:aws:rds:us-west-1:123456789012:db:beo-prod",
  mediaBucketName: "beo-prod-media",
  tags: { Project: "beo", Environment: "prod" },
};
const create = (changes: Partial<BackupsArgs>) => run(() => new Backups("b", { ...args, ...changes }));

interface Statement {
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}
const statementsOf = ({ policy }: Record<string, unknown>) =>
  (JSON.parse(policy as string) as { Statement: Statement[] }).Statement;

const replica = {
  Alias: 1,
  Bucket: 1,
  BucketLifecycleConfiguration: 1,
  BucketOwnershipControls: 1,
  BucketPolicy: 1,
  BucketPublicAccessBlock: 1,
  BucketReplicationConfig: 1,
  BucketServerSideEncryptionConfiguration: 1,
  BucketVersioning: 1,
  InstanceAutomatedBackupsReplication: 1,
  Key: 1,
  Role: 1,
  RolePolicy: 1,
};

describe("backups in another region", () => {
  it("are nothing without a region and a vault", async () => {
    expect((await create({})).counts()).to.deep.equal({});
    expect((await create({ region: "none" })).counts()).to.deep.equal({});
  });

  // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_StartDBInstanceAutomatedBackupsReplication.html: the call is made in
  // the destination region, with the ARN of the source and of a key there.
  it("replicate the database's automated backups, encrypted with a key of that region", async () => {
    const result = await create({ region: "us-west-2", retentionDays: 14 });
    expect(result.counts()).to.deep.equal(replica);
    expect(result.inputs("b-database")).to.deep.equal({
      sourceDbInstanceArn: "arn:aws:rds:us-west-1:123456789012:db:beo-prod",
      retentionPeriod: 14,
      kmsKeyId: "arn:aws:kms:us-west-1:123456789012:key/b-key",
      region: "us-west-2",
    });
    expect(result.inputs("b-key")).to.deep.include({
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      region: "us-west-2",
      tags: { Project: "beo", Environment: "prod", Use: "backups" },
    });
    expect(result.inputs("b-key-alias")).to.deep.include({
      namePrefix: "alias/beo-prod-backups-",
      region: "us-west-2",
    });
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html and replication-add-config.html
  it("replicate the media bucket with its delete markers, to a private bucket with versions", async () => {
    const result = await create({ region: "us-west-2", noncurrentVersionDays: 30 });
    const { rules, bucket } = result.inputs("b-media-replication");
    expect(bucket).to.equal("beo-prod-media");
    expect(rules).to.deep.equal([
      {
        id: "other-region",
        priority: 1,
        status: "Enabled",
        filter: { prefix: "" },
        deleteMarkerReplication: { status: "Enabled" },
        destination: { bucket: "arn:aws:s3:::beo-prod-backup-us-west-2" },
      },
    ]);
    expect(result.inputs("b-media-replica-versioning")).to.deep.include({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(JSON.stringify(result.inputs("b-media-replica-lifecycle"))).to.include('"noncurrentDays":30');
    expect(result.inputs("b-media-replica-tls-only").policy).to.include("aws:SecureTransport");
    const parts = result.resources.filter(
      ({ name, custom }) => custom && name.startsWith("b-media-replica-"),
    );
    expect(parts).to.have.length(7);
    for (const { name } of parts) {
      expect(result.inputs(name).region, name).to.equal("us-west-2");
    }
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
  it("give S3 the rights that replication needs, and no other", async () => {
    const result = await create({
      region: "us-west-2",
      permissionsBoundary: "arn:aws:iam::123456789012:policy/limit",
      rolePath: "/beo/",
    });
    expect(result.inputs("b-replication")).to.deep.include({
      permissionsBoundary: "arn:aws:iam::123456789012:policy/limit",
      path: "/beo/",
    });
    expect(statementsOf(result.inputs("b-replication-policy"))).to.deep.equal([
      {
        Effect: "Allow",
        Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
        Resource: "arn:aws:s3:::beo-prod-media",
      },
      {
        Effect: "Allow",
        Action: ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
        Resource: "arn:aws:s3:::beo-prod-media/*",
      },
      {
        Effect: "Allow",
        Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: "arn:aws:s3:::beo-prod-backup-us-west-2/*",
      },
    ]);
  });

  it("stay in AWS when a protected stack loses them, and are deleted with an unprotected one", async () => {
    const changes = { region: "us-west-2", vaultLock: "governance" } as const;
    const kept = ["b-key", "b-media-replica-bucket", "b-vault", "b-copy"];
    for (const protect of [true, false]) {
      const result = await create({ ...changes, protect });
      for (const name of kept) {
        expect(result.resource(name).retainOnDelete, name).to.equal(protect);
      }
      // Who deploys may change a lock, but not remove it.
      for (const name of ["b-vault-lock", "b-copy-lock"]) {
        expect(result.resource(name).retainOnDelete, name).to.equal(true);
      }
      expect(result.inputs("b-media-replica-bucket").forceDestroy).to.equal(!protect);
      expect(result.inputs("b-vault").forceDestroy).to.equal(!protect);
    }
  });

  it("have a bucket name in the account's namespace where the stack's buckets have", async () => {
    const result = await create({ region: "us-west-2", accountNamespace: true });
    expect(result.inputs("b-media-replica-bucket")).to.deep.include({
      bucket: "beo-prod-backup-123456789012-us-west-2-an",
      bucketNamespace: "account-regional",
    });
  });
});

describe("backups in a vault", () => {
  const vault = { Plan: 1, Role: 1, RolePolicy: 1, Selection: 1, Vault: 1, VaultLockConfiguration: 1 };

  it("are in the stack's region without another one", async () => {
    const result = await create({ vaultLock: "governance" });
    expect(result.counts()).to.deep.equal(vault);
    expect(result.inputs("b-vault")).to.not.have.property("region");
    const rules = result.inputs("b-plan").rules as object[];
    for (const rule of rules) {
      expect(rule).to.not.have.property("copyActions");
    }
  });

  // https://docs.aws.amazon.com/aws-backup/latest/devguide/API_PutBackupVaultLockConfiguration.html: without ChangeableForDays the lock
  // is in governance mode; 3 or more otherwise. Jobs whose retention is outside of minimum and maximum fail.
  it("are locked for the days that the plan keeps them", async () => {
    const days = { dailyDays: 40, monthlyDays: 400 };
    const result = await create({ vaultLock: "governance", region: "us-west-2", ...days });
    expect(result.counts()).to.deep.equal({
      ...replica,
      ...vault,
      Vault: 2,
      VaultLockConfiguration: 2,
      Role: 2,
      RolePolicy: 2,
    });
    expect(result.inputs("b-vault-lock")).to.deep.equal({
      backupVaultName: "b-vault",
      minRetentionDays: 40,
      maxRetentionDays: 400,
    });
    expect(result.inputs("b-copy-lock")).to.deep.include({ region: "us-west-2", maxRetentionDays: 400 });
    expect(result.inputs("b-copy").kmsKeyArn).to.equal("arn:aws:kms:us-west-1:123456789012:key/b-key");
    const copyTo = (deleteAfter: number) => [
      {
        destinationVaultArn: "arn:aws:backup:us-west-1:123456789012:backup-vault:b-copy",
        lifecycle: { deleteAfter },
      },
    ];
    const common = { targetVaultName: "b-vault", startWindow: 60 };
    expect(result.inputs("b-plan").rules).to.deep.equal([
      {
        ...common,
        completionWindow: 360,
        ruleName: "daily",
        schedule: "cron(0 3 ? * * *)",
        lifecycle: { deleteAfter: 40 },
        copyActions: copyTo(40),
      },
      {
        ...common,
        completionWindow: 360,
        ruleName: "monthly",
        schedule: "cron(0 4 1 * ? *)",
        lifecycle: { deleteAfter: 400 },
        copyActions: copyTo(400),
      },
    ]);
    expect(result.inputs("b-selection").resources).to.deep.equal([args.databaseArn]);
  });

  it("are locked for good only with compliance, and then stay in AWS in any case", async () => {
    const result = await create({ vaultLock: "compliance", protect: false });
    expect(result.inputs("b-vault-lock").changeableForDays).to.equal(7);
    expect(result.resource("b-vault").retainOnDelete).to.equal(true);
    expect(result.inputs("b-vault").forceDestroy).to.equal(false);
  });

  it("let AWS Backup take, copy and delete snapshots of this database, and no others", async () => {
    const statements = statementsOf((await create({ vaultLock: "governance" })).inputs("b-backup-policy"));
    const everywhere = statements.filter(({ Resource }) => Resource === "*").flatMap(({ Action }) => Action);
    expect(everywhere).to.deep.equal([
      "rds:DescribeDBInstances",
      "rds:DescribeDBSnapshots",
      "tag:GetResources",
    ]);
    const deleting = statements.find(({ Action }) => Action.includes("rds:DeleteDBSnapshot"));
    expect(deleting?.Resource).to.deep.equal([
      args.databaseArn,
      "arn:aws:rds:*:123456789012:snapshot:awsbackup:*",
    ]);
  });
});

describe("the backups of a datastore", () => {
  const datastore: BeoDatastoreArgs = {
    applicationName: "beo-prod",
    environment: "prod",
    appUrl: "https://app.example.com",
    supportEmail: "support@example.com",
  };

  it("are those of its database and its media bucket, which the application cannot administer", async () => {
    const result = await run(
      () => new BeoDatastore("beo", { ...datastore, backup: { region: "us-west-2" } }),
    );
    expect(result.inputs("beo-backup-database").sourceDbInstanceArn).to.equal(
      "arn:aws:rds:us-west-1:123456789012:db:beo-prod",
    );
    expect(result.inputs("beo-backup-media-replication").bucket).to.equal("beo-prod-media");
    expect(result.inputs("beo-backup-media-replica-tls-only").policy)
      .to.include("NoAdministration")
      .and.include(":user/beo-prod");
  });

  it("are none by default", async () => {
    const result = await run(() => new BeoDatastore("beo", datastore));
    expect(result.resources.filter(({ name }) => name.startsWith("beo-backup"))).to.deep.equal([]);
  });

  it("refuse days of the vaults that contradict each other", () => {
    const backup = { vaultLock: "governance", dailyDays: 60, monthlyDays: 30 } as const;
    expect(() => new BeoDatastore("beo", { ...datastore, backup })).to.throw(
      "backup.monthlyDays is 30, but backup.dailyDays is 60. The lock of a vault has the one as its maximum and the other as its minimum. Raise backup.monthlyDays or lower backup.dailyDays.",
    );
  });
});
