/** The configuration namespace: the project's name. */
export const namespace = "beo-datastore";

/** A command of the CLI that reads or changes a stack's configuration. */
export interface Command {
  verb: "set" | "rm" | "get";
  flags: readonly string[];
  /** A key, or a path with `--path`; ours, unless it has a namespace. */
  key: string;
  /** What is set: a text, what the shell makes up of so many random bytes, or what another command prints. */
  value?: string | { random: number } | Command;
}

/** A key with its namespace: ours, unless it has one. */
export function qualified(key: string): string {
  return /^[\w-]+:/.test(key) ? key : `${namespace}:${key}`;
}

/** The path of a member. */
export function member(path: string, name: string): string {
  return /^\w+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** Sets a key, or what a path leads to. */
export function setCommand(path: string, value: string | number | boolean): Command {
  const text = String(value);
  // At the end of a path the CLI would take such a text for a number or a boolean.
  const isTaken = isNested(path) && typeof value === "string" && /^([-+]?\d+|true|false)$/.test(text);
  return {
    verb: "set",
    flags: [...pathFlag(path), ...(isTaken ? ["--type", "string"] : [])],
    key: path,
    value: text,
  };
}

/** Sets a secret to so many random bytes, in hexadecimal digits. */
export function randomCommand(path: string, bytes: number): Command {
  return { verb: "set", flags: ["--secret", ...pathFlag(path)], key: path, value: { random: bytes } };
}

/** Asks for a secret, and so leaves it out of the shell's history. */
export function askCommand(path: string): Command {
  return { verb: "set", flags: ["--secret", ...pathFlag(path)], key: path };
}

/** Has an encrypted value in plain text from now on. */
export function decryptCommand(path: string): Command {
  const flags = pathFlag(path);
  return {
    verb: "set",
    flags: ["--plaintext", ...flags],
    key: path,
    value: { verb: "get", flags, key: path },
  };
}

/** Removes a key, or what a path leads to. */
export function removeCommand(path: string): Command {
  return { verb: "rm", flags: pathFlag(path), key: path };
}

/** Removes a key whose name looks like a path. */
export function removeKeyCommand(name: string): Command {
  return { verb: "rm", flags: [], key: name };
}

/**
 * Commands as people paste them: one after the other, by the CLI that `npm ci` brings.
 *
 * @param stack The stack, which need not be the selected one. Default: the selected one, and the CLI on PATH.
 */
export function commandLine(commands: readonly Command[], stack?: string): string {
  return commands.map((command) => lineOf(command, stack)).join(" && ");
}

function lineOf({ verb, flags, key, value }: Command, stack?: string): string {
  const word = value === undefined ? [] : [wordOf(value, stack)];
  // The CLI would take it for an option; of what another command prints nobody knows.
  const isDashed = typeof value === "string" ? value.startsWith("-") : value !== undefined && "verb" in value;
  return [
    stack === undefined ? "pulumi config" : "npx pulumi config",
    verb,
    ...flags,
    shellWord(qualified(key)),
    ...(isDashed ? [] : word),
    ...(stack === undefined ? [] : ["--stack", stack]),
    ...(isDashed ? ["--", ...word] : []),
  ].join(" ");
}

function wordOf(value: NonNullable<Command["value"]>, stack?: string): string {
  if (typeof value === "string") {
    return shellWord(value);
  }
  return "random" in value ? `"$(openssl rand -hex ${value.random})"` : `"$(${lineOf(value, stack)})"`;
}

function isNested(path: string): boolean {
  return /[.[]/.test(path);
}

function pathFlag(path: string): string[] {
  return isNested(path) ? ["--path"] : [];
}

function shellWord(text: string): string {
  return /^[\w@.:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export { member as memberPath };
