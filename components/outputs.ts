import type * as pulumi from "@pulumi/pulumi";

/** Returns a component's outputs by name: its own fields, without those of Pulumi's base class. */
export function getOutputs(component: pulumi.ComponentResource): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(component).filter(([name]) => !name.startsWith("__") && name !== "urn"),
  );
}
