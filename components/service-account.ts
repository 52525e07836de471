import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { type AccessKeyArgs, createAccessKey } from "./access-key";
import { checkArguments } from "./check-arguments";
import type { IdentityArgs } from "./identity";
import { getOutputs } from "./outputs";
import { policyDocument } from "./policy-documents";

/** The IAM user of the application. */
export interface ServiceAccountArgs extends AccessKeyArgs, IdentityArgs {
  /**
   * The user's name.
   *
   * @default a generated name
   * @changing Replaces the user and its access key.
   */
  userName?: pulumi.Input<string>;
  /**
   * ARN of the static bucket.
   *
   * @changing In place.
   */
  staticBucketArn: pulumi.Input<string>;
  /**
   * ARN of the media bucket.
   *
   * @changing In place.
   */
  mediaBucketArn: pulumi.Input<string>;
  /**
   * ARN of the Celery queue.
   *
   * @changing In place.
   */
  queueArn: pulumi.Input<string>;
  /**
   * Tags of the user.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The application's IAM user, which has access to the buckets and the queue; their own policies grant access to no one.
 *
 * Its policy has the three statements of the application's guide, with the queue's own ARN in place of a pattern over
 * all regions.
 */
export class ServiceAccount extends pulumi.ComponentResource {
  /** The user's name. */
  readonly userName: pulumi.Output<string>;
  /** The user's ARN. */
  readonly userArn: pulumi.Output<string>;
  /** Id of the access key in use; a secret. */
  readonly accessKeyId: pulumi.Output<string>;
  /** Secret access key that belongs to `accessKeyId`; a secret. */
  readonly secretAccessKey: pulumi.Output<string>;

  constructor(name: string, args: ServiceAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("ServiceAccount", args);
    super("beo:index:ServiceAccount", name, {}, opts);
    const parent = { parent: this };

    const user = new iam.User(
      `${name}-user`,
      // A user that was created by hand may have a console login, further keys and policies, which AWS wants deleted first.
      {
        name: args.userName,
        path: args.rolePath,
        permissionsBoundary: args.permissionsBoundary,
        forceDestroy: true,
        tags: args.tags,
      },
      {
        ...parent,
        deleteBeforeReplace: args.userName !== undefined,
        // The provider could rename the user, but loses track of its access keys if that fails half-way.
        replaceOnChanges: ["name"],
      },
    );
    const policy = new iam.UserPolicy(
      `${name}-policy`,
      { user: user.name, policy: getGuidePolicy(args) },
      parent,
    );
    // After the policy, so that the key works from the moment it exists.
    const key = createAccessKey(name, user, args, { ...parent, dependsOn: policy });

    this.userName = user.name;
    this.userArn = user.arn;
    this.accessKeyId = pulumi.secret(key.id);
    this.secretAccessKey = pulumi.secret(key.secret);
    this.registerOutputs(getOutputs(this));
  }
}

function getGuidePolicy({ staticBucketArn, mediaBucketArn, queueArn }: ServiceAccountArgs) {
  return policyDocument(
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
