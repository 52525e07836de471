import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket says how it is encrypted. */
export const rule: StackRule = {
  name: "s3-bucket-is-encrypted",
  description: "Every bucket says how it is encrypted.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.17"],
  remediation: "Add a BucketServerSideEncryptionConfiguration for the bucket.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-17",
  reads: ["+bucketEncryption"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.bucketEncryption, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketServerSideEncryptionConfiguration.",
    );
  },
};
