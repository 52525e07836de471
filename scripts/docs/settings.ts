import { join } from "node:path";
import { isGroup, schema, type Setting } from "../../stacks/schema";
import { type DocumentedMember, readDocstrings } from "./docstrings";

/** A configuration key with its docstring and its validator. */
export interface DocumentedSetting {
  /** The key, with a dot before a member of a group: `web.minSize`. */
  path: string;
  member: DocumentedMember;
  setting: Setting;
}

/** A group of configuration keys with the docstring of its argument. */
export interface DocumentedGroup {
  name: string;
  member: DocumentedMember;
}

const root = join(__dirname, "../..");

/**
 * Every configuration key, with the docstring of the argument that it sets.
 *
 * @throws Error where an argument has no docstring.
 */
export function readSettings(): { settings: DocumentedSetting[]; groups: DocumentedGroup[] } {
  const docstrings = new Map([
    ...readDocstrings(join(root, "components")),
    ...readDocstrings(join(root, "stacks")),
  ]);
  const find = (type: string, name: string): DocumentedMember => {
    const member = docstrings.get(type)?.find((candidate) => candidate.name === name);
    if (member === undefined || member.description === "") {
      throw new Error(`${type}.${name} has no docstring.`);
    }
    return member;
  };
  const own = new Set(docstrings.get("Configuration")?.map(({ name }) => name));
  const topLevel = (name: string) => find(own.has(name) ? "Configuration" : "BeoDatastoreArgs", name);

  const groups = Object.keys(schema)
    .filter(isGroup)
    .map((name) => ({ name, member: topLevel(name) }));
  const settings = Object.entries(schema).flatMap(([name, entry]): DocumentedSetting[] =>
    isGroup(name)
      ? Object.entries(entry as Record<string, Setting>).map(([field, setting]) => ({
          path: `${name}.${field}`,
          member: find(topLevel(name).type, field),
          setting,
        }))
      : [{ path: name, member: topLevel(name), setting: entry as Setting }],
  );
  return { settings, groups };
}
