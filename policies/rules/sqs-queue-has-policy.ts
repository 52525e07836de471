import { ofTypes, demandCompanions, type StackRule } from "../rule";
import { types } from "../types";

/** Every queue has a policy, which refuses plain HTTP. */
export const rule: StackRule = {
  name: "sqs-queue-has-policy",
  description: "Every queue has a policy, which refuses plain HTTP.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation: "Add a QueuePolicy that denies requests without TLS.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html",
  reads: ["+queuePolicy"],
  checkStack(resources, demandOf) {
    demandCompanions(
      resources,
      ofTypes(resources, types.queue),
      { types: types.queuePolicy, input: "queueUrl", keys: ["url", "id"] },
      demandOf,
      "the queue has no QueuePolicy.",
    );
  },
};
