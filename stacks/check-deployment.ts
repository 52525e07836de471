import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { getArchitecture } from "../components/beanstalk/instance-types";
import { getBranch } from "../components/beanstalk/options";
import { getDefaultName, isNameSetting, type NameSetting } from "../components/names";
import { checkAccount, findSnapshot, type Snapshot } from "./check-account";
import { type Command, placeholderCommand, removeCommand, setCommand } from "./commands";
import type { Problem } from "./configuration-error";
import type { SettingPath } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";
import { isRecord } from "./validators";

/** The stack's last deployment, which need not have succeeded. */
export interface Deployment {
  resources: readonly { name: string; outputs: Record<string, unknown> }[];
  /** Id of the account's default VPC, where the configuration names no other. */
  defaultVpcId?: string;
  /** The newest snapshot of the database, where AWS has no database. */
  snapshot?: Snapshot;
}

/**
 * Reads the stack's last deployment from its state. It is empty before the first one.
 *
 * @param options.findSnapshot Whether to look for a snapshot of the database, which needs valid settings and an engine.
 * @throws RunError if the credentials belong to another account.
 */
export async function readDeployment(
  settings: CompleteSettings,
  options: { findSnapshot: boolean },
): Promise<Deployment> {
  const outputs = await readState();
  const resources = Object.entries(outputs).map(([urn, resource]) => ({
    ...resource,
    name: urn.replace(/^.*::/, ""),
  }));
  const needsVpc = resources.length > 0 && settings.network?.vpcId === undefined;
  const account = checkAccount(resources, pulumi.getStack());
  const [defaultVpcId, snapshot] = await Promise.all([
    needsVpc ? getDefaultVpcId() : undefined,
    options.findSnapshot ? findSnapshot(settings, resources) : undefined,
    account,
  ]).catch(async (error: unknown) => {
    // The wrong account explains every other failure.
    await account;
    throw error;
  });
  return { resources, ...(defaultVpcId !== undefined && { defaultVpcId }), ...(snapshot && { snapshot }) };
}

/**
 * Reads the outputs of the stack's resources, by URN.
 *
 * @param attempts How often to try: the engine writes the state meanwhile, and in a folder a file is empty for a moment.
 */
export async function readState(attempts = 5): Promise<Record<string, { outputs: Record<string, unknown> }>> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  try {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the engine defines the result
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
      stackName,
    })) as { outputs: Record<string, { outputs: Record<string, unknown> }> };
    return outputs;
  } catch (error) {
    if (attempts <= 1 || !String(error).includes("failed to load checkpoint")) {
      throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
    return readState(attempts - 1);
  }
}

/** The account may have no default VPC; the network reports that. */
async function getDefaultVpcId(): Promise<string | undefined> {
  try {
    return (await getVpc({ default: true })).id;
  } catch {
    return undefined;
  }
}

/** Returns an output, or an option of an environment; undefined if the resource or the output is not known. */
type ReadOutput = (resource: string, output: string) => string | undefined;

/** A setting that AWS cannot change in a deployed resource: another value replaces the resource and its data. */
interface PermanentSetting {
  /** Name of the resource in the stack. */
  resource: string;
  /** The output or option that has the deployed value. */
  output: string;
  /** What a change would do. */
  effect: string;
  /** The part of the output that counts. @default all of it */
  getDeployed?: (output: string) => string;
  /** The configured value; undefined if it cannot be told. @default the setting's */
  getConfigured?: (settings: CompleteSettings, path: string, deployment: Deployment) => string | undefined;
  /** The value without the setting. @default the name that follows from the deployed application name */
  getDefault?: (read: ReadOutput) => string | undefined;
  /** The command that keeps the deployed value. @default sets it, or removes the setting if it is the default */
  keep?: (deployed: string) => Command;
}

const toBucket = (part: "media" | "static"): PermanentSetting => ({
  resource: `beo-s3-${part}-bucket`,
  output: "bucket",
  effect: `replace the ${part} bucket with its objects`,
  // The end of a name in the account's namespace is up to storage.accountNamespace.
  getDeployed: (bucket) => bucket.replace(/-\d{12}-[a-z0-9-]+-an$/, ""),
});
const toEnvironment = (group: "web" | "worker"): PermanentSetting => ({
  resource: `beo-eb-${group}`,
  output: "name",
  effect: `replace the ${group} environment`,
});
const toInstanceTypes = (group: "web" | "worker"): PermanentSetting => ({
  resource: `beo-eb-${group}`,
  output: "InstanceTypes",
  effect: `replace the ${group} environment, whose architecture Elastic Beanstalk cannot change`,
  getDeployed: getArchitecture,
  getConfigured: ({ [group]: { instanceTypes } }) => instanceTypes[0] && getArchitecture(instanceTypes[0]),
  keep: (architecture) => placeholderCommand(`${group}.instanceTypes[0]`, `${architecture} type`, false),
});

