import { join } from "node:path";
import { Application, ApplicationVersion } from "@pulumi/aws/elasticbeanstalk";
import { BucketObjectv2 } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../private-bucket";

interface BootstrapVersionArgs {
  application: Application;
  /** The kind of platform that the version runs on. */
  platform: "python" | "docker";
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * The version with which the environments begin: it answers 200 everywhere and says how to deploy, under any WSGI path.
 * Without one Elastic Beanstalk starts Amazon's sample application, which ours does not fit, and the first `up` would fail.
 *
 * Its name stays the same always: a version that an environment runs cannot be deleted.
 */
export function bootstrapVersion(
  name: string,
  { application, platform, tags }: BootstrapVersionArgs,
  parent: pulumi.Resource,
): ApplicationVersion {
  const bucket = new PrivateBucket(`${name}-bundles`, { tags }, { parent });
  const bundle = new BucketObjectv2(
    `${name}-bootstrap-bundle`,
    {
      bucket: bucket.bucketName,
      key: `bootstrap-${platform}.zip`,
      source: new pulumi.asset.FileArchive(join(__dirname, "bootstrap", platform)),
      tags,
    },
    { parent },
  );
  return new ApplicationVersion(
    `${name}-bootstrap`,
    {
      application: application.name,
      name: `bootstrap-${platform}`,
      description: "Says that the infrastructure is ready, until the application is deployed",
      bucket: bucket.bucketName,
      key: bundle.key,
      // Otherwise the provider refuses `pulumi destroy`: it counts the environments that ended in the last minute too.
      // AWS itself refuses to delete a version that a running environment has.
      forceDelete: true,
      tags,
    },
    { parent },
  );
}
