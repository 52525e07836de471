import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { getGenerations, getSuffix } from "../components/beanstalk/generations";
import { getArchitecture } from "../components/beanstalk/instance-types";
import { overlap, parseDaily, parseWeekly } from "../components/database/windows";
import { getDefaultName, isNameSetting, type NameSetting } from "../components/names";
import { vpcDefaults } from "../components/vpc";
import { checkAccount, findSnapshot, type Snapshot } from "./check-account";
import {
  type Command,
  placeholderCommand,
  removeCommand,
  setCommand,
  setCommands,
  shellWord,
} from "./commands";
import type { Problem } from "./configuration-error";
import { checkKey } from "./database-key";
import { type LiveEnvironment, readLiveEnvironments } from "./live-environments";
import { toBranch } from "./calendar";
import { getSetting, type SettingPath } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";
import { isRecord } from "./validators";

/** The stack's last deployment, which need not have succeeded. */
export interface Deployment {
  resources: readonly { name: string; outputs: Record<string, unknown> }[];
  /** Id of the account's default VPC, where the configuration names no other. */
  defaultVpcId?: string;
  /** The newest snapshot of the database, where AWS has no database. */
  snapshot?: Snapshot;
  /** The web environments as they are now, where the configuration deletes some. */
  environments?: readonly LiveEnvironment[] | undefined;
}

/**
 * Reads the stack's last deployment from its state. It is empty before the first one.
 *
 * @param options.asksAws Whether to look for what the state does not have, which needs valid settings and an engine.
 * @param options.ignored The settings that may replace what is deployed.
 * @param options.provider The configuration of the AWS provider.
 * @throws RunError if the credentials belong to another account, or the environments cannot be read.
 */
export async function readDeployment(
  settings: CompleteSettings,
  options: { asksAws: boolean; ignored: ReadonlySet<string>; provider: Record<string, unknown> },
): Promise<Deployment> {
  const outputs = await readState();
  const resources = Object.entries(outputs).map(([urn, resource]) => ({
    ...resource,
    name: urn.replace(/^.*::/, ""),
  }));
  const { vpcId, create } = settings.network ?? {};
  const needsVpc = resources.length > 0 && vpcId === undefined && !create;
  const account = checkAccount(resources, pulumi.getStack());
  const [defaultVpcId, snapshot, environments] = await Promise.all([
    needsVpc ? getDefaultVpcId() : undefined,
    options.asksAws ? findSnapshot(settings, resources) : undefined,
    options.asksAws && !options.ignored.has("platform.generation")
      ? readRemaining(settings, resources, options.provider)
      : undefined,
    account,
  ]).catch(async (error: unknown) => {
    // The wrong account explains every other failure.
    await account;
    throw error;
  });
  return {
    resources,
    ...(defaultVpcId !== undefined && { defaultVpcId }),
    ...(snapshot && { snapshot }),
    ...(environments && { environments }),
  };
}

/** Reads the web environments, if the configuration deletes some. */
async function readRemaining(
  settings: CompleteSettings,
  resources: Deployment["resources"],
  provider: Record<string, unknown>,
): Promise<LiveEnvironment[] | undefined> {
  return getWebs(settings, resources).every(({ stays }) => stays)
    ? undefined
    : readLiveEnvironments(settings.applicationName, String(provider["aws:region"]), provider["aws:profile"]);
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
  /** Name of the resource in the stack; of an environment that of the first generation. */
  resource: string;
  /** The generation whose environment it is; "any" for what all of them have. */
  generation?: "current" | "previous" | "serving" | "any";
  /** The output or option that has the deployed value. */
  output: string;
  /** What a change would do. */
  effect: string;
  /** The part of the output that counts. @default all of it */
  getDeployed?: (output: string, suffix: string, deployment: Deployment) => string;
  /** The configured value; undefined if it cannot be told. @default the setting's */
  getConfigured?: (settings: CompleteSettings, path: string, deployment: Deployment) => string | undefined;
  /** The value without the setting. @default the name that follows from the deployed application name */
  getDefault?: (read: ReadOutput) => string | undefined;
  /** The command that keeps the deployed value. @default sets it, or removes the setting if it is the default */
  keep?: (deployed: string) => Command;
  /** Whether environments with the new value can take the place of the deployed ones. */
  isMovable?: true;
  /** How to get the new value. @default allowReplacement */
  advice?: string;
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
  generation: "any",
  output: "name",
  effect: `replace the ${group} environment`,
  getDeployed: (name, suffix) => name.slice(0, name.length - suffix.length),
});
const toInstanceTypes = (
  group: "web" | "worker",
  key: "instanceTypes" | "previousInstanceTypes",
): PermanentSetting => ({
  resource: `beo-eb-${group}`,
  generation: key === "instanceTypes" ? "current" : "previous",
  output: "InstanceTypes",
  effect: `replace the ${group} environment, whose architecture Elastic Beanstalk cannot change`,
  getDeployed: getArchitecture,
  getConfigured: ({ [group]: { instanceTypes, [key]: [type] = instanceTypes } }) =>
    type && getArchitecture(type),
  keep: (architecture) => placeholderCommand(`${group}.${key}[0]`, `${architecture} type`, false),
  ...(key === "instanceTypes" && { isMovable: true }),
});
const toLanguage = (key: "branch" | "previousBranch"): PermanentSetting => ({
  resource: "beo-eb-web",
  generation: key === "branch" ? "current" : "previous",
  output: "solutionStackName",
  effect: "replace both environments, which Elastic Beanstalk does not change between Python and Docker",
  getDeployed: getLanguage,
  getConfigured: ({ platform }) => platform[key] && getLanguage(platform[key]),
  keep: (language) =>
    language === "Docker"
      ? setCommand(`platform.${key}`, language)
      : placeholderCommand(`platform.${key}`, "branch of Python", false),
  ...(key === "branch" && { isMovable: true }),
});

