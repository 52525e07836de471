import * as sqs from "@pulumi/aws/sqs";
import * as pulumi from "@pulumi/pulumi";
import { tlsOnly } from "./policy-documents";

/** A Celery queue. */
export interface QueueArgs {
  /** The queue's name: letters, digits and `-` (Celery's SQS transport alters other punctuation). Default: made up. Changing it replaces the queue. */
  queueName?: pulumi.Input<string>;
  /**
   * Seconds that a received message stays hidden from other workers, 0–43,200. Default 3,600: a worker process
   * prefetches 4 messages and a task may run 600 s, so the last one can wait and run for 2,400 s.
   */
  visibilityTimeoutSeconds?: pulumi.Input<number>;
  /** How often a message is received before it counts as dead, 1–1,000. Default 10: prefetching counts as receiving. */
  maxReceiveCount?: pulumi.Input<number>;
  /** Tags of the queues. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** An encrypted SQS queue with a dead-letter queue. No policy grants access to it: only IAM policies do. */
export class Queue extends pulumi.ComponentResource {
  /** The queue's name. */
  readonly queueName: pulumi.Output<string>;
  /** The queue's URL. */
  readonly queueUrl: pulumi.Output<string>;
  /** The queue's ARN. */
  readonly queueArn: pulumi.Output<string>;
  /** The queue that takes the messages that could not be worked off. */
  readonly deadLetterQueueName: pulumi.Output<string>;

  constructor(name: string, args: QueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Queue", name, {}, opts);
    const parent = { parent: this };
    const own = { ...parent, deleteBeforeReplace: args.queueName !== undefined };
    const common = { sqsManagedSseEnabled: true, tags: args.tags };

    const deadLetters = new sqs.Queue(
      `${name}-dead-letters`,
      {
        ...common,
        name: args.queueName === undefined ? undefined : pulumi.interpolate`${args.queueName}-dead-letters`,
        // The most that SQS offers. A message keeps its first day in the queue, so this has to be longer than there.
        messageRetentionSeconds: 14 * day,
      },
      own,
    );
    const queue = new sqs.Queue(
      `${name}-queue`,
      {
        ...common,
        name: args.queueName,
        visibilityTimeoutSeconds: args.visibilityTimeoutSeconds ?? 3600,
        messageRetentionSeconds: 4 * day,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: deadLetters.arn,
          maxReceiveCount: args.maxReceiveCount ?? 10,
        }),
      },
      own,
    );
    new sqs.RedriveAllowPolicy(
      `${name}-redrive-allow`,
      {
        queueUrl: deadLetters.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [queue.arn],
        }),
      },
      parent,
    );
    const policies = { queue, "dead-letters": deadLetters };
    for (const [part, { arn, url }] of Object.entries(policies)) {
      new sqs.QueuePolicy(
        `${name}-${part}-tls-only`,
        { queueUrl: url, policy: tlsOnly("sqs:*", [arn]) },
        parent,
      );
    }

    this.queueName = queue.name;
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.deadLetterQueueName = deadLetters.name;
    this.registerOutputs({
      queueName: this.queueName,
      queueUrl: this.queueUrl,
      queueArn: this.queueArn,
      deadLetterQueueName: this.deadLetterQueueName,
    });
  }
}

const day = 24 * 60 * 60;
