import { type ResourceRule } from "../rule";
import { types } from "../types";
import { statementsOf } from "../values";

/** No policy allows everything on everything. */
export const rule: ResourceRule = {
  name: "iam-allows-not-everything",
  description: "No policy allows everything on everything.",
  severity: "high",
  level: "mandatory",
  controls: ["IAM.1", "CIS 1.16"],
  remediation: "Name the actions and the resources.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
  reads: ["@admin policy"],
  types: types.iamPolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        !statementsOf(props.policy).some(
          ({ effect, actions, resources }) =>
            effect === "Allow" &&
            actions.some((action) => action === "*" || action === "*:*") &&
            resources.includes("*"),
        ),
      "policy must not allow * on *.",
    );
  },
};
