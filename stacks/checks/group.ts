import { decryptCommand, member, removeCommand, then } from "../commands";
import { isMap } from "../forms";
import type { Group } from "../keys";
import type { Problem } from "../problem";
import { Checked, given, own } from "./checked";
import { unknownPart } from "./unknown";
import { checkForm, needlessSecret, valueCommand } from "./value";

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
  const isHidden = secrets.has(name);
  if (!isMap(value)) {
    const [[first, key] = []] = Object.entries(group.keys);
    return {
      value: {},
      problems: [
        {
          key: name,
          message: `${given(value, isHidden)}: legal is an object of ${Object.keys(group.keys).join(", ")}.`,
          mend: then(
            removeCommand(name),
            ...(first === undefined || key === undefined ? [] : [valueCommand(`${name}.${first}`, key.form)]),
          ),
        },
      ],
    };
  }
  const problemOf = (field: string, content: unknown) => {
    const key = own(group.keys, field);
    const path = member(name, field);
    if (key === undefined) {
      return unknownPart(name, group, field, value, isHidden);
    }
    // What is encrypted is told apart, and read when it is not any more.
    return secrets.has(path) ? undefined : checkForm(path, key, content, isHidden);
  };
  const checked = Object.entries(value).map(([field, content]) => ({
    field,
    content,
    problem: problemOf(field, content),
  }));
  const legal = checked.filter(({ problem }) => problem === undefined);
  return {
    value: Object.fromEntries(legal.map(({ field, content }) => [field, content])),
    problems: [
      ...(isHidden
        ? encrypted(
            name,
            Object.keys(value).filter((field) => own(group.keys, field)),
            secrets,
          )
        : []),
      ...checked.flatMap(({ problem }) => problem ?? []),
    ],
  };
}

/** The parts that are encrypted, or all that may be. */
function encrypted(name: string, fields: string[], secrets: ReadonlySet<string>): Problem[] {
  const known = fields.filter((field) => secrets.has(`${name}.${field}`));
  const isTold = [...secrets].some((path) => path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
  const parts = isTold ? known : fields;
  return parts.length === 0
    ? []
    : [
        {
          key: parts.length === 1 ? `${name}.${parts.join("")}` : name,
          message: needlessSecret,
          mend: then(...parts.map((field) => decryptCommand(`${name}.${field}`))),
        },
      ];
}
