import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Nobody has a long-lived access key. */
export const rule: ResourceRule = {
  name: "iam-has-no-access-keys",
  description: "Nobody has a long-lived access key.",
  severity: "medium",
  level: "advisory",
  controls: ["IAM.3", "CIS 1.14"],
  remediation:
    "Use a role. Where the application reads keys from its environment, rotate them every 90 days.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3",
  reads: [],
  types: types.accessKey,
  check(_resource, demand) {
    demand(() => false, "an access key lives until somebody rotates it: do that every 90 days.");
  },
};
