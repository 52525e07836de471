import {
  CreateApplicationVersionCommand,
  DescribeApplicationVersionsCommand,
  DescribeEnvironmentsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { GetObjectTaggingCommand, ListBucketsCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

const up = ["up", "--yes", "--skip-preview", "--stack", "dev"];

/** What operators of systems like this one report. */
describe("a datastore that lives for years", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const set = (key: string, value: string) =>
    workspace.succeed("config", "set", "--path", key, value, "--stack", "dev");
  const remove = (key: string) => workspace.succeed("config", "rm", key, "--stack", "dev");

  before(async () => {
    workspace = await createProgram("datastore");
    aws = clientsOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "rehearsal" }),
    );
    await set("hostedZone", "example.com");
    await set("mailDomain", "example.com");
  });
  after(() => {
    workspace.remove();
  });

  it("is created with 8 default tags, though objects in S3 take 10", async () => {
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8]) {
      await set(`aws:defaultTags.tags.tag${number}`, String(number));
    }
    await workspace.succeed(...up);
    const { Buckets = [] } = await aws.s3.send(new ListBucketsCommand({}));
    const Bucket = Buckets.find(({ Name = "" }) => Name.includes("bundles"))?.Name;
    const { Contents = [] } = await aws.s3.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents).to.have.length(1);
    const { TagSet } = await aws.s3.send(new GetObjectTaggingCommand({ Bucket, Key: Contents[0]?.Key }));
    expect(TagSet).to.deep.equal([]);
    await workspace.succeed(...up, "--expect-no-changes");
    await workspace.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev");
  });

  it("replaces an environment though its first version was deleted by 100 later ones", async () => {
    for (let number = 1; number <= 101; number++) {
      await aws.beanstalk.send(
        new CreateApplicationVersionCommand({ ApplicationName: "faults-dev", VersionLabel: `app-${number}` }),
      );
    }
    for (const EnvironmentName of ["faults-dev", "faults-dev-worker"]) {
      await aws.beanstalk.send(new UpdateEnvironmentCommand({ EnvironmentName, VersionLabel: "app-101" }));
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await aws.beanstalk.send(
      new CreateApplicationVersionCommand({ ApplicationName: "faults-dev", VersionLabel: "app-102" }),
    );
    const getLabels = async () =>
      (
        await aws.beanstalk.send(new DescribeApplicationVersionsCommand({ ApplicationName: "faults-dev" }))
      ).ApplicationVersions?.map(({ VersionLabel = "" }) => VersionLabel) ?? [];
    expect((await getLabels()).filter((label) => label.startsWith("bootstrap"))).to.deep.equal([]);
    await set("cnamePrefix", "faults-other");
    await workspace.succeed(...up);
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
    );
    const versions = Object.fromEntries(
      Environments.map(({ EnvironmentName = "", VersionLabel = "" }) => [EnvironmentName, VersionLabel]),
    );
    expect(versions["faults-dev"]).to.match(/^bootstrap-python-[0-9a-f]{8}$/);
    expect(versions["faults-dev-worker"]).to.equal("app-101");
    await workspace.succeed(...up, "--expect-no-changes");
  });

  it("continues after a new name failed half-way and was taken back", async () => {
    const emulator = emulatorOf(workspace.aws);
    await emulator.fail({
      service: "elasticbeanstalk",
      action: "CreateEnvironment",
      error: "AccessDenied",
      count: -1,
    });
    await set("applicationName", "renamed-dev");
    await set("alarmEmail", "others@example.com");
    expect((await workspace.pulumi(...up)).code).not.to.equal(0);
    await emulator.clearFaults();
    await remove("applicationName");
    await remove("alarmEmail");
    await workspace.succeed(...up, "--refresh");
    await workspace.succeed(...up, "--refresh", "--expect-no-changes");
  });

  it("is created again after it was destroyed, though RDS creates its log groups again", async () => {
    await emulatorOf(workspace.aws).set({ database_log_groups: "come-back" });
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    await workspace.succeed(...up);
    const { logGroups = [] } = await aws.logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: "/aws/rds/instance/faults-dev/" }),
    );
    expect(logGroups.map(({ retentionInDays }) => retentionInDays)).to.deep.equal([30, 30]);
  });
});

