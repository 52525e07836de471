import { distance } from "fastest-levenshtein";
import { getSetting } from "./schema";
import type { Validator } from "./validators";

/** A command of the Pulumi CLI that changes a stack's configuration. */
export interface Command {
  verb: "set" | "rm";
  flags: readonly string[];
  /** A key, or a path with `--path`. */
  key: string;
  /** What to set, or a placeholder for it. The CLI prompts for a missing one. */
  value?: string | { placeholder: string };
}

export { memberPath } from "../components/argument-names";

/** Sets a key or a member. */
export function setCommand(path: string, value: string | number | boolean): Command {
  const text = String(value);
  // The CLI reads integers and booleans at a path as such.
  const isAmbiguous = typeof value === "string" && /^([-+]?\d+|true|false)$/.test(text);
  return { verb: "set", flags: flagsFor(path, isAmbiguous), key: path, value: text };
}

/**
 * Shows how to set a key or a member to a value that only the operator knows.
 *
 * @param expected What the value must be, such as "an integer from 1 to 100".
 * @param isText Whether the CLI must store the value as text even if it looks like a number.
 */
export function placeholderCommand(path: string, expected: string, isText: boolean): Command {
  // Long texts are hard to read in a command, and a shell does not take quotes as part of a placeholder.
  const isSuitable = expected.length <= 75 && !/["'`\\$!]/.test(expected);
  const placeholder = isSuitable ? expected.replace(/^(an?|the) /, "") : "value";
  return { verb: "set", flags: flagsFor(path, isText), key: path, value: { placeholder } };
}

/** Sets a secret. The CLI prompts for it, so that it is not in the shell's history. */
export function setSecretCommand(path: string): Command {
  return { verb: "set", flags: ["--secret", ...flagsFor(path)], key: path };
}

/** Removes a key or a member. */
export function removeCommand(path: string): Command {
  return { verb: "rm", flags: flagsFor(path), key: path };
}

/** Removes a top-level key whose name looks like a path. */
export function removeKeyCommand(name: string): Command {
  return { verb: "rm", flags: [], key: name };
}

/** Sets a setting, a list item or a variable: prompts for a secret, otherwise shows what to fill in. */
export function setCommands(path: string): Command[] {
  const setting = getSetting(path);
  const parent = getSetting(path.replace(/\[.*$/, "")) ?? getSetting(path.replace(/\..*$/, ""));
  const { validator, secret } = setting ?? parent ?? {};
  if (validator === undefined || setting?.validator.type === "map") {
    return [];
  }
  if (secret) {
    return [setSecretCommand(path)];
  }
  return setting === undefined && validator.item !== undefined
    ? [placeholderCommand(path, validator.item.expected, validator.item.type === "string")]
    : fillIn(path, validator);
}

/** Replaces a wrong value, by the right one if it is a misspelling of only one. */
export function replaceCommands(path: string, validator: Validator, wrong?: unknown): Command[] {
  if (validator.type === "map") {
    return [removeCommand(path)];
  }
  if (validator.item !== undefined && ["string", "number"].includes(typeof wrong)) {
    return rewriteCommands(path, [wrong], validator.item);
  }
  const choices = validator.choices ?? [];
  const close = typeof wrong === "string" ? findClose(wrong, choices.map(String)) : [];
  const right = close.length === 1 ? choices.find((choice) => String(choice) === close[0]) : undefined;
  // At a path the CLI keeps lists and maps, and writes numbers and booleans as text where text was.
  const isMisread = typeof wrong === "string" && validator.type !== "string";
  const isKept = typeof wrong === "object" || isMisread || validator.type === "list";
  return [
    ...(isKept && (path.includes(".") || validator.type === "list") ? [removeCommand(path)] : []),
    ...(right === undefined ? fillIn(path, validator) : [setCommand(path, right)]),
  ];
}

/**
 * Writes a list again, since the CLI keeps a wrong item's type at its path: what is right in it, and then what is to be filled
 * in. A number that was written as text is right.
 */
export function rewriteCommands(path: string, list: readonly unknown[], item: Validator): Command[] {
  const read = (value: unknown) =>
    item.type === "integer" && typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  const isRight = (value: unknown): value is string | number => item.isValid(value);
  const right = [...new Set(list.map(read).filter(isRight))];
  const wrong = list.map(read).filter((value) => !isRight(value));
  return [
    removeCommand(path),
    ...right.map((value, index) => setCommand(`${path}[${index}]`, value)),
    ...wrong.map((_, index) =>
      placeholderCommand(`${path}[${right.length + index}]`, item.expected, item.type === "string"),
    ),
  ];
}

function fillIn(path: string, { type, choices, expected, item, members }: Validator): Command[] {
  if (members !== undefined) {
    return Object.entries(members).flatMap(([name, member]) => fillIn(`${path}[0].${name}`, member));
  }
  // What is in a list of maps is too much for a command.
  if (type === "list" && item === undefined) {
    return [];
  }
  return item === undefined
    ? [placeholderCommand(path, choices?.join("|") ?? expected, type === "string" && choices === undefined)]
    : [placeholderCommand(`${path}[0]`, item.expected, item.type === "string")];
}

/** The known words that a word may be a misspelling of, the closest first. */
export function findClose(word: string, known: readonly string[]): string[] {
  const limit = word.length <= 3 ? 1 : Math.max(2, Math.floor(word.length / 3));
  const close = known
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= limit)
    .sort((a, b) => a.edits - b.edits);
  const exact = close.filter(({ edits }) => edits === 0);
  return (exact.length > 0 ? exact : close).map(({ candidate }) => candidate);
}

/**
 * Formats commands as one line for a shell.
 *
 * @param stack The stack to change.
 */
export function commandLine(commands: readonly Command[], stack: string): string {
  return commands.map((command) => formatCommand(command, stack)).join(" && ");
}

function formatCommand({ verb, flags, key, value }: Command, stack: string): string {
  const words = typeof value === "string" ? [key, value] : [key];
  const operands = words.map(shellWord).join(" ");
  return [
    `npx pulumi config ${verb}`,
    ...flags,
    // The CLI would read a leading hyphen as an option.
    words.some((word) => word.startsWith("-"))
      ? `--stack ${stack} -- ${operands}`
      : `${operands} --stack ${stack}`,
    // Last, because the ">" at the end is a syntax error: a shell runs nothing until the placeholder is replaced.
    ...(typeof value === "object" ? [`<${value.placeholder}>`] : []),
  ].join(" ");
}

function flagsFor(path: string, isText = false): string[] {
  return /[.[]/.test(path) ? ["--path", ...(isText ? ["--type", "string"] : [])] : [];
}

/** Quotes a word for a shell where it needs that. */
export function shellWord(text: string): string {
  return /^[\w@.:/+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
