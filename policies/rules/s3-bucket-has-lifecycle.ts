import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket has a lifecycle, so that nothing piles up. */
export const rule: StackRule = {
  name: "s3-bucket-has-lifecycle",
  description: "Every bucket has a lifecycle, so that nothing piles up.",
  severity: "low",
  level: "mandatory",
  controls: ["S3.13"],
  remediation: "Add a BucketLifecycleConfiguration for the bucket.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-13",
  reads: ["+bucketLifecycle"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.bucketLifecycle, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketLifecycleConfiguration.",
    );
  },
};