describe("a datastore in an account in which something is missing", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = await createProgram("datastore");
  });
  after(() => {
    workspace.remove();
  });

  it("names the missing zone, the setting, the account and the command that lists the zones, once", async () => {
    for (const [key, value] of Object.entries({
      hostedZone: "missing.example.com",
      domain: "api.missing.example.com",
      mailDomain: "missing.example.com",
    })) {
      await workspace.succeed("config", "set", key, value, "--stack", "dev");
    }
    const output = await workspace.fail("preview", "--stack", "dev");
    const [, diagnostics = ""] = output.split("Diagnostics:");
    expect(
      diagnostics.match(/zone missing\.example\.com \(hostedZone\) was not found in account 123456789012/g),
    ).to.have.length(1);
    expect(diagnostics).to.include("aws route53 list-hosted-zones");
    expect(diagnostics).not.to.match(/serializing|unhandled|\n +at /);
  });

  it("names the missing default VPC in the same way", async () => {
    const aws = clientsOf(workspace.aws);
    const { Vpcs = [] } = await aws.ec2.send(new DescribeVpcsCommand({}));
    const { Subnets = [] } = await aws.ec2.send(new DescribeSubnetsCommand({}));
    for (const { SubnetId } of Subnets) {
      await aws.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    }
    const preview = async () => {
      const output = await workspace.fail("preview", "--stack", "dev");
      return output.split("Diagnostics:")[1] ?? "";
    };
    for (const key of ["hostedZone", "domain"]) {
      await workspace.succeed("config", "rm", key, "--stack", "dev");
    }
    const withoutSubnets = await preview();
    expect(withoutSubnets).to.match(
      /error: VPC vpc-\w+ has no default subnets\. Set network\.databaseSubnetIds/,
    );
    await aws.ec2.send(new DeleteVpcCommand({ VpcId: Vpcs[0]?.VpcId }));
    const withoutVpc = await preview();
    expect(
      withoutVpc.match(/The default VPC of us-west-1 was not found in account 123456789012/g),
    ).to.have.length(1);
    expect(withoutVpc).to.include("aws ec2 create-default-vpc --region us-west-1");
    expect(withoutVpc).not.to.match(/serializing|unhandled|\n +at /);
  });
});

describe("a certificate that is not issued in time", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  before(async () => {
    workspace = await createProgram("certificate");
    await clientsOf(workspace.aws).route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "rehearsal" }),
    );
  });
  after(() => {
    workspace.remove();
  });

  it("names its domain, its zone and what to check", async () => {
    const output = await workspace.fail(...up);
    expect(output).to.match(
      /ACM did not issue the certificate of api\.example\.com .* zone example\.com, .*dig NS example\.com \+short.*pulumi up -s dev/,
    );
  });
});

describe("mail in a zone with the records of a mail server", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let zoneId = "";
  const mailServer = ["mail.example.com. MX 10 mx.example.net", 'mail.example.com. TXT "v=spf1 mx -all"'];
  /** The records of the zone as "name type value". */
  const getRecords = async () => {
    const { ResourceRecordSets = [] } = await aws.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }),
    );
    return ResourceRecordSets.flatMap(({ Name = "", Type = "", ResourceRecords = [] }) =>
      ResourceRecords.map(({ Value = "" }) => `${Name} ${Type} ${Value}`),
    );
  };
  const createRecord = (record: string) => {
    const [Name = "", Type = "", ...value] = record.split(" ");
    return {
      Action: "CREATE" as const,
      ResourceRecordSet: {
        Name,
        Type: Type as "MX" | "TXT",
        TTL: 300,
        ResourceRecords: [{ Value: value.join(" ") }],
      },
    };
  };

  before(async () => {
    workspace = await createProgram("mail");
    aws = clientsOf(workspace.aws);
    const { HostedZone } = await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "example.com", CallerReference: "rehearsal" }),
    );
    zoneId = HostedZone?.Id ?? "";
    const Changes = mailServer.map(createRecord);
    await aws.route53.send(
      new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch: { Changes } }),
    );
    await workspace.succeed(...up);
  });
  after(() => {
    workspace.remove();
  });

  it("has the DKIM records that SES asks for, and leaves the records of a mail server", async () => {
    const { DkimAttributes } = await aws.mail.send(
      new GetEmailIdentityCommand({ EmailIdentity: "example.com" }),
    );
    const tokens = DkimAttributes?.Tokens ?? [];
    expect(tokens).to.have.length(3);
    const records = await getRecords();
    expect(records.filter((record) => record.includes("_domainkey"))).to.have.members(
      tokens.map((token) => `${token}._domainkey.example.com. CNAME ${token}.dkim.amazonses.com`),
    );
    expect(records).to.include.members([
      ...mailServer,
      "ses-bounces.example.com. MX 10 feedback-smtp.us-west-2.amazonses.com",
      'ses-bounces.example.com. TXT "v=spf1 include:amazonses.com ~all"',
    ]);
  });

  it("does not overwrite the records of a mail server, and recovers", async () => {
    await workspace.succeed("config", "set", "mailFromSubdomain", "mail", "--stack", "dev");
    const output = await workspace.fail(...up);
    expect(output).to.match(/name='mail\.example\.com\.', type='(MX|TXT)'\] but it already exists/);
    // Mail goes on as before: the old records are deleted last.
    const bounces = "ses-bounces.example.com. MX 10 feedback-smtp.us-west-2.amazonses.com";
    expect(await getRecords()).to.include.members([...mailServer, bounces]);
    await workspace.succeed("config", "rm", "mailFromSubdomain", "--stack", "dev");
    await workspace.succeed(...up, "--refresh");
    expect(await getRecords()).to.include.members([
      ...mailServer,
      "ses-bounces.example.com. MX 10 feedback-smtp.us-west-2.amazonses.com",
    ]);
    await workspace.succeed(...up, "--expect-no-changes");
  });
});
