import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { accessKey, AccessKeyOptions } from "./access-key";
import { document } from "./policy-documents";

/** The IAM user that the application works with. */
export interface ServiceAccountArgs extends AccessKeyOptions {
  /** The user's name. Default: made up. A change renames the user. */
  userName?: pulumi.Input<string>;
  /** ARN of the static bucket. */
  staticBucketArn: pulumi.Input<string>;
  /** ARN of the media bucket. */
  mediaBucketArn: pulumi.Input<string>;
  /** ARN of the Celery queue. */
  queueArn: pulumi.Input<string>;
  /** Tags of the user. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The service account of the guide: nobody else reaches the buckets and the queue.
 *
 * Its policy has the guide's three statements, with the queue's own ARN in place of a pattern over all regions.
 */
export class ServiceAccount extends pulumi.ComponentResource {
  /** The user's name. */
  readonly userName: pulumi.Output<string>;
  /** Id of the access key in use; a secret. */
  readonly accessKeyId: pulumi.Output<string>;
  /** The secret half of the access key in use; a secret. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: ServiceAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:ServiceAccount", name, {}, opts);
    const parent = { parent: this };

    const user = new iam.User(`${name}-user`, { name: args.userName, tags: args.tags }, parent);
    const policy = new iam.UserPolicy(
      `${name}-policy`,
      { user: user.name, policy: guidePolicy(args.staticBucketArn, args.mediaBucketArn, args.queueArn) },
      parent,
    );
    // After the policy: a key that may do nothing yet is no use to anybody.
    const key = accessKey(name, user, args, { ...parent, dependsOn: policy });

    this.userName = user.name;
    this.accessKeyId = pulumi.secret(key.id);
    this.secretAccessKey = pulumi.secret(key.secret);
    this.registerOutputs({
      userName: this.userName,
      accessKeyId: this.accessKeyId,
      secretAccessKey: this.secretAccessKey,
    });
  }
}

function guidePolicy(
  staticBucketArn: pulumi.Input<string>,
  mediaBucketArn: pulumi.Input<string>,
  queueArn: pulumi.Input<string>,
): pulumi.Output<string> {
  return document(
    {
      Effect: "Allow",
      Action: "s3:*",
      Resource: [
        staticBucketArn,
        pulumi.interpolate`${staticBucketArn}/*`,
        mediaBucketArn,
        pulumi.interpolate`${mediaBucketArn}/*`,
      ],
    },
    {
      Effect: "Allow",
      Action: [
        "sqs:DeleteMessage",
        "sqs:GetQueueUrl",
        "sqs:ChangeMessageVisibility",
        "sqs:DeleteMessageBatch",
        "sqs:SendMessageBatch",
        "sqs:ReceiveMessage",
        "sqs:SendMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibilityBatch",
      ],
      Resource: queueArn,
    },
    { Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" },
  );
}
