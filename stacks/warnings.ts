import { maxCommandTimeout } from "../components/beanstalk/options";
import type { ScheduledActionArgs } from "../components";
import { hasStarted } from "../components/beanstalk/scheduled-actions";
import { isInZone } from "../components/dns-record";
import { overlap, parseDaily, parseUpdateWindow } from "../components/database/windows";
import { getStopTimeout } from "../components/celery";
import { type Command, commandLine, removeCommand, setCommands } from "./commands";
import type { Problem } from "./configuration-error";
import type { Configuration } from "./schema";
import { type CompleteSettings, tiers } from "./tiers";

const groups = ["web", "worker"] as const;
/** Without these keys RDS would replace the database, and Pulumi would delete environments. */
const keysToKeep = ["database.storageEncrypted", "platform.previousBranch"];

const ofOwnNetwork = ["cidr", "zones", "nat", "interfaceEndpoints", "flowLogDays", "egressPorts"] as const;

/** Warns of what is configured and can be changed, with consequences that an operator may not expect. */
export function getWarnings(
  {
    allowReplacement = [],
    backup = {},
    database = {},
    mail = {},
    monitoring = {},
    network = {},
    platform = {},
    web = {},
    worker: ownWorker = {},
  }: Partial<Configuration>,
  { appUrl, applicationName, domain, environment, hostedZone, smtpUser, ...settings }: CompleteSettings,
  stack: string,
): string[] {
  const { worker } = settings;
  const additionalGroups = database.additionalSecurityGroupIds ?? [];
  const { minSize = 1 } = tiers[environment].web;
  const { healthCheckMatcher: matcher = "400" } = web;
  const matches400 = matcher
    .split(",")
    .some((codes) => codes.slice(0, 3) <= "400" && codes.slice(-3) >= "400");
  const scaling = (["scaling", "scalingLow", "scalingHigh"] as const).map((key): [string, boolean] => [
    `web.${key} has no effect, because the web environment has a single instance (web.singleInstance).`,
    settings.web.singleInstance && web[key] !== undefined,
  ]);
  const balanced = [
    ...(["idleTimeout", "tlsPolicy", "healthCheckInterval", "healthCheckTimeout"] as const),
    ...(["healthyThreshold", "unhealthyThreshold"] as const),
  ].map((key): [string, boolean] => [
    `web.${key} has no effect, because the web environment has no load balancer (web.singleInstance).`,
    settings.web.singleInstance && web[key] !== undefined,
  ]);
  const batches = groups.flatMap((group) =>
    (["deploymentBatchSize", "deploymentBatchSizeType"] as const).map((key): [string, boolean] => [
      `${group}.${key} has no effect, because ${group}.deploymentPolicy is ${settings[group].deploymentPolicy}, which has no batches.`,
      !settings[group].deploymentPolicy.startsWith("Rolling") &&
        { web, worker: ownWorker }[group][key] !== undefined,
    ]),
  );
  const ownNetwork = ofOwnNetwork.map((key): [string, boolean] => [
    `network.${key} has no effect, because network.create is not true.`,
    !network.create && network[key] !== undefined,
  ]);
  const { region: backupRegion = "none", vaultLock } = settings.backup ?? {};
  const vaultDays = (["dailyDays", "monthlyDays"] as const).map((key): [string, boolean] => [
    `backup.${key} has no effect, because backup.vaultLock is not set.`,
    backup[key] !== undefined && vaultLock === undefined,
  ]);
  /** Every warning, which begins with its key, and whether it applies. */
  const warnings: Record<string, boolean | undefined> = {
    [`name is not set, so the application name of stack ${stack} is ${applicationName}, like that of stack ${environment}. Set it if both are in one account.`]:
      stack !== environment && applicationName === `beo-datastore-${environment}`,
    [`appUrl has the same host name as domain, ${domain ?? ""}, which points to the application. Set appUrl to the front end's own host name.`]:
      domain === new URL(appUrl).hostname,
    "domain is not set, so the application is served over plain HTTP. Browsers do not send its secure cookies over HTTP, so users cannot log in. Set it with hostedZone or certificateArn, or let CloudFront serve a single instance (web.cloudFront).":
      domain === undefined && !settings.web.cloudFront,
    [`web.minSize is 1, but ${minSize} in the ${environment} tier. While the only instance fails, the application is unavailable.`]:
      web.minSize === 1 && minSize > 1,
    [`web.healthCheckMatcher is ${matcher}. Health checks have an IP address as Host, which the application answers with 400, except on /health of npx beo overlay. Without 400 no instance becomes healthy.`]:
      !matches400 && web.healthCheckPath !== "/health",
    "database.storageEncrypted is false. The database, its backups and its snapshots are not encrypted at rest. See docs/adopting.md to encrypt them.":
      database.storageEncrypted === false,
    [`database.backupWindow is ${database.backupWindow ?? ""}, but platform.updateWindow is ${settings.platform.updateWindow}, which lasts two hours. The backup of that day does not have what an update changes after it.`]:
      overlap(parseDaily(database.backupWindow ?? ""), parseUpdateWindow(settings.platform.updateWindow)),
    [`database.additionalSecurityGroupIds is set. ${additionalGroups.join(", ")} may give others access to the database. Remove it once both environments use their new security groups.`]:
      additionalGroups.length > 0,
    "web.dnsRecord has no effect, because hostedZone is not set.":
      web.dnsRecord === false && hostedZone === undefined,
    ...Object.fromEntries([...scaling, ...balanced, ...batches, ...ownNetwork, ...vaultDays]),
    "backup.retentionDays has no effect, because backup.region is none.":
      backup.retentionDays !== undefined && backupRegion === "none",
    "backup.vaultLock is compliance. Seven days after the first update with it, the lock can never be removed, by you or by AWS, and what is in the vaults costs until its end.":
      vaultLock === "compliance",
    "mail.dmarcPolicy has no effect, because hostedZone does not contain mail.domain.":
      mail.dmarcPolicy !== undefined && (mail.domain === undefined || !isInZone(mail.domain, hostedZone)),
    "monitoring.healthCheck has no effect, because domain is not set.":
      monitoring.healthCheck === true && domain === undefined,
    "monitoring.topicArns is set: alarmEmail and monitoring.emails are not subscribed to these topics.":
      monitoring.topicArns !== undefined && (settings.alarmEmail ?? monitoring.emails) !== undefined,
    "alarmEmail is not set, so alarms reach no operator.":
      environment === "prod" &&
      (settings.alarmEmail ?? monitoring.emails ?? monitoring.topicArns) === undefined,
    [`web.maintenance is true. Requests are answered with 503${web.maintenanceCidrs === undefined ? "" : `, except those from ${web.maintenanceCidrs.join(", ")}`}, and the workers take no tasks. Remove it, and run npx pulumi up -s ${stack}, to end the maintenance.`]:
      web.maintenance,
    "mail.region has no effect, because mail is sent through the provider of smtpUser.":
      mail.region !== undefined && smtpUser !== undefined,
    "mail.keyGeneration has no effect, because smtpUser and smtpPassword are set. To rotate them, see docs/rotation.md.":
      mail.keyGeneration !== undefined && smtpUser !== undefined,
    [`allowReplacement is set. Changes of ${allowReplacement.join(", ")} may replace resources and delete their data. Remove it after the update.`]:
      allowReplacement.length > 0,
    [`worker.spot has no effect, because worker.onDemandBase is ${worker.onDemandBase} and worker.maxSize ${worker.maxSize}.`]:
      worker.spot && worker.onDemandBase === worker.maxSize,
    "worker.onDemandBase has no effect, because worker.spot is not set.":
      !worker.spot && ownWorker.onDemandBase !== undefined,
    "worker.spot is true, but worker.drain is false. Tasks that run when EC2 interrupts a Spot Instance are lost. Set worker.drain to true, or remove worker.spot.":
      worker.spot && !worker.drain && worker.onDemandBase < worker.maxSize,
    "worker.spot is true, but worker.instanceTypes has one type. Set more types of one size, so that EC2 interrupts fewer instances.":
      worker.spot && worker.onDemandBase < worker.maxSize && worker.instanceTypes.length === 1,
    [`worker.taskTimeLimit is ${worker.taskTimeLimit}. Elastic Beanstalk waits ${maxCommandTimeout} seconds for a deployment on an instance, so that it fails while a longer task runs. Deploy while no task runs.`]:
      getStopTimeout(worker.taskTimeLimit) > maxCommandTimeout,
    [`platform.previousBranch is set: the environments of two generations run, and cost twice as much. The next step: npx beo platform ${stack}`]:
      platform.previousBranch !== undefined,
    ...Object.fromEntries(
      groups.map((group): [string, boolean] => [
        `${group}.previousInstanceTypes has no effect, because platform.previousBranch is not set.`,
        { web, worker: ownWorker }[group].previousInstanceTypes !== undefined &&
          platform.previousBranch === undefined,
      ]),
    ),
    ...Object.fromEntries(
      groups.map((group): [string, boolean] => [
        `${group}.schedule sets maxSize 0, and no action sets it back: the ${group} environment would stay without instances. Add an action with its sizes.`,
        staysAtZero(settings[group].schedule),
      ]),
    ),
    ...Object.fromEntries(groups.flatMap((group) => getPastStarts(group, settings[group].schedule))),
    ...Object.fromEntries(
      groups.map((group): [string, boolean] => [
        `${group}.deploymentBatchSize is all instances at once, although ${group}.deploymentPolicy is Rolling: the ${group} environment has none while they are deployed to. Expected fewer.`,
        replacesAll(settings[group]),
      ]),
    ),
    "platform.plainSecrets is true. Everyone who can view the environments in Elastic Beanstalk can read all secrets.":
      platform.plainSecrets,
    "platform.update is true. Every update moves the environments to the newest platform version. Remove it afterwards.":
      platform.update,
  };
  return Object.keys(warnings)
    .filter((text) => warnings[text])
    .map((text) => {
      const [key = ""] = /^[\w.[\]]+/.exec(text) ?? [];
      const fix = key.includes(".") || key === "allowReplacement" ? [removeCommand(key)] : setCommands(key);
      return keysToKeep.includes(key) ? text : text + formatFix(fix, stack);
    });
}

