/** The configuration namespace: the project's name. */
export const namespace = "beo-datastore";

/** A key with its namespace: ours, unless it has one. */
export function qualified(key: string): string {
  return key.includes(":") ? key : `${namespace}:${key}`;
}

/** The path of a member. */
export function member(path: string, name: string): string {
  return /^\w+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** The command that sets a key, or what a path leads to. */
export function setCommand(path: string, value: string | number | boolean, secret = false): string {
  const text = String(value);
  // At the end of a path the CLI would take such a text for a number or a boolean.
  const type =
    isNested(path) && !secret && typeof value === "string" && /^(-?\d+|true|false)$/.test(text)
      ? "--type string "
      : "";
  // Such a value is the shell's to make.
  const word = text.startsWith("$(") ? `"${text}"` : shellWord(text);
  return `pulumi config set ${secret ? "--secret " : ""}${flag(path)}${type}${shellWord(qualified(path))} ${word}`;
}

/** The command that asks for a secret, and so leaves it out of the shell's history. */
export function askCommand(path: string): string {
  return `pulumi config set --secret ${flag(path)}${shellWord(qualified(path))}`;
}

/** The command that has an encrypted value in plain text from now on. */
export function decryptCommand(path: string): string {
  const target = `${flag(path)}${shellWord(qualified(path))}`;
  return `pulumi config set --plaintext ${target} "$(pulumi config get ${target})"`;
}

/** The command that removes a key, or what a path leads to. */
export function removeCommand(path: string): string {
  return `pulumi config rm ${flag(path)}${shellWord(qualified(path))}`;
}

/** The command that removes a key whose name looks like a path. */
export function removeKeyCommand(name: string): string {
  return `pulumi config rm ${shellWord(qualified(name))}`;
}

/** One command after the other. */
export function then(...commands: string[]): string {
  return commands.join(" && ");
}

/** A command as people run it: by the CLI that `npm ci` brings, for a stack that need not be the selected one. */
export function forStack(command: string, stack: string): string {
  const run = (one: string) => `npx ${one} --stack ${stack}`;
  return command
    .split(" && ")
    .map((one) => run(one.replace(/\$\((pulumi config [^)]*)\)/, (_, inner: string) => `$(${run(inner)})`)))
    .join(" && ");
}

function isNested(path: string): boolean {
  return /[.[]/.test(path);
}

function flag(path: string): string {
  return isNested(path) ? "--path " : "";
}

function shellWord(text: string): string {
  return /^[\w@.:/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
