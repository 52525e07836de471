import {
  askCommand,
  type Command,
  decryptCommand,
  member,
  randomCommand,
  removeCommand,
  setCommand,
} from "./commands";
import { isMap, nearest, variableName } from "./forms";
import type { Key } from "./keys";

/** Sets what was meant by a wrong value; where nobody can tell, takes it away, or gives an example of what must be there. */
export function mendValue(path: string, key: Key, wrong: unknown, meant: unknown): Command[] {
  if (meant === undefined) {
    return key.required ? exampleOf(path, key) : [removeCommand(path)];
  }
  // The CLI keeps the type of what it overwrites.
  const overwrites = key.form.type === "list" || typeof wrong !== typeof meant;
  return [...(overwrites ? [removeCommand(path)] : []), ...setAll(path, meant)];
}

/** Sets a value with everything in it. */
export function setAll(path: string, value: unknown): Command[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => setAll(`${path}[${index}]`, item));
  }
  if (isMap(value)) {
    return Object.entries(value).flatMap(([name, content]) => setAll(member(path, name), content));
  }
  return ["string", "number", "boolean"].includes(typeof value)
    ? [setCommand(path, value as string | number | boolean)]
    : [];
}

/** Gives what is missing: a secret, or an example. */
export function provide(name: string, key: Key): Command[] {
  return key.secret ? mendSecret(name, key) : exampleOf(name, key);
}

function exampleOf(path: string, { example = "" }: Key): Command[] {
  return [setCommand(path, example)];
}

/** Makes a new secret, or asks for one that somebody else made. */
export function mendSecret(path: string, { randomBytes }: Key): Command[] {
  return [randomBytes === undefined ? askCommand(path) : randomCommand(path, randomBytes)];
}

/** Asks for variables by their names, or by what these were meant to be. */
export function askVariables(path: string, names: readonly string[]): Command[] {
  const legal = names.flatMap((name) => nearest(variableName, name) ?? []);
  return [...new Set(legal)].map((name) => askCommand(`${path}.${name}`));
}

/** Has a value in plain text from now on, with every item that it has. */
export function decrypt(path: string, value: unknown): Command[] {
  if (Array.isArray(value)) {
    return value.length === 0
      ? [removeCommand(path)]
      : value.map((_, index) => decryptCommand(`${path}[${index}]`));
  }
  return [decryptCommand(path)];
}

/** The zone that a host most likely lies in: its parent, or itself where that is a domain of the first level. */
export function zoneOf(host: string): string {
  const parent = host.replace(/^[^.]+\./, "");
  return parent.includes(".") ? parent : host;
}
