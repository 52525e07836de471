import * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";
import { KeyChecks } from "./check-values";
import { type RawConfiguration, readConfiguration } from "./configuration";
import { checkLostDatabase, getSnapshotWarning, lacksFinalSnapshot } from "./check-account";
import { getServingBranch, getSuffix } from "../components/beanstalk/generations";
import { checkDeployment } from "./check-deployment";
import { getWindowWarnings } from "./chosen-windows";
import { type Deployment, readDeployment } from "./deployment";
import { ConfigurationError } from "./configuration-error";
import { getDefaultKey } from "./database-key";
import { getRestartWarning } from "./check-parameters";
import { checkRules } from "./check-combinations";
import { isInZone } from "../components/dns-record";
import { commandLine, setCommand } from "./commands";
import { checkRemovedActions, describeSuspendedActions, getSuspendedActions } from "./removed-actions";
import { findEnds, getMajor, nodeVersion, toBranch } from "./calendar";
import { getSetting } from "./schema";
import { applyTier, type CompleteSettings, type Settings, withDefaults } from "./tiers";
import { findPlaceholders, formatPlaceholders, getWarnings } from "./warnings";

export { ConfigurationError } from "./configuration-error";

/**
 * Reads and checks the running stack's configuration, and applies it over its tier.
 *
 * @throws ConfigurationError with every mistake, before any resource is registered.
 */
export async function loadSettings(
  today = new Date(),
): Promise<{ datastore: BeoDatastoreArgs; warnings: string[] }> {
  const raw = readConfiguration();
  const { settings, complete, ignored, ignoreSnapshot, warnings, problems } = checkConfiguration(raw);
  const deployment = await readDeployment(complete, {
    asksAws: raw.hasEngine && problems.length === 0,
    ignored,
    provider: raw.otherKeys,
  });
  problems.push(
    ...checkDeployment(complete, deployment, ignored, raw.stack),
    ...checkRemovedActions(complete, deployment, ignored, raw.region, raw.stack),
    ...checkLostDatabase(complete, deployment, ignoreSnapshot, raw.stack),
  );
  if (problems.length > 0) {
    throw new ConfigurationError(raw.stack, problems);
  }
  // The name of a deployed stack is settled.
  const isDeployed = deployment.resources.length > 0;
  const leavesDmarc = leavesDmarcRecord(settings, deployment);
  const { kmsKey = getDefaultKey(complete, deployment), ...database } = settings.database;
  return {
    datastore: {
      ...markSecrets({
        ...settings,
        ...addSuspendedActions(settings, complete, deployment),
        database: { ...database, ...(kmsKey !== undefined && { kmsKey }) },
        ...(leavesDmarc && { mail: { ...settings.mail, dmarcPolicy: "off" } }),
      }),
      instructions: { pulumiCommand: "npx pulumi", beoCommand: "npx beo", documents: "docs" },
      renewFinalSnapshot: settings.protect && lacksFinalSnapshot(deployment),
    },
    warnings: [
      ...warnings.filter((warning) => !(isDeployed && warning.startsWith("name is not set"))),
      ...(leavesDmarc ? [describeDmarc(raw.stack)] : []),
      ...describeSuspendedActions(complete, deployment, raw.region, raw.stack),
      ...getWindowWarnings(complete, deployment, ignored, raw.stack),
      ...[
        getRestartWarning(complete, deployment),
        getSnapshotWarning(complete, deployment, raw.stack),
      ].filter((warning) => warning !== undefined),
      ...findEnds(
        { ...getUsed(complete, deployment), ...(raw.hasEngine && { node: nodeVersion }) },
        today,
      ).map(({ text }) => text),
    ],
  };
}

/** Returns the environments' settings with the scheduled actions that are deployed and no longer configured. */
function addSuspendedActions(
  settings: Settings,
  complete: CompleteSettings,
  deployment: Deployment,
): Partial<Settings> {
  const add = <T extends "web" | "worker">(group: T) => {
    const suspended = getSuspendedActions(complete, deployment, group);
    const { schedule = [], ...rest } = settings[group];
    return suspended.length === 0 ? {} : { [group]: { ...rest, schedule: [...schedule, ...suspended] } };
  };
  return { ...(!complete.web.singleInstance && add("web")), ...add("worker") };
}

