import {
  type Conditions,
  getsTags,
  hasOrGetsTags,
  hasTags,
  named,
  noResourceLevel,
  type Permission,
} from "./permission";
import {
  getAlarms,
  getBucketNames,
  getConfigurationSet,
  getDatabase,
  getEventSubscriptions,
  getHealthChecks,
  getIdentities,
  getKeys,
  getLogGroups,
  getMailArns,
  getRules,
  getTopics,
} from "./read";
import {
  getApplicationName,
  getBundleBucketName,
  type Scope,
  toArns,
  toBackupArns,
  toBucketArns,
  toGlobalArns,
} from "./scope";

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
        reason: "A stack that is not protected deletes its key.",
        actions: ["kms:ScheduleKeyDeletion"],
      },
      {
        reason:
          "AWS KMS demands it for the key beside the alias (AWS KMS Developer Guide, permissions reference).",
        actions: ["kms:DeleteAlias"],
      },
      { reason: "The setting `tags` changes.", actions: ["kms:TagResource", "kms:UntagResource"] },
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

/** What `pulumi up` and `pulumi destroy` change of logs, alarms, mail and DNS. */
export const operations: Permission[] = [
  {
    sid: "ChangeMonitoring",
    purpose: "Creates, changes and deletes the alarms, the dashboard, the topics and the log groups",
    actions: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:DeleteDashboards",
      "cloudwatch:PutDashboard",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:TagResource",
      "cloudwatch:UntagResource",
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:UntagResource",
    ],
    resources: (scope) => [
      ...getAlarms(scope),
      ...toGlobalArns(scope, "cloudwatch", `dashboard/${getApplicationName(scope)}`),
      ...getLogGroups(scope),
      ...getTopics(scope),
    ],
  },
  {
    sid: "ChangeEvents",
    purpose:
      "Creates, changes and deletes what sends events of the database and the environments to the topic",
    actions: [
      "events:DeleteRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
      "rds:AddTagsToResource",
      "rds:CreateEventSubscription",
      "rds:DeleteEventSubscription",
      "rds:ModifyEventSubscription",
      "rds:RemoveTagsFromResource",
    ],
    resources: (scope) => [...getRules(scope), ...getEventSubscriptions(scope)],
    unlogged: [
      {
        reason: "A version of the program changes the categories of events.",
        actions: ["rds:ModifyEventSubscription"],
      },
    ],
  },
  {
    sid: "ChangeLogQueries",
    purpose: "Creates, changes and deletes the saved queries of Logs Insights",
    actions: ["logs:DeleteQueryDefinition", "logs:PutQueryDefinition"],
    resources: () => ["*"],
    anyResource: noResourceLevel,
  },
  {
    sid: "CreateHealthCheck",
    purpose: "Creates the health check of the domain",
    actions: ["route53:CreateHealthCheck"],
    resources: ({ domains = [] }) => (domains.length > 0 ? ["*"] : []),
    anyResource: "The action has no resources.",
  },
  {
    sid: "ChangeHealthCheck",
    purpose: "Changes, tags and deletes the health check of the domain",
    actions: ["route53:ChangeTagsForResource", "route53:DeleteHealthCheck", "route53:UpdateHealthCheck"],
    resources: getHealthChecks,
    anyResource: "A health check's ARN has its id, and Route 53 has no conditions on tags.",
  },
  {
    sid: "EndSubscription",
    purpose: "Ends the subscription of an address to the alarms",
    actions: ["sns:Unsubscribe"],
    resources: () => ["*"],
    anyResource: "The action has no resources. A request needs the id of a subscription.",
  },
  {
    sid: "CreateMailIdentity",
    purpose: "Creates the SES identity",
    actions: ["ses:CreateEmailIdentity"],
    resources: getIdentities,
    conditions: getsTags,
  },
  {
    sid: "CreateMailConfiguration",
    purpose: "Creates the SES configuration set, which has the application name",
    actions: ["ses:CreateConfigurationSet"],
    resources: getConfigurationSet,
  },
  {
    sid: "TagMail",
    purpose: "Tags the SES identity and configuration set",
    actions: ["ses:TagResource"],
    resources: getMailArns,
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeMail",
    purpose: "Changes and deletes the SES identity and configuration set",
    actions: [
      "ses:DeleteConfigurationSet",
      "ses:DeleteEmailIdentity",
      "ses:PutEmailIdentityMailFromAttributes",
      "ses:UntagResource",
    ],
    resources: getMailArns,
    conditions: hasTags,
  },
  {
    sid: "RequestCertificate",
    purpose: "Requests the certificate",
    actions: ["acm:RequestCertificate"],
    resources: () => ["*"],
    anyResource: "The action has no resources.",
    conditions: getsTags,
  },
  {
    sid: "TagCertificate",
    purpose: "Tags the certificate",
    actions: ["acm:AddTagsToCertificate"],
    resources: () => ["*"],
    anyResource: "When a certificate is requested, its ARN does not exist yet.",
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeCertificate",
    purpose: "Deletes the certificate",
    actions: ["acm:DeleteCertificate", "acm:RemoveTagsFromCertificate"],
    resources: (scope) => toArns(scope, "acm", "certificate/*"),
    conditions: hasTags,
  },
  {
    sid: "ChangeRecords",
    purpose: "Creates, changes and deletes the records of the stack's domains, and no others of the zone",
    actions: ["route53:ChangeResourceRecordSets"],
    resources: ({ partition, domains = [] }) =>
      domains.length > 0 ? [`arn:${partition}:route53:::hostedzone/*`] : [],
    anyResource: "A zone's ARN has its id. The names of the records tell the stack.",
    conditions: ({ domains = [] }) => ({
      "ForAllValues:StringLike": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames": domains.flatMap((domain) => [
          domain,
          // ACM's validation, DKIM and the custom MAIL FROM domain.
          `_*.${domain}`,
          `*._domainkey.${domain}`,
          `*bounces*.${domain}`,
        ]),
      },
      "ForAllValues:StringEquals": {
        "route53:ChangeResourceRecordSetsRecordTypes": ["A", "CNAME", "MX", "TXT"],
      },
      Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
    }),
  },
  {
    sid: "ReadChangeOfRecords",
    purpose: "Waits until a change of records has reached Route 53's servers",
    actions: ["route53:GetChange"],
    resources: ({ partition, domains = [] }) =>
      domains.length > 0 ? [`arn:${partition}:route53:::change/*`] : [],
    anyResource: "A change has an id of its own.",
  },
];
