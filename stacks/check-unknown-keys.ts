import {
  type Command,
  findClose,
  memberPath,
  removeCommand,
  removeKeyCommand,
  setCommands,
} from "./commands";
import type { Problem } from "./configuration-error";
import { getNames, getSetting, isGroup } from "./schema";

/** Reports a top-level key that does not exist: a member that was set without `--path`, or a misspelt key. */
export function unknownKey(name: string, values: Record<string, unknown>): Problem {
  // Without --path the CLI takes a dot or a bracket as part of the key.
  const parent = /^(\w+)[.[]/.exec(name)?.[1] ?? "";
  if (isGroup(parent) || getSetting(parent)?.validator.type === "map") {
    const message = `is a member of ${parent}, but was set without --path.`;
    return { key: name, message, commands: [removeKeyCommand(name), ...setCommands(name)] };
  }
  const [close] = findClose(name, getNames());
  return misspelt(name, removeKeyCommand(name), close, values[close ?? ""]);
}

/** Reports a member that a group does not have. */
export function unknownMember(group: string, name: string, members: Record<string, unknown>): Problem {
  const [close] = findClose(name, getNames(group));
  const path = memberPath(group, name);
  return misspelt(path, removeCommand(path), close && `${group}.${close}`, members[close ?? ""]);
}

/** Removes an unknown key, and sets the one that was probably meant unless it has a value. */
export function misspelt(
  key: string,
  remove: Command,
  meant?: string,
  value?: unknown,
  label = meant,
): Problem {
  const commands = meant !== undefined && value === undefined ? setCommands(meant) : [];
  const question = label === undefined ? "" : ` Did you mean ${label}?`;
  return { key, message: `is not a known key.${question}`, commands: [remove, ...commands] };
}
