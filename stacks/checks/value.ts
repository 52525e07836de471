import { nearest } from "../forms";
import type { Key } from "../keys";
import { decrypt, mendSecret, mendValue } from "../mends";
import { Checked, given, needlessSecret, plainSecret } from "./checked";

/** Checks one value: whether it is encrypted as it has to be, and in its form. */
export function checkValue(path: string, key: Key, value: unknown, isEncrypted: boolean): Checked {
  const isSecret = key.secret === true;
  const isLegal = key.form.accepts(value);
  if (isLegal && isEncrypted === isSecret) {
    return { value, problems: [], broken: [] };
  }
  const illegal = `${given(value, isSecret)}: legal is ${key.form.legal}.`;
  if (isSecret) {
    const message = isEncrypted ? illegal : plainSecret;
    const problems = [{ key: path, message, mend: mendSecret(path, key) }];
    // In plain text it is still there for what goes with it.
    return isLegal ? { value, problems, broken: [] } : { problems, broken: [path] };
  }
  if (isEncrypted) {
    // Its value is read when it is not encrypted any more.
    return {
      problems: [{ key: path, message: needlessSecret, mend: decrypt(path, value) }],
      broken: [path],
    };
  }
  const meant = nearest(key.form, value);
  return {
    value: meant,
    problems: [{ key: path, message: illegal, mend: mendValue(path, key, value, meant) }],
    broken: meant === undefined ? [path] : [],
  };
}
