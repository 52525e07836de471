import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every bucket logs who asks for what. */
export const rule: StackRule = {
  name: "s3-bucket-logs-access",
  description: "Every bucket logs who asks for what.",
  severity: "medium",
  level: "advisory",
  controls: ["S3.9"],
  remediation:
    "Add a BucketLogging for the bucket. It costs storage, and the application is the only one who may ask.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-9",
  reads: ["+bucketLogging"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.bucket),
      { types: types.bucketLogging, input: "bucket", keys: ["id", "bucket"] },
      demandOf,
      "the bucket has no BucketLogging.",
    );
  },
};
