import {
  askCommand,
  member,
  namespace,
  removeCommand,
  removeKeyCommand,
  setCommand,
  then,
} from "../commands";
import { type Group, groups, type Key, keys } from "../keys";
import type { Problem } from "../problem";
import { repaired } from "../repair";
import { distance, suggest } from "../suggest";
import { own } from "./checked";
import { legalCommand, secretCommand } from "./value";

/** A top-level key that is none: a part that was set without `--path`, or a misspelt one. */
export function unknownKey(
  name: string,
  value: unknown,
  others: Record<string, unknown>,
  isEncrypted: boolean,
): Problem {
  return partWithoutPath(name, value, isEncrypted) ?? misspelt(name, value, others, isEncrypted);
}

/** A part of a group that is none. */
export function unknownPart(
  name: string,
  group: Group,
  field: string,
  others: Record<string, unknown>,
  isHidden: boolean,
): Problem {
  const path = member(name, field);
  const near = suggest(field, Object.keys(group.keys));
  const meant = near === undefined ? undefined : own(group.keys, near);
  return {
    key: path,
    message: notOurs(near === undefined ? undefined : `${name}.${near}`),
    mend:
      near === undefined || meant === undefined || near in others || isHidden
        ? removeCommand(path)
        : then(removeCommand(path), ...moved(`${name}.${near}`, meant, others[field])),
  };
}

/** Keys of other namespaces that were likely meant for ours, or for the provider. */
export function strayKeys(names: readonly string[]): Problem[] {
  return names.flatMap((full) => {
    const [space = "", name = ""] = full.split(":");
    const key =
      distance(space, namespace) <= 3 || space.startsWith("beo") ? `${namespace}:${name}` : undefined;
    const region = space === "aws" && name !== "region" && suggest(name, ["region"]);
    const meant = key ?? (region ? "aws:region" : undefined);
    return meant === undefined
      ? []
      : [
          {
            key: full,
            message: `is not a key of this program; is ${meant} meant?`,
            mend: removeCommand(full),
          },
        ];
  });
}

/** The CLI takes a dot for a part of the name unless `--path` says otherwise. */
function partWithoutPath(name: string, value: unknown, isEncrypted: boolean): Problem | undefined {
  const [parent = "", ...rest] = name.split(".");
  const part = rest.join(".");
  const map = own(keys, parent)?.form.type === "object" ? own(keys, parent) : undefined;
  const key = own(own(groups, parent)?.keys ?? {}, part);
  if (part === "" || (map === undefined && key === undefined)) {
    return undefined;
  }
  const set =
    key !== undefined
      ? isEncrypted
        ? []
        : moved(member(parent, part), key, value)
      : map?.secret || isEncrypted
        ? [askCommand(member("extraSecrets", part))]
        : [setCommand(member(parent, part), String(value))];
  return {
    key: name,
    message: `is a part of ${parent}, and was set without --path.`,
    mend: then(removeKeyCommand(name), ...set),
  };
}

function misspelt(
  name: string,
  value: unknown,
  others: Record<string, unknown>,
  isEncrypted: boolean,
): Problem {
  const near = suggest(name, [...Object.keys(keys), ...Object.keys(groups)]);
  const key = near === undefined ? undefined : own(keys, near);
  const remove = removeKeyCommand(name);
  const set =
    near === undefined || key === undefined || near in others
      ? []
      : key.secret
        ? [secretCommand(near, key.form)]
        : isEncrypted
          ? []
          : moved(near, key, value);
  return { key: name, message: notOurs(near), mend: then(remove, ...set) };
}

/** The command that sets a value where it belongs; none where it is not legal there. */
function moved(path: string, { form }: Key, value: unknown): string[] {
  // The engine hands values of unknown keys over as text.
  const text = typeof value === "string" && form.type !== "string" ? [value, parsed(value)] : [value];
  const legal = text.map((one) => repaired(form, one)).find((one) => one !== undefined);
  return legal === undefined ? [] : [legalCommand(path, legal)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function notOurs(near: string | undefined): string {
  return `is not a key of this program${near === undefined ? "" : `; is ${near} meant?`}`;
}
