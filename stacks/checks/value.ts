import { nearest } from "../forms";
import type { Key } from "../keys";
import { decrypt, mendSecret, mendValue } from "../mends";
import { Checked, given, needlessSecret, plainSecret } from "./checked";

/** Checks one value: whether it is encrypted as it has to be, and in its form. */
export function checkValue(path: string, key: Key, value: unknown, isEncrypted: boolean): Checked {
  const meant = nearest(key.form, value);
  const broken = meant === undefined ? [path] : [];
  if (key.secret) {
    const isLegal = key.form.accepts(value);
    const message = isEncrypted ? `${given(value, true)}: legal is ${key.form.legal}.` : plainSecret;
    return isEncrypted && isLegal
      ? { value, problems: [], broken: [] }
      : {
          // In plain text it is still there for what goes with it.
          ...(isLegal ? { value } : {}),
          problems: [{ key: path, message, mend: mendSecret(path, key) }],
          broken: isLegal ? [] : [path],
        };
  }
  if (isEncrypted) {
    // Its value is read when it is not encrypted any more.
    return {
      problems: [{ key: path, message: needlessSecret, mend: decrypt(path, value) }],
      broken: [path],
    };
  }
  return key.form.accepts(value)
    ? { value, problems: [], broken }
    : {
        value: meant,
        problems: [
          {
            key: path,
            message: `${given(value, false)}: legal is ${key.form.legal}.`,
            mend: mendValue(path, key, value),
          },
        ],
        broken,
      };
}
