import type { Problem } from "../problem";

/** What a check found: the value as far as it is legal, and what is wrong with it. */
export interface Checked<T = unknown> {
  value?: T;
  problems: Problem[];
}

/** Somebody took a secret for something to be shown. */
export const plainSecret =
  "is a secret and stands there in plain text. Choose a new value, since this one was seen, and set it encrypted.";

/** A table's entry; not what every object has, like `constructor`. */
export function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** What was given, for a message; a secret is not shown. */
export function given(value: unknown, isSecret: boolean): string {
  if (isSecret) {
    return "has a value that is not shown";
  }
  const text = JSON.stringify(value);
  return `is ${text.length > 100 ? `${text.slice(0, 97)}…` : text}`;
}
