import { getSetting } from "../../stacks/schema";
import { countItems, findInputSetting, findOptionPath, getEnvironmentGroup } from "../input-settings";
import type { ResourceChange, SuggestedSetting } from "./survey";

/**
 * Returns the change with the setting that keeps the value, or with the reason why the setting cannot have it. A tag is
 * kept by the provider's own `aws:ignoreTags`, whose items are numbered later.
 */
export function addKeep(change: ResourceChange): ResourceChange {
  const { urn, path, from } = change;
  const reason = `${change.label}: ${path} is ${from}`;
  const [, tag] = /^tags\.(.+)$/.exec(path) ?? [];
  if (tag !== undefined && change.to === notSet) {
    return { ...change, keep: { key: "aws:ignoreTags.keys[]", value: tag, reason } };
  }
  const group = getEnvironmentGroup(urn);
  const option = group && findOptionPath(group, path, from);
  if (option !== undefined && change.isDefault !== true && from !== notSet) {
    return { ...change, keep: { key: option, value: from, reason } };
  }
  const keeper = findInputSetting(urn, path);
  const { validator } = getSetting(keeper?.key.replace(/\[.*$/, "") ?? "") ?? {};
  const isSetByHand = change.isDefault !== true || keeper?.keepsDefault === true;
  if (keeper === undefined || validator === undefined || from === notSet || !isSetByHand) {
    return change;
  }
  const text = keeper.convert?.(from) ?? from;
  const value =
    validator.type === "integer" ? Number(text) : validator.type === "boolean" ? text === "true" : text;
  const isValid = validator.type === "list" ? validator.item?.isValid(value) : validator.isValid(value);
  return isValid === true
    ? { ...change, keep: { key: keeper.key, value, reason } }
    : { ...change, to: `${change.to} (${keeper.key} cannot be ${text}: expected ${validator.expected})` };
}

/** How a missing value is shown. */
export const notSet = "not set";

/** Numbers the items of lists, and returns each key once: the first value that is found for it. */
export function numberItems(
  settings: SuggestedSetting[],
  configuration: Readonly<Record<string, string>>,
): SuggestedSetting[] {
  const unique = new Map<string, SuggestedSetting>();
  for (const setting of settings) {
    const id = setting.key.endsWith("[]") ? `${setting.key} ${String(setting.value)}` : setting.key;
    unique.set(id, unique.get(id) ?? setting);
  }
  const next = new Map<string, number>();
  return [...unique.values()].map((setting) => {
    if (!setting.key.endsWith("[]")) {
      return setting;
    }
    const list = setting.key.slice(0, -2);
    const index = next.get(list) ?? countItems(list, configuration);
    next.set(list, index + 1);
    return { ...setting, key: `${list}[${index}]` };
  });
}
