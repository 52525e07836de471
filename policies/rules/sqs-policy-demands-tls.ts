import { type ResourceRule } from "../rule";
import { types } from "../types";
import { refusesPlainHttp, statementsOf } from "../values";

/** A queue's policy refuses plain HTTP. */
export const rule: ResourceRule = {
  name: "sqs-policy-demands-tls",
  description: "A queue's policy refuses plain HTTP.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation: "Add a statement that denies sqs:* to everybody where aws:SecureTransport is false.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  reads: ["@deny policy"],
  types: types.queuePolicy,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => statementsOf(props.policy).some(refusesPlainHttp),
      "policy has to deny requests without TLS.",
    );
  },
};
