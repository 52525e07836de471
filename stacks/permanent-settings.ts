import { getGenerations, getSuffix } from "../components/beanstalk/generations";
import { getArchitecture } from "../components/beanstalk/instance-types";
import { vpcDefaults } from "../components/vpc";
import { type Command, placeholderCommand, removeCommand, setCommand } from "./commands";
import { type Deployment, getGeneration, toText } from "./deployment";
import type { SettingPath } from "./schema";
import type { CompleteSettings } from "./tiers";

/** Returns an output, or an option of an environment; undefined if the resource or the output is not known. */
export type ReadOutput = (resource: string, output: string) => string | undefined;

/** A setting that AWS cannot change in a deployed resource: another value replaces the resource and its data. */
export interface PermanentSetting {
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

export const permanentSettings: Partial<Record<SettingPath, PermanentSetting>> = {
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
export function findSuffix(
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
