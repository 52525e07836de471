import { expect } from "chai";
import { before, describe, it } from "mocha";
import type { EnvironmentDescription } from "@aws-sdk/client-elastic-beanstalk";
import { findEnvironments } from "../../cli/adopt/environments";
import { findUsage } from "../../cli/adopt/usage";
import { keepAddress } from "../../cli/adopt/usage/addresses";
import type { ExistingEnvironment, Usage } from "../../cli/adopt/survey";
import { type PlannedResource, planStack } from "../../plan/plan";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";
import { fixtures } from "../support/stacks";

const app = "beo-datastore-dev";
const property = "aws:elasticbeanstalk:application:environment";

const environment = (change: Partial<ExistingEnvironment> = {}): ExistingEnvironment => ({
  id: "e-abcdefghij",
  name: app,
  application: app,
  role: "web",
  status: "Ready",
  health: "Ok",
  version: "app-42",
  platform: "64bit Amazon Linux 2 v3.3.9 running Python 3.8",
  options: [],
  variables: {},
  references: {},
  reasons: ["its platform is old"],
  isManaged: false,
  ...change,
});

const instance = (identifier: string, region = "us-west-1", more: object = {}) => ({
  DBInstanceIdentifier: identifier,
  MasterUsername: "postgres",
  Endpoint: { Address: `${identifier}.c9akciq32rgo.${region}.rds.amazonaws.com`, Port: 5432 },
  ...more,
});

/** An account with the guide's resources. */
const account: Responses = {
  DescribeDBInstances: (_, region) => ({ DBInstances: region === "us-west-1" ? [instance(app)] : [] }),
  GetBucketLocation: () => ({ LocationConstraint: "us-west-1" }),
  GetQueueUrl: ({ QueueName }) => ({
    QueueUrl: `https://sqs.us-west-1.amazonaws.com/123456789012/${String(QueueName)}`,
  }),
  GetAccessKeyLastUsed: () => ({
    UserName: app,
    AccessKeyLastUsed: { ServiceName: "s3", Region: "us-west-1" },
  }),
  GetLoginProfile: () => {
    throw awsError("NoSuchEntityException");
  },
  ListHostedZones: () => ({ HostedZones: [], IsTruncated: false }),
};

