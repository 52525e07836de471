import type { PlannedResource, StackPlan } from "../../plan/plan";
import { type Change, compareInputs, type Operation } from "./changes";
import { isReplacing } from "./replacing-inputs";

/** Returns what differs between two offline plans of a stack, and marks the inputs whose change replaces a resource. */
export function comparePlans(base: StackPlan, head: StackPlan): Change[] {
  const [before, after] = [base, head].map(
    ({ resources }) => new Map(resources.filter(isInCloud).map((resource) => [resource.urn, resource])),
  ) as [Map<string, PlannedResource>, Map<string, PlannedResource>];
  const urns = [...new Set([...before.keys(), ...after.keys()])];
  return urns.flatMap((urn) => compareResources(before.get(urn), after.get(urn)));
}

/** Components exist in Pulumi's state only. */
function isInCloud({ type }: PlannedResource): boolean {
  return !type.startsWith("beo:") && type !== "pulumi:pulumi:Stack";
}

function compareResources(before?: PlannedResource, after?: PlannedResource): Change[] {
  if (before !== undefined && after !== undefined) {
    return compareResource(before, after);
  }
  return [
    ...(before === undefined ? [] : [{ ...toChange(before, "delete"), protect: before.protect }]),
    ...(after === undefined ? [] : [toChange(after, "create")]),
  ];
}

function toChange({ type, name }: PlannedResource, operation: Operation): Change {
  return { operation, type, name, inputs: [] };
}

function compareResource(before: PlannedResource, after: PlannedResource): Change[] {
  const inputs = compareInputs(before.inputs, after.inputs).map((change) => ({
    ...change,
    note: getNote(after, change.input),
  }));
  if (before.protect !== after.protect) {
    inputs.push({
      input: "protect",
      path: "protect",
      from: `${before.protect}`,
      to: `${after.protect}`,
      note: undefined,
    });
  }
  if (inputs.length === 0) {
    return [];
  }
  const replaces = inputs.some(({ note }) => note === replacesNote);
  const change = { ...toChange(after, replaces ? "replace" : "update"), inputs };
  return [replaces ? { ...change, protect: before.protect } : change];
}

const replacesNote = "replaces the resource";

function getNote({ type, ignoreChanges }: PlannedResource, input: string): string | undefined {
  if (ignoreChanges.includes(input)) {
    return "ignored by ignoreChanges";
  }
  const replaces = isReplacing(type, input);
  return replaces === undefined ? "may replace the resource" : replaces ? replacesNote : undefined;
}
