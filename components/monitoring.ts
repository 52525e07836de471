import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { withDefaults } from "./defaults";
import { getAlarms, getDashboardBody } from "./monitoring/alarms";
import { getLoadBalancerName } from "./load-balancer-name";
import { getOutputs } from "./outputs";
import { getRegion } from "./region";

/** The monitored resources, and the recipient of the alarms. */
export interface MonitoringArgs {
  /**
   * Name of the dashboard, and the beginning of the names of the topic and the alarms; unique in the account.
   *
   * @changing Replaces the dashboard and the alarms. A topic keeps its name, so that its subscriptions stay confirmed.
   */
  dashboardName: pulumi.Input<string>;
  /**
   * E-mail address that gets the alarms. AWS sends it a link to confirm the subscription.
   *
   * @default none: alarms show in CloudWatch only
   * @changing Replaces the subscription, which has to be confirmed again.
   */
  alarmEmail?: pulumi.Input<string>;
  /**
   * Identifier of the RDS instance.
   *
   * @changing In place.
   */
  databaseIdentifier: pulumi.Input<string>;
  /**
   * Class of the RDS instance. The alarm on connections is raised at two thirds of what the class allows by default.
   *
   * @default unknown, as for a class that is not known: an alarm at 300 connections
   * @changing In place.
   */
  databaseInstanceClass?: pulumi.Input<string>;
  /**
   * GiB of free storage below which an alarm is raised.
   *
   * @default 5
   * @changing In place.
   */
  minFreeStorage?: number;
  /**
   * Name of the Celery queue.
   *
   * @changing In place.
   */
  queueName: pulumi.Input<string>;
  /**
   * Name of the dead-letter queue. The first message in it raises an alarm.
   *
   * @changing In place.
   */
  deadLetterQueueName: pulumi.Input<string>;
  /**
   * Name of the web environment.
   *
   * @changing In place.
   */
  webEnvironmentName: pulumi.Input<string>;
  /**
   * Name of the worker environment.
   *
   * @changing In place.
   */
  workerEnvironmentName: pulumi.Input<string>;
  /**
   * ARN of the web environment's load balancer.
   *
   * @default none: no alarm on the application's errors
   * @changing In place.
   */
  loadBalancerArn?: pulumi.Input<string>;
  /**
   * Whether the application is in maintenance: the alarms that it would raise notify no one.
   *
   * @default false
   * @changing In place.
   */
  maintenance?: boolean;
  /**
   * Tags of the topic and the alarms.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link MonitoringArgs}. */
export const monitoringDefaults = { minFreeStorage: 5, maintenance: false } satisfies Partial<MonitoringArgs>;

/** CloudWatch alarms that notify an SNS topic, and a dashboard of their metrics. */
export class Monitoring extends pulumi.ComponentResource {
  /** ARN of the SNS topic that the alarms notify, for further subscribers. */
  readonly topicArn: pulumi.Output<string>;
  /** URL of the dashboard in the CloudWatch console. */
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Monitoring", name, {}, opts);
    const settings = withDefaults(args, monitoringDefaults);
    const parent = { parent: this };

    // Derived names: after an interrupted update, AWS returns the topic and overwrites the alarms that it has already.
    const getName = (part: string) => pulumi.interpolate`${settings.dashboardName}-${part}`;
    const topic = new sns.Topic(
      `${name}-alarms`,
      { name: getName("alarms"), tags: settings.tags },
      { ...parent, deleteBeforeReplace: true, ignoreChanges: ["name"] },
    );
    if (settings.alarmEmail !== undefined) {
      new sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: settings.alarmEmail },
        // An address has one subscription to a topic: creating it again returns the one that is still to be deleted.
        { ...parent, deleteBeforeReplace: true },
      );
    }
    const region = getRegion(this);
    const alarms = getAlarms(
      {
        database: settings.databaseIdentifier,
        queue: settings.queueName,
        deadLetterQueue: settings.deadLetterQueueName,
        webEnvironment: settings.webEnvironmentName,
        workerEnvironment: settings.workerEnvironmentName,
        loadBalancer: settings.loadBalancerArn && getLoadBalancerName(settings.loadBalancerArn),
      },
      {
        minFreeStorage: settings.minFreeStorage,
        databaseInstanceClass: settings.databaseInstanceClass,
        region,
        stack: pulumi.getStack(),
      },
    );
    for (const { name: alarmName, description, raisedByMaintenance, ...alarm } of alarms) {
      new cloudwatch.MetricAlarm(
        `${name}-${alarmName}`,
        {
          ...alarm,
          name: getName(alarmName),
          alarmDescription: description,
          treatMissingData: "notBreaching",
          actionsEnabled: raisedByMaintenance && settings.maintenance ? false : undefined,
          alarmActions: [topic.arn],
          okActions: [topic.arn],
          tags: settings.tags,
        },
        { ...parent, deleteBeforeReplace: true },
      );
    }

    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: settings.dashboardName,
        dashboardBody: pulumi.jsonStringify(getDashboardBody(alarms, region)),
      },
      { ...parent, deleteBeforeReplace: true },
    );

    this.topicArn = topic.arn;
    this.dashboardUrl = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs(getOutputs(this));
  }
}
