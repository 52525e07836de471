import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../components";
import { getLogBucketName, getTags, shared } from "./names";
import type { BootstrapSettings } from "./settings";

/** The bucket of the state, with its older versions, and the bucket of its access logs. */
export class StateStorage extends pulumi.ComponentResource {
  /** Name of the bucket of the state. */
  readonly bucketName: pulumi.Output<string>;
  /** ARN of the bucket of the state. */
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, settings: BootstrapSettings, opts?: pulumi.ComponentResourceOptions) {
    super("beo:bootstrap:StateStorage", name, {}, opts);
    // An import finds parents by name: no two resources may have the same.
    const tags = getTags(settings, shared);
    const logs = new PrivateBucket(
      "state-logs",
      {
        bucketName: getLogBucketName(settings),
        loggedBucketNames: [settings.bucketName],
        expirationDays: settings.accessLogDays,
        protect: true,
        tags,
      },
      { parent: this },
    );
    const state = new PrivateBucket(
      "state",
      {
        bucketName: settings.bucketName,
        accessLogBucketName: logs.bucketName,
        versioned: true,
        noncurrentVersionDays: settings.noncurrentVersionDays,
        protect: true,
        tags,
      },
      { parent: this },
    );
    this.bucketName = state.bucketName;
    this.bucketArn = state.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}
