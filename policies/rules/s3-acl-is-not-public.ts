import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText } from "../values";

/** No ACL opens a bucket to the public. */
export const rule: ResourceRule = {
  name: "s3-acl-is-not-public",
  description: "No ACL opens a bucket to the public.",
  severity: "critical",
  level: "mandatory",
  controls: ["S3.2", "S3.3"],
  remediation: "Remove the ACL.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-2",
  reads: ["!acl"],
  types: [...types.bucketAcl, ...types.bucket],
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => !isText(props.acl) || !/^(public|authenticated)-/.test(props.acl),
      "acl must not be public.",
    );
  },
};
