import { flatten } from "../../cli/flatten";
import { type PropertyValue, redact } from "../../plan/values";

/** The inputs of a resource. */
export type Inputs = Record<string, PropertyValue>;

/** What a deployment does to a resource, worst first. */
export const operations = ["replace", "delete", "update", "create"] as const;
export type Operation = (typeof operations)[number];

/** A value of an input that changes; undefined where there is none. */
export interface InputChange {
  /** The input's name, such as "settings". */
  input: string;
  /** The path of the value in the input, such as "settings[aws:autoscaling:asg MinSize]". */
  path: string;
  from?: string;
  to?: string;
  /** What the change means, such as "replaces the resource". */
  note?: string;
}

/** A resource that changes. */
export interface Change {
  operation: Operation;
  type: string;
  name: string;
  /** Whether Pulumi protects the deployed resource from deletion. */
  protect?: boolean;
  /** The inputs that change. Of a created or deleted resource, none are listed. */
  inputs: InputChange[];
}

/** Returns the differences between the inputs of a resource, value by value. Secrets are compared only as "[secret]". */
export function compareInputs(before: Inputs, after: Inputs): InputChange[] {
  const inputs = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return inputs.flatMap((input) => {
    const values = [before[input], after[input]];
    const documents = values.map(parseDocument);
    const [from, to] = (documents.includes(undefined) ? values : documents).map(
      (value) => new Map(value === undefined ? [] : flatten(input, redact(value))),
    ) as [Map<string, string>, Map<string, string>];
    return [...new Set([...from.keys(), ...to.keys()])]
      .filter((path) => from.get(path) !== to.get(path))
      .map((path) => ({ input, path, from: from.get(path), to: to.get(path) }));
  });
}

/** Parses a JSON document in a string, such as a policy or a dashboard, to compare it member by member. */
function parseDocument(value: PropertyValue | undefined): PropertyValue | undefined {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) {
    return undefined;
  }
  try {
    return JSON.parse(value) as PropertyValue;
  } catch {
    return undefined;
  }
}

/** Returns the count of each operation, such as "1 replace, 2 update". */
export function summarize(changes: Change[]): string {
  const counts = operations
    .map(
      (operation) => [changes.filter((change) => change.operation === operation).length, operation] as const,
    )
    .filter(([count]) => count > 0)
    .map(([count, operation]) => `${count} to ${operation}`);
  return counts.length === 0 ? "no changes" : counts.join(", ");
}

/** The first character decides the color of a line in a `diff` code block: red, orange, green. */
const markers: Record<Operation, string> = { replace: "-", delete: "-", update: "!", create: "+" };

/** Formats changes as lines of a `diff` code block: replacements and deletions first. */
export function formatChanges(changes: Change[]): string[] {
  return operations.flatMap((operation) =>
    changes
      .filter((change) => change.operation === operation)
      .flatMap(({ type, name, protect, inputs }) => [
        `${markers[operation]} ${operation} ${getShortType(type)} ${name}${protect ? " (protected)" : ""}`,
        ...inputs.map((input) => `${markers[operation]}     ${formatInput(input)}`),
      ]),
  );
}

function formatInput({ path, from, to, note }: InputChange): string {
  return `${path}: ${formatValue(from)} → ${formatValue(to)}${note === undefined ? "" : `  (${note})`}`;
}

function formatValue(value = "(none)"): string {
  const line = value.replaceAll(/\s+/g, " ");
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

/** Returns a type as Pulumi displays it: "aws:rds/instance:Instance" is "aws:rds:Instance". */
export function getShortType(type: string): string {
  return type.replace(/\/[^:]*/, "");
}
