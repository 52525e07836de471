import { getShortType } from "../../plan/resource-types";
import type { PropertyValue } from "../../plan/values";
import type { Step } from "../preview";

type Properties = Record<string, PropertyValue>;

/** A resource that exists in AWS. */
export interface Deployed {
  urn: string;
  type: string;
  /** Its name in the program. */
  name: string;
  id: string;
  /** What the program sets. */
  inputs: Properties;
  /** What AWS has. */
  outputs: Properties;
}

/** A resource of the program that Pulumi does not find in AWS. */
export type Missing = Pick<Deployed, "urn" | "type" | "name" | "inputs">;

/** Returns the resources that an update would create. */
export function getMissing(steps: Step[]): Missing[] {
  return steps
    .filter(({ op }) => op === "create")
    .map(({ urn, newState }) => ({
      urn,
      type: getType(urn),
      name: getName(urn),
      inputs: newState?.inputs ?? {},
    }));
}

/** Returns the resources that the steps find in AWS. */
export function getDeployed(steps: Step[]): Deployed[] {
  const found = new Map<string, Deployed>();
  for (const { op, urn, oldState, newState } of steps) {
    const inAws = op === "refresh" ? newState : oldState;
    if (inAws?.id === undefined) {
      continue;
    }
    const { id, inputs = {}, outputs = {} } = inAws;
    found.set(urn, {
      urn,
      type: getType(urn),
      name: getName(urn),
      id,
      // After `refresh` comes a step with the program's inputs, where they differ.
      inputs: newState?.inputs ?? inputs,
      outputs: { ...found.get(urn)?.outputs, ...outputs },
    });
  }
  // What `pulumi up` would create is not there, whatever the state before the refresh says.
  const created = new Set(steps.flatMap(({ op, urn }) => (op === "create" ? urn : [])));
  return [...found.values()].filter(({ urn }) => !created.has(urn));
}

function getName(urn: string): string {
  return urn.replace(/^.*::/, "");
}

/** The resource's type: "aws:rds/instance:Instance". */
export function getType(urn: string): string {
  return (urn.split("::").at(-2) ?? "").replace(/^.*\$/, "");
}

/** What people call a resource: "Instance beo-db-instance". */
export function formatLabel(urn: string): string {
  return `${getShortType(getType(urn))} ${urn.replace(/^.*::/, "")}`;
}

/** A property as text; "" if it is not set or a secret. */
export function getText(properties: Properties, name: string): string {
  const value = properties[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** The texts of a list; none if it is not set. */
export function getTexts(properties: Properties, name: string): string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** A line of commands that is not to be run. */
export function toComment(line: string): string {
  return line.startsWith("#") ? line : `# ${line}`;
}
