import { join } from "node:path";
import { type Application, ApplicationVersion } from "@pulumi/aws/elasticbeanstalk";
import { BucketObjectv2 } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { PrivateBucket } from "../private-bucket";

interface BootstrapVersionArgs {
  application: Application;
  bucket: PrivateBucket;
  /** What replaces an environment when it changes. */
  keepers: Record<string, pulumi.Input<string> | undefined>;
  platform: "python" | "docker";
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Creates the version that the environments run until the first `eb deploy`: it answers every request with 200 and tells
 * how to deploy. Without one Elastic Beanstalk starts Amazon's sample application, which fails with our settings.
 *
 * The application's lifecycle deletes the oldest versions with their bundles, and this is the oldest one. So what replaces an
 * environment creates a version of a new name first. Elastic Beanstalk deletes the old one in time, or with the application:
 * while an environment runs it, it cannot be deleted.
 */
export function createBootstrapVersion(
  name: string,
  { application, bucket, keepers, platform, tags }: BootstrapVersionArgs,
  parent: pulumi.Resource,
): ApplicationVersion {
  const { hex } = new random.RandomId(
    `${name}-id`,
    { byteLength: 4, keepers: { ...keepers, application: application.name, platform } },
    { parent },
  );
  const label = pulumi.interpolate`bootstrap-${platform}-${hex}`;
  const bundle = new BucketObjectv2(
    `${name}-bundle`,
    {
      bucket: bucket.bucketName,
      key: pulumi.interpolate`${label}.zip`,
      source: new pulumi.asset.FileArchive(join(__dirname, "bootstrap", platform)),
      // Objects take 10 tags, and the provider's default tags may be up to 50.
      overrideProvider: { defaultTags: { tags: {} } },
    },
    { parent },
  );
  return new ApplicationVersion(
    name,
    {
      application: application.name,
      name: label,
      description: "Placeholder until the first eb deploy",
      bucket: bucket.bucketName,
      key: bundle.key,
      tags,
    },
    { parent, retainOnDelete: true },
  );
}
