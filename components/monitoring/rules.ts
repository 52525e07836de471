import * as pulumi from "@pulumi/pulumi";

/** Names of what is watched, as CloudWatch knows them. */
export interface Watched {
  database: pulumi.Input<string>;
  queue: pulumi.Input<string>;
  deadLetterQueue: pulumi.Input<string>;
  webEnvironment: pulumi.Input<string>;
  workerEnvironment: pulumi.Input<string>;
  /** Undefined where the web environment has none. */
  loadBalancer: pulumi.Input<string> | undefined;
}

/** A metric and when it is alarming. */
export interface AlarmRule {
  name: string;
  /** What is wrong and what to do, for somebody who is woken by it. */
  description: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: "Average" | "Maximum" | "Minimum" | "Sum";
  /** Seconds. */
  period: number;
  /** Periods in a row. */
  periods: number;
  threshold: number;
  /** Alarming below the threshold and not above it. */
  below?: boolean;
}

const GiB = 2 ** 30;

/** Everything that somebody should hear of. */
export function alarmRules(watched: Watched, minFreeStorage: number): AlarmRule[] {
  const rds = { namespace: "AWS/RDS", dimensions: { DBInstanceIdentifier: watched.database }, period: 300 };
  const queue = { namespace: "AWS/SQS", dimensions: { QueueName: watched.queue }, period: 300 };
  const health = (name: string, environment: pulumi.Input<string>): AlarmRule => ({
    name: `${name}-health`,
    description: `The ${name} environment is degraded or worse for a quarter of an hour. See: eb health, eb logs`,
    namespace: "AWS/ElasticBeanstalk",
    metric: "EnvironmentHealth",
    dimensions: { EnvironmentName: environment },
    statistic: "Maximum",
    period: 300,
    periods: 3,
    // 0 ok, 1 info, 5 unknown, 10 no data, 15 warning, 20 degraded, 25 severe (Developer Guide, "Enhanced health metrics").
    threshold: 15,
  });
  return [
    {
      ...rds,
      name: "database-storage",
      description: `Less than ${minFreeStorage} GiB of database storage are free. Raise database.maxAllocatedStorage`,
      metric: "FreeStorageSpace",
      statistic: "Minimum",
      periods: 1,
      threshold: minFreeStorage * GiB,
      below: true,
    },
    {
      ...rds,
      name: "database-cpu",
      description:
        "The database has been busy for half an hour. Look at its slow queries, or raise database.instanceClass",
      metric: "CPUUtilization",
      statistic: "Average",
      periods: 6,
      threshold: 85,
    },
    {
      ...rds,
      name: "database-connections",
      description: "More connections than a db.t3.medium comfortably takes (it allows about 400)",
      metric: "DatabaseConnections",
      statistic: "Maximum",
      periods: 2,
      threshold: 300,
    },
    {
      ...queue,
      name: "queue-age",
      description: "A task has waited for an hour. Are the workers alive, and is worker.maxSize enough?",
      metric: "ApproximateAgeOfOldestMessage",
      statistic: "Maximum",
      periods: 1,
      threshold: 3600,
    },
    {
      ...queue,
      name: "dead-letters",
      description: "Tasks could not be worked off and lie in the dead-letter queue",
      dimensions: { QueueName: watched.deadLetterQueue },
      metric: "ApproximateNumberOfMessagesVisible",
      statistic: "Maximum",
      periods: 1,
      threshold: 0,
    },
    health("web", watched.webEnvironment),
    health("worker", watched.workerEnvironment),
    ...(watched.loadBalancer === undefined
      ? []
      : [
          {
            name: "web-errors",
            description:
              "The application answered more than 10 requests in 5 minutes with an error of its own (5xx)",
            namespace: "AWS/ApplicationELB",
            metric: "HTTPCode_Target_5XX_Count",
            dimensions: { LoadBalancer: watched.loadBalancer },
            statistic: "Sum" as const,
            period: 300,
            periods: 1,
            threshold: 10,
          },
        ]),
  ];
}

/** A dashboard with a graph of each metric that has an alarm, and the line where the alarm begins. */
export function dashboardBody(rules: AlarmRule[], region: pulumi.Input<string>) {
  const columns = 3;
  const [width, height] = [24 / columns, 6];
  return {
    widgets: rules.map((rule, index) => ({
      type: "metric",
      x: (index % columns) * width,
      y: Math.floor(index / columns) * height,
      width,
      height,
      properties: {
        title: rule.name,
        region,
        view: "timeSeries",
        stat: rule.statistic,
        period: rule.period,
        metrics: [[rule.namespace, rule.metric, ...Object.entries(rule.dimensions).flat()]],
        annotations: { horizontal: [{ label: "alarm", value: rule.threshold }] },
      },
    })),
  };
}
