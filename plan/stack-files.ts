import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Document, LineCounter, parse, parseDocument, visit } from "yaml";
import { memberPath } from "../stacks/commands";
import { getSetting } from "../stacks/schema";
import { isRecord } from "../stacks/validators";
import { UserError } from "./user-error";

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

/** A stack file that the engine cannot parse, or would parse differently. */
export class StackFileError extends UserError {
  constructor(readonly messages: readonly string[]) {
    super(messages.join("\n"));
  }
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
  const file = existsSync(path) ? parseStackFile(name, readFileSync(path, "utf8")) : ({} as StackFileContent);
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

interface StackFileContent {
  config?: Record<string, unknown>;
  environment?: unknown;
}

/** The top-level keys that the CLI writes to a stack file. */
const maxDepth = 20;
const isTooDeep = `is nested deeper than ${maxDepth} levels.`;
const topLevelKeys = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

function parseStackFile(name: string, text: string): StackFileContent {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const at = (offset: number) => `${name}, line ${lines.linePos(offset).line}`;
  const messages = document.errors.map(
    // The parser calls itself for each level.
    ({ message, pos: [offset] }) => `${at(offset)}: ${message.includes("call stack") ? isTooDeep : message}`,
  );
  const report = (message: string, range: readonly number[] | null = null) =>
    messages.push(`${at(range?.[0] ?? 0)}: ${message}`);
  visit(document, {
    Scalar: (_, { source = "", type, range }) => {
      if (type === "PLAIN" && isAmbiguous(source)) {
        report(
          `${source} is ambiguous in YAML. Quote a string; write a number without a leading 0 or underscores.`,
          range,
        );
      }
    },
    // No setting is nested deeper than four levels. The parsers fail from some thousands on.
    Collection: (_, { range }, { length }) => {
      if (length > 2 * maxDepth) {
        report(isTooDeep, range);
        return visit.BREAK;
      }
    },
  });
  const content = messages.length > 0 ? {} : toContent(document, report);
  if (!isRecord(content)) {
    messages.push(`${name}: expected a mapping with the key config.`);
  }
  for (const key of isRecord(content)
    ? Object.keys(content).filter((part) => !topLevelKeys.includes(part))
    : []) {
    messages.push(`${name}: ${key} is outside config, where it is ignored. Move it under config.`);
  }
  if (isRecord(content) && lacksKey(content)) {
    messages.push(
      `${name}: encryptionsalt is missing, which decrypts the secrets in this file. Restore the line from Git: git log -p -- ${name}. Run no other command of Pulumi before: it would write a new line, which does not decrypt them.`,
    );
  }
  if (messages.length > 0) {
    throw new StackFileError(messages);
  }
  return content as StackFileContent;
}

/** Whether a file has secrets that a passphrase or a KMS key encrypts, and not what decrypts them. Pulumi Cloud needs none. */
function lacksKey({ config, encryptionsalt, encryptedkey }: Record<string, unknown>): boolean {
  const isOwn = (part: unknown) => isEncrypted(part) && part.secure.startsWith("v1:");
  return encryptionsalt === undefined && encryptedkey === undefined && hasPart(config, isOwn);
}

/** Returns what a document contains. Aliases of aliases can stand for more than fits into the memory. */
function toContent(document: Document, report: (message: string) => void): unknown {
  try {
    return document.toJS() ?? {};
  } catch (error) {
    report(
      `${error instanceof Error ? error.message : String(error)}. Write the values without aliases (*).`,
    );
    return {};
  }
}

/** Octal numbers, numbers with underscores and dates: the YAML parsers of the engine and of the plan differ. */
function isAmbiguous(source: string): boolean {
  return /^[-+]?0\d+$|^[-+]?\d[\d_]*_[\d_]*$|^\d{4}-\d\d?-\d\d?([Tt ].*)?$/.test(source);
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

/** Whether any part of a value passes a test. An encrypted value is one part. */
function hasPart(value: unknown, test: (part: unknown) => boolean): boolean {
  return typeof value === "object" && value !== null && !isEncrypted(value)
    ? Object.values(value).some((part) => hasPart(part, test))
    : test(value);
}

function isEncrypted(value: unknown): value is { secure: string } {
  return isRecord(value) && Object.keys(value).join() === "secure" && typeof value.secure === "string";
}
