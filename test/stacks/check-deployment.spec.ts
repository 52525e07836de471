import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { commandLine } from "../../stacks/commands";
import { checkDeployment } from "../../stacks/check-deployment";
import { type Deployment, readState } from "../../stacks/deployment";
import { checkConfiguration } from "../../stacks";
import { getRestartWarning } from "../../stacks/check-parameters";
import type { RawConfiguration } from "../../stacks/configuration";
import { getDefaultKey } from "../../stacks/database-key";
import { applyTier } from "../../stacks/tiers";
import { changed, dev } from "./configurations";

/** What the state of a deployed staging stack has of the resources that cannot be changed. */
const staging: Deployment = {
  defaultVpcId: "vpc-1",
  resources: [
    {
      name: "beo-eb",
      outputs: {
        applicationName: "beo-datastore-staging",
        webCname: "beo-datastore-staging.us-west-1.elasticbeanstalk.com",
      },
    },
    {
      name: "beo-queue-dead-letters",
      outputs: { name: "beo-datastore-staging-dead-letters" },
    },
    { name: "beo-queue-queue", outputs: { name: "beo-datastore-staging" } },
    { name: "beo-db-access", outputs: { vpcId: "vpc-1" } },
    {
      name: "beo-net-instances",
      outputs: { vpcId: "vpc-1" },
    },
    {
      name: "beo-s3-media-bucket",
      outputs: { bucket: "beo-datastore-staging-media" },
    },
    {
      name: "beo-s3-static-bucket",
      outputs: { bucket: "beo-datastore-staging-static" },
    },
    { name: "beo-iam-user", outputs: { name: "beo-datastore-staging" } },
    { name: "beo-mail-user", outputs: { name: "beo-mail-user-1a2b3c4" } },
    {
      name: "beo-db-instance",
      outputs: {
        identifier: "beo-datastore-staging",
        dbName: "beo_datastore",
        username: "beo_datastore",
        dbSubnetGroupName: "beo-db-subnets-1a2b3c4",
        engineVersion: "17",
        engineVersionActual: "17.6",
      },
    },
    {
      name: "beo-eb-web",
      outputs: {
        cname: "beo-datastore-staging.us-west-1.elasticbeanstalk.com",
        solutionStackName: "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
        name: "beo-datastore-staging",
        settings: [
          { namespace: "aws:ec2:instances", name: "InstanceTypes", value: "t3.small" },
          {
            namespace: "aws:elasticbeanstalk:application:environment",
            name: "SQL_DATABASE",
            value: "beo_datastore",
          },
        ],
      },
    },
    {
      name: "beo-eb-worker",
      outputs: { name: "beo-datastore-staging-worker" },
    },
    {
      name: "beo-eb-application",
      outputs: { name: "beo-datastore-staging" },
    },
  ],
};

/** The problems of a stack with this deployment, as `key message` and the commands. */
function check(
  values: Record<string, unknown>,
  { stack = "staging", deployment = staging }: { stack?: string; deployment?: Deployment } = {},
) {
  const raw: RawConfiguration = {
    project: "beo-datastore",
    hasEngine: true,
    stack,
    region: "us-west-1",
    values: {
      appUrl: "https://app.beo-datastore.org",
      supportEmail: "support@beo-datastore.org",
      domain: "api.beo-datastore.org",
      hostedZone: "beo-datastore.org",
      ...values,
    },
    secrets: new Set(),
    otherKeys: { "aws:region": "us-west-1" },
  };
  const { complete, ignored, problems } = checkConfiguration(raw);
  expect(problems).to.deep.equal([]);
  return checkDeployment(complete, deployment, ignored, stack).map(({ key, message, commands }) => ({
    text: `${key} ${message}`,
    command: commandLine(commands, stack),
  }));
}

