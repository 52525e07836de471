import { ListBackupVaultsCommand, StartBackupJobCommand, StartCopyJobCommand } from "@aws-sdk/client-backup";
import { DecryptCommand, EncryptCommand } from "@aws-sdk/client-kms";
import { DescribeDBInstanceAutomatedBackupsCommand, DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { clientsOf } from "./clients";
import type { Aws } from "./tools";

const role = "arn:aws:iam::123456789012:role/operator";

/** What a stack of test/recovery/program has in a region that gets its backups. */
export class BackupCopies {
  private readonly here: ReturnType<typeof clientsOf>;
  private readonly there: ReturnType<typeof clientsOf>;
  private readonly media: string;
  private readonly replica: string;
  private readonly object: string;
  private readonly body: string;
  private ciphertext: Uint8Array | undefined;

  constructor(
    aws: Aws,
    private readonly applicationName: string,
    private readonly region: string,
  ) {
    this.here = clientsOf(aws);
    this.there = clientsOf(aws, region);
    this.media = `${applicationName}-media`;
    this.replica = `${applicationName}-backup-${region}`;
    this.object = `media_root/${region}.parquet`;
    this.body = `readings in ${region}`;
  }

  /** Puts an object into the media bucket and the replica, a recovery point into the vault, and encrypts with its key. */
  async fill(): Promise<void> {
    // The emulator replicates no objects.
    for (const [{ s3 }, Bucket] of [
      [this.here, this.media],
      [this.there, this.replica],
    ] as const) {
      await s3.send(new PutObjectCommand({ Bucket, Key: this.object, Body: this.body }));
    }
    const [from] = await listVaults(this.here);
    const [to] = await listVaults(this.there);
    const database = await this.readDatabase();
    const { RecoveryPointArn } = await this.here.backup.send(
      new StartBackupJobCommand({
        BackupVaultName: from?.BackupVaultName,
        ResourceArn: database?.DBInstanceArn,
        IamRoleArn: role,
      }),
    );
    await this.here.backup.send(
      new StartCopyJobCommand({
        RecoveryPointArn,
        SourceBackupVaultName: from?.BackupVaultName,
        DestinationBackupVaultArn: to?.BackupVaultArn,
        IamRoleArn: role,
      }),
    );
    const { CiphertextBlob } = await this.there.kms.send(
      new EncryptCommand({ KeyId: to?.EncryptionKeyArn, Plaintext: Buffer.from(this.body) }),
    );
    this.ciphertext = CiphertextBlob;
  }

  /** Reads what protects the copies, and whether what `fill` wrote can be read. */
  async read() {
    const Bucket = this.replica;
    const { s3, kms, rds } = this.there;
    const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: this.ciphertext }));
    const { PublicAccessBlockConfiguration } = await s3.send(new GetPublicAccessBlockCommand({ Bucket }));
    const { DBInstanceAutomatedBackups = [] } = await rds.send(
      new DescribeDBInstanceAutomatedBackupsCommand({ DBInstanceIdentifier: this.applicationName }),
    );
    return {
      media: await this.hasObject(this.here, this.media),
      replica: await this.hasObject(this.there, Bucket),
      versioning: (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status,
      isPrivate: Object.values(PublicAccessBlockConfiguration ?? {}).filter(Boolean).length === 4,
      tlsOnly: (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy?.includes("TlsOnly"),
      lifecycle: (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules?.map(
        ({ ID }) => ID,
      ),
      key: Buffer.from(Plaintext ?? []).toString() === this.body,
      vaults: (await listVaults(this.there)).map(({ Locked, NumberOfRecoveryPoints }) => [
        Locked,
        NumberOfRecoveryPoints,
      ]),
      backups: DBInstanceAutomatedBackups.filter(({ DBInstanceAutomatedBackupsArn }) =>
        DBInstanceAutomatedBackupsArn?.startsWith(`arn:aws:rds:${this.region}:`),
      ).map(({ Status }) => Status),
    };
  }

  /** The regions to which the database and the media bucket are replicated. */
  async readReplications() {
    const database = await this.readDatabase();
    const { ReplicationConfiguration } = await this.here.s3.send(
      new GetBucketReplicationCommand({ Bucket: this.media }),
    );
    return {
      database: (database?.DBInstanceAutomatedBackupsReplications ?? []).map(
        ({ DBInstanceAutomatedBackupsArn = "" }) => DBInstanceAutomatedBackupsArn.split(":")[3],
      ),
      media: (ReplicationConfiguration?.Rules ?? []).map(({ Destination }) =>
        Destination?.Bucket?.replace(/^.*-backup-/, ""),
      ),
    };
  }

  private async hasObject({ s3 }: ReturnType<typeof clientsOf>, Bucket: string): Promise<boolean> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: this.object }));
    return (await Body?.transformToString()) === this.body;
  }

  private async readDatabase() {
    const { DBInstances: [database] = [] } = await this.here.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: this.applicationName }),
    );
    return database;
  }
}

async function listVaults({ backup }: ReturnType<typeof clientsOf>) {
  return (await backup.send(new ListBackupVaultsCommand({}))).BackupVaultList ?? [];
}
