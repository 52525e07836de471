import { isGiven, ofTypes, type Resource, type StackRule } from "../rule";
import { types } from "../types";

/** A queue puts aside what cannot be worked off. */
export const rule: StackRule = {
  name: "sqs-has-dead-letters",
  description: "A queue puts aside what cannot be worked off.",
  severity: "low",
  level: "mandatory",
  controls: [],
  remediation: "Set redrivePolicy, and on the dead-letter queue a RedriveAllowPolicy.",
  url: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
  reads: ["redrivePolicy"],
  checkStack(resources, demandOf) {
    const queues = ofTypes(resources, types.queue);
    const isDeadLetters = ({ urn }: Resource) =>
      ofTypes(resources, types.redriveAllow).some(({ refersTo }) => refersTo("queueUrl").includes(urn)) ||
      queues.some(({ refersTo }) => refersTo("redrivePolicy").includes(urn));
    for (const queue of queues.filter((candidate) => !isDeadLetters(candidate))) {
      demandOf(queue)(
        () => isGiven(queue, "redrivePolicy"),
        "redrivePolicy has to name a dead-letter queue.",
      );
    }
  },
};
