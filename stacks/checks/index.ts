import { groups, keys, own } from "../keys";
import { provide } from "../mends";
import type { Values } from "../merge";
import type { RawConfig } from "../raw";
import { Checked } from "./checked";
import { checkGroup } from "./group";
import { strayKeys, unknownKey } from "./unknown";
import { checkValue } from "./value";
import { checkVariables } from "./variables";

/** Checks each key by itself: whether it is known, in its form, encrypted where it must be, and there where required. */
export function checkKeys(raw: RawConfig): Checked<Values> & { value: Values } {
  const checked = Object.entries(raw.values)
    .filter(([name, value]) => !isMissing(name, value))
    .map(([name, value]) => [name, checkEntry(name, value, raw)] as const);
  const missing = Object.entries(keys).filter(
    ([name, key]) => key.required && isMissing(name, raw.values[name]),
  );
  return {
    value: Object.fromEntries(
      checked.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
    ),
    problems: [
      ...checked.flatMap(([, { problems }]) => problems),
      ...missing.map(([name, key]) => ({
        key: name,
        message: `is missing: ${key.description}. Legal is ${key.form.legal}.`,
        mend: provide(name, key),
      })),
      ...strayKeys(raw.otherKeys, raw.values, raw.secrets),
    ],
    broken: [...checked.flatMap(([, { broken }]) => broken), ...missing.map(([name]) => name)],
  };
}

/** Pulumi.yaml has an empty text for what is required: so the engine leaves it to us to tell everything at once. */
function isMissing(name: string, value: unknown): boolean {
  return own(keys, name)?.required === true && (value === undefined || value === "");
}

function checkEntry(name: string, value: unknown, { values, secrets }: RawConfig): Checked {
  const group = own(groups, name);
  if (group !== undefined) {
    return checkGroup(name, group, value, secrets);
  }
  const key = own(keys, name);
  if (key === undefined) {
    return { problems: [unknownKey(name, value, values, secrets.has(name))], broken: [] };
  }
  return key.form.type === "object"
    ? checkVariables(name, key, value, secrets)
    : checkValue(name, key, value, secrets.has(name));
}
