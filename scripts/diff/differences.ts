import type { StackPlan } from "../../plan/plan";
import { flat } from "../flat";

/** How two stacks differ, in lines. What differs only by the application's name or the environment's is the same. */
export function differencesOf(left: StackPlan, right: StackPlan): string[] {
  return [
    `${left.stack} → ${right.stack}`,
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

function compare(
  left: Record<string, string>,
  right: Record<string, string>,
  { stack: from, applicationName: fromName }: StackPlan,
  { stack: to, applicationName: toName }: StackPlan,
): string[] {
  const translated = (text: string) => text.replaceAll(fromName, toName).replace(new RegExp(`^${from}$`), to);
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
