import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { keys } from "../stacks/keys";

/** A stack as its files describe it. */
export interface StackFile {
  project: string;
  stack: string;
  /** The configuration as the engine hands it over: full keys, texts. */
  config: Record<string, string>;
  /** The keys that are encrypted, wholly or in part. */
  secretKeys: string[];
}

interface ProjectFile {
  name: string;
  config?: Record<string, { default?: unknown; value?: unknown }>;
}

/** The stacks that have a file, dev first and prod last. */
export function stackNames(root: string): string[] {
  const order = ["dev", "staging", "prod"];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Reads a stack's file over the project's defaults. */
export function readStack(root: string, stack: string): StackFile {
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const path = join(root, `Pulumi.${stack}.yaml`);
  // An empty file is null.
  const file = (existsSync(path) ? parse(readFileSync(path, "utf8")) : null) as {
    config?: Record<string, unknown>;
  } | null;
  // A key of another namespace has a value for all stacks, and one of ours a default.
  const defaults = Object.entries(project.config ?? {}).flatMap(
    ([key, { default: fallback, value = fallback }]) => (value === undefined ? [] : [[key, value] as const]),
  );
  const given = [...defaults, ...Object.entries(file?.config ?? {})].map(
    ([key, value]) => [key.includes(":") ? key : `${project.name}:${key}`, value] as const,
  );
  return {
    project: project.name,
    stack,
    config: Object.fromEntries(given.map(([key, value]) => [key, textOf(key, value)])),
    secretKeys: given.filter(([key, value]) => isSecret(key, value)).map(([key]) => key),
  };
}

function textOf(key: string, value: unknown): string {
  const shown = revealed(key, value);
  return typeof shown === "string" ? shown : JSON.stringify(shown);
}

/** Encrypted values cannot be read without the passphrase: something legal stands for each, different for each key. */
function revealed(key: string, value: unknown): unknown {
  if (isEncrypted(value)) {
    const isMap = keys[key.replace(/^.*:/, "")]?.form.type === "object";
    return isMap ? {} : createHash("sha256").update(key).digest("hex").slice(0, 40);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([part, content]) => [part, revealed(`${key}.${part}`, content)]),
    );
  }
  return value;
}

/** The engine takes a key for secret as soon as any of it is encrypted. Of our secret keys all of it has to be. */
function isSecret(key: string, value: unknown): boolean {
  const wholly = keys[key.replace(/^.*:/, "")]?.secret === true;
  return hasSecret(value) && !(wholly && hasPlain(value));
}

function hasPlain(value: unknown): boolean {
  return typeof value === "object" && value !== null
    ? !isEncrypted(value) && Object.values(value).some(hasPlain)
    : true;
}

function hasSecret(value: unknown): boolean {
  return (
    isEncrypted(value) ||
    (typeof value === "object" &&
      value !== null &&
      Object.values(value).some((content) => hasSecret(content)))
  );
}

function isEncrypted(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).join() === "secure";
}
