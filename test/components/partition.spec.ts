import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore } from "../../components";
import { record } from "../../plan/record";
import { answers, exampleOutputs } from "../support/examples";

/** Puts the ARNs of the example account into another partition. */
function moveTo<T>(partition: string, value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll("arn:aws:", `arn:${partition}:`)) as T;
}

describe("the ARNs of a BeoDatastore", () => {
  for (const [partition, region] of [
    ["aws-us-gov", "us-gov-west-1"],
    ["aws-cn", "cn-north-1"],
  ] as const) {
    it(`are all in the partition ${partition}, in ${region}`, async () => {
      const { resources, error } = await record(
        {
          project: "beo-datastore",
          stack: "prod",
          config: { "aws:region": region },
          outputs: (resource) => {
            const { id, outputs } = exampleOutputs(resource);
            return { id, outputs: moveTo(partition, outputs) };
          },
          invoke: (token) =>
            token.endsWith(":getPartition")
              ? { partition }
              : token.endsWith(":getRegion")
                ? { id: region, region }
                : moveTo(partition, answers(token)),
        },
        () =>
          new BeoDatastore("beo", {
            applicationName: "reports",
            environment: "prod",
            appUrl: "https://app.example.com",
            supportEmail: "support@example.com",
            alarmEmail: "alarms@example.com",
            domain: "reports.example.com",
            hostedZone: "example.com",
            monitoring: { healthCheck: true, kmsKey: "key" },
            database: { monitoringInterval: 60 },
            platform: { logKmsKey: "key" },
            storage: { administrators: [`arn:${partition}:iam::123456789012:user/example`] },
            web: { accessLogDays: 30, maintenance: true },
            worker: { drain: true, maxSize: 4 },
          }),
      );
      expect(error).to.equal(undefined);
      const text = JSON.stringify(resources.map(({ name, inputs }) => [name, inputs]));
      const arns = [...text.matchAll(/arn:[\w-]*:\w*:[\w*-]*:\w*:[^"\\]*/g)].map(([arn]) => arn);
      expect(arns.filter((arn) => !arn.startsWith(`arn:${partition}:`))).to.deep.equal([]);
      expect(new Set(arns.map((arn) => arn.split(":")[2]))).to.include.all.keys(
        ...["iam", "s3", "sqs", "dynamodb", "logs", "elasticbeanstalk", "ssm", "kms", "sns"],
      );
    });
  }
});
