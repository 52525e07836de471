import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Users get their rights by groups. */
export const rule: ResourceRule = {
  name: "iam-users-have-no-policies",
  description: "Users get their rights by groups.",
  severity: "low",
  level: "advisory",
  controls: ["IAM.2", "CIS 1.15"],
  remediation:
    "Use a group or a role. The service account is one user with one policy, as its guide says: a group of one would hide that.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-2",
  reads: [],
  types: types.userPolicy,
  check(_resource, demand) {
    demand(() => false, "users should get their rights by groups.");
  },
};
