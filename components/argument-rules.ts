import * as pulumi from "@pulumi/pulumi";
import { accessKeyDefaults } from "./access-key";
import { type FindClose, findOptionProblems } from "./beanstalk/custom-options";
import { getArchitecture } from "./beanstalk/instance-types";
import { platformDefaults, workerDefaults } from "./beanstalk/arguments";
import { findScheduleProblems } from "./beanstalk/scheduled-actions";
import { backupRules } from "./backup-rules";
import { costTags } from "./budget";
import { getThresholds } from "./beanstalk/web-scaling";
import type { BeoDatastoreArgs } from "./beo-datastore";
import { maxDrainedTaskTimeLimit, taskTimeLimitRange } from "./celery";
import { type ArgumentProblem, throwProblems } from "./check-arguments";
import { databaseRules } from "./database/rules";
import { databaseInstanceDefaults } from "./database/settings";
import { datastoreWebDefaults } from "./datastore-args";
import { withDefaults } from "./defaults";
import { isInZone } from "./dns-record";
import { domainName, type Format, resourceName, siteUrl } from "./formats";
import { getDefaultName, getNamespaceLimit, type NameSetting } from "./names";
import { networkRules } from "./network-rules";
import { checkSleep } from "./sleep-rules";
import { webRules } from "./web-rules";

/** The arguments of BeoDatastore as plain values. */
export type PlainArgs = pulumi.Unwrap<BeoDatastoreArgs>;

/** Adds the components' defaults that rules need. */
export function completeArguments<Args extends PlainArgs>(args: Args) {
  const { database, web, worker, platform, mail, serviceAccount, supportEmail } = args;
  return {
    ...args,
    database: withDefaults(database ?? {}, databaseInstanceDefaults),
    web: withDefaults(web ?? {}, datastoreWebDefaults),
    worker: withDefaults(worker ?? {}, workerDefaults),
    platform: withDefaults(platform ?? {}, platformDefaults),
    mail: withDefaults(mail ?? {}, { ...accessKeyDefaults, fromAddress: supportEmail }),
    serviceAccount: withDefaults(serviceAccount ?? {}, accessKeyDefaults),
  };
}

/** What fixes a problem: a value to set, described where it is not known, or an argument to remove. */
export type Fix =
  { remove: string } | { set: string; to?: string | number | boolean | undefined; expected?: string };

/** What the rules between arguments work with. */
export interface Context {
  settings: ReturnType<typeof completeArguments>;
  /** Whether the values of all these arguments are known. */
  knows: (...paths: string[]) => boolean;
  /** Whether none of these arguments was refused: enough for rules about what is set. */
  isValid: (...paths: string[]) => boolean;
  /** Reports a problem, as the rest of a sentence that begins with the path. */
  report: (path: string, message: string, ...fixes: Fix[]) => void;
  /** Finds what a misspelt word may mean. @default words that differ in upper and lower case only */
  findClose?: FindClose;
}

const groups = ["web", "worker"] as const;
const typeLists = ["instanceTypes", "previousInstanceTypes"] as const;

/** The rules between arguments. Programs with a configuration report them by its keys: stacks/check-combinations.ts. */
export const argumentRules: readonly ((context: Context) => void)[] = [
  checkNames,
  checkCertificate,
  ...databaseRules,
  checkSingleInstance,
  checkCloudFront,
  checkInstances,
  checkScaling,
  checkWorkers,
  checkOptions,
  checkSubnets,
  ...networkRules,
  checkCredentials,
  checkKeyGenerations,
  ...webRules,
  checkSchedules,
  checkSleep,
  checkBudget,
  ...backupRules,
];

const formats: Record<string, Format> = {
  applicationName: resourceName,
  appUrl: siteUrl,
  domain: domainName,
  hostedZone: domainName,
};

/**
 * Refuses arguments of BeoDatastore that break a rule, before anything is registered. Outputs are not known yet: rules about
 * their values are left to AWS.
 *
 * @throws InputPropertyError, or InputPropertiesError for several arguments.
 */
export function checkArgumentRules(args: BeoDatastoreArgs): void {
  const problems: ArgumentProblem[] = [];
  const report = (propertyPath: string, reason: string) => {
    problems.push({ propertyPath, reason });
  };
  for (const [name, { expected, pattern }] of Object.entries(formats)) {
    const value = getValue(args, name);
    if (typeof value === "string" && !pattern.test(value)) {
      report(name, `is "${value}". Expected ${expected}.`);
    }
  }
  for (const { text } of findNameProblems(args.applicationName, args.storage?.accountNamespace)) {
    report("applicationName", `is ${text}`);
  }
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- a rule asks first whether a value is known
  const settings = completeArguments(args as PlainArgs);
  const knows = (...paths: string[]) => !paths.some((path) => hasOutput(getValue(args, path)));
  for (const check of argumentRules) {
    check({ settings, knows, isValid: () => true, report });
  }
  throwProblems(problems);
}

