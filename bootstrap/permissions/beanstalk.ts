import { type Permission, hasTags, named } from "./permission";
import { getScalingGroups } from "./resources";
import {
  getApplicationName,
  getBeanstalkBucketName,
  getEnvironmentFolders,
  toArns,
  toBucketArns,
} from "./scope";

const cloudFormation =
  "CloudFormation creates, changes and deletes it with the permissions of Elastic Beanstalk's caller.";

/** Where Elastic Beanstalk calls CloudFormation, and CloudFormation the service, with the caller's permissions. */
const viaCloudFormation = () => ({
  "ForAnyValue:StringEquals": { "aws:CalledVia": ["cloudformation.amazonaws.com"] },
});

/**
 * What Elastic Beanstalk and CloudFormation do with the permissions of who calls UpdateEnvironment. The sources are AWS's own
 * policy for it, AdministratorAccess-AWSElasticBeanstalk, without what the options of this program do not use (ECS, CodeBuild,
 * databases of environments, notifications), and what people report that AWS refused them
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.managed-policies.html,
 * https://github.com/einaregilsson/beanstalk-deploy/issues/7, https://github.com/aws/aws-toolkit-azure-devops/issues/124,
 * https://github.com/apache/grails-core/pull/16240). Elastic Beanstalk gives an environment's tags to its stack, and
 * CloudFormation to the stack's resources, where these have tags.
 */
