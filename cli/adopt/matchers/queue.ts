import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { createMatch, ignoreMissing, type Inputs, type Match, type Matcher, when } from "../matcher";

export const findQueue: Matcher = async (name, planned, { aws: { sqs } }) => {
  const queue = await ignoreMissing(
    sqs.send(new GetQueueUrlCommand({ QueueName: name })),
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
  );
  if (queue?.QueueUrl === undefined) {
    return [];
  }
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames: ["All"] }),
  );
  return [matchQueue(queue.QueueUrl, Attributes, planned)];
};

export function matchQueue(url: string, attributes: Record<string, string>, planned: Inputs): Match {
  const retention = Number(attributes.MessageRetentionPeriod);
  const plannedRetention = Number(planned.messageRetentionSeconds);
  const messages = Number(attributes.ApproximateNumberOfMessages);
  return createMatch(url, {
    notes: [
      ...when(
        attributes.RedrivePolicy !== undefined,
        "Failed messages are moved to the program's dead-letter queue. Messages in the old dead-letter queue stay there.",
      ),
      ...when(
        retention > plannedRetention && messages > 0,
        `Of its ${messages} messages, those older than ${plannedRetention / 86400} days will be deleted. Let the workers process them first.`,
      ),
    ],
  });
}