const moveToNetwork =
  "Keep the deployed one with the command below. Another network needs a new stack, in which the data is restored (docs/network.md).";

/** Whether the stack has a VPC of its own. */
function isVpcCreated({ resources }: Deployment): boolean {
  return resources.some(({ name }) => name === "beo-vpc-network");
}

const permanentSettings: Partial<Record<SettingPath, PermanentSetting>> = {
  "database.identifier": {
    resource: "beo-db-instance",
    output: "identifier",
    effect: "rename the database, with downtime and another host name",
  },
  "database.name": {
    resource: "beo-eb-web",
    generation: "any",
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
    getConfigured: ({ network }, _, deployment) =>
      network?.create || isVpcCreated(deployment) ? undefined : (network?.vpcId ?? deployment.defaultVpcId),
  },
  "network.create": {
    resource: "beo-net-instances",
    output: "vpcId",
    effect: "replace the security groups and both environments, and the database cannot move",
    getDeployed: (_, __, deployment) => String(isVpcCreated(deployment)),
    getConfigured: ({ network }) => String(network?.create ?? false),
    keep: (deployed) =>
      deployed === "true" ? setCommand("network.create", true) : removeCommand("network.create"),
    advice: moveToNetwork,
  },
  "network.cidr": {
    resource: "beo-vpc-network",
    output: "cidrBlock",
    effect: "replace the VPC with everything in it, and the database cannot move",
    getConfigured: ({ network }) => (network?.create ? (network.cidr ?? vpcDefaults.cidr) : undefined),
    advice: moveToNetwork,
  },
  "network.zones": {
    resource: "beo-vpc-database-3",
    output: "cidrBlock",
    effect: "delete the subnets of the third zone, in which the database may be",
    getDeployed: () => "3",
    getConfigured: ({ network }) =>
      network?.create ? String(network.zones ?? vpcDefaults.zones) : undefined,
    keep: () => setCommand("network.zones", 3),
    advice: moveToNetwork,
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
  "platform.branch": toLanguage("branch"),
  "platform.previousBranch": toLanguage("previousBranch"),
  "web.cnamePrefix": {
    resource: "beo-eb-web",
    generation: "serving",
    output: "cname",
    effect:
      "do nothing, since Elastic Beanstalk sets an address only when it creates an environment: `eb swap` moves an address (docs/troubleshooting.md, After eb swap)",
    getDeployed: getPrefix,
    getConfigured: getAddress,
  },
  "web.internal": {
    resource: "beo-eb-web",
    generation: "any",
    output: "ELBScheme",
    effect:
      "replace the load balancer, which fails: AWS keeps the target group with the old one. Another platform.generation without platform.previousBranch replaces the environments",
    getDeployed: (scheme) => String(scheme === "internal"),
    // A single instance has no scheme.
    getConfigured: ({ web }) => (web.singleInstance ? undefined : String(web.internal)),
    keep: (deployed) => setCommand("web.internal", deployed === "true"),
  },
  "web.instanceTypes": toInstanceTypes("web", "instanceTypes"),
  "web.previousInstanceTypes": toInstanceTypes("web", "previousInstanceTypes"),
  "worker.instanceTypes": toInstanceTypes("worker", "instanceTypes"),
  "worker.previousInstanceTypes": toInstanceTypes("worker", "previousInstanceTypes"),
};

/** Returns what the name of a generation's resource ends with; undefined if that generation is not configured. */
function findSuffix(
  { resource, generation }: PermanentSetting,
  { platform }: CompleteSettings,
  { resources }: Deployment,
): string | undefined {
  const generations = getGenerations(platform);
  switch (generation) {
    case undefined:
      return "";
    case "any":
      return resources.flatMap(({ name }) => getGeneration(name, resource) ?? []).map(getSuffix)[0];
    case "serving":
      return generations.find(({ isServing }) => isServing)?.suffix;
    default:
      return generations.find(({ isPrevious }) => isPrevious === (generation === "previous"))?.suffix;
  }
}

/** Returns the generation of an environment by the name of its resource, which is `resource` in the first one. */
function getGeneration(name: string, resource: string): number | undefined {
  const match = new RegExp(`^${resource}(?:-(\\d+))?$`).exec(name);
  return match === null ? undefined : Number(match[1] ?? 1);
}

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
  stack: string,
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
    const suffix = findSuffix(permanent, settings, deployment);
    const output = suffix === undefined ? undefined : read(permanent.resource + suffix, permanent.output);
    const { getDeployed = String, getConfigured = getValue, getDefault } = permanent;
    const name = isNameSetting(path) && applicationName ? getDefaultName(path, applicationName) : undefined;
    const initial = getDefault?.(read) ?? name;
    const configured = getConfigured(settings, path, deployment) ?? initial;
    if (ignored.has(path) || output === undefined || configured === undefined) {
      return [];
    }
    const deployed = getDeployed(output, suffix ?? "", deployment);
    const movable = permanent.isMovable ? getPlatformAdvice(settings, stack) : "";
    const advice = permanent.advice ?? `${movable}${howTo(path)}`;
    const message = `is ${configured}, but ${deployed} is deployed. The change would ${permanent.effect}. ${advice}`;
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
    ...(ignored.has("database.kmsKey") ? [] : checkKey(settings, deployment)),
    ...checkWindows(settings, read, ignored),
    ...problems,
    ...(ignored.has("platform.generation") ? [] : checkGenerations(settings, deployment, stack)),
  ];
}