export const elasticBeanstalk: Permission[] = [
  {
    sid: "UpdateBeanstalkStacks",
    purpose: "Lets Elastic Beanstalk change an environment's CloudFormation stack",
    actions: [
      "cloudformation:CancelUpdateStack",
      "cloudformation:ContinueUpdateRollback",
      "cloudformation:DescribeStackEvents",
      "cloudformation:DescribeStackResource",
      "cloudformation:DescribeStackResources",
      "cloudformation:DescribeStacks",
      "cloudformation:GetTemplate",
      "cloudformation:ListStackResources",
      "cloudformation:SignalResource",
      "cloudformation:UpdateStack",
    ],
    resources: (scope) => toArns(scope, "cloudformation", "stack/awseb-e-*"),
    conditions: hasTags,
    unlogged: [
      {
        reason: "Elastic Beanstalk calls CloudFormation with its caller's permissions.",
        actions: [
          "cloudformation:CancelUpdateStack",
          "cloudformation:ContinueUpdateRollback",
          "cloudformation:DescribeStackEvents",
          "cloudformation:DescribeStackResource",
          "cloudformation:DescribeStackResources",
          "cloudformation:DescribeStacks",
          "cloudformation:GetTemplate",
          "cloudformation:ListStackResources",
          "cloudformation:SignalResource",
        ],
      },
    ],
  },
  {
    sid: "CreateBeanstalkGroups",
    purpose:
      "Lets Elastic Beanstalk create an Auto Scaling group, also the temporary one of an immutable deployment",
    actions: ["autoscaling:CreateAutoScalingGroup"],
    resources: getScalingGroups,
    anyResource: "A new group, in the name of an environment, is no group of another stack.",
  },
  {
    sid: "ChangeBeanstalkGroups",
    purpose: "Lets Elastic Beanstalk change and deploy to the instances of the environments",
    actions: [
      "autoscaling:AttachInstances",
      "autoscaling:CreateOrUpdateTags",
      "autoscaling:DeleteAutoScalingGroup",
      "autoscaling:DeleteScheduledAction",
      "autoscaling:DetachInstances",
      "autoscaling:PutNotificationConfiguration",
      "autoscaling:PutScheduledUpdateGroupAction",
      "autoscaling:ResumeProcesses",
      "autoscaling:SetDesiredCapacity",
      "autoscaling:SuspendProcesses",
      "autoscaling:TerminateInstanceInAutoScalingGroup",
      "autoscaling:UpdateAutoScalingGroup",
    ],
    resources: getScalingGroups,
    conditions: hasTags,
    unlogged: [
      {
        reason: "Elastic Beanstalk replaces instances in a rolling or immutable deployment.",
        actions: [
          "autoscaling:AttachInstances",
          "autoscaling:CreateOrUpdateTags",
          "autoscaling:DeleteScheduledAction",
          "autoscaling:DetachInstances",
          "autoscaling:PutNotificationConfiguration",
          "autoscaling:PutScheduledUpdateGroupAction",
          "autoscaling:ResumeProcesses",
          "autoscaling:SetDesiredCapacity",
          "autoscaling:SuspendProcesses",
          "autoscaling:TerminateInstanceInAutoScalingGroup",
        ],
      },
    ],
  },
  {
    sid: "CreateLaunchTemplates",
    purpose: "Lets Elastic Beanstalk create a launch template and its versions, and tag what starts from it",
    actions: [
      "ec2:CreateLaunchTemplate",
      "ec2:CreateLaunchTemplateVersion",
      "ec2:DeleteLaunchTemplate",
      "ec2:DeleteLaunchTemplateVersions",
    ],
    resources: (scope) => toArns(scope, "ec2", "launch-template/*"),
    anyResource:
      "Elastic Beanstalk gives launch templates no tags (option LaunchTemplateTagPropagationEnabled). An Auto Scaling group keeps the version that it names, and has tags.",
    unlogged: [
      {
        reason: cloudFormation,
        actions: [
          "ec2:CreateLaunchTemplateVersion",
          "ec2:DeleteLaunchTemplate",
          "ec2:DeleteLaunchTemplateVersions",
        ],
      },
    ],
  },
  {
    sid: "RunInstances",
    purpose:
      "Lets Auto Scaling check that the caller may start instances from the launch template, with the stack's roles only",
    actions: ["ec2:RunInstances"],
    resources: () => ["*"],
    anyResource:
      "The request names images, subnets, volumes and interfaces without tags. Roles are limited by PassRoles.",
    conditions: (scope) => ({ ArnLike: { "ec2:LaunchTemplate": toArns(scope, "ec2", "launch-template/*") } }),
  },
  {
    sid: "TagInstances",
    purpose:
      "Lets Elastic Beanstalk tag what a launch template starts, addresses and security groups when they are created",
    actions: ["ec2:CreateTags"],
    resources: () => ["*"],
    anyResource: "The condition allows it for what is just being created.",
    conditions: () => ({
      StringEquals: {
        "ec2:CreateAction": ["AllocateAddress", "CreateLaunchTemplate", "RunInstances"],
      },
    }),
    unlogged: [{ reason: cloudFormation, actions: "all" }],
  },
  {
    sid: "ChangeInstances",
    purpose: "Lets Elastic Beanstalk end instances, and change their address; releases those of NAT gateways",
    actions: [
      "ec2:AssociateAddress",
      "ec2:DisassociateAddress",
      "ec2:ReleaseAddress",
      "ec2:RebootInstances",
      "ec2:TerminateInstances",
    ],
    resources: (scope) => toArns(scope, "ec2", "elastic-ip/*", "instance/*", "network-interface/*"),
    conditions: hasTags,
    unlogged: [
      {
        reason: cloudFormation,
        actions: ["ec2:AssociateAddress", "ec2:RebootInstances"],
      },
    ],
  },
  {
    sid: "AllocateAddress",
    purpose: "Lets CloudFormation allocate the address of a single instance",
    actions: ["ec2:AllocateAddress"],
    resources: (scope) => toArns(scope, "ec2", "elastic-ip/*"),
    anyResource: "A new address is none of another stack.",
    conditions: viaCloudFormation,
    unlogged: [{ reason: cloudFormation, actions: "all" }],
  },
  {
    sid: "ChangeLoadBalancer",
    purpose: "Lets Elastic Beanstalk change the load balancer and the targets of the web environment",
    actions: [
      "elasticloadbalancing:DeleteLoadBalancer",
      "elasticloadbalancing:DeleteTargetGroup",
      "elasticloadbalancing:DeregisterTargets",
      "elasticloadbalancing:ModifyLoadBalancerAttributes",
      "elasticloadbalancing:ModifyTargetGroup",
      "elasticloadbalancing:ModifyTargetGroupAttributes",
      "elasticloadbalancing:RegisterTargets",
      "elasticloadbalancing:SetSecurityGroups",
      "elasticloadbalancing:SetSubnets",
    ],
    resources: (scope) =>
      toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*", "targetgroup/awseb-*"),
    conditions: hasTags,
    unlogged: [{ reason: cloudFormation, actions: "all" }],
  },
  {
    sid: "CreateLoadBalancer",
    purpose: "Lets CloudFormation create the load balancer, and change its listeners, which have no tags",
    actions: [
      "elasticloadbalancing:AddTags",
      "elasticloadbalancing:CreateLoadBalancer",
      "elasticloadbalancing:CreateTargetGroup",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:ModifyListener",
    ],
    resources: (scope) =>
      toArns(
        scope,
        "elasticloadbalancing",
        "loadbalancer/app/awseb-*",
        "listener/app/awseb-*",
        "targetgroup/awseb-*",
      ),
    anyResource: "CloudFormation changes the listeners of the stacks alone that the caller may change.",
    conditions: viaCloudFormation,
    unlogged: [{ reason: cloudFormation, actions: "all" }],
  },
];

