import type { EnumValue, PackageSpec, Property, Type } from "@pulumi/pulumi/provider/experimental/schema";

type Properties = Record<string, Property>;

/** docs/api.md. */
export function apiReference({ resources, types }: PackageSpec): string {
  const components = byName(resources).map(
    ([name, { description = "", inputProperties = {}, requiredInputs = [], properties = {} }]) => `## ${name}

${description}

${table("Argument", inputProperties, requiredInputs)}

${table("Output", properties)}
`,
  );
  const groups = byName(types).map(
    ([name, { enum: values, properties = {} }]) => `### ${name}

${values === undefined ? table("Property", properties) : listValues(values)}
`,
  );
  return `# API reference

The components' arguments and outputs, from their docstrings. [Using the components](using-components.md) shows them in programs
of your own, in TypeScript and other languages.

A **required** argument has no default. A _plain_ one has to be known when the program runs (of a list or map, how long
it is or its keys); every other one also takes an output of another resource.

${components.join("\n")}
## Types

Groups of arguments, values of which an argument is one, and what outputs consist of.

${groups.join("\n")}`;
}

function byName<T>(all: Record<string, T>): [string, T][] {
  return Object.entries(all)
    .map(([token, one]): [string, T] => [nameOf(token), one])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function table(head: string, properties: Properties, required: string[] = []): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const marks = [
      ...(required.includes(name) ? ["**required**"] : []),
      ...(property.plain ? ["_plain_"] : []),
    ];
    return [`\`${name}\``, [typeOf(property), ...marks].join(", "), property.description ?? ""];
  });
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("\n", " ").replaceAll("|", "\\|")).join(" | ")} |`;
  return [[head, "Type", "What it is"], ["---", "---", "---"], ...rows].map(line).join("\n");
}

function typeOf(type: Type): string {
  if ("$ref" in type) {
    const name = nameOf(type.$ref);
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (type.items !== undefined) {
    return `list of ${typeOf(type.items)}`;
  }
  return type.additionalProperties === undefined ? type.type : `map of ${typeOf(type.additionalProperties)}`;
}

function listValues(values: EnumValue[]): string {
  return `One of ${values.map(({ value }) => `\`${value}\``).join(", ")}.`;
}

/** The last part of a type token. */
function nameOf(token: string): string {
  return token.replace(/^.*:/, "");
}
