import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket says that ACLs are off. */
export const rule: StackRule = {
  name: "s3-bucket-has-ownership-controls",
  description: "Every bucket says that ACLs are off.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.12"],
  remediation: "Add BucketOwnershipControls for the bucket.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12",
  reads: ["+bucketOwnership"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.bucketOwnership, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketOwnershipControls.",
    );
  },
};
