import { askCommand, type Command, member, namespace, removeCommand, removeKeyCommand } from "../commands";
import { isMap } from "../forms";
import { type Group, groups, keys, own } from "../keys";
import { askVariables, mendSecret, setAll } from "../mends";
import type { Problem } from "../problem";
import { distance, suggest } from "../suggest";

/** A top-level key that is none: a part that was set without `--path`, or a misspelt one. */
export function unknownKey(
  name: string,
  value: unknown,
  others: Record<string, unknown>,
  isEncrypted: boolean,
): Problem {
  // The CLI takes a dot or a bracket for a part of the name unless `--path` says otherwise.
  const parent = /^(\w+)[.[]/.exec(name)?.[1] ?? "";
  if (own(groups, parent) !== undefined || own(keys, parent)?.form.type === "object") {
    const isSecret = own(keys, parent)?.secret === true;
    const form = own(own(groups, parent)?.keys ?? {}, name.slice(parent.length + 1))?.form;
    const isText = form === undefined || form.type === "string";
    return {
      key: name,
      message: `is a part of ${parent}, and was set without --path.`,
      mend: [
        removeKeyCommand(name),
        ...(isSecret ? [askCommand(name)] : isEncrypted ? [] : setAll(name, parsed(value, !isText))),
      ],
    };
  }
  const near = suggest(name, [...Object.keys(keys), ...Object.keys(groups)]);
  return {
    key: name,
    message: notOurs(near),
    mend: [
      removeKeyCommand(name),
      ...(near === undefined || isSet(others[near]) ? [] : moved(near, value, isEncrypted)),
    ],
  };
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
  const isFree = near !== undefined && !(near in others);
  return {
    key: path,
    message: notOurs(near === undefined ? undefined : `${name}.${near}`),
    mend: [removeCommand(path), ...(isFree && !isHidden ? setAll(`${name}.${near}`, others[field]) : [])],
  };
}

/** Keys of other namespaces that were likely meant for ours, or for the provider. */
export function strayKeys(
  otherKeys: Record<string, unknown>,
  values: Record<string, unknown>,
  secrets: ReadonlySet<string>,
): Problem[] {
  return Object.entries(otherKeys).flatMap(([full, value]) => {
    const [space = "", name = ""] = full.split(":");
    const isOurs = distance(space, namespace) <= 3 || space === "beo-datastore-infrastructure";
    const isRegion = space === "aws" && name !== "region" && distance(name.toLowerCase(), "region") <= 2;
    if (!isOurs && !isRegion) {
      return [];
    }
    const set = isRegion || isSet(values[name]) ? [] : moved(name, value, secrets.has(full));
    return [
      {
        key: full,
        message: notOurs(isOurs ? `${namespace}:${name}` : "aws:region"),
        mend: [removeKeyCommand(full), ...set],
      },
    ];
  });
}

/** Sets a value where it belongs; a secret is made anew, or asked for. */
function moved(name: string, value: unknown, isEncrypted: boolean): Command[] {
  const key = own(keys, name);
  const content = key?.form.type === "string" ? value : parsed(value);
  if (key?.secret) {
    return key.form.type === "object"
      ? askVariables(name, isMap(content) ? Object.keys(content) : [])
      : mendSecret(name, key);
  }
  return isEncrypted ? [] : setAll(name, content);
}

/** The engine hands values of unknown keys over as text. @param scalars Whether text may stand for a number too. */
function parsed(value: unknown, scalars = true): unknown {
  try {
    const content = JSON.parse(String(value)) as unknown;
    return scalars || typeof content === "object" ? content : value;
  } catch {
    return value;
  }
}

/** Whether there is more than what Pulumi.yaml has in the place of nothing. */
function isSet(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== "" &&
    value !== keys.name?.default &&
    !(isMap(value) && Object.keys(value).length === 0)
  );
}

function notOurs(near: string | undefined): string {
  return `is not a key of this program${near === undefined ? "" : `; is ${near} meant?`}`;
}
