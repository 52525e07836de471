import * as backup from "@pulumi/aws/backup";
import * as iam from "@pulumi/aws/iam";
import type * as kms from "@pulumi/aws/kms";
import { getArn } from "../arns";
import type { BackupsContext } from "../backups";
import { VaultLock } from "../enums";
import { getIdentity } from "../identity";
import { policyDocument } from "../policy-documents";
import { createServiceRole } from "../service-role";

/** The vaults that get the snapshots. */
export interface Vaults {
  /** The one in the stack's region, in which AWS Backup takes the snapshots. */
  local: backup.Vault;
  /** The one in the other region, if there is one, which gets a copy of each. */
  copy: backup.Vault | undefined;
}

/** Days after which a compliance lock can never be removed. AWS demands three or more. */
const changeableForDays = 7;

/**
 * Creates vaults with a lock, and the plan that fills them. Media files are not in them: the application cannot delete versions,
 * neither in the bucket nor in its replica, and AWS Backup would need the right to read and change the whole bucket.
 */
export function createVaults(context: BackupsContext, key: kms.Key | undefined): Vaults | undefined {
  const { name, args, region } = context;
  if (args.vaultLock === undefined) {
    return undefined;
  }
  const local = createVault(context, `${name}-vault`, {});
  const copy = region === undefined ? undefined : createVault(context, `${name}-copy`, { region, key });
  createPlan(context, { local, copy });
  return { local, copy };
}

function createVault(
  { args, parent }: BackupsContext,
  name: string,
  { region, key }: { region?: string; key?: kms.Key | undefined },
): backup.Vault {
  const { vaultLock, dailyDays, monthlyDays, protect, tags } = args;
  const isFinal = vaultLock === VaultLock.Compliance;
  // AWS deletes neither a compliance lock nor a vault with snapshots.
  const retainOnDelete = protect || isFinal;
  const vault = new backup.Vault(
    name,
    { forceDestroy: !protect && !isFinal, kmsKeyArn: key?.arn, region, tags },
    { parent, retainOnDelete },
  );
  new backup.VaultLockConfiguration(
    `${name}-lock`,
    {
      backupVaultName: vault.name,
      minRetentionDays: dailyDays,
      maxRetentionDays: monthlyDays,
      ...(isFinal && { changeableForDays }),
      region,
    },
    // A change overwrites the lock, and no stack removes one: who deploys does not have that right, on purpose.
    { parent, retainOnDelete: true },
  );
  return vault;
}

/**
 * Takes a snapshot each night. RDS refuses snapshots in its backup and maintenance windows, which are between 06:00 and 14:00 UTC in
 * us-west-1 unless they are set (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html).
 */
function createPlan(context: BackupsContext, { local, copy }: Vaults): void {
  const { name, args, parent } = context;
  const createRule = (ruleName: string, schedule: string, deleteAfter: number) => ({
    ruleName,
    targetVaultName: local.name,
    schedule,
    startWindow: 60,
    completionWindow: 360,
    lifecycle: { deleteAfter },
    ...(copy && { copyActions: [{ destinationVaultArn: copy.arn, lifecycle: { deleteAfter } }] }),
  });
  const plan = new backup.Plan(
    `${name}-plan`,
    {
      rules: [
        createRule("daily", "cron(0 3 ? * * *)", args.dailyDays),
        createRule("monthly", "cron(0 4 1 * ? *)", args.monthlyDays),
      ],
      tags: args.tags,
    },
    { parent },
  );
  const { role, policy } = createBackupRole(context, { local, copy });
  new backup.Selection(
    `${name}-selection`,
    { planId: plan.id, iamRoleArn: role.arn, resources: [args.databaseArn] },
    { parent, dependsOn: policy, deleteBeforeReplace: true },
  );
}

/**
 * Creates the role of AWS Backup, with what its managed policy AWSBackupServiceRolePolicyForBackup allows for RDS, for this
 * database and these vaults only (https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html).
 */
function createBackupRole({ name, args, parent }: BackupsContext, { local, copy }: Vaults) {
  const { role } = createServiceRole(
    `${name}-backup`,
    { service: "backup.amazonaws.com", ...getIdentity(args), tags: args.tags },
    parent,
  );
  const snapshots = getArn("rds", "snapshot:awsbackup:*", parent, "*");
  const policy = new iam.RolePolicy(
    `${name}-backup-policy`,
    {
      role: role.name,
      policy: policyDocument(
        {
          Effect: "Allow",
          Action: [
            "rds:AddTagsToResource",
            "rds:CopyDBSnapshot",
            "rds:CreateDBSnapshot",
            "rds:DeleteDBSnapshot",
            "rds:ListTagsForResource",
            "rds:ModifyDBSnapshotAttribute",
          ],
          Resource: [args.databaseArn, snapshots],
        },
        {
          Effect: "Allow",
          Action: ["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
          Resource: [local, copy].flatMap((vault) => vault?.arn ?? []),
        },
        // The recovery points of RDS are its snapshots.
        {
          Effect: "Allow",
          Action: ["backup:CopyFromBackupVault", "backup:TagResource"],
          Resource: snapshots,
        },
        // Grants for AWS's own services only: RDS decrypts with them, not the role.
        {
          Effect: "Allow",
          Action: "kms:CreateGrant",
          Resource: getArn("kms", "key/*", parent, "*"),
          Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
        },
        { Effect: "Allow", Action: "kms:DescribeKey", Resource: getArn("kms", "key/*", parent, "*") },
        {
          Effect: "Allow",
          Action: ["rds:DescribeDBInstances", "rds:DescribeDBSnapshots", "tag:GetResources"],
          Resource: "*",
        },
      ),
    },
    { parent },
  );
  return { role, policy };
}