/**
 * Whether a DMARC record of others may be in the zone: the stack was deployed without one, and its configuration does not
 * mention it.
 */
function leavesDmarcRecord({ mail, hostedZone, smtpUser }: Settings, { resources }: Deployment): boolean {
  return (
    // One of the last resources of a first deployment.
    resources.some(({ name }) => name === "beo-mon-dashboard") &&
    smtpUser === undefined &&
    mail?.domain !== undefined &&
    isInZone(mail.domain, hostedZone) &&
    mail.dmarcPolicy === undefined &&
    !resources.some(({ name }) => name === "beo-mail-dmarc-txt")
  );
}

function describeDmarc(stack: string): string {
  const set = (policy: string) => `    ${commandLine([setCommand("mail.dmarcPolicy", policy)], stack)}`;
  return `mail.dmarcPolicy is not set. The stack was deployed without a DMARC record, and its domain may have one of yours, so none is published. To publish one, or to keep it so:\n${set("none")}\n${set("off")}`;
}

/** What the stack uses: the deployed versions, which the program does not change by itself, or the configured ones. */
function getUsed({ database, platform }: CompleteSettings, { resources }: Deployment) {
  const read = (resource: string, output: string) => {
    const value = resources.find(({ name }) => name === resource)?.outputs[output];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const suffix = getSuffix(platform.servingGeneration ?? platform.generation);
  const deployedPlatform = read(`beo-eb-web${suffix}`, "solutionStackName");
  return {
    postgres: getMajor(read("beo-db-instance", "engineVersionActual") ?? database.engineVersion),
    platform: deployedPlatform === undefined ? getServingBranch(platform) : toBranch(deployedPlatform),
    certificateAuthority: read("beo-db-instance", "caCertIdentifier"),
  };
}

/** Checks a stack's configuration by itself. Pure. With problems the settings are incomplete. */
export function checkConfiguration(raw: RawConfiguration) {
  const { values, environment, unknown, problems: keyProblems } = new KeyChecks(raw);
  // Where the tier is not known, the rules skip everything that a tier decides.
  const settings = applyTier(values, environment ?? "prod");
  const complete = withDefaults(settings);
  const { allowReplacement = [], ignoreSnapshot } = values;
  const ignored = new Set([...unknown, ...allowReplacement]);
  const placeholders = findPlaceholders(values, environment === "dev");
  const problems = [
    ...keyProblems,
    ...checkRules(complete, raw.region, unknown),
    ...(raw.hasEngine ? placeholders : []),
  ];
  if (problems.length > 0) {
    return { settings, complete, ignored, ignoreSnapshot, problems, warnings: [] };
  }
  const note = placeholders.length > 0 && !raw.hasEngine ? [formatPlaceholders(placeholders, raw.stack)] : [];
  return {
    settings,
    complete,
    ignored,
    ignoreSnapshot,
    problems,
    warnings: [...getWarnings(values, complete, raw.stack), ...note],
  };
}

/** Marks the secrets, so that Pulumi encrypts them in the state and masks them in its output. */
function markSecrets(settings: Settings): BeoDatastoreArgs {
  const secrets = Object.entries(settings)
    .filter(([name]) => getSetting(name)?.secret)
    // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the schema has no other secrets
    .map(([name, value]) => [name, toSecret(value as string | Record<string, string>)]);
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- only wraps values in outputs
  return { ...settings, ...Object.fromEntries(secrets) } as BeoDatastoreArgs;
}

function toSecret(value: string | Record<string, string>) {
  return typeof value === "string"
    ? pulumi.secret(value)
    : Object.fromEntries(Object.entries(value).map(([name, content]) => [name, pulumi.secret(content)]));
}
