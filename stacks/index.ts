import * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";
import { KeyChecks } from "./check";
import { type RawConfiguration, readConfiguration } from "./configuration";
import { checkDeployment, readDeployment } from "./deployment";
import { ConfigurationError } from "./error";
import { checkRules } from "./rules";
import { getSetting } from "./schema";
import { applyTier, type Settings, withDefaults } from "./tiers";
import { getWarnings } from "./warnings";

export { ConfigurationError } from "./error";

/**
 * Reads and checks the running stack's configuration, and applies it over its tier.
 *
 * @throws ConfigurationError with every mistake, before any resource is registered.
 */
export async function loadSettings(): Promise<{ datastore: BeoDatastoreArgs; warnings: string[] }> {
  const raw = readConfiguration();
  const { settings, complete, ignored, warnings, problems } = checkConfiguration(raw);
  problems.push(...checkDeployment(complete, await readDeployment(complete), ignored));
  if (problems.length > 0) {
    throw new ConfigurationError(raw.stack, problems);
  }
  return { datastore: markSecrets(settings), warnings };
}

/** Checks a stack's configuration by itself. Pure. With problems the settings are incomplete. */
export function checkConfiguration(raw: RawConfiguration) {
  const keys = new KeyChecks(raw);
  // Where the tier is not known, the rules skip everything that a tier decides.
  const settings = applyTier(keys.values, keys.environment ?? "prod");
  const complete = withDefaults(settings);
  const problems = [...keys.problems, ...checkRules(complete, raw.region, keys.unknown)];
  const { allowReplacement = [] } = keys.values;
  const warnings = problems.length > 0 ? [] : getWarnings(complete, raw.stack);
  if (allowReplacement.length > 0) {
    warnings.push(
      `allowReplacement is set. Changes of ${allowReplacement.join(", ")} may replace resources and delete their data. Remove it after the update: npx pulumi config rm allowReplacement --stack ${raw.stack}`,
    );
  }
  return { settings, complete, ignored: new Set([...keys.unknown, ...allowReplacement]), problems, warnings };
}

/** Marks the secrets, so that Pulumi encrypts them in the state and masks them in its output. */
function markSecrets(settings: Settings): BeoDatastoreArgs {
  const secrets = Object.entries(settings)
    .filter(([name]) => getSetting(name)?.secret)
    .map(([name, value]) => [name, toSecret(value as string | Record<string, string>)]);
  return { ...settings, ...Object.fromEntries(secrets) } as BeoDatastoreArgs;
}

function toSecret(value: string | Record<string, string>) {
  return typeof value === "string"
    ? pulumi.secret(value)
    : Object.fromEntries(Object.entries(value).map(([name, content]) => [name, pulumi.secret(content)]));
}
