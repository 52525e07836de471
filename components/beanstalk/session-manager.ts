import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LogGroup } from "@pulumi/aws/cloudwatch";
import { Document } from "@pulumi/aws/ssm/document";
import * as pulumi from "@pulumi/pulumi";
import { getArn, getKeyArn } from "../arns";

interface SessionManagerArgs {
  applicationName: pulumi.Input<string>;
  /** Whether sessions are allowed. */
  enabled: boolean;
  logRetentionDays: pulumi.Input<number>;
  logKmsKey: string | undefined;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Creates what sessions with the instances need: a document, which runs commands in the application's environment, and a
 * log group. The logs of earlier sessions stay when sessions are turned off.
 *
 * @returns The statements that allow an instance's agent to open sessions and to write their logs; none if sessions are off.
 */
export function createSessionManager(
  name: string,
  { applicationName, enabled, logRetentionDays, logKmsKey, tags }: SessionManagerArgs,
  parent: pulumi.Resource,
): pulumi.Input<object>[] {
  const logGroup = new LogGroup(
    `${name}-session-log`,
    {
      name: pulumi.interpolate`/${applicationName}/sessions`,
      retentionInDays: logRetentionDays,
      kmsKeyId: logKmsKey && getKeyArn(logKmsKey, parent),
      tags,
    },
    { parent, deleteBeforeReplace: true },
  );
  if (!enabled) {
    return [];
  }
  new Document(
    `${name}-session`,
    {
      name: pulumi.interpolate`${applicationName}-session`,
      documentType: "Session",
      documentFormat: "JSON",
      content: pulumi.jsonStringify(getSessionDocument(logGroup.name)),
      tags,
    },
    // Documents of this schema cannot be updated, and their names are unique.
    { parent, deleteBeforeReplace: true, replaceOnChanges: ["content"] },
  );
  return getAgentStatements(logGroup.name, parent);
}

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-schema.html */
function getSessionDocument(logGroupName: pulumi.Input<string>): object {
  return {
    schemaVersion: "1.0",
    description: "Runs a command in the application's environment",
    sessionType: "InteractiveCommands",
    parameters: {
      arguments: {
        type: "String",
        description: "The command, quoted for a shell and encoded as Base64. The default is bash",
        default: Buffer.from("bash").toString("base64"),
        // Nothing that the shell could read as a command before it is decoded.
        allowedPattern: "^[A-Za-z0-9+/]+=*$",
      },
      user: {
        type: "String",
        description: "Who runs it: the application's user in its environment, or root on the instance",
        default: "application",
        allowedValues: ["application", "root"],
      },
    },
    inputs: {
      cloudWatchLogGroupName: logGroupName,
      // The agent would look for the group's KMS key, which needs no permission of the instance.
      cloudWatchEncryptionEnabled: false,
      cloudWatchStreamingEnabled: true,
      idleSessionTimeout: "20",
    },
    properties: {
      linux: { commands: readFileSync(join(__dirname, "session", "run"), "utf8"), runAsElevated: true },
    },
  };
}

/**
 * Returns what Systems Manager's agent needs for sessions and their logs. AmazonSSMManagedInstanceCore would also allow
 * reading every parameter of the account. The agent does not use ec2messages once it has its channel of ssmmessages
 * (https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html).
 */
function getAgentStatements(
  logGroupName: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Input<object>[] {
  return [
    {
      Sid: "Sessions",
      Effect: "Allow",
      Action: [
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      // These actions have no resources.
      Resource: "*",
    },
    {
      Sid: "SessionLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: getArn("logs", pulumi.interpolate`log-group:${logGroupName}:*`, parent),
    },
    // The agent looks for its group in the list of all groups.
    {
      Sid: "SessionLogGroup",
      Effect: "Allow",
      Action: "logs:DescribeLogGroups",
      Resource: getArn("logs", "log-group:*", parent),
    },
  ];
}
