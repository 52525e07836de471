import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Buckets with data that nobody can make again keep old versions. */
export const rule: StackRule = {
  name: "s3-data-is-versioned",
  description: "Buckets with data that nobody can make again keep old versions.",
  severity: "low",
  level: "mandatory",
  controls: ["S3.14"],
  remediation: "Add a BucketVersioning for the bucket.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14",
  reads: ["+bucketVersioning"],
  settings: {
    dataBuckets: {
      type: "string",
      default: "media",
      description: "Pattern of the resource names of buckets with data",
    },
  },
  checkStack(resources, demandOf, context) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket).filter(({ name }) =>
        new RegExp(String(context.setting("dataBuckets"))).test(name),
      ),
      { types: types.bucketVersioning, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketVersioning.",
    );
  },
};
