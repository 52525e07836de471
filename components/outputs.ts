import type * as pulumi from "@pulumi/pulumi";

/** Returns a list in an output, empty where the mocks of a unit test return none. */
export function toList<T>(list: readonly T[] | undefined): readonly T[] {
  return list ?? [];
}

/** Returns a component's outputs by name: its own fields that have a value, without those of Pulumi's base class. */
export function getOutputs(component: pulumi.ComponentResource): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(component).filter(
      ([name, value]) => !name.startsWith("__") && name !== "urn" && value !== undefined,
    ),
  );
}
