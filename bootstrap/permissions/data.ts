import { type Conditions, type Permission, getsTags, hasOrGetsTags, hasTags, named } from "./permission";
import { getBucketNames, getDatabase, getKeys } from "./resources";
import { type Scope, getBundleBucketName, toArns, toBackupArns, toBucketArns } from "./scope";

const getGroups = (scope: Scope) => toArns(scope, "rds", "pg:beo-db-*", "subgrp:beo-db-*");
const getParameters = (scope: Scope) =>
  toArns(scope, "ssm", ...named(scope, "/*").map((name) => `parameter/${name}`));
const getDocuments = (scope: Scope) =>
  toArns(scope, "ssm", ...named(scope, "-session").map((name) => `document/${name}`));
const getQueues = (scope: Scope) => toArns(scope, "sqs", ...named(scope, "", "-dead-letters"));

const uses = ["database", "backups"];
/** The keys of the database and its backups have a tag that the key of the stack's secrets does not have. */
const isDatabaseKey = (scope: Scope): Conditions => ({
  StringEquals: { ...hasTags(scope).StringEquals, "aws:ResourceTag/Use": uses },
});
const becomesDatabaseKey = (scope: Scope): Conditions => ({
  StringEquals: { ...getsTags(scope).StringEquals, "aws:RequestTag/Use": uses },
});

const bucketWithObjects = "`pulumi destroy` of a dev stack empties buckets that have objects.";

