import { overlap, parseDaily, parseWeekly } from "../components/database/windows";
import { getDefaultName, isNameSetting, type NameSetting } from "../components/names";
import { type Command, removeCommand, setCommand, setCommands, shellWord } from "./commands";
import type { Problem } from "./configuration-error";
import { checkKey } from "./database-key";
import { type Deployment, getWebs, toText } from "./deployment";
import { findSuffix, permanentSettings, type ReadOutput } from "./permanent-settings";
import { getSetting, type SettingPath } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";
import { isRecord } from "./validators";

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
