import documented from "./aws-options.json";

/** What an environment is: a web environment with a load balancer or with a single instance, or a worker environment. */
export type EnvironmentKind = "balanced" | "single" | "worker";

/** A documented option: its values, a range, or a pattern. */
export interface DocumentedOption {
  values?: string[];
  integer?: number[];
  number?: number[];
  /** The range of an ISO 8601 duration, in seconds. */
  duration?: number[];
  pattern?: string;
  /** Says what matches the pattern. */
  expected?: string;
  /** Whether the value is a list, with commas. */
  list?: boolean;
  json?: boolean;
  environments?: string[];
  /** Elastic Beanstalk's default, where it does not describe the option itself. */
  default?: string;
}

/** A documented namespace. */
export interface DocumentedNamespace {
  options?: Record<string, DocumentedOption>;
  /** The kinds of environments that have it. @default all */
  environments?: string[];
  /** The platform that it is for. @default all */
  platform?: string;
  loadBalancer?: string;
  /** Why no environment of the program has it, after its name. */
  reason?: string;
  /** What the name after a slash is. */
  resource?: string;
  /** What the names of options have to match, where there are no names. */
  names?: string;
  expected?: string;
}

/** The documented namespaces. In their names * stands for a name or port, among options for any name. */
const namespaces: Record<string, DocumentedNamespace> = documented.namespaces;

/** The names of the documented namespaces. */
export const namespaceNames: readonly string[] = Object.keys(namespaces);

/** A namespace as a setting names it. */
export interface NamedNamespace {
  namespace: string;
  /** Its name in the table. */
  documentedAs: string;
  /** The name of the process, the port or the rule, or of the resource. */
  name?: string;
  /** Whether the name is that of a resource, and no part of the namespace. */
  isResource: boolean;
  row: DocumentedNamespace;
}

/** Finds a namespace, with or without a slash before the name at its end; undefined if none is documented. */
export function findNamespace(key: string): NamedNamespace | undefined {
  const row = namespaces[key];
  if (row !== undefined && !key.endsWith("*")) {
    return { namespace: key, documentedAs: key, row, isResource: row.resource !== undefined };
  }
  const [, head = "", separator = "", name = ""] = /^(.*?)([:/])([^:/]+)$/.exec(key) ?? [];
  const resourceRow = separator === "/" ? namespaces[head] : undefined;
  if (resourceRow?.resource !== undefined) {
    return { namespace: head, documentedAs: head, name, row: resourceRow, isResource: true };
  }
  const documentedAs = `${head}:*`;
  const namedRow = namespaces[documentedAs];
  return namedRow && { namespace: `${head}:${name}`, documentedAs, name, row: namedRow, isResource: false };
}

/** Returns the first namespace that has an option of a name. */
export function findNamespaceWith(name: string): string | undefined {
  return namespaceNames.find((namespace) => Object.hasOwn(namespaces[namespace]?.options ?? {}, name));
}

/** Returns a documented option. */
export function findOption({ row }: NamedNamespace, name: string): DocumentedOption | undefined {
  const { options = {} } = row;
  return Object.hasOwn(options, name) ? options[name] : options["*"];
}

/** Returns Elastic Beanstalk's default of an option that it does not describe itself. */
export function getDocumentedDefault(namespace: string, name: string): string | undefined {
  const found = findNamespace(namespace);
  return found && findOption(found, name)?.default;
}

/** Completes "Expected …". */
export function describeOption(option: DocumentedOption): string {
  const { values, integer, number, duration, expected = "text", list = false, json = false } = option;
  if (values !== undefined) {
    return values.length === 1
      ? values.join()
      : `${values.slice(0, -1).join(", ")} or ${values.at(-1) ?? ""}`;
  }
  const describeRange = ([min, max]: number[]) => `from ${String(min)} to ${String(max)}`;
  if (integer !== undefined) {
    return `an integer ${describeRange(integer)}`;
  }
  if (number !== undefined) {
    return `a number ${describeRange(number)}`;
  }
  if (duration !== undefined) {
    return `a duration such as PT30M, ${describeRange(duration)} seconds`;
  }
  return json ? "a JSON document" : `${expected}${list ? ", separated by commas" : ""}`;
}

/** Whether an option can have a value. */
export function isAllowed(option: DocumentedOption, value: string): boolean {
  const { values, integer, number, duration, pattern, list = false, json = false } = option;
  if (values !== undefined) {
    return values.includes(value);
  }
  if (integer !== undefined) {
    return /^(0|-?[1-9]\d*)$/.test(value) && isInRange(Number(value), integer);
  }
  if (number !== undefined) {
    return /^\d+(\.\d+)?$/.test(value) && isInRange(Number(value), number);
  }
  if (duration !== undefined) {
    return isInRange(parseDuration(value), duration);
  }
  if (json) {
    return isJsonObject(value);
  }
  const expression = new RegExp(pattern ?? "");
  return (list ? toList(value) : [value]).every((item) => expression.test(item));
}

/** Returns the value as Elastic Beanstalk returns it: with commas and no spaces in lists. */
export function normalizeValue(option: DocumentedOption | undefined, value: string): string {
  return option?.list === true ? toList(value).join(",") : value;
}

function toList(value: string): string[] {
  return value.split(",").map((item) => item.trim());
}

function isInRange(value: number, [min = -Infinity, max = Infinity]: number[]): boolean {
  return value >= min && value <= max;
}

/** Returns the seconds of an ISO 8601 duration; NaN where it is none. */
function parseDuration(value: string): number {
  const [, hours, minutes, seconds] = /^PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(value) ?? [value];
  return value.startsWith("PT") && [hours, minutes, seconds].some((part) => part !== undefined)
    ? Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)
    : NaN;
}

function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
  } catch {
    return false;
  }
}
