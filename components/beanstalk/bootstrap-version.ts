import { join } from "node:path";
import { type Application, ApplicationVersion } from "@pulumi/aws/elasticbeanstalk";
import { BucketObjectv2 } from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../private-bucket";

interface BootstrapVersionArgs {
  application: Application;
  platform: "python" | "docker";
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Creates the version that the environments run until the first `eb deploy`: it answers every request with 200 and tells
 * how to deploy. Without one Elastic Beanstalk starts Amazon's sample application, which fails with our settings.
 *
 * Its name never changes: a version that an environment runs cannot be deleted.
 */
export function createBootstrapVersion(
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
      description: "Placeholder until the first eb deploy",
      bucket: bucket.bucketName,
      key: bundle.key,
      // Otherwise the provider refuses `pulumi destroy`, since it also counts recently terminated environments. AWS itself
      // refuses to delete a version that a running environment uses.
      forceDelete: true,
      tags,
    },
    { parent },
  );
}
