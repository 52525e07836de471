import { type Command, removeCommand, rewriteCommands } from "./commands";
import { isRecord, type Validator, type WrongItem } from "./validators";

/**
 * Returns the commands that replace an item and keep the others. Undefined if none is left.
 *
 * @param path The path of the list that has the wrong items; the item may be in a list of one of its maps.
 */
export function replaceItem(
  path: string,
  list: unknown,
  wrong: readonly WrongItem[],
  item: WrongItem,
  validator: Validator,
): Command[] | undefined {
  if (validator.type !== "map") {
    const inner = item.path.replace(/\[\d+\]$/, "");
    let items = list;
    for (const [name] of inner.matchAll(/\w+/g)) {
      items = Array.isArray(items) ? items[Number(name)] : isRecord(items) ? items[name] : undefined;
    }
    return Array.isArray(items) ? rewriteCommands(path + inner, items, validator) : undefined;
  }
  // From the last one on, since to remove an item gives those after it another index.
  const removed = wrong
    .filter((one) => one.validator?.type === "map" && /^\[\d+\]$/.test(one.path))
    .reverse();
  return Array.isArray(list) && removed.length < list.length
    ? removed.map((one) => removeCommand(path + one.path))
    : undefined;
}
