import type { Form } from "../forms";

/** What is known of one configuration key. */
export interface Key {
  /** What it is, for the operators. */
  description: string;
  form: Form;
  /** What holds where it is not set, in words. */
  default?: string;
  /** Required in every stack. */
  required?: true;
  /** What stands for a value that nobody can guess, in the command that sets it. */
  example?: string;
  /** Set with `--secret`; its value is never shown. */
  secret?: true;
  /** Of how many random bytes a new value is made; absent where somebody else gives it. */
  randomBytes?: number;
}

/** A key whose value is an object of keys. */
export interface Group {
  description: string;
  keys: Record<string, Key>;
}

/** A table's entry; not what every object has, like `constructor`. */
export function own<T>(table: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
