import { expect } from "chai";
import { describe, it } from "mocha";
import {
  compareOptions,
  describeChanges,
  findDestruction,
  findKeptOptions,
} from "../../cli/adopt/describe-changes";
import { getNoncurrentDays, keepHistory } from "../../cli/adopt/history";
import { addKeep, numberItems } from "../../cli/adopt/keep";
import { formatReport, getBlockers, getKeepSettings, getRequiredSettings } from "../../cli/adopt/report";
import type { ExistingEnvironment, ResourceChange, Survey } from "../../cli/adopt/survey";
import type { Step } from "../../cli/drift/find-drift";
import { unknown } from "../../plan/values";
import { awsError, fakeAws } from "../support/fake-aws";

const urnOf = (type: string, name: string) =>
  `urn:pulumi:dev::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const database = urnOf("aws:rds/instance:Instance", "beo-db-instance");
const queue = urnOf("aws:sqs/queue:Queue", "beo-queue-queue");
const web = urnOf("aws:elasticbeanstalk/environment:Environment", "beo-eb-web");

describe("describeChanges", () => {
  const configured = { maxReceiveCount: 10, hasPassword: true };
  const compare = (urn: string, before: object, after: object, environments: ExistingEnvironment[] = []) => {
    const step = {
      op: "update",
      urn,
      diffReasons: [...new Set([...Object.keys(before), ...Object.keys(after)])],
      oldState: { inputs: before },
      newState: { inputs: after },
    } as Step;
    return describeChanges([step], [{ urn, label: "it" }], environments, configured).map(
      ({ path, from, to }) => `${path}: ${from} → ${to}`,
    );
  };

  it("lists every input and tag, but not the program's own tags and what only Pulumi uses", () => {
    expect(
      compare(
        database,
        {
          multiAz: true,
          tags: { Backup: "daily", Project: "x" },
          vpcSecurityGroupIds: ["sg-1"],
          parameterGroupName: "a",
        },
        {
          multiAz: false,
          tags: { ManagedBy: "Pulumi", Project: "beo" },
          vpcSecurityGroupIds: [unknown, "sg-1"],
          parameterGroupName: "beo-db-postgres16-2bb1280",
          copyTagsToSnapshot: true,
          skipFinalSnapshot: true,
          password: "[secret]",
        },
      ),
    ).to.deep.equal([
      "multiAz: true → false",
      "tags.Backup: daily → not set",
      "tags.Project: x → beo",
      "vpcSecurityGroupIds: sg-1 → created by the program, sg-1",
      "parameterGroupName: a → created by the program",
      "copyTagsToSnapshot: not set → true",
      "password: not shown → databasePassword",
    ]);
  });

  it("compares redrive policies, although the ARN of the program's dead-letter queue is not known", () => {
    const redrivePolicy =
      '{"deadLetterTargetArn":"arn:aws:sqs:us-west-1:123456789012:dead","maxReceiveCount":3}';
    expect(compare(queue, { redrivePolicy }, { redrivePolicy: unknown })).to.deep.equal([
      "redrivePolicy.deadLetterTargetArn: arn:aws:sqs:us-west-1:123456789012:dead → created by the program",
      "redrivePolicy.maxReceiveCount: 3 → 10",
    ]);
    expect(compare(queue, {}, { redrivePolicy: unknown })).to.deep.equal([
      "redrivePolicy.deadLetterTargetArn: not set → created by the program",
    ]);
  });

  const options = (values: Record<string, string>) =>
    Object.entries(values).map(([key, Value]) => {
      const [Namespace, OptionName] = key.split(" ");
      return { Namespace, OptionName, Value };
    });
  const environment = {
    name: "beo",
    options: options({
      "aws:autoscaling:asg MinSize": "3",
      "aws:autoscaling:asg MaxSize": "4",
      "aws:autoscaling:asg Cooldown": "600",
      "aws:ec2:vpc Subnets": "subnet-b,subnet-a",
      "aws:elasticbeanstalk:command Timeout": "600",
      "aws:elasticbeanstalk:application:environment SECRET_KEY": "hush",
      "aws:cloudformation:template:parameter EnvironmentVariables": "SECRET_KEY=hush",
      "aws:elasticbeanstalk:environment:process:default StickinessEnabled": "true",
    }),
    defaults: {
      "aws:autoscaling:asg MinSize": "1",
      "aws:autoscaling:asg MaxSize": "4",
      "aws:autoscaling:asg Cooldown": "360",
      "aws:elasticbeanstalk:command Timeout": "600",
      "aws:elasticbeanstalk:environment:process:default StickinessEnabled": "false",
    },
  } as unknown as ExistingEnvironment;
  const planned = {
    name: "beo",
    settings: [
      { namespace: "aws:autoscaling:asg", name: "MinSize", value: "1" },
      { namespace: "aws:autoscaling:asg", name: "MaxSize", value: "1" },
      { namespace: "aws:ec2:vpc", name: "Subnets", value: "subnet-a,subnet-b" },
      { namespace: "aws:elasticbeanstalk:command", name: "Timeout", value: "1800" },
      { namespace: "aws:elasticbeanstalk:application:environment", name: "SECRET_KEY", value: "other" },
    ],
  };

  it("compares the options of an environment, which Pulumi does not read back", () => {
    expect(compareOptions(environment, planned)).to.deep.equal([
      { path: "aws:autoscaling:asg MinSize", from: "3", to: "1", isDefault: false },
      { path: "aws:autoscaling:asg MaxSize", from: "4", to: "1", isDefault: true },
      { path: "aws:elasticbeanstalk:command Timeout", from: "600", to: "1800", isDefault: true },
    ]);
    expect(compare(web, { name: "beo" }, planned, [environment])[0]).to.equal(
      "aws:autoscaling:asg MinSize: 3 → 1",
    );
  });

  it("lists the options that were set by hand and stay, and no variables", () => {
    expect(findKeptOptions(environment, planned)).to.deep.equal([
      "aws:autoscaling:asg Cooldown 600",
      "aws:elasticbeanstalk:environment:process:default StickinessEnabled true",
    ]);
  });

  it("finds replacements and deletions", () => {
    const steps = [
      { op: "create-replacement", urn: web },
      { op: "replace", urn: web, diffReasons: ["cnamePrefix"] },
      { op: "delete", urn: queue },
      { op: "update", urn: database },
    ];
    expect([...findDestruction(steps)]).to.deep.equal([
      [web, "pulumi up would REPLACE it, because of cnamePrefix."],
      [queue, "pulumi up would DELETE it."],
    ]);
  });
});

describe("addKeep", () => {
  const keep = (urn: string, path: string, from: string, isDefault = false) =>
    addKeep({ urn, label: "it", path, from, to: "other", isDefault });
  const settings: [string, string, string, string, unknown][] = [
    [database, "instanceClass", "db.m5.xlarge", "database.instanceClass", "db.m5.xlarge"],
    [database, "multiAz", "true", "database.multiAz", true],
    [database, "backupRetentionPeriod", "35", "database.backupRetentionPeriod", 35],
    [database, "deletionProtection", "true", "database.deletionProtection", true],
    [database, "monitoringInterval", "60", "database.monitoringInterval", 60],
    [database, "performanceInsightsEnabled", "true", "database.performanceInsights", true],
    [queue, "receiveWaitTimeSeconds", "20", "queue.receiveWaitTimeSeconds", 20],
    [queue, "delaySeconds", "5", "queue.delaySeconds", 5],
    [queue, "redrivePolicy.maxReceiveCount", "3", "queue.maxReceiveCount", 3],
    [web, "aws:autoscaling:asg MaxSize", "10", "web.maxSize", 10],
    [web, "aws:ec2:instances InstanceTypes", "m5.large,t3.large", "web.instanceTypes[0]", "m5.large"],
    [web, "aws:autoscaling:launchconfiguration RootVolumeSize", "50", "web.rootVolumeSize", 50],
    [web, "aws:elasticbeanstalk:environment EnvironmentType", "LoadBalanced", "web.singleInstance", false],
    [
      web,
      "aws:elasticbeanstalk:environment:process:default HealthCheckPath",
      "/health",
      "web.healthCheckPath",
      "/health",
    ],
    [web, "aws:elasticbeanstalk:cloudwatch:logs RetentionInDays", "365", "platform.logRetentionDays", 365],
    [database, "tags.Backup", "daily", "aws:ignoreTags.keys[]", "Backup"],
  ];
  for (const [urn, path, from, key, value] of settings) {
    it(`keeps ${path} by ${key}`, () => {
      const change = addKeep({ urn, label: "it", path, from, to: "not set" });
      expect([change.keep?.key, change.keep?.value]).to.deep.equal([key, value]);
    });
  }

  it("says why a setting cannot have the value", () => {
    const change = keep(database, "backupRetentionPeriod", "1");
    expect(change.keep).to.equal(undefined);
    expect(change.to).to.match(
      /^other \(database\.backupRetentionPeriod cannot be 1: expected an integer from 7/,
    );
  });

  it("offers nothing where there is no setting, nor for a default other than capacity", () => {
    expect(keep(database, "storageType", "gp2")).not.to.have.property("keep");
    const logs = "aws:elasticbeanstalk:cloudwatch:logs RetentionInDays";
    expect(keep(web, logs, "7", true)).not.to.have.property("keep");
    expect(keep(web, "aws:autoscaling:asg MaxSize", "4", true).keep?.value).to.equal(4);
  });

  it("gives each key once, and numbers list items after those that are configured", () => {
    const tag = (value: string) => ({ key: "aws:ignoreTags.keys[]", value, reason: "" });
    const size = (value: number) => ({ key: "web.maxSize", value, reason: "" });
    expect(
      numberItems([tag("Backup"), size(3), tag("Team"), tag("Backup"), size(4)], {
        "aws:ignoreTags": '{"keys":["Owner"]}',
      }).map(({ key, value }) => `${key} ${String(value)}`),
    ).to.deep.equal(["aws:ignoreTags.keys[1] Backup", "web.maxSize 3", "aws:ignoreTags.keys[2] Team"]);
  });
});

describe("history", () => {
  const old = { IsLatest: false, LastModified: new Date(Date.now() - 400.5 * 24 * 60 * 60 * 1000) };
  const find = (responses: { Status?: string; Rules?: object[]; days?: number }) => {
    const { s3 } = fakeAws({
      GetBucketVersioning: () => ({ Status: responses.Status }),
      GetBucketLifecycleConfiguration: () => {
        if (responses.Rules === undefined) {
          throw awsError("NoSuchLifecycleConfiguration");
        }
        return { Rules: responses.Rules };
      },
      ListObjectVersions: ({ KeyMarker }) =>
        KeyMarker === undefined
          ? {
              Versions: [{ IsLatest: true }, old],
              IsTruncated: true,
              NextKeyMarker: "k",
              NextVersionIdMarker: "v",
            }
          : { Versions: [{ ...old, LastModified: new Date() }], IsTruncated: false },
    });
    return keepHistory("media", "days" in responses ? responses.days : 90, s3);
  };
  const rule = (NoncurrentDays: number, more: object = {}) => ({
    Status: "Enabled",
    Filter: { Prefix: "" },
    NoncurrentVersionExpiration: { NoncurrentDays },
    ...more,
  });

  it("is kept for ever if no rule ended it, told with numbers", async () => {
    const [setting, ...others] = await find({ Status: "Enabled" });
    expect(others).to.deep.equal([]);
    expect([setting?.key, setting?.value]).to.deep.equal(["storage.noncurrentVersionDays", 0]);
    expect(setting?.reason).to.include(
      "for ever (2 versions, the oldest written 400 days ago), the program 90 days",
    );
    expect((await find({ Status: "Suspended" }))[0]?.value).to.equal(0);
  });

  it("is kept as long as before, if that is longer than the program keeps it", async () => {
    expect((await find({ Status: "Enabled", Rules: [rule(365)] }))[0]?.value).to.equal(365);
    expect(await find({ Status: "Enabled", Rules: [rule(30)] })).to.deep.equal([]);
    expect(await find({ Status: "Enabled", days: undefined })).to.deep.equal([]);
    expect(await find({})).to.deep.equal([]);
  });

  it("does not count rules for some objects, or disabled ones", () => {
    const rules = [
      rule(1, { Filter: { Prefix: "tmp/" } }),
      rule(2, { Filter: undefined, Prefix: "tmp/" }),
      rule(3, { Status: "Disabled" }),
      rule(4, { Filter: { Tag: { Key: "a", Value: "b" } } }),
    ];
    expect(getNoncurrentDays(rules as never[])).to.equal(undefined);
    expect(getNoncurrentDays([...rules, rule(60, { Filter: undefined, Prefix: "" })] as never[])).to.equal(
      60,
    );
  });
});

describe("formatReport", () => {
  const change: ResourceChange = {
    urn: database,
    label: "RDS instance db",
    path: "multiAz",
    from: "true",
    to: "false",
  };
  const resource = { blockers: [], notes: [], requiredSettings: [], cleanup: [] };
  const survey: Survey = {
    stack: "dev",
    applicationName: "beo-datastore-dev",
    account: "123456789012",
    region: "us-west-1",
    environments: [
      {
        ...{
          id: "e-1",
          name: "old",
          application: "beo",
          role: "web",
          status: "Ready",
          health: "Ok",
          version: "v1",
        },
        ...{ platform: "Python 3.6", options: [], variables: { SECRET_KEY: "hush" }, references: {} },
        reasons: ["its platform is old"],
        isManaged: false,
      },
    ],
    resources: [
      { ...resource, urn: queue, label: "SQS queue q", id: "url", blockers: ["It is blocked."] },
      {
        ...resource,
        urn: database,
        label: "RDS instance db",
        id: "db",
        notes: ["A note."],
        requiredSettings: [{ key: "database.username", value: "postgres", reason: "no renaming" }],
      },
    ],
    usage: [
      {
        ...{ variable: "SQL_HOST", environment: "old", value: "db.example", what: "RDS instance db" },
        setting: { key: "database.identifier", value: "db", reason: "SQL_HOST names it" },
      },
      {
        ...{ variable: "SQL_USER", environment: "old", value: "own", what: "user" },
        setting: { key: "sqlUser", value: "own", reason: "it connects" },
      },
      { variable: "SQL_PORT", environment: "old", value: "1", what: "port", blocker: "The port is wrong." },
    ],
    changes: [
      { ...change, keep: { key: "database.multiAz", value: true, reason: "" } },
      { ...change, path: "username", keep: { key: "database.username", value: "other", reason: "" } },
    ],
    planned: [],
    inState: new Set(),
    managed: new Set(),
    configuration: {},
    problems: ["The rehearsal failed."],
    settings: [{ key: "web.environmentName", value: "beo-2", reason: "the name is taken" }],
  };

  it("has a section for each question, and shows no value of a variable", () => {
    const report = formatReport(survey);
    expect(report.slice(3)).to.deep.equal([
      "In use by the application",
      "  web environment old of beo: Ready, Ok, version v1, Python 3.6",
      "  SQL_HOST: db.example, RDS instance db; needs database.identifier",
      "  SQL_USER: own, user; needs sqlUser",
      "  SQL_PORT: 1, port",
      "",
      "Taken over",
      "  All of them get the tags Environment, ManagedBy, Project.",
      "  RDS instance db",
      "    ~ multiAz: true → false; keep: database.multiAz true",
      "    ~ username: true → false; keep: database.username other",
      "    A note.",
      "",
      "Cannot be taken over",
      "  environment old: its platform is old",
      "",
      "Blockers",
      "  The rehearsal failed.",
      "  The port is wrong.",
      "  SQS queue q: It is blocked.",
      "",
      "Required settings",
      "  # the name is taken",
      "  npx pulumi config set --path web.environmentName beo-2 --stack dev",
      "  # SQL_HOST names it",
      "  npx pulumi config set --path database.identifier db --stack dev",
      "  # no renaming",
      "  npx pulumi config set --path database.username postgres --stack dev",
      "",
      "Keep it as it is: paste these to keep what the existing resources have",
      "  npx pulumi config set --path database.multiAz true --stack dev",
    ]);
    expect(report.join()).not.to.include("hush");
  });

  it("blocks for problems, uses and resources, and asks for no setting of what the stack has", () => {
    expect(getBlockers(survey)).to.have.length(3);
    const inState = new Set([database]);
    expect(getRequiredSettings({ ...survey, inState }).map(({ key }) => key)).to.deep.equal([
      "web.environmentName",
      "database.identifier",
    ]);
    expect(getKeepSettings(survey).map(({ key }) => key)).to.deep.equal(["database.multiAz"]);
  });
});
