import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { getArn, getBucketArn } from "./arns";
import { denyAdministration } from "./bucket-administration";
import { checkArguments } from "./check-arguments";
import { type WithDefaults, withDefaults } from "./defaults";
import { getOutputs } from "./outputs";
import { policyDocument, tlsOnlyStatement } from "./policy-documents";

/** A bucket to which only IAM policies grant access. */
export interface PrivateBucketArgs {
  /**
   * The bucket's name.
   *
   * @default a name generated from the resource's name
   * @changing Replaces the bucket.
   */
  bucketName?: pulumi.Input<string>;
  /**
   * "account-regional" for a name in the account's own namespace, "global" for any other name.
   *
   * @default a global name
   * @changing Replaces the bucket.
   */
  bucketNamespace?: pulumi.Input<string>;
  /**
   * The bucket's region.
   *
   * @default the provider's region
   * @changing Replaces the bucket.
   */
  region?: string;
  /**
   * Keeps overwritten and deleted objects as noncurrent versions.
   *
   * @default false
   * @changing In place. Turned off, S3 goes on keeping versions, which no longer expire, until versioning is suspended there.
   */
  versioned?: boolean;
  /**
   * Days that overwritten and deleted objects are kept in a versioned bucket; 0 keeps them for ever.
   *
   * @default 90
   * @changing In place.
   */
  noncurrentVersionDays?: number;
  /**
   * Days after which objects are deleted.
   *
   * @default never
   * @changing In place.
   */
  expirationDays?: number;
  /**
   * Name of the bucket in which S3 logs the requests to this one.
   *
   * @default requests are not logged
   * @changing In place.
   */
  accessLogBucketName?: pulumi.Input<string>;
  /**
   * Names of the account's buckets whose requests S3 may log in this one.
   *
   * @default none
   * @changing In place.
   */
  loggedBucketNames?: string[];
  /**
   * Whether the account's load balancers of the region may store their access logs in this bucket.
   *
   * @default false
   * @changing In place.
   */
  loadBalancerLogs?: boolean;
  /**
   * ARNs of IAM users and roles, with wildcards, that may neither change the bucket's settings nor delete it or versions of
   * its objects, whatever their own policies allow.
   *
   * @default none
   * @changing In place.
   */
  nonAdministrators?: pulumi.Input<string>[];
  /**
   * ARNs of the only IAM users and roles, with wildcards, that may change the bucket's settings and delete it or versions of
   * its objects. The account's root user always may. An update by another user or role is refused.
   *
   * @default every user and role whose own policies allow it
   * @changing In place.
   */
  administrators?: string[];
  /**
   * Web origins whose pages may read objects.
   *
   * @default none
   * @changing In place.
   */
  corsOrigins?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Deletes the objects with the bucket; false: AWS refuses to delete a bucket with objects.
   *
   * @default false
   * @changing In place.
   */
  forceDestroy?: pulumi.Input<boolean>;
  /**
   * Pulumi refuses to delete or replace the bucket.
   *
   * @default false
   * @changing In place.
   */
  protect?: boolean;
  /**
   * Leaves the bucket and its objects in AWS when it is removed from the program or the stack is destroyed.
   *
   * @default false
   * @changing In place.
   */
  retainOnDelete?: boolean;
  /**
   * Tags of the bucket.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link PrivateBucketArgs}. */
export const privateBucketDefaults = {
  versioned: false,
  noncurrentVersionDays: 90,
  loadBalancerLogs: false,
  forceDestroy: false,
  protect: false,
  retainOnDelete: false,
} satisfies PrivateBucketArgs;

/**
 * An S3 bucket without public access, ACLs or plain HTTP, encrypted with SSE-S3.
 *
 * Not with SSE-KMS: such objects refuse requests with signature version 2, which the application's S3 library sends
 * (https://repost.aws/knowledge-center/s3-kms-signature-version-error). The bucket policy allows them for the same reason.
 */
export class PrivateBucket extends pulumi.ComponentResource {
  /** The bucket's name. What uses it waits until public access is blocked, and versioning and the bucket policy are in place. */
  readonly bucketName: pulumi.Output<string>;
  /** The bucket's ARN. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("PrivateBucket", args);
    super("beo:index:PrivateBucket", name, {}, opts);
    const settings = withDefaults(args, privateBucketDefaults);

    const bucket = new s3.Bucket(
      `${name}-bucket`,
      {
        bucket: settings.bucketName,
        bucketNamespace: settings.bucketNamespace,
        forceDestroy: settings.forceDestroy,
        region: settings.region,
        tags: settings.tags,
      },
      {
        parent: this,
        protect: settings.protect,
        retainOnDelete: settings.retainOnDelete,
        deleteBeforeReplace: settings.bucketName !== undefined,
        // An imported bucket with a generated name would be replaced to get a new one.
        ignoreChanges: settings.bucketName === undefined ? ["bucket"] : [],
      },
    );
    const part: Part = { bucket: bucket.bucket, region: settings.region };
    const partOptions = { parent: this, deleteBeforeReplace: settings.bucketName !== undefined };
    // What protects a bucket ends with it only: one that is retained, or that S3 refuses to delete, stays protected.
    const fixedOptions = { ...partOptions, retainOnDelete: true };
    const optionalOptions = {
      ...partOptions,
      deletedWith: bucket,
      retainOnDelete: settings.retainOnDelete,
    };
    const publicAccessBlock = blockPublicAccess(name, part, fixedOptions);
    encrypt(name, part, fixedOptions);
    const versioning = keepVersions(name, part, settings, fixedOptions);
    if (settings.corsOrigins !== undefined) {
      allowOrigins(name, part, settings.corsOrigins, optionalOptions);
    }
    if (settings.accessLogBucketName !== undefined) {
      logRequests(name, part, settings.accessLogBucketName, optionalOptions);
    }
    const policy = new s3.BucketPolicy(
      `${name}-tls-only`,
      {
        ...part,
        policy: policyDocument(
          ...allowLogs(bucket, settings.loggedBucketNames ?? [], this),
          ...(settings.loadBalancerLogs ? [allowLoadBalancerLogs(bucket, this)] : []),
          ...denyAdministration(bucket.arn, settings, this),
          tlsOnlyStatement("s3:*", [bucket.arn, pulumi.interpolate`${bucket.arn}/*`]),
        ),
      },
      // S3 refuses two simultaneous changes of a bucket's access.
      { ...fixedOptions, dependsOn: [publicAccessBlock, ...versioning] },
    );

    this.bucketName = policy.bucket;
    this.arn = bucket.arn;
    this.registerOutputs(getOutputs(this));
  }
}

/** What every resource that configures the bucket has. */
interface Part {
  bucket: pulumi.Output<string>;
  region: string | undefined;
}

/** Blocks public access and turns ACLs off. */
function blockPublicAccess(name: string, part: Part, opts: pulumi.CustomResourceOptions) {
  const publicAccessBlock = new s3.BucketPublicAccessBlock(
    `${name}-public-access`,
    {
      ...part,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new s3.BucketOwnershipControls(
    `${name}-ownership`,
    { ...part, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  return publicAccessBlock;
}

function encrypt(name: string, part: Part, opts: pulumi.CustomResourceOptions): void {
  new s3.BucketServerSideEncryptionConfiguration(
    `${name}-encryption`,
    { ...part, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
    opts,
  );
}

/**
 * Keeps noncurrent versions for a time where the bucket has them, and removes incomplete uploads.
 *
 * @returns The versioning, if the bucket has it.
 */
function keepVersions(
  name: string,
  part: Part,
  {
    versioned,
    noncurrentVersionDays,
    expirationDays,
  }: WithDefaults<PrivateBucketArgs, typeof privateBucketDefaults>,
  opts: pulumi.CustomResourceOptions,
): s3.BucketVersioning[] {
  const rules = [
    {
      id: "abort-incomplete-uploads",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
    },
  ];
  const expireObjects =
    expirationDays === undefined
      ? []
      : [
          {
            id: "expire-objects",
            status: "Enabled",
            filter: { prefix: "" },
            expiration: { days: expirationDays },
          },
        ];
  const expireNoncurrentVersions = {
    id: "expire-noncurrent-versions",
    status: "Enabled",
    filter: { prefix: "" },
    noncurrentVersionExpiration: { noncurrentDays: noncurrentVersionDays },
  };
  const versioning = versioned
    ? [
        new s3.BucketVersioning(
          `${name}-versioning`,
          { ...part, versioningConfiguration: { status: "Enabled" } },
          opts,
        ),
      ]
    : [];
  new s3.BucketLifecycleConfiguration(
    `${name}-lifecycle`,
    {
      ...part,
      rules: [
        ...rules,
        ...expireObjects,
        ...(versioned && noncurrentVersionDays > 0 ? [expireNoncurrentVersions] : []),
      ],
    },
    { ...opts, dependsOn: versioning },
  );
  return versioning;
}

/** Logs the requests to a bucket under its name. */
function logRequests(
  name: string,
  part: Part,
  targetBucket: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  new s3.BucketLogging(
    `${name}-logging`,
    { ...part, targetBucket, targetPrefix: pulumi.interpolate`${part.bucket}/` },
    opts,
  );
}

/** Lets S3 write the access logs of buckets (S3 User Guide, "Permissions for log delivery"). */
function allowLogs({ arn }: s3.Bucket, sources: readonly string[], parent: pulumi.Resource): object[] {
  if (sources.length === 0) {
    return [];
  }
  return [
    {
      Sid: "AccessLogs",
      Effect: "Allow",
      Principal: { Service: "logging.s3.amazonaws.com" },
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${arn}/*`,
      Condition: {
        ArnLike: {
          "aws:SourceArn": sources.map((source) => getBucketArn(source, parent)),
        },
        StringEquals: { "aws:SourceAccount": getCallerIdentityOutput({}, { parent }).accountId },
      },
    },
  ];
}

/**
 * Lets the account's load balancers write access logs
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html).
 */
function allowLoadBalancerLogs({ arn }: s3.Bucket, parent: pulumi.Resource): object {
  const { accountId } = getCallerIdentityOutput({}, { parent });
  return {
    Sid: "LoadBalancerLogs",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${arn}/AWSLogs/${accountId}/*`,
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: {
        "aws:SourceArn": getArn("elasticloadbalancing", "loadbalancer/*", parent),
      },
    },
  };
}

function allowOrigins(
  name: string,
  part: Part,
  allowedOrigins: pulumi.Input<pulumi.Input<string>[]>,
  opts: pulumi.CustomResourceOptions,
): void {
  new s3.BucketCorsConfiguration(
    `${name}-cors`,
    {
      ...part,
      corsRules: [
        { allowedMethods: ["GET", "HEAD"], allowedOrigins, allowedHeaders: ["*"], maxAgeSeconds: 3600 },
      ],
    },
    opts,
  );
}
