import { expect } from "chai";
import { describe, it } from "mocha";
import {
  BeoDatastore,
  type BeoDatastoreArgs,
  Database,
  Mail,
  Queue,
  ServiceAccount,
  Storage,
} from "../../components";
import { applicationVariables, isSecretVariable } from "../../components/application-variables";
import { getOutputs } from "../../components/outputs";
import { record } from "../../plan/record";
import { answers, exampleOutputs } from "../support/examples";
import { guidePolicy } from "../support/guide-policy";
import { isSecretOutput, run, valueOf } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-datastore-prod",
  environment: "prod",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  domain: "api.example.com",
  hostedZone: "example.com",
};

describe("BeoDatastore", () => {
  it("gives the resources the names that people and `eb` know", async () => {
    const made = await run(() => new BeoDatastore("b", args));
    expect({
      database: made.inputs("b-db-instance").identifier,
      media: made.inputs("b-s3-media-bucket").bucket,
      static: made.inputs("b-s3-static-bucket").bucket,
      queue: made.inputs("b-queue-queue").name,
      user: made.inputs("b-iam-user").name,
      application: made.inputs("b-eb-application").name,
      web: made.inputs("b-eb-web").name,
      worker: made.inputs("b-eb-worker").name,
      databaseName: made.inputs("b-db-instance").dbName,
      configurationSet: made.inputs("b-mail-configuration").configurationSetName,
    }).to.deep.equal({
      database: "beo-datastore-prod",
      media: "beo-datastore-prod-media",
      static: "beo-datastore-prod-static",
      queue: "beo-datastore-prod",
      user: "beo-datastore-prod",
      application: "beo-datastore-prod",
      web: "beo-datastore-prod",
      worker: "beo-datastore-prod-worker",
      databaseName: "beo_datastore",
      configurationSet: "beo-datastore-prod",
    });
  });

  it("gives every role and user the account's boundary, and every path in IAM the stack's", async () => {
    const limits = {
      permissionsBoundary: "arn:aws:iam::123456789012:policy/developers",
      rolePath: "/beo-datastore-prod/",
    };
    const made = await run(
      () => new BeoDatastore("b", { ...args, ...limits, database: { monitoringInterval: 60 } }),
    );
    const paths = made.resources
      .filter(({ type }) => /^aws:iam\/(role|user|instanceProfile):/.test(type))
      .map(({ name, inputs }) => [name, inputs.path, inputs.permissionsBoundary]);
    const { permissionsBoundary, rolePath } = limits;
    expect(paths).to.have.deep.members([
      ["b-db-monitoring", rolePath, permissionsBoundary],
      ["b-eb-service", rolePath, permissionsBoundary],
      ["b-eb-web-instances", rolePath, permissionsBoundary],
      ["b-eb-web-instances-profile", rolePath, undefined],
      ["b-eb-worker-instances", rolePath, permissionsBoundary],
      ["b-eb-worker-instances-profile", rolePath, undefined],
      ["b-iam-user", rolePath, permissionsBoundary],
      ["b-mail-smtp", rolePath, permissionsBoundary],
      ["b-mon-events", rolePath, permissionsBoundary],
    ]);
  });

  it("has outputs, of which the environments are secret", async () => {
    let given: Record<string, unknown> = {};
    let web: Record<string, string> = {};
    let worker: Record<string, string> = {};
    let secrets: boolean[] = [];
    await run(async () => {
      const datastore = new BeoDatastore("b", args);
      given = await valueOf({
        url: datastore.url,
        webEnvironmentName: datastore.webEnvironmentName,
        workerEnvironmentName: datastore.workerEnvironmentName,
        databaseHost: datastore.databaseHost,
        databasePort: datastore.databasePort,
        queueUrl: datastore.queueUrl,
        dnsRecords: datastore.dnsRecords,
      });
      web = await valueOf(datastore.webEnvironment);
      worker = await valueOf(datastore.workerEnvironment);
      secrets = await Promise.all(
        [datastore.webEnvironment, datastore.workerEnvironment].map(isSecretOutput),
      );
    });
    expect(given).to.deep.equal({
      url: "https://api.example.com",
      webEnvironmentName: "beo-datastore-prod",
      workerEnvironmentName: "beo-datastore-prod-worker",
      databaseHost: "beo-datastore-prod.abcdefghijkl.us-west-1.rds.amazonaws.com",
      databasePort: 5432,
      queueUrl: "https://sqs.us-west-1.amazonaws.com/123456789012/beo-datastore-prod",
      dnsRecords: [],
    });
    expect(secrets).to.deep.equal([true, true]);
    expect(Object.keys(web)).to.have.members(applicationVariables.map(({ name }) => name));
    expect({ ...worker, WORKER: "0" }).to.deep.equal(web);
    expect(web.DJANGO_ALLOWED_HOSTS).to.equal(
      "api.example.com beo-datastore-prod.us-west-1.elasticbeanstalk.com",
    );
  });

  it("outputs what the stack has to output", async () => {
    let names: string[] = [];
    await run(() => {
      names = Object.keys(getOutputs(new BeoDatastore("b", args)));
    });
    expect(names).to.have.members([
      "applicationName",
      "url",
      "webEnvironmentName",
      "workerEnvironmentName",
      "databaseHost",
      "databasePort",
      "databaseArn",
      "databaseSecurityGroupId",
      "instanceSecurityGroupId",
      "natAddresses",
      "loadBalancerArn",
      "loadBalancerDnsName",
      "loadBalancerSecurityGroupId",
      "webInstanceRoleName",
      "workerInstanceRoleName",
      "serviceRoleName",
      "mediaBucketName",
      "staticBucketName",
      "queueName",
      "queueUrl",
      "dnsRecords",
      "alarmTopicArn",
      "dashboardUrl",
      "ebConfig",
      "readme",
      "webEnvironment",
      "workerEnvironment",
    ]);
  });

  it("outputs the addresses of its NAT gateways, in a VPC of its own", async () => {
    const addresses: number[] = [];
    await run(async () => {
      for (const [name, network] of Object.entries({
        one: { create: true },
        each: { create: true, nat: "each" },
        none: { create: true, nat: "none" },
        existing: {},
      } as const)) {
        const { natAddresses } = new BeoDatastore(name, { ...args, network });
        addresses.push((await valueOf(natAddresses)).length);
      }
    });
    expect(addresses).to.deep.equal([1, 2, 0, 0]);
  });

  it("connects the application as sqlUser, and leaves the master user unchanged", async () => {
    const made = await run(
      () => new BeoDatastore("b", { ...args, sqlUser: "app_2", sqlPassword: "given-app" }),
    );
    expect(made.inputs("b-ssm-SQL_PASSWORD").value).to.equal("given-app");
    const settings = made.inputs("b-eb-worker").settings as { name: string; value: string }[];
    expect(settings.find(({ name }) => name === "SQL_USER")?.value).to.equal("app_2");
    const database = made.inputs("b-db-instance");
    expect(database.username).to.equal("beo_datastore");
    expect(database.password).not.to.equal("given-app");
  });

  it("generates secrets, and uses those that are given", async () => {
    const made = await run(() => new BeoDatastore("b", args));
    expect(made.counts().RandomPassword).to.equal(4);
    const given = await run(
      () =>
        new BeoDatastore("b", {
          ...args,
          databasePassword: "given-database",
          secretKey: "given-key",
          adminUrl: "givenadmin",
          supportPassword: "given-support",
          smtpUser: "given-user",
          smtpPassword: "given-smtp",
        }),
    );
    expect(given.counts()).not.to.have.any.keys("RandomPassword", "EmailIdentity");
    const parameter = (name: string) => given.inputs(`b-ssm-${name}`).value;
    expect(
      ["SQL_PASSWORD", "SECRET_KEY", "ADMIN_URL", "SUPPORT_PASSWORD", "SMTP_USER", "SMTP_PASSWORD"].map(
        parameter,
      ),
    ).to.deep.equal([
      "given-database",
      "given-key",
      "givenadmin",
      "given-support",
      "given-user",
      "given-smtp",
    ]);
  });

  it("passes secrets by reference, or as plain properties with plainSecrets", async () => {
    const variables = async (plainSecrets: boolean) => {
      const made = await run(
        () => new BeoDatastore("b", { ...args, platform: { plainSecrets }, extraSecrets: { TOKEN: "t" } }),
      );
      const settings = made.inputs("b-eb-web").settings as { namespace: string; name: string }[];
      const of = (namespace: string) =>
        settings.filter((setting) => setting.namespace.endsWith(namespace)).map(({ name }) => name);
      return { plain: of(":environment"), secret: of(":environmentsecrets"), count: made.counts().Parameter };
    };
    const reference = await variables(false);
    const secrets = applicationVariables.map(({ name }) => name).filter(isSecretVariable);
    expect(reference.count).to.equal(secrets.length + 1);
    expect(reference.secret).to.have.members([...secrets, "TOKEN"]);
    expect(reference.plain).to.include("SECRETS_REVISION").and.not.include("SECRET_KEY");
    const clear = await variables(true);
    expect(clear.secret).to.deep.equal([]);
    expect(clear.count).to.equal(undefined);
    expect(clear.plain).to.include.members(["SECRET_KEY", "TOKEN"]).and.not.include("SECRETS_REVISION");
  });

  it("marks secrets that are given as plain text, by reference or not", async () => {
    const hidden = "do-not-show-me";
    const secrets = {
      adminUrl: `${hidden}-1`,
      secretKey: `${hidden}-2`,
      smtpUser: `${hidden}-3`,
      smtpPassword: `${hidden}-4`,
      supportPassword: `${hidden}-5`,
      databasePassword: `${hidden}-6`,
      extraSecrets: { TOKEN: `${hidden}-7` },
    };
    for (const plainSecrets of [false, true]) {
      const made = await run(
        () => new BeoDatastore("b", { ...args, ...secrets, platform: { plainSecrets } }),
      );
      const shown = JSON.stringify(made.resources.map(({ name }) => made.shown(name)));
      expect(shown, `plainSecrets: ${plainSecrets}`).not.to.include(hidden);
      const given = JSON.stringify(made.resources.map(({ name }) => made.inputs(name)));
      [1, 2, 3, 4, 5, 6, 7].forEach((number) => expect(given).to.include(`${hidden}-${number}`));
    }
  });

  it("passes a given task limit to the queue and the worker environment only", async () => {
    const getVariable = (made: Awaited<ReturnType<typeof run>>, name: string) =>
      (made.inputs(name).settings as { name: string; value: string }[]).find(
        (setting) => setting.name === "TASK_TIME_LIMIT",
      )?.value;
    const given = await run(() => new BeoDatastore("b", { ...args, worker: { taskTimeLimit: 900 } }));
    expect(given.inputs("b-queue-queue").visibilityTimeoutSeconds).to.equal(5400);
    expect(given.inputs("b-eb-worker-drain-hook").heartbeatTimeout).to.equal(1020);
    expect([getVariable(given, "b-eb-worker"), getVariable(given, "b-eb-web")]).to.deep.equal([
      "900",
      undefined,
    ]);
    const made = await run(() => new BeoDatastore("b", args));
    expect(made.inputs("b-queue-queue").visibilityTimeoutSeconds).to.equal(3600);
    expect(getVariable(made, "b-eb-worker")).to.equal(undefined);
  });

  it("protects the database and the media bucket, and nothing else", async () => {
    const made = await run(() => new BeoDatastore("b", args));
    const isProtected = (run: typeof made) => run.resources.filter((r) => r.protect).map(({ name }) => name);
    expect(isProtected(made)).to.have.members(["b-db-instance", "b-s3-media-bucket"]);
    const dev = await run(() => new BeoDatastore("b", { ...args, protect: false }));
    expect(isProtected(dev)).to.deep.equal([]);
  });

  it("shows what does not depend on AWS in a preview, and no secret", async () => {
    const made = await run(() => new BeoDatastore("b", { ...args, secretKey: "do-not-show-me" }), {
      preview: true,
    });
    const shown = JSON.stringify(made.resources.map(({ name }) => made.shown(name)));
    expect(shown).not.to.include("do-not-show-me");
    expect(made.shown("b-ssm-SECRET_KEY")).to.include({
      name: "/beo-datastore-prod/SECRET_KEY",
      value: "[secret]",
    });
    expect(made.shown("b-db-instance")).to.include({
      identifier: "beo-datastore-prod",
      password: "[secret]",
      publiclyAccessible: false,
    });
    expect(made.shown("b-ssm-ADMIN_URL").value).to.equal("[secret]");
    expect(made.resources.length).to.be.greaterThan(100);
  });
});

