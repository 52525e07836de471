import { groups, type Key, keys, own } from "./keys";
import type { Validator } from "./validators";

export interface Setting {
  validator: Validator;
  secret?: true;
  required?: true;
}

function toSetting({ form, secret, required }: Key): Setting {
  const isValid = (value: unknown): value is unknown => form.accepts(value);
  const validator = {
    type: form.type === "object" ? "map" : form.type,
    expected: form.legal,
    isValid,
  } as const;
  return { validator, ...(secret && { secret }), ...(required && { required }) };
}

const toSettings = (table: Record<string, Key>): Record<string, Setting> =>
  Object.fromEntries(Object.entries(table).map(([name, key]) => [name, toSetting(key)]));

export const schema: Record<string, Setting | Record<string, Setting>> = {
  ...toSettings(keys),
  ...Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, toSettings(group.keys)])),
};

export function getSetting(path: string): Setting | undefined {
  const [first = "", member] = path.split(".");
  const key = member === undefined ? own(keys, first) : own(own(groups, first)?.keys ?? {}, member);
  return key && toSetting(key);
}

export function isGroup(name: string): boolean {
  return Object.hasOwn(groups, name);
}
