import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { stringify } from "yaml";
import { findCollisions } from "../../plan/collisions";
import { planStack } from "../../plan/plan";
import type { StackFile } from "../../plan/stack-files";
import { fixtures } from "../support/stacks";

/** A stack of the first account, in dev's tier. */
const createFile = (
  stack: string,
  config: Record<string, string> = {},
  more: Record<string, string> = {},
): StackFile => ({
  project: "beo-datastore",
  stack,
  secretKeys: [],
  config: {
    "aws:region": "us-west-1",
    "aws:allowedAccountIds": '["111122223333"]',
    ...more,
    ...Object.fromEntries(
      Object.entries({
        name: stack,
        environment: "dev",
        supportEmail: `support@${stack}.net`,
        ...config,
      }).map(([key, value]) => [`beo-datastore:${key}`, value]),
    ),
  },
});

describe("names of several stacks", () => {
  const find = (...files: StackFile[]) => findCollisions(files).map(({ message }) => message.split("\n")[0]);

  it("collide where the stacks have one application name", () => {
    const [collision, ...others] = findCollisions([
      createFile("north"),
      createFile("south", { name: "north" }),
    ]);
    expect(others).to.deep.equal([]);
    expect(collision).to.deep.equal({
      stacks: ["north", "south"],
      message:
        "north and south have the same application name, north-dev. Give one that is not deployed another one, by one of these:\n    npx pulumi config set --path name <name> -s north\n    npx pulumi config set --path name <name> -s south",
    });
  });

  it("do not collide in stacks of different names or tiers", () => {
    expect(find(createFile("north"), createFile("south"), createFile("north-2"))).to.deep.equal([]);
    const prod = createFile("north-prod", { name: "north", environment: "prod" });
    expect(find(createFile("north"), prod)).to.deep.equal([]);
  });

  const explicit: [
    title: string,
    one: Record<string, string>,
    other: Record<string, string>,
    what: string | undefined,
  ][] = [
    [
      "a bucket",
      { storage: '{"mediaBucketName":"m"}' },
      { storage: '{"staticBucketName":"m"}' },
      "bucket, m",
    ],
    ["a queue and another one's default", { queue: '{"name":"south-dev"}' }, {}, "queue, south-dev"],
    ["a database", { database: '{"identifier":"d"}' }, { database: '{"identifier":"d"}' }, "database, d"],
    [
      "an IAM user",
      { serviceAccount: '{"userName":"u"}' },
      { serviceAccount: '{"userName":"u"}' },
      "IAM user, u",
    ],
    [
      "a web and a worker environment",
      { web: '{"environmentName":"e-name"}' },
      { worker: '{"environmentName":"e-name"}' },
      "environment, e-name",
    ],
    ["an address", { web: '{"cnamePrefix":"Beo"}' }, { web: '{"cnamePrefix":"beo"}' }, "address, beo"],
    [
      "an address to send from",
      { supportEmail: "a@b.net" },
      { supportEmail: "a@b.net" },
      "SES identity, a@b.net",
    ],
    ["a mail domain", { mail: '{"domain":"b.net"}' }, { mail: '{"domain":"b.net"}' }, "SES identity, b.net"],
    [
      "an address to send from with another mail provider",
      { supportEmail: "a@b.net", smtpUser: "u" },
      { supportEmail: "a@b.net", smtpUser: "u" },
      undefined,
    ],
    [
      "a queue and another one's dead-letter queue",
      { queue: '{"name":"south-dev-dead-letters"}' },
      {},
      "queue, south-dev-dead-letters",
    ],
    [
      "a bucket and a replica",
      { backup: '{"region":"us-east-1"}' },
      { storage: '{"staticBucketName":"north-dev-backup-us-east-1"}' },
      "bucket, north-dev-backup-us-east-1",
    ],
    [
      "a domain",
      { domain: "api.b.net", hostedZone: "b.net" },
      { domain: "API.b.net", hostedZone: "b.net" },
      "domain, api.b.net",
    ],
    [
      "a domain and an additional one",
      { domain: "api.b.net", hostedZone: "b.net" },
      { domain: "b.net", hostedZone: "b.net", additionalDomains: '["www.b.net","api.b.net"]' },
      "domain, api.b.net",
    ],
    [
      "a domain that moves from one to the other",
      { domain: "api.b.net", hostedZone: "b.net" },
      { domain: "api.b.net", hostedZone: "b.net", web: '{"dnsRecord":false}' },
      undefined,
    ],
    [
      "a domain whose records they do not create",
      { domain: "api.b.net", certificateArn: "a" },
      { domain: "api.b.net", certificateArn: "a" },
      undefined,
    ],
    ["a queue and a database", { queue: '{"name":"x"}' }, { database: '{"identifier":"x"}' }, undefined],
  ];
  for (const [title, one, other, what] of explicit) {
    it(`${what === undefined ? "may be those of" : "collide if both have the name of"} ${title}`, () => {
      expect(find(createFile("north", one), createFile("south", other))).to.deep.equal(
        what === undefined
          ? []
          : [
              `north and south have the same ${what}. Give one that is not deployed another one, by one of these:`,
            ],
      );
    });
  }

  it("come with commands that change either, by its own setting", () => {
    const buckets = [
      createFile("north", { storage: '{"mediaBucketName":"m"}' }),
      createFile("south", { storage: '{"staticBucketName":"m"}' }),
    ];
    expect(findCollisions(buckets)[0]?.message).to.match(
      /--path storage\.mediaBucketName <mediaBucketName> -s north\n.*--path storage\.staticBucketName <staticBucketName> -s south$/,
    );
    const domains = [
      createFile("north", { domain: "api.b.net", hostedZone: "b.net" }),
      createFile("south", { domain: "b.net", hostedZone: "b.net", additionalDomains: '["api.b.net"]' }),
    ];
    expect(findCollisions(domains)[0]?.message).to.match(
      /--path additionalDomains <additionalDomains> -s south$/,
    );
  });

  it("collide in the replicas of prod's default region, in other accounts, too", () => {
    const elsewhere = { "aws:allowedAccountIds": '["444455556666"]' };
    const same = { name: "beo", environment: "prod" };
    const buckets = (name: string) => ({
      ...same,
      storage: `{"mediaBucketName":"${name}-m","staticBucketName":"${name}-s"}`,
    });
    const [one, other] = [
      createFile("north", buckets("north")),
      createFile("south", buckets("south"), elsewhere),
    ];
    expect(find(one, other)).to.deep.equal([
      "north and south have the same bucket, beo-prod-backup-us-west-2. Give one that is not deployed another one, by one of these:",
    ]);
  });

  it("collide in other accounts in buckets and addresses, unless these are in the account's own namespace", () => {
    const elsewhere = { "aws:allowedAccountIds": '["444455556666"]' };
    const same = { name: "north", supportEmail: "a@b.net" };
    expect(find(createFile("north", same), createFile("south", same, elsewhere))[0]).to.include(
      "bucket, north-dev-media",
    );
    const own = { ...same, storage: '{"accountNamespace":true}' };
    // Elastic Beanstalk's prefixes are unique in a region, in all accounts.
    expect(find(createFile("north", own), createFile("south", own, elsewhere))[0]).to.include(
      "address, north-dev",
    );
    const other = { ...own, web: '{"cnamePrefix":"south"}' };
    expect(find(createFile("north", own), createFile("south", other, elsewhere))).to.deep.equal([]);
    const unknown = { "aws:allowedAccountIds": "[]" };
    expect(find(createFile("north", own), createFile("south", own, unknown))[0]).to.include(
      "application name",
    );
  });
});

