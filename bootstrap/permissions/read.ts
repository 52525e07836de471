import { hasTags, named, noResourceLevel, type Permission } from "./permission";
import {
  getApplicationName,
  getBundleBucketName,
  type Scope,
  toAlarmArns,
  toArns,
  toBackupArns,
  toBucketArns,
  toGlobalArns,
  toIdentityArns,
  toMailArns,
} from "./scope";

/** The stack's own buckets. Those with generated names, of bundles and of access logs, follow one pattern. */
export const getBucketNames = (scope: Scope) => [
  ...new Set([
    ...named(scope, "-media", "-static", "-backup-*"),
    getBundleBucketName(scope),
    getBundleBucketName({ ...scope, bundleBucketName: undefined }),
  ]),
];

/** The stack's log groups: of the database, and of the sessions with instances. */
export const getLogGroups = (scope: Scope) =>
  toArns(
    scope,
    "logs",
    `log-group:/aws/rds/instance/${getApplicationName(scope)}/*`,
    `log-group:/${getApplicationName(scope)}/*`,
  );

/** The alarms of the stack, in the regions that have some. */
export const getAlarms = (scope: Scope) =>
  toAlarmArns(scope, "cloudwatch", ...named(scope, "-*").map((name) => `alarm:${name}`));

/** The rules that mute the alarms of a stack that sleeps. */
export const getMuteRules = (scope: Scope) =>
  toAlarmArns(scope, "cloudwatch", ...named(scope, "-sleep*").map((name) => `alarm-mute-rule:${name}`));

/** The schedules of a stack that sleeps. */
export const getSchedules = (scope: Scope) =>
  toArns(scope, "scheduler", ...named(scope, "-*").map((name) => `schedule/default/${name}`));

/** The stack's budget. */
export const getBudgets = (scope: Scope) =>
  toGlobalArns(scope, "budgets", `budget/${getApplicationName(scope)}`);

/** The topics of the alarms. */
export const getTopics = (scope: Scope) => toAlarmArns(scope, "sns", ...named(scope, "-alarms", "-alarms-*"));

/** The rule that reports failed deployments. */
export const getRules = (scope: Scope) =>
  toArns(scope, "events", ...named(scope, "-deployment-events").map((name) => `rule/${name}`));

/** The subscription to events of the database. */
export const getEventSubscriptions = (scope: Scope) =>
  toArns(scope, "rds", ...named(scope, "-database-events").map((name) => `es:${name}`));

/** The database, those beside it while it is restored, and the snapshots of people and of RDS. */
export const getDatabase = (scope: Scope) =>
  toArns(
    scope,
    "rds",
    ...named(scope, "", "-restored", "-old").map((name) => `db:${name}`),
    ...named(scope, "-*").flatMap((name) => [`snapshot:${name}`, `snapshot:rds:${name}`]),
  );

/** The keys of the database and of its backups in another region. Ids do not tell the stack, tags do. */
export const getKeys = (scope: Scope) => [
  ...toArns(scope, "kms", "key/*"),
  ...toBackupArns(scope, "kms", "key/*"),
];

/** The vaults of AWS Backup, with generated names. */
export const getVaults = (scope: Scope) => [
  ...toArns(scope, "backup", "backup-vault:beo-backup-vault-*"),
  ...toBackupArns(scope, "backup", "backup-vault:beo-backup-copy-*"),
];

/** The plans of AWS Backup. Ids do not tell the stack, tags do. */
export const getBackupPlans = (scope: Scope) => toArns(scope, "backup", "backup-plan:*");

/** The replicated automated backups of databases. Ids do not tell the stack. */
export const getReplicatedBackups = (scope: Scope) => toBackupArns(scope, "rds", "auto-backup:*");

/** Health checks. Their ids do not tell the stack, and Route 53 has no conditions on tags. */
export const getHealthChecks = ({ partition, domains = [] }: Scope) =>
  domains.length > 0 ? [`arn:${partition}:route53:::healthcheck/*`] : [];

/** The web ACLs of the firewall and of maintenance, and the IP sets of maintenance. */
export const getWebAcls = (scope: Scope) =>
  toArns(scope, "wafv2", "regional/webacl/beo-firewall-acl-*/*", "regional/webacl/beo-maintenance*-acl-*/*");
export const getIpSets = (scope: Scope) =>
  toArns(scope, "wafv2", "regional/ipset/beo-maintenance*-allowed-*/*");

/** CloudFront distributions. Their ids do not tell the stack, their tags do. */
export const getDistributions = (scope: Scope) => toGlobalArns(scope, "cloudfront", "distribution/*");

