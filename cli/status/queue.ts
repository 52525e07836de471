import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { formatCount, type Check, type Line } from "../report";
import { type Context, getOutput, ofType } from "./context";

/** The Celery queue and its dead-letter queue. */
export function checkQueues(context: Context): Check[] {
  return ofType(context, "sqs/queue:Queue").map(({ id: url = "", ...resource }) => {
    const arn = getOutput(resource, "arn");
    const name = arn.replace(/^.*:/, "");
    return {
      topic: "Queue",
      actions: ["sqs:GetQueueAttributes", "cloudwatch:GetMetricStatistics"],
      read: () =>
        name.endsWith("-dead-letters") ? readDeadLetters(context, url, arn) : readQueue(context, url, name),
    };
  });
}

async function count({ clients }: Context, url: string): Promise<{ waiting: number; running: number }> {
  const { Attributes } = await clients.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages ?? 0),
    running: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

async function readQueue(context: Context, url: string, name: string): Promise<Line[]> {
  const { waiting, running } = await count(context, url);
  const { Datapoints = [] } = await context.clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/SQS",
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: name }],
      Statistics: ["Maximum"],
      Period: 300,
      StartTime: new Date(context.now.getTime() - 15 * 60 * 1000),
      EndTime: context.now,
    }),
  );
  const age = Math.max(0, ...Datapoints.map(({ Maximum = 0 }) => Maximum));
  const oldest = waiting > 0 && age > 0 ? `, the oldest for ${Math.ceil(age / 60)} minutes` : "";
  return [{ level: "ok", text: `${formatCount(waiting, "task")} waiting${oldest}, ${running} running.` }];
}

async function readDeadLetters(context: Context, url: string, arn: string): Promise<Line[]> {
  const { waiting, running } = await count(context, url);
  const failed = waiting + running;
  return failed === 0
    ? [{ level: "ok", text: "No failed tasks." }]
    : [
        {
          level: "error",
          text: `${formatCount(failed, "task")} failed repeatedly and ${failed === 1 ? "was" : "were"} moved to the dead-letter queue. Find the cause in the workers' logs, then run ${failed === 1 ? "it" : "them"} again:`,
          fix: [`aws sqs start-message-move-task --source-arn ${arn} --region ${context.region}`],
        },
      ];
}
