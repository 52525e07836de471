import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as sns from "@pulumi/aws/sns";
import * as pulumi from "@pulumi/pulumi";
import { AlarmRule, alarmRules, dashboardBody, Watched } from "./monitoring/rules";
import { regionOf } from "./region";

/** What is watched, and who hears of it. */
export interface MonitoringArgs {
  /** Name of the dashboard. */
  dashboardName: pulumi.Input<string>;
  /** Who gets the alarms; AWS asks the address to confirm. Default: nobody, and the alarms show in CloudWatch only. */
  alarmEmail?: pulumi.Input<string>;
  databaseIdentifier: pulumi.Input<string>;
  /** Free storage below which an alarm goes off, in GiB. Default 5. */
  minFreeStorage?: number;
  queueName: pulumi.Input<string>;
  deadLetterQueueName: pulumi.Input<string>;
  webEnvironmentName: pulumi.Input<string>;
  workerEnvironmentName: pulumi.Input<string>;
  /** The web environment's load balancer; default: it has none. */
  loadBalancerArn?: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Alarms with a topic, and one dashboard. */
export class Monitoring extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;
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