/** The rest of it: queues, alarms, logs, files and descriptions. */
export const elasticBeanstalkFiles: Permission[] = [
  {
    sid: "BeanstalkQueuesAndAlarms",
    purpose: "Lets CloudFormation change the idle queue, the table and the alarms of the environments",
    actions: [
      "cloudwatch:DeleteAlarms",
      "cloudwatch:PutMetricAlarm",
      "dynamodb:CreateTable",
      "dynamodb:DeleteTable",
      "dynamodb:DescribeTable",
      "dynamodb:TagResource",
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:GetQueueAttributes",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
    ],
    resources: (scope) => [
      ...toArns(scope, "cloudwatch", "alarm:awseb-*"),
      ...toArns(scope, "dynamodb", "table/awseb-e-*"),
      ...toArns(scope, "sqs", "awseb-e-*"),
    ],
    anyResource: "They have no data: the application does not use them.",
    conditions: viaCloudFormation,
    unlogged: [{ reason: cloudFormation, actions: "all" }],
  },
  {
    sid: "BeanstalkLogGroups",
    purpose: "Lets Elastic Beanstalk create the log groups of the environments",
    actions: ["logs:CreateLogGroup", "logs:DeleteLogGroup", "logs:PutRetentionPolicy"],
    resources: (scope) =>
      toArns(
        scope,
        "logs",
        ...named(scope, "", "-*").map((name) => `log-group:/aws/elasticbeanstalk/${name}/*`),
      ),
    unlogged: [{ reason: "Elastic Beanstalk streams logs with its caller's permissions.", actions: "all" }],
  },
  {
    sid: "DescribeForBeanstalk",
    purpose: "Lets Elastic Beanstalk and CloudFormation describe what they change",
    actions: [
      "acm:DescribeCertificate",
      "autoscaling:DescribeAutoScalingGroups",
      "autoscaling:DescribeAutoScalingInstances",
      "autoscaling:DescribeScalingActivities",
      "autoscaling:DescribeScheduledActions",
      "cloudwatch:DescribeAlarms",
      "ec2:DescribeAccountAttributes",
      "ec2:DescribeAddresses",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeImages",
      "ec2:DescribeInstances",
      "ec2:DescribeKeyPairs",
      "ec2:DescribeLaunchTemplateVersions",
      "ec2:DescribeLaunchTemplates",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcs",
      "elasticloadbalancing:DescribeListeners",
      "elasticloadbalancing:DescribeLoadBalancerAttributes",
      "elasticloadbalancing:DescribeLoadBalancers",
      "elasticloadbalancing:DescribeTags",
      "elasticloadbalancing:DescribeTargetGroupAttributes",
      "elasticloadbalancing:DescribeTargetGroups",
      "elasticloadbalancing:DescribeTargetHealth",
      "logs:DescribeLogGroups",
    ],
    resources: () => ["*"],
    anyResource:
      "The actions have no resources, or Elastic Beanstalk asks for all. They describe, without data.",
    unlogged: [
      { reason: "Elastic Beanstalk describes resources with its caller's permissions.", actions: "all" },
    ],
  },
  {
    sid: "BeanstalkFiles",
    purpose: "Lets Elastic Beanstalk store files and source bundles for the environments in its bucket",
    actions: ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
    resources: (scope) =>
      toBucketArns(
        scope,
        `${getBeanstalkBucketName(scope)}/${getApplicationName(scope)}/*`,
        ...getEnvironmentFolders(scope),
      ),
    anyResource:
      "Folders have the ids of environments. Give `environmentIds` once there are environments; before, the folders of all environments are allowed.",
    unlogged: [{ reason: "Elastic Beanstalk stores files with its caller's permissions.", actions: "all" }],
  },
  {
    sid: "BeanstalkBucket",
    purpose: "Lets Elastic Beanstalk find its bucket, or create it in an account without one",
    actions: ["s3:CreateBucket", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:ListBucket"],
    resources: (scope) => toBucketArns(scope, getBeanstalkBucketName(scope)),
    // Without PutBucketPolicy: who may change the policy of the bucket may read the bundles of all stacks.
    anyResource: "The bucket belongs to all environments of the account and region.",
    unlogged: [
      { reason: "Elastic Beanstalk looks for its bucket with its caller's permissions.", actions: "all" },
    ],
  },
];
