import { type ResourceRule } from "../rule";
import { types } from "../types";
import { grantsToAll, statementsOf } from "../values";

/** No queue policy grants anything to everybody. */
export const rule: ResourceRule = {
  name: "sqs-policy-grants-nothing-to-all",
  description: "No queue policy grants anything to everybody.",
  severity: "high",
  level: "mandatory",
  controls: ["SQS.3"],
  remediation: "Name the principals that may.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-3",
  reads: ["@grant policy"],
  types: types.queuePolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => !statementsOf(props.policy).some(grantsToAll),
      "policy must not allow anything to everybody.",
    );
  },
};
