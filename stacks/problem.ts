import * as pulumi from "@pulumi/pulumi";

/** The configuration namespace: the project's name. */
export const namespace = "beo-datastore";

/** One mistake in the configuration. */
export interface Problem {
  /** The key, with a dot before a nested one: `web.minSize`. */
  key: string;
  /** What is wrong with it; never a secret's value. */
  message: string;
  /** The command that mends it. */
  mend: string;
}

/** The command that sets a key. */
export function setCommand(key: string, example: string | number | boolean, secret = false): string {
  const path = key.includes(".") ? "--path " : "";
  const flag = secret ? "--secret " : "";
  const text = String(example);
  // At the end of a path the CLI would take such a text for a number or a boolean.
  const type =
    path !== "" && typeof example === "string" && /^(\d+|true|false)$/.test(text) ? "--type string " : "";
  // A generated value is the shell's to make.
  const value = text.startsWith("$(") ? `"${text}"` : /^[\w@.:/-]+$/.test(text) ? text : `'${text}'`;
  return `pulumi config set ${flag}${path}${type}${shellWord(`${namespace}:${key}`)} ${value}`;
}

/** The command that removes a key. */
export function removeCommand(key: string): string {
  const path = key.includes(".") || key.includes("[") ? "--path " : "";
  return `pulumi config rm ${path}${shellWord(`${namespace}:${key}`)}`;
}

function shellWord(text: string): string {
  return /^[\w.:-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** All mistakes in a stack's configuration. Thrown before any resource is registered. */
export class SettingsError extends pulumi.RunError {
  readonly problems: readonly Problem[];

  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
    super(
      [
        `The configuration of stack "${stack}" has ${count}; nothing was changed.`,
        ...problems.map(describe),
        `Stack "${stack}" is set in Pulumi.${stack}.yaml; README.md has the table of all keys.`,
      ].join("\n\n"),
    );
    this.problems = problems;
  }
}

/** A mistake in words, with its mend. */
export function describe({ key, message, mend }: Problem): string {
  return `  ${namespace}:${key} ${message}\n    ${mend}`;
}
