import { findMismatch, hasInput, isTrue, requireCompanion, toBeAtLeast } from "../checks";
import {
  allowsEveryone,
  deniesRequestsWithoutTls,
  getStatements,
  hasDocument,
  rejectStatements,
} from "../policy-documents";
import { queuePolicies, types } from "../resource-types";
import { ofTypes, type Resource, type RuleDefinition } from "../rule";
import { every } from "../unknown-values";

const securityGuide =
  "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-security-best-practices.html";

/** The default of visibilityTimeoutSeconds, in seconds. */
const defaultVisibilityTimeout = 30;

/** Rules on SQS queues. */
export const sqs: RuleDefinition[] = [
  {
    name: "sqs-queue-encrypted",
    title: "SQS queues should be encrypted at rest",
    severity: "medium",
    controls: ["SQS.1"],
    remediation: "Set sqsManagedSseEnabled to true, or set kmsMasterKeyId.",
    types: types.queue,
    check(queue, report) {
      report(
        () =>
          !isTrue(queue.props.sqsManagedSseEnabled) &&
          (queue.props.kmsMasterKeyId ?? "") === "" &&
          "neither sqsManagedSseEnabled nor kmsMasterKeyId is set; expected one of them.",
      );
    },
  },
  {
    name: "sqs-queue-no-public-access",
    title: "SQS queue access policies should not allow public access",
    severity: "high",
    controls: ["SQS.3"],
    remediation: "Name the principals that need access.",
    types: Object.keys(queuePolicies),
    check: rejectStatements(
      queuePolicies,
      allowsEveryone,
      "policy allows actions to everyone; expected named principals, or a condition that names them.",
    ),
  },
  {
    name: "sqs-queue-ssl-requests-only",
    title: "SQS queue access policies should require requests to use TLS",
    severity: "medium",
    remediation: "Add a statement that denies sqs:* to every principal if aws:SecureTransport is false.",
    url: securityGuide,
    types: Object.keys(queuePolicies),
    check(resource, report) {
      report(
        () =>
          hasDocument(resource, queuePolicies) &&
          every(
            getStatements(resource, queuePolicies),
            (statement) => !deniesRequestsWithoutTls("sqs")(statement),
          ) &&
          "policy does not deny requests without TLS; expected a Deny statement.",
      );
    },
  },
  {
    name: "sqs-queue-policy-configured",
    title: "SQS queues should have an access policy, which requires requests to use TLS",
    severity: "medium",
    remediation: "Add a QueuePolicy that denies requests without TLS.",
    url: securityGuide,
    types: types.queue,
    checkInStack: requireCompanion(types.queuePolicy, "queueUrl", ["url", "id"], "policy"),
  },
  {
    name: "sqs-dead-letter-queue-configured",
    title: "SQS queues should have a dead-letter queue",
    severity: "low",
    remediation: "Set redrivePolicy, and add a RedriveAllowPolicy for the dead-letter queue.",
    url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    types: types.queue,
    checkInStack(queue, report, _context, stack) {
      report(
        () =>
          !isDeadLetterQueue(queue, stack) &&
          !hasInput(queue, "redrivePolicy") &&
          "redrivePolicy is not set; expected a dead-letter queue.",
      );
    },
  },
  {
    name: "sqs-visibility-timeout-check",
    title: "SQS visibility timeouts should be at least as long as the longest task",
    severity: "medium",
    remediation:
      "Set visibilityTimeoutSeconds to more than the time limit of a task multiplied by the worker's prefetch count.",
    url: "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html",
    types: types.queue,
    settings: {
      minimumSeconds: {
        type: "integer",
        default: 600,
        minimum: 0,
        description: "Minimum visibility timeout, in seconds",
      },
    },
    check({ props }, report, context) {
      const minimum = toBeAtLeast(Number(context.setting("minimumSeconds")));
      // Dead-letter queues have no redrive policy and no consumers.
      report(
        () =>
          "redrivePolicy" in props &&
          findMismatch(
            "visibilityTimeoutSeconds",
            props.visibilityTimeoutSeconds ?? defaultVisibilityTimeout,
            minimum,
          ),
      );
    },
  },
];

function isDeadLetterQueue({ urn }: Resource, stack: Resource[]): boolean {
  return (
    ofTypes(stack, types.redriveAllow).some(({ refersTo }) => refersTo("queueUrl").includes(urn)) ||
    ofTypes(stack, types.queue).some(({ refersTo }) => refersTo("redrivePolicy").includes(urn))
  );
}