describe("the names of an adopted stack", () => {
  const adopted: BeoDatastoreArgs = {
    ...args,
    alarmEmail: "operations@example.com",
    database: { identifier: "beo-restored", name: "meters" },
    storage: { mediaBucketName: "uploads.example", staticBucketName: "assets-example" },
    queue: { name: "celery_tasks", maxReceiveCount: 3, receiveWaitTimeSeconds: 20, delaySeconds: 5 },
    serviceAccount: { userName: "navigader" },
    web: {
      environmentName: "beo-web-2",
      cnamePrefix: "beo-2",
      additionalHosts: ["beo-old.us-west-1.elasticbeanstalk.com"],
      dnsRecord: false,
    },
    worker: { environmentName: "beo-tasks-2" },
  };

  it("are those of its resources, and of everything that refers to them, in a preview too", async () => {
    const made = await run(() => new BeoDatastore("b", adopted), { preview: true });
    expect(made.shown("b-db-instance")).to.include({ identifier: "beo-restored", dbName: "meters" });
    expect(made.shown("b-s3-media-bucket").bucket).to.equal("uploads.example");
    expect(made.shown("b-s3-static-bucket").bucket).to.equal("assets-example");
    expect(made.shown("b-queue-queue")).to.include({
      name: "celery_tasks",
      receiveWaitTimeSeconds: 20,
      delaySeconds: 5,
    });
    expect(made.shown("b-queue-dead-letters").name).to.equal("celery_tasks-dead-letters");
    expect(made.shown("b-iam-user").name).to.equal("navigader");
    expect(made.shown("b-eb-application").name).to.equal("beo-datastore-prod");
    expect(made.shown("b-eb-web")).to.include({ name: "beo-web-2", cnamePrefix: "beo-2" });
    expect(made.shown("b-eb-worker").name).to.equal("beo-tasks-2");
    expect(made.shown("b-db-postgresql-log").name).to.equal("/aws/rds/instance/beo-restored/postgresql");
    for (const part of ["web", "worker"]) {
      const settings = made.shown(`b-eb-${part}`).settings as { name: string; value: string }[];
      const values = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
      expect(values, part).to.include({
        AWS_MEDIA_BUCKET_NAME: "uploads.example",
        AWS_STORAGE_BUCKET_NAME: "assets-example",
        CELERY_DEFAULT_QUEUE: "celery_tasks",
        DJANGO_ALLOWED_HOSTS:
          "api.example.com beo-2.us-west-1.elasticbeanstalk.com beo-old.us-west-1.elasticbeanstalk.com",
        MEDIA_ROOT: "s3://uploads.example/",
        SQL_DATABASE: "meters",
        STATIC_ROOT: "assets-example.s3-website-us-west-1.amazonaws.com/",
      });
    }
  });

  it("are in the user's policy, the alarms, the dashboard and the outputs", async () => {
    let outputs: Record<string, unknown> = {};
    const made = await run(async () => {
      const { readme, ebConfig, ...datastore } = new BeoDatastore("b", adopted);
      outputs = await valueOf({
        readme,
        ebConfig,
        databaseHost: datastore.databaseHost,
        mediaBucketName: datastore.mediaBucketName,
        staticBucketName: datastore.staticBucketName,
        queueName: datastore.queueName,
        webEnvironmentName: datastore.webEnvironmentName,
        workerEnvironmentName: datastore.workerEnvironmentName,
      });
    });
    const { readme, ebConfig, ...names } = outputs;
    expect(names).to.deep.equal({
      databaseHost: "beo-restored.abcdefghijkl.us-west-1.rds.amazonaws.com",
      mediaBucketName: "uploads.example",
      staticBucketName: "assets-example",
      queueName: "celery_tasks",
      webEnvironmentName: "beo-web-2",
      workerEnvironmentName: "beo-tasks-2",
    });
    expect(String(ebConfig).match(/environment: .*|application_name: .*/g)).to.deep.equal([
      ...Array.from({ length: 3 }, () => "environment: beo-web-2"),
      "application_name: beo-datastore-prod",
    ]);
    expect(String(readme).match(/eb deploy .*/g)).to.deep.equal([
      "eb deploy beo-web-2 --timeout 63",
      "eb deploy beo-tasks-2 --timeout 63",
    ]);
    expect(JSON.parse(String(made.inputs("b-iam-policy").policy))).to.deep.equal(
      guidePolicy(
        "arn:aws:s3:::assets-example",
        "arn:aws:s3:::uploads.example",
        "arn:aws:sqs:us-west-1:123456789012:celery_tasks",
      ),
    );
    const alarms = made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    const dimensions = new Set(
      alarms.flatMap(({ name }) => {
        const alarm = made.inputs(name) as {
          dimensions?: Record<string, string>;
          metricQueries?: { metric?: { dimensions?: Record<string, string> } }[];
        };
        return [
          alarm.dimensions,
          ...(alarm.metricQueries ?? []).map(({ metric }) => metric?.dimensions),
        ].flatMap((found) => Object.values(found ?? {}));
      }),
    );
    const expected = [
      "beo-restored",
      "celery_tasks",
      "celery_tasks-dead-letters",
      "beo-web-2",
      "beo-tasks-2",
    ];
    expect([...dimensions]).to.include.members(expected);
    expect([...dimensions].join()).not.to.include("beo-datastore-prod");
    const dashboard = String(made.inputs("b-mon-dashboard").dashboardBody);
    expect(expected.filter((name) => !dashboard.includes(`"${name}"`))).to.deep.equal([]);
  });

  it("leave the address to an older environment until dnsRecord is true", async () => {
    const addresses = async (more: Partial<BeoDatastoreArgs>) =>
      (await run(() => new BeoDatastore("b", { ...adopted, ...more }))).resources.filter(
        ({ name }) => name === "b-address",
      ).length;
    expect(await addresses({})).to.equal(0);
    expect(await addresses({ web: { ...adopted.web, dnsRecord: true } })).to.equal(1);
    const made = await run(() => new BeoDatastore("b", adopted));
    // The certificate does not need the address.
    expect(made.counts()).to.include({ Certificate: 1, CertificateValidation: 1 });
  });

  it("connect to the database of a snapshot, unless database.name is set", async () => {
    /** SQL_DATABASE with an instance that RDS created with a database of this name. */
    const databaseOf = async (dbName: string, database: BeoDatastoreArgs["database"]) => {
      let variables: Record<string, string> = {};
      await record(
        {
          project: "beo-datastore",
          stack: "dev",
          config: { "aws:region": "us-west-1" },
          outputs(resource) {
            const { id, outputs } = exampleOutputs(resource);
            return { id, outputs: resource.name === "b-db-instance" ? { ...outputs, dbName } : outputs };
          },
          invoke: answers,
        },
        async () => {
          variables = await valueOf(new BeoDatastore("b", { ...args, database }).webEnvironment);
        },
      );
      return variables.SQL_DATABASE;
    };
    expect(await databaseOf("of_the_snapshot", {})).to.equal("of_the_snapshot");
    expect(await databaseOf("", {})).to.equal("beo_datastore");
    expect(await databaseOf("", { name: "meters" })).to.equal("meters");
    expect(await databaseOf("beo_datastore", { name: "meters" })).to.equal("meters");
  });
});

