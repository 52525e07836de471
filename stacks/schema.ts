import { groups, keys, own } from "./keys";
import type { Validator } from "./validators";

export interface Setting {
  validator: Validator;
  secret?: true;
}

export function getSetting(path: string): Setting | undefined {
  const [first = "", member] = path.split(".");
  const key = member === undefined ? own(keys, first) : own(own(groups, first)?.keys ?? {}, member);
  return (
    key && {
      validator: {
        type: key.form.type === "object" ? "map" : key.form.type,
        expected: key.form.legal,
        isValid: (value): value is unknown => key.form.accepts(value),
      },
      ...(key.secret && { secret: key.secret }),
    }
  );
}

export function isGroup(name: string): boolean {
  return Object.hasOwn(groups, name);
}
