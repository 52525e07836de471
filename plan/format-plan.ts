import { applicationVariables } from "../components/application-variables";
import type { PlannedResource, StackPlan } from "./plan";
import { getShortType, resourceTypes, summarize } from "./resource-types";
import { formatTable, type Paint, wrap } from "./text";
import type { Violation } from "./evaluate-policies";

/** How to format a plan. */
export interface FormatOptions {
  paint: Paint;
  /** Columns of the terminal. */
  width: number;
  /** Columns that a table may have: getTableWidth. */
  tableWidth: number;
  /** Whether to list every resource, variable and advisory. */
  verbose: boolean;
}

/** The number of lines of a plan without errors and violations, unless it is verbose. */
const maximumLines = 40;

/**
 * Formats a stack's plan for people: the summary first.
 *
 * @param waiting The names of the policies that wait for the update.
 */
export function formatPlan(plan: StackPlan, options: FormatOptions, waiting: string[] = []): string {
  const { paint, width, verbose } = options;
  const title = `Stack ${plan.stack}${plan.applicationName === "" ? "" : ` · ${plan.applicationName}`}`;
  const heading = [paint("bold", title), "─".repeat(title.length), formatSummary(plan, paint)];
  // Policies run only if there are no errors.
  const failed = plan.errors.length > 0 ? "Errors" : "Violations";
  const failures = formatList(failed, getFailures(plan), paint("red", "✗"), width);
  const warnings = formatList("Warnings", plan.warnings, paint("yellow", "!"), width);
  const advisories = plan.violations.filter((violation) => !isMandatory(violation)).map(formatViolation);
  if (plan.errors.length > 0) {
    return joinLines([...heading, ...failures, ...warnings]);
  }
  if (verbose) {
    return joinLines([
      ...[...heading, ...failures, ...warnings],
      ...["", "Resources", ...formatTree(plan.resources, options)],
      ...["", ...formatVariables(plan, options)],
      ...formatList("Advisories", advisories, paint("yellow", "!"), width),
      ...formatList(
        "Policies that only the update can check, because AWS assigns what they read",
        waiting,
        "-",
        width,
      ),
    ]);
  }
  const details = [
    ...["", "Main resources", ...formatMainResources(plan, width), ""],
    ...(failures.length === 0 ? [`No violations. ${formatCount(advisories.length, "advisory")}.`] : []),
    ...(waiting.length === 0
      ? []
      : [`${formatCount(waiting.length, "policy")} can only be checked during the update.`]),
    "To list every resource, variable and advisory:",
    `  npx beo plan ${plan.stack} --verbose`,
    "To check what its first deployment needs of the AWS account:",
    `  npx beo preflight ${plan.stack}`,
  ];
  const room = maximumLines - heading.length - details.length - 1;
  const cut =
    warnings.length <= room
      ? warnings
      : [...warnings.slice(0, room - 1), "  … The rest is cut off. Use --verbose to see all warnings."];
  return joinLines([...heading, ...failures, ...cut, ...details]);
}

/** Formats a stack's plan in one line. */
export function formatSummary(plan: StackPlan, paint: Paint): string {
  const violations = plan.violations.filter(isMandatory).length;
  const counts = [
    formatCount(plan.resources.length, "resource"),
    formatCount(plan.warnings.length, "warning"),
    formatCount(plan.errors.length, "error"),
    formatCount(violations, "violation"),
    formatCount(plan.violations.length - violations, "advisory"),
  ];
  const mark = getFailures(plan).length === 0 ? paint("green", "✓") : paint("red", "✗");
  return `${mark} ${plan.stack}: ${counts.join(", ")}`;
}

/** The errors and mandatory violations, which fail a plan. */
export function getFailures({ errors, violations }: StackPlan): string[] {
  return [...errors, ...violations.filter(isMandatory).map(formatViolation)];
}

const isMandatory = ({ level }: Violation) => level === "mandatory";
const formatViolation = ({ policy, message }: Violation) => `${policy}: ${message}`;
const joinLines = (lines: string[]) => `${lines.join("\n")}\n`;

function formatList(title: string, texts: string[], mark: string, width: number): string[] {
  const items = texts.flatMap((text) => `  ${mark} ${wrap(text, width - 4, 4)}`.split("\n"));
  return items.length === 0 ? [] : ["", title, ...items];
}

/** The resources that people know by name, at a glance. */
function formatMainResources({ resources }: StackPlan, width: number): string[] {
  const order = Object.keys(resourceTypes);
  const sorted = [...resources].sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
  const rows = sorted.flatMap((resource) => {
    const { label = "", isMain, nameInput = "" } = resourceTypes[resource.type] ?? {};
    return isMain && typeof resource.inputs[nameInput] === "string"
      ? [{ label, summary: formatInputs(resource) }]
      : [];
  });
  const column = Math.max(0, ...rows.map(({ label }) => label.length)) + 4;
  return rows.flatMap(({ label, summary }) =>
    `  ${label.padEnd(column - 2)}${wrap(summary, width - column, column)}`.split("\n"),
  );
}

function formatTree(resources: PlannedResource[], options: FormatOptions): string[] {
  const children = new Map<string | null, PlannedResource[]>();
  for (const resource of resources) {
    children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
  }
  const formatChildren = (parent: string, indent: string): string[] =>
    (children.get(parent) ?? []).flatMap((resource, index, all) => {
      const isLast = index === all.length - 1;
      const childIndent = indent + (isLast ? "   " : "│  ");
      return [
        ...formatResource(resource, indent + (isLast ? "└─ " : "├─ "), childIndent, options),
        ...formatChildren(resource.urn, childIndent),
      ];
    });
  return formatChildren(resources[0]?.urn ?? "", "  ");
}

/** Formats a resource in one line, or with its summary in the following ones if that does not fit. */
function formatResource(
  resource: PlannedResource,
  branch: string,
  indent: string,
  { paint, width }: FormatOptions,
): string[] {
  const label = getShortType(resource.type);
  const summary = formatInputs(resource);
  const style = resource.type.startsWith("beo:") ? "bold" : "cyan";
  const line = `${paint("dim", branch)}${paint(style, label)} ${resource.name}`;
  const length = branch.length + label.length + resource.name.length + summary.length + 3;
  if (summary === "" || length <= width) {
    return [`${line}  ${summary}`.trimEnd()];
  }
  const lines = wrap(summary, width - indent.length - 2).split("\n");
  return [line, ...lines.map((text) => `${paint("dim", indent)}  ${text}`)];
}

function formatInputs({ type, inputs, protect }: PlannedResource): string {
  return [...summarize(type, inputs), ...(protect ? ["protected"] : [])].join(", ");
}

function formatVariables({ environments: { web, worker } }: StackPlan, options: FormatOptions): string[] {
  const sources = new Map<string, string>(applicationVariables.map(({ name, source }) => [name, source]));
  const rows = Object.entries(web).map(([name, value]) => [
    name,
    value,
    worker[name] === value ? "=" : (worker[name] ?? ""),
    sources.get(name) ?? "configuration",
  ]);
  const [head = "", ...lines] = formatTable([["Variables", "web", "worker", "source"], ...rows], {
    width: options.tableWidth,
    shrink: [1, 2],
  });
  return [options.paint("bold", head), ...lines];
}

function formatCount(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`.replace(/ys$/, "ies")}`;
}