/** What `pulumi up` and `pulumi destroy` change of the database, the buckets, the queue and the secrets. */
export const data: Permission[] = [
  {
    sid: "ChangeDatabase",
    purpose: "Creates, changes, restores and deletes the database, with a final snapshot",
    actions: [
      "rds:AddTagsToResource",
      "rds:CreateDBInstance",
      "rds:CreateDBSnapshot",
      "rds:DeleteDBInstance",
      "rds:ModifyDBInstance",
      "rds:RebootDBInstance",
      "rds:RemoveTagsFromResource",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ],
    resources: (scope) => [...getDatabase(scope), ...toArns(scope, "rds", "og:default:*")],
    anyResource: "The default option groups are AWS's own.",
    unlogged: [
      {
        reason:
          "DeleteDBInstance depends on it where it leaves a final snapshot (Service Authorization Reference).",
        actions: ["rds:CreateDBSnapshot"],
      },
      {
        reason: "`npx beo restore` does it where parameters of the restored database wait for it.",
        actions: ["rds:RebootDBInstance"],
      },
    ],
  },
  {
    sid: "CreateDatabaseGroups",
    purpose: "Creates the database's parameter and subnet group",
    actions: ["rds:CreateDBParameterGroup", "rds:CreateDBSubnetGroup"],
    resources: getGroups,
    conditions: getsTags,
  },
  {
    sid: "TagDatabaseGroups",
    purpose: "Tags the groups",
    actions: ["rds:AddTagsToResource"],
    resources: getGroups,
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeDatabaseGroups",
    purpose: "Uses, changes and deletes the groups",
    actions: [
      "rds:CreateDBInstance",
      "rds:DeleteDBParameterGroup",
      "rds:DeleteDBSubnetGroup",
      "rds:ModifyDBInstance",
      "rds:ModifyDBParameterGroup",
      "rds:ModifyDBSubnetGroup",
      "rds:RemoveTagsFromResource",
      "rds:ResetDBParameterGroup",
      "rds:RestoreDBInstanceFromDBSnapshot",
      "rds:RestoreDBInstanceToPointInTime",
    ],
    resources: getGroups,
    conditions: hasTags,
    unlogged: [
      { reason: "The setting `network.databaseSubnetIds` changes.", actions: ["rds:ModifyDBSubnetGroup"] },
      { reason: "A version of the program leaves out a parameter.", actions: ["rds:ResetDBParameterGroup"] },
    ],
  },
  {
    sid: "CreateDatabaseKey",
    purpose: "Creates the own keys of the database (`database.kmsKey`) and of its backups (`backup.region`)",
    actions: ["kms:CreateKey"],
    resources: () => ["*"],
    anyResource: "A key gets its id when it is created. The condition demands the stack's tags.",
    conditions: becomesDatabaseKey,
  },
  {
    sid: "TagDatabaseKey",
    purpose: "Tags the new key, and no key that has tags of a stack already",
    actions: ["kms:TagResource"],
    resources: getKeys,
    conditions: (scope) => ({
      ...becomesDatabaseKey(scope),
      Null: { "aws:ResourceTag/Project": "true" },
    }),
  },
  {
    sid: "ChangeDatabaseKey",
    purpose: "Uses and changes these keys; RDS gets a grant for them",
    actions: [
      "kms:CreateAlias",
      "kms:CreateGrant",
      "kms:DeleteAlias",
      "kms:EnableKeyRotation",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
    ],
    resources: getKeys,
    conditions: isDatabaseKey,
    unlogged: [
      {
        reason: 'RDS makes its calls with the caller\'s rights (RDS User Guide, "AWS KMS key management").',
        actions: ["kms:CreateGrant"],
      },
      {
        reason:
          "AWS KMS demands it for the key beside the alias (AWS KMS Developer Guide, permissions reference).",
        actions: ["kms:DeleteAlias"],
      },
    ],
  },
  {
    sid: "ChangeDatabaseKeyAlias",
    purpose: "Creates and deletes the aliases of these keys",
    actions: ["kms:CreateAlias", "kms:DeleteAlias"],
    resources: (scope) => [
      ...toArns(scope, "kms", ...named(scope, "-database-*").map((name) => `alias/${name}`)),
      ...toBackupArns(scope, "kms", ...named(scope, "-backups-*").map((name) => `alias/${name}`)),
    ],
  },
  {
    sid: "ChangeBuckets",
    purpose: "Creates, changes and deletes the buckets",
    actions: [
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:ListBucketVersions",
      "s3:PutBucketCORS",
      "s3:PutBucketOwnershipControls",
      "s3:PutBucketPolicy",
      "s3:PutBucketPublicAccessBlock",
      "s3:PutBucketTagging",
      "s3:PutBucketVersioning",
      "s3:PutEncryptionConfiguration",
      "s3:PutLifecycleConfiguration",
      "s3:PutReplicationConfiguration",
    ],
    resources: (scope) => toBucketArns(scope, ...getBucketNames(scope)),
    unlogged: [{ reason: bucketWithObjects, actions: ["s3:ListBucketVersions"] }],
  },
  {
    sid: "EmptyBuckets",
    purpose: "Empties a dev stack's buckets before it deletes them",
    actions: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
    resources: (scope) => toBucketArns(scope, ...getBucketNames(scope).map((name) => `${name}/*`)),
    unlogged: [{ reason: bucketWithObjects, actions: ["s3:DeleteObjectVersion"] }],
  },
  {
    sid: "StoreFirstVersion",
    purpose:
      "Stores the placeholder of the first version, which Elastic Beanstalk reads with its caller's permissions",
    actions: ["s3:GetObjectVersion", "s3:PutObject", "s3:PutObjectTagging"],
    resources: (scope) => toBucketArns(scope, `${getBundleBucketName(scope)}/*`),
    unlogged: [
      {
        reason: "Elastic Beanstalk reads the bundle with its caller's permissions.",
        actions: ["s3:GetObjectVersion"],
      },
      { reason: "A version of the program tags the bundle.", actions: ["s3:PutObjectTagging"] },
    ],
  },
  {
    sid: "ChangeQueues",
    purpose: "Creates, changes and deletes the queue and the dead-letter queue; no messages",
    actions: [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
      "sqs:UntagQueue",
    ],
    resources: getQueues,
  },
  {
    sid: "ChangeSecrets",
    purpose: "Creates, rotates and deletes the stack's secrets",
    actions: [
      "ssm:AddTagsToResource",
      "ssm:DeleteParameter",
      "ssm:PutParameter",
      "ssm:RemoveTagsFromResource",
    ],
    resources: getParameters,
  },
  {
    sid: "ChangeSessionDocument",
    purpose: "Creates, replaces and deletes the document of sessions",
    actions: [
      "ssm:AddTagsToResource",
      "ssm:CreateDocument",
      "ssm:DeleteDocument",
      "ssm:RemoveTagsFromResource",
    ],
    resources: getDocuments,
  },
];
