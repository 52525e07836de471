import { getGenerations } from "../components/beanstalk/generations";
import { getArchitecture } from "../components/beanstalk/instance-types";
import { getThresholds } from "../components/beanstalk/web-scaling";
import { maxDrainedTaskTimeLimit, taskTimeLimitRange } from "../components/celery";
import { healthCheckRegion } from "../components/monitoring/alarms";
import { getArnRegion } from "../components/monitoring/topics";
import { isInZone } from "../components/dns-record";
import { getDefaultName, type NameSetting } from "../components/names";
import { checkTags } from "./check-tags";
import { checkSizes, checkVariables } from "./check-variables";
import { type Command, placeholderCommand, removeCommand, setCommand, setCommands } from "./commands";
import type { Problem } from "./configuration-error";
import known from "./known-values.json";
import type { SettingPath } from "./schema";
import type { CompleteSettings } from "./tiers";

/** What the rules work with. */
interface Context {
  settings: CompleteSettings;
  /** Whether all these settings are known. A rule that depends on others would report follow-up problems. */
  knows: (...paths: SettingPath[]) => boolean;
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
  [checkName, checkNames, checkHttps, checkDatabase, checkSingleInstance, checkInstances].forEach((check) => {
    check(context);
  });
  [checkScaling, checkWorkers, checkOffers, checkSubnets].forEach((check) => {
    check(context);
  });
  [checkCredentials, checkMail, checkMonitoring, checkKeyGenerations, checkGenerations].forEach((check) => {
    check(context);
  });
  problems.push(...checkVariables(settings), ...checkTags("tags", settings.tags ?? {}));
  if (context.knows("environment", "platform.plainSecrets")) {
    problems.push(...checkSizes(settings));
  }
  // A key that is not set may break a rule.
  return problems.map((problem) => ({ ...problem, isMissing: true }));
}

/** Checks the limits of the names that begin with the application name. */
function checkName({ settings: { applicationName, environment, storage }, knows, report }: Context) {
  if (!knows("name", "environment", "storage.accountNamespace")) {
    return;
  }
  // Elastic Beanstalk API reference, CreateEnvironment; the name of the worker environment ends in "-worker".
  const environmentLimit = 40 - "-worker".length;
  // S3 User Guide, "Namespaces for general purpose buckets": the name contains the account ID and the region.
  const bucketLimit = 63 - `-static-123456789012-${applicationRegion}-an`.length;
  const [max, reason] = storage?.accountNamespace
    ? [bucketLimit, "S3 limits bucket names to 63 and storage.accountNamespace adds account ID and region"]
    : [environmentLimit, "Elastic Beanstalk limits environment names to 40"];
  if (applicationName.length > max) {
    const message = `makes the application name "${applicationName}" (${applicationName.length} characters). The maximum is ${max}, because ${reason}.`;
    const expected = `a name of at most ${max - environment.length - 1} characters`;
    report("name", message, placeholderCommand("name", expected, true));
  }
  // Systems Manager API reference, PutParameter; S3 User Guide, "General purpose bucket naming rules".
  if (/^(aws|ssm|xn--|sthree-|amzn-s3-demo-)/.test(applicationName)) {
    const message = `makes the application name "${applicationName}". Systems Manager reserves names that begin with aws or ssm, and S3 those that begin with xn--, sthree- or amzn-s3-demo-.`;
    report("name", message);
  }
}

