import { getShortType } from "../../plan/resource-types";
import { type PropertyValue, unknown } from "../../plan/values";
import { flatten } from "../flatten";

/** A step of `pulumi preview --refresh --json`: the old state is AWS's, the new one the program's. */
export interface Step {
  op: string;
  urn: string;
  oldState?: { inputs?: Record<string, PropertyValue> };
  newState?: { inputs?: Record<string, PropertyValue> };
  /** The inputs that differ. */
  diffReasons?: string[];
}

/** A difference between AWS and the program. */
export interface Drift {
  urn: string;
  /** What `pulumi up --refresh` would do to the resource. */
  action: "create" | "update" | "replace" | "delete";
  message: string;
}

/** Returns the drift in the steps of a preview. */
export function findDrift(steps: Step[]): Drift[] {
  return steps.flatMap((step): Drift[] => {
    const { op: action, urn } = step;
    const label = formatLabel(step);
    switch (action) {
      case "create":
        return isBootstrapVersion(step) ? [] : [{ urn, action, message: `${label} does not exist in AWS` }];
      case "delete":
        return [
          { urn, action, message: `${label} is in AWS but not in the program: pulumi up would DELETE it` },
        ];
      case "update":
      case "replace": {
        const replacement = action === "replace" ? [`pulumi up would REPLACE ${label}`] : [];
        return [...compareInputs(step), ...replacement].map((message) => ({ urn, action, message }));
      }
      default:
        // "same", "read" and "refresh", and the halves of a replacement, which "replace" covers.
        return [];
    }
  });
}

/** Formats the drift of a stack, with the next step. */
export function formatDrift(stack: string, drift: Drift[]): string {
  if (drift.length === 0) {
    return `${stack}: No drift.`;
  }
  const destroyed = drift.filter(({ action }) => action === "replace" || action === "delete");
  const names = [...new Set(destroyed.map(formatLabel))].join(", ");
  return [
    `${stack}: Drift found.`,
    ...drift.map(({ message }) => `  ${message}`),
    ...(names === ""
      ? ["To change AWS back to the program's values:", `  npx pulumi up --refresh --stack ${stack}`]
      : [
          `Do not run \`npx pulumi up --refresh --stack ${stack}\` before you have read docs/troubleshooting.md: it would REPLACE or DELETE ${names}.`,
        ]),
    `To keep AWS's values, change Pulumi.${stack}.yaml.`,
  ].join("\n");
}

/** Elastic Beanstalk deletes the bootstrap version and its bundle once there are a hundred newer versions. */
function isBootstrapVersion({ urn }: Step): boolean {
  return /-bootstrap(-bundle)?$/.test(urn);
}

function formatLabel({ urn }: { urn: string }): string {
  const [type = "", name = ""] = urn.split("::").slice(-2);
  return `${getShortType(type)} ${name}`;
}

function compareInputs(step: Step): string[] {
  const reasons = step.diffReasons ?? [];
  const getLeaves = (inputs: Record<string, PropertyValue> = {}) =>
    new Map(reasons.flatMap((key) => flatten(key, inputs[key] ?? [])));
  const [inAws, inProgram] = [getLeaves(step.oldState?.inputs), getLeaves(step.newState?.inputs)];
  const format = (value = "not set") => (value === unknown ? "known after deployment" : value);
  const messages = [...new Set([...inAws.keys(), ...inProgram.keys()])]
    .filter((path) => inAws.get(path) !== inProgram.get(path))
    .map(
      (path) =>
        `${formatLabel(step)}: ${path} is ${format(inAws.get(path))} in AWS, ${format(inProgram.get(path))} in the program`,
    );
  // A secret looks the same on both sides.
  return messages.length > 0 ? messages : [`${formatLabel(step)}: ${reasons.join(", ")} differs`];
}