/** The application and its environments, of all generations, in Elastic Beanstalk. */
export const getBeanstalkArns = (scope: Scope) => {
  const name = getApplicationName(scope);
  return toArns(
    scope,
    "elasticbeanstalk",
    `application/${name}`,
    `applicationversion/${name}/*`,
    `environment/${name}/*`,
  );
};

const drift = "`npx beo drift` looks further where it finds additions.";

/**
 * What `pulumi preview --refresh`, `npx beo drift` and `npx beo status` read of resources that are not found by the stack's
 * names, and of monitoring, mail and DNS.
 */
export const readAccount: Permission[] = [
  {
    sid: "DescribeAccount",
    purpose: "Finds what has no name of its own in the account: descriptions, without data",
    actions: [
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeLifecycleHooks",
      "autoscaling:DescribePolicies",
      "autoscaling:DescribeScheduledActions",
      "backup:ListBackupPlans",
      "backup:ListBackupVaults",
      "ce:GetCostAndUsage",
      "cloudwatch:GetMetricStatistics",
      "ec2:DescribeAddresses",
      "ec2:DescribeAddressesAttribute",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeInstances",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeManagedPrefixLists",
      "ec2:DescribeNatGateways",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribePrefixLists",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeListenerAttributes",
      "elasticloadbalancing:DescribeListenerCertificates",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeRules",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroups",
      "kms:ListAliases",
      "kms:ListKeys",
      "logs:DescribeLogGroups",
      "logs:DescribeQueryDefinitions",
      "rds:DescribeDBInstances",
      "rds:DescribeEvents",
      "route53:ListHostedZones",
      "ses:GetAccount",
      "sns:GetSubscriptionAttributes",
      "ssm:DescribeParameters",
    ],
    resources: () => ["*"],
    anyResource: `${noResourceLevel} RDS has them for DescribeDBInstances, but the list of all instances is asked for; the VPC of a stack has no tag of it.`,
    unlogged: [
      { reason: "`npx beo status` shows the costs.", actions: ["ce:GetCostAndUsage"] },
      {
        reason: "`npx beo recover` looks for the stack's keys, vaults and backup plan.",
        actions: ["backup:ListBackupPlans", "backup:ListBackupVaults", "kms:ListKeys"],
      },
    ],
  },
  {
    sid: "DescribeEnvironments",
    purpose: "Finds the environments and platform versions of the region, without their settings",
    actions: [
      "elasticbeanstalk:DescribeEnvironments",
      "elasticbeanstalk:DescribePlatformVersion",
      "elasticbeanstalk:ListAvailableSolutionStacks",
    ],
    resources: () => ["*"],
    anyResource: "The list of all environments is asked for; platforms and solution stacks are AWS's own.",
  },
  {
    sid: "ReadUseOfKeys",
    purpose: "Reads when an access key was last used",
    actions: ["iam:GetAccessKeyLastUsed"],
    resources: () => ["*"],
    anyResource: "The request names a key, which belongs to no user by its name.",
  },
  {
    sid: "ReadMonitoring",
    purpose:
      "Reads the alarms, the dashboard, the topics, the events that go to them, and the log groups; no log events",
    actions: [
      "cloudwatch:DescribeAlarms",
      "cloudwatch:GetDashboard",
      "cloudwatch:ListTagsForResource",
      "events:DescribeRule",
      "events:ListTagsForResource",
      "events:ListTargetsByRule",
      "logs:ListTagsForResource",
      "rds:DescribeEventSubscriptions",
      "rds:ListTagsForResource",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
      "sns:ListTagsForResource",
    ],
    resources: (scope) => [
      ...getLogGroups(scope),
      ...getAlarms(scope),
      ...toGlobalArns(scope, "cloudwatch", `dashboard/${getApplicationName(scope)}`),
      ...getTopics(scope),
      ...getRules(scope),
      ...getEventSubscriptions(scope),
    ],
  },
  {
    sid: "ReadHealthCheck",
    purpose: "Reads the health check of the domain",
    actions: ["route53:GetHealthCheck", "route53:ListTagsForResource"],
    resources: getHealthChecks,
    anyResource: "A health check's ARN has its id, and Route 53 has no conditions on tags.",
  },
  {
    sid: "ReadSleep",
    purpose: "Reads the schedules and mute rules of a stack that sleeps, and the budget",
    actions: [
      "budgets:ListTagsForResource",
      "budgets:ViewBudget",
      "cloudwatch:GetAlarmMuteRule",
      "cloudwatch:ListTagsForResource",
      "scheduler:GetSchedule",
    ],
    resources: (scope) => [...getSchedules(scope), ...getMuteRules(scope), ...getBudgets(scope)],
    unlogged: [{ reason: "The settings sleep and budget.", actions: "all" }],
  },
  {
    sid: "ReadMaintenance",
    purpose: "Reads the web ACL of a load balancer, and the IP set of maintenance",
    actions: [
      "elasticloadbalancing:GetLoadBalancerWebACL",
      "wafv2:GetIPSet",
      "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource",
      "wafv2:ListTagsForResource",
    ],
    resources: (scope) => [
      ...toArns(scope, "wafv2", "regional/webacl/*/*"),
      ...getIpSets(scope),
      ...toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*"),
    ],
    anyResource: "A load balancer may have a web ACL of another program, which the program recognizes.",
    unlogged: [
      {
        reason: "AWS checks it for GetWebACLForResource (AWS WAF developer guide).",
        actions: ["elasticloadbalancing:GetLoadBalancerWebACL"],
      },
    ],
  },
  {
    sid: "ReadDistribution",
    purpose: "Reads the CloudFront distribution",
    actions: ["cloudfront:GetDistribution", "cloudfront:ListTagsForResource"],
    resources: getDistributions,
    conditions: hasTags,
  },
  {
    sid: "ReadCloudFrontAddresses",
    purpose: "Reads the addresses of CloudFront, which reach the instance",
    actions: ["ec2:GetManagedPrefixListEntries"],
    resources: (scope) => toArns({ ...scope, account: "*" }, "ec2", "prefix-list/*"),
    anyResource: "The list is AWS's own, whose id does not tell what it is. Lists have addresses, no data.",
  },
  {
    sid: "ReadMailAndDns",
    purpose: "Reads the SES identity and configuration set, the certificate, and the records of hosted zones",
    actions: [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "route53:GetHostedZone",
      "route53:ListResourceRecordSets",
      "route53:ListTagsForResource",
      "ses:GetConfigurationSet",
      "ses:GetEmailIdentity",
      "ses:ListTagsForResource",
    ],
    resources: (scope) => [
      ...toArns(scope, "acm", "certificate/*"),
      `arn:${scope.partition}:route53:::hostedzone/*`,
      ...getMailArns(scope),
    ],
    anyResource: "Ids do not tell the stack. Certificates and DNS records are public.",
  },
];

