import { getVpc } from "@pulumi/aws/ec2/getVpc";
import * as pulumi from "@pulumi/pulumi";
import { platformDefaults } from "../components/beanstalk/options";
import { type Command, placeholderCommand, setCommand } from "./commands";
import type { Problem } from "./configuration-error";
import type { SettingPath } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";

/** The stack's last deployment, which need not have succeeded. */
export interface Deployment {
  resources: readonly { type: string; name: string; outputs: Record<string, unknown> }[];
  /** Id of the account's default VPC, where the configuration names no other. */
  defaultVpcId?: string;
}

/** Reads the stack's last deployment from its state. It is empty before the first one. */
export async function readDeployment({ network }: CompleteSettings): Promise<Deployment> {
  const stackName = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the engine defines the result
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackResourceOutputs", {
    stackName,
  })) as { outputs: Record<string, { type: string; outputs: Record<string, unknown> }> };
  const resources = Object.entries(outputs).map(([urn, resource]) => ({
    ...resource,
    name: urn.replace(/^.*::/, ""),
  }));
  const needsVpc = resources.length > 0 && network?.vpcId === undefined;
  return { resources, ...(needsVpc && { defaultVpcId: await getDefaultVpcId() }) };
}

/** A property of a deployed resource that AWS cannot change: another value replaces the resource and its data. */
interface PermanentProperty {
  path: SettingPath;
  type: string;
  /** The resource's name. @default any */
  name?: string;
  /** What is lost with a replacement. */
  loss: string;
  /** What the change would do. @default it replaces the resource */
  effect?: string;
  /** The deployed value; undefined if it cannot be told. */
  deployed: (outputs: Record<string, unknown>) => string | undefined;
  /** The configured value; undefined if it cannot be told. */
  configured: (settings: CompleteSettings, deployment: Deployment) => string | undefined;
  /** The command that keeps the deployed value. */
  keep: (deployed: string) => Command;
}

const permanentProperties: PermanentProperty[] = [
  {
    path: "database.username",
    type: "aws:rds/instance:Instance",
    loss: "the database",
    deployed: ({ username }) => toText(username),
    configured: ({ database }) => database.username,
    keep: (username) => setCommand("database.username", username),
  },
  {
    path: "network.vpcId",
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "beo-net-instances",
    loss: "the security groups and both environments, and the database cannot move",
    deployed: ({ vpcId }) => toText(vpcId),
    configured: ({ network }, { defaultVpcId }) => network?.vpcId ?? defaultVpcId,
    keep: (vpcId) => setCommand("network.vpcId", vpcId),
  },
  {
    path: "storage.accountNamespace",
    type: "aws:s3/bucket:Bucket",
    name: "beo-s3-media-bucket",
    loss: "both buckets with their objects",
    deployed: ({ bucket }) => toText(toText(bucket)?.endsWith("-an")),
    configured: ({ storage }) => String(storage?.accountNamespace ?? false),
    keep: (deployed) => setCommand("storage.accountNamespace", deployed === "true"),
  },
  {
    path: "database.subnetGroupName",
    type: "aws:rds/instance:Instance",
    loss: "the database, which RDS does not move to another subnet group of its VPC",
    deployed: ({ dbSubnetGroupName }) => toText(dbSubnetGroupName),
    configured: ({ database }) => database.subnetGroupName,
    keep: (group) => setCommand("database.subnetGroupName", group),
  },
  {
    path: "platform.branch",
    type: "aws:elasticbeanstalk/environment:Environment",
    loss: "both environments, which Elastic Beanstalk does not change between Python and Docker",
    deployed: ({ solutionStackName }) => getLanguage(toText(solutionStackName)),
    configured: ({ platform }) => getLanguage(platform.branch ?? platformDefaults.branch),
    keep: (language) =>
      language === "Docker"
        ? setCommand("platform.branch", language)
        : placeholderCommand("platform.branch", "branch of Python", false),
  },
  {
    path: "web.cnamePrefix",
    type: "aws:elasticbeanstalk/environment:Environment",
    name: "beo-eb-web",
    loss: "the web environment",
    effect:
      "The change would do nothing, since Elastic Beanstalk sets an address only when it creates an environment. `eb swap` moves an address (docs/troubleshooting.md, After eb swap).",
    deployed: ({ cname }) => getPrefix(cname),
    configured: getAddress,
    keep: (prefix) => setCommand("web.cnamePrefix", prefix),
  },
  ...(["web", "worker"] as const).map((group): PermanentProperty => ({
    path: `${group}.instanceTypes`,
    type: "aws:elasticbeanstalk/environment:Environment",
    name: `beo-eb-${group}`,
    loss: `the ${group} environment, whose architecture Elastic Beanstalk cannot change`,
    deployed: ({ settings }) => getArchitecture(getInstanceTypes(settings)),
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
  const problems = permanentProperties
    .filter(({ path }) => !ignored.has(path))
    .flatMap(({ path, type, name, loss, effect, deployed, configured, keep }): Problem[] => {
      const resource = deployment.resources.find(
        (one) => one.type === type && (name ?? one.name) === one.name,
      );
      const current = resource && deployed(resource.outputs);
      const next = configured(settings, deployment);
      if (current === undefined || next === undefined || current === next) {
        return [];
      }
      const message = `is ${next}, but ${current} is deployed. ${effect ?? `The change would replace ${loss}.`} ${howTo(path)}`;
      return [{ key: path, message, commands: [keep(current)] }];
    });
  return [
    ...checkName(settings, deployment, ignored),
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

/** The types whose names are the application's own, in the order in which they are created. */
const namedTypes: Record<string, string> = {
  "aws:rds/instance:Instance": "identifier",
  "aws:elasticbeanstalk/application:Application": "name",
  "aws:sqs/queue:Queue": "name",
};

/** The stack's name, `environment` and `name` form the application name. */
function checkName(
  { applicationName, environment }: CompleteSettings,
  { resources }: Deployment,
  ignored: ReadonlySet<string>,
): Problem[] {
  const names = resources.flatMap(({ type, outputs }) => toText(outputs[namedTypes[type] ?? ""]) ?? []);
  const deployed = names.find((name) => !name.endsWith("-dead-letters"));
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

/**
 * Returns the configured prefix of the address, in the spelling of AWS. One that was deployed stays valid after `eb swap`,
 * which gives the environment another address.
 */
function getAddress(
  { applicationName, web }: CompleteSettings,
  { resources }: Deployment,
): string | undefined {
  const deployed = resources.find(({ type }) => type === "beo:index:Beanstalk")?.outputs;
  // Another application name is reported by itself.
  const isRenamed = web.cnamePrefix === undefined && deployed?.applicationName !== applicationName;
  const prefix = (web.cnamePrefix ?? applicationName).toLowerCase();
  return isRenamed || getPrefix(deployed?.webCname) === prefix ? undefined : prefix;
}

/** Returns what is before the region in a host name of Elastic Beanstalk. */
function getPrefix(host: unknown): string | undefined {
  return /^(.+)\.[^.]+\.elasticbeanstalk\.com$/.exec(toText(host) ?? "")?.[1];
}

function howTo(path: string): string {
  return `Keep the deployed one with the command below, or list ${path} in allowReplacement (docs/stacks.md).`;
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

function getInstanceTypes(settings: unknown): string | undefined {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the provider defines the members
  const options = Array.isArray(settings) ? (settings as Record<string, unknown>[]) : [];
  return toText(options.find(({ name }) => name === "InstanceTypes")?.value);
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
