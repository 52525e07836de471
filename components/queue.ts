import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { getLongestWait, getVisibilityTimeout, taskTimeLimit } from "./celery";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { getOutputs } from "./outputs";
import { tlsOnly } from "./policy-documents";

/** A Celery queue. */
export interface QueueArgs {
  /**
   * The queue's name: 1–67 letters, digits, `-` and `_`, since Celery's SQS transport alters other punctuation and the
   * dead-letter queue adds 13 characters to it.
   *
   * @default a generated name
   * @changing Replaces the queue; messages in it are lost.
   */
  queueName?: pulumi.Input<string>;
  /**
   * Seconds after which Celery ends a task, 60–10,800.
   *
   * @default 600
   * @changing In place.
   */
  taskTimeLimit?: number;
  /**
   * Seconds that a received message stays hidden from other workers, 0–43,200. A number below 4 times `taskTimeLimit` is
   * rejected, because a worker process prefetches 4 messages: the last one may wait and run as long.
   *
   * @default 6 times `taskTimeLimit`, at most 43,200
   * @changing In place.
   */
  visibilityTimeoutSeconds?: pulumi.Input<number>;
  /**
   * How often a message is received before SQS moves it to the dead-letter queue, 1–1,000. Celery's prefetching counts
   * as receiving.
   *
   * @default 10
   * @changing In place.
   */
  maxReceiveCount?: pulumi.Input<number>;
  /**
   * Seconds that a request for messages waits for one to arrive, 0–20 (long polling). Celery's requests set their own wait
   * time.
   *
   * @default 0 seconds
   * @changing In place.
   */
  receiveWaitTimeSeconds?: pulumi.Input<number>;
  /**
   * Seconds that every new message stays hidden, 0–900.
   *
   * @default 0 seconds
   * @changing In place.
   */
  delaySeconds?: pulumi.Input<number>;
  /**
   * Seconds that SQS keeps a message that no worker has processed, 60–1,209,600 (14 days); the default is 4 days. The dead-letter queue keeps
   * messages for 14 days from when they were sent.
   *
   * @default 345600
   * @changing In place. With a smaller value, SQS deletes the messages that are older.
   */
  messageRetentionSeconds?: pulumi.Input<number>;
  /**
   * Tags of both queues.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

const day = 24 * 60 * 60;

/** Defaults of {@link QueueArgs}. */
export const queueDefaults = {
  taskTimeLimit,
  maxReceiveCount: 10,
  messageRetentionSeconds: 4 * day,
} satisfies QueueArgs;

/** An encrypted SQS queue with a dead-letter queue. No queue policy grants access: only IAM policies do. */
export class Queue extends pulumi.ComponentResource {
  /** The queue's name. */
  readonly queueName: pulumi.Output<string>;
  /** The queue's URL. */
  readonly queueUrl: pulumi.Output<string>;
  /** The queue's ARN. */
  readonly queueArn: pulumi.Output<string>;
  /** Name of the dead-letter queue, which gets the messages that failed repeatedly. */
  readonly deadLetterQueueName: pulumi.Output<string>;
  /** URL of the dead-letter queue. */
  readonly deadLetterQueueUrl: pulumi.Output<string>;
  /** ARN of the dead-letter queue. */
  readonly deadLetterQueueArn: pulumi.Output<string>;

  constructor(name: string, args: QueueArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Queue", args);
    super("beo:index:Queue", name, {}, opts);
    const settings = withDefaults(args, queueDefaults);
    const { queueName, maxReceiveCount, tags } = settings;
    const parent = { parent: this };
    const queueOptions = { ...parent, deleteBeforeReplace: queueName !== undefined };
    const common = { sqsManagedSseEnabled: true, tags };

    const deadLetterQueue = new sqs.Queue(
      `${name}-dead-letters`,
      {
        ...common,
        name: queueName === undefined ? undefined : pulumi.interpolate`${queueName}-dead-letters`,
        // The maximum. A message's age counts from the day it was sent, so this has to be longer than in the queue itself.
        messageRetentionSeconds: 14 * day,
      },
      queueOptions,
    );
    const queue = new sqs.Queue(
      `${name}-queue`,
      {
        ...common,
        name: queueName,
        visibilityTimeoutSeconds: getVisibility(settings.taskTimeLimit, settings.visibilityTimeoutSeconds),
        receiveWaitTimeSeconds: settings.receiveWaitTimeSeconds,
        delaySeconds: settings.delaySeconds,
        messageRetentionSeconds: settings.messageRetentionSeconds,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount }),
      },
      queueOptions,
    );
    new sqs.RedriveAllowPolicy(
      `${name}-redrive-allow`,
      {
        queueUrl: deadLetterQueue.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [queue.arn],
        }),
      },
      // Like the queues: otherwise the policy of a queue that has its name again is deleted late.
      queueOptions,
    );
    for (const [part, { arn, url }] of Object.entries({ queue, "dead-letters": deadLetterQueue })) {
      new sqs.QueuePolicy(
        `${name}-${part}-tls-only`,
        { queueUrl: url, policy: tlsOnly("sqs:*", [arn]) },
        queueOptions,
      );
    }

    this.queueName = queue.name;
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLetterQueueName = deadLetterQueue.name;
    this.deadLetterQueueUrl = deadLetterQueue.url;
    this.deadLetterQueueArn = deadLetterQueue.arn;
    this.registerOutputs(getOutputs(this));
  }
}

function getVisibility(limit: number, given = getVisibilityTimeout(limit) as pulumi.Input<number>) {
  if (typeof given === "number" && given < getLongestWait(limit)) {
    throw new pulumi.InputPropertyError({
      propertyPath: "visibilityTimeoutSeconds",
      reason: `is ${given}, but taskTimeLimit is ${limit}. SQS would deliver prefetched messages twice. Set it to ${getLongestWait(limit)} or more, or leave it out`,
    });
  }
  return given;
}
