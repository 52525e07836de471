import { propertyNamespace } from "../../plan/application-environments";
import type { StackPlan } from "../../plan/plan";
import { getShortType } from "../../plan/resource-types";
import type { StackFile } from "../../plan/stack-files";
import { truncateMiddle } from "../../plan/text";
import type { PropertyValue } from "../../plan/values";
import { getSetting, isGroup } from "../../stacks/schema";
import { flatten } from "../flatten";

/** A stack to compare: its plan and its file. */
export interface Side {
  plan: StackPlan;
  file: StackFile;
}

/** One difference: the value is undefined where the stack does not have the path. */
export interface Difference {
  path: string;
  first?: string;
  second?: string;
}

/** The differences between two stacks, except those that follow from the names of application and environment. */
export interface Comparison {
  stacks: [string, string];
  configuration: Difference[];
  webVariables: Difference[];
  workerVariables: Difference[];
  resources: Difference[];
}

/** Compares two stacks. */
export function compareStacks(first: Side, second: Side): Comparison {
  const [one, two] = [first.plan, second.plan];
  const compare = createComparer(one, two);
  return {
    stacks: [one.stack, two.stack],
    configuration: compare(getSettings(first.file), getSettings(second.file)),
    webVariables: compare(one.environments.web, two.environments.web),
    workerVariables: compare(one.environments.worker, two.environments.worker),
    resources: omitInputsOfMissing(compare(getResources(one), getResources(two))),
  };
}

/** Formats a comparison: "+" only in the second stack, "-" only in the first, "~" different. */
export function formatComparison(comparison: Comparison): string {
  const sections: [string, string[]][] = [
    ["Configuration", comparison.configuration.map(formatDifference)],
    ["Variables of the web environment", comparison.webVariables.map(formatDifference)],
    ["Variables of the worker environment", comparison.workerVariables.map(formatDifference)],
    ["Resources", formatResources(comparison.resources)],
  ];
  return [
    comparison.stacks.join(" → "),
    ...sections.flatMap(([title, lines]) => [
      "",
      title,
      ...(lines.length === 0 ? ["  No differences."] : lines),
    ]),
  ].join("\n");
}

/** Each resource once, with its inputs below it. Variables have sections of their own. */
function formatResources(differences: Difference[]): string[] {
  const byResource = new Map<string, Difference[]>();
  for (const difference of differences) {
    const [resource = "", input] = splitOnce(difference.path, inputSeparator);
    if (input?.startsWith(`settings[${propertyNamespace} `)) {
      continue;
    }
    const inputs = byResource.get(resource) ?? [];
    byResource.set(resource, inputs);
    if (input !== undefined) {
      inputs.push({ ...difference, path: input.replace(/^settings\[(.*)\]$/, "$1") });
    } else {
      // The path of the resource itself: only one stack has it.
      byResource.set(resource, [{ ...difference, path: "" }]);
    }
  }
  return [...byResource].flatMap(([resource, inputs]) =>
    inputs[0]?.path === ""
      ? [formatDifference({ ...inputs[0], path: resource })]
      : [`  ~ ${resource}`, ...inputs.map((input) => `    ${formatDifference(input)}`)],
  );
}

function formatDifference({ path, first, second }: Difference): string {
  if (first !== undefined && second !== undefined) {
    return isDocument(first) && isDocument(second)
      ? `  ~ ${path}: changed`
      : `  ~ ${path}: ${formatValue(first)} → ${formatValue(second)}`;
  }
  const value = formatValue(first ?? second ?? "");
  return `  ${first === undefined ? "+" : "-"} ${path}${value === "" ? "" : `: ${value}`}`;
}

/** Whether a value is a JSON document, such as a policy or a dashboard. */
function isDocument(value: string): boolean {
  return /^\s*(\{|\[\s*["[{\]\d-])/.test(value);
}

const longestValue = 120;

function formatValue(value: string): string {
  if (isDocument(value)) {
    return "(document)";
  }
  return truncateMiddle(value.replaceAll(/\s+/g, " "), longestValue);
}

function splitOnce(text: string, separator: string): string[] {
  const index = text.indexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + separator.length)];
}

/** All settings of a stack file by path, secrets redacted. */
function getSettings({ project, config, secretKeys }: StackFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      const name = key.replace(`${project}:`, "");
      const isObject = isGroup(name) || getSetting(name)?.validator.type === "map";
      return secretKeys.includes(key)
        ? [[name, "[secret]"]]
        : flatten(name, isObject ? (JSON.parse(value) as PropertyValue) : value);
    }),
  );
}

type Leaves = Record<string, string>;

/** Returns a function that compares leaves by path and regards the two stacks' own names as equal. */
function createComparer(from: StackPlan, to: StackPlan): (first: Leaves, second: Leaves) => Difference[] {
  /** Environment and first part of the application's name, which occur as values of their own. */
  const getNames = ({ applicationName, environments: { web }, stack }: StackPlan) => {
    const environment = web.APP_ENV ?? stack;
    return [environment, applicationName.replace(new RegExp(`-${environment}$`), "")];
  };
  const names = new Map(getNames(from).map((name, index) => [name, getNames(to)[index] ?? name]));
  const translate = (text: string) =>
    names.get(text) ?? text.replaceAll(from.applicationName, to.applicationName);
  return (first, second) =>
    [...new Set([...Object.keys(first), ...Object.keys(second)])]
      .map((path) => ({ path, first: first[path], second: second[path] }))
      .filter((leaf) => leaf.first === undefined || translate(leaf.first) !== leaf.second);
}

const inputSeparator = ": ";

/** A resource that only one stack has is listed without its inputs. */
function omitInputsOfMissing(differences: Difference[]): Difference[] {
  const isOneSided = ({ first, second }: Difference) => first === undefined || second === undefined;
  const missing = new Set(differences.filter(isOneSided).map(({ path }) => path));
  return differences.filter(
    ({ path }) => !path.includes(inputSeparator) || !missing.has(path.split(inputSeparator)[0] ?? ""),
  );
}

/** All resources of the cloud by type and name, their protection and all their inputs by path. */
function getResources({ resources }: StackPlan): Leaves {
  return Object.fromEntries(
    resources
      .filter(({ type }) => !/^(pulumi|beo):/.test(type))
      .flatMap(({ type, name, inputs, protect }) => {
        const label = `${getShortType(type)} ${name}`;
        const leaves = flatten("", { protect, ...inputs });
        const paths = leaves.map(([path, value]): [string, string] => [label + inputSeparator + path, value]);
        return [[label, ""] as [string, string], ...paths];
      }),
  );
}
