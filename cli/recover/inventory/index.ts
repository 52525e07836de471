import type { ExistingResource } from "../existing";
import { findBackupPlans, findReplications, findVaults } from "./backups";
import {
  findApplications,
  findDocuments,
  findEnvironments,
  findListeners,
  findScalingPolicies,
  findVersions,
} from "./beanstalk";
import {
  findBuckets,
  findDatabaseGroups,
  findDatabases,
  findEventSubscriptions,
  findParameters,
  findQueues,
} from "./data";
import { findDistributions } from "./distributions";
import { findIdentityResources } from "./iam";
import { findKeys } from "./keys";
import { findMail } from "./mail";
import {
  findAlarms,
  findEventRules,
  findHealthChecks,
  findLogGroups,
  findQueries,
  findTopics,
} from "./monitoring";
import { findCertificates, findRecords, findSecurityGroups } from "./network";
import type { Scope } from "./scope";
import { findBudgets, findSchedules } from "./sleep";
import { findVpcs } from "./vpcs";
import { findWebAcls } from "./web-acls";

/** The searches, and the IAM actions that each needs. */
export const finders: { find: (scope: Scope) => Promise<ExistingResource[]>; actions: string[] }[] = [
  { find: findDatabases, actions: ["rds:DescribeDBInstances"] },
  {
    find: findDatabaseGroups,
    actions: ["rds:DescribeDBSubnetGroups", "rds:DescribeDBParameterGroups", "rds:ListTagsForResource"],
  },
  {
    find: findKeys,
    actions: [
      "kms:ListKeys",
      "kms:ListResourceTags",
      "kms:DescribeKey",
      "kms:ListAliases",
      // To tell the key in use from older ones.
      "backup:ListBackupVaults",
      "backup:ListTags",
      "rds:DescribeDBInstanceAutomatedBackups",
    ],
  },
  { find: findReplications, actions: ["rds:DescribeDBInstances"] },
  { find: findVaults, actions: ["backup:ListBackupVaults", "backup:ListTags"] },
  {
    find: findBackupPlans,
    actions: ["backup:ListBackupPlans", "backup:ListBackupSelections", "backup:ListTags"],
  },
  { find: findBuckets, actions: ["s3:ListAllMyBuckets", "s3:GetBucketTagging"] },
  { find: findQueues, actions: ["sqs:GetQueueUrl", "sqs:ListQueueTags"] },
  {
    find: findIdentityResources,
    actions: ["iam:ListUsers", "iam:ListRoles", "iam:ListInstanceProfiles", "iam:GetUser", "iam:GetRole"],
  },
  { find: findSecurityGroups, actions: ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules"] },
  {
    find: findVpcs,
    actions: [
      "ec2:DescribeAddresses",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeNatGateways",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
    ],
  },
  { find: findParameters, actions: ["ssm:DescribeParameters", "ssm:ListTagsForResource"] },
  {
    find: findAlarms,
    actions: ["cloudwatch:DescribeAlarms", "cloudwatch:ListDashboards", "cloudwatch:ListTagsForResource"],
  },
  { find: findLogGroups, actions: ["logs:DescribeLogGroups", "logs:ListTagsForResource"] },
  { find: findDocuments, actions: ["ssm:DescribeDocument"] },
  { find: findQueries, actions: ["logs:DescribeQueryDefinitions", "sts:GetCallerIdentity"] },
  { find: findTopics, actions: ["sns:ListTopics", "sns:ListTagsForResource"] },
  {
    find: findEventSubscriptions,
    actions: ["rds:DescribeEventSubscriptions", "rds:ListTagsForResource"],
  },
  {
    find: findEventRules,
    actions: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
  },
  {
    find: findWebAcls,
    actions: [
      "wafv2:ListWebACLs",
      "wafv2:ListIPSets",
      "wafv2:ListResourcesForWebACL",
      "wafv2:ListTagsForResource",
    ],
  },
  { find: findSchedules, actions: ["scheduler:GetSchedule"] },
  {
    find: findBudgets,
    actions: ["budgets:ViewBudget", "budgets:ListTagsForResource", "sts:GetCallerIdentity"],
  },
  { find: findDistributions, actions: ["cloudfront:ListDistributions", "cloudfront:ListTagsForResource"] },
  { find: findHealthChecks, actions: ["route53:ListHealthChecks", "route53:ListTagsForResource"] },
  { find: findMail, actions: ["ses:GetEmailIdentity", "ses:GetConfigurationSet"] },
  {
    find: findApplications,
    actions: ["elasticbeanstalk:DescribeApplications", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findVersions,
    actions: ["elasticbeanstalk:DescribeApplicationVersions", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findEnvironments,
    actions: ["elasticbeanstalk:DescribeEnvironments", "elasticbeanstalk:ListTagsForResource"],
  },
  {
    find: findScalingPolicies,
    actions: ["elasticbeanstalk:DescribeEnvironmentResources", "autoscaling:DescribePolicies"],
  },
  {
    find: findListeners,
    actions: ["elasticbeanstalk:DescribeEnvironmentResources", "elasticloadbalancing:DescribeListeners"],
  },
  { find: findCertificates, actions: ["acm:ListCertificates", "acm:ListTagsForCertificate"] },
  { find: findRecords, actions: ["route53:ListHostedZones", "route53:ListResourceRecordSets"] },
];

/** Searches AWS for everything that the program creates and that can be left behind by an interrupted run. */
export async function findExisting(scope: Scope): Promise<ExistingResource[]> {
  return (await Promise.all(finders.map(({ find }) => find(scope)))).flat();
}
