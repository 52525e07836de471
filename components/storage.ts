import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { getOutputs } from "./outputs";
import { PrivateBucket, privateBucketDefaults } from "./private-bucket";
import { getRegion } from "./region";

/** The application's two buckets. */
export interface StorageArgs {
  /**
   * First part of both names: `<namePrefix>-media` and `<namePrefix>-static`.
   *
   * @changing Replaces both buckets.
   */
  namePrefix: pulumi.Input<string>;
  /**
   * Name of the media bucket.
   *
   * @default `<namePrefix>-media`
   * @changing Replaces the bucket.
   */
  mediaBucketName?: pulumi.Input<string>;
  /**
   * Name of the static bucket.
   *
   * @default `<namePrefix>-static`
   * @changing Replaces the bucket.
   */
  staticBucketName?: pulumi.Input<string>;
  /**
   * Puts the default names into the account's own namespace, `<name>-<account>-<region>-an`, where another AWS account has
   * taken the plain names (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
   *
   * @default false
   * @changing Replaces both buckets.
   */
  accountNamespace?: boolean;
  /**
   * Web origins whose pages load fonts and scripts from the static bucket.
   *
   * @default none
   * @changing In place.
   */
  corsOrigins?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Days that overwritten and deleted media objects are kept; 0 keeps them for ever.
   *
   * @default 90
   * @changing In place.
   */
  noncurrentVersionDays?: number;
  /**
   * ARNs of IAM users and roles, with wildcards, that may neither change the buckets' settings nor delete versions of
   * objects, whatever their own policies allow: the service account, to which the application's guide gives `s3:*`.
   *
   * @default none
   * @changing In place.
   */
  nonAdministrators?: pulumi.Input<string>[];
  /**
   * ARNs of the only IAM users and roles, with wildcards, that may change the buckets' settings and delete versions of
   * objects: those that deploy the stack. The account's root user always may. An update by another user or role is refused.
   *
   * @default every user and role whose own policies allow it
   * @changing In place.
   */
  administrators?: string[];
  /**
   * Protects the media bucket: Pulumi refuses to delete or replace it, and AWS to delete it while it has objects.
   *
   * @default true
   * @changing In place.
   */
  protect?: boolean;
  /**
   * Tags of the buckets.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link StorageArgs}. */
export const storageDefaults = {
  accountNamespace: false,
  noncurrentVersionDays: privateBucketDefaults.noncurrentVersionDays,
  protect: true,
} satisfies Partial<StorageArgs>;

/**
 * The media bucket (meter data, kept with its versions) and the static bucket (assets, which `collectstatic` recreates).
 * Both are private: only the service account's policy grants access.
 */
export class Storage extends pulumi.ComponentResource {
  /** Name of the bucket for uploads and results. */
  readonly mediaBucketName: pulumi.Output<string>;
  /** ARN of the media bucket. */
  readonly mediaBucketArn: pulumi.Output<string>;
  /** Name of the bucket for static files. */
  readonly staticBucketName: pulumi.Output<string>;
  /** ARN of the static bucket. */
  readonly staticBucketArn: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Storage", args);
    super("beo:index:Storage", name, {}, opts);
    const settings = withDefaults(args, storageDefaults);
    const { namePrefix, accountNamespace, nonAdministrators, administrators, protect, tags } = settings;
    const parent = { parent: this };

    // A name in the account's namespace has to end like this.
    const suffix = accountNamespace
      ? pulumi.interpolate`-${getCallerIdentityOutput({}, parent).accountId}-${getRegion(this)}-an`
      : "";
    const getName = (part: string, bucketName: pulumi.Input<string> | undefined) =>
      bucketName === undefined
        ? {
            bucketName: pulumi.interpolate`${namePrefix}-${part}${suffix}`,
            bucketNamespace: accountNamespace ? "account-regional" : undefined,
          }
        : { bucketName };

    const media = new PrivateBucket(
      `${name}-media`,
      {
        ...getName("media", settings.mediaBucketName),
        versioned: true,
        noncurrentVersionDays: settings.noncurrentVersionDays,
        nonAdministrators,
        administrators,
        forceDestroy: !protect,
        protect,
        tags,
      },
      parent,
    );
    const assets = new PrivateBucket(
      `${name}-static`,
      {
        ...getName("static", settings.staticBucketName),
        corsOrigins: settings.corsOrigins,
        nonAdministrators,
        administrators,
        forceDestroy: !protect,
        tags,
      },
      parent,
    );

    this.mediaBucketName = media.bucketName;
    this.mediaBucketArn = media.arn;
    this.staticBucketName = assets.bucketName;
    this.staticBucketArn = assets.arn;
    this.registerOutputs(getOutputs(this));
  }
}