/** The deployment of the same stack after it was adopted with names of its own. */
const adoptedNames: Record<string, [resource: string, output: string, value: string, effect: string]> = {
  "database.identifier": [
    "beo-db-instance",
    "identifier",
    "beo-restored",
    "rename the database, with downtime and another host name",
  ],
  "storage.mediaBucketName": [
    "beo-s3-media-bucket",
    "bucket",
    "navigader-uploads",
    "replace the media bucket with its objects",
  ],
  "storage.staticBucketName": [
    "beo-s3-static-bucket",
    "bucket",
    "navigader-assets",
    "replace the static bucket with its objects",
  ],
  "queue.name": ["beo-queue-queue", "name", "celery_tasks", "replace the queue with its messages"],
  "serviceAccount.userName": [
    "beo-iam-user",
    "name",
    "navigader",
    "replace the IAM user with its access key",
  ],
  "web.environmentName": ["beo-eb-web", "name", "Beo-web-2", "replace the web environment"],
  "worker.environmentName": ["beo-eb-worker", "name", "beo-celery", "replace the worker environment"],
};
const adopted: Deployment = {
  ...staging,
  resources: staging.resources.map((resource) => {
    const [, output = "", value] = Object.values(adoptedNames).find(([name]) => name === resource.name) ?? [];
    return { ...resource, outputs: { ...resource.outputs, ...(value !== undefined && { [output]: value }) } };
  }),
};
/** Their settings. */
const adoptedSettings = (without?: string): Record<string, Record<string, string>> => {
  const settings: Record<string, Record<string, string>> = {};
  for (const [path, [, , value]] of Object.entries(adoptedNames).filter(([path]) => path !== without)) {
    const [group = "", member = ""] = path.split(".");
    settings[group] = { ...settings[group], [member]: value };
  }
  return settings;
};

describe("the names of a deployed stack", () => {
  it("may be others than those that follow from the application name", () => {
    expect(check(adoptedSettings(), { deployment: adopted })).to.deep.equal([]);
  });

  for (const [path, [, , value, effect]] of Object.entries(adoptedNames)) {
    const [group = "", member = ""] = path.split(".");
    const keep = `Keep the deployed one with the command below, or list ${path} in allowReplacement (docs/stacks.md).`;

    it(`refuses another ${path}, and one that is removed`, () => {
      const changes = {
        ...adoptedSettings(),
        [group]: { ...adoptedSettings()[group], [member]: "another-name" },
      };
      expect(check(changes, { deployment: adopted })).to.deep.equal([
        {
          text: `${path} is another-name, but ${value} is deployed. The change would ${effect}. ${keep}`,
          command: `npx pulumi config set --path ${path} ${value} --stack staging`,
        },
      ]);
      const [removed, ...others] = check(adoptedSettings(path), { deployment: adopted });
      expect(others).to.deep.equal([]);
      expect(removed?.text).to.match(
        new RegExp(`^${path} is beo-datastore-staging\\S*, but ${value} is deployed`),
      );
      expect(removed?.command).to.equal(`npx pulumi config set --path ${path} ${value} --stack staging`);
      expect(check({ ...changes, allowReplacement: [path] }, { deployment: adopted })).to.deep.equal([]);
    });

    it(`refuses ${path} in a stack that has the names of its application`, () => {
      const [problem, ...others] = check({ [group]: { [member]: value } });
      expect(others).to.deep.equal([]);
      expect(problem?.text).to.match(
        new RegExp(`^${path} is ${value}, but beo-datastore-staging\\S* is deployed`),
      );
      expect(problem?.command).to.equal(`npx pulumi config rm --path ${path} --stack staging`);
    });
  }

  it("refuses another scheme of the load balancer, which AWS cannot change", () => {
    const toInternal = {
      ...staging,
      resources: staging.resources.map((resource) =>
        resource.name === "beo-eb-web"
          ? {
              ...resource,
              outputs: {
                ...resource.outputs,
                settings: [{ namespace: "aws:ec2:vpc", name: "ELBScheme", value: "internal" }],
              },
            }
          : resource,
      ),
    };
    const [problem, ...others] = check({}, { deployment: toInternal }).filter(({ text }) =>
      text.startsWith("web.internal"),
    );
    expect(others).to.deep.equal([]);
    expect(problem?.text).to.match(
      /^web\.internal is false, but true is deployed\. The change would replace the load balancer, which fails/,
    );
    expect(problem?.command).to.equal("npx pulumi config set --path web.internal true --stack staging");
    const internal = { web: { internal: true } };
    expect(
      check(internal, { deployment: toInternal }).filter(({ text }) => text.includes("internal")),
    ).to.deep.equal([]);
    // An environment without the option, such as a single instance.
    expect(check(internal)).to.deep.equal([]);
  });

  it("refuses another database of the application", () => {
    const effect = "connect the application to another database, which may be empty or missing";
    const keep =
      "Keep the deployed one with the command below, or list database.name in allowReplacement (docs/stacks.md).";
    expect(check({ database: { name: "meters" } })).to.deep.equal([
      {
        text: `database.name is meters, but beo_datastore is deployed. The change would ${effect}. ${keep}`,
        command: "npx pulumi config rm --path database.name --stack staging",
      },
    ]);
    const withDatabase = (sqlDatabase: string, dbName: string): Deployment => ({
      resources: staging.resources.map((resource) => ({
        ...resource,
        outputs: {
          ...resource.outputs,
          ...(resource.name === "beo-db-instance" && { dbName }),
          ...(resource.name === "beo-eb-web" && { settings: [{ name: "SQL_DATABASE", value: sqlDatabase }] }),
        },
      })),
    });
    // An instance that was created without a database.
    const meters = withDatabase("meters", "");
    expect(check({ database: { name: "meters" } }, { deployment: meters })).to.deep.equal([]);
    expect(check({}, { deployment: meters })[0]).to.deep.equal({
      text: `database.name is beo_datastore, but meters is deployed. The change would ${effect}. ${keep}`,
      command: "npx pulumi config set --path database.name meters --stack staging",
    });
    expect(check({}, { deployment: withDatabase("of_a_snapshot", "of_a_snapshot") })).to.deep.equal([]);
  });

  it("tells another application name from a name of its own", () => {
    const settings = adoptedSettings();
    const texts = check({ ...settings, name: "meter-data" }, { deployment: adopted }).map(({ text }) => text);
    expect(texts).to.have.length(1);
    expect(texts[0]).to.match(
      /^name and environment make the application name meter-data-staging, but beo-datastore-staging is deployed/,
    );
    // Only the database was created yet.
    const resources = adopted.resources.filter(({ name }) => name === "beo-db-instance");
    expect(check({ database: settings.database }, { deployment: { resources } })).to.deep.equal([]);
    expect(check({}, { deployment: { resources } })[0]?.command).to.equal(
      "npx pulumi config set --path database.identifier beo-restored --stack staging",
    );
  });

  it("in the account's namespace are up to storage.accountNamespace", () => {
    const resources = staging.resources.map((resource) => ({
      ...resource,
      outputs: resource.name.startsWith("beo-s3")
        ? { bucket: `${String(resource.outputs.bucket)}-123456789012-us-west-1-an` }
        : resource.outputs,
    }));
    const keys = (values: Record<string, unknown>) =>
      check(values, { deployment: { resources } }).map(({ text }) => text.split(" ")[0]);
    expect(keys({ storage: { accountNamespace: true } })).to.deep.equal([]);
    expect(keys({})).to.deep.equal(["storage.accountNamespace"]);
    expect(keys({ storage: { mediaBucketName: "navigader-uploads" } })).to.deep.equal([
      "storage.mediaBucketName",
    ]);
  });
});

