import type { StackPlan } from "../../plan/plan";
import type { StackFile } from "../../plan/stack-files";
import type { Wire } from "../../plan/wire";
import { getSetting, isGroup } from "../../stacks/schema";
import { flat } from "../flat";

/** A stack to compare: what its file says, and what follows. */
export interface Side {
  plan: StackPlan;
  file: StackFile;
}

/** How two stacks differ, in lines. What differs only by the application's name or the environment's is the same. */
export function differencesOf({ plan: left, file }: Side, { plan: right, file: otherFile }: Side): string[] {
  return [
    `${left.stack} → ${right.stack}`,
    ...section("Settings", compare(settingsOf(file), settingsOf(otherFile), left, right)),
    ...section(
      "Variables of the web environment",
      compare(left.environments.web, right.environments.web, left, right),
    ),
    ...section(
      "Variables of the worker environment",
      compare(left.environments.worker, right.environments.worker, left, right),
    ),
    ...section("Resources", withoutInputsOfNew(compare(resourcesOf(left), resourcesOf(right), left, right))),
  ];
}

function section(title: string, lines: string[]): string[] {
  return ["", title, ...(lines.length === 0 ? ["  the same"] : lines)];
}

/** Every setting of a stack's file by path, secrets masked. */
function settingsOf({ project, config, secretKeys }: StackFile): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) => {
      const name = key.replace(`${project}:`, "");
      const isObject = isGroup(name) || getSetting(name)?.validator.type === "map";
      return secretKeys.includes(key)
        ? [[name, "[secret]"]]
        : flat(name, isObject ? (JSON.parse(value) as Wire) : value);
    }),
  );
}

function compare(
  left: Record<string, string>,
  right: Record<string, string>,
  from: StackPlan,
  to: StackPlan,
): string[] {
  /** What differs by name alone: the application's, and by themselves the environment's and the name before it. */
  const namesOf = ({ applicationName, environments: { web }, stack }: StackPlan) => {
    const environment = web.APP_ENV ?? stack;
    return [environment, applicationName.replace(new RegExp(`-${environment}$`), "")];
  };
  const same = new Map(namesOf(from).map((name, index) => [name, namesOf(to)[index] ?? name]));
  const translated = (text: string) =>
    same.get(text) ?? text.replaceAll(from.applicationName, to.applicationName);
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((key) => {
    const [before, after] = [left[key], right[key]];
    if (before === undefined) {
      return [`  + ${key}${after === "" ? "" : `: ${after ?? ""}`}`];
    }
    if (after === undefined) {
      return [`  - ${key}${before === "" ? "" : `: ${before}`}`];
    }
    return translated(before) === after ? [] : [`  ~ ${key}: ${before} → ${after}`];
  });
}

/** What only one stack has is told by its name. */
function withoutInputsOfNew(lines: string[]): string[] {
  return lines.filter(
    (line) => !/^ {2}[+-]/.test(line) || !lines.includes(line.replace(/: .*$/s, "")) || !line.includes(": "),
  );
}

/** Every resource by name, and every input of it by path. */
function resourcesOf({ resources }: StackPlan): Record<string, string> {
  return Object.fromEntries(
    resources
      .filter(({ type }) => type !== "pulumi:pulumi:Stack")
      .flatMap(({ type, name, inputs, protect }) => {
        const label = `${type.replace(/^.*:/, "")} ${name}`;
        return [[label, protect ? "protected" : ""], ...flat(`${label}: `, inputs)];
      }),
  );
}