describe("the names of a new stack", () => {
  it("are known in a preview: buckets, queue, media and static root, allowed hosts", async () => {
    const made = await run(() => new BeoDatastore("b", args), { preview: true });
    for (const part of ["web", "worker"]) {
      const settings = made.shown(`b-eb-${part}`).settings as { name: string; value: string }[];
      const values = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
      expect(values, part).to.include({
        AWS_MEDIA_BUCKET_NAME: "beo-datastore-prod-media",
        AWS_STORAGE_BUCKET_NAME: "beo-datastore-prod-static",
        CELERY_DEFAULT_QUEUE: "beo-datastore-prod",
        DJANGO_ALLOWED_HOSTS: "api.example.com beo-datastore-prod.us-west-1.elasticbeanstalk.com",
        MEDIA_ROOT: "s3://beo-datastore-prod-media/",
        SQL_DATABASE: "beo_datastore",
        SQL_PORT: "5432",
        SQL_USER: "beo_datastore",
        STATIC_ROOT: "beo-datastore-prod-static.s3-website-us-west-1.amazonaws.com/",
      });
    }
    expect(made.shown("b-s3-media-tls-only").bucket).to.equal("beo-datastore-prod-media");
  });

  it("are available only after the buckets' policies", async () => {
    const made = await run(() => new BeoDatastore("b", args));
    for (const part of ["web", "worker"]) {
      expect(made.resource(`b-eb-${part}`).dependencies).to.include.members(
        ["media", "static"].map((bucket) => made.resource(`b-s3-${bucket}-tls-only`).urn),
      );
    }
  });
});

