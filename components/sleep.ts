import * as iam from "@pulumi/aws/iam";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Schedule } from "@pulumi/aws/scheduler/schedule";
import * as pulumi from "@pulumi/pulumi";
import { getArn } from "./arns";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { getIdentity, type IdentityArgs } from "./identity";
import { policyDocument } from "./policy-documents";
import { createServiceRole } from "./service-role";
import {
  getSleepTimes,
  type SleepHoursArgs,
  sleepHoursDefaults,
  toSchedulerExpression,
  type WeeklyTime,
} from "./sleep-hours";

/** What sleeps, and when. */
export interface SleepArgs extends SleepHoursArgs, IdentityArgs {
  /**
   * Beginning of the names of the schedules, which are unique in the account and region.
   *
   * @changing Replaces the schedules.
   */
  namePrefix: pulumi.Input<string>;
  /**
   * Identifier of the RDS instance. It must have no read replica, which RDS does not stop.
   *
   * @changing In place.
   */
  databaseIdentifier: pulumi.Input<string>;
  /**
   * Names of the Auto Scaling groups of single-instance environments, by the end of the schedules' names. Elastic Beanstalk has
   * no scheduled actions for them; other environments sleep by their own (`schedule`).
   *
   * @default none
   * @changing In place; an added or removed one creates or deletes its schedules.
   */
  singleInstanceGroups?: Record<string, pulumi.Input<string>>;
  /**
   * Minutes after falling asleep at which the database is stopped: those that tasks take to finish.
   *
   * @default 10
   * @changing In place.
   */
  stopDelay?: number;
  /**
   * Tags of the role. Schedules have no tags.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link SleepArgs}. */
export const sleepDefaults = { ...sleepHoursDefaults, stopDelay: 10 } satisfies Partial<SleepArgs>;

/** What a schedule calls: an action of an AWS service, and its parameters by their names in the AWS SDK. */
interface Call {
  service: "autoscaling" | "rds";
  action: string;
  parameters: Record<string, pulumi.Input<string | number>>;
}

/**
 * Stops and starts a database, and ends and starts the instance of single-instance environments, with schedules of EventBridge
 * that call the services themselves: no code to maintain.
 */
export class Sleep extends pulumi.ComponentResource {
  /** Name of the role that the schedules use. */
  readonly roleName: pulumi.Output<string>;

  constructor(name: string, args: SleepArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Sleep", args);
    super("beo:index:Sleep", name, {}, opts);
    const settings = withDefaults(args, sleepDefaults);
    const { databaseIdentifier, namePrefix, singleInstanceGroups = {} } = settings;
    const times = getSleepTimes(settings, settings.stopDelay);
    const { role, policy } = createRole(name, settings, this);
    const { partition } = getPartitionOutput({}, { parent: this });
    const schedule = (part: string, at: WeeklyTime, { service, action, parameters }: Call) => {
      new Schedule(
        `${name}-${part}`,
        {
          name: pulumi.interpolate`${namePrefix}-${part}`,
          scheduleExpression: toSchedulerExpression(at),
          scheduleExpressionTimezone: "UTC",
          flexibleTimeWindow: { mode: "OFF" },
          target: {
            arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:${service}:${action}`,
            roleArn: role.arn,
            input: pulumi.jsonStringify(parameters),
            // An instance that is being changed can neither be stopped nor started.
            retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
          },
        },
        { parent: this, dependsOn: policy, deleteBeforeReplace: true },
      );
    };
    const database = { DbInstanceIdentifier: databaseIdentifier };
    schedule("database-stop", times.stopDatabase, {
      service: "rds",
      action: "stopDBInstance",
      parameters: database,
    });
    schedule("database-start", times.startDatabase, {
      service: "rds",
      action: "startDBInstance",
      parameters: database,
    });
    for (const [part, group] of Object.entries(singleInstanceGroups)) {
      const resize = (size: number): Call => ({
        service: "autoscaling",
        action: "updateAutoScalingGroup",
        parameters: { AutoScalingGroupName: group, MinSize: size, MaxSize: size, DesiredCapacity: size },
      });
      schedule(`${part}-sleep`, times.sleep, resize(0));
      schedule(`${part}-wake`, times.wake, resize(1));
    }
    this.roleName = role.name;
    this.registerOutputs({ roleName: this.roleName });
  }
}

/** Creates the role of the schedules, which may do what they do and nothing else. */
function createRole(name: string, args: SleepArgs, parent: pulumi.Resource) {
  const { databaseIdentifier, singleInstanceGroups = {}, tags } = args;
  const { role } = createServiceRole(
    `${name}-role`,
    {
      service: "scheduler.amazonaws.com",
      // https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
      condition: {
        StringEquals: { "aws:SourceAccount": getCallerIdentityOutput({}, { parent }).accountId },
        ArnEquals: { "aws:SourceArn": getArn("scheduler", "schedule-group/default", parent) },
      },
      ...getIdentity(args),
      tags,
    },
    parent,
  );
  const groups = Object.values(singleInstanceGroups).map((group) =>
    getArn("autoscaling", pulumi.interpolate`autoScalingGroup:*:autoScalingGroupName/${group}`, parent),
  );
  const policy = new iam.RolePolicy(
    `${name}-role-policy`,
    {
      role: role.name,
      policy: policyDocument(
        {
          Effect: "Allow",
          Action: ["rds:StartDBInstance", "rds:StopDBInstance"],
          Resource: getArn("rds", pulumi.interpolate`db:${databaseIdentifier}`, parent),
        },
        ...(groups.length === 0
          ? []
          : [{ Effect: "Allow", Action: "autoscaling:UpdateAutoScalingGroup", Resource: groups }]),
      ),
    },
    { parent },
  );
  return { role, policy };
}
