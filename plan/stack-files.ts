import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { memberPath } from "../stacks/commands";
import { getSetting } from "../stacks/schema";
import { isRecord } from "../stacks/validators";
import { hasPart, isEncrypted } from "./encrypted-values";
import { parseStackFile, type StackFileContent, StackFileError } from "./parse-stack-file";

/** A stack as its files configure it. */
export interface StackFile {
  project: string;
  stack: string;
  /** The configuration as the engine passes it: qualified keys, string values. */
  config: Record<string, string>;
  /** The keys with an encrypted value or an encrypted part, and the paths of such parts. */
  secretKeys: string[];
  /** Whether Pulumi ESC adds values (`environment`), which only the engine gets. */
  usesEsc?: boolean;
}

interface ProjectFile {
  name: string;
  config?: Record<string, { default?: unknown; value?: unknown }>;
}

/** The stacks that have a Pulumi.<stack>.yaml: dev, staging and prod first, then the others by name. */
export function stackNames(root: string): string[] {
  const order = ["dev", "staging", "prod"];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return readdirSync(root)
    .flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/**
 * Reads a stack's file on top of the defaults in Pulumi.yaml.
 *
 * @throws StackFileError if the file is not a valid stack file.
 */
export function readStack(root: string, stack: string): StackFile {
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const name = `Pulumi.${stack}.yaml`;
  const path = join(root, name);
  const file = existsSync(path) ? parseStackFile(name, readStackFile(name, path)) : ({} as StackFileContent);
  // Keys of other namespaces have a `value` for all stacks, keys of this project a `default`.
  const defaults = Object.entries(project.config ?? {}).flatMap(
    ([key, { default: fallback, value = fallback }]) => (value === undefined ? [] : [[key, value] as const]),
  );
  const entries = [...defaults, ...Object.entries(file.config ?? {})].map(
    ([key, value]) => [key.includes(":") ? key : `${project.name}:${key}`, value] as const,
  );
  const twice = Object.keys(file.config ?? {}).filter(
    (key) => `${project.name}:${key}` in (file.config ?? {}),
  );
  if (twice.length > 0) {
    throw new StackFileError(
      twice.map(
        (key) =>
          `Pulumi.${stack}.yaml: ${key} and ${project.name}:${key} are the same key. Remove one of them.`,
      ),
    );
  }
  return {
    project: project.name,
    stack,
    usesEsc: Boolean(file.environment),
    config: Object.fromEntries(entries.map(([key, value]) => [key, formatValue(key, value)])),
    secretKeys: entries.flatMap(([key, value]) => [
      ...(isSecret(key, value) ? [key] : []),
      ...(isRecord(value) && !isEncrypted(value)
        ? Object.entries(value).flatMap(([part, content]) =>
            hasPart(content, isEncrypted) ? [memberPath(key, part)] : [],
          )
        : []),
    ]),
  };
}

/** @throws StackFileError if it is a folder, or must not be read. */
function readStackFile(name: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem =
      code === "EISDIR"
        ? "is a folder. Expected the file with the stack's configuration. Rename or remove the folder."
        : code === "EACCES"
          ? `cannot be read, because its permissions do not allow it. Allow it: chmod u+r ${name}`
          : `cannot be read: ${message}`;
    throw new StackFileError([`${name} ${problem}`]);
  }
}

/** Reads the files of stacks, without those that are not valid. */
export function readStacks(root: string, stacks: readonly string[]): StackFile[] {
  return stacks.flatMap((stack) => {
    try {
      return readStack(root, stack);
    } catch (error) {
      if (error instanceof StackFileError) {
        return [];
      }
      throw error;
    }
  });
}

function formatValue(key: string, value: unknown): string {
  const content = replaceEncrypted(key, value);
  // As the engine does.
  return typeof content === "string" ? content : content === null ? "" : JSON.stringify(content);
}

const removeNamespace = (key: string) => key.replace(/^.*:/, "");

/** Replaces encrypted values, which the plan cannot decrypt, with a valid placeholder, different for each key. */
function replaceEncrypted(key: string, value: unknown): unknown {
  if (isEncrypted(value)) {
    return getSetting(removeNamespace(key))?.validator.type === "map"
      ? {}
      : createHash("sha256").update(key).digest("hex").slice(0, 40);
  }
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([part, content]) => [part, replaceEncrypted(`${key}.${part}`, content)]),
    );
  }
  return value;
}

/** The engine treats a key as secret if any part is encrypted. A secret setting must be encrypted as a whole. */
function isSecret(key: string, value: unknown): boolean {
  const isSecretSetting = getSetting(removeNamespace(key))?.secret === true;
  return hasPart(value, isEncrypted) && !(isSecretSetting && hasPart(value, (part) => !isEncrypted(part)));
}
