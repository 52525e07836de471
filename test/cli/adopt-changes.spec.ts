import { expect } from "chai";
import { describe, it } from "mocha";
import {
  compareOptions,
  compareReplaced,
  describeChanges,
  findDestruction,
  findKeptOptions,
} from "../../cli/adopt/describe-changes";
import { describeParts } from "../../cli/adopt/describe-parts";
import { getNoncurrentDays, keepHistory } from "../../cli/adopt/history";
import { addKeep, numberItems } from "../../cli/adopt/keep";
import { formatReport, getBlockers, getKeepSettings, getRequiredSettings } from "../../cli/adopt/report";
import type { ExistingEnvironment, ResourceChange, Survey } from "../../cli/adopt/survey";
import type { Step } from "../../cli/preview";
import type { PlannedResource } from "../../plan/plan";
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

  it("lists what only the provider changes, to a default of its own", () => {
    const step = {
      op: "update",
      urn: queue,
      diffReasons: ["maxMessageSize"],
      oldState: { inputs: {}, outputs: { maxMessageSize: 1048576 } },
      newState: { inputs: {} },
    } as Step;
    const [change] = describeChanges([step], [{ urn: queue, label: "it" }], [], {
      maxReceiveCount: 3,
      hasPassword: false,
    });
    expect(change).to.deep.include({
      path: "maxMessageSize",
      from: "1048576",
      to: "the provider's default",
    });
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

  it("compares the first instance type: without Spot Instances the others are not used", () => {
    const types = (from: string, to: string) =>
      compareOptions(
        { options: options({ "aws:ec2:instances InstanceTypes": from }) } as unknown as ExistingEnvironment,
        { settings: [{ namespace: "aws:ec2:instances", name: "InstanceTypes", value: to }] },
      ).map((change) => `${change.from} → ${change.to}`);
    expect(types("t3.micro, t3.small", "t3.micro")).to.deep.equal([]);
    expect(types("t3.micro, t3.small", "t3.small")).to.deep.equal(["t3.micro → t3.small"]);
  });

  it("lists with the load balancer what else there is to keep with it", () => {
    const healthCheck = "aws:elasticbeanstalk:environment:process:default HealthCheckPath";
    const balanced = {
      options: options({
        "aws:elasticbeanstalk:environment EnvironmentType": "LoadBalanced",
        "aws:autoscaling:asg MinSize": "1",
        "aws:autoscaling:asg MaxSize": "4",
        [healthCheck]: "/health/",
      }),
    } as unknown as ExistingEnvironment;
    const single = {
      settings: [
        { namespace: "aws:elasticbeanstalk:environment", name: "EnvironmentType", value: "SingleInstance" },
      ],
    };
    expect(
      compareOptions(balanced, single).map(({ path, from, to }) => `${path}: ${from} → ${to}`),
    ).to.deep.equal([
      "aws:elasticbeanstalk:environment EnvironmentType: LoadBalanced → SingleInstance",
      "aws:autoscaling:asg MaxSize: 4 → 1",
      `${healthCheck}: /health/ → /`,
    ]);
    expect(findKeptOptions({ ...balanced, defaults: {} }, single)).to.deep.equal([]);
  });

  it("compares a new environment with the one whose place it takes, in the words of the new one", () => {
    const healthCheck = {
      Namespace: "aws:elasticbeanstalk:application",
      OptionName: "Application Healthcheck URL",
      Value: "HTTP:80/health/",
    };
    const notification = {
      Namespace: "aws:elasticbeanstalk:sns:topics",
      OptionName: "Notification Endpoint",
      Value: "ops@example.org",
    };
    const own = options({
      "aws:autoscaling:launchconfiguration InstanceType": "t3.large",
      "aws:autoscaling:launchconfiguration EC2KeyName": "beo",
      "aws:autoscaling:asg MinSize": "2",
      "aws:autoscaling:asg Cooldown": "600",
      "aws:elb:listener:443 SSLCertificateId": "arn:aws:acm:us-west-1:123456789012:certificate/1",
    });
    const old = { options: [...own, healthCheck, notification] } as unknown as ExistingEnvironment;
    const setting = (namespace: string, name: string, value: string) => ({ namespace, name, value });
    const inputs = {
      settings: [
        setting("aws:ec2:instances", "InstanceTypes", "t3.small"),
        setting("aws:autoscaling:asg", "MinSize", "1"),
        setting("aws:autoscaling:asg", "Cooldown", "360"),
        setting("aws:elasticbeanstalk:environment:process:default", "HealthCheckPath", "/"),
        setting("aws:elbv2:listener:443", "SSLCertificateArns", unknown),
        setting("aws:autoscaling:launchconfiguration", "RootVolumeSize", "20"),
      ],
    };
    const changes = compareReplaced(old, inputs);
    expect(changes.map(({ path, from, to }) => `${path}: ${from} → ${to}`)).to.deep.equal([
      "aws:ec2:instances InstanceTypes: t3.large → t3.small",
      "aws:autoscaling:asg MinSize: 2 → 1",
      "aws:elasticbeanstalk:environment:process:default HealthCheckPath: /health/ → /",
      "aws:elbv2:listener:443 SSLCertificateArns: arn:aws:acm:us-west-1:123456789012:certificate/1 → created by the program",
      "aws:autoscaling:launchconfiguration EC2KeyName: beo → not kept",
      "aws:elasticbeanstalk:sns:topics Notification Endpoint: ops@example.org → not kept",
    ]);
    const keys = changes.map((change) => addKeep({ urn: web, label: "old", ...change }).keep?.key);
    expect(keys.filter(Boolean)).to.deep.equal([
      "web.instanceTypes[0]",
      "web.minSize",
      "web.healthCheckPath",
      'web.options["aws:autoscaling:launchconfiguration"].EC2KeyName',
      'web.options["aws:elasticbeanstalk:sns:topics"]["Notification Endpoint"]',
    ]);
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

describe("describeParts", () => {
  const bucketUrn = urnOf("aws:s3/bucket:Bucket", "beo-s3-media-bucket");
  const planned = (type: string, name: string, inputs: object): PlannedResource =>
    ({ urn: urnOf(type, name), type, name, inputs, parent: "p" }) as PlannedResource;
  const describePart = (type: string, after: object, before?: object, outputs: object = {}) => {
    const resources = [
      planned("aws:s3/bucket:Bucket", "beo-s3-media-bucket", { bucket: "media" }),
      planned("aws:sqs/queue:Queue", "beo-queue-queue", { name: "celery" }),
      planned(type, "beo-part", { bucket: "media" }),
    ];
    const step = {
      op: before === undefined ? "create" : "update",
      urn: urnOf(type, "beo-part"),
      oldState: { inputs: before, outputs },
      newState: { inputs: after },
    } as Step;
    const existing = [
      { urn: bucketUrn, label: "bucket media" },
      { urn: queue, label: "SQS queue celery" },
    ];
    return describeParts([step], resources, existing).map(
      ({ label, path, from, to }) => `${label}: ${path}: ${from} → ${to}`,
    );
  };
  const blocked = {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  };
  const policy = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const tlsOnly = policy({
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  const cases: [string, object, object | undefined, string][] = [
    [
      "aws:s3/bucketVersioning:BucketVersioning",
      { versioningConfiguration: { status: "Enabled" } },
      undefined,
      "versioning: off → on",
    ],
    [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      blocked,
      undefined,
      "public access: allowed → blocked",
    ],
    [
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
      blocked,
      { ...blocked, blockPublicPolicy: false },
      "public access: partly blocked → blocked",
    ],
    [
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
      { rule: { objectOwnership: "BucketOwnerEnforced" } },
      { rule: { objectOwnership: "ObjectWriter" } },
      "ACLs: enabled → disabled",
    ],
    [
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }] },
      { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: "k" } }] },
      "encryption: SSE-KMS k → SSE-S3",
    ],
    [
      "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
      { corsRules: [{ allowedMethods: ["GET", "HEAD"], allowedOrigins: ["https://beo.example.com"] }] },
      undefined,
      "CORS: none → GET HEAD from https://beo.example.com",
    ],
    [
      "aws:s3/bucketPolicy:BucketPolicy",
      { policy: tlsOnly },
      { policy: policy({ Effect: "Allow", Principal: "*", Action: "s3:GetObject" }) },
      "bucket policy: allows s3:GetObject to everyone → denies plain HTTP",
    ],
  ];
  for (const [type, after, before, expected] of cases) {
    it(`describes ${expected}`, () => {
      expect(describePart(type, after, before)).to.deep.equal([`bucket media: ${expected}`]);
    });
  }

  it("names each lifecycle rule that it removes, which the provider reads into the outputs only", () => {
    const uploads = { status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } };
    const existing = [
      {
        id: "to-glacier",
        status: "Enabled",
        filter: { prefix: "archive/" },
        prefix: "",
        noncurrentVersionTransitions: [],
        transitions: [{ days: 90, storageClass: "GLACIER" }],
      },
      {
        id: "old-versions",
        status: "Enabled",
        filter: { and: { prefix: "media_root/", tags: { keep: "short" } } },
        noncurrentVersionTransitions: [{ noncurrentDays: 30, storageClass: "STANDARD_IA" }],
      },
      { id: "unused", status: "Disabled", filter: { prefix: "" }, expiration: { days: 1 } },
      { id: "uploads", filter: { prefix: "" }, ...uploads },
    ];
    const removed = [
      "bucket media: lifecycle rule to-glacier: moves objects to GLACIER below archive/ after 90 days → removed",
      "bucket media: lifecycle rule old-versions: moves old versions to STANDARD_IA below media_root/ after 30 days → removed",
      "bucket media: lifecycle rule unused: disabled → removed",
    ];
    const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const lines = describePart(type, { rules: [uploads] }, { bucket: "media" }, { rules: existing });
    expect(lines.slice(0, 3)).to.deep.equal(removed);
    expect(lines[3]).to.match(
      /^bucket media: lifecycle: moves objects to GLACIER .* → ends incomplete uploads after 7 days$/,
    );
    expect(lines).to.have.length(4);
  });

  it("describes lifecycle rules that are in the inputs", () => {
    const after = { rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 90 } }] };
    const rule = {
      status: "Enabled",
      filter: { prefix: "media_root/" },
      transitions: [{ days: 365, storageClass: "GLACIER" }],
    };
    const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    expect(describePart(type, after, { rules: [rule] })).to.deep.equal([
      "bucket media: lifecycle rule: moves objects to GLACIER below media_root/ after 365 days → removed",
      "bucket media: lifecycle: moves objects to GLACIER below media_root/ after 365 days → deletes old versions after 90 days",
    ]);
  });

  it("describes the policy of a queue", () => {
    const root = { AWS: "arn:aws:iam::123456789012:root" };
    const before = { policy: policy({ Effect: "Allow", Principal: root, Action: "SQS:*" }) };
    expect(describePart("aws:sqs/queuePolicy:QueuePolicy", { policy: tlsOnly }, before)).to.deep.equal([
      "SQS queue celery: queue policy: allows SQS:* to arn:aws:iam::123456789012:root → denies plain HTTP",
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
    [
      web,
      "aws:elasticbeanstalk:command IgnoreHealthCheck",
      "true",
      'web.options["aws:elasticbeanstalk:command"].IgnoreHealthCheck',
      "true",
    ],
    [web, "aws:elasticbeanstalk:command BatchSize", "30", "web.deploymentBatchSize", 30],
    [web, "aws:elasticbeanstalk:command BatchSizeType", "Fixed", "web.deploymentBatchSizeType", "Fixed"],
    [web, "aws:autoscaling:launchconfiguration RootVolumeType", "gp2", "web.rootVolumeType", "gp2"],
    [web, "aws:autoscaling:launchconfiguration RootVolumeIOPS", "4000", "web.rootVolumeIops", 4000],
    [web, "aws:autoscaling:launchconfiguration RootVolumeThroughput", "250", "web.rootVolumeThroughput", 250],
    [
      web,
      "aws:elasticbeanstalk:environment:process:default HealthCheckInterval",
      "60",
      "web.healthCheckInterval",
      60,
    ],
    [
      web,
      "aws:elasticbeanstalk:environment:process:default HealthCheckTimeout",
      "20",
      "web.healthCheckTimeout",
      20,
    ],
    [
      web,
      "aws:elasticbeanstalk:environment:process:default HealthyThresholdCount",
      "5",
      "web.healthyThreshold",
      5,
    ],
    [
      web,
      "aws:elasticbeanstalk:environment:process:default UnhealthyThresholdCount",
      "7",
      "web.unhealthyThreshold",
      7,
    ],
    [web, "aws:elbv2:loadbalancer IdleTimeout", "400", "web.idleTimeout", 400],
    [web, "aws:elbv2:loadbalancer IpAddressType", "dualstack", "web.ipAddressType", "dualstack"],
    [
      web,
      "aws:elasticbeanstalk:managedactions:platformupdate InstanceRefreshEnabled",
      "true",
      "platform.instanceReplacement",
      true,
    ],
    [database, "tags.Backup", "daily", "aws:ignoreTags.keys[]", "Backup"],
  ];
  for (const [urn, path, from, key, value] of settings) {
    it(`keeps ${path} by ${key}`, () => {
      const change = addKeep({ urn, label: "it", path, from, to: "not set" });
      expect([change.keep?.key, change.keep?.value]).to.deep.equal([key, value]);
    });
  }

  it("keeps no option that the program decides, or with a value that the policies forbid", () => {
    const role = keep(
      web,
      "aws:elasticbeanstalk:environment ServiceRole",
      "aws-elasticbeanstalk-service-role",
    );
    const tls = keep(web, "aws:elbv2:listener:443 SSLPolicy", "ELBSecurityPolicy-2016-08");
    expect([role.keep, tls.keep]).to.deep.equal([undefined, undefined]);
  });

  it("says why a setting cannot have the value", () => {
    const change = keep(database, "backupRetentionPeriod", "1");
    expect(change.keep).to.equal(undefined);
    expect(change.to).to.match(
      /^other \(database\.backupRetentionPeriod cannot be 1: expected an integer from 7/,
    );
  });

  it("offers nothing where there is no setting, nor for a default other than capacity", () => {
    expect(keep(database, "publiclyAccessible", "true")).not.to.have.property("keep");
    expect(keep(database, "storageType", "gp2").keep?.key).to.equal("database.storageType");
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

  it("asks for nothing while the data of the application is not where it could be taken over", () => {
    const lost = { variable: "SQL_HOST", environment: "old", value: "db.example", what: "RDS instance db" };
    const deadEnd = { ...survey, problems: [], usage: [{ ...lost, blocker: "There is no such instance." }] };
    const report = formatReport(deadEnd);
    expect(report).to.include("  There is no such instance.");
    expect(report.filter((line) => /^\S/.test(line)).slice(2)).to.deep.equal([
      ...["In use by the application", "Cannot be taken over", "Blockers"],
    ]);
    expect([...getRequiredSettings(deadEnd), ...getKeepSettings(deadEnd)]).to.deep.equal([]);
  });

  it("names a blocked resource once, and keeps the lines of a blocker together", () => {
    const blocker = "The bucket is elsewhere:\n  aws s3 sync";
    const bucket = { ...resource, urn: queue, label: "bucket media", id: "media", blockers: ["Elsewhere."] };
    const usage = [
      {
        variable: "AWS_MEDIA_BUCKET_NAME",
        environment: "old",
        value: "media",
        what: "bucket media",
        blocker,
      },
    ];
    const report = formatReport({ ...survey, problems: [], resources: [bucket], usage, changes: [] });
    expect(report.slice(report.indexOf("Blockers"))).to.deep.equal([
      ...["Blockers", "  The bucket is elsewhere:", "    aws s3 sync"],
    ]);
  });

  it("counts many resources of a type in which nothing changes", () => {
    const parameter = urnOf("aws:ssm/parameter:Parameter", "p");
    const resources = ["a", "b", "c", "d"].map((name) => ({
      ...{ ...resource, urn: parameter, id: name },
      label: `SSM parameter /${name}`,
    }));
    const report = formatReport({
      ...survey,
      resources: [...resources, { ...resource, urn: database, label: "RDS instance db", id: "db" }],
      changes: [],
      usage: [],
    });
    expect(report).to.include("  Without a change: RDS instance db, 4 SSM parameters");
  });

  it("describes in what a new environment differs from the one whose place it takes", () => {
    const planned = {
      urn: web,
      type: "aws:elasticbeanstalk/environment:Environment",
      name: "beo-eb-web",
      inputs: { name: "beo-2" },
    } as unknown as PlannedResource;
    const size = {
      urn: web,
      label: "environment beo",
      path: "aws:autoscaling:asg MinSize",
      from: "2",
      to: "1",
      keep: { key: "web.minSize", value: 2, reason: "" },
    };
    const report = formatReport({ ...survey, planned: [planned], changes: [size] });
    expect(report.slice(report.indexOf("Created by pulumi up")).slice(0, 3)).to.deep.equal([
      "Created by pulumi up",
      "  EB environment beo-2, which differs from environment beo:",
      "    ~ aws:autoscaling:asg MinSize: 2 → 1; keep: web.minSize 2",
    ]);
    expect(report).to.include("  npx pulumi config set --path web.minSize 2 --stack dev");
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
