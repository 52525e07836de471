import { type ResourceRule } from "../rule";
import { types } from "../types";
import { refusesPlainHttp, statementsOf } from "../values";

/** A bucket's policy refuses plain HTTP. */
export const rule: ResourceRule = {
  name: "s3-policy-demands-tls",
  description: "A bucket's policy refuses plain HTTP.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.5", "CIS 2.1.1"],
  remediation: "Add a statement that denies s3:* to everybody where aws:SecureTransport is false.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-5",
  reads: ["@deny policy"],
  types: types.bucketPolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => statementsOf(props.policy).some(refusesPlainHttp),
      "policy has to deny requests without TLS.",
    );
  },
};
