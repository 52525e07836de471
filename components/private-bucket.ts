import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { tlsOnly } from "./policy-documents";

/** A bucket that only IAM policies open. */
export interface PrivateBucketArgs {
  /** The bucket's name. Default: made up from the resource's name. Changing it replaces the bucket. */
  bucketName?: pulumi.Input<string>;
  /** "account-regional" for a name in the account's own namespace. Default: "global". Changing it replaces the bucket. */
  bucketNamespace?: pulumi.Input<string>;
  /** Keeps what is overwritten or deleted. Default false. */
  versioned?: boolean;
  /** Days that overwritten and deleted objects are kept in a versioned bucket. Default 90. */
  noncurrentVersionDays?: pulumi.Input<number>;
  /** Web origins whose pages may read objects; none by default. */
  corsOrigins?: pulumi.Input<pulumi.Input<string>[]>;
  /** Whether deleting the bucket deletes its objects. Default false: AWS refuses to delete a bucket with objects. */
  forceDestroy?: pulumi.Input<boolean>;
  /** Pulumi's protection against deleting and replacing the bucket. Default false. */
  protect?: boolean;
  /** Tags of the bucket. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An S3 bucket without public access, ACLs or plain HTTP, encrypted by S3 itself.
 *
 * Not by KMS: objects under KMS refuse requests signed the old way (SigV2), which the application's S3 library
 * sends (AWS re:Post "S3 KMS signature version error"). For the same reason the policy does not refuse SigV2.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  /** The bucket's name, known once public access is blocked and the policy is in place. */
  readonly bucketName: pulumi.Output<string>;
  /** The bucket's ARN. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:PrivateBucket", name, {}, opts);

    const bucket = new s3.Bucket(
      `${name}-bucket`,
      {
        bucket: args.bucketName,
        bucketNamespace: args.bucketNamespace,
        forceDestroy: args.forceDestroy ?? false,
        tags: args.tags,
      },
      {
        parent: this,
        protect: args.protect ?? false,
        deleteBeforeReplace: args.bucketName !== undefined,
      },
    );
    // The settings vanish with their bucket: nothing to call for them.
    const part = { parent: this, deletedWith: bucket };

    const publicAccessBlock = new s3.BucketPublicAccessBlock(
      `${name}-public-access`,
      {
        bucket: bucket.id,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      part,
    );
    new s3.BucketOwnershipControls(
      `${name}-ownership`,
      { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
      part,
    );
    new s3.BucketServerSideEncryptionConfiguration(
      `${name}-encryption`,
      {
        bucket: bucket.id,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      part,
    );
    const versioning = args.versioned
      ? [
          new s3.BucketVersioning(
            `${name}-versioning`,
            { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
            part,
          ),
        ]
      : [];
    new s3.BucketLifecycleConfiguration(
      `${name}-lifecycle`,
      {
        bucket: bucket.id,
        rules: [
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: { prefix: "" },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          },
          ...(args.versioned
            ? [
                {
                  id: "expire-noncurrent-versions",
                  status: "Enabled",
                  filter: { prefix: "" },
                  noncurrentVersionExpiration: { noncurrentDays: args.noncurrentVersionDays ?? 90 },
                },
              ]
            : []),
        ],
      },
      { ...part, dependsOn: versioning },
    );
    if (args.corsOrigins !== undefined) {
      new s3.BucketCorsConfiguration(
        `${name}-cors`,
        {
          bucket: bucket.id,
          corsRules: [
            {
              allowedMethods: ["GET", "HEAD"],
              allowedOrigins: args.corsOrigins,
              allowedHeaders: ["*"],
              maxAgeSeconds: 3600,
            },
          ],
        },
        part,
      );
    }
    // After the block: S3 refuses two changes of a bucket's access at the same time.
    const policy = new s3.BucketPolicy(
      `${name}-tls-only`,
      { bucket: bucket.id, policy: tlsOnly("s3:*", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]) },
      { ...part, dependsOn: publicAccessBlock },
    );

    this.bucketName = policy.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}