/** Checks the names that are settings: no two resources may get the same one. */
function checkNames({ settings, knows, report }: Context) {
  const { applicationName, storage = {}, web, worker } = settings;
  const compare = (path: NameSetting, name: string | undefined, otherPath: NameSetting, other?: string) => {
    const [one, two] = [
      name ?? getDefaultName(path, applicationName),
      other ?? getDefaultName(otherPath, applicationName),
    ];
    if (knows("name", "environment", path, otherPath) && one.toLowerCase() === two.toLowerCase()) {
      report(path, `is "${one}", but ${otherPath} is "${two}". Expected different names.`);
    }
  };
  const { mediaBucketName: media, staticBucketName: assets } = storage;
  compare("worker.environmentName", worker.environmentName, "web.environmentName", web.environmentName);
  compare("storage.staticBucketName", assets, "storage.mediaBucketName", media);
  if (storage.accountNamespace && (media ?? assets) !== undefined) {
    const name = media === undefined ? "storage.staticBucketName" : "storage.mediaBucketName";
    const message = `is true, but ${name} is set. Only the program's own names are in the account's namespace. Remove one of them.`;
    report("storage.accountNamespace", message, removeCommand("storage.accountNamespace"));
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
  if (domain === undefined) {
    if (hostedZone !== undefined || certificateArn !== undefined) {
      const message = `is missing, but ${hostedZone === undefined ? "certificateArn" : "hostedZone"} is set.`;
      report("domain", message);
    } else if (knows("environment") && environment !== "dev") {
      const message = `is missing. ${environment} needs HTTPS: browsers send the application's secure cookies over HTTPS only, so users cannot log in. Set domain with hostedZone, or domain with certificateArn.`;
      report("domain", message, ...setCommands("domain"), ...setCommands("hostedZone"));
    }
  } else if (hostedZone === undefined && certificateArn === undefined) {
    const message = "needs hostedZone, to create a certificate, or certificateArn, to use an existing one.";
    report("domain", message, ...setCommands("hostedZone"));
  } else if (hostedZone !== undefined) {
    if (!isInZone(domain, hostedZone)) {
      report("hostedZone", `is "${hostedZone}", but domain, "${domain}", is not in that zone.`);
    }
    // ACM User Guide, "Quotas".
    if (domain.length > 64) {
      report("domain", `has ${domain.length} characters. The maximum of an ACM certificate is 64.`);
    }
    if (/\.(local|localdomain|internal|intranet|lan|home|corp|arpa|onion)$/.test(domain)) {
      report("domain", `is "${domain}". ACM issues certificates for public host names only.`);
    }
  }
  if (hostedZone !== undefined && certificateArn !== undefined) {
    const message = "and hostedZone are both set. A certificate is created with hostedZone. Remove one.";
    report("certificateArn", message, removeCommand("certificateArn"));
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
  const { instanceClass, allocatedStorage, maxAllocatedStorage } = database;
  // The application's guide.
  if (knows("database.instanceClass") && /\.(nano|micro|small)$/.test(instanceClass)) {
    report("database.instanceClass", `is "${instanceClass}". Expected db.t3.medium or larger.`);
  }
  // RDS User Guide, "Managing capacity automatically with Amazon RDS storage autoscaling".
  const min = Math.ceil((allocatedStorage * 11) / 10);
  if (knows("database.allocatedStorage", "database.maxAllocatedStorage") && maxAllocatedStorage < min) {
    const message = `is ${maxAllocatedStorage}, but database.allocatedStorage is ${allocatedStorage}. The minimum is ${min}, 10% more.`;
    report(
      "database.maxAllocatedStorage",
      message,
      integerCommand("database.maxAllocatedStorage", min, 65536),
    );
  }
}

/** Shows how to set an integer that depends on another setting. */
function integerCommand(path: SettingPath, min: number, max: number): Command {
  return placeholderCommand(path, `an integer from ${min} to ${max}`, false);
}

function checkSingleInstance({ settings: { web, domain, certificateArn }, knows, report }: Context) {
  if (!knows("web.singleInstance") || !web.singleInstance) {
    return;
  }
  const useLoadBalancer = setCommand("web.singleInstance", false);
  if (knows("domain", "certificateArn") && (domain ?? certificateArn) !== undefined) {
    const message = "is true, but HTTPS needs a load balancer, which a single instance does not have.";
    report("web.singleInstance", message, useLoadBalancer);
  }
  const size = web.maxSize > 1 ? "maxSize" : "minSize";
  if (knows("web.minSize", "web.maxSize") && web[size] > 1) {
    const message = `is ${web[size]}, but web.singleInstance is true. Set that to false, or web.${size} to 1.`;
    report(`web.${size}`, message, useLoadBalancer);
  }
  if (knows("web.maintenance") && web.maintenance) {
    const message =
      "is true, but web.singleInstance is true. Only a load balancer can answer 503 in place of the application. Set one of them to false.";
    report("web.maintenance", message, setCommand("web.maintenance", false));
  }
  const { deploymentPolicy } = web;
  if (knows("web.deploymentPolicy") && deploymentPolicy.startsWith("Rolling")) {
    const message = `is ${deploymentPolicy}, but web.singleInstance is true. Expected AllAtOnce or Immutable.`;
    report(
      "web.deploymentPolicy",
      message,
      placeholderCommand("web.deploymentPolicy", "AllAtOnce|Immutable", false),
    );
  }
}

function checkInstances({ settings, knows, report }: Context) {
  for (const group of groups) {
    const { minSize, maxSize } = settings[group];
    if (knows(`${group}.minSize`, `${group}.maxSize`) && minSize > maxSize) {
      const message = `is ${minSize}, but ${group}.maxSize is ${maxSize}. Raise ${group}.maxSize or lower ${group}.minSize.`;
      report(`${group}.minSize`, message, integerCommand(`${group}.maxSize`, minSize, 100));
    }
    for (const key of typeLists) {
      const [arm, x86] = ["arm64", "x86_64"].map((architecture) =>
        settings[group][key]?.filter((type) => getArchitecture(type) === architecture).join(", "),
      );
      if (arm && x86) {
        const path = `${group}.${key}` as const;
        const message = `mixes arm64 (${arm}) and x86_64 (${x86}). Use types of one architecture.`;
        report(path, message, removeCommand(path), ...setCommands(path));
      }
    }
  }
}

function checkScaling({ settings: { web }, knows, report }: Context) {
  if (!knows("web.scaling", "web.scalingLow", "web.scalingHigh")) {
    return;
  }
  const { low, high } = getThresholds(web);
  const max = web.scaling === "cpu" ? 100 : 20_000_000;
  for (const [path, value, limit] of [
    ["web.scalingLow", low, max - 1],
    ["web.scalingHigh", high, max],
  ] as const) {
    if (value > limit) {
      const message = `is ${value}, but web.scaling is ${web.scaling}. Expected a percentage of at most ${limit}.`;
      report(path, message, integerCommand(path, 1, limit));
    }
  }
  if (low >= high && low < max) {
    const byDefault = (value: number | undefined) => (value === undefined ? " by default" : "");
    const message = `is ${high}${byDefault(web.scalingHigh)}, but web.scalingLow is ${low}${byDefault(web.scalingLow)}. Instances would be added and removed by turns. Raise web.scalingHigh or lower web.scalingLow.`;
    report("web.scalingHigh", message, integerCommand("web.scalingHigh", low + 1, max));
  }
}

function checkWorkers({ settings: { worker }, knows, report }: Context) {
  const { drain, maxSize, onDemandBase, spot, taskTimeLimit } = worker;
  if (knows("worker.drain", "worker.taskTimeLimit") && drain && taskTimeLimit > maxDrainedTaskTimeLimit) {
    const message = `is ${taskTimeLimit}, but worker.drain is true. Auto Scaling lets an instance finish its tasks for two hours. Expected at most ${maxDrainedTaskTimeLimit}, or set worker.drain to false: then tasks may be lost when an instance ends.`;
    const { min } = taskTimeLimitRange;
    report(
      "worker.taskTimeLimit",
      message,
      integerCommand("worker.taskTimeLimit", min, maxDrainedTaskTimeLimit),
    );
  }
  if (knows("worker.spot", "worker.onDemandBase", "worker.maxSize") && spot && onDemandBase > maxSize) {
    const message = `is ${onDemandBase}, but worker.maxSize is ${maxSize}. Raise worker.maxSize or lower worker.onDemandBase.`;
    report("worker.onDemandBase", message, integerCommand("worker.onDemandBase", 0, maxSize));
  }
}

function checkSubnets({ settings: { network = {}, web }, knows, report }: Context) {
  const { vpcId, instanceSubnetIds, loadBalancerSubnetIds } = network;
  const missing = (["databaseSubnetIds", "instanceSubnetIds"] as const).find((key) => !network[key]);
  if (knows("network.databaseSubnetIds", "network.instanceSubnetIds") && vpcId !== undefined && missing) {
    const message = "needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.";
    report("network.vpcId", message, ...setCommands(`network.${missing}`));
  }
  const knowsLoadBalancer = knows("network.loadBalancerSubnetIds", "web.singleInstance");
  // Without subnets of its own the load balancer is in those of the instances.
  const publicSubnets = loadBalancerSubnetIds === undefined ? "instanceSubnetIds" : "loadBalancerSubnetIds";
  for (const key of ["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const) {
    if (knows("network.vpcId") && network[key] !== undefined && vpcId === undefined) {
      const message = "is set, but network.vpcId is missing. Set it to the VPC of these subnets.";
      report(`network.${key}`, message, ...setCommands("network.vpcId"));
    }
    const hasLoadBalancer = knowsLoadBalancer && !web.singleInstance && key === publicSubnets;
    // RDS and Application Load Balancers need two availability zones.
    if ((key === "databaseSubnetIds" || hasLoadBalancer) && network[key]?.length === 1) {
      const message = "has one subnet. Expected at least two, in different availability zones.";
      report(`network.${key}`, message, ...setCommands(`network.${key}[1]`));
    }
  }
  if (network.associatePublicIpAddress !== false || !knows("network.instanceSubnetIds")) {
    return;
  }
  if (instanceSubnetIds === undefined) {
    const message =
      "is false, but the instances are in the public subnets of the default VPC, where they need public addresses to reach the internet. Set network.instanceSubnetIds to private subnets with a NAT gateway.";
    report("network.associatePublicIpAddress", message, ...setCommands("network.instanceSubnetIds"));
  } else if (knowsLoadBalancer && !web.singleInstance && loadBalancerSubnetIds === undefined) {
    const message =
      "is missing. The subnets of the instances are private, and the load balancer needs public subnets.";
    report("network.loadBalancerSubnetIds", message);
  }
}

function checkCredentials({ settings, knows, report }: Context) {
  for (const [user, password, alternative] of [
    ["smtpUser", "smtpPassword", "send mail through SES"],
    ["sqlUser", "sqlPassword", "connect as the master user"],
  ] as const) {
    const [missing, set] = settings[user] === undefined ? [user, password] : [password, user];
    if (knows(user, password) && settings[missing] === undefined && settings[set] !== undefined) {
      report(missing, `is missing, but ${set} is set. Set both, or remove ${set} to ${alternative}.`);
    }
  }
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

function checkKeyGenerations({ settings, knows, report }: Context) {
  for (const group of ["mail", "serviceAccount"] as const) {
    const { keyGeneration, previousKeyGeneration: previous } = settings[group];
    const path = `${group}.previousKeyGeneration`;
    if (knows(`${group}.keyGeneration`) && previous !== undefined && previous !== keyGeneration - 1) {
      const [expected, command] =
        keyGeneration === 1
          ? ["Remove it, there is no previous key.", removeCommand(path)]
          : [`Expected ${keyGeneration - 1}.`, setCommand(path, keyGeneration - 1)];
      report(path, `is ${previous}, but ${group}.keyGeneration is ${keyGeneration}. ${expected}`, command);
    }
  }
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
  const source = `known in ${known.region} (${known.date}). See ${list} for all, and add a newer one there.`;
  if (knows("database.instanceClass") && !isOffered(instanceClass.slice(3), known.databaseClasses)) {
    report("database.instanceClass", `is "${instanceClass}". It is no class for PostgreSQL ${source}`);
  }
  for (const group of groups) {
    for (const key of typeLists) {
      const types = settings[group][key] ?? [];
      const unknown = types.filter((type) => !isOffered(type, known.instanceTypes));
      const path = `${group}.${key}`;
      if (unknown.length > 0) {
        const message = `contains ${unknown.join(" and ")}, no instance type ${source}`;
        report(path, message, removeCommand(path), ...setCommands(path));
      }
    }
  }
}

/** @param offers Sizes by family, several of each in one text. */
function isOffered(type: string, offers: Record<string, string>): boolean {
  const [family = "", size = ""] = type.split(".");
  return Object.entries(offers).some(
    ([families, sizes]) => families.split(" ").includes(family) && sizes.split(" ").includes(size),
  );
}
