import * as cloudwatch from "@pulumi/aws/cloudwatch";
import { HealthCheck } from "@pulumi/aws/route53/healthCheck";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";
import { getIdentity, type IdentityArgs } from "./identity";
import { type InstructionsArgs, instructionsDefaults } from "./instructions";
import { getLoadBalancerName } from "./load-balancer-name";
import { type Alarm, getDashboardBody, toSourceInputs } from "./monitoring/alarm";
import { getAlarms, type MonitoredResources } from "./monitoring/alarms";
import { createDatabaseEvents, createDeploymentEvents } from "./monitoring/events";
import { createLogQueries } from "./monitoring/log-queries";
import { muteAlarms } from "./monitoring/mute-rules";
import { type AlarmArgs, alarmDefaults } from "./monitoring/settings";
import { createTopics } from "./monitoring/topics";
import { getOutputs } from "./outputs";
import { getRegion } from "./region";
import type { SleepHoursArgs } from "./sleep-hours";

/** The monitored resources, and the recipients of the alarms. */
export interface MonitoringArgs extends AlarmArgs, IdentityArgs {
  /**
   * Name of the dashboard, and the beginning of the names of the topics, the alarms, the rules and the saved queries;
   * unique in the account.
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
   * Class of the RDS instance. The alarm on connections is raised at two thirds of what the class allows by default, the one
   * on memory at a part of what it has, the one on CPU credits if it is burstable and known beforehand.
   *
   * @default unknown, as for a class that is not known: alarms at 300 connections and a part of 4 GiB, none on credits
   * @changing In place.
   */
  databaseInstanceClass?: pulumi.Input<string>;
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
   * Name of the Elastic Beanstalk application whose failed deployments and updates are reported.
   *
   * @default none: they are not reported
   * @changing In place.
   */
  applicationName?: pulumi.Input<string>;
  /**
   * Whether the environments run on a Docker branch, whose log groups have other names.
   *
   * @default false
   * @changing In place.
   */
  isDocker?: boolean;
  /**
   * ARN of the web environment's load balancer.
   *
   * @default none: no alarms on errors, response times and unhealthy instances
   * @changing In place.
   */
  loadBalancerArn?: pulumi.Input<string>;
  /**
   * Whether the application is in maintenance, without the alarms that it would raise.
   *
   * @default false
   * @changing In place: deletes these alarms, and creates them again afterwards.
   */
  maintenance?: boolean;
  /**
   * Nights and days on which the environments and the database sleep: the alarms are muted meanwhile, and what happens to the
   * database every night is not reported.
   *
   * @default none
   * @changing In place: creates, changes or deletes the mute rules.
   */
  sleep?: SleepHoursArgs;
  /**
   * Region of SES.
   *
   * @default none: no alarms on bounces and complaints
   * @changing In place: creates and deletes the alarms and the topic of a region.
   */
  mailRegion?: string;
  /**
   * Host name that serves the application over HTTPS, for `healthCheck`.
   *
   * @default none: no health check
   * @changing Replaces the health check.
   */
  domain?: pulumi.Input<string>;
  /**
   * Path that the health check requests. Its answer must be 2xx or 3xx for the domain as Host.
   *
   * @default "/"
   * @changing In place.
   */
  healthCheckPath?: pulumi.Input<string>;
  /**
   * Commands and documents that the alarms' descriptions name.
   *
   * @default every setting's own default
   * @changing In place.
   */
  instructions?: InstructionsArgs;
  /**
   * Tags of all resources that take tags.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link MonitoringArgs}. */
export const monitoringDefaults = {
  ...alarmDefaults,
  isDocker: false,
  maintenance: false,
  healthCheckPath: "/",
} satisfies Partial<MonitoringArgs>;

/** CloudWatch alarms and events that notify SNS topics, a dashboard of the alarms' metrics, and saved log queries. */
export class Monitoring extends pulumi.ComponentResource {
  /** ARN of the SNS topic that gets the alarms of the stack's region, for further subscribers. */
  readonly topicArn: pulumi.Output<string>;
  /** URL of the dashboard in the CloudWatch console. */
  readonly dashboardUrl: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Monitoring", args);
    super("beo:index:Monitoring", name, {}, opts);
    const settings = withDefaults(args, monitoringDefaults);
    const { dashboardName: namePrefix, databaseIdentifier: database, applicationName, tags } = settings;