const permanentSettings: Partial<Record<SettingPath, PermanentSetting>> = {
  "database.identifier": {
    resource: "beo-db-instance",
    output: "identifier",
    effect: "rename the database, with downtime and another host name",
  },
  "database.name": {
    resource: "beo-eb-web",
    output: "SQL_DATABASE",
    effect: "connect the application to another database, which may be empty or missing",
    getDefault: (read) => {
      const created = read("beo-db-instance", "dbName");
      return created === "" ? "beo_datastore" : created;
    },
  },
  "storage.mediaBucketName": toBucket("media"),
  "storage.staticBucketName": toBucket("static"),
  "queue.name": {
    resource: "beo-queue-queue",
    output: "name",
    effect: "replace the queue with its messages",
  },
  "serviceAccount.userName": {
    resource: "beo-iam-user",
    output: "name",
    effect: "replace the IAM user with its access key",
  },
  "web.environmentName": toEnvironment("web"),
  "worker.environmentName": toEnvironment("worker"),
  "database.username": { resource: "beo-db-instance", output: "username", effect: "replace the database" },
  "network.vpcId": {
    resource: "beo-net-instances",
    output: "vpcId",
    effect: "replace the security groups and both environments, and the database cannot move",
    getConfigured: ({ network }, _, { defaultVpcId }) => network?.vpcId ?? defaultVpcId,
  },
  "storage.accountNamespace": {
    resource: "beo-s3-media-bucket",
    output: "bucket",
    effect: "replace both buckets with their objects",
    getDeployed: (bucket) => String(bucket.endsWith("-an")),
    getConfigured: ({ storage = {} }) =>
      storage.mediaBucketName === undefined ? String(storage.accountNamespace ?? false) : undefined,
    keep: (deployed) => setCommand("storage.accountNamespace", deployed === "true"),
  },
  "database.subnetGroupName": {
    resource: "beo-db-instance",
    output: "dbSubnetGroupName",
    effect: "replace the database, which RDS does not move to another subnet group of its VPC",
  },
  "platform.branch": {
    resource: "beo-eb-web",
    output: "solutionStackName",
    effect: "replace both environments, which Elastic Beanstalk does not change between Python and Docker",
    getDeployed: getLanguage,
    getConfigured: ({ platform }) => getLanguage(getBranch(platform)),
    keep: (language) =>
      language === "Docker"
        ? setCommand("platform.branch", language)
        : placeholderCommand("platform.branch", "branch of Python", false),
  },
  "web.cnamePrefix": {
    resource: "beo-eb-web",
    output: "cname",
    effect:
      "do nothing, since Elastic Beanstalk sets an address only when it creates an environment: `eb swap` moves an address (docs/troubleshooting.md, After eb swap)",
    getDeployed: getPrefix,
    getConfigured: getAddress,
  },
  "web.instanceTypes": toInstanceTypes("web"),
  "worker.instanceTypes": toInstanceTypes("worker"),
};

/**
 * Returns the configured prefix of the address, in the spelling of AWS. One that was deployed stays valid after `eb swap`,
 * which gives the environment another address.
 */
function getAddress(
  { applicationName, web }: CompleteSettings,
  _path: string,
  { resources }: Deployment,
): string | undefined {
  const deployed = resources.find(({ name }) => name === "beo-eb")?.outputs;
  // Another application name is reported by itself.
  const isRenamed = web.cnamePrefix === undefined && deployed?.applicationName !== applicationName;
  const prefix = (web.cnamePrefix ?? applicationName).toLowerCase();
  return isRenamed || getPrefix(toText(deployed?.webCname) ?? "") === prefix ? undefined : prefix;
}

/** Returns what is before the region in a host name of Elastic Beanstalk. */
function getPrefix(host: string): string {
  return host.replace(/\.[^.]+\.elasticbeanstalk\.com$/, "");
}

/** "Docker" or "Python", from a platform branch or the name of a platform version. */
function getLanguage(platform: string): string {
  return platform.endsWith("Docker") ? "Docker" : "Python";
}

/**
 * Reports settings that would replace what is deployed, such as the application name after the stack was renamed.
 *
 * @param ignored The settings that may do so, and those whose value is not known.
 */