/** Returns the value at a path such as "web.minSize". */
function getValue(args: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      args,
    );
}

function hasOutput(value: unknown): boolean {
  return (
    pulumi.Output.isInstance(value) ||
    value instanceof Promise ||
    (Array.isArray(value) && value.some((item) => hasOutput(item)))
  );
}

/** Returns what is wrong with the application's name, as the rest of a sentence that ends with the name; undefined for nothing. */
export function findNameProblems(name: string, accountNamespace = false): { text: string; max?: number }[] {
  // Elastic Beanstalk API reference, CreateEnvironment; the name of the worker environment ends in "-worker".
  const environmentLimit = 40 - "-worker".length;
  const bucketLimit = getNamespaceLimit("-static", "us-west-1");
  const [max, reason] = accountNamespace
    ? [bucketLimit, "S3 limits bucket names to 63 and storage.accountNamespace adds account ID and region"]
    : [environmentLimit, "Elastic Beanstalk limits environment names to 40"];
  const problems = [];
  if (name.length > max) {
    problems.push({
      max,
      text: `"${name}" (${name.length} characters). The maximum is ${max}, because ${reason}.`,
    });
  }
  // Systems Manager API reference, PutParameter; S3 User Guide, "General purpose bucket naming rules".
  if (/^(aws|ssm|xn--|sthree-|amzn-s3-demo-)/.test(name)) {
    problems.push({
      text: `"${name}". Systems Manager reserves names that begin with aws or ssm, and S3 those that begin with xn--, sthree- or amzn-s3-demo-.`,
    });
  }
  return problems;
}

/** Describes how to set an integer that depends on another argument. */
function integer(path: string, min: number, max: number): Fix {
  return { set: path, expected: `an integer from ${min} to ${max}` };
}

/** Checks the names that are settings: no two resources may get the same one. */
function checkNames({ settings, knows, report }: Context): void {
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
    report("storage.accountNamespace", message, { remove: "storage.accountNamespace" });
  }
}

function checkCertificate({ settings, isValid, report }: Context): void {
  const { domain, hostedZone, certificateArn, mail } = settings;
  if (!isValid("domain", "hostedZone", "certificateArn")) {
    return;
  }
  if (domain === undefined) {
    // A zone can also be for the records of mail only.
    const isZoneUsed =
      hostedZone !== undefined && mail.domain !== undefined && isInZone(mail.domain, hostedZone);
    if ((hostedZone !== undefined && !isZoneUsed) || certificateArn !== undefined) {
      const message = `is missing, but ${certificateArn === undefined ? "hostedZone" : "certificateArn"} is set.`;
      report("domain", message);
    }
  } else if (hostedZone === undefined && certificateArn === undefined) {
    const message = "needs hostedZone, to create a certificate, or certificateArn, to use an existing one.";
    report("domain", message, { set: "hostedZone" });
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
    report("certificateArn", message, { remove: "certificateArn" });
  }
}

function checkSingleInstance({
  settings: { web, domain, certificateArn },
  knows,
  isValid,
  report,
}: Context): void {
  if (!knows("web.singleInstance") || !web.singleInstance) {
    return;
  }
  const useLoadBalancer = { set: "web.singleInstance", to: false };
  if (isValid("domain", "certificateArn") && (domain ?? certificateArn) !== undefined) {
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
    report("web.maintenance", message, { set: "web.maintenance", to: false });
  }
  const { deploymentPolicy } = web;
  if (knows("web.deploymentPolicy") && deploymentPolicy.startsWith("Rolling")) {
    const message = `is ${deploymentPolicy}, but web.singleInstance is true. Expected AllAtOnce or Immutable.`;
    report("web.deploymentPolicy", message, { set: "web.deploymentPolicy", expected: "AllAtOnce|Immutable" });
  }
}

