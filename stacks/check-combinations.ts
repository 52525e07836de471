import { argumentRules } from "../components/argument-rules";
import type { Fix } from "../components/argument-rules/context";
import { findNameProblems } from "../components/argument-rules/names";
import { getGenerations } from "../components/beanstalk/generations";
import { healthCheckRegion } from "../components/monitoring/alarms";
import { getArnRegion } from "../components/monitoring/topics";
import { isInZone } from "../components/dns-record";
import { getDefaultName } from "../components/names";
import { checkParameters } from "./check-parameters";
import { checkTags } from "./check-tags";
import { checkSizes, checkVariables } from "./check-variables";
import {
  type Command,
  findClose,
  placeholderCommand,
  removeCommand,
  setCommand,
  setCommands,
} from "./commands";
import type { Problem } from "./configuration-error";
import known from "./known-values.json";
import { isDatabaseClass, isInstanceType, offerSource } from "./offers";
import { isKnownRegion, unknownRegion } from "./regions";
import type { CompleteSettings } from "./tiers";
import { isRecord } from "./validators";

/** What the rules work with. */
interface Context {
  settings: CompleteSettings;
  /** Whether all these settings are known. A rule that depends on others would report follow-up problems. */
  knows: (...paths: string[]) => boolean;
  /** Reports a problem; the commands set the key unless given. */
  report: (key: string, message: string, ...commands: Command[]) => void;
}

/** The application has both regions built in: of its resources, and of the SMTP host. */
export const applicationRegion = "us-west-1";
const mailRegion = "us-west-2";

const groups = ["web", "worker"] as const;
const typeLists = ["instanceTypes", "previousInstanceTypes"] as const;

/**
 * Checks the rules between keys.
 *
 * @param unknown The settings whose value is not known, because it is invalid, missing, or up to an unknown tier.
 */
export function checkRules(
  settings: CompleteSettings,
  region: string | undefined,
  unknown: ReadonlySet<string>,
): Problem[] {
  const problems: Problem[] = [];
  const context: Context = {
    settings,
    knows: (...paths) => !paths.some((path) => unknown.has(path)),
    report: (key, message, ...commands) => {
      problems.push({ key, message, commands: commands.length > 0 ? commands : setCommands(key) });
    },
  };
  if (region !== applicationRegion) {
    const message = `${region === undefined ? "is missing" : `is ${region}`}. The application only works in ${applicationRegion}.`;
    context.report("aws:region", message, setCommand("aws:region", applicationRegion));
  }
  for (const check of [
    checkName,
    checkHttps,
    checkDatabase,
    checkKeyRegion,
    checkOffers,
    checkMail,
    checkMonitoring,
    checkBackupRegion,
  ]) {
    check(context);
  }
  for (const check of [checkSecretKey, checkGenerations, checkTierOfSleep, checkZeroInProd]) {
    check(context);
  }
  // What a stack needs to sleep would be contrary advice where it may not.
  const { sleep, ...awake } = settings;
  const checked = sleep !== undefined && !maySleep(settings) ? awake : settings;
  for (const check of argumentRules) {
    check({
      ...context,
      settings: checked,
      isValid: context.knows,
      findClose,
      report: (path, message, ...fixes) => {
        context.report(path, message, ...fixes.flatMap((fix) => toCommands(fix, settings)));
      },
    });
  }
  problems.push(...checkVariables(settings), ...checkTags("tags", settings.tags ?? {}));
  if (context.knows("database.engineVersion")) {
    problems.push(...checkParameters(settings));
  }
  if (context.knows("environment", "platform.plainSecrets")) {
    problems.push(...checkSizes(settings));
  }
  // A key that is not set may break a rule.
  return problems.map((problem) => ({ ...problem, isMissing: true }));
}

