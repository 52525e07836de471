import { expect } from "chai";
import { describe, it } from "mocha";
import { commandLine } from "../../stacks/commands";
import { checkDeployment, type Deployment } from "../../stacks/check-deployment";
import { checkConfiguration } from "../../stacks";
import type { RawConfiguration } from "../../stacks/configuration";
import { applyTier } from "../../stacks/tiers";

/** What the state of a deployed staging stack has of the resources that cannot be changed. */
const staging: Deployment = {
  defaultVpcId: "vpc-1",
  resources: [
    {
      type: "beo:index:Beanstalk",
      name: "beo-eb",
      outputs: {
        applicationName: "beo-datastore-staging",
        webCname: "beo-datastore-staging.us-west-1.elasticbeanstalk.com",
      },
    },
    {
      type: "aws:sqs/queue:Queue",
      name: "beo-queue-dead-letters",
      outputs: { name: "beo-datastore-staging-dead-letters" },
    },
    { type: "aws:sqs/queue:Queue", name: "beo-queue-queue", outputs: { name: "beo-datastore-staging" } },
    { type: "aws:ec2/securityGroup:SecurityGroup", name: "beo-db-access", outputs: { vpcId: "vpc-1" } },
    {
      type: "aws:ec2/securityGroup:SecurityGroup",
      name: "beo-net-instances",
      outputs: { vpcId: "vpc-1" },
    },
    {
      type: "aws:s3/bucket:Bucket",
      name: "beo-s3-media-bucket",
      outputs: { bucket: "beo-datastore-staging-media" },
    },
    {
      type: "aws:rds/instance:Instance",
      name: "beo-db-instance",
      outputs: {
        identifier: "beo-datastore-staging",
        username: "beo_datastore",
        dbSubnetGroupName: "beo-db-subnets-1a2b3c4",
        engineVersion: "17",
        engineVersionActual: "17.6",
      },
    },
    {
      type: "aws:elasticbeanstalk/environment:Environment",
      name: "beo-eb-web",
      outputs: {
        cname: "beo-datastore-staging.us-west-1.elasticbeanstalk.com",
        solutionStackName: "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
        settings: [{ namespace: "aws:ec2:instances", name: "InstanceTypes", value: "t3.small" }],
      },
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
  return checkDeployment(complete, deployment, ignored).map(({ key, message, commands }) => ({
    text: `${key} ${message}`,
    command: commandLine(commands, stack),
  }));
}

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
    for (const type of ["aws:rds/instance:Instance", "aws:sqs/queue:Queue"]) {
      const resources = staging.resources.filter((resource) => resource.type === type);
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

  it("refuses to go back to the default VPC", () => {
    const [problem] = check({}, { deployment: { ...staging, defaultVpcId: "vpc-2" } });
    expect(problem?.text).to.match(/^network\.vpcId is vpc-2, but vpc-1 is deployed\./);
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
