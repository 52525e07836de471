import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket has a policy, which refuses plain HTTP. */
export const rule: StackRule = {
  name: "s3-bucket-has-policy",
  description: "Every bucket has a policy, which refuses plain HTTP.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.5"],
  remediation: "Add a BucketPolicy that denies requests without TLS.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
  reads: ["+bucketPolicy"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.bucketPolicy, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketPolicy.",
    );
  },
};
