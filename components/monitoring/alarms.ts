import * as pulumi from "@pulumi/pulumi";
import { getMaxConnections } from "./connections";

/** Names of the monitored resources, as CloudWatch knows them. */
export interface MonitoredResources {
  database: pulumi.Input<string>;
  queue: pulumi.Input<string>;
  deadLetterQueue: pulumi.Input<string>;
  webEnvironment: pulumi.Input<string>;
  workerEnvironment: pulumi.Input<string>;
  /** Undefined where the web environment has none. */
  loadBalancer: pulumi.Input<string> | undefined;
}

/** An alarm on one metric. */
export interface Alarm {
  name: string;
  /** What happened and what to do next, for the person on call. */
  description: pulumi.Input<string>;
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  comparisonOperator: "GreaterThanThreshold" | "LessThanThreshold";
  threshold: pulumi.Input<number>;
  /** Seconds. */
  period: number;
  /** Consecutive periods. */
  evaluationPeriods: number;
  /** Whether maintenance raises it, which answers requests with 503 and pauses Celery. */
  raisedByMaintenance?: true;
}

/** What the thresholds and the commands in the descriptions depend on. */
export interface AlarmContext {
  /** GiB of free storage below which an alarm is raised. */
  minFreeStorage: number;
  databaseInstanceClass: pulumi.Input<string> | undefined;
  region: pulumi.Input<string>;
  stack: string;
}

const GiB = 2 ** 30;

/** Returns all alarms. */
export function getAlarms(resources: MonitoredResources, context: AlarmContext): Alarm[] {
  return [
    ...getDatabaseAlarms(resources, context),
    ...getQueueAlarms(resources, context),
    getHealthAlarm("web", resources.webEnvironment),
    getHealthAlarm("worker", resources.workerEnvironment),
    ...getLoadBalancerAlarms(resources),
  ];
}

function getDatabaseAlarms(
  { database }: MonitoredResources,
  { minFreeStorage, databaseInstanceClass, stack }: AlarmContext,
): Alarm[] {
  const common = {
    namespace: "AWS/RDS",
    dimensions: { DBInstanceIdentifier: database },
    comparisonOperator: "GreaterThanThreshold" as const,
    period: 300,
  };
  return [
    {
      ...common,
      name: "database-storage",
      description: `Less than ${minFreeStorage} GiB of the database's storage is free. Raise database.maxAllocatedStorage and run npx pulumi up -s ${stack}.`,
      metricName: "FreeStorageSpace",
      statistic: "Minimum",
      comparisonOperator: "LessThanThreshold",
      threshold: minFreeStorage * GiB,
      evaluationPeriods: 1,
    },
    {
      ...common,
      name: "database-cpu",
      description:
        "The database's CPU has been above 85 % for 30 minutes. Look for slow queries in the PostgreSQL log in CloudWatch, or choose a larger database.instanceClass.",
      metricName: "CPUUtilization",
      statistic: "Average",
      threshold: 85,
      evaluationPeriods: 6,
    },
    {
      ...common,
      ...getConnectionLimit(databaseInstanceClass),
      name: "database-connections",
      metricName: "DatabaseConnections",
      statistic: "Maximum",
      evaluationPeriods: 2,
    },
  ];
}

/** Threshold of connections for a class whose memory is not known. */
const unknownClassConnections = 300;

/** Returns two thirds of the connections that the class allows by default. */
function getConnectionLimit(
  instanceClass: pulumi.Input<string> = "",
): Pick<Alarm, "threshold" | "description"> {
  const limit = pulumi.output(instanceClass).apply((name) => {
    const maximum = getMaxConnections(name);
    return maximum === undefined
      ? { threshold: unknownClassConnections, note: "" }
      : {
          threshold: Math.floor((2 / 3) * maximum),
          note: `, of the ${maximum} that a ${name} allows by default`,
        };
  });
  return {
    threshold: limit.threshold,
    description: pulumi.interpolate`The database has had more than ${limit.threshold} connections${limit.note}, for 10 minutes. Look for clients that leave connections open (pg_stat_activity), or choose a larger database.instanceClass.`,
  };
}

function getQueueAlarms(
  { queue, deadLetterQueue, workerEnvironment }: MonitoredResources,
  { region, stack }: AlarmContext,
): Alarm[] {
  const common = {
    namespace: "AWS/SQS",
    statistic: "Maximum" as const,
    comparisonOperator: "GreaterThanThreshold" as const,
    period: 300,
    evaluationPeriods: 1,
  };
  return [
    {
      ...common,
      name: "queue-age",
      description: pulumi.interpolate`A task has been waiting in the queue for more than an hour. Check the worker environment: eb health ${workerEnvironment}. If it is healthy, raise worker.maxSize and run npx pulumi up -s ${stack}.`,
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue },
      threshold: 3600,
      raisedByMaintenance: true,
    },
    {
      ...common,
      name: "dead-letters",
      description: pulumi.interpolate`Tasks failed repeatedly and were moved to the dead-letter queue. Find the cause in the worker's logs (Elastic Beanstalk console, ${workerEnvironment}, Logs, Request logs, Full) and fix it, then move the tasks back: aws sqs start-message-move-task --region ${region} --source-arn ARN, where ARN is the ARN of queue ${deadLetterQueue}.`,
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: deadLetterQueue },
      threshold: 0,
    },
  ];
}

function getHealthAlarm(part: string, environment: pulumi.Input<string>): Alarm {
  return {
    name: `${part}-health`,
    description: pulumi.interpolate`The health of the ${part} environment has been Degraded or Severe for 15 minutes. Find the cause: eb health ${environment} and eb events ${environment}; docs/troubleshooting.md says where the logs are.`,
    namespace: "AWS/ElasticBeanstalk",
    metricName: "EnvironmentHealth",
    dimensions: { EnvironmentName: environment },
    statistic: "Maximum",
    comparisonOperator: "GreaterThanThreshold",
    // 15 is Warning, 20 Degraded, 25 Severe: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html.
    threshold: 15,
    period: 300,
    evaluationPeriods: 3,
    ...(part === "web" && { raisedByMaintenance: true }),
  };
}

function getLoadBalancerAlarms({ loadBalancer, webEnvironment }: MonitoredResources): Alarm[] {
  return loadBalancer === undefined
    ? []
    : [
        {
          name: "web-errors",
          description: pulumi.interpolate`The application answered more than 10 requests within 5 minutes with a server error (5xx). Find the exception in the web environment's logs: eb logs ${webEnvironment} --log-group var/log/web.stdout.log`,
          namespace: "AWS/ApplicationELB",
          metricName: "HTTPCode_Target_5XX_Count",
          dimensions: { LoadBalancer: loadBalancer },
          statistic: "Sum",
          comparisonOperator: "GreaterThanThreshold",
          threshold: 10,
          period: 300,
          evaluationPeriods: 1,
        },
      ];
}

/** Returns a dashboard with a graph of each alarm's metric, and a line at its threshold. */
export function getDashboardBody(alarms: Alarm[], region: pulumi.Input<string>) {
  const columns = 3;
  const [width, height] = [24 / columns, 6];
  return {
    widgets: alarms.map((alarm, index) => ({
      type: "metric",
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      width,
      height,
      properties: {
        title: alarm.name,
        region,
        view: "timeSeries",
        stat: alarm.statistic,
        period: alarm.period,
        metrics: [[alarm.namespace, alarm.metricName, ...Object.entries(alarm.dimensions).flat()]],
        annotations: { horizontal: [{ label: "alarm", value: alarm.threshold }] },
      },
    })),
  };
}
