import { styleText } from "node:util";
import { applicationVariables } from "../components/application-variables";
import { factsOf } from "./facts";
import { PlannedResource, StackPlan } from "./plan";

type Style = Parameters<typeof styleText>[0];

/** Paints text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Colours on a terminal, unless NO_COLOR asks for none (no-color.org). */
export function painter(isTerminal: boolean, noColor: string | undefined): Paint {
  return isTerminal && !noColor ? (style, text) => styleText(style, text) : (_style, text) => text;
}

/** A stack's plan for people. */
export function render(plan: StackPlan, paint: Paint): string {
  const sections = [
    heading(plan, paint),
    listed("Errors", plan.errors, "✗", (text) => paint("red", text)),
    listed("Warnings", plan.warnings, "!", (text) => paint("yellow", text)),
    ...(plan.errors.length > 0
      ? []
      : [tree(plan.resources, paint), environmentTable(plan, paint), policyResults(plan, paint)]),
    summary(plan, paint),
  ];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

/** A stack's plan in one line. */
export function summary(plan: StackPlan, paint: Paint): string {
  const mandatory = plan.violations.filter(({ level }) => level === "mandatory").length;
  const counts = [
    counted(plan.resources.length, "resource"),
    counted(plan.warnings.length, "warning"),
    counted(plan.errors.length, "error"),
    counted(mandatory, "mandatory violation"),
    `${plan.violations.length - mandatory} advisory`,
  ];
  const good = plan.errors.length + mandatory === 0;
  return `${paint(good ? "green" : "red", good ? "✓" : "✗")} ${plan.stack}: ${counts.join(", ")}`;
}

function heading({ stack, applicationName }: StackPlan, paint: Paint): string {
  const text = `Stack ${stack}${applicationName === "" ? "" : ` · ${applicationName}`}`;
  return `${paint("bold", text)}\n${"─".repeat(text.length)}`;
}

function listed(title: string, texts: string[], mark: string, style: (text: string) => string): string {
  return texts.length === 0
    ? ""
    : [title, ...texts.map((text) => `  ${style(mark)} ${wrapped(text, 4)}`)].join("\n");
}

function tree(resources: PlannedResource[], paint: Paint): string {
  const children = new Map<string | null, PlannedResource[]>();
  for (const resource of resources) {
    children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
  }
  const lines = (parent: string, indent: string): string[] =>
    (children.get(parent) ?? []).flatMap((resource, index, all) => {
      const last = index === all.length - 1;
      const branch = indent + (last ? "└─ " : "├─ ");
      return [
        `${paint("dim", branch)}${lineOf(resource, paint)}`,
        ...lines(resource.urn, indent + (last ? "   " : "│  ")),
      ];
    });
  const [stack] = resources;
  return ["Resources", ...lines(stack?.urn ?? "", "  ")].join("\n");
}

function lineOf(resource: PlannedResource, paint: Paint): string {
  const kind = resource.type.replace(/^.*:/, "");
  const isComponent = resource.type.startsWith("beo:");
  const marks = [
    factsOf(resource.type, resource.inputs),
    resource.protect ? paint("green", "protected") : "",
  ].filter((mark) => mark !== "");
  const label = isComponent ? paint("bold", kind) : paint("cyan", kind);
  return `${label} ${resource.name}${marks.length > 0 ? `  ${marks.join(", ")}` : ""}`;
}

function environmentTable({ environments: { web, worker } }: StackPlan, paint: Paint): string {
  const source = new Map<string, string>(
    applicationVariables.map((variable) => [variable.name, variable.source]),
  );
  const rows = Object.keys(web).map((name) => {
    const [onWeb = "", onWorker = ""] = [web[name], worker[name]];
    return [name, onWeb, onWorker === onWeb ? "=" : onWorker, source.get(name) ?? "configuration"];
  });
  const head = ["Environment", "web", "worker", "source"];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? "").length)),
  );
  const text = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [paint("bold", text(head)), ...rows.map((row) => text(row))].join("\n");
}

function policyResults({ violations, resources }: StackPlan, paint: Paint): string {
  const names = new Map(resources.map(({ urn, name }) => [urn, name]));
  const found = violations.map(({ policy, level, urn, message }) => {
    const style = level === "mandatory" ? "red" : "yellow";
    return `  ${paint(style, `[${level}]`)} ${policy}: ${names.get(urn) ?? "stack"}\n      ${wrapped(message, 6)}`;
  });
  return found.length === 0 ? "Policies: nothing to say" : ["Policies", ...found].join("\n");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

/** Breaks lines at 110 columns, later ones indented. */
function wrapped(text: string, indent: number): string {
  const lines = text.split("\n").flatMap((line) => line.match(/.{1,104}(?:\s|$)/g) ?? [line]);
  return lines.map((line) => line.trim()).join(`\n${" ".repeat(indent)}`);
}
