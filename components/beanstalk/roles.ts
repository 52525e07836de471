import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { getArn, getBucketArn } from "../arns";
import { getIdentity, type IdentityArgs } from "../identity";
import { policyDocument } from "../policy-documents";
import { getRegion } from "../region";
import { createServiceRole, type ServiceRole } from "../service-role";
import type { InstanceStatement } from "./platform";

interface RoleArgs extends IdentityArgs {
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Creates the role with which Elastic Beanstalk monitors and updates the environments
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html).
 */
export function createBeanstalkRole(name: string, args: RoleArgs, parent: pulumi.Resource): ServiceRole {
  return createServiceRole(
    name,
    {
      service: "elasticbeanstalk.amazonaws.com",
      condition: { StringEquals: { "sts:ExternalId": "elasticbeanstalk" } },
      managedPolicies: [
        "service-role/AWSElasticBeanstalkEnhancedHealth",
        "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
      ],
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

export interface InstanceRoleArgs extends RoleArgs {
  applicationName: pulumi.Input<string>;
  environmentName: pulumi.Input<string>;
  /** ARN of the bucket of the first version. */
  bundleBucketArn: pulumi.Input<string>;
  /** ARNs of the parameters that the instances read when they start. */
  secretArns: pulumi.Input<string>[];
  /** Further IAM statements. */
  statements?: pulumi.Input<object>[];
  /** Statements of Systems Manager's agent, in a policy of their own; none if sessions are off. */
  sessionStatements: pulumi.Input<object>[];
  /** The configured statements, in a policy of their own. */
  ownStatements?: InstanceStatement[] | undefined;
}

/** Returns the names of the roles that `createInstanceRole` creates for a `Beanstalk` of this name, as a pattern of IAM. */
export function getInstanceRolePattern(name: string): string {
  return `${name}-*-instances-*`;
}

/** Creates the role of an environment's instances, with its instance profile. */
export function createInstanceRole(
  name: string,
  args: InstanceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole & { profile: iam.InstanceProfile } {
  const { rolePath: path, ownStatements = [], tags } = args;
  const { role } = createServiceRole(
    name,
    { service: "ec2.amazonaws.com", ...getIdentity(args), tags },
    parent,
  );
  const statements = [
    ...getInstanceStatements(args, parent),
    ...(args.secretArns.length > 0
      ? [{ Effect: "Allow", Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: args.secretArns }]
      : []),
    ...(args.statements ?? []),
  ];
  const createPolicy = (suffix: string, policy: pulumi.Input<string>) =>
    new iam.RolePolicy(`${name}-${suffix}`, { role: role.name, policy }, { parent });
  const policies = [
    createPolicy("policy", policyDocument(...statements)),
    ...(args.sessionStatements.length > 0
      ? [createPolicy("sessions", policyDocument(...args.sessionStatements))]
      : []),
    ...(ownStatements.length > 0
      ? [createPolicy("own", policyDocument(...ownStatements.map(toStatement)))]
      : []),
  ];
  const profile = new iam.InstanceProfile(`${name}-profile`, { role: role.name, path, tags }, { parent });
  return { role, policies, profile };
}

function toStatement({ effect = "Allow", actions, resources }: InstanceStatement): object {
  return { Effect: effect, Action: actions, Resource: resources };
}

/**
 * Returns what Elastic Beanstalk's agents on the instances need: the environment's files, log streams and health reports.
 *
 * These are the statements of AWSElasticBeanstalkWebTier
 * (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSElasticBeanstalkWebTier.html) on this application's
 * resources. Since version 9 the managed policy also allows Bedrock models and Marketplace subscriptions; it always allowed
 * the buckets of other regions and applications
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.iam.cross-env-s3-access.html). X-Ray is off.
 */
function getInstanceStatements(args: InstanceRoleArgs, parent: pulumi.Resource): pulumi.Input<object>[] {
  const { accountId } = getCallerIdentityOutput({}, { parent });
  const { applicationName, environmentName, bundleBucketArn } = args;
  // Elastic Beanstalk creates one bucket for all environments of a region, with a folder named by an environment's id, which
  // is not known before the environment exists.
  const bucketArn = getBucketArn(
    pulumi.interpolate`elasticbeanstalk-${getRegion(parent)}-${accountId}`,
    parent,
  );
  return [
    {
      Sid: "EnvironmentFiles",
      Effect: "Allow",
      Action: ["s3:Get*", "s3:List*", "s3:PutObject"],
      Resource: [bucketArn, pulumi.interpolate`${bucketArn}/resources/environments/*`],
    },
    {
      Sid: "SourceBundles",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectVersion"],
      Resource: [
        pulumi.interpolate`${bucketArn}/${applicationName}/*`,
        pulumi.interpolate`${bundleBucketArn}/*`,
      ],
    },
    {
      Sid: "LogStreams",
      Effect: "Allow",
      // The groups of the application's own files, which the overlay sends, are created by the agent.
      Action: [
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
        "logs:PutRetentionPolicy",
      ],
      Resource: getArn(
        "logs",
        pulumi.interpolate`log-group:/aws/elasticbeanstalk/${environmentName}/*`,
        parent,
      ),
    },
    {
      Sid: "HealthReports",
      Effect: "Allow",
      Action: "elasticbeanstalk:PutInstanceStatistics",
      Resource: [
        getArn("elasticbeanstalk", pulumi.interpolate`application/${applicationName}`, parent),
        getArn(
          "elasticbeanstalk",
          pulumi.interpolate`environment/${applicationName}/${environmentName}`,
          parent,
        ),
      ],
    },
  ];
}

/**
 * Returns what the worker tier needs beyond the web tier: access to its daemon's own queue, leader election for periodic
 * tasks, and metrics. The managed policy AWSElasticBeanstalkWorkerTier grants the queue actions on every queue of the
 * account, including the Celery queue; these statements grant them on Elastic Beanstalk's own queues only.
 */
export function getWorkerStatements(parent: pulumi.Resource): object[] {
  return [
    {
      Sid: "DaemonQueue",
      Effect: "Allow",
      Action: [
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessage",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "sqs:GetQueueAttributes",
      ],
      Resource: getArn("sqs", "awseb-e-*", parent, "*"),
    },
    {
      Sid: "LeaderElection",
      Effect: "Allow",
      Action: [
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:Query",
        "dynamodb:Scan",
        "dynamodb:UpdateItem",
      ],
      Resource: getArn("dynamodb", "table/*-stack-AWSEBWorkerCronLeaderRegistry*", parent, "*"),
    },
    { Sid: "Metrics", Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
  ];
}