function toCommands(fix: Fix, settings: CompleteSettings): Command[] {
  if ("remove" in fix) {
    return [
      removeCommand(isOnlyItem(fix.remove, settings) ? fix.remove.replace(/\[\d+\]$/, "") : fix.remove),
    ];
  }
  if (fix.to !== undefined) {
    return [setCommand(fix.set, fix.to)];
  }
  return fix.expected === undefined
    ? setCommands(fix.set)
    : [placeholderCommand(fix.set, fix.expected, false)];
}

/** Whether the CLI would leave an empty list, which no setting accepts. */
function isOnlyItem(path: string, settings: CompleteSettings): boolean {
  const [, list] = /^([\w.]+)\[\d+\]$/.exec(path) ?? [];
  const value = list
    ?.split(".")
    .reduce<unknown>((group, name) => (isRecord(group) ? group[name] : undefined), settings);
  return Array.isArray(value) && value.length === 1;
}

/** Checks the limits of the names that begin with the application name. */
function checkName({ settings: { applicationName, environment, storage }, knows, report }: Context) {
  if (!knows("name", "environment", "storage.accountNamespace")) {
    return;
  }
  for (const { text, max } of findNameProblems(applicationName, storage?.accountNamespace)) {
    const fixes =
      max === undefined
        ? []
        : [placeholderCommand("name", `a name of at most ${max - environment.length - 1} characters`, true)];
    report("name", `makes the application name ${text}`, ...fixes);
  }
}

function checkHttps({ settings, knows, report }: Context) {
  const { environment, appUrl, domain, hostedZone, certificateArn } = settings;
  if (knows("environment", "appUrl") && environment !== "dev" && /^http:|\/\/localhost(:|$)/.test(appUrl)) {
    report("appUrl", `is "${appUrl}". In ${environment} it must be a public https:// URL.`);
  }
  if (!knows("domain", "hostedZone", "certificateArn")) {
    return;
  }
  const isMissing = (domain ?? hostedZone ?? certificateArn) === undefined;
  if (isMissing && knows("environment") && environment !== "dev") {
    const message = `is missing. ${environment} needs HTTPS: browsers send the application's secure cookies over HTTPS only, so users cannot log in. Set domain with hostedZone, or domain with certificateArn.`;
    report("domain", message, ...setCommands("domain"), ...setCommands("hostedZone"));
  }
  const certificateRegion = certificateArn?.split(":")[3] ?? applicationRegion;
  if (certificateRegion !== applicationRegion) {
    const message = `is in ${certificateRegion}. The load balancer needs a certificate in its own region, ${applicationRegion}.`;
    report("certificateArn", message);
  }
}

function checkDatabase({ settings: { environment, protect, database }, knows, report }: Context) {
  if (knows("environment", "protect") && environment !== "dev" && protect === false) {
    const message = `is false. In ${environment} it must be true. To delete the stack, follow "Tear it down" in README.md.`;
    report("protect", message, removeCommand("protect"));
  }
  const { instanceClass } = database;
  // The application's guide.
  if (knows("database.instanceClass") && /\.(nano|micro|small)$/.test(instanceClass)) {
    report("database.instanceClass", `is "${instanceClass}". Expected db.t3.medium or larger.`);
  }
}

function checkKeyRegion({ settings: { database }, report }: Context) {
  const region = getArnRegion(database.kmsKey ?? "");
  if (region !== undefined && region !== applicationRegion) {
    const message = `is in ${region}. The database needs a key in its own region, ${applicationRegion}.`;
    report("database.kmsKey", message);
  }
}

/** The other tiers are for users at any time: prod serves them, and staging shows what will happen in prod. */
const maySleep = ({ environment }: CompleteSettings) => environment === "dev";

function checkTierOfSleep({ settings, knows, report }: Context) {
  const { environment, sleep } = settings;
  if (sleep !== undefined && knows("environment") && !maySleep(settings)) {
    report("sleep", `is set, but environment is ${environment}. Only dev may sleep.`, removeCommand("sleep"));
  }
}

