import type { OptionSetting } from "../plan/application-environments";
import type { PropertyValue } from "../plan/values";

/** Returns the leaves of a value with their paths. Items of a list that have an id are identified by it, not by position. */
export function flatten(path: string, value: PropertyValue): [string, string][] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      isOptionSetting(item)
        ? flatten(`${path}[${item.namespace}${formatResource(item)} ${item.name}]`, item.value)
        : flatten(`${path}[${getId(item) ?? index}]`, item),
    );
  }
  if (typeof value === "object" && value !== null) {
    const prefix = path === "" ? "" : `${path}.`;
    return Object.entries(value).flatMap(([key, item]) => flatten(`${prefix}${key}`, item));
  }
  return [[path, typeof value === "string" ? value : JSON.stringify(value)]];
}

/** Elastic Beanstalk's options are identified by namespace and name, not by position. */
function isOptionSetting(item: PropertyValue): item is PropertyValue & OptionSetting {
  return (
    typeof item === "object" &&
    item !== null &&
    !Array.isArray(item) &&
    typeof item.namespace === "string" &&
    typeof item.name === "string" &&
    "value" in item
  );
}

/** Scheduled actions have the same options each. */
function formatResource({ resource = "" }: OptionSetting): string {
  return resource === "" ? "" : `/${resource}`;
}

function getId(item: PropertyValue): string | undefined {
  return typeof item === "object" && item !== null && !Array.isArray(item) && typeof item.id === "string"
    ? item.id
    : undefined;
}
