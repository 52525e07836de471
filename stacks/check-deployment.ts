import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { platformDefaults } from "../components/beanstalk/options";
import { checkAccount, findSnapshot, type Snapshot } from "./check-account";
import { type Command, placeholderCommand, removeCommand, setCommand } from "./commands";
import type { Problem } from "./configuration-error";
import type { SettingPath } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";

/** The stack's last deployment, which need not have succeeded. */
export interface Deployment {
  resources: readonly { type: string; name: string; outputs: Record<string, unknown> }[];
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
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the engine defines the result
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs: Record<string, { type: string; outputs: Record<string, unknown> }> };
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

/** A property of a deployed resource that AWS cannot change: another value replaces the resource and its data. */
interface PermanentProperty {
  path: SettingPath;
  type: string;
  /** The resource's name. @default any */
  name?: string;
  /** What a change would do. */
  effect: string;
  /** The deployed value; undefined if it cannot be told. */
  deployed: (outputs: Record<string, unknown>) => string | undefined;
  /** The configured value; undefined if it cannot be told. */
  configured: (settings: CompleteSettings, deployment: Deployment) => string | undefined;
  /** The value without the setting; undefined if it cannot be told. @default no such value */
  initial?: (deployment: Deployment, applicationName: string) => string | undefined;
  /** The command that keeps the deployed value. @default sets the value, or removes the setting if that is the same */
  keep?: (deployed: string) => Command;
}

/** The names. What is not set follows the application name, which `checkName` checks. */
const names: PermanentProperty[] = [
  {
    path: "database.identifier",
    type: "aws:rds/instance:Instance",
    effect: "rename the database, with downtime and another host name",
    deployed: ({ identifier }) => toText(identifier),
    configured: ({ database }) => database.identifier,
    initial: (_, applicationName) => applicationName,
  },
  {
    path: "database.name",
    type: "aws:elasticbeanstalk/environment:Environment",
    name: "beo-eb-web",
    effect: "connect the application to another database, which may be empty or missing",
    deployed: ({ settings }) => getOption(settings, "SQL_DATABASE"),
    configured: ({ database }) => database.name,
    initial({ resources }) {
      const instance = resources.find(({ type }) => type === "aws:rds/instance:Instance");
      const created = toText(instance?.outputs.dbName);
      return created === "" ? "beo_datastore" : created;
    },
  },
  ...(["media", "static"] as const).map((part): PermanentProperty => ({
    path: `storage.${part}BucketName`,
    type: "aws:s3/bucket:Bucket",
    name: `beo-s3-${part}-bucket`,
    effect: `replace the ${part} bucket with its objects`,
    // A name in the account's namespace is up to storage.accountNamespace.
    deployed: ({ bucket }) => toText(bucket)?.replace(/-\d{12}-[a-z0-9-]+-an$/, ""),
    configured: ({ storage }) => storage?.[`${part}BucketName`],
    initial: (_, applicationName) => `${applicationName}-${part}`,
  })),
  {
    path: "queue.name",
    type: "aws:sqs/queue:Queue",
    name: "beo-queue-queue",
    effect: "replace the queue with its messages",
    deployed: ({ name }) => toText(name),
    configured: ({ queue }) => queue?.name,
    initial: (_, applicationName) => applicationName,
  },
  {
    path: "serviceAccount.userName",
    type: "aws:iam/user:User",
    name: "beo-iam-user",
    effect: "replace the IAM user with its access key",
    deployed: ({ name }) => toText(name),
    configured: ({ serviceAccount }) => serviceAccount.userName,
    initial: (_, applicationName) => applicationName,
  },
  ...(["web", "worker"] as const).map((group): PermanentProperty => ({
    path: `${group}.environmentName`,
    type: "aws:elasticbeanstalk/environment:Environment",
    name: `beo-eb-${group}`,
    effect: `replace the ${group} environment`,
    deployed: ({ name }) => toText(name),
    configured: (settings) => settings[group].environmentName,
    initial: (_, applicationName) => (group === "web" ? applicationName : `${applicationName}-worker`),
  })),
];

