import { hasTags, named, type Permission } from "./permission";
import { getBeanstalkArns, getMailArns } from "./resources";
import {
  getApplicationName,
  getBeanstalkBucketName,
  getBundleBucketName,
  getEnvironmentFolders,
  toArns,
  toBucketArns,
  toIdentityArns,
} from "./scope";

/**
 * What a role or user of a stack may do at most, whatever its policies allow: the instances, the service account, the SMTP
 * user, Elastic Beanstalk's service role, Enhanced Monitoring and EventBridge. AWS's policy for managed updates, on `*`, is limited to the
 * stack, without ECS, databases and notifications of environments, and without the policy of Elastic Beanstalk's bucket. A
 * boundary has one document of at most 6,144 characters, so that it has wildcards where the resources limit a service to the
 * stack anyway.
 */
export const boundary: Permission[] = [
  {
    sid: "Buckets",
    purpose: "The service account uses the buckets, and S3 replicates the media",
    actions: ["s3:*"],
    resources: (scope) =>
      toBucketArns(scope, ...named(scope, "-media", "-media/*", "-static", "-static/*", "-backup-*/*")),
  },
  {
    sid: "BeanstalkBucket",
    purpose: "The instances and Elastic Beanstalk use its bucket and the bundles",
    actions: ["s3:DeleteObject", "s3:Get*", "s3:List*", "s3:PutObject*"],
    resources: (scope) => {
      const bucket = getBeanstalkBucketName(scope);
      return toBucketArns(
        scope,
        bucket,
        `${bucket}/${getApplicationName(scope)}/*`,
        ...getEnvironmentFolders(scope),
        `${getBundleBucketName(scope)}/*`,
      );
    },
    anyResource:
      "The bucket belongs to all environments; their folders have the ids of environments (`environmentIds`).",
  },
  {
    sid: "Queues",
    purpose: "The service account uses the queue, the worker tier its own queues",
    actions: [
      "sqs:ChangeMessageVisibility*",
      "sqs:DeleteMessage*",
      "sqs:GetQueue*",
      "sqs:ReceiveMessage",
      "sqs:SendMessage*",
    ],
    resources: (scope) => [
      ...toArns(scope, "sqs", getApplicationName(scope)),
      ...toArns({ ...scope, region: "*" }, "sqs", "awseb-e-*"),
    ],
    anyResource: "Elastic Beanstalk's own queues have generated names, and no messages of the application.",
  },
  {
    sid: "Secrets",
    purpose: "The instances read the stack's secrets",
    actions: ["ssm:GetParameter", "ssm:GetParameters"],
    resources: (scope) => toArns(scope, "ssm", ...named(scope, "/*").map((name) => `parameter/${name}`)),
  },
  {
    sid: "Mail",
    purpose: "The SMTP user sends",
    actions: ["ses:SendRawEmail"],
    resources: getMailArns,
    anyResource:
      "Without `mailIdentities` they are all of the account, because the action does not know their tags.",
  },
  {
    sid: "Alarms",
    purpose: "EventBridge reports failed deployments",
    actions: ["sns:Publish"],
    resources: (scope) => [...toArns(scope, "sns", ...named(scope, "-alarms")), ...(scope.topicArns ?? [])],
  },
  {
    sid: "WorkerTier",
    purpose: "The worker tier elects a leader for periodic tasks",
    actions: [
      "dynamodb:BatchGetItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:Query",
      "dynamodb:Scan",
      "dynamodb:UpdateItem",
    ],
    resources: (scope) =>
      toArns({ ...scope, region: "*" }, "dynamodb", "table/*-stack-AWSEBWorkerCronLeaderRegistry*"),
    anyResource: "The tables have generated names, and no data of the application.",
  },
  {
    sid: "Logs",
    purpose: "Instances, sessions and Enhanced Monitoring write logs",
    actions: [
      "logs:CreateLogGroup",
      "logs:CreateLogStream",
      "logs:DeleteLogGroup",
      "logs:DescribeLogStreams",
      "logs:GetLogEvents",
      "logs:PutLogEvents",
      "logs:PutRetentionPolicy",
    ],
    resources: (scope) =>
      toArns(
        scope,
        "logs",
        ...named(scope, "", "-*").map((name) => `log-group:/aws/elasticbeanstalk/${name}/*`),
        ...named(scope, "/*").map((name) => `log-group:/${name}`),
        "log-group:RDS*",
      ),
    anyResource: "RDS has one log group for Enhanced Monitoring of all instances.",
  },
  {
    sid: "Environments",
    purpose: "Instances report their health, Elastic Beanstalk updates the platform",
    actions: ["elasticbeanstalk:*"],
    resources: getBeanstalkArns,
  },
  {
    sid: "Groups",
    purpose: "Instances end their lifecycle hook, Elastic Beanstalk replaces instances, listeners and stacks",
    actions: ["autoscaling:*", "cloudformation:*", "elasticloadbalancing:*", "ec2:TerminateInstances"],
    resources: (scope) => [
      ...toArns(scope, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/awseb-e-*"),
      ...toArns(scope, "cloudformation", "stack/awseb-*"),
      ...toArns(
        scope,
        "elasticloadbalancing",
        "targetgroup/awseb-*",
        "loadbalancer/app/awseb-*",
        "listener/app/awseb-*",
      ),
      ...toArns(scope, "ec2", "instance/*"),
    ],
    conditions: hasTags,
  },
  {
    sid: "Database",
    purpose:
      "EventBridge Scheduler stops and starts the database of a stack that sleeps; AWS Backup takes snapshots of it, and copies them to the vaults",
    actions: [
      "backup:Copy*",
      "backup:DescribeBackupVault",
      "backup:TagResource",
      "rds:*DBSnapshot*",
      "rds:*Tags*",
      "rds:StartDBInstance",
      "rds:StopDBInstance",
    ],
    resources: (scope) => [
      ...toArns(scope, "rds", `db:${getApplicationName(scope)}`),
      ...toArns({ ...scope, region: "*" }, "rds", "snapshot:awsbackup:*"),
      ...toArns({ ...scope, region: "*" }, "backup", "backup-vault:beo-backup-*"),
    ],
    anyResource:
      "The snapshots have generated names. What AWS Backup may do with them follows from the role's policy.",
  },
  {
    sid: "Tagged",
    purpose:
      "Elastic Beanstalk changes security groups and addresses of the environments; AWS Backup gives RDS grants for the stack's keys",
    actions: [
      "ec2:AssociateAddress",
      "ec2:AuthorizeSecurityGroup*",
      "ec2:DeleteSecurityGroup",
      "ec2:DisassociateAddress",
      "ec2:ReleaseAddress",
      "ec2:RevokeSecurityGroup*",
      "kms:CreateGrant",
      "kms:DescribeKey",
    ],
    resources: () => ["*"],
    anyResource: "Addresses, interfaces, groups and keys have generated ids. The tags tell the stack.",
    conditions: hasTags,
  },
  {
    sid: "NewResources",
    purpose: "Elastic Beanstalk creates what belongs to an environment",
    actions: [
      "autoscaling:CreateAutoScalingGroup",
      "cloudformation:CreateStack",
      "elasticloadbalancing:CreateLoadBalancer",
    ],
    resources: (scope) => [
      ...toArns(scope, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/awseb-e-*"),
      ...toArns(scope, "cloudformation", "stack/awseb-*"),
      ...toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*"),
    ],
    anyResource: "What is new is none of another stack.",
  },
  {
    sid: "NewInstances",
    purpose: "Elastic Beanstalk starts instances from a launch template",
    actions: ["ec2:*LaunchTemplate*", "ec2:AllocateAddress", "ec2:CreateSecurityGroup", "ec2:RunInstances"],
    resources: () => ["*"],
    anyResource: "Launch templates have no tags. PassRoles limits the roles of instances.",
  },
  {
    sid: "TagNewResources",
    purpose: "Elastic Beanstalk tags instances, launch templates and addresses when it creates them",
    actions: ["ec2:CreateTags"],
    resources: () => ["*"],
    anyResource: "The condition allows it for what is just being created.",
    conditions: () => ({
      StringEquals: { "ec2:CreateAction": ["AllocateAddress", "CreateLaunchTemplate", "RunInstances"] },
    }),
  },
  {
    sid: "PassRoles",
    purpose: "Elastic Beanstalk hands the stack's roles to instances",
    actions: ["iam:PassRole"],
    resources: (scope) => toIdentityArns(scope, "role"),
    conditions: () => ({
      StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "elasticbeanstalk.amazonaws.com"] },
    }),
  },
  {
    sid: "Describe",
    purpose:
      "Instances and Elastic Beanstalk describe resources; Systems Manager's agent opens sessions; metrics are sent",
    actions: [
      "autoscaling:Describe*",
      "cloudwatch:PutMetricAlarm",
      "cloudwatch:PutMetricData",
      "ec2:Describe*",
      "elasticbeanstalk:DescribeEnvironments",
      "elasticbeanstalk:DescribePlatformVersion",
      "elasticbeanstalk:List*",
      "elasticloadbalancing:Describe*",
      "logs:DescribeLogGroups",
      "rds:DescribeDB*",
      "sns:ListSubscriptionsByTopic",
      "sqs:ListQueues",
      "ssm:UpdateInstanceInformation",
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
      "tag:GetResources",
    ],
    resources: () => ["*"],
    anyResource: "The actions have no resources, or describe without data.",
  },
];
