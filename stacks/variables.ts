import {
  applicationVariables,
  isSecretVariable,
  secretsRevision,
  type VariableInputs,
} from "../components/application-variables";
import { removeCommand, setSecretCommand } from "./commands";
import { applicationRegion, type Context } from "./rules";
import type { Settings } from "./tiers";

const programVariables = new Set<string>([...applicationVariables.map(({ name }) => name), secretsRevision]);
const settingAll = "and the deployment scripts set all variables in their shell. Remove it.";

/**
 * Variables that break an instance or the application, and why: bash's own (Bash Reference Manual, "Shell Variables"),
 * systemd's, which starts the application, the platform's (Elastic Beanstalk Developer Guide), and the SDKs' (AWS SDKs
 * and Tools Reference Guide, "Environment variables"). AWS_CONFIG_FILE and the region of the program are useful.
 */
const harmfulVariables: [names: RegExp, reason: string][] = [
  [/^AWS_DEFAULT_ACL$/, "makes every upload fail, because ACLs are disabled on the buckets. Remove it."],
  [/^EMAIL_FILE_DIR$/, "makes the application write mail to files instead of sending it. Remove it."],
  [
    /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|HOST(NAME|TYPE)|TMPDIR|LD_\w+|GCONV_PATH|MALLOC_\w+)$/,
    `belongs to the operating system, ${settingAll}`,
  ],
  [
    /^(_|IFS|ENV|CDPATH|E?UID|PPID|GROUPS|BASH\w*|SHELLOPTS|SHLVL|PS\d|PROMPT_COMMAND|GLOBIGNORE|POSIXLY_CORRECT|DIRSTACK|FUNCNAME|OPT(IND|ARG|ERR)|RANDOM|SECONDS|LINENO|PIPESTATUS|MACHTYPE|OSTYPE)$/,
    `belongs to the shell, ${settingAll}`,
  ],
  [
    /^(PORT|INSTANCE_PORT|PYTHON(PATH|HOME|STARTUP|USERBASE|EXECUTABLE|PLATLIBDIR|INSPECT|SAFEPATH)|VIRTUAL_ENV|EB_\w+|NGINX_\w+|SUPERVISOR_\w+|COMPOSE_\w+|DOCKER_(HOST|CONFIG|CONTEXT)|LISTEN_(FDS|PID|FDNAMES)|NOTIFY_SOCKET|MAINPID|INVOCATION_ID|JOURNAL_STREAM)$/,
    "belongs to the Elastic Beanstalk platform, which starts the application with its own value. Remove it.",
  ],
  [
    /^AWS_(SESSION_TOKEN|SECURITY_TOKEN|(DEFAULT_)?PROFILE|ROLE_\w+|WEB_IDENTITY_\w+|SHARED_CREDENTIALS_FILE|CREDENTIAL\w*|CONTAINER_\w+|ACCESS_KEY|SECRET_KEY|EC2_METADATA_\w+)$/,
    "changes the credentials of the AWS SDK. The application uses the service account's. Remove it.",
  ],
  [
    /^AWS_(ENDPOINT_URL\w*|IGNORE_CONFIGURED_ENDPOINT_URLS|USE_(FIPS|DUALSTACK)_ENDPOINT)$/,
    "sends the application's requests to other endpoints than AWS's own. Remove it.",
  ],
];

export function checkVariables({ settings: { extraEnvironment = {}, extraSecrets = {} }, report }: Context) {
  for (const [key, variables] of Object.entries({ extraEnvironment, extraSecrets })) {
    for (const [name, value] of Object.entries(variables)) {
      const isOtherRegion = /^AWS_(DEFAULT_)?REGION$/.test(name) && value !== applicationRegion;
      const reason =
        harmfulVariables.find(([names]) => names.test(name))?.[1] ??
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