/** Without instances there is no production, and an action that should set the sizes back may be missing or fail. */
function checkZeroInProd({ settings, knows, report }: Context) {
  const { environment } = settings;
  for (const group of groups) {
    const path = `${group}.schedule`;
    if (environment !== "prod" || !knows("environment", path)) {
      continue;
    }
    settings[group].schedule?.forEach(({ minSize, maxSize, desiredCapacity, suspended }, index) => {
      const sizes = Object.entries({ maxSize, desiredCapacity, minSize });
      const [zero] = sizes.find(([, size]) => size === 0) ?? [];
      if (!suspended && zero !== undefined) {
        const key = `${path}[${index}]`;
        const message = "is 0, but environment is prod. Expected at least 1, without which production stops.";
        report(`${key}.${zero}`, message, removeCommand(key));
      }
    });
  }
}

function checkSecretKey({ settings, report }: Context) {
  const secrets = ["databasePassword", "sqlPassword", "supportPassword", "smtpPassword", "adminUrl"] as const;
  const same = secrets.filter((key) => settings[key] === settings.secretKey);
  if (settings.secretKey !== undefined && same.length > 0) {
    report("secretKey", `has the same value as ${same.join(" and ")}. Every secret needs its own value.`);
  }
}

function checkMail({ settings: { mail, smtpUser }, knows, report }: Context) {
  const { domain, fromAddress, region } = mail;
  // With a provider of its own, the application has another SMTP host.
  if (region !== undefined && region !== mailRegion && smtpUser === undefined && knows("smtpUser")) {
    const message = `is ${region}. The application sends mail through the SMTP host of ${mailRegion}, and an SMTP password is valid in one region only.`;
    report("mail.region", message, removeCommand("mail.region"));
  }
  const isKnown = knows("supportEmail", "mail.fromAddress");
  if (isKnown && domain !== undefined && !isInZone(fromAddress.split("@")[1] ?? "", domain)) {
    const command = placeholderCommand("mail.fromAddress", `an email address at ${domain}`, true);
    report("mail.fromAddress", `is "${fromAddress}", but mail.domain is "${domain}".`, command);
  }
}

function checkBackupRegion({ settings: { backup }, knows, report }: Context) {
  const { region = "none" } = backup ?? {};
  const problem =
    region === applicationRegion
      ? "the region of the stack. Expected another one, which survives its loss."
      : region === "none" || isKnownRegion(region)
        ? undefined
        : unknownRegion;
  if (knows("backup.region") && problem !== undefined) {
    report("backup.region", `is ${region}, ${problem}`, setCommand("backup.region", "us-west-2"));
  }
}

/** Checks that an alarm can notify each topic: the first the stack's alarms, others those of mail or of the health check. */
function checkMonitoring({ settings: { applicationName, mail, monitoring }, knows, report }: Context) {
  const { topicArns = [] } = monitoring;
  if (!knows("monitoring.topicArns", "mail.region")) {
    return;
  }
  const others = [mail.region ?? mailRegion, healthCheckRegion];
  topicArns.forEach((arn, index) => {
    const allowed = index === 0 ? [applicationRegion] : others;
    const region = getArnRegion(arn) ?? "";
    const path = `monitoring.topicArns[${index}]`;
    const ownTopic = new RegExp(`:${applicationName}-alarms(-[a-z0-9-]+)?$`);
    if (knows("name", "environment") && ownTopic.test(arn)) {
      const message = `is the topic that this program creates without the setting, and would delete with it. Remove it: e-mail addresses go to alarmEmail and monitoring.emails, and others can subscribe to the topic.`;
      report(path, message, removeCommand(path));
    } else if (getAccount(arn) !== getAccount(topicArns[0] ?? "")) {
      const message = `is in account ${getAccount(arn)}, but monitoring.topicArns[0] is in ${getAccount(topicArns[0] ?? "")}. Expected topics of the stack's account.`;
      report(path, message, removeCommand(path));
    } else if (!allowed.includes(region)) {
      const message = `is in ${region}. Alarms notify topics of their own region: expected a topic in ${allowed.join(" or ")}.`;
      report(path, message, placeholderCommand(path, `the ARN of a topic in ${allowed.join(" or ")}`, false));
    } else if (topicArns.findIndex((other) => getArnRegion(other) === region) < index) {
      report(
        path,
        `is in ${region}, like another topic. Expected one topic for each region.`,
        removeCommand(path),
      );
    }
  });
}