describe("the readme output", () => {
  const getReadme = async (more: Partial<BeoDatastoreArgs> = {}) => {
    let readme = "";
    await run(async () => {
      const instructions = { pulumiCommand: "npx pulumi", beoCommand: "npx beo", documents: "docs" };
      readme = await valueOf(new BeoDatastore("b", { ...args, instructions, ...more }).readme);
    });
    return readme;
  };

  it("lists the steps that are left to do, numbered", async () => {
    const readme = await getReadme({
      hostedZone: undefined,
      certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
      alarmEmail: "operations@example.com",
      monitoring: { emails: ["second@example.com"] },
    });
    expect(readme).to.match(/^beo-datastore-prod runs at https:\/\/api\.example\.com\n/);
    expect(readme.match(/^\d\. .*$/gm)).to.deep.equal([
      "1. Deploy the application. In this directory, with the path of the application's checkout as APPLICATION:",
      "2. Create these DNS records:",
      "3. Confirm the subscriptions to the alarms: open the links that AWS sent to operations@example.com, second@example.com, one for each region",
      "4. Verify the sender: open the link that SES sends to support@example.com. It is valid for 24 hours.",
      "5. Request production access to SES in us-west-2, once for the account. Until AWS grants it, SES is in a sandbox and sends",
      "6. Make the application send from SUPPORT_EMAIL. Its settings contain the sender support@navigader.com, but SES accepts mail",
    ]);
    expect(readme).to.include(
      "api.example.com CNAME beo-datastore-prod.us-west-1.elasticbeanstalk.com  (Address of the application)",
    );
  });

  it("omits the steps that do not apply", async () => {
    const readme = await getReadme({ smtpUser: "user", smtpPassword: "given-smtp" });
    expect(readme.match(/^\d\. /gm)).to.deep.equal(["1. "]);
    expect(readme).to.include("npx pulumi stack output ebConfig -s dev >");
    const verified = await getReadme({
      mail: { domain: "navigader.com", fromAddress: "support@navigader.com" },
      hostedZone: "navigader.com",
      domain: "api.navigader.com",
    });
    expect(verified.match(/^\d\. \w+/gm)).to.deep.equal(["1. Deploy", "2. Request"]);
    expect(readme).to.include("   eb deploy beo-datastore-prod-worker --timeout 63\n");
  });
});

