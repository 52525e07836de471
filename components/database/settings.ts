import type * as pulumi from "@pulumi/pulumi";
import type { CertificateAuthority, InsightsMode, MonitoringInterval, StorageType } from "../enums";

/** The RDS instance. */
export interface DatabaseInstanceArgs {
  /**
   * RDS instance class. db.t3.medium is the smallest that the application's guide allows.
   *
   * @default "db.t3.medium"
   * @changing Restarts the database, in the weekly maintenance window or at once with `applyImmediately`.
   */
  instanceClass?: pulumi.Input<string>;
  /**
   * Major version of PostgreSQL ("17"), or an exact version ("17.5"). RDS keeps the minor version up to date by itself, so
   * the version is only used when the instance is created, unless `allowMajorVersionUpgrade` is true. End of support:
   * https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html.
   *
   * @default "17"
   * @changing In place with downtime, and only while `allowMajorVersionUpgrade` is true.
   */
  engineVersion?: string;
  /**
   * Upgrades the instance to `engineVersion`, even to a higher major version. Set it for one update only.
   *
   * @default false
   * @changing In place; setting it to true upgrades the database with downtime.
   */
  allowMajorVersionUpgrade?: boolean;
  /**
   * GiB of storage, 20–59,578. An instance restored from a snapshot starts with the snapshot's size.
   *
   * @default 20
   * @changing In place, but it only grows: RDS cannot shrink storage.
   */
  allocatedStorage?: pulumi.Input<number>;
  /**
   * GiB up to which RDS enlarges the storage automatically, up to 65,536 and at least a tenth more than
   * `allocatedStorage`. The application creates a database for each upload.
   *
   * @default 100
   * @changing In place.
   */
  maxAllocatedStorage?: pulumi.Input<number>;
  /**
   * Type of the storage: gp3 (general purpose), gp2 (its predecessor), io1 or io2 (provisioned IOPS).
   *
   * @default "gp3"
   * @changing In place. RDS moves the data for hours, with a higher latency, and then refuses another change for six hours.
   */
  storageType?: pulumi.Input<StorageType>;
  /**
   * Operations per second that the storage is provisioned with. gp3: 12,000–64,000, of 400 GiB or more. io1: 1,000–256,000,
   * 0.5 to 50 for each GiB; io2: the same, up to 1,000 for each GiB; both of 100 GiB or more. Not for gp2.
   *
   * @default what `storageType` includes: gp3 3,000, or 12,000 of 400 GiB or more. Required for io1 and io2
   * @changing In place, like `storageType`.
   */
  iops?: pulumi.Input<number>;
  /**
   * MiB per second that gp3 storage of 400 GiB or more is provisioned with: 500–4,000, and at most a quarter of its IOPS.
   *
   * @default what gp3 includes: 125, or 500 of 400 GiB or more
   * @changing In place, like `storageType`.
   */
  storageThroughput?: pulumi.Input<number>;
  /**
   * Keeps a standby in a second availability zone, which doubles the database's price.
   *
   * @default false
   * @changing In place, without downtime.
   */
  multiAz?: pulumi.Input<boolean>;
  /**
   * Days that RDS keeps automated backups, up to 35. A stack's configuration requires at least 7; 0 turns them off.
   *
   * @default 7
   * @changing In place; from or to 0 the database restarts.
   */
  backupRetentionPeriod?: pulumi.Input<number>;
  /**
   * Daily time in UTC for the automated backup, at least 30 minutes: `08:00-08:30`. It must not overlap with
   * `maintenanceWindow`. A database without a standby answers more slowly for seconds when the backup begins.
   *
   * @default chosen by RDS when the instance is created; a deployed instance keeps its own
   * @changing In place.
   */
  backupWindow?: pulumi.Input<string>;
  /**
   * Weekly time in UTC for changes that need a restart and for patches, at least 30 minutes: `Sun:10:00-Sun:11:00`. It must
   * not overlap with `backupWindow`, and not with the two hours from `platform.updateWindow` on.
   *
   * @default chosen by RDS when the instance is created; a deployed instance keeps its own
   * @changing In place. What waits for the window is applied in the new one.
   */
  maintenanceWindow?: pulumi.Input<string>;
  /**
   * AWS refuses to delete the instance.
   *
   * @default true
   * @changing In place; run `pulumi up` with false before you delete the instance.
   */
  deletionProtection?: pulumi.Input<boolean>;
  /**
   * Name of the master user: 1–16 letters, digits and underscores, beginning with a letter.
   *
   * @default "beo_datastore"
   * @changing Cannot be changed later: it would replace the database.
   */
  username?: pulumi.Input<string>;
  /**
   * Encrypts the storage of a new instance. One from a snapshot is encrypted like the snapshot.
   *
   * @default true
   * @changing Cannot be changed later: restore an encrypted copy of a snapshot instead.
   */
  storageEncrypted?: pulumi.Input<boolean>;
  /**
   * KMS key of the storage of a new instance: "own" creates a key for it, which is rotated every year; "aws" is the key of
   * RDS that AWS manages; or the id or ARN of a customer managed key of the account's region. An instance from a snapshot
   * has the snapshot's key. Snapshots with the key of RDS cannot be shared with another account. With `protect`, AWS keeps
   * the own key when the stack is destroyed, because the final snapshot needs it.
   *
   * @default the key of RDS; in a new stack of staging and prod "own"
   * @changing Cannot be changed later: a change does nothing. Restore a copy of a snapshot instead, which is encrypted with
   * the other key (docs/restoring.md).
   */
  kmsKey?: string;
  /**
   * Name of an existing subnet group, for an adopted instance.
   *
   * @default a new subnet group
   * @changing Cannot be changed later: RDS does not move an instance to another subnet group of its VPC.
   */
  subnetGroupName?: pulumi.Input<string>;
  /**
   * Ids of further security groups of the instance, for an adopted one while its old clients still need them.
   *
   * @default none
   * @changing In place.
   */
  additionalSecurityGroupIds?: pulumi.Input<string>[];
  /**
   * Identifier or ARN of the snapshot from which a new instance is restored, with the snapshot's size.
   *
   * @default none: the database is created empty
   * @changing Cannot be changed later: it is used only when the instance is created.
   */
  snapshotIdentifier?: pulumi.Input<string>;
  /**
   * Seconds between samples of Enhanced Monitoring: 0 (off), 1, 5, 10, 15, 30 or 60.
   *
   * @default 0
   * @changing In place.
   */
  monitoringInterval?: MonitoringInterval;
  /**
   * Turns on Performance Insights, with 7 days of history free of charge.
   *
   * @default false
   * @changing In place.
   */
  performanceInsights?: pulumi.Input<boolean>;
  /**
   * Mode of CloudWatch Database Insights: standard, with 7 days of history, or advanced, with 15 months, at an additional
   * price for each vCPU. advanced needs `performanceInsights`.
   *
   * @default chosen by RDS: standard; a deployed instance keeps its own
   * @changing In place. From advanced to standard, RDS deletes the history beyond 7 days.
   */
  insightsMode?: InsightsMode;
  /**
   * Certificate authority of the server's certificate: rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 or rds-ca-ecc384-g1. Clients that
   * verify it need the bundle of all authorities (docs/upgrading.md).
   *
   * @default chosen by RDS: rds-ca-rsa2048-g1; a deployed instance keeps its own
   * @changing In place, without a restart on current versions of PostgreSQL.
   */
  caCertificateIdentifier?: pulumi.Input<CertificateAuthority>;
  /**
   * Milliseconds from which on PostgreSQL logs a statement, with its values: 0 logs every one (`log_min_duration_statement`).
   * The log is /aws/rds/instance/<identifier>/postgresql in CloudWatch.
   *
   * @default none: slow statements are not logged
   * @changing In place.
   */
  slowQueryMilliseconds?: pulumi.Input<number>;
  /**
   * Parameters of PostgreSQL by name, in PostgreSQL's own units (`work_mem` in kB) and without them, or as a formula of RDS
   * such as `GREATEST({DBInstanceClassMemory/65536},4096)`. Boolean ones are 0 or 1. components/postgres-parameters.json
   * has all. The program sets `rds.force_ssl`, and `log_min_duration_statement` is `slowQueryMilliseconds`.
   *
   * @default none: RDS's defaults
   * @changing In place. Static parameters, such as `max_connections`, take effect with the next restart of the database,
   * which you start (docs/operating.md).
   */
  parameters?: Record<string, pulumi.Input<string>>;
  /**
   * Lets IAM users and roles connect with short-lived tokens beside passwords
   * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html).
   *
   * @default false
   * @changing In place.
   */
  iamDatabaseAuthenticationEnabled?: pulumi.Input<boolean>;
  /**
   * Applies changes at once instead of in the weekly maintenance window.
   *
   * @default false
   * @changing In place.
   */
  applyImmediately?: pulumi.Input<boolean>;
}

/** Defaults of {@link DatabaseInstanceArgs}. */
export const databaseInstanceDefaults = {
  instanceClass: "db.t3.medium",
  engineVersion: "17",
  allowMajorVersionUpgrade: false,
  allocatedStorage: 20,
  maxAllocatedStorage: 100,
  storageType: "gp3",
  multiAz: false,
  backupRetentionPeriod: 7,
  deletionProtection: true,
  username: "beo_datastore",
  storageEncrypted: true,
  monitoringInterval: 0,
  performanceInsights: false,
  iamDatabaseAuthenticationEnabled: false,
  applyImmediately: false,
} satisfies DatabaseInstanceArgs;
