import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeKeyCommand, GetKeyRotationStatusCommand, ListAliasesCommand } from "@aws-sdk/client-kms";
import { DescribeDBInstancesCommand, DescribeDBParametersCommand } from "@aws-sdk/client-rds";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { parse, stringify } from "yaml";
import { clientsOf } from "./support/clients";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

/** Every setting of the database that RDS has by another value of its own, at once. */
const settings = {
  allocatedStorage: 400,
  maxAllocatedStorage: 1000,
  storageType: "gp3",
  iops: 16000,
  storageThroughput: 1000,
  backupWindow: "23:45-00:15",
  maintenanceWindow: "Sun:10:00-Sun:11:00",
  insightsMode: "advanced",
  caCertificateIdentifier: "rds-ca-ecc384-g1",
  slowQueryMilliseconds: 500,
  parameters: {
    max_connections: "LEAST({DBInstanceClassMemory/9531392},5000)",
    work_mem: "65536",
    random_page_cost: "1.1",
    log_lock_waits: "1",
    "pg_stat_statements.track": "all",
    "rds.log_retention_period": "10080",
  },
};

/** The database of a stack alone, with the stack's configuration. */
describe("the settings of the database", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  before(async () => {
    workspace = await createProgram("database-settings", [join(__dirname, "database-settings/plugin.py")]);
    aws = clientsOf(workspace.aws);
  });
  after(() => {
    workspace.remove();
  });

  const configure = (stack: string, database: object | undefined) => {
    const file = join(workspace.folder, `Pulumi.${stack}.yaml`);
    const { config, ...rest } = parse(readFileSync(file, "utf8")) as { config: Record<string, unknown> };
    const { "beo-datastore:database": _, ...others } = config;
    const changed = { ...others, ...(database && { "beo-datastore:database": database }) };
    writeFileSync(file, stringify({ ...rest, config: changed }));
  };
  const init = async (stack: string) => {
    await workspace.init(stack);
    await workspace.succeed("config", "set", "aws:region", "us-west-1", "--stack", stack);
  };
  const update = (stack: string, ...more: string[]) =>
    workspace.succeed("up", "--yes", "--skip-preview", "--stack", stack, ...more);
  const describeDatabase = async (DBInstanceIdentifier: string) =>
    (await aws.rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))).DBInstances?.[0];
  const getKey = async (KeyId = "") => {
    const { KeyMetadata } = await aws.kms.send(new DescribeKeyCommand({ KeyId }));
    return KeyMetadata;
  };

  describe("of a new stack of prod", () => {
    before(async () => {
      await init("prod");
      configure("prod", settings);
      await update("prod");
    });

    it("are those of the instance", async () => {
      expect(await describeDatabase("beo-datastore-prod")).to.deep.include({
        AllocatedStorage: 400,
        MaxAllocatedStorage: 1000,
        StorageType: "gp3",
        Iops: 16000,
        StorageThroughput: 1000,
        PreferredBackupWindow: "23:45-00:15",
        PreferredMaintenanceWindow: "sun:10:00-sun:11:00",
        CACertificateIdentifier: "rds-ca-ecc384-g1",
        DatabaseInsightsMode: "advanced",
        PerformanceInsightsRetentionPeriod: 465,
      });
    });

    it("encrypt it with a key of its own that is rotated", async () => {
      const { KmsKeyId } = (await describeDatabase("beo-datastore-prod")) ?? {};
      const key = await getKey(KmsKeyId);
      expect(key?.Description).to.equal("Storage and snapshots of the database beo-datastore-prod");
      const rotation = await aws.kms.send(new GetKeyRotationStatusCommand({ KeyId: key?.KeyId }));
      expect(rotation.KeyRotationEnabled).to.equal(true);
      const { Aliases = [] } = await aws.kms.send(new ListAliasesCommand({}));
      const alias = Aliases.find(({ TargetKeyId }) => TargetKeyId === key?.KeyId);
      expect(alias?.AliasName).to.match(/^alias\/beo-datastore-prod-database-/);
    });

    it("are those of its parameter group", async () => {
      const { DBParameterGroups: [group] = [] } = (await describeDatabase("beo-datastore-prod")) ?? {};
      const { Parameters = [] } = await aws.rds.send(
        new DescribeDBParametersCommand({
          DBParameterGroupName: group?.DBParameterGroupName,
          Source: "user",
        }),
      );
      const values = Object.fromEntries(
        Parameters.map(({ ParameterName = "", ParameterValue, ApplyMethod }) => [
          ParameterName,
          [ParameterValue, ApplyMethod],
        ]),
      );
      expect(values).to.deep.equal({
        "rds.force_ssl": ["1", "pending-reboot"],
        log_min_duration_statement: ["500", "immediate"],
        max_connections: [settings.parameters.max_connections, "pending-reboot"],
        work_mem: ["65536", "immediate"],
        random_page_cost: ["1.1", "immediate"],
        log_lock_waits: ["1", "immediate"],
        "pg_stat_statements.track": ["all", "immediate"],
        "rds.log_retention_period": ["10080", "immediate"],
      });
    });

    it("leave nothing to change, also after a refresh", async () => {
      expect(await workspace.previewChanges("prod")).to.deep.equal([]);
      await update("prod", "--refresh", "--expect-no-changes");
    });

    it("say that a change of a static parameter needs a restart", async () => {
      configure("prod", { ...settings, parameters: { ...settings.parameters, max_connections: "400" } });
      const { output } = await workspace.pulumi("preview", "--stack", "prod");
      expect(output).to.include("database.parameters changes max_connections");
      expect(await workspace.previewChanges("prod")).to.deep.equal(["update beo-db-postgres17"]);
    });

    it("keep the key: another one is refused, and AWS keeps it with the final snapshot", async () => {
      configure("prod", { ...settings, kmsKey: "aws" });
      const output = await workspace.fail("preview", "--stack", "prod");
      expect(output).to.match(/database\.kmsKey is aws, but .* the stack's own key/);
      configure("prod", { ...settings, deletionProtection: false });
      await update("prod");
      const { KmsKeyId } = (await describeDatabase("beo-datastore-prod")) ?? {};
      await workspace.succeed("state", "unprotect", "--all", "--yes", "--stack", "prod");
      await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "prod");
      expect((await getKey(KmsKeyId))?.KeyState).to.equal("Enabled");
    });
  });

  it("leave a stack unchanged that was deployed with the key of RDS", async () => {
    await init("staging");
    configure("staging", { kmsKey: "aws" });
    await update("staging");
    const { KmsKeyId } = (await describeDatabase("beo-datastore-staging")) ?? {};
    // As a stack that an older version of the program deployed.
    configure("staging", undefined);
    expect(await workspace.previewChanges("staging")).to.deep.equal([]);
    await update("staging", "--refresh", "--expect-no-changes");
    expect((await describeDatabase("beo-datastore-staging"))?.KmsKeyId).to.equal(KmsKeyId);
    configure("staging", { kmsKey: "own" });
    const output = await workspace.fail("preview", "--stack", "staging");
    expect(output).to.include("database.kmsKey is own, but the deployed database is encrypted with the key");
  });
});
