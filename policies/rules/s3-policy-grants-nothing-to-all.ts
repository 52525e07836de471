import { type ResourceRule } from "../rule";
import { types } from "../types";
import { grantsToAll, statementsOf } from "../values";

/** No bucket policy grants anything to everybody. */
export const rule: ResourceRule = {
  name: "s3-policy-grants-nothing-to-all",
  description: "No bucket policy grants anything to everybody.",
  severity: "critical",
  level: "mandatory",
  controls: ["S3.2", "S3.3"],
  remediation: "Name the principals that may.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2",
  reads: ["@grant policy"],
  types: types.bucketPolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => !statementsOf(props.policy).some(grantsToAll),
      "policy must not allow anything to everybody.",
    );
  },
};
