import { type ResourceRule } from "../rule";
import { types } from "../types";
import { variable } from "../values";

/** The application asks for no ACL on its uploads. */
export const rule: ResourceRule = {
  name: "app-uploads-have-no-acl",
  description: "The application asks for no ACL on its uploads.",
  severity: "medium",
  level: "mandatory",
  controls: ["S3.12"],
  remediation: "Remove AWS_DEFAULT_ACL.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-12",
  reads: ["!aws:elasticbeanstalk:application:environment/AWS_DEFAULT_ACL"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () => variable(resource, "AWS_DEFAULT_ACL") === undefined,
      "AWS_DEFAULT_ACL must not be set: buckets have ACLs off.",
    );
  },
};
