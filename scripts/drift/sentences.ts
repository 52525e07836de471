import { unknown, type Wire } from "../../plan/wire";
import { flat } from "../flat";

/** A step of `pulumi preview --refresh --json`: the old state is what AWS has, the new one what the program says. */
export interface Step {
  op: string;
  urn: string;
  oldState?: { inputs?: Record<string, Wire> };
  newState?: { inputs?: Record<string, Wire> };
  /** The inputs that differ. */
  diffReasons?: string[];
}

/** How AWS differs from the program, one sentence for each difference. */
export function sentencesOf(steps: Step[]): string[] {
  return steps.flatMap((step) => {
    switch (step.op) {
      case "create":
        return isExpendable(step) ? [] : [`${labelOf(step)} is not in AWS`];
      case "delete":
        return [`${labelOf(step)} is in AWS and not in the program`];
      case "update":
        return inputsOf(step);
      case "replace":
        return [...inputsOf(step), `${labelOf(step)} would be replaced`];
      default:
        // "same", "read" and "refresh"; and the halves of a replacement, which "replace" tells of.
        return [];
    }
  });
}

/** The first version and its bundle: Elastic Beanstalk deletes them when there are a hundred newer ones. */
function isExpendable({ urn }: Step): boolean {
  return /-bootstrap(-bundle)?$/.test(urn);
}

function labelOf({ urn }: Step): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${type.replace(/^.*:/, "")} ${name}`;
}

function inputsOf(step: Step): string[] {
  const differing = (inputs: Record<string, Wire> = {}) =>
    new Map((step.diffReasons ?? []).flatMap((key) => flat(key, inputs[key] ?? [])));
  const [inAws, inProgram] = [differing(step.oldState?.inputs), differing(step.newState?.inputs)];
  const paths = [...new Set([...inAws.keys(), ...inProgram.keys()])];
  const sentences = paths
    .filter((path) => inAws.get(path) !== inProgram.get(path))
    .map((path) => {
      const [there = "not set", here = "not set"] = [inAws.get(path), inProgram.get(path)].map((value) =>
        value === unknown ? "made anew" : value,
      );
      return `${labelOf(step)}: ${path} is ${there} in AWS and ${here} in the program`;
    });
  // A secret looks the same on both sides.
  return sentences.length > 0
    ? sentences
    : [`${labelOf(step)}: ${(step.diffReasons ?? []).join(", ")} is not as the program says`];
}
