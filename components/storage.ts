import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "./private-bucket";
import { regionOf } from "./region";

/** The application's two buckets. */
export interface StorageArgs {
  /** First part of both names: `<namePrefix>-media` and `<namePrefix>-static`. Changing it replaces the buckets. */
  namePrefix: pulumi.Input<string>;
  /**
   * Puts both names into the account's own namespace (`<name>-<account>-<region>-an`), for when somebody else in the
   * world has taken the plain ones. Default false. Changing it replaces the buckets.
   */
  accountNamespace?: boolean;
  /** Web origins whose pages load fonts and scripts from the static bucket; none by default. */
  corsOrigins?: pulumi.Input<pulumi.Input<string>[]>;
  /** Days that overwritten and deleted media objects are kept. Default 90. */
  noncurrentVersionDays?: pulumi.Input<number>;
  /** Protects the media bucket: Pulumi refuses to delete it, and AWS as long as it has objects. Default true. */
  protect?: boolean;
  /** Tags of the buckets. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The media bucket (meter data: kept, with versions) and the static bucket (assets: `collectstatic` rebuilds them).
 * Both are private: only the service account's own policy opens them.
 */
export class Storage extends pulumi.ComponentResource {
  /** The bucket of uploads and results. */
  readonly mediaBucketName: pulumi.Output<string>;
  /** ARN of the media bucket. */
  readonly mediaBucketArn: pulumi.Output<string>;
  /** The bucket of static files. */
  readonly staticBucketName: pulumi.Output<string>;
  /** ARN of the static bucket. */
  readonly staticBucketArn: pulumi.Output<string>;

  constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Storage", name, {}, opts);
    const { namePrefix, tags } = args;
    const protect = args.protect ?? true;

    // S3 User Guide "Namespaces for general purpose buckets": the suffix is part of such a name.
    const suffix = args.accountNamespace
      ? pulumi.interpolate`-${getCallerIdentityOutput({}, { parent: this }).accountId}-${regionOf(this)}-an`
      : "";
    const common = { bucketNamespace: args.accountNamespace ? "account-regional" : undefined, tags };

    const media = new PrivateBucket(
      `${name}-media`,
      {
        ...common,
        bucketName: pulumi.interpolate`${namePrefix}-media${suffix}`,
        versioned: true,
        noncurrentVersionDays: args.noncurrentVersionDays,
        forceDestroy: !protect,
        protect,
      },
      { parent: this },
    );
    const assets = new PrivateBucket(
      `${name}-static`,
      {
        ...common,
        bucketName: pulumi.interpolate`${namePrefix}-static${suffix}`,
        corsOrigins: args.corsOrigins,
        forceDestroy: !protect,
      },
      { parent: this },
    );

    this.mediaBucketName = media.bucketName;
    this.mediaBucketArn = media.arn;
    this.staticBucketName = assets.bucketName;
    this.staticBucketArn = assets.arn;
    this.registerOutputs({
      mediaBucketName: this.mediaBucketName,
      mediaBucketArn: this.mediaBucketArn,
      staticBucketName: this.staticBucketName,
      staticBucketArn: this.staticBucketArn,
    });
  }
}
