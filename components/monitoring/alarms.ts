import * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "./alarm";
import { getDatabaseAlarms } from "./database-alarms";
import type { WithDefaults } from "../defaults";
import type { Instructions } from "../instructions";
import type { AlarmArgs, alarmDefaults } from "./settings";
import { getWebAlarms } from "./web-alarms";

/** Names of the monitored resources, as CloudWatch knows them. */
export interface MonitoredResources {
  database: pulumi.Input<string>;
  databaseInstanceClass: pulumi.Input<string> | undefined;
  queue: pulumi.Input<string>;
  deadLetterQueue: pulumi.Input<string>;
  webEnvironment: pulumi.Input<string>;
  workerEnvironment: pulumi.Input<string>;
  /** Undefined where the web environment has none. */
  loadBalancer: pulumi.Input<string> | undefined;
  /** The region of SES; undefined with another mail provider. */
  mailRegion: string | undefined;
  /** The Route 53 health check and the URL that it requests; undefined without one. */
  healthCheck: { id: pulumi.Input<string>; url: pulumi.Input<string> } | undefined;
}

/** What the thresholds and the commands in the descriptions depend on. */
export interface AlarmContext {
  thresholds: WithDefaults<AlarmArgs, typeof alarmDefaults>;
  region: pulumi.Input<string>;
  stack: string;
  instructions: Instructions;
}

/** The region of the metrics of Route 53: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html. */
export const healthCheckRegion = "us-east-1";

/** Returns all alarms. */
export function getAlarms(resources: MonitoredResources, context: AlarmContext): Alarm[] {
  return [
    ...getDatabaseAlarms(resources, context),
    ...getQueueAlarms(resources, context),
    getHealthAlarm("web", resources.webEnvironment, context),
    getHealthAlarm("worker", resources.workerEnvironment, context),
    ...getWebAlarms(resources, context),
    ...getMailAlarms(resources),
    ...getHealthCheckAlarms(resources, context),
  ];
}

function getQueueAlarms(
  { queue, deadLetterQueue, workerEnvironment }: MonitoredResources,
  { thresholds: { maxQueueAge }, stack, instructions }: AlarmContext,
): Alarm[] {
  const common = {
    comparisonOperator: "GreaterThanThreshold" as const,
    period: 300,
    evaluationPeriods: 1,
    // SQS reports nothing of a queue that was not used for six hours.
    treatMissingData: "notBreaching" as const,
  };
  const getMetric = (metricName: string, QueueName: pulumi.Input<string>) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName },
    statistic: "Maximum",
  });
  const { pulumiCommand, beoCommand, documents } = instructions;
  const redrive =
    beoCommand === undefined
      ? pulumi.interpolate`Then move the tasks back or delete them: start a redrive of queue ${deadLetterQueue}, or purge it`
      : pulumi.interpolate`Then move the tasks back or delete them: ${documents === undefined ? "" : `${documents}/alarms.md, "Dead-letter queue"; `}${beoCommand} status ${stack} prints the command for queue ${deadLetterQueue}`;
  return [
    {
      ...common,
      name: "queue-age",
      description: pulumi.interpolate`A task has been waiting in the queue for more than ${formatMinutes(maxQueueAge)}. Check the worker environment: eb health ${workerEnvironment}. If it is healthy, raise worker.maxSize and run ${pulumiCommand} up -s ${stack}.`,
      source: getMetric("ApproximateAgeOfOldestMessage", queue),
      threshold: 60 * maxQueueAge,
      raisedByMaintenance: true,
    },
    {
      ...common,
      name: "dead-letters",
      description: pulumi.interpolate`Tasks failed repeatedly and were moved to the dead-letter queue. Find the cause in the worker's logs: eb logs ${workerEnvironment} --log-group var/log/celery/worker.log. ${redrive}.`,
      source: getMetric("ApproximateNumberOfMessagesVisible", deadLetterQueue),
      threshold: 0,
    },
  ];
}

function formatMinutes(minutes: number): string {
  return minutes === 60 ? "an hour" : `${minutes} minutes`;
}

/** Returns the end of a sentence that names the document with the causes of failures. */
function seeTroubleshooting({ documents }: Instructions, says = ""): string {
  return documents === undefined ? "" : `; ${documents}/troubleshooting.md${says}`;
}

function getHealthAlarm(
  part: string,
  environment: pulumi.Input<string>,
  { instructions }: AlarmContext,
): Alarm {
  return {
    name: `${part}-health`,
    description: pulumi.interpolate`The health of the ${part} environment has been Degraded or Severe for 15 minutes. Find the cause: eb health ${environment} and eb events ${environment}${seeTroubleshooting(instructions, " says where the logs are")}.`,
    source: {
      namespace: "AWS/ElasticBeanstalk",
      metricName: "EnvironmentHealth",
      dimensions: { EnvironmentName: environment },
      statistic: "Maximum",
    },
    comparisonOperator: "GreaterThanThreshold",
    // 15 is Warning, 20 Degraded, 25 Severe: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html.
    threshold: 15,
    period: 300,
    evaluationPeriods: 3,
    treatMissingData: "missing",
    ...(part === "web" && { raisedByMaintenance: true }),
  };
}

/** SES reviews and pauses accounts, not identities, so the metrics have no dimensions. */
function getMailAlarms({ mailRegion }: MonitoredResources): Alarm[] {
  if (mailRegion === undefined) {
    return [];
  }
  const console = `https://console.aws.amazon.com/ses/home?region=${mailRegion}`;
  return [
    {
      name: "mail-bounces",
      metricName: "Reputation.BounceRate",
      threshold: 0.05,
      description: `5 % or more of the account's mail in ${mailRegion} bounced. SES reviews the account, and may pause all sending from 10 % on. Stop mail to addresses that do not exist: ${console}#/suppressions, ${console}#/reputation.`,
    },
    {
      name: "mail-complaints",
      metricName: "Reputation.ComplaintRate",
      threshold: 0.001,
      description: `Recipients marked 0.1 % or more of the account's mail in ${mailRegion} as spam. SES reviews the account, and may pause all sending from 0.5 % on. Stop mail that recipients did not ask for: ${console}#/suppressions, ${console}#/reputation.`,
    },
  ].map(({ metricName, ...alarm }) => ({
    ...alarm,
    source: { namespace: "AWS/SES", metricName, dimensions: {}, statistic: "Average" },
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    period: 3600,
    evaluationPeriods: 1,
    // SES calculates the rates again only after more mail.
    treatMissingData: "ignore",
    region: mailRegion,
  }));
}

function getHealthCheckAlarms(
  { healthCheck, webEnvironment }: MonitoredResources,
  { instructions }: AlarmContext,
): Alarm[] {
  return healthCheck === undefined
    ? []
    : [
        {
          name: "url",
          raisedByMaintenance: true,
          description: pulumi.interpolate`Route 53 gets no answer of 2xx or 3xx from ${healthCheck.url}. Request it yourself: curl -sSi ${healthCheck.url}. Without an answer: the DNS record, the load balancer. With an error: eb health ${webEnvironment}${seeTroubleshooting(instructions)}.`,
          source: {
            namespace: "AWS/Route53",
            metricName: "HealthCheckStatus",
            dimensions: { HealthCheckId: healthCheck.id },
            statistic: "Minimum",
          },
          comparisonOperator: "LessThanThreshold",
          threshold: 1,
          period: 60,
          // The health check itself takes three failures.
          evaluationPeriods: 2,
          treatMissingData: "breaching",
          region: healthCheckRegion,
        },
      ];
}
