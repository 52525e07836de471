import { EventRule, EventTarget } from "@pulumi/aws/cloudwatch";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import { EventSubscription } from "@pulumi/aws/rds";
import * as pulumi from "@pulumi/pulumi";
import { getIdentity, type IdentityArgs } from "../identity";
import type { Instructions } from "../instructions";
import { policyDocument } from "../policy-documents";
import { getKeyArn } from "../arns";
import { createServiceRole } from "../service-role";

/** Where the events go, and the common arguments of what sends them there. */
interface EventArgs {
  /** The beginning of the names. */
  namePrefix: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
  tags: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
}

/**
 * Categories of events that an operator has to know of, without those of backups, creation and restoring. "configuration
 * change", "failure" and "maintenance" are the ones that Security Hub's RDS.20 expects.
 */
const databaseEvents = [
  "availability",
  "configuration change",
  "deletion",
  "failover",
  "failure",
  "low storage",
  "maintenance",
  "notification",
  "recovery",
  "security patching",
];

/** Categories with the events of an instance that is stopped and started. */
const nightlyEvents = ["availability", "notification"];

/** Sends the events of the RDS instance to the topic. */
export function createDatabaseEvents(
  name: string,
  {
    namePrefix,
    topicArn,
    tags,
    database,
    sleeps,
  }: EventArgs & { database: pulumi.Input<string>; sleeps: boolean },
  parent: pulumi.Resource,
): void {
  new EventSubscription(
    `${name}-database-events`,
    {
      name: pulumi.interpolate`${namePrefix}-database-events`,
      snsTopic: topicArn,
      sourceType: "db-instance",
      sourceIds: [database],
      eventCategories: databaseEvents.filter((category) => !(sleeps && nightlyEvents.includes(category))),
      tags,
    },
    { parent, deleteBeforeReplace: true },
  );
}

/**
 * Sends what fails in the environments of an application to the topic: creation, update, termination, managed update.
 * Elastic Beanstalk's own notifications (aws:elasticbeanstalk:sns:topics) have every event.
 */
export function createDeploymentEvents(
  name: string,
  args: EventArgs &
    IdentityArgs & {
      applicationName: pulumi.Input<string>;
      kmsKey: string | undefined;
      instructions: Instructions;
    },
  parent: pulumi.Resource,
): void {
  const { namePrefix, topicArn, tags, applicationName, instructions } = args;
  const rule = new EventRule(
    `${name}-deployment-events`,
    {
      name: pulumi.interpolate`${namePrefix}-deployment-events`,
      description: "Failed operations of Elastic Beanstalk",
      // https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.eventbridge.html: a failed managed update is INFO.
      eventPattern: pulumi.jsonStringify({
        source: ["aws.elasticbeanstalk"],
        detail: {
          ApplicationName: [applicationName],
          $or: [{ Severity: ["ERROR", "FATAL"] }, { Status: [{ suffix: "failed" }] }],
        },
      }),
      tags,
    },
    { parent, deleteBeforeReplace: true },
  );
  // A topic's policy cannot have conditions for EventBridge, so a role publishes:
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
  const account = getCallerIdentityOutput({}, { parent }).accountId;
  const { role } = createServiceRole(
    `${name}-events`,
    {
      service: "events.amazonaws.com",
      condition: { StringEquals: { "aws:SourceAccount": account }, ArnEquals: { "aws:SourceArn": rule.arn } },
      ...getIdentity(args),
      tags,
    },
    parent,
  );
  const policy = new iam.RolePolicy(
    `${name}-events-publish`,
    {
      role: role.name,
      policy: policyDocument(
        { Effect: "Allow", Action: "sns:Publish", Resource: topicArn },
        ...(args.kmsKey === undefined
          ? []
          : [
              {
                Effect: "Allow",
                Action: ["kms:Decrypt", "kms:GenerateDataKey"],
                Resource: getKeyArn(args.kmsKey, parent),
              },
            ]),
      ),
    },
    { parent },
  );
  new EventTarget(
    `${name}-deployment-events-target`,
    {
      rule: rule.name,
      // Otherwise the rule would have two targets after it was created again.
      targetId: "alarms",
      arn: topicArn,
      roleArn: role.arn,
      inputTransformer: {
        inputPaths: {
          environment: "$.detail.EnvironmentName",
          status: "$.detail.Status",
          message: "$.detail.Message",
        },
        // A JSON text, since EventBridge's templates are JSON.
        inputTemplate: JSON.stringify(
          `<environment>: <status>. <message> Find the cause: eb events <environment>, eb logs <environment>${instructions.documents === undefined ? "" : `; ${instructions.documents}/alarms.md`}.`,
        ),
      },
    },
    { parent, dependsOn: policy, deleteBeforeReplace: true },
  );
}
