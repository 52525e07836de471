import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs } from "../../components";
import { run } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
};

/** Returns the error's message, and how much was registered. */
async function create(changes: Partial<BeoDatastoreArgs>): Promise<{ message: string; count: number }> {
  let message = "";
  const { resources } = await run(() => {
    try {
      new BeoDatastore("beo", { ...args, ...changes });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  return { message, count: resources.filter(({ type }) => type !== "pulumi:pulumi:Stack").length };
}

describe("BeoDatastore", () => {
  // Limits of AWS, and what the application cannot work with.
  const refused: [Partial<BeoDatastoreArgs>, RegExp][] = [
    [
      { domain: "api.example.com" },
      /^domain needs hostedZone, to create a certificate, or certificateArn, to use an existing one\.$/,
    ],
    [{ hostedZone: "example.com" }, /^domain is missing, but hostedZone is set\.$/],
    [
      { hostedZone: "example.org", mail: { domain: "example.com" } },
      /^domain is missing, but hostedZone is set\.$/,
    ],
    [{ certificateArn: pulumi.output("arn") }, /^domain is missing, but certificateArn is set\.$/],
    [
      { domain: "api.example.com", hostedZone: "example.org" },
      /^hostedZone is "example\.org", but domain, "api\.example\.com", is not in that zone\.$/,
    ],
    [
      { appUrl: "https://app.example.com/" },
      /^appUrl is "https:\/\/app\.example\.com\/"\. Expected .* without a path/,
    ],
    [{ sqlUser: "app" }, /^sqlPassword is missing, but sqlUser is set\./],
    [{ sqlPassword: pulumi.secret("given-app") }, /^sqlUser is missing, but sqlPassword is set\./],
    [{ smtpUser: pulumi.secret("user") }, /^smtpPassword is missing, but smtpUser is set\./],
    [
      { applicationName: "b".repeat(48) },
      /^applicationName is "b{48}" \(48 characters\)\. The maximum is 33, because Elastic Beanstalk limits environment names to 40\.$/,
    ],
    [
      { applicationName: "Beo_Datastore" },
      /^applicationName is "Beo_Datastore"\. Expected lowercase letters/,
    ],
    [{ applicationName: "aws-beo" }, /^applicationName is "aws-beo"\. Systems Manager reserves names/],
    [{ web: { cloudFront: true } }, /^web\.cloudFront is true, but web\.singleInstance is false\./],
    [{ web: { minSize: 7, maxSize: 4 } }, /^web\.minSize is 7, but web\.maxSize is 4\./],
    [
      { worker: { instanceTypes: ["t3.small", "t4g.small"] } },
      /^worker\.instanceTypes mixes arm64 \(t4g\.small\)/,
    ],
    [
      { domain: "api.example.com", hostedZone: "example.com", web: { singleInstance: true } },
      /^web\.singleInstance is true, but HTTPS needs a load balancer/,
    ],
    [{ network: { vpcId: pulumi.output("vpc-1") } }, /^network\.vpcId needs network\.databaseSubnetIds/],
    [
      { database: { allocatedStorage: 100 } },
      /^database\.maxAllocatedStorage is 100, but .* The minimum is 110/,
    ],
    [{ worker: { taskTimeLimit: 10800 } }, /^worker\.taskTimeLimit is 10800, but worker\.drain is true\./],
    [{ sleep: { days: [] } }, /^sleep\.days is empty: the stack would never wake up\./],
    [{ sleep: { zone: "PDT8" } }, /^sleep\.zone is "PDT8"\. Expected an IANA time zone/],
    [{ sleep: { from: "25:00" } }, /^sleep\.from is "25:00"\. Expected a time of day/],
    [{ sleep: {} }, /^platform\.updateWindow is Tue:09:00 \(UTC\), when the stack sleeps/],
    [{ budget: { monthly: 10 } }, /^budget is set, but its reports reach no operator\./],
    [
      { budget: { monthly: 10 }, alarmEmail: "a@example.com", tags: { Project: "beo" } },
      /^tags lacks Environment, by which the budget knows the stack's costs\./,
    ],
    [
      { worker: { schedule: [{ name: "Night", recurrence: "0 3 * * *", minSize: 1, maxSize: 0 }] } },
      /^worker\.schedule\[0\]\.minSize is 1, but maxSize is 0\./,
    ],
    [
      { mail: { previousKeyGeneration: 1 } },
      /^mail\.previousKeyGeneration is 1, but mail\.keyGeneration is 1\./,
    ],
  ];
  for (const [changes, message] of refused) {
    it(`refuses ${JSON.stringify(changes, (_, value: unknown) => (pulumi.Output.isInstance(value) ? "output" : value))} before it registers anything`, async () => {
      const { message: given, count } = await create(changes);
      expect(given).to.match(message);
      expect(count).to.equal(0);
    });
  }

  it("accepts a hosted zone for the records of mail only", async () => {
    const { message, count } = await create({ hostedZone: "example.com", mail: { domain: "example.com" } });
    expect(message).to.equal("");
    expect(count).to.be.above(90);
  });

  it("names all arguments that break a rule", async () => {
    const { message } = await create({ sqlUser: "app", domain: "api.example.com" });
    expect(message.split("\n")).to.have.length(2);
    expect(message).to.include("domain needs hostedZone").and.to.include("sqlPassword is missing");
  });

  it("applies no rule to outputs, whose values are not known", async () => {
    const changes = {
      appUrl: pulumi.output("https://app.example.com/"),
      database: { allocatedStorage: pulumi.output(100) },
      web: { instanceTypes: [pulumi.output("t3.small"), "t4g.small"] },
      network: {
        vpcId: pulumi.output("vpc-1"),
        databaseSubnetIds: pulumi.output(["subnet-1"]),
        instanceSubnetIds: pulumi.output(["subnet-1"]),
      },
    };
    const { message, count } = await create(changes);
    expect(message).to.equal("");
    expect(count).to.be.above(90);
  });
});
