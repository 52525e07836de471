import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { AlarmRule, alarmRules, dashboardBody, Watched } from "./monitoring/rules";
import { regionOf } from "./region";

/** What is watched, and who hears of it. */
export interface MonitoringArgs {
  /** Name of the dashboard, unique in the account. Changing it replaces the dashboard. */
  dashboardName: pulumi.Input<string>;
  /** Who gets the alarms; AWS asks the address to confirm. Default: nobody, and the alarms show in CloudWatch only. */
  alarmEmail?: pulumi.Input<string>;
  /** Identifier of the RDS instance. */
  databaseIdentifier: pulumi.Input<string>;
  /** Free storage below which an alarm goes off, in GiB. Default 5. */
  minFreeStorage?: number;
  /** Name of the Celery queue. */
  queueName: pulumi.Input<string>;
  /** Name of its dead-letter queue: an alarm goes off with the first message in it. */
  deadLetterQueueName: pulumi.Input<string>;
  /** Name of the web environment. */
  webEnvironmentName: pulumi.Input<string>;
  /** Name of the worker environment. */
  workerEnvironmentName: pulumi.Input<string>;
  /** ARN of the web environment's load balancer. Default: it has none. */
  loadBalancerArn?: pulumi.Input<string>;
  /** Tags of topic and alarms. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Alarms with a topic, and one dashboard. */
export class Monitoring extends pulumi.ComponentResource {
  /** The SNS topic of the alarms, for more subscribers. */
  readonly topicArn: pulumi.Output<string>;
  /** The dashboard in CloudWatch's console. */
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Monitoring", name, {}, opts);
    const { tags } = args;
    const parent = { parent: this };

    const topic = new sns.Topic(`${name}-alarms`, { tags }, parent);
    if (args.alarmEmail !== undefined) {
      new sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: args.alarmEmail },
        parent,
      );
    }
    const watched: Watched = {
      database: args.databaseIdentifier,
      queue: args.queueName,
      deadLetterQueue: args.deadLetterQueueName,
      webEnvironment: args.webEnvironmentName,
      workerEnvironment: args.workerEnvironmentName,
      // CloudWatch knows a load balancer by the end of its ARN, from "app/" on.
      loadBalancer:
        args.loadBalancerArn === undefined
          ? undefined
          : pulumi.output(args.loadBalancerArn).apply((arn) => arn.replace(/^.*:loadbalancer\//, "")),
    };
    const rules = alarmRules(watched, args.minFreeStorage ?? 5);
    for (const rule of rules) {
      alarm(`${name}-${rule.name}`, rule, topic, tags, this);
    }

    const region = regionOf(this);
    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: args.dashboardName,
        dashboardBody: pulumi.jsonStringify(dashboardBody(rules, region)),
      },
      parent,
    );

    this.topicArn = topic.arn;
    this.dashboardUrl = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs({ topicArn: this.topicArn, dashboardUrl: this.dashboardUrl });
  }
}

function alarm(
  name: string,
  rule: AlarmRule,
  topic: sns.Topic,
  tags: MonitoringArgs["tags"],
  parent: pulumi.Resource,
): void {
  new cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: rule.description,
      namespace: rule.namespace,
      metricName: rule.metric,
      dimensions: rule.dimensions,
      statistic: rule.statistic,
      period: rule.period,
      evaluationPeriods: rule.periods,
      comparisonOperator: rule.below ? "LessThanThreshold" : "GreaterThanThreshold",
      threshold: rule.threshold,
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
      tags,
    },
    { parent },
  );
}
