import * as pulumi from "@pulumi/pulumi";
import {
  Backups,
  BeoDatastore,
  Database,
  type ExtraBackupArgs,
  Monitoring,
  Network,
  PrivateBucket,
  SecretParameters,
  ServiceAccount,
} from "../../../components";
import { readState } from "../../../stacks/deployment";

const config = new pulumi.Config();
const parts = config.get("parts") ?? "small";
const keyGeneration = config.getNumber("keyGeneration") ?? 1;
const value = config.get("value") ?? "first";
const { snapshotIdentifier } = config.getObject<{ snapshotIdentifier?: string }>("database") ?? {};
const applicationName = `recovery-${pulumi.getStack()}`;
const tags = { Project: "recovery", Environment: pulumi.getStack(), ManagedBy: "Pulumi" };

export = async () => {
  if (parts === "whole") {
    new BeoDatastore("beo", {
      applicationName,
      environment: "dev",
      appUrl: "https://beo.example.com",
      supportEmail: "support@example.com",
      alarmEmail: "operations@example.com",
      serviceAccount: { keyGeneration },
      extraEnvironment: { VALUE: value },
      extraSecrets: { WEATHER_TOKEN: `token-${value}` },
      database: { deletionProtection: false, snapshotIdentifier },
      tags,
      protect: false,
    });
  } else {
    const media = new PrivateBucket("media", {
      bucketName: `${applicationName}-media`,
      versioned: true,
      forceDestroy: true,
      tags,
    });
    const account = new ServiceAccount("account", {
      userName: applicationName,
      staticBucketArn: media.arn,
      mediaBucketArn: media.arn,
      queueArn: "arn:aws:sqs:us-west-1:123456789012:recovery",
      keyGeneration,
      tags,
    });
    new SecretParameters("parameters", {
      path: `/${applicationName}/`,
      values: {
        AWS_ACCESS_KEY_ID: account.accessKeyId,
        AWS_SECRET_ACCESS_KEY: account.secretAccessKey,
        SECRET_KEY: value,
      },
      tags,
    });
    const network = new Network("network", { tags });
    new Monitoring("monitoring", {
      dashboardName: applicationName,
      databaseIdentifier: applicationName,
      queueName: applicationName,
      deadLetterQueueName: `${applicationName}-dead-letters`,
      webEnvironmentName: applicationName,
      workerEnvironmentName: `${applicationName}-worker`,
      alarmEmail: `${value}@example.com`,
      tags,
    });
    if (parts === "database" || parts === "backups") {
      const database = new Database("database", {
        identifier: applicationName,
        databaseName: "beo_datastore",
        vpcId: network.vpcId,
        clientSecurityGroupIds: [network.instanceSecurityGroupId],
        backupRetentionPeriod: value === "first" ? 7 : 8,
        applyImmediately: true,
        deletionProtection: false,
        snapshotIdentifier,
        renewFinalSnapshot: await lacksFinalSnapshot(),
        ...(parts === "backups" && { kmsKey: "own" }),
        tags,
      });
      if (parts === "backups") {
        new Backups("backups", {
          ...(config.getObject<ExtraBackupArgs>("backup") ?? {
            region: "us-west-2",
            vaultLock: "governance",
          }),
          namePrefix: applicationName,
          databaseArn: database.arn,
          mediaBucketName: media.bucketName,
          protect: config.getBoolean("protect") ?? false,
          tags,
        });
      }
    }
  }
};

/** As in stacks/: an imported database has no name for its final snapshot. */
async function lacksFinalSnapshot(): Promise<boolean> {
  return Object.entries(await readState()).some(
    ([urn, instance]) =>
      urn.endsWith("::database-instance") && typeof instance.outputs.finalSnapshotIdentifier !== "string",
  );
}
