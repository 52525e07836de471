import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { ignoreMissing } from "../matcher";
import type { Usage } from "../survey";
import { getPlanned, takeOver, type UsageContext, type Value } from "./context";

export async function describeQueue(
  value: Value,
  { aws: { sqs }, region, planned }: UsageContext,
): Promise<Usage[]> {
  const what = `SQS queue ${value.value}`;
  const queue = await ignoreMissing(
    sqs.send(new GetQueueUrlCommand({ QueueName: value.value })),
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
  );
  if (queue === undefined || value.value.endsWith(".fifo")) {
    const problem = queue === undefined ? `${region} has no such queue` : "the program has a standard queue";
    const blocker = `CELERY_DEFAULT_QUEUE is ${value.value}, but ${problem}. Let the workers finish, then set it to a standard queue in ${region}: eb setenv CELERY_DEFAULT_QUEUE=<queue> -e <environment>`;
    return [{ ...value, what, blocker }];
  }
  return [
    takeOver(value, what, getPlanned({ planned }, "-queue-queue"), ["name", "queue.name"], value.value),
  ];
}

export function describeBroker(value: Value): Usage[] {
  return value.value === "sqs"
    ? []
    : [
        {
          ...value,
          what: "Celery's broker",
          blocker: `BROKER_URL begins with ${value.value}:, but the program uses SQS. Let the workers finish all tasks, then eb setenv BROKER_URL=sqs:// -e <environment>.`,
        },
      ];
}