describe("the last deployment", () => {
  it("allows everything before the first one, and the same settings afterwards", () => {
    expect(check({}, { stack: "prod", deployment: { resources: [] } })).to.deep.equal([]);
    expect(check({})).to.deep.equal([]);
  });

  it("refuses another tier after the stack was renamed", () => {
    const [problem, ...others] = check({ environment: "prod" }, { stack: "live" });
    expect(others).to.deep.equal([]);
    expect(problem?.text).to.equal(
      "name and environment make the application name beo-datastore-prod, but beo-datastore-staging is deployed. The change would replace the database, the buckets, the queue and both environments. Keep the deployed one with the command below, or list name in allowReplacement (docs/stacks.md).",
    );
    expect(problem?.command).to.equal("npx pulumi config set environment staging --stack live");
  });

  it("accepts the deployed tier after the stack was renamed", () => {
    expect(check({ environment: "staging" }, { stack: "live" })).to.deep.equal([]);
  });

  it("refuses another name, also when only a part of the stack was deployed", () => {
    for (const part of ["beo-db", "beo-queue"]) {
      const resources = staging.resources.filter((resource) => resource.name.startsWith(part));
      const [problem] = check({ name: "meter-data" }, { deployment: { resources } });
      expect(problem?.command).to.equal("npx pulumi config set name beo-datastore --stack staging");
      expect(problem?.text).to.match(
        /^name .* make the application name meter-data-staging, but beo-datastore-staging is/,
      );
    }
  });

  it("refuses what AWS cannot change", () => {
    const changes: Record<string, [Record<string, unknown>, string, string]> = {
      "database.username": [
        { database: { username: "datastore" } },
        "datastore, but beo_datastore",
        "npx pulumi config set --path database.username beo_datastore --stack staging",
      ],
      "network.vpcId": [
        {
          network: {
            vpcId: "vpc-0123456789abcdef0",
            databaseSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
            instanceSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
          },
        },
        "vpc-0123456789abcdef0, but vpc-1",
        "npx pulumi config set --path network.vpcId vpc-1 --stack staging",
      ],
      "storage.accountNamespace": [
        { storage: { accountNamespace: true } },
        "true, but false",
        "npx pulumi config set --path storage.accountNamespace false --stack staging",
      ],
      "database.subnetGroupName": [
        { database: { subnetGroupName: "default-vpc-1" } },
        "default-vpc-1, but beo-db-subnets-1a2b3c4",
        "npx pulumi config set --path database.subnetGroupName beo-db-subnets-1a2b3c4 --stack staging",
      ],
      "platform.branch": [
        { platform: { branch: "Docker" } },
        "Docker, but Python",
        "npx pulumi config set --path platform.branch --stack staging <branch of Python>",
      ],
      "web.instanceTypes": [
        { web: { instanceTypes: ["t4g.small"] } },
        "arm64, but x86_64",
        "npx pulumi config set --path 'web.instanceTypes[0]' --stack staging <x86_64 type>",
      ],
    };
    for (const [path, [values, difference, command]] of Object.entries(changes)) {
      const [problem, ...others] = check(values);
      expect(others, path).to.deep.equal([]);
      expect(problem?.text, path).to.match(
        new RegExp(`^${path} is ${difference} is deployed\\. The change would replace `),
      );
      expect(problem?.command, path).to.equal(command);
      expect(check({ ...values, allowReplacement: [path] }), path).to.deep.equal([]);
    }
  });

  it("names the command that moves to another language or architecture without downtime", () => {
    const advice = (values: Record<string, unknown>) =>
      /To move .*?\(docs\/platform-change\.md\)/.exec(check(values)[0]?.text ?? "")?.[0];
    const toCommand = (branch: string) =>
      `To move to new environments without downtime: npx beo platform staging ${branch} (docs/platform-change.md)`;
    expect(advice({ platform: { branch: "Docker" } })).to.equal(toCommand("Docker"));
    expect(advice({ worker: { instanceTypes: ["t4g.small"] } })).to.equal(undefined);
    expect(advice({ web: { instanceTypes: ["t4g.small"] } })).to.equal(toCommand("'Python 3.13'"));
    expect(advice({ database: { username: "datastore" } })).to.equal(undefined);
  });

  const keyArn = (id: string) => `arn:aws:kms:us-west-1:123456789012:key/${id}`;
  const [ownId, otherId] = ["1234abcd-12ab-34cd-56ef-1234567890ab", "0f0f0f0f-12ab-34cd-56ef-1234567890ab"];
  /** The deployment with a database that a key encrypts, and with a key of its own. */
  const withKey = (id: string, own?: string): Deployment => ({
    ...staging,
    resources: [
      ...staging.resources.map((resource) =>
        resource.name === "beo-db-instance"
          ? { ...resource, outputs: { ...resource.outputs, kmsKeyId: keyArn(id) } }
          : resource,
      ),
      ...(own === undefined ? [] : [{ name: "beo-db-key", outputs: { arn: keyArn(own) } }]),
    ],
  });

  it("refuses another key of the database, which RDS cannot change", () => {
    const refused: [kmsKey: string, deployment: Deployment, command: string][] = [
      ["own", withKey(otherId), otherId],
      [ownId, withKey(otherId), otherId],
      [keyArn(ownId), withKey(otherId), otherId],
      [otherId, withKey(ownId, ownId), "own"],
      ["aws", withKey(ownId, ownId), "own"],
    ];
    for (const [kmsKey, deployment, kept] of refused) {
      const [problem, ...others] = check({ database: { kmsKey } }, { deployment });
      expect(others).to.deep.equal([]);
      expect(problem?.text).to.match(
        new RegExp(
          `^database\\.kmsKey is ${kmsKey}, but the deployed database is encrypted with .* RDS cannot change the key .* \\(docs/restoring\\.md, Another key\\)\\.$`,
        ),
      );
      expect(problem?.command).to.equal(
        `npx pulumi config set --path database.kmsKey ${kept} --stack staging`,
      );
      expect(
        check({ database: { kmsKey }, allowReplacement: ["database.kmsKey"] }, { deployment }),
      ).to.deep.equal([]);
    }
    for (const [kmsKey, deployment] of [
      ["own", withKey(ownId, ownId)],
      [otherId, withKey(otherId)],
      [keyArn(otherId), withKey(otherId)],
      ["aws", withKey(otherId)],
      [undefined, withKey(ownId, ownId)],
      [undefined, withKey(otherId)],
    ] as const) {
      expect(check({ database: kmsKey === undefined ? {} : { kmsKey } }, { deployment })).to.deep.equal([]);
    }
  });

  it("gives new databases of staging and prod a key of their own, and never another one to a deployed one", () => {
    const getKey = (stack: string, deployment: Deployment, database: Record<string, unknown> = {}) => {
      const raw: RawConfiguration = {
        ...(stack === "dev" ? dev({ database }) : changed({ database })),
        stack,
      };
      const { complete, problems } = checkConfiguration(raw);
      expect(problems).to.deep.equal([]);
      return getDefaultKey(complete, deployment);
    };
    const none: Deployment = { resources: [] };
    expect(getKey("prod", none)).to.equal("own");
    expect(getKey("staging", none)).to.equal("own");
    expect(getKey("dev", none)).to.equal(undefined);
    // Deployed by an older version of the program, or adopted.
    expect(getKey("staging", withKey(otherId))).to.equal(undefined);
    expect(getKey("staging", staging)).to.equal(undefined);
    expect(getKey("staging", withKey(ownId, ownId))).to.equal("own");
    // An update that was interrupted after the key.
    expect(getKey("prod", { resources: [{ name: "beo-db-key", outputs: { arn: keyArn(ownId) } }] })).to.equal(
      "own",
    );
    // A snapshot brings its key, and an unencrypted database has none.
    expect(getKey("prod", none, { snapshotIdentifier: "beo-datastore-prod-final-1a2b3c4d" })).to.equal(
      undefined,
    );
    expect(getKey("prod", none, { storageEncrypted: false })).to.equal(undefined);
  });

  it("refuses a key of its own for a database from a snapshot", () => {
    const values = { database: { kmsKey: "own", snapshotIdentifier: "final" } };
    const [problem] = check(values, { deployment: { resources: [] } });
    expect(problem?.text).to.match(/^database\.kmsKey is own, but database\.snapshotIdentifier is final\. /);
    expect(problem?.command).to.equal("npx pulumi config rm --path database.kmsKey --stack staging");
    expect(check(values, { deployment: withKey(ownId, ownId) })).to.deep.equal([]);
  });

  it("refuses a window that overlaps the one that RDS has chosen", () => {
    const resources = staging.resources.map((resource) =>
      resource.name === "beo-db-instance"
        ? {
            ...resource,
            outputs: {
              ...resource.outputs,
              backupWindow: "06:10-06:40",
              maintenanceWindow: "sat:12:00-sat:12:30",
            },
          }
        : resource,
    );
    const texts = (database: Record<string, unknown>) =>
      check({ database }, { deployment: { resources } }).map(({ text }) => text);
    expect(texts({ maintenanceWindow: "Sun:06:30-Sun:07:00" })).to.deep.equal([
      "database.maintenanceWindow is Sun:06:30-Sun:07:00, but RDS has chosen 06:10-06:40 as backupWindow, and refuses windows that overlap. Choose another time, or set database.backupWindow too.",
    ]);
    expect(texts({ backupWindow: "12:00-12:30" })).to.have.length(1);
    expect(texts({ backupWindow: "12:30-13:00" })).to.deep.equal([]);
    expect(texts({ backupWindow: "02:00-02:30", maintenanceWindow: "Sun:06:30-Sun:07:00" })).to.deep.equal(
      [],
    );
    expect(texts({})).to.deep.equal([]);
  });

  it("says that a change of static parameters needs a restart of the database", () => {
    const parameters = [
      { name: "rds.force_ssl", value: "1" },
      { name: "max_connections", value: "200" },
      { name: "work_mem", value: "8192" },
    ];
    const resources = [...staging.resources, { name: "beo-db-postgres17", outputs: { parameters } }];
    const warn = (configured: Record<string, string>, deployment: Deployment = { resources }) => {
      const { complete } = checkConfiguration(changed({ database: { parameters: configured } }));
      return getRestartWarning(complete, deployment);
    };
    expect(warn({ max_connections: "300" })).to.equal(
      "database.parameters changes max_connections, which PostgreSQL reads at its start only. After the update, restart the database, which is unavailable for about a minute:\n    aws rds reboot-db-instance --db-instance-identifier beo-datastore-staging",
    );
    expect(warn({ work_mem: "4096" }), "removed").to.match(/changes max_connections, which/);
    expect(warn({ max_connections: "200", shared_buffers: "65536" })).to.match(
      /changes shared_buffers, which/,
    );
    expect(warn({ max_connections: "200", work_mem: "4096" })).to.equal(undefined);
    // A new instance starts with them.
    expect(warn({ max_connections: "300" }, { resources: [] })).to.equal(undefined);
  });

  it("refuses to go back to the default VPC", () => {
    const [problem] = check({}, { deployment: { ...staging, defaultVpcId: "vpc-2" } });
    expect(problem?.text).to.match(/^network\.vpcId is vpc-2, but vpc-1 is deployed\./);
  });

  describe("with a VPC of its own", () => {
    const inVpc: Deployment = {
      ...staging,
      resources: [
        // In the account's default VPC, vpc-1, it is not.
        ...staging.resources.map((resource) =>
          resource.name === "beo-net-instances" ? { ...resource, outputs: { vpcId: "vpc-2" } } : resource,
        ),
        { name: "beo-vpc-network", outputs: { id: "vpc-2", cidrBlock: "10.42.0.0/16" } },
        { name: "beo-vpc-database-2", outputs: { cidrBlock: "10.42.144.0/20" } },
      ],
    };
    const inThreeZones: Deployment = {
      ...inVpc,
      resources: [
        ...inVpc.resources,
        { name: "beo-vpc-database-3", outputs: { cidrBlock: "10.42.160.0/20" } },
      ],
    };
    const newStack =
      "Keep the deployed one with the command below. Another network needs a new stack, in which the data is restored (docs/network.md).";

    it("is not moved into one, and names the way", () => {
      expect(check({ network: { create: true } })).to.deep.equal([
        {
          text: `network.create is true, but false is deployed. The change would replace the security groups and both environments, and the database cannot move. ${newStack}`,
          command: "npx pulumi config rm --path network.create --stack staging",
        },
      ]);
    });

    it("is not moved out of it, nor does it get another network or fewer zones", () => {
      const network = { create: true };
      for (const [values, deployment, text, command] of [
        [{}, inVpc, /^network\.create is false, but true is deployed/, "network.create true"],
        [
          { network: { ...network, cidr: "10.43.0.0/16" } },
          inVpc,
          /^network\.cidr is 10\.43\.0\.0\/16, but 10\.42\.0\.0\/16 is deployed\. The change would replace the VPC/,
          "network.cidr 10.42.0.0/16",
        ],
        [{ network }, inThreeZones, /^network\.zones is 2, but 3 is deployed/, "network.zones 3"],
      ] as const) {
        const problems = check(values, { deployment });
        expect(problems, JSON.stringify(values)).to.have.length(1);
        expect(problems[0]?.text).to.match(text);
        expect(problems[0]?.text.endsWith(newStack)).to.equal(true);
        expect(problems[0]?.command).to.equal(`npx pulumi config set --path ${command} --stack staging`);
      }
    });

    it("may get a third zone, other NAT gateways and endpoints", () => {
      const network = { create: true, zones: 3, nat: "each", interfaceEndpoints: ["ssm"], flowLogDays: 30 };
      expect(check({ network }, { deployment: inVpc })).to.deep.equal([]);
      expect(check({ network }, { deployment: inThreeZones })).to.deep.equal([]);
    });
  });

  it("reports every refused change at once, and allows only those that are listed", () => {
    const values = {
      name: "meter-data",
      database: { username: "datastore" },
      storage: { accountNamespace: true },
    };
    expect(check(values).map(({ text }) => text.split(" ")[0])).to.deep.equal([
      "name",
      "database.username",
      "storage.accountNamespace",
    ]);
    expect(
      check({ ...values, allowReplacement: ["name"] }).map(({ text }) => text.split(" ")[0]),
    ).to.deep.equal(["database.username", "storage.accountNamespace"]);
  });

  it("refuses a major version that RDS would refuse, and allows an upgrade that is configured", () => {
    const check16 = check({ database: { engineVersion: "16" } });
    expect(check16.map(({ text }) => text)).to.deep.equal([
      "database.engineVersion is 16, but PostgreSQL 17 is deployed. RDS does not downgrade a database.",
    ]);
    expect(check16[0]?.command).to.equal(
      "npx pulumi config set --path --type string database.engineVersion 17 --stack staging",
    );
    expect(check({ database: { engineVersion: "18" } })[0]?.text).to.match(
      /^database\.engineVersion is 18, but PostgreSQL 17 is deployed\. Upgrades .* need database\.allowMajorVersionUpgrade/,
    );
    expect(check({ database: { engineVersion: "18", allowMajorVersionUpgrade: true } })).to.deep.equal([]);
    expect(check({ database: { engineVersion: "16", allowMajorVersionUpgrade: true } })).to.have.length(1);
    expect(check({ database: { engineVersion: "17" } })).to.deep.equal([]);
  });

  it("refuses another address, which does nothing, and accepts the one that the environment has after `eb swap`", () => {
    const other = { web: { cnamePrefix: "beo-green" } };
    const [problem, ...others] = check(other);
    expect(others).to.deep.equal([]);
    expect(problem?.text).to.match(
      /^web\.cnamePrefix is beo-green, but beo-datastore-staging is deployed\. The change would do nothing, .* `eb swap` moves an address .* or list web\.cnamePrefix in allowReplacement/,
    );
    expect(problem?.command).to.equal(
      "npx pulumi config set --path web.cnamePrefix beo-datastore-staging --stack staging",
    );
    expect(check({ ...other, allowReplacement: ["web.cnamePrefix"] })).to.deep.equal([]);
    expect(check({ web: { cnamePrefix: "Beo-Datastore-Staging" } })).to.deep.equal([]);
    const resources = staging.resources.map((resource) =>
      resource.name === "beo-eb-web"
        ? {
            ...resource,
            outputs: { ...resource.outputs, cname: "beo-green.us-west-1.elasticbeanstalk.com" },
          }
        : resource,
    );
    for (const values of [{}, other]) {
      expect(check(values, { deployment: { resources } })).to.deep.equal([]);
    }
    expect(check({ web: { cnamePrefix: "beo-blue" } }, { deployment: { resources } })).to.have.length(1);
  });

  it("keeps the address in a stack that replaces neither name nor address", () => {
    const keepsAddress = (...allowReplacement: string[]) =>
      applyTier({ allowReplacement }, "staging").keepAddress;
    expect(keepsAddress()).to.equal(true);
    expect(keepsAddress("database.username")).to.equal(true);
    expect(keepsAddress("web.cnamePrefix")).to.equal(false);
    expect(keepsAddress("name")).to.equal(false);
  });

  it("accepts another branch of the same language", () => {
    expect(check({ platform: { branch: "Python 3.14" } })).to.deep.equal([]);
  });

  it("accepts other instance types of the same architecture", () => {
    expect(check({ web: { instanceTypes: ["m6i.large"] } })).to.deep.equal([]);
  });
});

