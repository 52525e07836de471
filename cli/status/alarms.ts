import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { shellWord } from "../../stacks/commands";
import { type Check, formatCount, type Line } from "../report";
import { type Context, getOutput, ofType } from "./context";

/** The alarms, and who gets them. */
export function checkAlarms(context: Context): Check[] {
  return [
    { topic: "Alarms", actions: ["cloudwatch:DescribeAlarms"], read: () => readAlarms(context) },
    {
      topic: "Alarms",
      actions: ["sns:ListSubscriptionsByTopic"],
      read: () => readSubscriptions(context),
    },
  ];
}

/** Alarms that only start scaling. They are in ALARM whenever there is nothing to do. */
function isScaling(actions: string[] = []): boolean {
  return actions.length > 0 && actions.every((arn) => arn.includes(":autoscaling:"));
}

async function readAlarms(context: Context): Promise<Line[]> {
  const known = ofType(context, "cloudwatch/metricAlarm:MetricAlarm");
  const names = known.map(({ id = "" }) => id);
  if (names.length === 0) {
    return [];
  }
  const { MetricAlarms = [] } = await context.clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: names, MaxRecords: 100 }),
  );
  const alarms = MetricAlarms.filter(({ AlarmActions }) => !isScaling(AlarmActions));
  const raised = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  // During maintenance the program switches some off.
  const silenced = known.filter(({ inputs }) => inputs?.actionsEnabled === false).map(({ id }) => id);
  const silent = alarms.filter(
    ({ ActionsEnabled, AlarmName }) => ActionsEnabled === false && !silenced.includes(AlarmName),
  );
  const missing = names.filter((name) => !MetricAlarms.some(({ AlarmName }) => AlarmName === name));
  return [
    ...raised.map(({ AlarmName = "", AlarmDescription = "", StateReason = "" }): Line => ({
      level: "error",
      text: `${AlarmName} is in ALARM. ${AlarmDescription || StateReason}`,
    })),
    ...silent.map(({ AlarmName = "" }): Line => ({
      level: "warning",
      text: `${AlarmName} is switched off.`,
      fix: [`aws cloudwatch enable-alarm-actions --alarm-names ${AlarmName} --region ${context.region}`],
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

async function readSubscriptions(context: Context): Promise<Line[]> {
  const [topic] = ofType(context, "sns/topic:Topic");
  if (topic === undefined) {
    return [];
  }
  const lines: Line[] = [];
  const arn = getOutput(topic, "arn");
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: context.clients.sns },
    { TopicArn: arn },
  )) {
    for (const { Endpoint = "", Protocol = "", SubscriptionArn } of Subscriptions) {
      lines.push(
        SubscriptionArn === "PendingConfirmation"
          ? {
              level: "error",
              text: `${Endpoint} gets no alarms until its subscription is confirmed. Open the link in AWS's message, or send it again:`,
              fix: [
                `aws sns subscribe --topic-arn ${arn} --protocol ${Protocol} --notification-endpoint ${shellWord(Endpoint)} --region ${context.region}`,
              ],
            }
          : { level: "ok", text: `${Endpoint} gets the alarms.` },
      );
    }
  }
  if (lines.length > 0) {
    return lines;
  }
  return ofType(context, "sns/topicSubscription:TopicSubscription").length === 0
    ? [
        {
          level: "note",
          text: "Alarms show in CloudWatch only, because alarmEmail is not set.",
          fix: [`npx pulumi config set alarmEmail -s ${context.stack} <address>`],
        },
      ]
    : [
        {
          level: "error",
          text: "The subscription of alarmEmail was deleted: no address gets the alarms.",
          fix: [`npx pulumi up --refresh -s ${context.stack}`],
        },
      ];
}
