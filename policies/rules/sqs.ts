import { findMismatch, getTaskTimeLimit, hasInput, isTrue, requireCompanion, toBeAtLeast } from "../checks";
import {
  allowsEveryone,
  deniesRequestsWithoutTls,
  getStatements,
  hasDocument,
  rejectStatements,
} from "../policy-documents";
import { queuePolicies, types } from "../resource-types";
import { ofTypes, type Resource, type RuleDefinition } from "../rule";
import { every, unlessUnknown } from "../unknown-values";

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
    title: "SQS visibility timeouts should be at least as long as a prefetched message can take",
    severity: "medium",
    remediation:
      "Set visibilityTimeoutSeconds to more than the time limit of a task multiplied by the worker's prefetch count.",
    url: "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html",
    types: types.queue,
    settings: {
      minimumSeconds: {
        type: "integer",
        // Celery's prefetch count, and a task limit of 600 seconds.
        default: 2400,
        minimum: 0,
        description:
          "Minimum visibility timeout, in seconds; 4 times the worker environment's TASK_TIME_LIMIT, where that is more",
      },
    },
    checkInStack(queue, report, context, stack) {
      // Dead-letter queues have no redrive policy and no consumers.
      report(
        () =>
          hasInput(queue, "redrivePolicy") &&
          findMismatch(
            "visibilityTimeoutSeconds",
            queue.props.visibilityTimeoutSeconds ?? defaultVisibilityTimeout,
            toBeAtLeast(Math.max(Number(context.setting("minimumSeconds")), getLongestWait(stack))),
          ),
      );
    },
  },
];

/** Messages that a Celery worker process prefetches, unless it is configured otherwise. */
const prefetchCount = 4;

/** Returns the seconds that a prefetched message can take with the task limits that the stack's environments have, or 0. */
function getLongestWait(stack: Resource[]): number {
  const limits = ofTypes(stack, types.environment).map((environment) =>
    unlessUnknown(() => getTaskTimeLimit(environment) ?? 0, 0),
  );
  return prefetchCount * Math.max(0, ...limits);
}

function isDeadLetterQueue({ urn }: Resource, stack: Resource[]): boolean {
  return (
    ofTypes(stack, types.redriveAllow).some(({ refersTo }) => refersTo("queueUrl").includes(urn)) ||
    ofTypes(stack, types.queue).some(({ refersTo }) => refersTo("redrivePolicy").includes(urn))
  );
}
