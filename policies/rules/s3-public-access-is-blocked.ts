import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** Public access to a bucket is blocked in all four ways. */
export const rule: ResourceRule = {
  name: "s3-public-access-is-blocked",
  description: "Public access to a bucket is blocked in all four ways.",
  severity: "high",
  level: "mandatory",
  controls: ["S3.8", "CIS 2.1.4"],
  remediation: "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-8",
  reads: ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
  types: types.publicAccessBlock,
  check(resource, demand) {
    for (const way of ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"]) {
      demand(() => isTrue(resource.props[way]), `${way} has to be true.`);
    }
  },
};