describe("each component", () => {
  it("works twice in a stack, with children that have its name as prefix and it as parent", async () => {
    const made = await run(() => {
      for (const name of ["one", "two"]) {
        new Queue(`${name}-q`, {});
        new Storage(`${name}-s`, { namePrefix: name });
        new Database(`${name}-d`, { identifier: name });
        new Mail(`${name}-m`, { fromAddress: `${name}@example.com` });
        new ServiceAccount(`${name}-a`, { staticBucketArn: "s", mediaBucketArn: "m", queueArn: "q" });
        new BeoDatastore(`${name}-b`, { ...args, applicationName: name });
      }
    });
    const byUrn = new Map(made.resources.map((resource) => [resource.urn, resource]));
    for (const { name, parent, type } of made.resources.slice(1)) {
      const above = byUrn.get(parent ?? "");
      expect(above, `parent of ${name}`).not.to.equal(undefined);
      if (above?.type !== "pulumi:pulumi:Stack") {
        expect(name.startsWith(`${above?.name ?? ""}-`), `${type} ${name} in ${above?.name ?? ""}`).to.equal(
          true,
        );
      }
    }
    const names = (prefix: string) =>
      made.resources.filter(({ name }) => name.startsWith(prefix)).map(({ name }) => name.slice(4));
    expect(names("one-")).to.have.members(names("two-"));
  });
});