/** Names the command that moves to other environments without downtime. */
function getPlatformAdvice({ platform: { branch } }: CompleteSettings, stack: string): string {
  return `To move to new environments without downtime: npx beo platform ${stack} ${shellWord(branch)} (docs/platform-change.md). `;
}

/** The web environments of the state, and whether the configuration still has them. */
function getWebs({ platform }: CompleteSettings, resources: Deployment["resources"]) {
  const configured = getGenerations(platform).map(({ number }) => number);
  return resources.flatMap(({ name: resource, outputs }) => {
    const number = getGeneration(resource, "beo-eb-web");
    const name = toText(outputs.name) ?? "";
    const branch = toBranch(toText(outputs.solutionStackName) ?? "");
    return number === undefined ? [] : [{ number, name, branch, stays: configured.includes(number) }];
  });
}

/** Environments are deleted only while another one, which stays, has the application's address and is healthy. */
function checkGenerations(
  settings: CompleteSettings,
  { resources, environments }: Deployment,
  stack: string,
): Problem[] {
  const { generation } = settings.platform;
  const webs = getWebs(settings, resources);
  const removed = webs.find(({ stays }) => !stays);
  if (removed === undefined || environments === undefined) {
    return [];
  }
  const address = toText(resources.find(({ name }) => name === "beo-eb")?.outputs.webCname)?.toLowerCase();
  const holder = environments.find(({ cname }) => cname.toLowerCase() === address);
  const stays = webs.some(({ name, stays: isKept }) => isKept && name === holder?.name);
  if (holder?.isHealthy && stays) {
    return [];
  }
  const isPrevious = removed.number === generation - 1;
  const reason = stays
    ? `${holder?.name ?? ""}, which has the application's address, is not Ready and Green`
    : `the application's address belongs to ${holder?.name ?? "no environment"}`;
  return [
    {
      key: "platform.generation",
      message: `is ${generation}${isPrevious ? " without platform.previousBranch" : ""}. The change would delete the environments of generation ${removed.number}, but ${reason}. Keep them with the command below. npx beo platform ${stack} shows the next step (docs/platform-change.md). Or list platform.generation in allowReplacement (docs/stacks.md).`,
      commands: isPrevious
        ? keepPrevious(removed.branch)
        : [setCommand("platform.generation", removed.number)],
    },
  ];
}

function keepPrevious(branch: string): Command[] {
  const key = "platform.previousBranch";
  return getSetting(key)?.validator.isValid(branch) ? [setCommand(key, branch)] : setCommands(key);
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

/** RDS refuses a window that overlaps the other one, which it may have chosen itself. */
function checkWindows(
  { database }: CompleteSettings,
  read: ReadOutput,
  ignored: ReadonlySet<string>,
): Problem[] {
  const { backupWindow, maintenanceWindow } = database;
  if ((backupWindow === undefined) === (maintenanceWindow === undefined)) {
    return [];
  }
  const [set, other] =
    maintenanceWindow === undefined
      ? (["backupWindow", "maintenanceWindow"] as const)
      : (["maintenanceWindow", "backupWindow"] as const);
  const deployed = read("beo-db-instance", other) ?? "";
  const daily = parseDaily(backupWindow ?? deployed);
  const weekly = parseWeekly(maintenanceWindow ?? deployed);
  const key = `database.${set}`;
  const message = `is ${database[set] ?? ""}, but RDS has chosen ${deployed} as ${other}, and refuses windows that overlap. Choose another time, or set database.${other} too.`;
  return overlap(daily, weekly) && !ignored.has(key) ? [{ key, message, commands: setCommands(key) }] : [];
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
