import { join } from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider";
import type { PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import * as components from "../../components";
import { keywords, license, name as packageName } from "../../plugin/package.json";

const [, namespace = "", name = ""] = /^@(.+)\/(.+)$/.exec(packageName) ?? [];

/**
 * Returns the schema of the component package, which components/schema.json holds. The SDK reads it from types and
 * docstrings, which would take too long whenever a program uses the package.
 */
export async function packageSchema(): Promise<PackageSpec> {
  const provider = new ComponentProvider({
    name,
    namespace,
    dirname: join(__dirname, "../../plugin"),
    components: Object.values(components).filter((exported) => typeof exported === "function"),
  });
  const schema = JSON.parse(await provider.getSchema(), toInteger) as PackageSpec;
  Object.entries(schema.types).forEach(sortEnum);
  const registry = { displayName: "BEO Datastore", publisher: namespace, keywords, license };
  return { ...registry, ...schema };
}

/** Orders the values of an enum as its declaration does: the compiler has them in the order in which it met each text. */
function sortEnum([token, type]: [string, PackageSpec["types"][string]]): void {
  const declared = Object.values(
    Object.entries(components).find(([exported]) => token.endsWith(`:${exported}`))?.[1] ?? {},
  );
  if ("enum" in type && Array.isArray(type.enum)) {
    type.enum.sort((one, two) => declared.indexOf(one.value) - declared.indexOf(two.value));
  }
}

/** Returns the text of components/schema.json. */
export function formatSchema(schema: PackageSpec): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** All numbers of the components are integers: Python would get 5432.0 otherwise. */
function toInteger(key: string, value: unknown): unknown {
  return key === "type" && value === "number" ? "integer" : value;
}
