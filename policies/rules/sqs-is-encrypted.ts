import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** Queues are encrypted at rest. */
export const rule: ResourceRule = {
  name: "sqs-is-encrypted",
  description: "Queues are encrypted at rest.",
  severity: "medium",
  level: "mandatory",
  controls: ["SQS.1"],
  remediation: "Set sqsManagedSseEnabled to true, or kmsMasterKeyId.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-1",
  reads: ["sqsManagedSseEnabled"],
  types: types.queue,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => isTrue(props.sqsManagedSseEnabled) || "kmsMasterKeyId" in props,
      "sqsManagedSseEnabled has to be true.",
    );
  },
};
