import { hasTags, noResourceLevel, type Permission } from "./permission";
import { getApplicationName, type Scope, toArns } from "./scope";

/** The database, the one that is restored next to it, and the one that it replaces. */
const getInstances = (scope: Scope) =>
  toArns(
    scope,
    "rds",
    ...["", "-restored", "-old"].map((ending) => `db:${getApplicationName(scope)}${ending}`),
  );

/** The snapshots of the stack's database: those that people and deletions leave, and RDS's own of each day. */
const getSnapshots = (scope: Scope) =>
  toArns(
    scope,
    "rds",
    `snapshot:${getApplicationName(scope)}-*`,
    `snapshot:rds:${getApplicationName(scope)}-*`,
  );

const getGroups = (scope: Scope) => toArns(scope, "rds", "pg:beo-db-*", "subgrp:beo-db-*");

/**
 * What `npx beo restore` does in AWS beside what roles read, up to the update of the stack, which needs the role `deploy`. An
 * automated backup of another region or of a deleted instance is not in it: its ARN does not tell the stack.
 */
export const guidedRestorePermissions: Permission[] = [
  {
    sid: "ReadAutomatedBackups",
    purpose: "Reads from when to when the database can be restored",
    actions: ["rds:DescribeDBInstanceAutomatedBackups"],
    resources: () => ["*"],
    anyResource: `${noResourceLevel} They hold no data.`,
  },
  {
    sid: "ReadDailySnapshots",
    purpose: "Reads the snapshots that RDS takes itself",
    actions: ["rds:DescribeDBSnapshots"],
    resources: (scope) => toArns(scope, "rds", `snapshot:rds:${getApplicationName(scope)}-*`),
    unlogged: [{ reason: "A snapshot of RDS is named.", actions: "all" }],
  },
  {
    sid: "RestoreDatabase",
    purpose: "Restores the database next to the one in use, switches their names, and deletes the old one",
    actions: [
      "rds:AddTagsToResource",
      "rds:CreateDBSnapshot",
      "rds:DeleteDBInstance",
      "rds:ModifyDBInstance",
      "rds:RebootDBInstance",
      "rds:RemoveTagsFromResource",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ],
    resources: (scope) => [
      ...getInstances(scope),
      ...getSnapshots(scope),
      ...toArns(scope, "rds", "og:default:*"),
    ],
    anyResource: "The default option groups are AWS's own.",
    unlogged: [
      {
        reason:
          "DeleteDBInstance depends on it where it leaves a final snapshot (Service Authorization Reference).",
        actions: ["rds:CreateDBSnapshot"],
      },
      {
        reason: "A restored instance whose parameters are pending is restarted before it is used.",
        actions: ["rds:RebootDBInstance"],
      },
    ],
  },
  {
    sid: "UseDatabaseGroups",
    purpose: "Gives the restored database the groups of the stack",
    actions: [
      "rds:ModifyDBInstance",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ],
    resources: getGroups,
    conditions: hasTags,
  },
  {
    sid: "UseDatabaseKey",
    purpose: "Encrypts the restored database with the stack's own key; RDS gets a grant for it",
    actions: ["kms:CreateGrant"],
    resources: (scope) => toArns(scope, "kms", "key/*"),
    conditions: (scope) => ({
      StringEquals: { ...hasTags(scope).StringEquals, "aws:ResourceTag/Use": "database" },
      Bool: { "kms:GrantIsForAWSResource": "true" },
    }),
    unlogged: [
      {
        reason: 'RDS makes its calls with the caller\'s rights (RDS User Guide, "AWS KMS key management").',
        actions: "all",
      },
    ],
  },
];
