import * as pulumi from "@pulumi/pulumi";

/** The configuration namespace: the project's name. */
export const namespace = "beo-datastore";

/** One mistake in the configuration. */
export interface Problem {
  /** The key, with a dot before a nested one: `web.minSize`; or one of another namespace: `aws:region`. */
  key: string;
  /** What is wrong with it; never a secret's value. */
  message: string;
  /** The command that mends it, without the stack. */
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
  /** Each mistake in words, with its mend. */
  readonly mistakes: readonly string[];

  constructor(stack: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "one mistake" : `${problems.length} mistakes`;
    const mistakes = problems.map((problem) => describe(problem, stack));
    super(
      [
        `The configuration of stack "${stack}" has ${count}; nothing was changed.`,
        ...mistakes.map((mistake) => `  ${mistake}`),
        `Stack "${stack}" is set in Pulumi.${stack}.yaml; README.md has the table of all keys.`,
      ].join("\n\n"),
    );
    this.mistakes = mistakes;
  }
}

function describe({ key, message, mend }: Problem, stack: string): string {
  return `${key.includes(":") ? key : `${namespace}:${key}`} ${message}\n    ${forStack(mend, stack)}`;
}

/** A command as people run it: by the CLI that `npm ci` brings, for a stack that need not be the selected one. */
export function forStack(command: string, stack: string): string {
  return command.replace(/pulumi config .+?(?= && |, or |$)/g, (one) => `npx ${one} --stack ${stack}`);
}