/** What they read of the stack's environments, database, buckets, queues, secrets, roles and users. */
export const readStack: Permission[] = [
  {
    sid: "ReadEnvironments",
    purpose: "Reads the application, its versions and its environments, with their settings",
    actions: [
      "elasticbeanstalk:DescribeApplicationVersions",
      "elasticbeanstalk:DescribeApplications",
      "elasticbeanstalk:DescribeConfigurationOptions",
      "elasticbeanstalk:DescribeConfigurationSettings",
      "elasticbeanstalk:DescribeEnvironmentHealth",
      "elasticbeanstalk:DescribeEnvironmentManagedActionHistory",
      "elasticbeanstalk:DescribeEnvironmentManagedActions",
      "elasticbeanstalk:DescribeEnvironmentResources",
      "elasticbeanstalk:DescribeEvents",
      "elasticbeanstalk:DescribeInstancesHealth",
      "elasticbeanstalk:ListTagsForResource",
    ],
    resources: getBeanstalkArns,
  },
  {
    sid: "ReadStacksOfEnvironments",
    purpose: "Lets Elastic Beanstalk find the resources of an environment in its CloudFormation stack",
    actions: [
      "cloudformation:DescribeStackResource",
      "cloudformation:DescribeStackResources",
      "cloudformation:DescribeStacks",
    ],
    resources: (scope) => toArns(scope, "cloudformation", "stack/awseb-*"),
    conditions: hasTags,
    unlogged: [
      {
        reason: "Elastic Beanstalk describes resources with its caller's permissions.",
        actions: "all",
      },
    ],
  },
  {
    sid: "ReadDatabase",
    purpose: "Reads the database, its snapshots and groups",
    actions: [
      "rds:DescribeDBParameterGroups",
      "rds:DescribeDBParameters",
      "rds:DescribeDBSnapshotAttributes",
      "rds:DescribeDBSnapshots",
      "rds:DescribeDBSubnetGroups",
      "rds:DescribePendingMaintenanceActions",
      "rds:ListTagsForResource",
    ],
    resources: (scope) => [...getDatabase(scope), ...toArns(scope, "rds", "pg:beo-db-*", "subgrp:beo-db-*")],
    anyResource: "The names of groups do not tell the stack. Their parameters and subnets are no data.",
    unlogged: [{ reason: drift, actions: ["rds:DescribeDBSnapshotAttributes"] }],
  },
  {
    sid: "ReadDatabaseKey",
    purpose: "Reads the settings of the stack's keys",
    actions: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"],
    resources: getKeys,
    anyResource: "Ids do not tell the stack.",
    conditions: hasTags,
  },
  {
    sid: "ReadBackups",
    purpose:
      "Reads the automated backups of the database, replicated ones too, and the snapshots that AWS Backup took of it",
    actions: ["rds:DescribeDBInstanceAutomatedBackups", "rds:DescribeDBSnapshots"],
    resources: (scope) => [
      ...toArns(scope, "rds", "auto-backup:*"),
      ...getReplicatedBackups(scope),
      ...toBackupArns(scope, "rds", `db:${getApplicationName(scope)}`, "snapshot:awsbackup:*"),
    ],
    anyResource: "Ids do not tell the stack. They are descriptions, without data.",
    unlogged: [
      { reason: "`npx beo status` shows the age of the backups.", actions: ["rds:DescribeDBSnapshots"] },
    ],
  },
  {
    sid: "ReadVaults",
    purpose: "Reads the vaults and the plan of AWS Backup, no snapshots",
    actions: [
      "backup:DescribeBackupVault",
      "backup:GetBackupPlan",
      "backup:GetBackupSelection",
      "backup:ListBackupSelections",
      "backup:ListTags",
    ],
    resources: (scope) => [...getVaults(scope), ...getBackupPlans(scope)],
    anyResource: "A plan's ARN has its id. The tags tell the stack.",
    conditions: hasTags,
    unlogged: [{ reason: "`npx beo recover` looks for them.", actions: ["backup:ListBackupSelections"] }],
  },
  {
    sid: "ReadBuckets",
    purpose: "Reads the settings of the stack's buckets",
    actions: [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLogging",
      "s3:GetBucketNotification",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketOwnershipControls",
      "s3:GetBucketPolicy",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketTagging",
      "s3:GetBucketVersioning",
      "s3:GetBucketWebsite",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
    ],
    resources: (scope) => toBucketArns(scope, ...getBucketNames(scope)),
  },
  {
    sid: "ReadFirstVersion",
    purpose: "Reads the placeholder of the first version; no uploads, no static files",
    actions: ["s3:GetObject", "s3:GetObjectTagging"],
    resources: (scope) => toBucketArns(scope, `${getBundleBucketName(scope)}/*`),
  },
  {
    sid: "ReadSecrets",
    purpose:
      "Reads the stack's secrets, which Pulumi compares with its state, and the date of the last restore drill",
    actions: ["ssm:GetParameter", "ssm:ListTagsForResource"],
    resources: (scope) =>
      toArns(scope, "ssm", ...named(scope, "/*", "-operations/*").map((name) => `parameter/${name}`)),
  },
  {
    sid: "ReadSessionDocument",
    purpose: "Reads the document of sessions with instances",
    actions: ["ssm:DescribeDocument", "ssm:DescribeDocumentPermission", "ssm:GetDocument"],
    resources: (scope) => toArns(scope, "ssm", ...named(scope, "-session").map((name) => `document/${name}`)),
  },
  {
    sid: "ReadQueues",
    purpose: "Reads the settings of the queue and the dead-letter queue, no messages",
    actions: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
    resources: (scope) => toArns(scope, "sqs", ...named(scope, "", "-dead-letters")),
    unlogged: [{ reason: drift, actions: ["sqs:GetQueueUrl"] }],
  },
  {
    sid: "ReadIdentities",
    purpose: "Reads the stack's roles and users with their policies, not their keys",
    actions: [
      "iam:GetInstanceProfile",
      "iam:GetLoginProfile",
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:GetUser",
      "iam:GetUserPolicy",
      "iam:ListAccessKeys",
      "iam:ListAttachedRolePolicies",
      "iam:ListAttachedUserPolicies",
      "iam:ListGroupsForUser",
      "iam:ListInstanceProfilesForRole",
      "iam:ListRolePolicies",
      "iam:ListUserPolicies",
    ],
    resources: (scope) => toIdentityArns(scope, "role", "user", "instance-profile"),
  },
];

/** The stack's SES identities. */
export function getIdentities(scope: Scope): string[] {
  return toMailArns(scope, ...(scope.mailIdentities ?? ["*"]).map((identity) => `identity/${identity}`));
}

/** The stack's SES configuration set. */
export function getConfigurationSet(scope: Scope): string[] {
  return toMailArns(scope, `configuration-set/${getApplicationName(scope)}`);
}

/** What mail is sent with. */
export function getMailArns(scope: Scope): string[] {
  return [...getIdentities(scope), ...getConfigurationSet(scope)];
}