/** Inputs with a name that AWS knows once in a region of an account, and the most characters of the name. */
const uniqueNames: [type: string, input: string, limit: number][] = [
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  ["aws:s3/bucket:Bucket", "bucket", 63],
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  ["aws:iam/user:User", "name", 64],
  // CreateDBInstance, CreateEventSubscription
  ["aws:rds/instance:Instance", "identifier", 63],
  ["aws:rds/eventSubscription:EventSubscription", "name", 255],
  // CreateQueue
  ["aws:sqs/queue:Queue", "name", 80],
  // CreateTopic
  ["aws:sns/topic:Topic", "name", 256],
  // CreateApplication, CreateEnvironment; a CNAME prefix has 4 to 63 characters.
  ["aws:elasticbeanstalk/application:Application", "name", 100],
  ["aws:elasticbeanstalk/environment:Environment", "name", 40],
  ["aws:elasticbeanstalk/environment:Environment", "cnamePrefix", 63],
  // PutMetricAlarm, PutDashboard
  ["aws:cloudwatch/metricAlarm:MetricAlarm", "name", 255],
  ["aws:cloudwatch/dashboard:Dashboard", "dashboardName", 255],
  // CreateLogGroup, PutQueryDefinition
  ["aws:cloudwatch/logGroup:LogGroup", "name", 512],
  ["aws:cloudwatch/queryDefinition:QueryDefinition", "name", 255],
  // PutRule
  ["aws:cloudwatch/eventRule:EventRule", "name", 64],
  // PutParameter, CreateDocument
  ["aws:ssm/parameter:Parameter", "name", 1011],
  ["aws:ssm/document:Document", "name", 128],
  // CreateEmailIdentity, CreateConfigurationSet
  ["aws:sesv2/emailIdentity:EmailIdentity", "emailIdentity", 320],
  ["aws:sesv2/configurationSet:ConfigurationSet", "configurationSetName", 64],
  // CreateAlias. Pulumi adds 26 characters to a prefix.
  ["aws:kms/alias:Alias", "namePrefix", 256 - 26],
];

