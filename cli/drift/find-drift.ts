import {
  applicationVariables,
  isSecretVariable,
  secretsRevision,
} from "../../components/application-variables";
import { propertyNamespace } from "../../plan/application-environments";
import { type PropertyValue, unknown } from "../../plan/values";
import { setCommand, setSecretCommand } from "../../stacks/commands";
import { getSetting } from "../../stacks/schema";
import { flatten } from "../flatten";
import { findInputSetting, findOptionPath, getEnvironmentGroup } from "../input-settings";
import type { Configured } from "./accepted";
import { configCommands } from "./context";
import type { Drift } from "./drift";
import { impacts, otherImpact } from "./impacts";
import { describeMissing, getLoss, isHarmless, isReplaceable } from "./missing";
import type { Step } from "../preview";
import { formatLabel, getType, toComment } from "./resources";

/** What the state says beside the steps of a preview. */
export interface StateOfSteps {
  /** Further steps: creations of what the state does not have, and that are no drift. */
  pending?: Step[];
  /** Whether the state has a resource. */
  isInState?: (urn: string) => boolean;
}

/** Returns the differences in the steps of a preview: those of properties that the program sets. */
export function findDrift(
  steps: Step[],
  context: Configured,
  { pending = [], isInState = () => true }: StateOfSteps = {},
): Drift[] {
  const { stack } = context;
  const isSafe = steps.every(isHarmless);
  const creations = new Map(
    [...steps, ...pending].filter(({ op }) => op === "create").map((step) => [step.urn, step]),
  );
  /** Pulumi refuses to update a target without what has to be created before it. */
  const update = (step: Step): string => {
    const needed = isSafe ? [] : findNeeded(step, creations);
    const lost = needed.find((one) => !isHarmless(one));
    if (lost !== undefined) {
      return `# It needs ${formatLabel(lost.urn)}, which does not exist in AWS. Restore that first.`;
    }
    const targets = isSafe ? [] : [...needed, step].map(({ urn }) => ` --target '**::${getName(urn)}'`);
    return `npx pulumi up --refresh --stack ${stack}${targets.join("")}`;
  };
  return steps.flatMap((step): Drift[] => {
    const { op, urn } = step;
    const label = formatLabel(urn);
    const base = { urn, undo: [update(step)], keep: [] };
    switch (op) {
      case "create":
        return isBootstrapVersion(step) ? [] : [describeMissing(step, base.undo, isInState(urn))];
      case "delete":
        return [
          {
            ...base,
            action: op,
            severity: "high",
            message: `${label} is in AWS but not in the program: pulumi up would DELETE it`,
            meaning: "The program was changed and not deployed, or the resource belongs to the stack's past.",
            undo: warn(`DELETE ${label}`, update(step)),
          },
        ];
      case "update":
        return compareInputs(step).map((difference) => ({
          ...base,
          action: op,
          ...describe(step, difference, context),
        }));
      case "replace":
        return [
          ...compareInputs(step).map((difference) => describe(step, difference, context)),
          describeReplacement(urn),
        ].map((one) => ({
          ...base,
          action: op,
          ...one,
          undo: isReplaceable(urn) ? base.undo : warn(`REPLACE ${label}`, update(step)),
        }));
      default:
        // "same", "read" and "refresh", and the halves of a replacement, which "replace" covers.
        return [];
    }
  });
}

function describeReplacement(urn: string): Pick<Drift, "message" | "severity" | "meaning" | "keep"> {
  const cannotChange = "AWS cannot change this in place.";
  return isReplaceable(urn)
    ? {
        message: `pulumi up would replace ${formatLabel(urn)}`,
        severity: getLoss(urn).severity,
        meaning: `${cannotChange} It holds nothing that would be lost.`,
        keep: [],
      }
    : {
        message: `pulumi up would REPLACE ${formatLabel(urn)}`,
        severity: "high",
        meaning: cannotChange,
        keep: [],
      };
}

/** Returns what has to be created before the resource of a step, in the order of the dependencies. */
function findNeeded({ urn, newState }: Step, creations: ReadonlyMap<string, Step>): Step[] {
  const { dependencies = [], parent = "" } = newState ?? {};
  const needed = [parent, ...dependencies].flatMap((dependency) => {
    const creation = dependency === urn ? undefined : creations.get(dependency);
    return creation === undefined ? [] : [...findNeeded(creation, creations), creation];
  });
  return [...new Set(needed)];
}

const getName = (urn: string) => urn.replace(/^.*::/, "");

function warn(action: string, command: string): string[] {
  return [
    `# Do not run pulumi up before you have read docs/troubleshooting.md, Drift. It would ${action}:`,
    toComment(command),
  ];
}

/** Elastic Beanstalk deletes the bootstrap version and its bundle once there are a hundred newer versions. */
function isBootstrapVersion({ urn }: Step): boolean {
  return /-bootstrap(-\d+)?(-bundle)?$/.test(urn);
}

/** The value of a statement that a policy has. */
const present = "present";

/** A property that differs. */
interface Difference {
  path: string;
  inAws?: string;
  inProgram?: string;
}