    const region = getRegion(this);
    const resources = getResources(settings, this, name);
    const instructions = withDefaults(settings.instructions ?? {}, instructionsDefaults);
    const alarms = getAlarms(resources, {
      thresholds: settings,
      region,
      stack: pulumi.getStack(),
      instructions,
    });
    const getTopicArn = createTopics(
      name,
      {
        namePrefix,
        regions: alarms.flatMap((alarm) => alarm.region ?? []),
        alarmEmail: settings.alarmEmail,
        emails: settings.emails ?? [],
        kmsKey: settings.kmsKey,
        topicArns: settings.topicArns ?? [],
        tags,
      },
      this,
    );
    const created = alarms
      .filter((alarm) => !(settings.maintenance && alarm.raisedByMaintenance))
      .map((alarm) => ({
        region: alarm.region,
        alarm: createAlarm(name, alarm, { namePrefix, topicArn: getTopicArn(alarm.region), tags }, this),
      }));
    if (settings.sleep !== undefined) {
      const muted = created.filter((one) => one.region !== settings.mailRegion);
      muteAlarms(name, { namePrefix, sleep: settings.sleep, alarms: muted, tags }, this);
    }
    const topicArn = getTopicArn();
    const sleeps = settings.sleep !== undefined;
    createDatabaseEvents(name, { namePrefix, topicArn, tags, database, sleeps }, this);
    if (applicationName !== undefined) {
      createDeploymentEvents(
        name,
        {
          namePrefix,
          topicArn,
          kmsKey: settings.kmsKey,
          ...getIdentity(settings),
          tags,
          applicationName,
          instructions,
        },
        this,
      );
    }
    const { webEnvironment, workerEnvironment } = resources;
    createLogQueries(
      name,
      { folder: namePrefix, webEnvironment, workerEnvironment, database, isDocker: settings.isDocker },
      this,
    );
    const dashboard = new cloudwatch.Dashboard(
      `${name}-dashboard`,
      {
        dashboardName: namePrefix,
        dashboardBody: pulumi.jsonStringify(getDashboardBody(alarms, region)),
      },
      { parent: this, deleteBeforeReplace: true },
    );

    this.topicArn = topicArn;
    this.dashboardUrl = pulumi.interpolate`https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboard.dashboardName}`;
    this.registerOutputs(getOutputs(this));
  }
}

function getResources(
  settings: WithDefaults<MonitoringArgs, typeof monitoringDefaults>,
  parent: pulumi.Resource,
  name: string,
): MonitoredResources {
  const { domain, healthCheck, healthCheckPath, loadBalancerArn, tags } = settings;
  return {
    database: settings.databaseIdentifier,
    databaseInstanceClass: settings.databaseInstanceClass,
    queue: settings.queueName,
    deadLetterQueue: settings.deadLetterQueueName,
    webEnvironment: settings.webEnvironmentName,
    workerEnvironment: settings.workerEnvironmentName,
    loadBalancer: loadBalancerArn && getLoadBalancerName(loadBalancerArn),
    mailRegion: settings.mailRegion,
    healthCheck:
      domain === undefined || !healthCheck
        ? undefined
        : {
            id: createHealthCheck(name, { domain, path: healthCheckPath, tags }, parent).id,
            url: pulumi.interpolate`https://${domain}${healthCheckPath}`,
          },
  };
}

/** Creates a health check of the URL that users request. The load balancer's own one also takes 400 for healthy. */
function createHealthCheck(
  name: string,
  {
    domain,
    path,
    tags,
  }: {
    domain: pulumi.Input<string>;
    path: pulumi.Input<string>;
    tags: MonitoringArgs["tags"];
  },
  parent: pulumi.Resource,
): HealthCheck {
  return new HealthCheck(
    `${name}-health-check`,
    {
      type: "HTTPS",
      fqdn: domain,
      port: 443,
      resourcePath: path,
      enableSni: true,
      failureThreshold: 3,
      requestInterval: 30,
      // Its name in the console.
      tags: pulumi.output({ tags, domain }).apply((given) => ({ ...given.tags, Name: given.domain })),
    },
    { parent },
  );
}

interface AlarmContext {
  namePrefix: pulumi.Input<string>;
  topicArn: pulumi.Input<string>;
  tags: MonitoringArgs["tags"];
}

function createAlarm(
  name: string,
  alarm: Alarm,
  { namePrefix, topicArn, tags }: AlarmContext,
  parent: pulumi.Resource,
): cloudwatch.MetricAlarm {
  const { comparisonOperator, evaluationPeriods, region, threshold, treatMissingData } = alarm;
  return new cloudwatch.MetricAlarm(
    `${name}-${alarm.name}`,
    {
      ...toSourceInputs(alarm),
      // A derived name: after an interrupted update, AWS overwrites the alarms that it has already.
      name: pulumi.interpolate`${namePrefix}-${alarm.name}`,
      alarmDescription: alarm.description,
      comparisonOperator,
      threshold,
      evaluationPeriods,
      treatMissingData,
      region,
      alarmActions: [topicArn],
      okActions: [topicArn],
      tags,
    },
    { parent, deleteBeforeReplace: true },
  );
}
