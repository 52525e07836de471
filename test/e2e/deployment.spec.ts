import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ListCertificatesCommand } from "@aws-sdk/client-acm";
import { DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import {
  CreateApplicationVersionCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentResourcesCommand,
  DescribeEnvironmentsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DescribeListenersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand } from "@aws-sdk/client-rds";
import {
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { DescribeParametersCommand } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { planStack } from "../../plan/plan";
import { applicationVariables } from "../../components/application-variables";
import { guidePolicy } from "../support/guide-policy";
import { clientsOf } from "./support/clients";
import { differences, type PreviewedResource } from "./support/compare";
import { Workspace } from "./support/workspace";

const stacks = ["dev", "staging", "prod"];
const expectedCounts: Record<string, number> = { dev: 116, staging: 132, prod: 200 };
/** AWS's id of an access key is the resource's id, which nothing hides; without its other half it opens nothing. */
const keyIds = /"id": ?"AKIA\w+"/g;
const contract = [
  "applicationName",
  "url",
  "webEnvironmentName",
  "workerEnvironmentName",
  "databaseHost",
  "databasePort",
  "mediaBucketName",
  "staticBucketName",
  "queueName",
  "queueUrl",
  "dnsRecords",
  "ebConfig",
  "readme",
  "webEnvironment",
  "workerEnvironment",
];

/** Three stacks in one account, from the first preview to the last destroy. Each test goes on where the last one ended. */
describe("a deployment's life", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const outputs: Record<string, Record<string, unknown>> = {};

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
    for (const stack of stacks) {
      await workspace.init(stack);
    }
    await workspace.succeed(
      "config",
      "set",
      "--secret",
      "secretKey",
      "s".repeat(20) + "0123456789abcdef",
      "--stack",
      "prod",
    );
  });
  after(() => {
    workspace.remove();
  });

  const summaryOf = async (stack: string) => {
    const { output } = await workspace.pulumi("preview", "--json", "--stack", stack);
    return JSON.parse(output) as {
      changeSummary: Record<string, number>;
      steps: { op: string; newState?: PreviewedResource }[];
    };
  };
  /** What the engine tells of the last update, event by event. */
  const eventLog = (stack: string) => join(workspace.folder, `events-${stack}.json`);
  const up = (stack: string, ...more: string[]) =>
    workspace.succeed(
      "up",
      "--yes",
      "--skip-preview",
      "--policy-pack",
      "policies",
      "--policy-pack-config",
      "policy-config.json",
      "--event-log",
      eventLog(stack),
      "--stack",
      stack,
      ...more,
    );

  /** What the S3 console's "Empty" does. */
  const empty = async (Bucket: string) => {
    const { Versions = [], DeleteMarkers = [] } = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
      await aws.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
    }
  };

  it("previews what the offline plan says", async () => {
    for (const stack of stacks) {
      const { steps } = await summaryOf(stack);
      const { plan } = await planStack(stack, workspace.folder);
      // The secret key of prod was set for this test, in place of a generated one.
      const planned = plan.resources.filter(({ name }) => stack !== "prod" || name !== "beo-secret-key");
      const previewed = steps.flatMap(({ newState }) => newState ?? []);
      expect(differences(planned, previewed), stack).to.deep.equal([]);
    }
  });

  it("is made, with the policies' consent", async () => {
    const logs = await Promise.all(stacks.map((stack) => up(stack)));
    for (const stack of stacks) {
      // With the debug messages, which the CLI itself prints with --debug only.
      const events = readFileSync(eventLog(stack), "utf8");
      expect(events).to.include("beo-ssm-SECRET_KEY");
      // Secrets are searched for in everything that was printed.
      workspace.printed += events.replace(keyIds, "");
    }
    logs.forEach((log, index) => {
      const stack = stacks[index] ?? "";
      const count = (expectedCounts[stack] ?? 0) - (stack === "prod" ? 1 : 0);
      expect(log).to.match(new RegExp(`\\+ ${count} created`));
      expect(log).not.to.include("[mandatory]");
    });
  });

  it("does not change when nothing did", async () => {
    await Promise.all(
      stacks.map(async (stack) => {
        await up(stack, "--expect-no-changes");
        await workspace.succeed(
          "refresh",
          "--yes",
          "--skip-preview",
          "--expect-no-changes",
          "--stack",
          stack,
        );
      }),
    );
  });

  it("gives the contract's outputs, with every variable's real value", async () => {
    for (const stack of stacks) {
      const given = await workspace.outputs(stack);
      outputs[stack] = given;
      expect(given, stack).to.include.all.keys(contract);
      for (const part of ["webEnvironment", "workerEnvironment"]) {
        const environment = given[part] as Record<string, string>;
        expect(Object.keys(environment).sort()).to.deep.equal(applicationVariables.map(({ name }) => name));
        expect(
          Object.values(environment).every((value) => value !== "" && !value.includes("[object")),
        ).to.equal(true);
      }
    }
    expect((outputs.prod?.webEnvironment as Record<string, string>).SECRET_KEY).to.equal(
      "s".repeat(20) + "0123456789abcdef",
    );
    expect(outputs.prod?.url).to.equal("https://api.beo.beo-e2e.net");
  });

  it("leaves in AWS what the guide demands", async () => {
    for (const stack of stacks) {
      const name = `beo-datastore-${stack}`;
      const { PolicyNames = [] } = await aws.iam.send(new ListUserPoliciesCommand({ UserName: name }));
      expect(PolicyNames).to.have.length(1);
      const { PolicyDocument = "" } = await aws.iam.send(
        new GetUserPolicyCommand({ UserName: name, PolicyName: PolicyNames[0] }),
      );
      expect(JSON.parse(decodeURIComponent(PolicyDocument))).to.deep.equal(
        guidePolicy(
          `arn:aws:s3:::${name}-static`,
          `arn:aws:s3:::${name}-media`,
          `arn:aws:sqs:us-west-1:123456789012:${name}`,
        ),
      );
      const { Attributes = {} } = await aws.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: String(outputs[stack]?.queueUrl),
          AttributeNames: ["All"],
        }),
      );
      expect(Attributes).to.include({ VisibilityTimeout: "3600", SqsManagedSseEnabled: "true" });
      expect(Attributes.Policy).not.to.include("Allow");
      for (const bucket of [`${name}-media`, `${name}-static`]) {
        const { PublicAccessBlockConfiguration } = await aws.s3.send(
          new GetPublicAccessBlockCommand({ Bucket: bucket }),
        );
        expect(Object.values(PublicAccessBlockConfiguration ?? {})).to.deep.equal([true, true, true, true]);
      }
      const { DBInstances: [database] = [] } = await aws.rds.send(
        new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
      );
      expect(database).to.include({
        DBName: "beo_datastore",
        PubliclyAccessible: false,
        StorageEncrypted: true,
        MultiAZ: stack === "prod",
        DeletionProtection: stack !== "dev",
      });
      const group = database?.VpcSecurityGroups?.[0]?.VpcSecurityGroupId ?? "";
      const { SecurityGroupRules = [] } = await aws.ec2.send(
        new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [group] }] }),
      );
      const ingress = SecurityGroupRules.filter(({ IsEgress }) => !IsEgress);
      expect(ingress).to.have.length(1);
      expect(ingress[0]).to.include({ FromPort: 5432, ToPort: 5432, IpProtocol: "tcp" });
      expect(ingress[0]?.ReferencedGroupInfo?.GroupId).to.match(/^sg-/);
      expect(ingress[0]?.CidrIpv4).to.equal(undefined);

      const { Environments = [] } = await aws.beanstalk.send(
        new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
      );
      expect(
        Environments.map(
          ({ EnvironmentName, Status, Tier }) =>
            `${EnvironmentName ?? ""} ${Status ?? ""} ${Tier?.Name ?? ""}`,
        ).sort(),
      ).to.deep.equal([`${name} Ready WebServer`, `${name}-worker Ready Worker`]);
      // One after the other, since a deployment to each runs the database migrations.
      const [web = 0, worker = 0] = ["", "-worker"].map((suffix) =>
        Environments.find(({ EnvironmentName }) => EnvironmentName === name + suffix)?.DateCreated?.getTime(),
      );
      expect(worker - web).to.be.greaterThan(1500);
      for (const { EnvironmentName } of Environments) {
        const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
          new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
        );
        const value = (option: string) =>
          configuration?.OptionSettings?.find(({ OptionName }) => OptionName === option)?.Value;
        expect(value("SESSION_COOKIE_SECURE")).to.equal("1");
        expect(value("DisableIMDSv1")).to.equal("true");
        expect(value("SystemType")).to.equal("enhanced");
        expect(value("SECRET_KEY")).to.match(/^arn:aws:ssm:us-west-1:/);
      }
      const { Parameters = [] } = await aws.ssm.send(
        new DescribeParametersCommand({
          ParameterFilters: [{ Key: "Path", Values: [`/${name}/`] }],
          MaxResults: 50,
        }),
      );
      expect(Parameters.map(({ Type }) => Type)).to.deep.equal(Array(8).fill("SecureString"));
    }
    const { VerifiedForSendingStatus } = await aws.mail.send(
      new GetEmailIdentityCommand({ EmailIdentity: "beo-e2e.net" }),
    );
    expect(VerifiedForSendingStatus).not.to.equal(undefined);
  });

  it("serves over HTTPS under its own name, watches, and scales its workers", async () => {
    for (const stack of ["staging", "prod"]) {
      const name = `beo-datastore-${stack}`;
      const host = stack === "prod" ? "api.beo.beo-e2e.net" : "api.staging.beo.beo-e2e.net";
      const { EnvironmentResources } = await aws.beanstalk.send(
        new DescribeEnvironmentResourcesCommand({ EnvironmentName: name }),
      );
      const LoadBalancerArn = EnvironmentResources?.LoadBalancers?.[0]?.Name;
      const { Listeners = [] } = await aws.loadBalancing.send(
        new DescribeListenersCommand({ LoadBalancerArn }),
      );
      expect(Listeners.map(({ Port }) => Port)).to.have.members([443, 80]);
      const plainHttp = Listeners.find(({ Port }) => Port === 80);
      expect(plainHttp?.DefaultActions?.[0]?.RedirectConfig).to.include({
        Protocol: "HTTPS",
        Port: "443",
        StatusCode: "HTTP_301",
      });
      const { CertificateSummaryList = [] } = await aws.acm.send(new ListCertificatesCommand({}));
      const certificate = CertificateSummaryList.find(({ DomainName }) => DomainName === host);
      const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
        new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName: name }),
      );
      const https = configuration?.OptionSettings?.filter(
        ({ Namespace }) => Namespace === "aws:elbv2:listener:443",
      );
      expect(https?.map(({ OptionName = "", Value = "" }) => `${OptionName}=${Value}`)).to.include.members([
        "Protocol=HTTPS",
        `SSLCertificateArns=${certificate?.CertificateArn ?? ""}`,
        "SSLPolicy=ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
      ]);

      const { HostedZones: [zone] = [] } = await aws.route53.send(new ListHostedZonesCommand({}));
      const { ResourceRecordSets = [] } = await aws.route53.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zone?.Id }),
      );
      const address = ResourceRecordSets.find(({ Name, Type }) => Name === `${host}.` && Type === "A");
      expect(address?.AliasTarget?.DNSName).to.match(
        new RegExp(`^${name}\\.us-west-1\\.elasticbeanstalk\\.com`),
      );
      expect(ResourceRecordSets.some(({ Name }) => Name?.endsWith(`.${host}.`))).to.equal(true);

      const { plan } = await planStack(stack, workspace.folder);
      const planned = (type: string) =>
        plan.resources.filter((resource) => resource.type.endsWith(`:${type}`));
      const { MetricAlarms = [] } = await aws.cloudWatch.send(new DescribeAlarmsCommand({}));
      const own = MetricAlarms.filter(({ AlarmName }) => AlarmName?.startsWith(`${name}-`));
      // test/e2e/alarms.spec.ts has those of other regions.
      const inRegion = planned("MetricAlarm").filter(({ inputs }) => inputs.region === undefined);
      expect(
        own.map(({ AlarmName, AlarmDescription }) => [AlarmName, AlarmDescription]),
      ).to.have.deep.members(inRegion.map(({ inputs }) => [inputs.name, inputs.alarmDescription]));
      expect(own.every(({ AlarmActions }) => AlarmActions?.length === 1)).to.equal(true);
      const { EnvironmentResources: worker } = await aws.beanstalk.send(
        new DescribeEnvironmentResourcesCommand({ EnvironmentName: `${name}-worker` }),
      );
      const { ScalingPolicies = [] } = await aws.autoScaling.send(
        new DescribePoliciesCommand({ AutoScalingGroupName: worker?.AutoScalingGroups?.[0]?.Name }),
      );
      expect(
        ScalingPolicies.filter(({ PolicyName }) => PolicyName?.startsWith(`${name}-scale-`)),
      ).to.have.length(planned("Policy").length);
    }
  });

  it("gives the service account a key that works, and the instances exactly their parameters", async () => {
    for (const stack of stacks) {
      const environment = outputs[stack]?.webEnvironment as Record<string, string>;
      const own = clientsOf({
        environment: {
          ...workspace.aws.environment,
          AWS_ACCESS_KEY_ID: environment.AWS_ACCESS_KEY_ID ?? "",
          AWS_SECRET_ACCESS_KEY: environment.AWS_SECRET_ACCESS_KEY ?? "",
        },
        stop: () => undefined,
      });
      for (const Bucket of [environment.AWS_MEDIA_BUCKET_NAME, environment.AWS_STORAGE_BUCKET_NAME]) {
        await own.s3.send(new PutObjectCommand({ Bucket, Key: "rehearsal", Body: "hello" }));
        const { Body } = await own.s3.send(new GetObjectCommand({ Bucket, Key: "rehearsal" }));
        expect(await Body?.transformToString()).to.equal("hello");
        await own.s3.send(new DeleteObjectCommand({ Bucket, Key: "rehearsal" }));
      }
      const { QueueUrl } = await own.sqs.send(
        new GetQueueUrlCommand({ QueueName: environment.CELERY_DEFAULT_QUEUE }),
      );
      await own.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "task" }));
      const { Messages: [message] = [] } = await own.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      expect(message?.Body).to.equal("task");
      await own.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
    }
    const { Roles = [] } = await aws.iam.send(new ListRolesCommand({}));
    const instanceRoles = Roles.filter(({ RoleName }) => RoleName?.includes("-instances-"));
    expect(instanceRoles).to.have.length(2 * stacks.length);
    const readable = await Promise.all(
      instanceRoles.map(async ({ RoleName }) => {
        const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }));
        const documents = await Promise.all(
          PolicyNames.map((PolicyName) => aws.iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
        );
        const statements = documents.flatMap(({ PolicyDocument = "" }) => {
          const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument)) as {
            Statement: { Action: string | string[]; Resource: string | string[] }[];
          };
          return Statement;
        });
        return statements
          .filter(({ Action }) => Action.includes("ssm:GetParameter"))
          .flatMap(({ Resource }) => Resource);
      }),
    );
    const expected = stacks.flatMap((stack) =>
      applicationVariables
        .filter(({ secret }) => secret)
        .map(({ name }) => `arn:aws:ssm:us-west-1:123456789012:parameter/beo-datastore-${stack}/${name}`),
    );
    // Once for the web's instances and once for the worker's.
    expect(readable.flat().sort()).to.deep.equal([...expected, ...expected].sort());
  });

  it("has no secret in the clear: not in the state, not in what was printed", async () => {
    for (const stack of stacks) {
      const { output } = await workspace.quietly("stack", "export", "--stack", stack);
      await workspace.succeed("stack", "output", "--json", "--stack", stack);
      await workspace.succeed("stack", "--stack", stack);
      const state = output.replace(keyIds, "");
      const environment = outputs[stack]?.webEnvironment as Record<string, string>;
      const secrets = applicationVariables
        .filter(({ secret }) => secret)
        .map(({ name }) => [name, environment[name] ?? ""]);
      expect(secrets).to.have.length(8);
      for (const [name = "", secret = ""] of secrets) {
        expect(secret.length, name).to.be.greaterThan(7);
        expect(state.includes(secret), `${name} of ${stack} in the state`).to.equal(false);
        expect(workspace.printed.includes(secret), `${name} of ${stack} in the output`).to.equal(false);
      }
    }
  });

  it("protects what holds data, outside dev", async () => {
    for (const stack of stacks) {
      const { output } = await workspace.quietly("stack", "export", "--stack", stack);
      const { deployment } = JSON.parse(output) as {
        deployment: { resources: { urn: string; protect?: boolean }[] };
      };
      const kept = deployment.resources
        .filter(({ protect }) => protect)
        .map(({ urn }) => urn.split("::").pop());
      expect(kept.sort(), stack).to.deep.equal(
        stack === "dev" ? [] : ["beo-db-instance", "beo-s3-media-bucket"],
      );
    }
  });

  it("lets what `eb deploy` deployed be", async () => {
    const name = "beo-datastore-prod";
    await aws.beanstalk.send(
      new CreateApplicationVersionCommand({ ApplicationName: name, VersionLabel: "app-1", Process: false }),
    );
    for (const EnvironmentName of [name, `${name}-worker`]) {
      await aws.beanstalk.send(new UpdateEnvironmentCommand({ EnvironmentName, VersionLabel: "app-1" }));
    }
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await workspace.succeed("config", "set", "--path", "extraEnvironment.FEATURE", "on", "--stack", "prod");
    // With what AWS has now, which differs from what the program made.
    await up("prod", "--refresh");
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
    );
    expect(Environments.map(({ VersionLabel }) => VersionLabel)).to.deep.equal(["app-1", "app-1"]);
  });

  it("previews another host and certificate, and replaces nothing but these", async () => {
    await workspace.succeed("config", "set", "domain", "moved.beo-e2e.net", "--stack", "staging");
    const { steps } = await summaryOf("staging");
    const replaced = steps.filter(({ op }) => op === "replace").map(({ newState }) => newState?.type);
    expect([...new Set(replaced)].sort()).to.deep.equal([
      "aws:acm/certificate:Certificate",
      "aws:acm/certificateValidation:CertificateValidation",
      "aws:route53/record:Record",
    ]);
  });

  it("changes in place, and a new secret reaches the environments", async () => {
    await workspace.succeed("config", "set", "--path", "worker.maxSize", "6", "--stack", "prod");
    await workspace.succeed(
      "config",
      "set",
      "--path",
      "database.instanceClass",
      "db.m6g.xlarge",
      "--stack",
      "prod",
    );
    await workspace.succeed("config", "set", "--secret", "secretKey", "t".repeat(40), "--stack", "prod");
    const { changeSummary, steps } = await summaryOf("prod");
    expect(changeSummary).not.to.have.any.keys("replace", "delete", "create");
    const changed = steps
      .filter(({ op }) => op === "update")
      .map(({ newState }) => newState?.urn.split("::").pop());
    expect(changed).to.include.members([
      "beo-db-instance",
      "beo-ssm-SECRET_KEY",
      "beo-eb-web",
      "beo-eb-worker",
    ]);
    await Promise.all([up("prod"), up("staging")]);
    const environment = (await workspace.outputs("prod")).webEnvironment as Record<string, string>;
    expect(environment.SECRET_KEY).to.equal("t".repeat(40));
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({
        ApplicationName: "beo-datastore-prod",
        EnvironmentName: "beo-datastore-prod-worker",
      }),
    );
    const value = (option: string) =>
      configuration?.OptionSettings?.find(({ OptionName }) => OptionName === option)?.Value;
    expect(value("SECRETS_REVISION")).to.match(/2/);
    expect(value("MaxSize")).to.equal("6");
  });

  it("moves to the other host and certificate", async () => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({
        ApplicationName: "beo-datastore-staging",
        EnvironmentName: "beo-datastore-staging",
      }),
    );
    const arn = configuration?.OptionSettings?.find(({ OptionName }) => OptionName === "SSLCertificateArns");
    const { CertificateSummaryList = [] } = await aws.acm.send(new ListCertificatesCommand({}));
    const hosts = CertificateSummaryList.map(({ DomainName }) => DomainName);
    expect(hosts).to.have.members(["api.beo.beo-e2e.net", "moved.beo-e2e.net"]);
    expect(
      CertificateSummaryList.find(({ CertificateArn }) => CertificateArn === arn?.Value)?.DomainName,
    ).to.equal("moved.beo-e2e.net");
    expect((await workspace.outputs("staging")).url).to.equal("https://moved.beo-e2e.net");
  });

  it("refuses what would replace data", async () => {
    await workspace.succeed("config", "set", "name", "renamed", "--stack", "prod");
    const refused = await workspace.pulumi("preview", "--stack", "prod");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include("application name renamed-prod, but beo-datastore-prod is deployed.");
    const allow = ["--path", "allowReplacement[0]", "name", "--stack", "prod"];
    await workspace.succeed("config", "set", ...allow);
    const { code, output } = await workspace.pulumi("preview", "--stack", "prod");
    await workspace.succeed("config", "set", "name", "beo-datastore", "--stack", "prod");
    await workspace.succeed("config", "rm", "allowReplacement", "--stack", "prod");
    expect(code).not.to.equal(0);
    expect(output).to.match(/protect/);
  });

  it("tells every mistake in the configuration, and registers nothing", async () => {
    await workspace.succeed("config", "set", "appUrl", "nonsense", "--stack", "dev");
    await workspace.succeed(
      "config",
      "set",
      "--path",
      "database.instanceClass",
      "db.t3.micro",
      "--stack",
      "dev",
    );
    await workspace.succeed(
      "config",
      "set",
      "databasePassword",
      "in-the-clear",
      "--plaintext",
      "--stack",
      "dev",
    );
    const output = await workspace.fail("up", "--yes", "--skip-preview", "--stack", "dev");
    for (const key of ["appUrl", "database.instanceClass", "databasePassword"]) {
      expect(output).to.match(new RegExp(`^ +${key} is `, "m"));
    }
    expect(output).to.include("Nothing was changed.");
    expect(output).not.to.include("in-the-clear");
    expect(output).not.to.match(/\d+ (created|updated|deleted)/);
    await workspace.succeed("config", "rm", "databasePassword", "--stack", "dev");
    await workspace.succeed("config", "set", "appUrl", "https://dev.beo.beo-e2e.net", "--stack", "dev");
    await workspace.succeed("config", "rm", "--path", "database", "--stack", "dev");
  });

  it("refuses to destroy prod, and goes after the documented steps, with a final snapshot", async () => {
    const refused = await workspace.pulumi("destroy", "--yes", "--stack", "prod");
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.match(/protected/);
    await up("prod", "--expect-no-changes");
    await workspace.succeed(
      "config",
      "set",
      "--path",
      "database.deletionProtection",
      "false",
      "--stack",
      "prod",
    );
    // Without the policies, one of which forbids just that.
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "prod");
    await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "prod");
    await empty("beo-datastore-prod-media");
    await empty("beo-datastore-prod-static");
    await Promise.all(
      ["prod", "dev"].map((stack) =>
        workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", stack),
      ),
    );
    const { DBSnapshots = [] } = await aws.rds.send(
      new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: "beo-datastore-prod", SnapshotType: "manual" }),
    );
    expect(DBSnapshots.map(({ DBSnapshotIdentifier }) => DBSnapshotIdentifier)).to.have.length(1);
    expect(DBSnapshots[0]?.DBSnapshotIdentifier).to.match(/^beo-datastore-prod-final-[0-9a-f]{8}$/);
  });

  it("leaves the replica of prod's media behind, and staging as it was", async () => {
    const [users, buckets, queues, environments, databases] = await Promise.all([
      aws.iam.send(new ListUsersCommand({})),
      aws.s3.send(new ListBucketsCommand({})),
      aws.sqs.send(new ListQueuesCommand({})),
      aws.beanstalk.send(new DescribeEnvironmentsCommand({ IncludeDeleted: false })),
      aws.rds.send(new DescribeDBInstancesCommand({})),
    ]);
    const names = [
      ...(users.Users ?? []).map(({ UserName }) => UserName),
      ...(buckets.Buckets ?? []).map(({ Name }) => Name),
      ...(queues.QueueUrls ?? []),
      ...(environments.Environments ?? []).map(({ EnvironmentName }) => EnvironmentName),
      ...(databases.DBInstances ?? []).map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    ];
    expect(names.filter((name) => /beo-datastore-(dev|prod)/.test(name ?? ""))).to.deep.equal([
      "beo-datastore-prod-backup-us-west-2",
    ]);
    expect(names).to.include.members(["beo-datastore-staging", "beo-datastore-staging-worker"]);
    await up("staging", "--expect-no-changes");
  });
});