const permanentProperties: PermanentProperty[] = [
  ...names,
  {
    path: "database.username",
    type: "aws:rds/instance:Instance",
    effect: "replace the database",
    deployed: ({ username }) => toText(username),
    configured: ({ database }) => database.username,
  },
  {
    path: "network.vpcId",
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "beo-net-instances",
    effect: "replace the security groups and both environments, and the database cannot move",
    deployed: ({ vpcId }) => toText(vpcId),
    configured: ({ network }, { defaultVpcId }) => network?.vpcId ?? defaultVpcId,
  },
  {
    path: "storage.accountNamespace",
    type: "aws:s3/bucket:Bucket",
    name: "beo-s3-media-bucket",
    effect: "replace both buckets with their objects",
    deployed: ({ bucket }) => toText(toText(bucket)?.endsWith("-an")),
    configured: ({ storage }) =>
      storage?.mediaBucketName === undefined ? String(storage?.accountNamespace ?? false) : undefined,
    keep: (deployed) => setCommand("storage.accountNamespace", deployed === "true"),
  },
  {
    path: "database.subnetGroupName",
    type: "aws:rds/instance:Instance",
    effect: "replace the database, which RDS does not move to another subnet group of its VPC",
    deployed: ({ dbSubnetGroupName }) => toText(dbSubnetGroupName),
    configured: ({ database }) => database.subnetGroupName,
  },
  {
    path: "platform.branch",
    type: "aws:elasticbeanstalk/environment:Environment",
    effect: "replace both environments, which Elastic Beanstalk does not change between Python and Docker",
    deployed: ({ solutionStackName }) => getLanguage(toText(solutionStackName)),
    configured: ({ platform }) => getLanguage(platform.branch ?? platformDefaults.branch),
    keep: (language) =>
      language === "Docker"
        ? setCommand("platform.branch", language)
        : placeholderCommand("platform.branch", "branch of Python", false),
  },
  ...(["web", "worker"] as const).map((group): PermanentProperty => ({
    path: `${group}.instanceTypes`,
    type: "aws:elasticbeanstalk/environment:Environment",
    name: `beo-eb-${group}`,
    effect: `replace the ${group} environment, whose architecture Elastic Beanstalk cannot change`,
    deployed: ({ settings }) => getArchitecture(getOption(settings, "InstanceTypes")),
    configured: (settings) => getArchitecture(settings[group].instanceTypes[0]),
    keep: (architecture) => placeholderCommand(`${group}.instanceTypes[0]`, `${architecture} type`, false),
  })),
];

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
  const applicationName = getDeployedName(settings, deployment, ignored);
  const problems = permanentProperties
    .filter(({ path }) => !ignored.has(path))
    .flatMap(({ path, type, name, effect, deployed, configured, initial, keep }): Problem[] => {
      const resource = deployment.resources.find(
        (one) => one.type === type && (name ?? one.name) === one.name,
      );
      const current = resource && deployed(resource.outputs);
      const unset = applicationName === undefined ? undefined : initial?.(deployment, applicationName);
      const next = configured(settings, deployment) ?? unset;
      if (current === undefined || next === undefined || current === next) {
        return [];
      }
      const message = `is ${next}, but ${current} is deployed. The change would ${effect}. ${howTo(path)}`;
      const standard = current === unset ? removeCommand(path) : setCommand(path, current);
      return [{ key: path, message, commands: [keep?.(current) ?? standard] }];
    });
  return [
    ...checkName(settings, applicationName, ignored),
    ...checkEngineVersion(settings, deployment, ignored),
    ...problems,
  ];
}