function checkCloudFront({ settings: { domain, web }, knows, report }: Context): void {
  if (knows("web.cloudFront", "web.singleInstance") && web.cloudFront && !web.singleInstance) {
    const reason =
      domain === undefined ? "web.singleInstance is false" : "domain is set, which needs a load balancer";
    const message = `is true, but ${reason}. CloudFront is in front of a single instance only: a load balancer serves HTTPS itself, with domain. Set web.cloudFront to false.`;
    report("web.cloudFront", message, { set: "web.cloudFront", to: false });
  }
  if (knows("web.cloudFront", "web.allowedCidrs") && web.cloudFront && web.allowedCidrs !== undefined) {
    const message =
      "has networks, but everyone reaches the application through CloudFront (web.cloudFront). Remove it, or set web.cloudFront to false: then the networks reach it without HTTPS.";
    report("web.allowedCidrs", message, { remove: "web.allowedCidrs" });
  }
}

function checkInstances({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const { minSize, maxSize } = settings[group];
    if (knows(`${group}.minSize`, `${group}.maxSize`) && minSize > maxSize) {
      const message = `is ${minSize}, but ${group}.maxSize is ${maxSize}. Raise ${group}.maxSize or lower ${group}.minSize.`;
      report(`${group}.minSize`, message, integer(`${group}.maxSize`, minSize, 100));
    }
    for (const key of typeLists) {
      if (!knows(`${group}.${key}`)) {
        continue;
      }
      const [arm, x86] = ["arm64", "x86_64"].map((architecture) =>
        settings[group][key]?.filter((type) => getArchitecture(type) === architecture).join(", "),
      );
      if (arm && x86) {
        const path = `${group}.${key}` as const;
        const message = `mixes arm64 (${arm}) and x86_64 (${x86}). Use types of one architecture.`;
        report(path, message, { remove: path }, { set: path });
      }
    }
  }
}

function checkScaling({ settings: { web }, knows, report }: Context): void {
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
      report(path, message, integer(path, 1, limit));
    }
  }
  if (low >= high && low < max) {
    const byDefault = (value: number | undefined) => (value === undefined ? " by default" : "");
    const message = `is ${high}${byDefault(web.scalingHigh)}, but web.scalingLow is ${low}${byDefault(web.scalingLow)}. Instances would be added and removed by turns. Raise web.scalingHigh or lower web.scalingLow.`;
    report("web.scalingHigh", message, integer("web.scalingHigh", low + 1, max));
  }
}

function checkWorkers({ settings: { worker }, knows, report }: Context): void {
  const { drain, maxSize, onDemandBase, spot, taskTimeLimit } = worker;
  if (knows("worker.drain", "worker.taskTimeLimit") && drain && taskTimeLimit > maxDrainedTaskTimeLimit) {
    const message = `is ${taskTimeLimit}, but worker.drain is true. Auto Scaling lets an instance finish its tasks for two hours. Expected at most ${maxDrainedTaskTimeLimit}, or set worker.drain to false: then tasks may be lost when an instance ends.`;
    const { min } = taskTimeLimitRange;
    report("worker.taskTimeLimit", message, integer("worker.taskTimeLimit", min, maxDrainedTaskTimeLimit));
  }
  if (knows("worker.spot", "worker.onDemandBase", "worker.maxSize") && spot && onDemandBase > maxSize) {
    const message = `is ${onDemandBase}, but worker.maxSize is ${maxSize}. Raise worker.maxSize or lower worker.onDemandBase.`;
    report("worker.onDemandBase", message, integer("worker.onDemandBase", 0, maxSize));
  }
}

/** Checks the options of Elastic Beanstalk that have no setting. */
function checkOptions({ settings, knows, report, findClose }: Context): void {
  const { domain, platform, web, worker } = settings;
  const environments = { web, worker, platform, hasCertificate: domain !== undefined };
  for (const { path, message, fixes } of findOptionProblems(environments, knows, findClose)) {
    report(path, message, ...fixes);
  }
}

