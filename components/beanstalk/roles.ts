import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { document } from "../policy-documents";
import { ServiceRole, serviceRole } from "../service-role";

type Tags = pulumi.Input<Record<string, pulumi.Input<string>>>;

/** The role by which Elastic Beanstalk watches and updates the environments (Developer Guide, "Service roles"). */
export function beanstalkRole(name: string, tags: Tags | undefined, parent: pulumi.Resource): ServiceRole {
  return serviceRole(
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
  /** ARNs of exactly the parameters that the instances read when they start. */
  secretArns: pulumi.Input<string>[];
  /** What else the instances may do: IAM statements. */
  statements?: pulumi.Input<object>[];
  tags?: Tags;
}

/** The role of an environment's instances, with its profile. */
export function instanceRole(
  name: string,
  args: InstanceRoleArgs,
  parent: pulumi.Resource,
): ServiceRole & { profile: iam.InstanceProfile } {
  const { role, policies } = serviceRole(
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
            { role: role.name, policy: document(...statements) },
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
 * What a worker's platform needs beyond a web instance's: the daemon's own queue, the leader election of periodic
 * tasks, and metrics. AWS's managed AWSElasticBeanstalkWorkerTier gives the queue actions on every queue of the
 * account, the Celery queue among them; here they are for Elastic Beanstalk's own queues only.
 */
export function workerStatements(parent: pulumi.Resource): object[] {
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
