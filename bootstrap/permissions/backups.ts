import { getsTags, hasOrGetsTags, hasTags, noResourceLevel, type Permission } from "./permission";
import { getBackupPlans, getReplicatedBackups, getVaults } from "./resources";
import { getApplicationName, toArns } from "./scope";

/**
 * What the settings `backup.region` and `backup.vaultLock` create. Neither the lock of a vault nor a snapshot in it can be
 * deleted with these rights: an administrator does that.
 */
export const backups: Permission[] = [
  {
    sid: "ReplicateDatabase",
    purpose: "Starts and ends the replication of the database's automated backups",
    actions: [
      "rds:AddTagsToResource",
      "rds:StartDBInstanceAutomatedBackupsReplication",
      "rds:StopDBInstanceAutomatedBackupsReplication",
    ],
    resources: (scope) => [
      ...toArns(scope, "rds", `db:${getApplicationName(scope)}`),
      ...getReplicatedBackups(scope),
    ],
    anyResource: "A replicated backup gets its id when it is created. The database tells the stack.",
    unlogged: [
      {
        reason: "The start of the replication depends on it (Service Authorization Reference).",
        actions: ["rds:AddTagsToResource"],
      },
    ],
  },
  {
    sid: "CreateVaults",
    purpose: "Creates the vaults and the plan of AWS Backup",
    actions: ["backup:CreateBackupPlan", "backup:CreateBackupVault"],
    resources: (scope) => [...getVaults(scope), ...getBackupPlans(scope)],
    anyResource: "A plan gets its id when it is created. The condition demands the stack's tags.",
    conditions: getsTags,
  },
  {
    sid: "TagVaults",
    purpose: "Tags them",
    actions: ["backup:TagResource"],
    resources: (scope) => [...getVaults(scope), ...getBackupPlans(scope)],
    anyResource: "A plan gets its id when it is created. The condition demands the stack's tags.",
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeVaults",
    purpose: "Locks the vaults, changes the plan and what it backs up, and deletes empty vaults and the plan",
    actions: [
      "backup:CreateBackupSelection",
      "backup:DeleteBackupPlan",
      "backup:DeleteBackupSelection",
      "backup:DeleteBackupVault",
      "backup:ListRecoveryPointsByBackupVault",
      "backup:PutBackupVaultLockConfiguration",
      "backup:UntagResource",
      "backup:UpdateBackupPlan",
    ],
    resources: (scope) => [...getVaults(scope), ...getBackupPlans(scope)],
    anyResource: "A plan's ARN has its id. The tags tell the stack.",
    conditions: hasTags,
  },
  {
    sid: "StoreBackups",
    purpose: "Lets AWS Backup create the storage of a vault",
    actions: ["backup-storage:MountCapsule"],
    resources: () => ["*"],
    anyResource: noResourceLevel,
    unlogged: [
      { reason: "AWS Backup demands it of who creates a vault (its developer guide).", actions: "all" },
    ],
  },
];
