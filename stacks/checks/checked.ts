import { member } from "../commands";
import type { Problem } from "../problem";

/** What a check found. */
export interface Checked<T = unknown> {
  /** The value as far as it is legal, or what was meant by it: what holds between keys is checked of that. */
  value?: T;
  problems: Problem[];
  /** The paths of what is wrong, and of which nobody can tell what was meant. */
  broken: string[];
}

/** Somebody took a secret for something to be shown. */
export const plainSecret =
  "is a secret and stands there in plain text. Choose a new value, since this one was seen, and set it encrypted.";

/** Its value would be shown in the environment, in tags and in previews, though somebody took it for a secret. */
export const needlessSecret =
  "is encrypted, and is no secret: its value would be shown. Set it in plain text.";

/** Which members of a map are known to be encrypted by themselves: the plan knows it from the file, the engine does not. */
export function encryptedMembers(
  name: string,
  map: Record<string, unknown>,
  secrets: ReadonlySet<string>,
): string[] {
  return Object.keys(map).filter((part) => secrets.has(member(name, part)));
}

/** What was given, for a message; a secret is not shown. */
export function given(value: unknown, isSecret: boolean): string {
  if (isSecret) {
    return "has a value that is not shown";
  }
  const text = JSON.stringify(value);
  return `is ${text.length > 100 ? `${text.slice(0, 97)}…` : text}`;
}