/** RDS upgrades to a higher major version only if that is allowed, and never downgrades. */
function checkEngineVersion(
  { database }: CompleteSettings,
  { resources }: Deployment,
  ignored: ReadonlySet<string>,
): Problem[] {
  const path = "database.engineVersion";
  const instance = resources.find(({ type }) => type === "aws:rds/instance:Instance");
  const deployed = toText(instance?.outputs.engineVersionActual) ?? toText(instance?.outputs.engineVersion);
  const [from, to] = [deployed, database.engineVersion].map((version) => Number(version?.split(".")[0]));
  if (ignored.has(path) || from === undefined || to === undefined || !(from > to || from < to)) {
    return [];
  }
  if (from < to && database.allowMajorVersionUpgrade) {
    return [];
  }
  const reason =
    from < to
      ? "Upgrades to another major version need database.allowMajorVersionUpgrade (docs/upgrading.md)."
      : "RDS does not downgrade a database.";
  return [
    {
      key: path,
      message: `is ${database.engineVersion}, but PostgreSQL ${from} is deployed. ${reason}`,
      commands: [setCommand(path, String(from))],
    },
  ];
}

/** The deployed application name: of the Elastic Beanstalk application, or of what is created before it. */
function getDeployedName(
  { database, queue }: CompleteSettings,
  { resources }: Deployment,
  ignored: ReadonlySet<string>,
): string | undefined {
  const find = (type: string, output: string, name?: string) =>
    toText(resources.find((one) => one.type === type && (name ?? one.name) === one.name)?.outputs[output]);
  const follows = (path: SettingPath, value: string | undefined) => value === undefined && !ignored.has(path);
  return (
    find("aws:elasticbeanstalk/application:Application", "name") ??
    (follows("database.identifier", database.identifier)
      ? find("aws:rds/instance:Instance", "identifier")
      : undefined) ??
    (follows("queue.name", queue?.name) ? find("aws:sqs/queue:Queue", "name", "beo-queue-queue") : undefined)
  );
}

/** The stack's name, `environment` and `name` form the application name. */
function checkName(
  { applicationName, environment }: CompleteSettings,
  deployed: string | undefined,
  ignored: ReadonlySet<string>,
): Problem[] {
  if (
    deployed === undefined ||
    deployed === applicationName ||
    ignored.has("name") ||
    ignored.has("environment")
  ) {
    return [];
  }
  const tier = Object.keys(tiers).find((one) => deployed.endsWith(`-${one}`));
  const prefix = deployed.replace(/-[a-z]+$/, "");
  const keep = [
    ...(tier === undefined || tier === environment ? [] : [setCommand("environment", tier)]),
    ...(tier === undefined || applicationName === `${prefix}-${environment}`
      ? []
      : [setCommand("name", prefix)]),
  ];
  const message = `and environment make the application name ${applicationName}, but ${deployed} is deployed. The change would replace the database, the buckets, the queue and both environments. ${howTo("name")}`;
  return [{ key: "name", message, commands: keep }];
}

function howTo(path: string): string {
  return `Keep the deployed one with the command below, or list ${path} in allowReplacement (docs/stacks.md).`;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

/** The value of an environment's option or property. */
function getOption(settings: unknown, option: string): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider defines the members
  const options = Array.isArray(settings) ? (settings as Record<string, unknown>[]) : [];
  return toText(options.find(({ name }) => name === option)?.value);
}

/** The account may have no default VPC; the network reports that. */
async function getDefaultVpcId(): Promise<string | undefined> {
  try {
    return (await getVpc({ default: true })).id;
  } catch {
    return undefined;
  }
}

/** "Docker" or "Python", from a platform branch or the name of a platform version. */
function getLanguage(platform: string | undefined): string | undefined {
  return platform === undefined ? undefined : platform.endsWith("Docker") ? "Docker" : "Python";
}

/** Graviton types have a "g" after the generation: t4g, m6g, c7gn (EC2 User Guide, "Instance type naming conventions"). */
export function isArm(instanceType: string): boolean {
  return /^(?:[a-z]+\d+g[a-z]*|a1)\./.test(instanceType);
}

function getArchitecture(instanceType: string | undefined): string | undefined {
  return instanceType === undefined ? undefined : isArm(instanceType) ? "arm64" : "x86_64";
}
