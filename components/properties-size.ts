import type * as pulumi from "@pulumi/pulumi";
import {
  applicationVariables,
  originVerifyHash,
  isSecretVariable,
  pausedCelery,
  secretsRevision,
  taskTimeLimitVariable,
  type VariableInputs,
} from "./application-variables";
import type { BeoDatastoreArgs } from "./beo-datastore";
import { getDefaultName, type NameSetting } from "./names";

type Args = pulumi.Unwrap<BeoDatastoreArgs>;

/**
 * Returns about how many bytes an environment's properties have, before anything is created: `NAME=value` each, with
 * values as long as AWS's. References to secrets count too; AWS does not document whether it counts them.
 */
export function getPropertiesSize(args: Args, region: string): number {
  const { applicationName, extraEnvironment = {}, extraSecrets = {}, platform = {} } = args;
  const inputs = estimateInputs(args, region);
  const values: Record<string, string> = { ...extraSecrets };
  applicationVariables.forEach(({ name, value }) => (values[name] = value(inputs)));
  const secrets = Object.keys(values).filter((name) => isSecretVariable(name) || name in extraSecrets);
  if (!platform.plainSecrets) {
    const prefix = `arn:aws:ssm:${region}:123456789012:parameter/${applicationName}/`;
    secrets.forEach((name) => (values[name] = prefix + name));
  }
  const limit = args.worker?.taskTimeLimit;
  const properties = {
    ...values,
    // A parameter's version and a separator each.
    [secretsRevision]: "1.".repeat(secrets.length),
    // Of the worker environment only.
    ...(limit !== undefined && { [taskTimeLimitVariable]: limit }),
    ...extraEnvironment,
    ...(args.web?.maintenance && pausedCelery),
    // Of the web environment only.
    ...(args.web?.cloudFront && { [originVerifyHash]: "x".repeat(64) }),
  };
  const lines = Object.entries(properties).map((property) => property.join("="));
  return Buffer.byteLength(lines.join(""));
}

/** What is configured, and for the rest texts as long as the real ones. */
function estimateInputs(args: Args, region: string): VariableInputs {
  const { applicationName, database, web, storage, databasePassword } = args;
  // No generated value is longer.
  const generated = "x".repeat(50);
  const nameOf = (setting: NameSetting) => getDefaultName(setting, applicationName);
  const suffix = storage?.accountNamespace ? `-123456789012-${region}-an` : "";
  return {
    adminUrl: generated,
    secretKey: generated,
    smtpUser: generated,
    smtpPassword: generated,
    supportPassword: generated,
    domain: undefined,
    distributionHost: web?.cloudFront ? "d111111abcdef8.cloudfront.net" : undefined,
    ...args,
    accessKeyId: generated,
    secretAccessKey: generated,
    mediaBucketName: storage?.mediaBucketName ?? nameOf("storage.mediaBucketName") + suffix,
    staticBucketName: storage?.staticBucketName ?? nameOf("storage.staticBucketName") + suffix,
    queueName: args.queue?.name ?? nameOf("queue.name"),
    additionalHosts: web?.additionalHosts ?? [],
    cnamePrefix: web?.cnamePrefix ?? applicationName,
    databaseName: database?.name ?? "beo_datastore",
    databaseHost: `${database?.identifier ?? nameOf("database.identifier")}.abcdefghijkl.${region}.rds.amazonaws.com`,
    databasePort: 5432,
    databaseUser: args.sqlUser ?? database?.username ?? "beo_datastore",
    databasePassword: args.sqlPassword ?? databasePassword ?? generated,
    region,
    tier: "web",
  };
}