describe("fifty datastores in one account", function () {
  this.timeout(30 * 60_000);
  const count = 50;
  const names = new Map<string, string[]>();
  const folder = mkdtempSync(join(tmpdir(), "beo-many-"));
  before(async () => {
    cpSync(join(fixtures, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    writeFileSync(join(folder, "policy-config.json"), "{}");
    // Tenants, with the tiers in turn. The longest name has 33 characters with its tier.
    for (let index = 0; index < count; index += 1) {
      const [stack, environment] = [`tenant-${index}`, ["dev", "staging", "prod"][index % 3] ?? ""];
      const config = {
        "aws:region": "us-west-1",
        "beo-datastore:name": `tenant-with-a-long-nam-${String(index).padStart(2, "0")}`,
        "beo-datastore:environment": environment,
        "beo-datastore:appUrl": `https://${stack}.beotest.net`,
        "beo-datastore:supportEmail": `support@${stack}.beotest.net`,
        ...(environment !== "dev" && {
          "beo-datastore:domain": `api.${stack}.beotest.net`,
          "beo-datastore:hostedZone": "beotest.net",
        }),
      };
      writeFileSync(join(folder, `Pulumi.${stack}.yaml`), stringify({ config }));
      const { plan } = await planStack(stack, folder);
      expect(plan.errors, stack).to.deep.equal([]);
      for (const [type, input] of uniqueNames) {
        for (const { inputs } of plan.resources.filter((resource) => resource.type === type)) {
          const name = inputs[input];
          if (typeof name === "string" && !name.startsWith("[")) {
            const place = typeof inputs.region === "string" ? inputs.region : "us-west-1";
            const key = `${type} ${input} ${place}`;
            names.set(key, [...(names.get(key) ?? []), name]);
          }
        }
      }
    }
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  for (const [type, input, limit] of uniqueNames) {
    it(`have names of their own within AWS's limit: ${type.replace(/^.*:/, "")}.${input}`, () => {
      const places = [...names].filter(([key]) => key.startsWith(`${type} ${input} `));
      expect(places.length).to.be.greaterThan(0);
      for (const [key, all] of places) {
        expect(new Set(all).size, key).to.equal(all.length);
        expect(Math.max(...all.map(({ length }) => length)), key).to.be.at.most(limit);
      }
    });
  }

  it("are as many as were planned", () => {
    const applications = [...names].filter(([key]) => key.startsWith("aws:elasticbeanstalk/application"));
    expect(applications.flatMap(([, all]) => all)).to.have.length(count);
  });
});