describe("findUsage", () => {
  let planned: PlannedResource[];
  before(async () => {
    ({
      plan: { resources: planned },
    } = await planStack("dev", fixtures));
  });

  const use = (variables: Record<string, string>, more: Responses = {}, change: object = {}) =>
    useAll([environment({ variables, ...change })], more);
  const useAll = (environments: ExistingEnvironment[], more: Responses = {}) =>
    findUsage({
      aws: fakeAws({ ...account, ...more }),
      region: "us-west-1",
      applicationName: app,
      environments,
      planned,
    });
  const only = (usage: Usage[], variable: string): Usage => {
    const [first, ...others] = usage.filter((one) => one.variable === variable);
    expect(others, variable).to.deep.equal([]);
    return first ?? expect.fail(`${variable} is not reported`);
  };
  const setting = ({ setting: found }: Usage) => found && [found.key, found.value];
  const urn = (name: string) => planned.find((resource) => resource.name === name)?.urn;

  describe("SQL_HOST", () => {
    const host = (name: string, region = "us-west-1") => `${name}.c9akciq32rgo.${region}.rds.amazonaws.com`;
    const find = async (SQL_HOST: string, more: Responses = {}) =>
      only(await use({ SQL_HOST }, more), "SQL_HOST");

    it("is the planned instance", async () => {
      const usage = await find(host(app));
      expect(usage.urn).to.equal(urn("beo-db-instance"));
      expect(usage).not.to.have.any.keys("setting", "blocker");
    });

    it("is an instance of another name, found on a later page, in any case and with a final dot", async () => {
      const usage = await find(`${host(`${app}-restored`).toUpperCase()}.`, {
        DescribeDBInstances: ({ Marker }) =>
          Marker === undefined
            ? { DBInstances: [instance(app)], Marker: "more" }
            : { DBInstances: [instance(`${app}-restored`)] },
      });
      expect(setting(usage)).to.deep.equal(["database.identifier", `${app}-restored`]);
      expect(usage.urn).to.equal(urn("beo-db-instance"));
    });

    it("is an instance of another region", async () => {
      const usage = await find(host("legacy", "us-east-1"), {
        DescribeDBInstances: (_, region) => ({
          DBInstances: region === "us-east-1" ? [instance("legacy", region)] : [instance(app)],
        }),
      });
      expect(usage.blocker).to.match(/legacy is in us-east-1, but the stack is in us-west-1/);
      const commands = usage.blocker?.split("\n").filter((line) => line.startsWith("  aws "));
      expect(commands?.map((line) => line.trim().split(" ")[2])).to.deep.equal([
        ...["create-db-snapshot", "wait", "copy-db-snapshot", "wait", "restore-db-instance-from-db-snapshot"],
      ]);
      expect(commands?.join()).not.to.include("…");
    });

    const blockers: [string, string, RegExp][] = [
      ["that does not exist", host("gone"), /this account has no such instance in us-west-1/],
      [
        "of a cluster",
        "beo.cluster-c9akciq32rgo.us-west-1.rds.amazonaws.com",
        /endpoint of the RDS cluster beo/,
      ],
      [
        "of a cluster's readers",
        "beo.cluster-ro-c9akciq32rgo.us-west-1.rds.amazonaws.com",
        /endpoint of the RDS cluster beo/,
      ],
      ["of a proxy", "beo.proxy-c9akciq32rgo.us-west-1.rds.amazonaws.com", /endpoint of the RDS Proxy beo/],
      ["outside RDS", "127.0.0.1", /127\.0\.0\.1, which is no RDS endpoint/],
    ];
    for (const [what, value, blocker] of blockers) {
      it(`blocks if it is one ${what}`, async () => {
        const usage = await find(value);
        expect(usage.blocker).to.match(blocker);
        expect(usage.setting).to.equal(undefined);
      });
    }
  });

  describe("SQL_USER and SQL_DATABASE", () => {
    const SQL_HOST = `${app}.c9akciq32rgo.us-west-1.rds.amazonaws.com`;

    it("need settings only if the application has a user or a database of its own", async () => {
      const own = await use({ SQL_HOST, SQL_USER: "beo_app", SQL_DATABASE: "datastore" });
      expect(setting(only(own, "SQL_USER"))).to.deep.equal(["sqlUser", "beo_app"]);
      expect(setting(only(own, "SQL_DATABASE"))).to.deep.equal(["database.name", "datastore"]);
      const guide = await use({ SQL_HOST, SQL_USER: "postgres", SQL_DATABASE: "beo_datastore" });
      expect(guide.flatMap((usage) => usage.setting ?? [])).to.deep.equal([]);
    });

    it("says nothing about the user of an instance that is not found", async () => {
      const lost = SQL_HOST.replace(app, "gone");
      const user = only(await use({ SQL_HOST: lost, SQL_USER: "postgres" }), "SQL_USER");
      expect(user.what).to.equal("database user");
      expect(setting(user)).to.equal(undefined);
    });

    it("need the built-in port", async () => {
      expect(only(await use({ SQL_PORT: "5433" }), "SQL_PORT").blocker).to.match(/SQL_PORT is 5433, .*5432/);
      expect(await use({ SQL_PORT: "5432" })).to.deep.equal([]);
    });
  });

  describe("buckets", () => {
    it("are taken over under their names", async () => {
      const usage = await use({
        AWS_MEDIA_BUCKET_NAME: "beo-uploads",
        AWS_STORAGE_BUCKET_NAME: `${app}-static`,
      });
      expect(setting(only(usage, "AWS_MEDIA_BUCKET_NAME"))).to.deep.equal([
        "storage.mediaBucketName",
        "beo-uploads",
      ]);
      expect(only(usage, "AWS_STORAGE_BUCKET_NAME")).to.deep.include({ urn: urn("beo-s3-static-bucket") });
      expect(setting(only(usage, "AWS_STORAGE_BUCKET_NAME"))).to.equal(undefined);
    });

    const responses: [string, Responses[string], RegExp][] = [
      [
        "does not exist",
        () => {
          throw awsError("NoSuchBucket");
        },
        /there is no such bucket/,
      ],
      [
        "belongs to another account",
        () => {
          throw awsError("AccessDenied");
        },
        /Access to the media bucket b is denied/,
      ],
      ["is in us-east-1", () => ({}), /The media bucket b is in us-east-1/],
      ["is in eu-west-1", () => ({ LocationConstraint: "EU" }), /The media bucket b is in eu-west-1/],
    ];
    for (const [what, GetBucketLocation, blocker] of responses) {
      it(`block if one ${what}`, async () => {
        const usage = await use({ AWS_MEDIA_BUCKET_NAME: "b" }, { GetBucketLocation });
        expect(only(usage, "AWS_MEDIA_BUCKET_NAME").blocker).to.match(blocker);
      });
    }

    it("may be one for media and static files: these get a bucket of their own", async () => {
      const usage = await use({ AWS_MEDIA_BUCKET_NAME: "b", AWS_STORAGE_BUCKET_NAME: "b" });
      expect(only(usage, "AWS_STORAGE_BUCKET_NAME")).not.to.have.any.keys("setting", "blocker");
    });

    it("have the uploads, by MEDIA_ROOT", async () => {
      const block = async (MEDIA_ROOT: string) =>
        (await use({ AWS_MEDIA_BUCKET_NAME: "b", MEDIA_ROOT })).find(
          ({ variable }) => variable === "MEDIA_ROOT",
        )?.blocker;
      expect(await block("s3://b/")).to.equal(undefined);
      expect(await block("s3://b")).to.equal(undefined);
      expect(await block("s3://other/")).to.match(/aws s3 sync s3:\/\/other\/ s3:\/\/b\//);
      expect(await block("s3://b/uploads/")).to.match(/MEDIA_ROOT is s3:\/\/b\/uploads\//);
      expect(await block("/opt/python/media")).to.match(/MEDIA_ROOT is \/opt\/python\/media/);
    });
  });

  it("takes over a queue under its name, and blocks without one, with a FIFO queue or another broker", async () => {
    const find = async (variables: Record<string, string>, more: Responses = {}) => {
      const [usage] = await use(variables, more);
      return usage;
    };
    expect(setting((await find({ CELERY_DEFAULT_QUEUE: "celery" }))!)).to.deep.equal([
      "queue.name",
      "celery",
    ]);
    const missing = {
      GetQueueUrl: () => {
        throw awsError("QueueDoesNotExist");
      },
    };
    expect((await find({ CELERY_DEFAULT_QUEUE: "celery" }, missing))?.blocker).to.match(
      /us-west-1 has no such queue/,
    );
    expect((await find({ CELERY_DEFAULT_QUEUE: "celery.fifo" }))?.blocker).to.match(/has a standard queue/);
    const redis = await find({ BROKER_URL: "redis://:hush@cache.example.com:6379/0" });
    expect(redis?.blocker).to.match(/^BROKER_URL begins with redis:, but the program uses SQS/);
    expect(JSON.stringify(redis)).not.to.include("hush");
    expect((await find({ BROKER_URL: "sqs://AKIA:hush@" }))?.blocker).to.equal(undefined);
  });

  it("finds the user of the access key, and shows no key", async () => {
    const AWS_ACCESS_KEY_ID = "AKIAIOSFODNN7EXAMPLE";
    const find = async (more: Responses = {}) =>
      only(await use({ AWS_ACCESS_KEY_ID }, more), "AWS_ACCESS_KEY_ID");
    expect(await find()).to.deep.include({ urn: urn("beo-iam-user"), value: "…MPLE" });
    const GetAccessKeyLastUsed = () => ({ UserName: "uploads" });
    expect(setting(await find({ GetAccessKeyLastUsed }))).to.deep.equal([
      "serviceAccount.userName",
      "uploads",
    ]);
    const person = await find({
      GetAccessKeyLastUsed,
      GetLoginProfile: () => ({ LoginProfile: { UserName: "uploads", CreateDate: new Date() } }),
    });
    expect(person.what).to.match(/uploads, who also signs in to the console/);
    const foreign = await find({
      GetAccessKeyLastUsed: () => {
        throw awsError("AccessDenied");
      },
    });
    for (const usage of [person, foreign]) {
      expect(usage).not.to.have.any.keys("urn", "setting", "blocker");
    }
    expect(JSON.stringify([person, foreign])).not.to.include(AWS_ACCESS_KEY_ID);
  });

  it("blocks if web and worker disagree, and counts what only one of them has", async () => {
    const worker = { name: `${app}-worker`, role: "worker" as const };
    const usage = await useAll([
      environment({ variables: { AWS_MEDIA_BUCKET_NAME: "new" } }),
      environment({ ...worker, variables: { AWS_MEDIA_BUCKET_NAME: "old", CELERY_DEFAULT_QUEUE: "celery" } }),
    ]);
    const blockers = usage.flatMap(({ blocker }) => blocker ?? []);
    expect(blockers).to.have.length(2);
    expect(blockers[0]).to.match(/of beo-datastore-dev is new, but beo-datastore-dev-worker has old/);
    expect(usage.some(({ setting: found }) => found?.key === "storage.mediaBucketName")).to.equal(false);
    expect(only(usage, "CELERY_DEFAULT_QUEUE").environment).to.equal(`${app}-worker`);
  });

  it("blocks for variables with which the application would fail", async () => {
    const variables = { AWS_DEFAULT_ACL: "private", EMAIL_FILE_DIR: "/tmp/mail" };
    const kept = await use(variables, {}, { reasons: [] });
    expect(kept.map(({ variable }) => variable)).to.deep.equal(["AWS_DEFAULT_ACL", "EMAIL_FILE_DIR"]);
    expect(kept[0]?.blocker).to.include(
      `aws elasticbeanstalk update-environment --environment-name ${app} --options-to-remove Namespace=${property},OptionName=AWS_DEFAULT_ACL`,
    );
    expect((await use(variables)).map(({ variable }) => variable)).to.deep.equal(["AWS_DEFAULT_ACL"]);
  });

  it("blocks for a reference that cannot be read", async () => {
    const SECRET_KEY = "arn:aws:ssm:us-west-1:123456789012:parameter/beo/SECRET_KEY";
    const usage = await use({}, {}, { references: { SECRET_KEY } });
    expect(only(usage, "SECRET_KEY").blocker).to.include(`${SECRET_KEY}, which cannot be read`);
  });

  it("blocks if the site would lose HTTPS", async () => {
    const certificate = "arn:aws:acm:us-west-1:123456789012:certificate/12345678-1234-1234-1234-123456789012";
    const options = [
      { Namespace: "aws:elb:listener:443", OptionName: "SSLCertificateId", Value: certificate },
    ];
    expect(only(await use({}, {}, { options }), "HTTPS").blocker).to.include(certificate);
  });

  describe("addresses", () => {
    const cname = "beo.eba-mtsrsakc.us-west-1.elasticbeanstalk.com";
    const balancer = "awseb-e-m-awsebloa-1k2v8mkd9tx7t-1131811544.us-west-1.elb.amazonaws.com";
    const zones = (...ResourceRecordSets: object[]): Responses => ({
      ListHostedZones: () => ({
        HostedZones: [
          { Id: "/hostedzone/Z1", Name: "example.org.", Config: { PrivateZone: false } },
          { Id: "/hostedzone/Z2", Name: "internal.", Config: { PrivateZone: true } },
        ],
        IsTruncated: false,
      }),
      ListResourceRecordSets: ({ HostedZoneId, StartRecordName }) =>
        HostedZoneId !== "/hostedzone/Z1"
          ? expect.fail("a private zone is read")
          : StartRecordName === undefined
            ? {
                ResourceRecordSets: [{ Name: "example.org.", Type: "NS" }],
                IsTruncated: true,
                NextRecordName: "b",
              }
            : { ResourceRecordSets, IsTruncated: false },
    });
    const alias = (Name: string, DNSName: string) => ({
      Name,
      Type: "A",
      AliasTarget: { DNSName, HostedZoneId: "Z368ELLRRE2KJ0", EvaluateTargetHealth: false },
    });
    const hosts = (usage: Usage[]) =>
      usage.flatMap(({ setting: found }) => (found?.key === "web.additionalHosts[]" ? [found.value] : []));

    it("stay allowed: the environment's own, its records', and those in DJANGO_ALLOWED_HOSTS", async () => {
      const usage = await use(
        { DJANGO_ALLOWED_HOSTS: `www.example.org ${cname} api.example.org * 10.0.0.1` },
        zones(
          alias("beo.example.org.", `dualstack.${balancer}.`),
          { Name: "www.example.org.", Type: "CNAME", ResourceRecords: [{ Value: cname.toUpperCase() }] },
          {
            Name: "other.example.org.",
            Type: "CNAME",
            ResourceRecords: [{ Value: "elsewhere.example.com" }],
          },
        ),
        { cname, endpoint: balancer },
      );
      expect(hosts(usage)).to.deep.equal(["beo.example.org", "www.example.org", cname, "api.example.org"]);
    });

    it("are allowed once they are set, though AWS still has to choose CloudFront's host", async () => {
      const web = planned.find(({ name }) => name === "beo-eb-web") ?? expect.fail();
      const settings = [
        { namespace: property, name: "DJANGO_ALLOWED_HOSTS", value: `[unknown] beo.example.org ${cname}` },
      ];
      const before = planned;
      planned = planned.map((one) => (one === web ? { ...web, inputs: { ...web.inputs, settings } } : one));
      try {
        expect(hosts(await use({ DJANGO_ALLOWED_HOSTS: cname }, zones(), { cname }))).to.deep.equal([]);
      } finally {
        planned = before;
      }
    });

    it("of an environment that is taken over need no setting", async () => {
      const usage = await use({ DJANGO_ALLOWED_HOSTS: cname }, zones(), { cname, reasons: [] });
      expect(hosts(usage)).to.deep.equal([]);
    });

    it("include the address of a single instance", async () => {
      const record = { Name: "beo.example.org.", Type: "A", ResourceRecords: [{ Value: "198.51.100.7" }] };
      expect(hosts(await use({}, zones(record), { endpoint: "198.51.100.7" }))).to.deep.equal([
        "beo.example.org",
      ]);
    });

    it("with a routing policy block", async () => {
      const weighted = { ...alias("beo.example.org.", `${balancer}.`), SetIdentifier: "blue", Weight: 10 };
      const [usage] = await use({}, zones(weighted), { endpoint: balancer });
      expect(usage?.blocker).to.match(/belongs to a routing policy \(blue\)/);
    });

    it("leave the domain's record alone until the program has its web environment", () => {
      const record = {
        type: "aws:route53/record:Record",
        inputs: { type: "A", name: "beo.example.org" },
      } as unknown as PlannedResource;
      const set = { ...alias("beo.example.org.", `${balancer}.`), Type: "A" as const };
      const keep = (web: ExistingEnvironment[]) =>
        keepAddress([set], web, [record]).map((usage) => setting(usage));
      const old = environment({ endpoint: balancer });
      expect(keep([old])).to.deep.equal([["web.dnsRecord", false]]);
      expect(keep([])).to.deep.equal([["web.dnsRecord", false]]);
      expect(keep([old, environment({ isManaged: true, reasons: [] })])).to.deep.equal([]);
      expect(keep([environment({ endpoint: balancer, reasons: [] })])).to.deep.equal([]);
      expect(keepAddress([set], [old], [])).to.deep.equal([]);
    });
  });
});

describe("findEnvironments", () => {
  const names = { application: app, web: app, worker: `${app}-worker` };
  const description = (name: string, application: string, more: object = {}): EnvironmentDescription => ({
    EnvironmentId: `e-${name}`,
    EnvironmentName: name,
    ApplicationName: application,
    SolutionStackName: "64bit Amazon Linux 2 v3.3.9 running Python 3.8",
    Tier: { Name: "WebServer", Type: "Standard", Version: "1.0" },
    Status: "Ready",
    ...more,
  });
  const find = async (
    pages: EnvironmentDescription[][],
    variables: Record<string, Record<string, string>>,
    more: Responses = {},
  ) => {
    const aws = fakeAws({
      DescribeEnvironments: ({ NextToken }) => {
        const page = Number(NextToken ?? 0);
        return { Environments: pages[page], ...(page + 1 < pages.length && { NextToken: String(page + 1) }) };
      },
      DescribeConfigurationSettings: ({ EnvironmentName }) => ({
        ConfigurationSettings: [
          {
            OptionSettings: Object.entries(variables[String(EnvironmentName)] ?? {}).map(
              ([OptionName, Value]) => ({
                Namespace: Value.startsWith("arn:") ? `${property}secrets` : property,
                OptionName,
                Value,
              }),
            ),
          },
        ],
      }),
      ...more,
    });
    return findEnvironments(aws, names, new Set());
  };

  it("lists all of the application, on all pages, and others that use its database", async () => {
    const found = await find(
      [
        [description(app, app), description("unrelated", "shop")],
        [
          description("eb-clone", app, { Status: "Updating" }),
          description("reports", "reporting"),
          description("gone", app, { Status: "Terminated" }),
          description(`${app}-worker`, app, { Tier: { Name: "Worker" } }),
        ],
      ],
      { [app]: { SQL_HOST: "db" }, reports: { SQL_HOST: "db" }, unrelated: { SQL_HOST: "shop-db" } },
    );
    expect(found.map(({ name, role }) => `${name} ${role}`)).to.deep.equal([
      `${app} web`,
      "eb-clone web",
      `${app}-worker worker`,
      "reports web",
    ]);
  });

  it("finds environments of an application with another name by what they use", async () => {
    const found = await find([[description("beo-web", "beo"), description("unrelated", "shop")]], {
      "beo-web": { AWS_MEDIA_BUCKET_NAME: `${app}-media` },
    });
    expect(found.map(({ name }) => name)).to.deep.equal(["beo-web"]);
  });

  it("resolves references to parameters, secrets and keys of secrets", async () => {
    const secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:beo-AbCdEf";
    const parameter = "arn:aws:ssm:us-west-1:123456789012:parameter/beo/SECRET_KEY";
    const [found] = await find(
      [[description(app, app)]],
      {
        [app]: {
          SECRET_KEY: parameter,
          SQL_PASSWORD: `${secret}:password`,
          ADMIN_URL: secret,
          LOST: `${secret}:none`,
        },
      },
      {
        GetParameter: ({ Name }) => (Name === parameter ? { Parameter: { Value: "key" } } : expect.fail()),
        GetSecretValue: ({ SecretId }, region) =>
          SecretId === secret && region === "us-east-1"
            ? { SecretString: '{"password":"pw","username":"beo"}' }
            : expect.fail(),
      },
    );
    expect(found?.variables).to.deep.equal({
      SECRET_KEY: "key",
      SQL_PASSWORD: "pw",
      ADMIN_URL: '{"password":"pw","username":"beo"}',
    });
    expect(found?.references.SQL_PASSWORD).to.equal(`${secret}:password`);
  });
});
