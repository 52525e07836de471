import * as pulumi from "@pulumi/pulumi";
import { type ExtraBackupArgs, extraBackupDefaults, getBackupRegion } from "./backups/settings";
import { createKey, replicateDatabase, replicateMedia } from "./backups/replicas";
import { createVaults } from "./backups/vaults";
import { checkArguments } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";
import type { IdentityArgs } from "./identity";
import { getOutputs } from "./outputs";
import { privateBucketDefaults } from "./private-bucket";

/** What is backed up, and where to. */
export interface BackupsArgs extends ExtraBackupArgs, IdentityArgs {
  /**
   * First part of the names of the replica bucket, `<namePrefix>-backup-<region>`, and the key's alias.
   *
   * @changing Replaces the replica bucket and the alias.
   */
  namePrefix: pulumi.Input<string>;
  /**
   * ARN of the RDS instance, which has automated backups.
   *
   * @changing Replaces the replication and the selection of the backup plan.
   */
  databaseArn: pulumi.Input<string>;
  /**
   * Name of the media bucket, which has versioning.
   *
   * @changing Replaces the replication.
   */
  mediaBucketName: pulumi.Input<string>;
  /**
   * Puts the replica bucket's name into the account's own namespace, as `accountNamespace` of `Storage` does.
   *
   * @default false
   * @changing Replaces the replica bucket.
   */
  accountNamespace?: boolean;
  /**
   * Days that the replica keeps overwritten and deleted objects; 0 keeps them for ever.
   *
   * @default 90
   * @changing In place.
   */
  noncurrentVersionDays?: number;
  /**
   * ARNs of IAM users and roles, with wildcards, that may neither change the replica bucket's settings nor delete versions of
   * its objects, whatever their own policies allow.
   *
   * @default none
   * @changing In place.
   */
  nonAdministrators?: pulumi.Input<string>[];
  /**
   * ARNs of the only IAM users and roles, with wildcards, that may change the replica bucket's settings and delete versions of
   * its objects. The account's root user always may. An update by another user or role is refused.
   *
   * @default every user and role whose own policies allow it
   * @changing In place.
   */
  administrators?: string[];
  /**
   * Protects the backups: the replica bucket, the key and the vaults stay in AWS when they are removed from the program.
   *
   * @default true
   * @changing In place; run `pulumi up` with false before you delete them.
   */
  protect?: boolean;
  /**
   * Tags of all resources.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link BackupsArgs}. */
export const backupsDefaults = {
  ...extraBackupDefaults,
  accountNamespace: false,
  noncurrentVersionDays: privateBucketDefaults.noncurrentVersionDays,
  protect: true,
} satisfies Partial<BackupsArgs>;

/** What the parts of the component need. */
export interface BackupsContext {
  name: string;
  args: WithDefaults<BackupsArgs, typeof backupsDefaults>;
  /** The other region; undefined for none. */
  region: string | undefined;
  parent: pulumi.Resource;
}

/**
 * Backups of the database and the media bucket that survive the loss of the region (`region`), and snapshots of the database
 * that cannot be deleted (`vaultLock`).
 */
export class Backups extends pulumi.ComponentResource {
  /** Name of the bucket with the replica of the media bucket; undefined without another region. */
  readonly replicaBucketName: pulumi.Output<string> | undefined;
  /** ARN of the database's replicated automated backups; undefined without another region. */
  readonly replicatedBackupsArn: pulumi.Output<string> | undefined;
  /** Name of the vault in the stack's region; undefined without vaults. */
  readonly vaultName: pulumi.Output<string> | undefined;
  /** Name of the vault in the other region; undefined without vaults or another region. */
  readonly copyVaultName: pulumi.Output<string> | undefined;

  constructor(name: string, args: BackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Backups", args);
    super("beo:index:Backups", name, {}, opts);
    const settings = withDefaults(args, backupsDefaults);
    const region = getBackupRegion(settings);
    const context: BackupsContext = { name, args: settings, region, parent: this };

    const key = createKey(context);
    const vaults = createVaults(context, key);
    this.replicatedBackupsArn = replicateDatabase(context, key)?.id;
    this.replicaBucketName = replicateMedia(context)?.bucketName;
    this.vaultName = vaults?.local.name;
    this.copyVaultName = vaults?.copy?.name;
    this.registerOutputs(getOutputs(this));
  }
}

/** Whether settings have a backup beside those of RDS and S3 itself. */
export function hasBackups(settings: ExtraBackupArgs): boolean {
  return getBackupRegion(settings) !== undefined || settings.vaultLock !== undefined;
}