export function checkDeployment(
  settings: CompleteSettings,
  deployment: Deployment,
  ignored: ReadonlySet<string>,
): Problem[] {
  const read: ReadOutput = (resource, output) => {
    const { [output]: own, settings: options } =
      deployment.resources.find(({ name }) => name === resource)?.outputs ?? {};
    const option: unknown = Array.isArray(options)
      ? options.find((one) => isRecord(one) && one.name === output)
      : undefined;
    return toText(own ?? (isRecord(option) ? option.value : undefined));
  };
  const isUnset = (path: SettingPath) => getValue(settings, path) === undefined && !ignored.has(path);
  // Of the Elastic Beanstalk application, or of what is created before it.
  const applicationName =
    read("beo-eb-application", "name") ??
    (isUnset("database.identifier") ? read("beo-db-instance", "identifier") : undefined) ??
    (isUnset("queue.name") ? read("beo-queue-queue", "name") : undefined);
  const problems = Object.entries(permanentSettings).flatMap(([path, permanent]): Problem[] => {
    const output = read(permanent.resource, permanent.output);
    const { getDeployed = String, getConfigured = getValue, getDefault } = permanent;
    const name = isNameSetting(path) && applicationName ? getDefaultName(path, applicationName) : undefined;
    const initial = getDefault?.(read) ?? name;
    const configured = getConfigured(settings, path, deployment) ?? initial;
    if (ignored.has(path) || output === undefined || configured === undefined) {
      return [];
    }
    const deployed = getDeployed(output);
    const message = `is ${configured}, but ${deployed} is deployed. The change would ${permanent.effect}. ${howTo(path)}`;
    const keep = deployed === initial ? removeCommand(path) : setCommand(path, deployed);
    return deployed === configured
      ? []
      : [{ key: path, message, commands: [permanent.keep?.(deployed) ?? keep] }];
  });
  // The name of what was created first may also be one of its own, whose setting was removed.
  const isDatabase = read("beo-db-instance", "identifier") === applicationName;
  const nameSetting = isDatabase ? "database.identifier" : "queue.name";
  const version = read("beo-db-instance", "engineVersionActual") ?? read("beo-db-instance", "engineVersion");
  return [
    ...(ignored.has("name") || ignored.has("environment")
      ? []
      : checkName(settings, applicationName, nameSetting)),
    ...(ignored.has("database.engineVersion") ? [] : checkEngineVersion(settings, version)),
    ...problems,
  ];
}

/** RDS upgrades to a higher major version only if that is allowed, and never downgrades. */
function checkEngineVersion({ database }: CompleteSettings, deployed: string | undefined): Problem[] {
  const key = "database.engineVersion";
  const [from = NaN, to = NaN] = [deployed, database.engineVersion].map((version) => parseInt(version ?? ""));
  if (!(from > to || from < to) || (from < to && database.allowMajorVersionUpgrade)) {
    return [];
  }
  const reason =
    from < to
      ? "Upgrades to another major version need database.allowMajorVersionUpgrade (docs/upgrading.md)."
      : "RDS does not downgrade a database.";
  const message = `is ${database.engineVersion}, but PostgreSQL ${from} is deployed. ${reason}`;
  return [{ key, message, commands: [setCommand(key, String(from))] }];
}

/** The stack's name, `environment` and `name` form the application name. */
function checkName(
  { applicationName, environment }: CompleteSettings,
  deployed: string | undefined,
  nameSetting: NameSetting,
): Problem[] {
  if (deployed === undefined || deployed === applicationName) {
    return [];
  }
  const message = `and environment make the application name ${applicationName}, but ${deployed} is deployed. The change would replace the database, the buckets, the queue and both environments. ${howTo("name")}`;
  const [, prefix = "", tier = ""] = /^(.*)-([a-z]+)$/.exec(deployed) ?? [];
  const commands = [
    ...(tier === environment ? [] : [setCommand("environment", tier)]),
    ...(applicationName === `${prefix}-${environment}` ? [] : [setCommand("name", prefix)]),
  ];
  return [
    {
      key: "name",
      message,
      commands: Object.hasOwn(tiers, tier) ? commands : [setCommand(nameSetting, deployed)],
    },
  ];
}

function howTo(path: string): string {
  return `Keep the deployed one with the command below, or list ${path} in allowReplacement (docs/stacks.md).`;
}

function getValue(settings: CompleteSettings, path: string): string | undefined {
  const [group = "", member = ""] = path.split(".");
  const members: unknown = Object.entries(settings).find(([name]) => name === group)?.[1];
  return isRecord(members) ? toText(members[member]) : undefined;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
