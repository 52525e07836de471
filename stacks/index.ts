import * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";
import { keys } from "./keys";
import { SettingsError } from "./problem";
import { readConfig } from "./raw";
import { validate } from "./validate";

export { SettingsError } from "./problem";

/** A stack's settings. */
export interface Settings {
  /** The arguments of its datastore, secrets as secrets. */
  datastore: BeoDatastoreArgs;
  /** What is legal and may still surprise. */
  warnings: string[];
}

/**
 * Reads and checks the running stack's configuration, and lays it over its tier.
 *
 * @throws SettingsError that tells every mistake, before any resource is registered.
 */
export function loadSettings(): Settings {
  const raw = readConfig();
  const { settings, warnings, problems } = validate(raw);
  if (problems !== undefined) {
    throw new SettingsError(raw.stack, problems);
  }
  return { datastore: withSecrets(settings), warnings };
}

/** Marks what is secret, so that it stays so from here to the state. */
function withSecrets(settings: BeoDatastoreArgs): BeoDatastoreArgs {
  const secrets = Object.entries(settings)
    .filter(([name, value]) => keys[name]?.secret && value !== undefined)
    .map(([name, value]) => [name, secretOf(value as string | Record<string, string>)]);
  return { ...settings, ...Object.fromEntries(secrets) } as BeoDatastoreArgs;
}

function secretOf(value: string | Record<string, string>) {
  return typeof value === "string"
    ? pulumi.secret(value)
    : Object.fromEntries(Object.entries(value).map(([name, content]) => [name, pulumi.secret(content)]));
}
