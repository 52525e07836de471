import { GetQueueAttributesCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { type Found, found, type Inputs, type Kind, unlessMissing, when } from "../kind";

export const queue: Kind = {
  what: "SQS queue",
  name: "name",
  async look(name, planned, { aws: { sqs } }) {
    const answer = await unlessMissing(
      sqs.send(new GetQueueUrlCommand({ QueueName: name })),
      "QueueDoesNotExist",
      "AWS.SimpleQueueService.NonExistentQueue",
    );
    if (answer?.QueueUrl === undefined) {
      return [];
    }
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: answer.QueueUrl, AttributeNames: ["All"] }),
    );
    return [queueOf(answer.QueueUrl, Attributes, planned)];
  },
};

export function queueOf(url: string, attributes: Record<string, string>, planned: Inputs): Found {
  const retention = Number(attributes.MessageRetentionPeriod);
  const messages = Number(attributes.ApproximateNumberOfMessages);
  return found(url, {
    actual: {
      visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout),
      messageRetentionSeconds: retention,
      sqsManagedSseEnabled: attributes.SqsManagedSseEnabled === "true",
    },
    notes: [
      ...when(
        attributes.Policy !== undefined,
        "The program's queue policy, which refuses plain HTTP and grants nothing, takes the place of its own.",
      ),
      ...when(
        attributes.RedrivePolicy !== undefined,
        "Dead messages go to the program's own dead-letter queue from now on; what is in the old one stays there.",
      ),
      ...when(
        retention > Number(planned.messageRetentionSeconds) && messages > 0,
        `Its ${messages} messages older than ${Number(planned.messageRetentionSeconds) / 86400} days will be deleted: let the workers work them off first.`,
      ),
    ],
  });
}
