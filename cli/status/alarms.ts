import { DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { GetTopicAttributesCommand, paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { getArnRegion } from "../../components/monitoring/topics";
import { shellWord } from "../../stacks/commands";
import { isRecord } from "../../stacks/validators";
import { ignoreMissing } from "../adopt/matcher";
import { type Check, formatCount, type Line } from "../report";
import type { StateResource } from "../state";
import { type Context, getOutput, ofType } from "./context";

/** The alarms, and who gets them. */
export function checkAlarms(context: Context): Check[] {
  return [
    { topic: "Alarms", actions: ["cloudwatch:DescribeAlarms"], read: () => readAlarms(context) },
    {
      topic: "Alarms",
      actions: ["sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes"],
      read: () => readSubscriptions(context),
    },
  ];
}

/** Alarms that only start scaling. They are in ALARM whenever there is nothing to do. */
function isScaling(actions: string[] = []): boolean {
  return actions.length > 0 && actions.every((arn) => arn.includes(":autoscaling:"));
}

async function readAlarms(context: Context): Promise<Line[]> {
  const resources = ofType(context, "cloudwatch/metricAlarm:MetricAlarm");
  if (resources.length === 0) {
    return [];
  }
  const names = resources.map(({ id = "" }) => id);
  // Those of mail and of the health check are in other regions.
  const regions = new Map(
    resources.map((resource) => [resource.id, getOutput(resource, "region") || context.region]),
  );
  const MetricAlarms = await Promise.all(
    [...new Set(regions.values())].map((region) =>
      describeAlarms(
        context,
        region,
        names.filter((name) => regions.get(name) === region),
      ),
    ),
  ).then((found) => found.flat());
  const alarms = MetricAlarms.filter(({ AlarmActions }) => !isScaling(AlarmActions));
  const raised = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  // Of CloudWatch's mute rules.
  const muted = ofType(context, "cloudwatch/alarmMuteRule:AlarmMuteRule").flatMap(({ outputs }) => {
    const names = isRecord(outputs?.muteTargets) ? outputs.muteTargets.alarmNames : [];
    return Array.isArray(names) ? names.map(String) : [];
  });
  const silent = alarms.filter(({ ActionsEnabled }) => ActionsEnabled === false);
  const missing = names.filter((name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name));
  return [
    ...raised.map(({ AlarmName = "", AlarmDescription = "", StateReason = "" }): Line =>
      context.isAsleep && muted.includes(AlarmName)
        ? { level: "note", text: `${AlarmName} is in ALARM, and muted while the stack sleeps.` }
        : { level: "error", text: `${AlarmName} is in ALARM. ${AlarmDescription || StateReason}` },
    ),
    ...silent.map(({ AlarmName = "" }): Line => ({
      level: "warning",
      text: `${AlarmName} is switched off.`,
      fix: [
        `aws cloudwatch enable-alarm-actions --alarm-names ${AlarmName} --region ${regions.get(AlarmName) ?? context.region}`,
      ],
    })),
    ...missing.map((name): Line => ({
      level: "warning",
      text: `${name} does not exist.`,
      fix: [`npx pulumi up --refresh -s ${context.stack}`],
    })),
    ...(raised.length === 0 && missing.length === 0
      ? [{ level: "ok" as const, text: `None of ${formatCount(alarms.length, "alarm")} is in ALARM.` }]
      : []),
  ];
}

async function describeAlarms({ clients }: Context, region: string, names: string[]): Promise<MetricAlarm[]> {
  const { MetricAlarms = [] } = await clients
    .metrics(region)
    .send(new DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: 100 }));
  return MetricAlarms;
}

async function readSubscriptions(context: Context): Promise<Line[]> {
  const topics = ofType(context, "sns/topic:Topic");
  const lines = await Promise.all(topics.map((topic) => readTopic(context, getOutput(topic, "arn"))));
  const existing = new Set(
    ofType(context, "cloudwatch/metricAlarm:MetricAlarm")
      .flatMap(getActions)
      .filter((arn) => arn.includes(":sns:")),
  );
  topics.forEach((topic) => existing.delete(getOutput(topic, "arn")));
  return [...lines.flat(), ...(await Promise.all([...existing].map((arn) => readOtherTopic(context, arn))))];
}

/** A topic that is not of the stack: whether it exists, and how many subscribers it has. */
async function readOtherTopic(context: Context, arn: string): Promise<Line> {
  const region = getArnRegion(arn) ?? context.region;
  const found = await ignoreMissing(
    context.clients.notifications(region).send(new GetTopicAttributesCommand({ TopicArn: arn })),
    "NotFoundException",
    "NotFound",
  );
  const subscribers = Number(found?.Attributes?.SubscriptionsConfirmed ?? 0);
  return found === undefined
    ? {
        level: "error",
        text: `${arn} (monitoring.topicArns) does not exist: no one gets the alarms that notify it.`,
        fix: [`aws sns list-topics --region ${region}`],
      }
    : subscribers === 0
      ? {
          level: "error",
          text: `${arn} (monitoring.topicArns) has no confirmed subscribers: no one gets the alarms that notify it.`,
        }
      : {
          level: "ok",
          text: `${arn} (monitoring.topicArns) gets alarms, and has ${formatCount(subscribers, "subscriber")}.`,
        };
}

function getActions({ outputs }: StateResource): string[] {
  const actions = outputs?.alarmActions;
  return Array.isArray(actions) ? actions.filter((action) => typeof action === "string") : [];
}

/** The subscriptions of one topic. An address has to confirm its subscription in each region. */
async function readTopic(context: Context, arn: string): Promise<Line[]> {
  const lines: Line[] = [];
  const region = getArnRegion(arn) ?? context.region;
  const where = region === context.region ? "" : ` of ${region}`;
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: context.clients.notifications(region) },
    { TopicArn: arn },
  )) {
    for (const { Endpoint = "", Protocol = "", SubscriptionArn } of Subscriptions) {
      lines.push(
        SubscriptionArn === "PendingConfirmation"
          ? {
              level: "error",
              text: `${Endpoint} gets no alarms${where} until its subscription is confirmed. Open the link in AWS's message, or send it again:`,
              fix: [
                `aws sns subscribe --topic-arn ${arn} --protocol ${Protocol} --notification-endpoint ${shellWord(Endpoint)} --region ${region}`,
              ],
            }
          : { level: "ok", text: `${Endpoint} gets the alarms${where}.` },
      );
    }
  }
  if (lines.length > 0) {
    return lines;
  }
  const isConfigured = ofType(context, "sns/topicSubscription:TopicSubscription").some(
    (subscription) => getOutput(subscription, "topic") === arn,
  );
  if (isConfigured) {
    return [
      {
        level: "error",
        text: `The subscriptions of alarmEmail and monitoring.emails were deleted: no address gets the alarms${where}.`,
        fix: [`npx pulumi up --refresh -s ${context.stack}`],
      },
    ];
  }
  // Once is enough.
  return region === context.region
    ? [
        {
          level: "note",
          text: "Alarms show in CloudWatch only, because alarmEmail is not set.",
          fix: [`npx pulumi config set alarmEmail -s ${context.stack} <address>`],
        },
      ]
    : [];
}
