import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateDBInstanceCommand } from "@aws-sdk/client-rds";
import { ChangeResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { PutEmailIdentityMailFromAttributesCommand } from "@aws-sdk/client-sesv2";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { after, beforeEach, describe, it } from "mocha";
import { checkRequests } from "./support/aws-models";
import { clientsOf } from "./support/clients";
import { type Aws, startAws } from "./support/tools";

/** Negative controls: the suite checks what it sent by the same functions at its end. */
describe("the models of AWS", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-e2e-models-"));
  const requests = join(folder, "requests");
  const file = join(requests, "aws.jsonl");
  beforeEach(() => {
    rmSync(requests, { recursive: true, force: true });
    mkdirSync(requests);
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  type Sent = [operation: string, parameters: object];
  /** Checks requests as the provider would send them. */
  const check = (region: string, ...sent: Sent[]) => {
    const lines = sent.map(([operation, parameters]) => {
      const [service, name] = operation.split(".");
      const request = { service, region, operation: name, parameters, sent: [] };
      return JSON.stringify({ ...request, status: 200, agent: "terraform-provider-aws" });
    });
    writeFileSync(file, lines.join("\n"));
    return checkRequests(requests);
  };
  const database = {
    DBInstanceIdentifier: "data",
    DBInstanceClass: "db.t3.medium",
    Engine: "postgres",
    EngineVersion: "17",
    AllocatedStorage: 20,
    MasterUsername: "beo",
    MasterUserPassword: "not-a-real-password",
  };

  it("finds by botocore what services refuse, in each protocol, and shows no value", async function () {
    if (process.env.AWS_ENDPOINT_URL !== undefined) {
      // Only an emulated AWS of our own records.
      this.skip();
    }
    const aws = startAws(folder, file);
    try {
      await sendWrongRequests(aws);
    } finally {
      aws.stop();
    }
    const { counts, findings } = checkRequests(requests);
    expect(findings).to.deep.equal([
      "cloudwatch PutMetricAlarm, alarm: EvaluationPeriods is the number 0: min is 1 (botocore)",
      "ec2 CreateSecurityGroup, group: Description is required and missing (botocore)",
      `iam CreateUser, ${"u".repeat(65)}: UserName is a string of 65 characters: max is 64 (botocore)`,
      "iam CreateUser, with-colour: Colour is not in the model (botocore)",
      "logs PutRetentionPolicy, a b: logGroupName is a string of 3 characters: expected is [\\.\\-_/#A-Za-z0-9]+ (botocore)",
      "rds CreateDBInstance, data: DBInstanceClass is required and missing (botocore)",
      "route53 ChangeResourceRecordSets, Z0123456789: ChangeBatch.Changes is a list of 0: min is 1 (botocore)",
      "s3 PutBucketVersioning, bucket: VersioningConfiguration.Status is a string of 2 characters: allowed are Enabled, Suspended (botocore)",
      "sesv2 PutEmailIdentityMailFromAttributes, example.com: BehaviorOnMxFailure is a string of 6 characters: allowed are USE_DEFAULT_VALUE, REJECT_MESSAGE (botocore)",
      "sqs CreateQueue, with-colour: Colour is not in the model (botocore)",
      "ssm PutParameter, /secret: Type is a string of 6 characters: allowed are String, StringList, SecureString (botocore)",
    ]);
    expect(counts.requests).to.equal(13);
    // The value is recorded, but not shown.
    expect(readFileSync(file, "utf8")).to.include("not-a-real-secret");
  });

  it("finds by cfn-lint what a region does not have, and values and properties that do not exist", () => {
    const sent: Sent[] = [
      ["rds.CreateDBInstance", { ...database, DBInstanceClass: "db.r5b.large" }],
      ["logs.CreateLogGroup", { logGroupName: "/log" }],
      ["logs.PutRetentionPolicy", { logGroupName: "/log", retentionInDays: 31 }],
      ["iam.CreateUser", { UserName: "beo", Colour: "red" }],
    ];
    const byCfnLint = (region: string) =>
      check(region, ...sent).findings.flatMap(
        (finding) =>
          /^(AWS::[^:]+::\w+ in .*?: \w+): .* \(cfn-lint (\w+)\)$/.exec(finding)?.slice(1).join(" ") ?? [],
      );
    const everywhere = (region: string) => [
      `AWS::IAM::User in ${region}, beo: Colour E3002`,
      `AWS::Logs::LogGroup in ${region}, /log: RetentionInDays E3030`,
    ];
    expect(byCfnLint("us-east-1")).to.deep.equal(everywhere("us-east-1"));
    expect(byCfnLint("us-west-1")).to.deep.equal([
      ...everywhere("us-west-1"),
      "AWS::RDS::DBInstance in us-west-1, data: DBInstanceClass E3025",
    ]);
  });

  it("finds by cdk-preflight what is known from deployments that failed", () => {
    const { findings } = check(
      "us-west-1",
      ["acm.RequestCertificate", { DomainName: `${"a".repeat(60)}.example.com`, ValidationMethod: "DNS" }],
      ["rds.CreateDBInstance", { ...database, DBName: "1st", MasterUserPassword: "not/a-real-password" }],
    );
    expect(
      findings.map((finding) => /: (\w+): .* \(cdk-preflight (\S+)\)$/.exec(finding)?.slice(1)),
    ).to.deep.equal([
      ["DomainName", "pf-acm-domain-name-cn-64-octets"],
      ["DBName", "pf-rds-dbname-format"],
      ["MasterUserPassword", "pf-rds-password-valid"],
    ]);
    expect(findings.join("\n")).not.to.include("not/a-real-password");
  });

  it("checks each state of a resource that is changed", () => {
    const { counts, findings } = check(
      "us-west-1",
      ["rds.CreateDBInstance", database],
      ["rds.ModifyDBInstance", { DBInstanceIdentifier: "data", DBInstanceClass: "db.r5b.large" }],
      ["rds.ModifyDBInstance", { DBInstanceIdentifier: "data", DBInstanceClass: "db.t3.large" }],
    );
    expect(counts).to.include({ resources: 3, templates: 3 });
    const byCfnLint = findings.filter((finding) => finding.endsWith("(cfn-lint E3025)"));
    expect(byCfnLint).to.have.length(1);
    expect(byCfnLint[0]).to.include("'db.r5b.large' is not one of");
  });

  it("finds nothing in requests without mistakes, and counts what it checked", () => {
    const { counts, unconverted, findings } = check(
      "us-west-1",
      ["acm.RequestCertificate", { DomainName: "api.example.com", ValidationMethod: "DNS" }],
      ["rds.CreateDBInstance", { ...database, DBName: "first" }],
      ["logs.CreateLogGroup", { logGroupName: "/log" }],
      ["logs.PutRetentionPolicy", { logGroupName: "/log", retentionInDays: 30 }],
      ["iam.AttachRolePolicy", { RoleName: "role", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
    );
    expect(findings).to.deep.equal([]);
    expect(unconverted).to.deep.equal(["iam.AttachRolePolicy"]);
    expect(counts).to.include({ requests: 5, operations: 5, resources: 3, templates: 1 });
    expect(counts.checks).to.be.greaterThan(10);
    expect(counts.rules).to.be.greaterThan(10);
  });

  it("says which Python it needs, where there is none", () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      expect(() => checkRequests(requests)).to.throw("need python3, 3.10 or newer, on PATH: there is none");
    } finally {
      process.env.PATH = path;
    }
  });
});

/** Sends requests with a mistake each, and two without. The emulated AWS may accept them. */
async function sendWrongRequests(aws: Aws): Promise<void> {
  const clients = clientsOf(aws);
  const answers = [
    clients.cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: "alarm", EvaluationPeriods: 0, ComparisonOperator: "GreaterThanThreshold" },
        ...{
          Namespace: "AWS/SQS",
          MetricName: "NumberOfMessagesSent",
          Period: 60,
          Statistic: "Sum",
          Threshold: 1,
        },
      }),
    ),
    clients.ec2.send(new CreateSecurityGroupCommand({ GroupName: "group", Description: undefined })),
    clients.iam.send(new CreateUserCommand({ UserName: "u".repeat(65) })),
    clients.logs.send(new PutRetentionPolicyCommand({ logGroupName: "a b", retentionInDays: 30 })),
    clients.rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "data",
        Engine: "postgres",
        DBInstanceClass: undefined,
      }),
    ),
    clients.route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: "Z0123456789", ChangeBatch: { Changes: [] } }),
    ),
    clients.s3.send(
      new PutBucketVersioningCommand({
        Bucket: "bucket",
        // @ts-expect-error: as a program without types would send it.
        VersioningConfiguration: { Status: "On" },
      }),
    ),
    clients.mail.send(
      new PutEmailIdentityMailFromAttributesCommand({
        EmailIdentity: "example.com",
        // @ts-expect-error: as above.
        BehaviorOnMxFailure: "IGNORE",
      }),
    ),
    clients.ssm.send(
      new PutParameterCommand({
        Name: "/secret",
        // @ts-expect-error: as above.
        Type: "Secret",
        Value: "not-a-real-secret",
      }),
    ),
    clients.s3.send(new CreateBucketCommand({ Bucket: "bucket" })),
    clients.sqs.send(new CreateQueueCommand({ QueueName: "queue" })),
    // The SDK sends no members that its model does not have.
    fetch(aws.environment.AWS_ENDPOINT_URL ?? "", {
      method: "POST",
      headers: {
        ...signedFor("sqs"),
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": "AmazonSQS.CreateQueue",
      },
      body: JSON.stringify({ QueueName: "with-colour", Colour: "red" }),
    }),
    fetch(aws.environment.AWS_ENDPOINT_URL ?? "", {
      method: "POST",
      headers: signedFor("iam"),
      body: new URLSearchParams({
        Action: "CreateUser",
        UserName: "with-colour",
        Colour: "red",
        Version: "2010-05-08",
      }),
    }),
  ];
  await Promise.allSettled(answers);
}

/** The emulated AWS verifies no signature. */
const signedFor = (service: string) => ({
  Authorization: `AWS4-HMAC-SHA256 Credential=emulated/20260101/us-west-1/${service}/aws4_request, SignedHeaders=host, Signature=none`,
});
