import {
  applicationVariables,
  isSecretVariable,
  secretsRevision,
  type VariableInputs,
} from "../components/application-variables";
import type { Settings } from "./tiers";

/**
 * Returns about how many bytes the web environment's properties have, before anything is created: `NAME=value` each, with
 * values as long as AWS's. References to secrets count too; AWS does not document whether it counts them.
 */
export function propertiesSize(settings: Settings, region: string): number {
  const { applicationName, extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  const inputs = estimateInputs(settings, region);
  const values = {
    ...Object.fromEntries(applicationVariables.map(({ name, value }) => [name, value(inputs)])),
    ...extraSecrets,
  };
  const isSecret = (name: string) => isSecretVariable(name) || name in extraSecrets;
  const toProperty = (name: string, value: string) =>
    isSecret(name) && !platform.plainSecrets
      ? `arn:aws:ssm:${region}:123456789012:parameter/${applicationName}/${name}`
      : value;
  const properties = {
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toProperty(name, value)])),
    // A parameter's version and a separator each.
    [secretsRevision]: "1.".repeat(Object.keys(values).filter(isSecret).length),
    ...extraEnvironment,
  };
  return Object.entries(properties).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(`${name}=${value}`),
    0,
  );
}

/** What is configured, and for the rest texts as long as the real ones. */
function estimateInputs(settings: Settings, region: string): VariableInputs {
  const { applicationName, database, web } = settings;
  // No generated value is longer.
  const generated = "x".repeat(50);
  const suffix = settings.storage?.accountNamespace ? `-123456789012-${region}-an` : "";
  return {
    adminUrl: settings.adminUrl ?? generated,
    environment: settings.environment,
    appUrl: settings.appUrl,
    accessKeyId: generated,
    secretAccessKey: generated,
    mediaBucketName: `${applicationName}-media${suffix}`,
    staticBucketName: `${applicationName}-static${suffix}`,
    queueName: applicationName,
    domain: settings.domain,
    cnamePrefix: web.cnamePrefix ?? applicationName,
    secretKey: settings.secretKey ?? generated,
    smtpUser: settings.smtpUser ?? generated,
    smtpPassword: settings.smtpPassword ?? generated,
    databaseName: "beo_datastore",
    databaseHost: `${applicationName}.abcdefghijkl.${region}.rds.amazonaws.com`,
    databasePort: 5432,
    databaseUser: settings.sqlUser ?? database.username ?? "beo_datastore",
    databasePassword: settings.sqlPassword ?? settings.databasePassword ?? generated,
    region,
    supportEmail: settings.supportEmail,
    supportPassword: settings.supportPassword ?? generated,
    tier: "web",
  };
}