describe("the generations of the environments", () => {
  const getWeb = (name: string, cname: string, language: string, type: string) => ({
    name,
    outputs: {
      cname: `${cname}.us-west-1.elasticbeanstalk.com`,
      solutionStackName: `64bit Amazon Linux 2023 v4.7.2 running ${language}`,
      name: name.replace("beo-eb-web", "beo-datastore-staging"),
      settings: [
        { namespace: "aws:ec2:instances", name: "InstanceTypes", value: type },
        { name: "SQL_DATABASE", value: "beo_datastore" },
      ],
    },
  });
  const own = "beo-datastore-staging";
  const other = "beo-datastore-staging-2.eba-abcdefgh";
  /** A state, and who has which address in AWS. */
  const deploy = (
    webs: ReturnType<typeof getWeb>[],
    cnames: Record<string, string>,
    ill = "",
  ): Deployment => ({
    ...staging,
    resources: [...staging.resources.filter(({ name }) => name !== "beo-eb-web"), ...webs],
    environments: Object.entries(cnames).map(([name, prefix]) => ({
      name,
      cname: `${prefix}.us-west-1.elasticbeanstalk.com`,
      isHealthy: name !== ill,
    })),
  });
  const first = getWeb("beo-eb-web", own, "Python 3.13", "t3.small");
  const next = getWeb("beo-eb-web-2", other, "Docker", "t4g.small");
  const beside = deploy([first, next], { [own]: own, [`${own}-2`]: other });
  // The state still has the addresses from before.
  const swapped = { [own]: other, [`${own}-2`]: own };
  const moved = deploy([first, next], swapped);
  const after = deploy([next], { [`${own}-2`]: own });
  const both = {
    platform: { branch: "Docker", generation: 2, previousBranch: "Python 3.13", servingGeneration: 1 },
    web: { instanceTypes: ["t4g.small"], previousInstanceTypes: ["t3.small"] },
  };
  const second = { platform: { branch: "Docker", generation: 2 }, web: { instanceTypes: ["t4g.small"] } };
  const refusal = (holder: string, generation: number) =>
    new RegExp(
      `^platform\\.generation is .* would delete the environments of generation ${generation}, but the application's address belongs to ${holder}\\. .*npx beo platform staging`,
    );

  it("allow another language and architecture beside the deployed environments, and after them", () => {
    expect(check(both)).to.deep.equal([]);
    for (const deployment of [beside, moved]) {
      expect(check(both, { deployment })).to.deep.equal([]);
    }
    expect(check(second, { deployment: after })).to.deep.equal([]);
  });

  it("keep their own language, architecture, names and database", () => {
    const keys = (values: object, deployment = beside) =>
      check({ ...both, ...values }, { deployment }).map(({ text }) => text.split(" ")[0]);
    expect(keys({ platform: { ...both.platform, branch: "Python 3.13" } })).to.deep.equal([
      "platform.branch",
    ]);
    expect(keys({ platform: { ...both.platform, previousBranch: "Docker" } })).to.deep.equal([
      "platform.previousBranch",
    ]);
    expect(keys({ web: { instanceTypes: ["t4g.small"] } })).to.deep.equal(["web.previousInstanceTypes"]);
    expect(keys({ web: { ...both.web, environmentName: "other" } })).to.deep.equal(["web.environmentName"]);
    for (const deployment of [staging, beside, after]) {
      expect(keys({ ...second, database: { name: "meters" } }, deployment)).to.include("database.name");
    }
  });

  it("are not deleted while they have the application's address", () => {
    const refuse = (values: Record<string, unknown>, deployment: Deployment) => {
      const [problem, ...others] = check(values, { deployment });
      expect(others).to.deep.equal([]);
      return problem;
    };
    const withoutPrevious = refuse(second, beside);
    expect(withoutPrevious?.text).to.match(refusal(own, 1));
    expect(withoutPrevious?.command).to.equal(
      "npx pulumi config set --path platform.previousBranch 'Python 3.13' --stack staging",
    );
    // Nothing is beside the first generation yet.
    expect(refuse(second, deploy([first], { [own]: own }))?.text).to.match(refusal(own, 1));
    expect(check(second, { deployment: moved })).to.deep.equal([]);
    const back = refuse({}, moved);
    expect(back?.text).to.match(refusal(`${own}-2`, 2));
    expect(back?.command).to.equal("npx pulumi config set --path platform.generation 2 --stack staging");
    expect(check({}, { deployment: beside })).to.deep.equal([]);
    expect(refuse({}, after)?.text).to.match(refusal(`${own}-2`, 2));
    expect(refuse(second, deploy([first, next], { [own]: other }))?.text).to.match(
      refusal("no environment", 1),
    );
    const allowReplacement = ["platform.generation"];
    expect(check({ ...second, allowReplacement }, { deployment: beside })).to.deep.equal([]);
  });

  it("are not deleted while the one that has the address is not healthy", () => {
    const [problem] = check(second, { deployment: deploy([first, next], swapped, `${own}-2`) });
    expect(problem?.text).to.include(
      `but ${own}-2, which has the application's address, is not Ready and Green.`,
    );
    expect(check(second, { deployment: deploy([first, next], swapped, own) })).to.deep.equal([]);
  });

  it("are deleted without an answer of AWS only in the offline plan", () => {
    expect(check(second, { deployment: { ...moved, environments: undefined } })).to.deep.equal([]);
    expect(check(second, { deployment: { ...moved, environments: [] } })).to.have.length(1);
  });
});

describe("the stack's state", () => {
  /** Lets the engine answer with these errors, then with a state. */
  const read = async (...errors: string[]) => {
    let calls = 0;
    await pulumi.runtime.setMocks(
      {
        call: () => {
          const error = errors[calls++];
          if (error !== undefined) {
            throw Object.assign(new Error(error), { details: error });
          }
          return { outputs: { "urn:beo-queue-queue": { outputs: { name: "q" } } } };
        },
        newResource: () => ({ id: "", state: {} }),
      },
      "beo-datastore",
      "dev",
      false,
      "organization",
    );
    return { state: await readState(), calls };
  };
  const empty = "failed to load checkpoint: EOF";

  it("is read again while the engine writes it", async () => {
    const state = { "urn:beo-queue-queue": { outputs: { name: "q" } } };
    expect(await read(empty, empty)).to.deep.equal({ state, calls: 3 });
  });

  it("is not read again after another error, nor for ever", async () => {
    for (const errors of [["access denied"], Array.from({ length: 9 }, () => empty)]) {
      const error = await read(...errors).then(String, String);
      expect(error).to.include(errors[0]);
    }
  });
});
