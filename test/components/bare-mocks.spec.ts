import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { before, describe, it } from "mocha";
import * as components from "../../components";
import { getOutputs } from "../../components/outputs";

const datastore: components.BeoDatastoreArgs = {
  applicationName: "reports",
  environment: "prod",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
  domain: "reports.example.com",
};

/** A program's use of each component, with what makes it read the answers of AWS. */
const programs: Record<string, (name: string) => pulumi.ComponentResource> = {
  Beanstalk: (name) =>
    new components.Beanstalk(name, {
      applicationName: "reports",
      vpcId: "vpc-1",
      instanceSubnetIds: ["subnet-1", "subnet-2"],
      instanceSecurityGroupId: "sg-1",
      loadBalancerSecurityGroupId: "sg-2",
      certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
      queueName: "tasks",
      worker: { maxSize: 4, spot: true, drain: true },
    }),
  "BeoDatastore with a zone": (name) =>
    new components.BeoDatastore(name, {
      ...datastore,
      hostedZone: "example.com",
      mail: { domain: "example.com" },
      monitoring: { healthCheck: true },
    }),
  "BeoDatastore with domains of others": (name) =>
    new components.BeoDatastore(name, {
      ...datastore,
      certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
      mail: { domain: "example.org" },
      storage: { administrators: ["arn:aws:iam::123456789012:role/administrator"], accountNamespace: true },
      web: { maintenance: true, accessLogDays: 30 },
      platform: { generation: 2, previousBranch: "Python 3.12" },
    }),
  "BeoDatastore in development": (name) =>
    new components.BeoDatastore(name, {
      ...datastore,
      environment: "dev",
      domain: undefined,
      protect: false,
      web: { singleInstance: true },
      sqlUser: "beo",
      sqlPassword: "password",
    }),
  "BeoDatastore with a network": (name) =>
    new components.BeoDatastore(name, { ...datastore, hostedZone: "example.com", network: { create: true } }),
  Budget: (name) =>
    new components.Budget(name, {
      budgetName: "reports",
      monthly: 100,
      costTags: { Project: "reports" },
      emails: ["reports@example.com"],
    }),
  Backups: (name) =>
    new components.Backups(name, {
      namePrefix: "reports",
      databaseArn: "arn",
      mediaBucketName: "reports-media",
      region: "us-west-2",
      vaultLock: "governance",
    }),
  Certificate: (name) =>
    new components.Certificate(name, { domain: "reports.example.com", hostedZone: "example.com" }),
  Database: (name) => new components.Database(name, { identifier: "reports" }),
  "Database from a snapshot": (name) =>
    new components.Database(name, { identifier: "reports", snapshotIdentifier: "reports-1" }),
  Firewall: (name) => new components.Firewall(name),
  Mail: (name) => new components.Mail(name, { fromAddress: "reports@example.com", domain: "example.com" }),
  Maintenance: (name) => new components.Maintenance(name, { loadBalancerArn: "arn" }),
  Monitoring: (name) =>
    new components.Monitoring(name, {
      dashboardName: "reports",
      databaseIdentifier: "reports",
      databaseInstanceClass: "db.t4g.medium",
      queueName: "tasks",
      deadLetterQueueName: "dead",
      webEnvironmentName: "web",
      workerEnvironmentName: "worker",
      applicationName: "reports",
      loadBalancerArn: "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/x/1",
      mailRegion: "us-west-2",
      kmsKey: "key",
    }),
  Network: (name) => new components.Network(name),
  PrivateBucket: (name) => new components.PrivateBucket(name),
  Queue: (name) => new components.Queue(name),
  SecretParameters: (name) => new components.SecretParameters(name, { path: "/reports", values: { A: "b" } }),
  ServiceAccount: (name) =>
    new components.ServiceAccount(name, {
      mediaBucketArn: "m",
      staticBucketArn: "s",
      queueArn: "q",
    }),
  Sleep: (name) =>
    new components.Sleep(name, {
      namePrefix: "reports",
      databaseIdentifier: "reports",
      zone: "America/Los_Angeles",
      singleInstanceGroups: { web: "group" },
    }),
  Storage: (name) => new components.Storage(name, { namePrefix: "reports" }),
  Vpc: (name) =>
    new components.Vpc(name, {
      namePrefix: "reports",
      nat: "each",
      interfaceEndpoints: ["ssm"],
      flowLogDays: 30,
      logKmsKey: "key",
    }),
  WebDistribution: (name) =>
    new components.WebDistribution(name, { originHost: "reports.example.com", comment: "reports" }),
};

/** Runs a program as unit tests of Pulumi programs do, and returns the component's outputs. */
async function create(program: () => pulumi.ComponentResource): Promise<Record<string, unknown>> {
  let onRejection: (reason: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => {
    onRejection = reject;
  });
  process.on("unhandledRejection", onRejection);
  try {
    const outputs = new Promise<Record<string, unknown>>((resolve) => {
      pulumi.all(getOutputs(program())).apply(resolve);
    });
    const values = await Promise.race([outputs, failure]);
    // What is left of the program, such as resources that no output needs.
    await Promise.race([new Promise((resolve) => setTimeout(resolve, 200)), failure]);
    return values;
  } finally {
    process.off("unhandledRejection", onRejection);
  }
}

describe("with the usual mocks of a unit test, which return the inputs,", () => {
  before(async () => {
    // https://www.pulumi.com/docs/iac/guides/testing/unit/
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: `${name}_id`, state: inputs as Record<string, unknown> }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    });
  });

  for (const [name, program] of Object.entries(programs)) {
    it(`creates a ${name}`, async () => {
      const outputs = await create(() => program("test"));
      expect(Object.keys(outputs)).not.to.have.length(0);
    });
  }

  it("covers every component", () => {
    const classes = Object.entries(components)
      .filter(([, value]) => value instanceof Function)
      .map(([name]) => name);
    expect(
      classes.filter((name) => !Object.keys(programs).some((key) => key.split(" ")[0] === name)),
    ).to.deep.equal([]);
  });
});
