import { member, removeCommand } from "../commands";
import { isMap } from "../forms";
import { type Group, own } from "../keys";
import { decrypt } from "../mends";
import { Checked, encryptedMembers, given, needlessSecret } from "./checked";
import { unknownPart } from "./unknown";
import { checkValue } from "./value";

/**
 * Checks a group's keys, each by itself. None is a secret.
 *
 * @param secrets The paths that are encrypted; of a group as a whole only its own, where the engine tells no more.
 */
export function checkGroup(
  name: string,
  group: Group,
  value: unknown,
  secrets: ReadonlySet<string>,
): Checked<Record<string, unknown>> {
  const fields = Object.keys(group.keys);
  if (!isMap(value)) {
    return {
      value: {},
      problems: [
        {
          key: name,
          message: `${given(value, secrets.has(name))}: legal is an object of ${fields.join(", ")}.`,
          mend: [removeCommand(name)],
        },
      ],
      broken: fields.map((field) => `${name}.${field}`),
    };
  }
  const isTold = encryptedMembers(name, value, secrets).length > 0;
  if (secrets.has(name) && !isTold) {
    return encryptedSomewhere(name, group, value);
  }
  const checked = Object.entries(value).map(([field, content]) => {
    const path = member(name, field);
    const key = own(group.keys, field);
    return {
      field,
      ...(key === undefined
        ? { problems: [unknownPart(name, group, field, value, secrets.has(path))], broken: [] }
        : checkValue(path, key, content, secrets.has(path))),
    };
  });
  return {
    value: Object.fromEntries(
      checked.flatMap((one) => (one.value === undefined ? [] : [[one.field, one.value]])),
    ),
    problems: checked.flatMap(({ problems }) => problems),
    broken: checked.flatMap(({ broken }) => broken),
  };
}

/** Any part may be the encrypted one, and so none is shown, nor read. */
function encryptedSomewhere(
  name: string,
  group: Group,
  value: Record<string, unknown>,
): Checked<Record<string, unknown>> {
  const [known, unknown] = [true, false].map((isKnown) =>
    Object.keys(value).filter((field) => (own(group.keys, field) !== undefined) === isKnown),
  ) as [string[], string[]];
  return {
    value: {},
    problems: [
      ...(known.length === 0
        ? []
        : [
            {
              key: known.length === 1 ? `${name}.${known.join("")}` : name,
              message: needlessSecret,
              mend: known.flatMap((field) => decrypt(`${name}.${field}`, value[field])),
            },
          ]),
      ...unknown.map((field) => unknownPart(name, group, field, value, true)),
    ],
    broken: known.map((field) => `${name}.${field}`),
  };
}