function describe(step: Step, { path, inAws, inProgram }: Difference, context: Configured) {
  const subject = `${getType(step.urn).replace(/^aws:/, "")} ${path}`;
  const impact = impacts.find(({ pattern }) => pattern.test(subject)) ?? otherImpact;
  const isHidden = inProgram === "[secret]" || isSecretVariable(getVariable(path));
  return {
    severity: impact.severity,
    message: `${formatLabel(step.urn)}: ${formatDifference({ path, inAws, inProgram }, isHidden)}`,
    meaning: impact.meaning,
    keep: getSettingCommand(step.urn, path, isHidden ? undefined : inAws, context),
  };
}

function formatDifference({ path, inAws, inProgram }: Difference, isHidden: boolean): string {
  const format = (value = "") =>
    value === unknown ? "known after deployment" : value === "" ? "not set" : value;
  if (inAws === present || inProgram === present) {
    return `${path} is only in ${inAws === present ? "AWS" : "the program"}`;
  }
  return inAws === inProgram || isHidden
    ? `${path} differs`
    : `${path} is ${format(inAws)} in AWS, ${format(inProgram)} in the program`;
}

const getVariable = (path: string) =>
  new RegExp(`^settings\\[${propertyNamespace} (.*)\\]$`).exec(path)?.[1] ?? "";

/** The command that sets AWS's value in the configuration, where a setting has it. */
function getSettingCommand(
  urn: string,
  path: string,
  value: string | undefined,
  context: Configured,
): string[] {
  const [, secret] = path === "value" && urn.includes(":ssm/") ? (/-([A-Z_]+)$/.exec(urn) ?? []) : [];
  const secretKey = applicationVariables.find(({ name }) => name === secret)?.configurationKey;
  if (secretKey !== undefined) {
    return configCommands(context, [setSecretCommand(secretKey)]);
  }
  const own = applicationVariables.find(({ name }) => name === getVariable(path));
  const inputPath = /^settings\[(.*)\]$/.exec(path)?.[1] ?? path;
  const input = findInputSetting(urn, inputPath);
  const group = getEnvironmentGroup(urn);
  const option = group && value !== undefined ? findOptionPath(group, inputPath, value) : undefined;
  const key = own === undefined ? (input?.key ?? option) : own.configurationKey;
  if (key === undefined || value === undefined) {
    return [];
  }
  const type = getSetting(key.replace(/\[\d+\]$/, ""))?.validator.type;
  const text = input?.convert?.(value) ?? value;
  const isText = type === "string" || key.startsWith("extraEnvironment.");
  return configCommands(context, [setCommand(key, isText ? text : parse(text))]);
}

/** A number or boolean as such. */
function parse(value: string): string | number | boolean {
  return /^(\d+|true|false)$/.test(value) ? (JSON.parse(value) as number | boolean) : value;
}

function compareInputs(step: Step): Difference[] {
  const reasons = (step.diffReasons ?? []).filter((key) => !isUnknownPolicy(step, key));
  if (reasons.length === 0) {
    return [];
  }
  const [inAws, inProgram] = [step.oldState, step.newState].map(
    // The provider does not copy every value that it reads to the inputs.
    (state) =>
      new Map(reasons.flatMap((key) => getLeaves(key, state?.inputs?.[key] ?? state?.outputs?.[key]))),
  ) as [Map<string, string>, Map<string, string>];
  const differences = [...new Set([...inAws.keys(), ...inProgram.keys()])]
    .map((path) => ({ path, inAws: inAws.get(path), inProgram: inProgram.get(path) }))
    .filter((one) => (one.inAws ?? "") !== (one.inProgram ?? "") && !isEmpty(one));
  // A secret looks the same on both sides.
  const found = differences.length > 0 ? differences : [{ path: reasons.join(", ") }];
  return found.filter((one) => !isFollowUp(one, step.op));
}

/** Whether a policy depends on what an update creates: its statements cannot be compared before. */
function isUnknownPolicy({ oldState, newState }: Step, key: string): boolean {
  return (
    newState?.inputs?.[key] === unknown &&
    getStatements(oldState?.inputs?.[key] ?? oldState?.outputs?.[key] ?? "") !== undefined
  );
}

/** What AWS returns for what is not set. */
function isEmpty({ inAws = "", inProgram }: Difference): boolean {
  return inProgram === undefined && ["", "0", "false", "null"].includes(inAws);
}

/**
 * The environments' revision of the secrets is not known while a secret changes, nor are the inputs of what is replaced with
 * something else: that is reported by itself.
 */
function isFollowUp({ path, inProgram }: Difference, op: string): boolean {
  return inProgram === unknown && (op === "replace" || getVariable(path) === secretsRevision);
}

/** The leaves of an input; of a policy document its statements, which belong together. */
function getLeaves(key: string, value: PropertyValue = []): [string, string][] {
  const statements = getStatements(value);
  return statements === undefined
    ? flatten(key, value)
    : statements.map((statement) => [`${key} statement ${JSON.stringify(sortKeys(statement))}`, present]);
}

/** The order of an object's members has no meaning, nor has a list of one. */
function sortKeys(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) {
    return value.length === 1 ? sortKeys(value[0] ?? null) : value.map(sortKeys);
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => a.localeCompare(b))
          .map(([key, item]) => [key, sortKeys(item)]),
      )
    : value;
}

function getStatements(value: PropertyValue): PropertyValue[] | undefined {
  if (typeof value !== "string" || !value.includes('"Statement"')) {
    return undefined;
  }
  try {
    return [(JSON.parse(value) as { Statement: PropertyValue }).Statement].flat();
  } catch {
    return undefined;
  }
}
