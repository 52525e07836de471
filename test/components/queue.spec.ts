import { expect } from "chai";
import { describe, it } from "mocha";
import { Queue } from "../../components";
import { run } from "../support/run";

const arn = (name: string) => `arn:aws:sqs:us-west-1:123456789012:${name}`;
const tlsOnly = (name: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: [arn(name)],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });

describe("Queue", () => {
  it("creates an encrypted queue with a dead-letter queue, neither with a policy that grants access", async () => {
    const made = await run(() => new Queue("q", { queueName: "celery", tags: { Project: "x" } }));
    expect(made.counts()).to.deep.equal({ Queue: 2, RedriveAllowPolicy: 1, QueuePolicy: 2 });
    expect(made.inputs("q-queue")).to.deep.equal({
      name: "celery",
      sqsManagedSseEnabled: true,
      visibilityTimeoutSeconds: 3600,
      messageRetentionSeconds: 345600,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("celery-dead-letters"), maxReceiveCount: 10 }),
      tags: { Project: "x" },
    });
    expect(made.inputs("q-dead-letters")).to.deep.equal({
      name: "celery-dead-letters",
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1209600,
      tags: { Project: "x" },
    });
    expect(made.inputs("q-redrive-allow").redriveAllowPolicy).to.equal(
      JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [arn("celery")] }),
    );
    expect(made.inputs("q-queue-tls-only").policy).to.equal(tlsOnly("celery"));
    expect(made.inputs("q-dead-letters-tls-only").policy).to.equal(tlsOnly("celery-dead-letters"));
  });

  it("uses given attributes", async () => {
    const attributes = { receiveWaitTimeSeconds: 20, delaySeconds: 15 };
    const made = await run(() => new Queue("q", { queueName: "tasks_1", ...attributes }));
    expect(made.inputs("q-queue")).to.deep.include({ name: "tasks_1", ...attributes });
    expect(made.inputs("q-dead-letters")).not.to.have.any.keys(attributes);
    expect(made.inputs("q-dead-letters").name).to.equal("tasks_1-dead-letters");
  });

  it("hides messages for 6 times the task limit, and no longer than SQS allows", async () => {
    const getTimeout = async (taskTimeLimit: number) =>
      (await run(() => new Queue("q", { taskTimeLimit }))).inputs("q-queue").visibilityTimeoutSeconds;
    expect(await getTimeout(60)).to.equal(360);
    expect(await getTimeout(7200)).to.equal(43200);
    expect(await getTimeout(10800)).to.equal(43200);
  });

  it("rejects a visibility timeout in which prefetched tasks do not end", async () => {
    const create = (visibilityTimeoutSeconds: number) =>
      run(() => new Queue("q", { taskTimeLimit: 900, visibilityTimeoutSeconds }));
    await create(3600);
    let message = "";
    await create(3599).catch((error: unknown) => (message = String(error)));
    expect(message).to.include("is 3599, but taskTimeLimit is 900").and.include("Set it to 3600 or more");
  });

  it("uses a given visibility timeout and receive count", async () => {
    const made = await run(() => new Queue("q", { visibilityTimeoutSeconds: 7200, maxReceiveCount: 3 }));
    const { visibilityTimeoutSeconds, redrivePolicy, name } = made.inputs("q-queue");
    expect(visibilityTimeoutSeconds).to.equal(7200);
    expect(JSON.parse(String(redrivePolicy))).to.include({ maxReceiveCount: 3 });
    expect(name).to.equal(undefined);
  });
});