function checkSubnets({ settings: { network = {}, web }, isValid, report }: Context): void {
  const { vpcId, instanceSubnetIds, loadBalancerSubnetIds } = network;
  if (network.create) {
    return;
  }
  const missing = (["databaseSubnetIds", "instanceSubnetIds"] as const).find((key) => !network[key]);
  if (isValid("network.databaseSubnetIds", "network.instanceSubnetIds") && vpcId !== undefined && missing) {
    const message = "needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.";
    report("network.vpcId", message, { set: `network.${missing}` });
  }
  const knowsLoadBalancer = isValid("network.loadBalancerSubnetIds", "web.singleInstance");
  // Without subnets of its own the load balancer is in those of the instances.
  const publicSubnets = loadBalancerSubnetIds === undefined ? "instanceSubnetIds" : "loadBalancerSubnetIds";
  for (const key of ["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const) {
    if (isValid("network.vpcId") && network[key] !== undefined && vpcId === undefined) {
      const message = "is set, but network.vpcId is missing. Set it to the VPC of these subnets.";
      report(`network.${key}`, message, { set: "network.vpcId" });
    }
    const hasLoadBalancer = knowsLoadBalancer && !web.singleInstance && key === publicSubnets;
    // RDS and Application Load Balancers need two availability zones.
    if ((key === "databaseSubnetIds" || hasLoadBalancer) && network[key]?.length === 1) {
      const message = "has one subnet. Expected at least two, in different availability zones.";
      report(`network.${key}`, message, { set: `network.${key}[1]` });
    }
  }
  if (network.associatePublicIpAddress !== false || !isValid("network.instanceSubnetIds")) {
    return;
  }
  if (instanceSubnetIds === undefined) {
    const message =
      "is false, but the instances are in the public subnets of the default VPC, where they need public addresses to reach the internet. Set network.instanceSubnetIds to private subnets with a NAT gateway.";
    report("network.associatePublicIpAddress", message, { set: "network.instanceSubnetIds" });
  } else if (
    knowsLoadBalancer &&
    !web.singleInstance &&
    !web.internal &&
    loadBalancerSubnetIds === undefined
  ) {
    const message =
      "is missing. The subnets of the instances are private, and the load balancer needs public subnets.";
    report("network.loadBalancerSubnetIds", message);
  }
}

function checkCredentials({ settings, isValid, report }: Context): void {
  for (const [user, password, alternative] of [
    ["smtpUser", "smtpPassword", "send mail through SES"],
    ["sqlUser", "sqlPassword", "connect as the master user"],
  ] as const) {
    const [missing, set] = settings[user] === undefined ? [user, password] : [password, user];
    if (isValid(user, password) && settings[missing] === undefined && settings[set] !== undefined) {
      report(missing, `is missing, but ${set} is set. Set both, or remove ${set} to ${alternative}.`);
    }
  }
}

function checkKeyGenerations({ settings, knows, report }: Context): void {
  for (const group of ["mail", "serviceAccount"] as const) {
    const { keyGeneration, previousKeyGeneration: previous } = settings[group];
    const path = `${group}.previousKeyGeneration`;
    if (knows(`${group}.keyGeneration`) && previous !== undefined && previous !== keyGeneration - 1) {
      const [expected, fix]: [string, Fix] =
        keyGeneration === 1
          ? ["Remove it, there is no previous key.", { remove: path }]
          : [`Expected ${keyGeneration - 1}.`, { set: path, to: keyGeneration - 1 }];
      report(path, `is ${previous}, but ${group}.keyGeneration is ${keyGeneration}. ${expected}`, fix);
    }
  }
}

function checkSchedules({ settings, knows, report }: Context): void {
  for (const group of groups) {
    const path = `${group}.schedule` as const;
    const { schedule } = settings[group];
    if (schedule === undefined || !knows(path)) {
      continue;
    }
    for (const { path: member, message } of findScheduleProblems(schedule)) {
      report(path + member, message, { remove: path + member.replace(/\..*/, "") });
    }
    if (group === "web" && knows("web.singleInstance") && settings.web.singleInstance) {
      const message =
        "is set, but web.singleInstance is true. The environment always has one instance. Remove it, or set web.singleInstance to false.";
      report(path, message, { remove: path });
    }
  }
}

function checkBudget({ settings, knows, isValid, report }: Context): void {
  const { budget, tags } = settings;
  if (budget === undefined) {
    return;
  }
  const emails = [
    ...(settings.alarmEmail === undefined ? [] : [settings.alarmEmail]),
    ...(settings.monitoring?.emails ?? []),
  ];
  if (isValid("alarmEmail", "monitoring.emails") && emails.length === 0) {
    report("budget", "is set, but its reports reach no operator. Set alarmEmail.", { set: "alarmEmail" });
  }
  // AWS Budgets: the maximum of addresses of a notification.
  if (isValid("alarmEmail", "monitoring.emails") && emails.length > 10) {
    const message = `has ${emails.length - 10} addresses too many: with budget, alarmEmail and monitoring.emails may have 10.`;
    report("monitoring.emails", message, { remove: "monitoring.emails" });
  }
  const missing = costTags.filter((name) => tags?.[name] === undefined);
  if (knows("tags") && missing.length > 0) {
    const message = `lacks ${missing.join(" and ")}, by which the budget knows the stack's costs. Set both.`;
    report("tags", message, ...missing.map((name) => ({ set: `tags.${name}` })));
  }
}