/** Returns the account in an ARN. */
function getAccount(arn: string): string {
  return arn.split(":")[4] ?? "";
}

/** Checks the environments of two generations beside each other. */
function checkGenerations({ settings, knows, report }: Context) {
  const { applicationName, platform, web, worker } = settings;
  const { generation, previousBranch, servingGeneration = generation } = platform;
  if (!knows("platform.generation", "platform.previousBranch", "platform.servingGeneration")) {
    return;
  }
  if (generation === 1 && previousBranch !== undefined) {
    const message = `is ${previousBranch}, but platform.generation is 1. There is no previous generation. Remove it.`;
    report("platform.previousBranch", message, removeCommand("platform.previousBranch"));
    return;
  }
  const generations = getGenerations(platform);
  if (!generations.some(({ isServing }) => isServing)) {
    const expected = generations.map(({ number }) => number).join(" or ");
    const message = `is ${servingGeneration}. Expected ${expected}${previousBranch === undefined ? ", because platform.previousBranch is not set" : ""}.`;
    report("platform.servingGeneration", message, removeCommand("platform.servingGeneration"));
  }
  const names = generations.flatMap(({ suffix }) => [
    (web.environmentName ?? getDefaultName("web.environmentName", applicationName)) + suffix,
    (worker.environmentName ?? getDefaultName("worker.environmentName", applicationName)) + suffix,
  ]);
  const tooLong = names.find((name) => name.length > 40);
  const same = names.find((name, index) => names.indexOf(name) !== index);
  const isKnown =
    generation > 1 && knows("name", "environment", "web.environmentName", "worker.environmentName");
  if (isKnown && tooLong !== undefined) {
    const message = `is ${generation}, which makes the environment name "${tooLong}" (${tooLong.length} characters). The maximum of Elastic Beanstalk is 40.`;
    report("platform.generation", message, removeCommand("platform.generation"));
  } else if (isKnown && same !== undefined) {
    const message = `is ${generation}, which makes the name "${same}" of two environments. Choose another number.`;
    report("platform.generation", message, setCommand("platform.generation", generation + 2));
  }
}

/** Checks that AWS has the versions, classes and types, as far as this version of the program knows. */
function checkOffers({ settings, knows, report }: Context) {
  const { instanceClass, engineVersion } = settings.database;
  const [major = "", minor] = engineVersion.split(".");
  const minors = (known.postgresVersions as Record<string, string | undefined>)[major]?.split(" ");
  const list = "stacks/known-values.json";
  if (minor !== undefined && !minors?.includes(minor)) {
    const message = `is "${engineVersion}". Expected ${major}, which follows RDS's default, or one of the minor versions on RDS in ${known.date}: ${minors?.join(", ") ?? "none"}. If RDS has it by now, add it to ${list}.`;
    report("database.engineVersion", message, setCommand("database.engineVersion", major));
  }
  if (knows("database.instanceClass") && !isDatabaseClass(instanceClass)) {
    report("database.instanceClass", `is "${instanceClass}". It is no class for PostgreSQL ${offerSource}`);
  }
  for (const group of groups) {
    for (const key of typeLists) {
      const types = settings[group][key] ?? [];
      const unknown = types.filter((type) => !isInstanceType(type));
      const path = `${group}.${key}`;
      if (unknown.length > 0) {
        const message = `contains ${unknown.join(" and ")}, no instance type ${offerSource}`;
        report(path, message, removeCommand(path), ...setCommands(path));
      }
    }
  }
}
