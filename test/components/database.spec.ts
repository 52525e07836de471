import { expect } from "chai";
import { describe, it } from "mocha";
import { Database, type DatabaseArgs } from "../../components";
import { findViolation } from "../../components/snapshot-check";
import { record } from "../../plan/record";
import { answers, exampleOutputs } from "../support/examples";
import { isAllowed, type PolicyDocument } from "../support/iam";
import { isSecretOutput, run } from "../support/run";

const args: DatabaseArgs = {
  identifier: "beo",
  databaseName: "beo_datastore",
  vpcId: "vpc-1",
  subnetIds: ["subnet-1", "subnet-2"],
  clientSecurityGroupIds: ["sg-clients"],
};

describe("Database", () => {
  it("creates a private, encrypted, backed-up instance that accepts TLS connections from its clients only", async () => {
    const made = await run(() => new Database("d", args));
    const { finalSnapshotIdentifier } = made.inputs("d-instance");
    expect(finalSnapshotIdentifier).to.match(/^beo-final-[0-9a-f]{8}$/);
    expect(made.counts()).to.deep.equal({
      RandomPassword: 1,
      SubnetGroup: 1,
      ParameterGroup: 1,
      SecurityGroup: 1,
      SecurityGroupIngressRule: 1,
      LogGroup: 2,
      Instance: 1,
    });
    expect(made.inputs("d-instance")).to.deep.equal({
      identifier: "beo",
      engine: "postgres",
      engineVersion: "17",
      engineLifecycleSupport: "open-source-rds-extended-support-disabled",
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      instanceClass: "db.t3.medium",
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      storageType: "gp3",
      storageEncrypted: true,
      dbName: "beo_datastore",
      username: "beo_datastore",
      password: "r".repeat(40),
      port: 5432,
      publiclyAccessible: false,
      dbSubnetGroupName: "d-subnets",
      vpcSecurityGroupIds: ["sg-d-access"],
      parameterGroupName: "d-postgres17",
      multiAz: false,
      backupRetentionPeriod: 7,
      copyTagsToSnapshot: true,
      deletionProtection: true,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      performanceInsightsEnabled: false,
      iamDatabaseAuthenticationEnabled: false,
      monitoringInterval: 0,
      applyImmediately: false,
    });
    expect(made.shown("d-instance").password).to.equal("[secret]");
    expect(made.resource("d-instance").protect).to.equal(true);
    expect(made.inputs("d-access")).to.deep.equal({ vpcId: "vpc-1", description: "Access to the database" });
    expect(made.inputs("d-access-in-0")).to.deep.equal({
      securityGroupId: "sg-d-access",
      description: "PostgreSQL from clients of the database",
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      referencedSecurityGroupId: "sg-clients",
    });
    expect(made.inputs("d-postgres17")).to.deep.equal({
      family: "postgres17",
      description: "Requires TLS for every connection",
      parameters: [{ name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" }],
    });
  });

  it("creates the log groups before the instance, which would create them without a retention", async () => {
    const made = await run(() => new Database("d", args));
    const { dependencies } = made.resource("d-instance");
    for (const log of ["postgresql", "upgrade"]) {
      expect(made.inputs(`d-${log}-log`)).to.deep.equal({
        name: `/aws/rds/instance/beo/${log}`,
        retentionInDays: 30,
      });
      expect(dependencies).to.include(made.resource(`d-${log}-log`).urn);
    }
  });

  it("takes over log groups that exist, which RDS leaves behind after an instance is deleted", async () => {
    const taken = "/aws/rds/instance/beo-prod/postgresql";
    const { resources, error } = await record(
      {
        project: "beo-datastore",
        stack: "dev",
        config: {},
        outputs: exampleOutputs,
        invoke: (token) => (token.endsWith(":getLogGroups") ? { logGroupNames: [taken] } : answers(token)),
      },
      () => new Database("d", { identifier: "beo-prod" }),
    );
    expect(error).to.equal(undefined);
    const groups = resources.filter(({ type }) => type.endsWith(":LogGroup"));
    expect(groups.map(({ name, importId }) => [name, importId])).to.deep.equal([
      ["d-postgresql-log", taken],
      ["d-upgrade-log", ""],
    ]);
  });

  it("rejects a snapshot that does not fit the settings before it is restored", () => {
    const snapshot = { allocatedStorage: 20, engine: "postgres", engineVersion: "17.5" };
    const settings = { maxAllocatedStorage: 100, engineVersion: "17", allowMajorVersionUpgrade: false };
    const violationOf = (change: Partial<typeof snapshot>, setting: Partial<typeof settings> = {}) =>
      findViolation({ ...snapshot, ...change }, { ...settings, ...setting });
    expect(violationOf({})).to.equal(undefined);
    expect(violationOf({ allocatedStorage: 90 })).to.equal(undefined);
    expect(violationOf({ allocatedStorage: 100 })).to.equal(
      "has 100 GiB, but database.maxAllocatedStorage is 100. Set it to at least 110.",
    );
    expect(violationOf({ engineVersion: "18.1" })).to.match(/of PostgreSQL 18\.1, .* Set it to 18/);
    expect(violationOf({ engineVersion: "16.9" })).to.match(/of PostgreSQL 16\.9, .* Set it to 16/);
    expect(violationOf({ engineVersion: "16.9" }, { allowMajorVersionUpgrade: true })).to.equal(undefined);
    expect(violationOf({ engine: "mysql" })).to.match(/engine mysql; expected postgres/);
  });

  it("keeps the name of an imported subnet group: RDS does not move an instance within its VPC", async () => {
    const made = await run(() => new Database("d", args));
    expect(made.resource("d-subnets").ignoreChanges).to.deep.equal(["name"]);
  });

  it("can be deleted with its data when protection is off", async () => {
    const made = await run(() => new Database("d", { ...args, protect: false, deletionProtection: false }));
    expect(made.resource("d-instance").protect).to.equal(false);
    expect(made.inputs("d-instance")).to.include({ skipFinalSnapshot: true, deletionProtection: false });
  });

  it("gives every new instance another name for its final snapshot, and a deployed one keeps its own", async () => {
    const create = (more: Partial<DatabaseArgs> = {}) => run(() => new Database("d", { ...args, ...more }));
    const [first, second] = [await create(), await create()];
    expect(first.inputs("d-instance").finalSnapshotIdentifier).not.to.equal(
      second.inputs("d-instance").finalSnapshotIdentifier,
    );
    expect(first.resource("d-instance").ignoreChanges).to.include("finalSnapshotIdentifier");
    const renewed = await create({ renewFinalSnapshot: true });
    expect(renewed.resource("d-instance").ignoreChanges).not.to.include("finalSnapshotIdentifier");
    const unprotected = await create({ protect: false });
    expect(unprotected.inputs("d-instance").finalSnapshotIdentifier, "for the day it is protected").to.match(
      /^beo-final-[0-9a-f]{8}$/,
    );
  });

  it("does not show a name in a preview that the update would not use", async () => {
    const made = await run(() => new Database("d", args), { preview: true });
    expect(made.inputs("d-instance").finalSnapshotIdentifier).to.equal("unknown");
  });

  it("creates a parameter group for each major version", async () => {
    const made = await run(() => new Database("d", { ...args, engineVersion: "18.1" }));
    expect(made.inputs("d-postgres18").family).to.equal("postgres18");
    expect(made.inputs("d-instance")).to.include({
      engineVersion: "18.1",
      parameterGroupName: "d-postgres18",
    });
  });

  it("ignores the engine version, unless allowMajorVersionUpgrade is true", async () => {
    const ignored = async (more: Partial<DatabaseArgs>) =>
      (await run(() => new Database("d", { ...args, ...more }))).resource("d-instance").ignoreChanges;
    const once = [
      "dbName",
      "engineLifecycleSupport",
      "kmsKeyId",
      "snapshotIdentifier",
      "storageEncrypted",
      "finalSnapshotIdentifier",
    ];
    expect(await ignored({})).to.deep.equal([...once, "engineVersion"]);
    expect(await ignored({ allowMajorVersionUpgrade: true })).to.deep.equal(once);
  });

  it("restores a snapshot with the snapshot's size", async () => {
    const made = await run(
      () => new Database("d", { ...args, snapshotIdentifier: "s", allocatedStorage: 50 }),
    );
    expect(made.inputs("d-instance").snapshotIdentifier).to.equal("s");
    expect(made.inputs("d-instance")).not.to.have.property("allocatedStorage");
  });

  it("keeps the database of a snapshot", async () => {
    const made = await run(
      () => new Database("d", { ...args, snapshotIdentifier: "s", databaseName: "other" }),
    );
    expect(made.resource("d-instance").ignoreChanges).to.include("dbName");
  });

  it("passes the settings of storage, windows, insights and certificate on as RDS writes them", async () => {
    const made = await run(
      () =>
        new Database("d", {
          ...args,
          allocatedStorage: 400,
          maxAllocatedStorage: 1000,
          storageType: "gp3",
          iops: 16000,
          storageThroughput: 1000,
          backupWindow: "09:30-10:00",
          maintenanceWindow: "Sun:10:00-Sun:11:00",
          performanceInsights: true,
          insightsMode: "advanced",
          caCertificateIdentifier: "rds-ca-ecc384-g1",
        }),
    );
    expect(made.inputs("d-instance")).to.include({
      storageType: "gp3",
      iops: 16000,
      storageThroughput: 1000,
      backupWindow: "09:30-10:00",
      maintenanceWindow: "sun:10:00-sun:11:00",
      databaseInsightsMode: "advanced",
      // RDS User Guide: at least 465 days, 15 months.
      performanceInsightsRetentionPeriod: 465,
      caCertIdentifier: "rds-ca-ecc384-g1",
    });
  });

  it("returns to 7 days of history in the standard mode, and to none without Performance Insights", async () => {
    const read = async (performanceInsights: boolean) =>
      (await run(() => new Database("d", { ...args, performanceInsights, insightsMode: "standard" }))).inputs(
        "d-instance",
      );
    expect(await read(true)).to.include({
      databaseInsightsMode: "standard",
      performanceInsightsRetentionPeriod: 7,
    });
    expect(await read(false)).not.to.have.property("performanceInsightsRetentionPeriod");
  });

  it("applies static parameters with the next restart, and dynamic ones at once", async () => {
    const made = await run(
      () =>
        new Database("d", {
          ...args,
          slowQueryMilliseconds: 500,
          parameters: {
            max_connections: "LEAST({DBInstanceClassMemory/9531392},5000)",
            work_mem: "65536",
            "rds.force_ssl": "0",
            of_a_newer_rds: "1",
          },
        }),
    );
    expect(made.inputs("d-postgres17").parameters).to.deep.equal([
      { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
      { name: "log_min_duration_statement", value: "500", applyMethod: "immediate" },
      {
        name: "max_connections",
        value: "LEAST({DBInstanceClassMemory/9531392},5000)",
        applyMethod: "pending-reboot",
      },
      { name: "work_mem", value: "65536", applyMethod: "immediate" },
      { name: "of_a_newer_rds", value: "1", applyMethod: "pending-reboot" },
    ]);
  });

  it("knows that a parameter is static in some versions only", async () => {
    // PostgreSQL 18 release notes: autovacuum_max_workers can be changed at runtime.
    const methods: unknown[] = [];
    for (const engineVersion of ["17", "18"]) {
      const parameters = { autovacuum_max_workers: "5" };
      const made = await run(() => new Database("d", { ...args, engineVersion, parameters }));
      const [, group] = made.inputs(`d-postgres${engineVersion}`).parameters as { applyMethod: string }[];
      methods.push(group?.applyMethod);
    }
    expect(methods).to.deep.equal(["pending-reboot", "immediate"]);
  });

  it("creates a key of its own that is rotated, and that AWS keeps for the final snapshot", async () => {
    const made = await run(() => new Database("d", { ...args, kmsKey: "own" }));
    expect(made.inputs("d-key")).to.deep.equal({
      description: "Storage and snapshots of the database beo",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      tags: { Use: "database" },
    });
    expect(made.inputs("d-key-alias")).to.deep.equal({
      namePrefix: "alias/beo-database-",
      targetKeyId: "d-key",
    });
    expect(made.inputs("d-instance").kmsKeyId).to.equal("arn:aws:kms:us-west-1:123456789012:key/d-key");
    expect(made.resource("d-instance").ignoreChanges).to.include("kmsKeyId");
    expect(made.resource("d-key").retainOnDelete).to.equal(true);
    const unprotected = await run(() => new Database("d", { ...args, kmsKey: "own", protect: false }));
    expect(unprotected.resource("d-key").retainOnDelete).to.equal(false);
  });

  it("uses a given key by its id or ARN, and RDS's by default", async () => {
    const read = async (kmsKey?: string) => {
      const made = await run(() => new Database("d", { ...args, kmsKey }));
      expect(made.counts()).not.to.have.any.keys("Key", "Alias");
      return made.inputs("d-instance").kmsKeyId;
    };
    const arn = "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(await read("1234abcd-12ab-34cd-56ef-1234567890ab")).to.equal(arn);
    expect(await read(arn)).to.equal(arn);
    expect(await read("aws")).to.equal(undefined);
    expect(await read()).to.equal(undefined);
  });

  it("creates a role for Enhanced Monitoring where that is on", async () => {
    const made = await run(() => new Database("d", { ...args, monitoringInterval: 60 }));
    expect(made.inputs("d-instance")).to.include({
      monitoringInterval: 60,
      monitoringRoleArn: "arn:aws:iam::123456789012:role/d-monitoring",
    });
    expect(made.counts()).to.include({ Role: 1, RolePolicyAttachment: 1 });
  });

  it("lets the monitoring of this instance alone assume the role", async () => {
    const made = await run(
      () => new Database("d", { ...args, identifier: "beo-prod", monitoringInterval: 60 }),
    );
    const trust = JSON.parse(String(made.inputs("d-monitoring").assumeRolePolicy)) as PolicyDocument;
    const decide = (account: string, arn: string) =>
      isAllowed([trust], {
        action: "sts:AssumeRole",
        principal: { kind: "Service", arn: "monitoring.rds.amazonaws.com" },
        context: { "aws:sourceaccount": [account], "aws:sourcearn": [arn] },
      });
    expect(decide("123456789012", "arn:aws:rds:us-west-1:123456789012:db:beo-prod")).to.equal(true);
    expect(decide("123456789012", "arn:aws:rds:us-west-1:123456789012:db:other")).to.equal(false);
    expect(decide("210987654321", "arn:aws:rds:us-west-1:210987654321:db:beo-prod")).to.equal(false);
    expect(decide("210987654321", "arn:aws:rds:us-west-1:123456789012:db:beo-prod")).to.equal(false);
  });

  it("encrypts its logs with a given key of the account", async () => {
    const getKeys = async (logKmsKey?: string) => {
      const made = await run(() => new Database("d", { ...args, logKmsKey }));
      return ["postgresql", "upgrade"].map((log) => made.inputs(`d-${log}-log`).kmsKeyId);
    };
    expect(await getKeys()).to.deep.equal([undefined, undefined]);
    const arn = "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
    expect(await getKeys("1234abcd-12ab-34cd-56ef-1234567890ab")).to.deep.equal([arn, arn]);
  });

  it("uses a given password, and outputs it as a secret", async () => {
    let secret = false;
    const made = await run(async () => {
      const database = new Database("d", { ...args, password: "given-password" });
      secret = await isSecretOutput(database.password);
    });
    expect(made.inputs("d-instance").password).to.equal("given-password");
    expect(made.counts()).not.to.have.property("RandomPassword");
    expect(secret).to.equal(true);
  });

  it("keeps an adopted instance's subnet group, security groups and lack of encryption", async () => {
    const made = await run(
      () =>
        new Database("d", {
          ...args,
          storageEncrypted: false,
          subnetGroupName: "default-vpc-1",
          additionalSecurityGroupIds: ["sg-hand-made"],
        }),
    );
    expect(made.inputs("d-instance")).to.deep.include({
      storageEncrypted: false,
      dbSubnetGroupName: "default-vpc-1",
      vpcSecurityGroupIds: ["sg-d-access", "sg-hand-made"],
    });
    expect(made.counts()).not.to.have.property("SubnetGroup");
  });

  it("uses the default VPC when no network is given", async () => {
    const made = await run(() => new Database("d", { identifier: "beo" }));
    expect(made.inputs("d-subnets").subnetIds).to.deep.equal([
      "subnet-0a1b2c3d4e5f60718",
      "subnet-0b1b2c3d4e5f60718",
    ]);
    expect(made.counts()).not.to.have.property("SecurityGroupIngressRule");
  });
});
