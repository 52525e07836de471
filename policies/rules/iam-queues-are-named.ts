import { type ResourceRule } from "../rule";
import { types } from "../types";
import { statementsOf } from "../values";

/** No role may use every queue of the account. */
export const rule: ResourceRule = {
  name: "iam-queues-are-named",
  description: "No role may use every queue of the account.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Name the queues.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/iam-instanceprofile.html",
  reads: ["@queues policy"],
  types: types.iamPolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        !statementsOf(props.policy).some(
          ({ effect, actions, resources }) =>
            effect === "Allow" &&
            resources.includes("*") &&
            actions.some((action) => /^sqs:(?!List|GetQueueUrl)/i.test(action)),
        ),
      "policy must not allow SQS actions on *.",
    );
  },
};
