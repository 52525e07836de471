import { askCommand, decryptCommand, removeCommand, setCommand, then } from "../commands";
import type { Form } from "../forms";
import type { Key } from "../keys";
import type { Problem } from "../problem";
import { repaired } from "../repair";
import { Checked, given, plainSecret } from "./checked";

/** Checks a key that holds one value: whether it is encrypted as it has to be, and in its form. */
export function checkValue(name: string, key: Key, value: unknown, isEncrypted: boolean): Checked {
  if (key.secret && !isEncrypted) {
    return {
      // So that what goes with it is not missed.
      ...(key.form.accepts(value) ? { value } : {}),
      problems: [
        {
          key: name,
          message: plainSecret,
          mend: secretCommand(name, key.form),
        },
      ],
    };
  }
  if (isEncrypted && !key.secret) {
    return { problems: [{ key: name, message: needlessSecret, mend: decryptCommand(name) }] };
  }
  const problem = checkForm(name, key, value);
  return problem === undefined ? { value, problems: [] } : { problems: [problem] };
}

/** Its value would be shown in the environment, in tags and in previews, though somebody took it for a secret. */
export const needlessSecret =
  "is encrypted, and is no secret: its value would be shown. Set it in plain text.";

/** Checks a value against its form. @param isHidden Whether the value must not be shown, though the key is no secret. */
export function checkForm(path: string, key: Key, value: unknown, isHidden = false): Problem | undefined {
  return key.form.accepts(value)
    ? undefined
    : {
        key: path,
        message: `${given(value, isHidden || key.secret === true)}: legal is ${key.form.legal}.`,
        mend: key.secret ? secretCommand(path, key.form) : valueCommand(path, key.form, value),
      };
}

/** The command that sets what was meant by a wrong value, or else an example. */
export function valueCommand(path: string, form: Form, wrong?: unknown): string {
  const meant = repaired(form, wrong);
  if (form.type === "boolean" && meant === undefined && wrong !== undefined) {
    return removeCommand(path);
  }
  const set = legalCommand(path, meant ?? (form.type === "list" ? [String(form.example)] : form.example));
  // The CLI keeps the type of what it overwrites.
  const overwrites = wrong !== undefined && (form.type === "list" || typeof wrong !== typeof form.example);
  return overwrites ? then(removeCommand(path), set) : set;
}

/** The command that sets a legal value. */
export function legalCommand(path: string, value: unknown): string {
  return Array.isArray(value)
    ? then(...value.map((item, index) => setCommand(`${path}[${index}]`, String(item))))
    : setCommand(path, value as string | number | boolean);
}

/** The command that makes a new secret, or asks for one that somebody else made. */
export function secretCommand(path: string, form: Form): string {
  return String(form.example).startsWith("$(") ? setCommand(path, form.example, true) : askCommand(path);
}
