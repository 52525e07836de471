import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import { PutRetentionPolicyCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateSecurityGroupCommand } from "@aws-sdk/client-ec2";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import { CreateDBInstanceCommand, RestoreDBInstanceToPointInTimeCommand } from "@aws-sdk/client-rds";
import { ChangeResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { PutEmailIdentityMailFromAttributesCommand } from "@aws-sdk/client-sesv2";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { checkRequests, type ModelReport } from "./support/aws-models";
import { clientsOf } from "./support/clients";
import { type Aws, startAws } from "./support/tools";

type Sent = [operation: string, parameters: object];

const database = {
  DBInstanceIdentifier: "data",
  DBInstanceClass: "db.t3.medium",
  Engine: "postgres",
  EngineVersion: "17",
  AllocatedStorage: 20,
  MasterUsername: "beo",
  MasterUserPassword: "not-a-real-password",
};

/** Negative controls: the suite checks what it sent by the same functions at its end. */
describe("the models of AWS", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-e2e-models-"));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** Checks requests as the provider would send them. */
  const check = (name: string, sent: Record<string, Sent[]>) => {
    const requests = Object.entries(sent).flatMap(([region, calls]) =>
      calls.map(([call, parameters]) => {
        const [service, operation] = call.split(".");
        return {
          service,
          region,
          operation,
          parameters,
          sent: [],
          status: 200,
          agent: "terraform-provider-aws",
        };
      }),
    );
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "aws.jsonl"), requests.map((one) => JSON.stringify(one)).join("\n"));
    return checkRequests(join(folder, name));
  };

  it("finds by botocore what services refuse, in each protocol, and shows no value", async function () {
    if (process.env.AWS_ENDPOINT_URL !== undefined) {
      // Only an emulated AWS of our own records.
      this.skip();
    }
    const requests = join(folder, "sent");
    const file = join(requests, "aws.jsonl");
    mkdirSync(requests);
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
    expect(counts.requests).to.equal(14);
    // The value is recorded, but not shown.
    expect(readFileSync(file, "utf8")).to.include("not-a-real-secret");
    // cfn-lint wants moments in this form: https://datatracker.ietf.org/doc/html/rfc3339#section-5.6
    expect(readFileSync(file, "utf8")).to.include('"RestoreTime": "2026-11-24T09:30:00Z"');
  });

  describe("as templates", () => {
    let report: ModelReport;
    before(() => {
      report = check("wrong", {
        "us-west-1": [
          [
            "acm.RequestCertificate",
            { DomainName: `${"a".repeat(60)}.example.com`, ValidationMethod: "DNS" },
          ],
          ["iam.CreateUser", { UserName: "beo", Colour: "red" }],
          ["logs.CreateLogGroup", { logGroupName: "/log" }],
          ["logs.PutRetentionPolicy", { logGroupName: "/log", retentionInDays: 31 }],
          ["rds.CreateDBInstance", { ...database, DBName: "1st", MasterUserPassword: "not/a-real-password" }],
          ["rds.ModifyDBInstance", { DBInstanceIdentifier: "data", DBInstanceClass: "db.r5b.large" }],
          ["rds.ModifyDBInstance", { DBInstanceIdentifier: "data", DBInstanceClass: "db.t3.large" }],
        ],
        "us-east-1": [["rds.CreateDBInstance", { ...database, DBInstanceClass: "db.r5b.large" }]],
      });
    });
    /** The type, the resource, the property and the rule of each finding. */
    const found = (tool: string) => {
      const pattern = new RegExp(
        `^(AWS::[^:]+::\\w+) in (\\S+), (\\S+): (\\w+): .* \\(${tool} (\\S+?)\\)( \\(.*)?$`,
      );
      return report.findings.flatMap((finding) => pattern.exec(finding)?.slice(1, 6).join(" ") ?? []);
    };

    it("finds by cfn-lint what a region does not have, and values and properties that do not exist", () => {
      expect(found("cfn-lint")).to.deep.equal([
        "AWS::IAM::User us-west-1 beo Colour E3002",
        "AWS::Logs::LogGroup us-west-1 /log RetentionInDays E3030",
        // The class that the instance had for a while. In us-east-1 there is one.
        "AWS::RDS::DBInstance us-west-1 data DBInstanceClass E3025",
      ]);
    });

    it("finds by cdk-preflight what is known from deployments that failed, and shows no secret", () => {
      expect(found("cdk-preflight")).to.deep.equal([
        `AWS::CertificateManager::Certificate us-west-1 ${"a".repeat(60)}.example.com DomainName pf-acm-domain-name-cn-64-octets`,
        "AWS::RDS::DBInstance us-west-1 data DBName pf-rds-dbname-format",
        "AWS::RDS::DBInstance us-west-1 data MasterUserPassword pf-rds-password-valid",
      ]);
      expect(report.findings.join("\n")).not.to.include("not/a-real-password");
    });

    it("finds nothing in requests without mistakes, and counts what it checked", () => {
      const { counts, unconverted, findings } = check("right", {
        "us-west-1": [
          ["acm.RequestCertificate", { DomainName: "api.example.com", ValidationMethod: "DNS" }],
          ["iam.AttachRolePolicy", { RoleName: "role", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }],
          ["iam.CreateUser", { UserName: "beo" }],
          ["logs.CreateLogGroup", { logGroupName: "/log" }],
          ["logs.PutRetentionPolicy", { logGroupName: "/log", retentionInDays: 30 }],
          ["rds.CreateDBInstance", { ...database, DBName: "first" }],
          ["rds.ModifyDBInstance", { DBInstanceIdentifier: "data", DBInstanceClass: "db.t3.large" }],
          [
            "rds.RestoreDBInstanceToPointInTime",
            {
              SourceDBInstanceIdentifier: "data",
              TargetDBInstanceIdentifier: "restored",
              RestoreTime: "2026-11-24T09:30:00Z",
            },
          ],
          [
            "rds.ModifyDBInstance",
            { DBInstanceIdentifier: "restored", MasterUserPassword: "not-a-real-password" },
          ],
        ],
      });
      expect(findings).to.deep.equal([]);
      expect(unconverted).to.deep.equal(["iam.AttachRolePolicy"]);
      expect(counts).to.include({ requests: 9, operations: 8, resources: 7, templates: 2 });
      expect(counts.checks).to.be.greaterThan(10);
      expect(counts.rules).to.be.greaterThan(10);
    });
  });

  it("says which Python it needs, where there is none", () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    try {
      expect(() => checkRequests(folder)).to.throw(
        "requirements.txt needs python3, 3.10 or newer, on PATH: there is none",
      );
    } finally {
      process.env.PATH = path;
    }
  });
});

/** Sends requests with a mistake each, and three without. The emulated AWS may accept them. */
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
    clients.rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        TargetDBInstanceIdentifier: "restored",
        RestoreTime: new Date("2026-11-24T09:30:00Z"),
      }),
    ),
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
