import {
  askCommand,
  type Command,
  decryptCommand,
  member,
  randomCommand,
  removeCommand,
  setCommand,
} from "./commands";
import { isMap, nearest } from "./forms";
import type { Key } from "./keys";

/** Sets what was meant by a wrong value; where that cannot be told, takes it away, or gives an example of what must be there. */
export function mendValue(path: string, { form, required }: Key, wrong: unknown): Command[] {
  const meant = nearest(form, wrong);
  if (meant === undefined) {
    return required ? [setCommand(path, form.example)] : [removeCommand(path)];
  }
  // The CLI keeps the type of what it overwrites.
  const overwrites = form.type === "list" || typeof wrong !== typeof meant;
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

/** Makes a new secret, or asks for one that somebody else made. */
export function mendSecret(path: string, { randomBytes }: Key): Command[] {
  return [randomBytes === undefined ? askCommand(path) : randomCommand(path, randomBytes)];
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
