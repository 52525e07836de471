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
