import { join } from "node:path";
import { ComponentProvider } from "@pulumi/pulumi/provider/experimental/provider";
import type { PackageSpec } from "@pulumi/pulumi/provider/experimental/schema";
import * as components from "../../components";

/** The schema that the engine gets of the component package: the SDK reads it from types and docstrings. */
export async function packageSchema(): Promise<PackageSpec> {
  const provider = new ComponentProvider({
    name: "beo",
    dirname: join(__dirname, "../../components"),
    components: Object.values(components),
  });
  return JSON.parse(await provider.getSchema()) as PackageSpec;
}
