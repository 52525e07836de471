import { expect } from "chai";
import { describe, it } from "mocha";
import { ServiceAccount } from "../../components";
import { guidePolicy } from "../support/guide-policy";
import { isSecretOutput, run } from "../support/run";

const arns = {
  staticBucketArn: "arn:aws:s3:::s",
  mediaBucketArn: "arn:aws:s3:::m",
  queueArn: "arn:aws:sqs:us-west-1:123456789012:q",
};

describe("ServiceAccount", () => {
  it("has the guide's policy and no other", async () => {
    const made = await run(() => new ServiceAccount("a", { ...arns, userName: "beo" }));
    expect(made.counts()).to.deep.equal({ User: 1, UserPolicy: 1, AccessKey: 1 });
    expect(JSON.parse(String(made.inputs("a-policy").policy))).to.deep.equal(
      guidePolicy(arns.staticBucketArn, arns.mediaBucketArn, arns.queueArn),
    );
  });

  it("is deleted with what was added to it by hand, such as a console login", async () => {
    const made = await run(() => new ServiceAccount("a", { ...arns, userName: "navigader" }));
    expect(made.inputs("a-user")).to.deep.equal({ name: "navigader", forceDestroy: true });
  });

  it("outputs the access key as secrets, and creates it after the policy", async () => {
    let secrets: boolean[] = [];
    const made = await run(async () => {
      const account = new ServiceAccount("a", arns);
      secrets = await Promise.all([account.accessKeyId, account.secretAccessKey].map(isSecretOutput));
    });
    expect(secrets).to.deep.equal([true, true]);
    expect(made.resource("a-key-1").dependencies).to.include(made.resource("a-policy").urn);
  });

  it("keeps the previous key during a rotation", async () => {
    const keys = async (args: { keyGeneration?: number; previousKeyGeneration?: number }) =>
      (await run(() => new ServiceAccount("a", { ...arns, ...args }))).resources
        .filter(({ type }) => type.endsWith(":AccessKey"))
        .map(({ name }) => name);
    expect(await keys({})).to.deep.equal(["a-key-1"]);
    expect(await keys({ keyGeneration: 2, previousKeyGeneration: 1 })).to.have.members([
      "a-key-1",
      "a-key-2",
    ]);
    expect(await keys({ keyGeneration: 2 })).to.deep.equal(["a-key-2"]);
  });
});
