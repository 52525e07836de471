import type { Wire } from "../plan/wire";

/** The leaves of a value, by their paths. */
export function flat(path: string, value: Wire): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      isSetting(item)
        ? flat(`${path}[${item.namespace} ${item.name}]`, item.value)
        : flat(`${path}[${index}]`, item),
    );
  }
  if (typeof value === "object" && value !== null) {
    const separator = path.endsWith(": ") ? "" : ".";
    return Object.entries(value).flatMap(([key, item]) => flat(`${path}${separator}${key}`, item));
  }
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}

/** An option of Elastic Beanstalk goes by its name, not by its place. */
function isSetting(item: Wire): item is { namespace: string; name: string; value: Wire } {
  return (
    typeof item === "object" &&
    item !== null &&
    !Array.isArray(item) &&
    typeof item.namespace === "string" &&
    typeof item.name === "string" &&
    "value" in item
  );
}
