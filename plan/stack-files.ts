import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parse, parseDocument, visit } from "yaml";
import { memberPath } from "../stacks/commands";
import { getSetting, type Setting } from "../stacks/schema";
import { isRecord } from "../stacks/validators";

/** A stack as its files describe it. */
export interface StackFile {
  project: string;
  stack: string;
  /** The configuration as the engine hands it over: full keys, texts. */
  config: Record<string, string>;
  /** The keys that are encrypted, wholly or in part, and the paths of the encrypted parts. */
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

/** A stack's file that the engine could not read, or would read otherwise. */
export class StackFileError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(mistakes.join("\n"));
  }
}

/**
 * Reads a stack's file over the project's defaults.
 *
 * @throws StackFileError where the file is not what people think it is.
 */
export function readStack(root: string, stack: string): StackFile {
  const project = parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")) as ProjectFile;
  const name = `Pulumi.${stack}.yaml`;
  const path = join(root, name);
  const file = existsSync(path) ? parseStackFile(name, readFileSync(path, "utf8")) : {};
  // A key of another namespace has a value for all stacks, and one of ours a default.
  const defaults = Object.entries(project.config ?? {}).flatMap(
    ([key, { default: fallback, value = fallback }]) => (value === undefined ? [] : [[key, value] as const]),
  );
  const given = [...defaults, ...Object.entries(file.config ?? {})].map(
    ([key, value]) => [key.includes(":") ? key : `${project.name}:${key}`, value] as const,
  );
  return {
    project: project.name,
    stack,
    config: Object.fromEntries(given.map(([key, value]) => [key, textOf(key, value)])),
    secretKeys: given.flatMap(([key, value]) => [
      ...(isSecret(key, value) ? [key] : []),
      ...(isRecord(value) && !isEncrypted(value)
        ? Object.entries(value).flatMap(([part, content]) =>
            hasSecret(content) ? [memberPath(key, part)] : [],
          )
        : []),
    ]),
  };
}

/** What the CLI writes into a stack's file. */
const parts = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

function parseStackFile(name: string, text: string): { config?: Record<string, unknown> } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => `${name}, line ${lines.linePos(offset).line}`;
  const mistakes = document.errors.map(({ message, pos: [offset] }) => `${at(offset)}: ${message}`);
  visit(document, {
    Scalar: (_, { source = "", type, range }) => {
      if (type === "PLAIN" && isReadTwoWays(source)) {
        mistakes.push(
          `${at(range?.[0] ?? 0)}: ${source} is read in two ways: write a text in quotes, and a number without a leading 0 or underscores.`,
        );
      }
    },
  });
  const content: unknown = document.errors.length > 0 ? {} : (document.toJS() ?? {});
  if (!isRecord(content)) {
    mistakes.push(`${name}: is no map with config in it.`);
  }
  for (const key of isRecord(content) ? Object.keys(content).filter((part) => !parts.includes(part)) : []) {
    mistakes.push(`${name}: ${key} stands beside config, where nobody reads it: put it under config.`);
  }
  if (mistakes.length > 0) {
    throw new StackFileError(mistakes);
  }
  return content as { config?: Record<string, unknown> };
}

/** Octal numbers, numbers with underscores and dates: the engine's YAML has them, the plan's has not. */
function isReadTwoWays(source: string): boolean {
  return /^[-+]?0\d+$|^[-+]?\d[\d_]*_[\d_]*$|^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(source);
}

function textOf(key: string, value: unknown): string {
  const shown = revealed(key, value);
  // As the engine does.
  return typeof shown === "string" ? shown : shown === null ? "" : JSON.stringify(shown);
}

/** What is known of a key, which has its namespace. */
function known(key: string): Setting | undefined {
  return getSetting(key.replace(/^.*:/, ""));
}

/** Encrypted values cannot be read without the passphrase: something legal stands for each, different for each key. */
function revealed(key: string, value: unknown): unknown {
  if (isEncrypted(value)) {
    const isVariables = known(key)?.validator.type === "map";
    return isVariables ? {} : createHash("sha256").update(key).digest("hex").slice(0, 40);
  }
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([part, content]) => [part, revealed(`${key}.${part}`, content)]),
    );
  }
  return value;
}

/** The engine takes a key for secret as soon as any of it is encrypted. Of our secret keys all of it has to be. */
function isSecret(key: string, value: unknown): boolean {
  const wholly = known(key)?.secret === true;
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
  return isRecord(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string";
}
