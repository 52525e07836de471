import {
  applicationVariables,
  isSecretVariable,
  secretsRevision,
  type VariableInputs,
} from "../components/application-variables";
import { removeCommand, setSecretCommand } from "./commands";
import known from "./known-values.json";
import { applicationRegion, type Context } from "./rules";
import type { Settings } from "./tiers";

const programVariables = new Set<string>([...applicationVariables.map(({ name }) => name), secretsRevision]);
/** Patterns of variables that break an instance or the application, and why. */
const harmfulVariables = Object.entries(known.harmfulVariables);

export function checkVariables({ settings: { extraEnvironment = {}, extraSecrets = {} }, report }: Context) {
  for (const [key, variables] of Object.entries({ extraEnvironment, extraSecrets })) {
    for (const [name, value] of Object.entries(variables)) {
      const isOtherRegion = /^AWS_(DEFAULT_)?REGION$/.test(name) && value !== applicationRegion;
      const reason =
        harmfulVariables.find(([names]) => new RegExp(`^(${names})$`).test(name))?.[1] ??
        (programVariables.has(name) ? "is set by this program. Remove it." : undefined) ??
        (isOtherRegion
          ? `is not ${applicationRegion}, the region of the resources. Remove it.`
          : undefined) ??
        (key === "extraEnvironment" && Object.hasOwn(extraSecrets, name)
          ? "is also in extraSecrets. Remove one of them."
          : undefined);
      if (reason !== undefined) {
        report(`${key}.${name}`, reason, [removeCommand(`${key}.${name}`)]);
      }
    }
  }
}

/**
 * The maximum of a parameter (Systems Manager User Guide, "Managing parameter tiers": standard parameters), and of all
 * names and values together (Elastic Beanstalk Developer Guide, "Environment properties").
 */
const maxBytes = 4096;

export function checkSizes({ settings, knows, report }: Context) {
  if (!knows("environment", "platform.plainSecrets")) {
    return;
  }
  const { extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  for (const [name, value] of Object.entries(extraSecrets)) {
    const bytes = Buffer.byteLength(value);
    if (!platform.plainSecrets && bytes > maxBytes) {
      const message = `has ${bytes} bytes. The maximum of a Systems Manager parameter is ${maxBytes}.`;
      report(`extraSecrets.${name}`, message, [setSecretCommand(`extraSecrets.${name}`)]);
    }
  }
  const size = propertiesSize(settings);
  const key = Object.keys(extraEnvironment).length > 0 ? "extraEnvironment" : "extraSecrets";
  if (size > maxBytes) {
    const message = `makes the environment properties about ${size} bytes large. The maximum of Elastic Beanstalk is ${maxBytes}. Shorten or remove variables.`;
    report(key, message, [removeCommand(`${key}.<NAME>`)]);
  }
}

/**
 * Returns about how many bytes the web environment's properties have, before anything is created: `NAME=value` each, with
 * values as long as AWS's. References to secrets count too; AWS does not document whether it counts them.
 */
function propertiesSize(settings: Settings): number {
  const { applicationName, extraEnvironment = {}, extraSecrets = {}, platform } = settings;
  const inputs = estimateInputs(settings);
  const values: Record<string, string> = { ...extraSecrets };
  applicationVariables.forEach(({ name, value }) => (values[name] = value(inputs)));
  const secrets = Object.keys(values).filter((name) => isSecretVariable(name) || name in extraSecrets);
  if (!platform.plainSecrets) {
    const prefix = `arn:aws:ssm:${applicationRegion}:123456789012:parameter/${applicationName}/`;
    secrets.forEach((name) => (values[name] = prefix + name));
  }
  // A parameter's version and a separator each.
  const properties = { ...values, [secretsRevision]: "1.".repeat(secrets.length), ...extraEnvironment };
  const lines = Object.entries(properties).map((property) => property.join("="));
  return Buffer.byteLength(lines.join(""));
}

/** What is configured, and for the rest texts as long as the real ones. */
function estimateInputs(settings: Settings): VariableInputs {
  const { applicationName, database, web, databasePassword } = settings;
  // No generated value is longer.
  const generated = "x".repeat(50);
  const suffix = settings.storage?.accountNamespace ? `-123456789012-${applicationRegion}-an` : "";
  return {
    adminUrl: generated,
    secretKey: generated,
    smtpUser: generated,
    smtpPassword: generated,
    supportPassword: generated,
    domain: undefined,
    ...settings,
    accessKeyId: generated,
    secretAccessKey: generated,
    mediaBucketName: `${applicationName}-media${suffix}`,
    staticBucketName: `${applicationName}-static${suffix}`,
    queueName: applicationName,
    cnamePrefix: web.cnamePrefix ?? applicationName,
    databaseName: "beo_datastore",
    databaseHost: `${applicationName}.abcdefghijkl.${applicationRegion}.rds.amazonaws.com`,
    databasePort: 5432,
    databaseUser: settings.sqlUser ?? database.username ?? "beo_datastore",
    databasePassword: settings.sqlPassword ?? databasePassword ?? generated,
    region: applicationRegion,
    tier: "web",
  };
}
