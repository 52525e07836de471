import { basename } from "node:path";
import { UserError } from "../user-error";

/**
 * Chooses the stacks of a run: the named ones, or all that are in the backend and have a file.
 *
 * @param files The stacks that have a file.
 * @param inBackend The project's stacks in the backend. Their names may be qualified: organization/stack.
 * @param note Gets a line for each stack that is not in both places.
 * @throws UserError if a named stack is not in the backend, or there is nothing to run.
 */
export function chooseStacks(
  names: readonly string[],
  files: readonly string[],
  inBackend: readonly string[],
  note: (line: string) => void,
): string[] {
  const find = (name: string) =>
    inBackend.find((stack) => stack === name || basename(stack) === basename(name));
  if (names.length > 0) {
    const missing = names.filter((name) => find(name) === undefined);
    if (missing.length > 0) {
      throw new UserError(
        [
          "Not in the backend yet. Create each stack first:",
          ...missing.map((name) => `  npx pulumi stack init ${name}`),
        ].join("\n"),
      );
    }
    return [...new Set(names.flatMap((name) => find(name) ?? []))];
  }
  for (const name of files.filter((file) => find(file) === undefined)) {
    note(`${name} is left out: it has a file, but is not in the backend (npx pulumi stack init ${name}).`);
  }
  for (const name of inBackend.filter((stack) => !files.includes(basename(stack)))) {
    note(`${name} is left out: it is in the backend, but has no Pulumi.${basename(name)}.yaml here.`);
  }
  const stacks = files.flatMap((file) => find(file) ?? []);
  if (stacks.length === 0) {
    throw new UserError(
      "No stack with a Pulumi.<stack>.yaml is in the backend. Create one: npx beo bootstrap",
    );
  }
  return stacks;
}