/** Whether actions end all instances for good. One that runs once does not set back one that recurs. */
function staysAtZero(actions: readonly ScheduledActionArgs[] = []): boolean {
  const active = actions.filter(({ suspended }) => !suspended);
  const recurs = active.some(({ maxSize, recurrence }) => maxSize === 0 && recurrence !== undefined);
  const setsBack = active.some(
    ({ maxSize, recurrence }) => maxSize > 0 && (recurrence !== undefined || !recurs),
  );
  return active.some(({ maxSize }) => maxSize === 0) && !setsBack;
}

/** A deployed action may stay after its start; only a new one fails. */
function getPastStarts(
  group: string,
  actions: readonly ScheduledActionArgs[] = [],
): [text: string, applies: boolean][] {
  return actions.map((action, index) => {
    const path = `${group}.schedule[${index}]`;
    const [key, verb] =
      action.recurrence === undefined ? [path, "has run"] : [`${path}.startTime`, "has begun"];
    const text = `${key} ${verb} at ${action.startTime ?? ""}. AWS refuses a time in the past in a new action. Remove it.`;
    return [text, !action.suspended && hasStarted(action)];
  });
}

/** Whether a rolling deployment has a single batch, of several instances. */
function replacesAll(capacity: CompleteSettings["web" | "worker"]): boolean {
  const { deploymentPolicy, deploymentBatchSize: size, deploymentBatchSizeType: type, maxSize } = capacity;
  return deploymentPolicy === "Rolling" && maxSize > 1 && size === (type === "Fixed" ? maxSize : 100);
}

