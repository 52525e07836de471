import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policy-documents";
import { createServiceRole, type ServiceRole } from "../service-role";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/**
 * Creates the role with which Elastic Beanstalk monitors and updates the environments
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-servicerole.html).
 */
export function createBeanstalkRole(
  name: string,
  tags: Tags | undefined,
  parent: pulumi.Resource,
): ServiceRole {
  return createServiceRole(
    name,
    {
      service: "elasticbeanstalk.amazonaws.com",
      condition: { StringEquals: { "sts:ExternalId": "elasticbeanstalk" } },
      managedPolicies: [
        "service-role/AWSElasticBeanstalkEnhancedHealth",
        "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
      ],
      tags,
    },
    parent,
  );
}

interface InstanceRoleArgs {
  /** ARNs of the parameters that the instances read when they start. */
  secretArns: pulumi.Input<string>[];
  /** Further IAM statements. */
  statements?: pulumi.Input<object>[];
  tags?: Tags;
}

/** Creates the role of an environment's instances, with its instance profile. */
export function createInstanceRole(
  name: string,
  args: InstanceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole & { profile: iam.InstanceProfile } {
  const { role, policies } = createServiceRole(
    name,
    { service: "ec2.amazonaws.com", managedPolicies: ["AWSElasticBeanstalkWebTier"], tags: args.tags },
    parent,
  );
  const statements = [
    ...(args.secretArns.length > 0
      ? [{ Effect: "Allow", Action: ["ssm:GetParameter", "ssm:GetParameters"], Resource: args.secretArns }]
      : []),
    ...(args.statements ?? []),
  ];
  const own =
    statements.length > 0
      ? [
          new iam.RolePolicy(
            `${name}-policy`,
            { role: role.name, policy: policyDocument(...statements) },
            { parent },
          ),
        ]
      : [];
  const profile = new iam.InstanceProfile(
    `${name}-profile`,
    { role: role.name, tags: args.tags },
    { parent },
  );
  return { role, policies: [...policies, ...own], profile };
}

/**
 * Returns what the worker tier needs beyond the web tier: access to its daemon's own queue, leader election for periodic
 * tasks, and metrics. The managed policy AWSElasticBeanstalkWorkerTier grants the queue actions on every queue of the
 * account, including the Celery queue; these statements grant them on Elastic Beanstalk's own queues only.
 */
export function getWorkerStatements(parent: pulumi.Resource): object[] {
  const { accountId } = getCallerIdentityOutput({}, { parent });
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
      Resource: pulumi.interpolate`arn:aws:sqs:*:${accountId}:awseb-e-*`,
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
      Resource: pulumi.interpolate`arn:aws:dynamodb:*:${accountId}:table/*-stack-AWSEBWorkerCronLeaderRegistry*`,
    },
    { Sid: "Metrics", Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
  ];
}
