import type { VaultLock } from "../enums";

/** Which backups there are beside those of RDS and the versions of the media bucket, and how long they are kept. */
export interface ExtraBackupArgs {
  /**
   * Another region that gets the automated backups of the database and a replica of the media bucket, such as us-west-2; "none"
   * for no other region. RDS replicates between certain regions only, which `npx beo preflight` checks.
   *
   * @default "none"
   * @changing In place. What is in the old region stays there, unless the stack is not protected.
   */
  region?: string;
  /**
   * Days that RDS keeps the replicated backups in `region`, 1–35. Any second of them can be restored.
   *
   * @default 7
   * @changing Replaces the replication, which begins with a new snapshot; RDS keeps the old backups for their days.
   */
  retentionDays?: number;
  /**
   * Daily and monthly snapshots of the database in vaults of AWS Backup, one in the stack's region and one in `region`, from
   * which snapshots cannot be deleted: "governance", with which users that have the right to do so can remove the lock, or
   * "compliance", whose lock can never be removed after its first seven days, by you or by AWS.
   *
   * @default none: no vaults
   * @changing In place; from "compliance" to another value only within its first seven days. The vaults and snapshots of a protected stack stay in AWS when it is removed.
   */
  vaultLock?: VaultLock;
  /**
   * Days that the vaults keep the daily snapshots, 1–365.
   *
   * @default 35
   * @changing In place for new snapshots. With `vaultLock: compliance`, AWS refuses it after the first seven days.
   */
  dailyDays?: number;
  /**
   * Days that the vaults keep the snapshot of the first of each month, at least as many as `dailyDays`, at most 3,650.
   *
   * @default 365
   * @changing In place for new snapshots. With `vaultLock: compliance`, AWS refuses it after the first seven days.
   */
  monthlyDays?: number;
}

/** Defaults of {@link ExtraBackupArgs}. */
export const extraBackupDefaults = {
  region: "none",
  retentionDays: 7,
  dailyDays: 35,
  monthlyDays: 365,
} satisfies ExtraBackupArgs;

/** Returns the other region; undefined for none. */
export function getBackupRegion({
  region = extraBackupDefaults.region,
}: ExtraBackupArgs): string | undefined {
  return region === "none" ? undefined : region;
}

/**
 * Formats the replica's name. It has the region, because the replica of another region stays in AWS.
 *
 * @param account The account whose namespace has the name; undefined for the namespace of all accounts.
 */
export function formatReplicaName(namePrefix: string, region: string, account?: string): string {
  return account === undefined
    ? `${namePrefix}-backup-${region}`
    : `${namePrefix}-backup-${account}-${region}-an`;
}
