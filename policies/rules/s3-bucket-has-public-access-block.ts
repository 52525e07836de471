import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket has a block of public access. */
export const rule: StackRule = {
  name: "s3-bucket-has-public-access-block",
  description: "Every bucket has a block of public access.",
  severity: "high",
  level: "mandatory",
  controls: ["S3.8"],
  remediation: "Add a BucketPublicAccessBlock for the bucket.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
  reads: ["+publicAccessBlock"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.publicAccessBlock, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketPublicAccessBlock.",
    );
  },
};
