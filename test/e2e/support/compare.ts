import type { PlannedResource } from "../../../plan/plan";
import { type PropertyValue, redact } from "../../../plan/values";

/** A resource in `pulumi preview --json`. */
export interface PreviewedResource {
  urn: string;
  type: string;
  parent?: string;
  protect?: boolean;
  ignoreChanges?: string[];
  inputs?: Record<string, PropertyValue>;
}

/** How the offline plan differs from the engine's preview. */
export function differences(planned: PlannedResource[], previewed: PreviewedResource[]): string[] {
  const engine = new Map(
    previewed.filter(({ type }) => !type.startsWith("pulumi:providers:")).map((one) => [one.urn, one]),
  );
  const plan = new Map(planned.map((one) => [one.urn, one]));
  return [
    ...[...engine.keys()].filter((urn) => !plan.has(urn)).map((urn) => `only in the engine: ${urn}`),
    ...[...plan.keys()].filter((urn) => !engine.has(urn)).map((urn) => `only in the plan: ${urn}`),
    ...planned.flatMap((resource) => {
      const other = engine.get(resource.urn);
      return other === undefined ? [] : between(resource, other);
    }),
  ];
}

function between(planned: PlannedResource, previewed: PreviewedResource): string[] {
  const differs = (what: string, ours: unknown, theirs: unknown) =>
    ours === theirs
      ? []
      : [`${planned.name}: ${what} is ${String(ours)} in the plan and ${String(theirs)} in the engine`];
  return [
    ...differs("type", planned.type, previewed.type),
    ...differs("parent", planned.parent, previewed.parent ?? null),
    ...differs("protect", planned.protect, previewed.protect ?? false),
    ...differs("ignoreChanges", planned.ignoreChanges.join(), (previewed.ignoreChanges ?? []).join()),
    // Masked as the plan is: a secret mark that only one of them has is a difference.
    ...inputDifferences(planned.name, planned.inputs, redact(previewed.inputs ?? {})),
  ];
}

/** The engine's inputs may have more: what the provider fills in. */
function inputDifferences(path: string, ours: PropertyValue, theirs: PropertyValue | undefined): string[] {
  // What AWS tells is known to the engine, and unknown to the plan.
  if (isUnknown(ours) || isUnknown(theirs)) {
    return [];
  }
  if (Array.isArray(ours) && Array.isArray(theirs)) {
    return ours.length === theirs.length
      ? ours.flatMap((item, index) => inputDifferences(`${path}.${index}`, item, theirs[index]))
      : [`${path}: ${ours.length} items in the plan and ${theirs.length} in the engine`];
  }
  if (
    typeof ours === "object" &&
    ours !== null &&
    typeof theirs === "object" &&
    theirs !== null &&
    !Array.isArray(theirs)
  ) {
    return Object.entries(ours).flatMap(([key, value]) =>
      inputDifferences(`${path}.${key}`, value, theirs[key]),
    );
  }
  return JSON.stringify(ours) === JSON.stringify(theirs)
    ? []
    : [`${path}: ${JSON.stringify(ours)} in the plan and ${JSON.stringify(theirs)} in the engine`];
}

function isUnknown(value: PropertyValue | undefined): boolean {
  return value === "[unknown]" || value === "[archive]";
}
