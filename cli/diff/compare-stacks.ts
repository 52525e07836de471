import type { StackPlan } from "../../plan/plan";
import { getShortType } from "../../plan/resource-types";
import type { StackFile } from "../../plan/stack-files";
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
  const sections: [string, Difference[]][] = [
    ["Configuration", comparison.configuration],
    ["Variables of the web environment", comparison.webVariables],
    ["Variables of the worker environment", comparison.workerVariables],
    ["Resources", comparison.resources],
  ];
  return [
    comparison.stacks.join(" → "),
    ...sections.flatMap(([title, differences]) => [
      "",
      title,
      ...(differences.length === 0 ? ["  No differences."] : differences.map(formatDifference)),
    ]),
  ].join("\n");
}

function formatDifference({ path, first, second }: Difference): string {
  if (first !== undefined && second !== undefined) {
    return `  ~ ${path}: ${first} → ${second}`;
  }
  const value = first ?? second ?? "";
  return `  ${first === undefined ? "+" : "-"} ${path}${value === "" ? "" : `: ${value}`}`;
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

/** All resources by type and name, and all their inputs by path. */
function getResources({ resources }: StackPlan): Leaves {
  return Object.fromEntries(
    resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .flatMap(({ type, name, inputs, protect }) => {
        const label = `${getShortType(type)} ${name}`;
        const leaves = flatten("", inputs).map(([path, value]) => [label + inputSeparator + path, value]);
        return [[label, protect ? "protected" : ""], ...leaves] as [string, string][];
      }),
  );
}
