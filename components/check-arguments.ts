import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** What is wrong with an argument, as the rest of a sentence that begins with its path. */
export interface ArgumentProblem {
  propertyPath: string;
  reason: string;
}

interface Property {
  $ref?: string;
  plain?: boolean;
  items?: Property;
  additionalProperties?: Property;
}
type Properties = Record<string, Property>;
interface Type {
  enum?: { value: unknown }[];
  properties?: Properties;
}
interface Schema {
  resources: Record<string, { inputProperties?: Properties } | undefined>;
  types: Record<string, Type | undefined>;
}

let loaded: Schema | undefined;

/** Returns the package's schema, which says for each argument whether it is plain. */
function getSchema(): Schema {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- `npm run docs` writes it
  return (loaded ??= JSON.parse(readFileSync(join(__dirname, "schema.json"), "utf8")) as Schema);
}

/**
 * Refuses outputs where a component needs a plain value, and values that an enum does not have, before anything is
 * registered. The compiler refuses them in TypeScript, but programs in other languages and in JavaScript can pass them.
 *
 * @throws InputPropertyError, or InputPropertiesError for several arguments.
 */
export function checkArguments(component: string, args: object): void {
  const properties = getSchema().resources[`beo:index:${component}`]?.inputProperties ?? {};
  throwProblems(checkMembers(properties, args, ""));
}

/** Throws an error that names every argument with a problem. Does nothing without problems. */
export function throwProblems(problems: readonly ArgumentProblem[]): void {
  const [first, ...more] = problems;
  if (first === undefined) {
    return;
  }
  const message = problems.map(({ propertyPath, reason }) => `${propertyPath} ${reason}`).join("\n");
  const error =
    more.length === 0
      ? new pulumi.InputPropertyError(first)
      : new pulumi.InputPropertiesError({ message, errors: [...problems] });
  // The engine shows the path, but a program in TypeScript the message only.
  error.message = message;
  throw error;
}

function checkMembers(properties: Properties, values: object, prefix: string): ArgumentProblem[] {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.entries(properties).flatMap(([name, property]) =>
    checkValue(property, given.get(name), `${prefix}${name}`),
  );
}

function checkValue(property: Property, value: unknown, path: string): ArgumentProblem[] {
  const { items, additionalProperties: values } = property;
  const type = getSchema().types[property.$ref?.replace("#/types/", "") ?? ""];
  if (value === undefined || value === null) {
    return [];
  }
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    return property.plain ? [{ propertyPath: path, reason: describeOutput(property, type) }] : [];
  }
  const allowed = type?.enum?.map((one) => one.value) ?? [value];
  if (!allowed.includes(value)) {
    const reason = `is ${JSON.stringify(value)}. Expected ${allowed.slice(0, -1).join(", ")} or ${String(allowed.at(-1))}`;
    return [{ propertyPath: path, reason }];
  }
  if (typeof value !== "object") {
    return [];
  }
  if (items !== undefined) {
    return Object.values(value).flatMap((item, index) => checkValue(items, item, `${path}[${index}]`));
  }
  return values === undefined
    ? checkMembers(type?.properties ?? {}, value, `${path}.`)
    : Object.entries(value).flatMap(([key, item]) => checkValue(values, item, `${path}.${key}`));
}

function describeOutput({ items, additionalProperties }: Property, type: Type | undefined): string {
  const inner = [
    items !== undefined && !items.plain && "a list, whose items may be outputs",
    additionalProperties !== undefined &&
      !additionalProperties.plain &&
      "a map, whose values may be outputs and secrets",
    type?.properties !== undefined && "an object, whose members may be outputs unless they are plain",
  ].find((text) => text !== false);
  return `is an output, but the component has to know it to decide which resources it creates. Pass ${inner ?? "a plain value, for example from the program's configuration"}`;
}