/** A line that fits a terminal: what to fill in is not described. */
function formatFix(commands: readonly Command[], stack: string): string {
  const short = commands.map(({ value, ...command }) => ({
    ...command,
    value: typeof value === "object" ? { placeholder: "value" } : value,
  }));
  return `\n    ${commandLine(short, stack)}`;
}

/** Reports the host names that are reserved for examples (RFC 2606), such as those of a fresh clone. */
export function findPlaceholders(
  { mail = {}, ...settings }: Partial<Configuration>,
  isDev: boolean,
): Problem[] {
  const { appUrl, supportEmail, alarmEmail, domain, hostedZone } = settings;
  const [email] = settings.monitoring?.emails ?? [];
  const values = { appUrl, supportEmail, domain, hostedZone, "mail.domain": mail.domain, alarmEmail };
  const more = { "mail.fromAddress": mail.fromAddress, "monitoring.emails[0]": email };
  return Object.entries({ ...values, ...more }).flatMap(([key, value = ""]) => {
    const host = value.replace(/^.*(@|:\/\/)|:\d+$/g, "");
    // A front end on the developer's computer; a rule rejects localhost in other tiers.
    const isLocal = key === "appUrl" && (host === "localhost" || (isDev && host.endsWith(".test")));
    const isReserved = /(^|\.)(example(\.(com|net|org|edu))?|invalid|test|localhost)$/.test(host);
    const message = `is "${value}", a placeholder. ${host} is reserved for examples.`;
    return isReserved && !isLocal ? [{ key, message, commands: setCommands(key) }] : [];
  });
}

/** Lists the placeholders for the offline plan, which works with them. */
export function formatPlaceholders(problems: readonly Problem[], stack: string): string {
  const keys = problems.map(({ key }) => key).join(", ");
  const fixes = problems.map(({ commands }) => formatFix(commands, stack)).join("");
  return `placeholders: set ${keys} before deployment. They have example values.${fixes}`;
}
