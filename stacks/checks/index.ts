import { groups, keys } from "../keys";
import type { Values } from "../merge";
import type { Problem } from "../problem";
import type { RawConfig } from "../raw";
import { Checked, own } from "./checked";
import { checkGroup } from "./group";
import { strayKeys, unknownKey } from "./unknown";
import { checkValue, valueCommand } from "./value";
import { checkVariables } from "./variables";

/** Checks each key by itself: whether it is known, in its form, encrypted where it must be, and there where required. */
export function checkKeys(raw: RawConfig): { values: Values; problems: Problem[] } {
  const checked = Object.entries(raw.values).map(
    ([name, value]) => [name, checkEntry(name, value, raw)] as const,
  );
  return {
    values: Object.fromEntries(
      checked.flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
    ),
    problems: [
      ...checked.flatMap(([, { problems }]) => problems),
      ...missing(raw),
      ...strayKeys(raw.otherKeys),
    ],
  };
}

function checkEntry(name: string, value: unknown, { values, secrets }: RawConfig): Checked {
  const group = own(groups, name);
  if (group !== undefined) {
    return checkGroup(name, group, value, secrets);
  }
  const key = own(keys, name);
  if (key === undefined) {
    return { problems: [unknownKey(name, value, values, secrets.has(name))] };
  }
  return key.form.type === "object"
    ? checkVariables(name, key, value, secrets)
    : checkValue(name, key, value, secrets.has(name));
}

function missing({ values }: RawConfig): Problem[] {
  return Object.entries(keys).flatMap(([name, key]) =>
    key.required && !(name in values)
      ? [
          {
            key: name,
            message: `is missing: ${key.description}. Legal is ${key.form.legal}.`,
            mend: valueCommand(name, key.form),
          },
        ]
      : [],
  );
}
