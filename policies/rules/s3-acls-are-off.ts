import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** ACLs are switched off. */
export const rule: ResourceRule = {
  name: "s3-acls-are-off",
  description: "ACLs are switched off.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.12"],
  remediation: "Set rule.objectOwnership to BucketOwnerEnforced.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12",
  reads: ["rule.objectOwnership"],
  types: types.bucketOwnership,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => at(props, "rule.objectOwnership") === "BucketOwnerEnforced",
      "rule.objectOwnership has to be BucketOwnerEnforced.",
    );
  },
};
