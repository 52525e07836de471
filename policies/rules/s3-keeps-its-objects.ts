import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** In production a bucket is not deleted with its objects. */
export const rule: ResourceRule = {
  name: "s3-keeps-its-objects",
  description: "In production a bucket is not deleted with its objects.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Set forceDestroy to false.",
  url: "https://www.pulumi.com/registry/packages/aws/api-docs/s3/bucket/",
  reads: ["forceDestroy"],
  types: types.bucket,
  check(resource, demand, context) {
    const { props } = resource;
    if (!context.production) {
      return;
    }
    demand(() => !isTrue(props.forceDestroy), "forceDestroy must not be true in production.");
  },
};
