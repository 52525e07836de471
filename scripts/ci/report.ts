import { existsSync, readFileSync } from "node:fs";
import { compareCosts, type Cost } from "../../plan/cost/cost";
import type { StackPlan as Plan } from "../../plan/plan";
import { type Change, formatChanges, summarize } from "./changes";
import { comparePlans } from "./compare-plans";
import { type EngineEvent, readPreview } from "./preview";

/** A plan of `npm start -- --json`, with its estimated cost where it was made with `--cost`. */
type StackPlan = Plan & { cost?: Cost };

const usage = `Usage: node --require ./preload.js scripts/ci/report.ts COMMAND

  plans BASE HEAD       compares two files of \`npm start --silent -- --json --cost\`
  preview STACK EVENTS  reports the event log of \`pulumi preview --event-log EVENTS\`

Prints Markdown for a pull request or a job summary: replacements and deletions first, secrets hidden.`;

/** GitHub limits a comment to 65,536 characters. The reports of three stacks and two previews fit in. */
const maximumBlockLength = 5_000;

/** Reports what a change of the program does to each stack, from the offline plans before and after it. */
export function reportPlans(base: StackPlan[] | undefined, head: StackPlan[]): string {
  const removed = (base ?? []).filter(({ stack }) => !head.some((plan) => plan.stack === stack));
  return [
    "## Offline plan",
    "",
    "Compares the inputs of the resources before and after this change. It does not know AWS or Pulumi's state, hidden secrets or values that are known only after deployment: `pulumi preview` decides.",
    ...head.flatMap((plan) => {
      const before = base?.find(({ stack }) => stack === plan.stack);
      return formatPlan(plan, before, base === undefined ? "no plan before this change" : "new stack");
    }),
    ...removed.flatMap(({ stack }) => [
      "",
      `### ${stack}: Pulumi.${stack}.yaml is removed`,
      "",
      `AWS keeps the resources of a deployed stack until \`npx pulumi destroy -s ${stack}\`.`,
    ]),
  ].join("\n");
}

function formatPlan(plan: StackPlan, base: StackPlan | undefined, ifMissing: string): string[] {
  const errors = [
    ...plan.errors,
    ...plan.violations
      .filter(({ level }) => level === "mandatory")
      .map(({ policy, message }) => `${policy}: ${message}`),
  ];
  if (plan.errors.length > 0) {
    return formatSection(plan.stack, "the plan fails", errors, []);
  }
  if (base === undefined || base.errors.length > 0) {
    const reason = base === undefined ? ifMissing : "the plan before this change fails";
    return formatSection(plan.stack, `${reason}, ${plan.resources.length} resources after it`, errors, []);
  }
  const changes = comparePlans(base, plan);
  return [...formatSection(plan.stack, summarize(changes), errors, changes), ...formatCosts(base, plan)];
}

/** The estimated cost before and after, with the items that change it. */
function formatCosts({ cost: before }: StackPlan, { cost: after }: StackPlan): string[] {
  if (before === undefined || after === undefined) {
    return [];
  }
  const change = compareCosts(before, after);
  const format = (amount: number | null | undefined) =>
    amount === null ? "no price" : (amount?.toFixed(2) ?? "(none)");
  const sum = `Estimated minimum cost: ${format(change.before)} → ${format(change.after)} US dollars a month`;
  return [
    "",
    change.items.length === 0 ? `${sum}.` : `${sum}:`,
    ...formatBlock(
      "diff",
      change.items.map(
        ({ name, before: from, after: to }) =>
          `${to === null || (to ?? 0) > (from ?? 0) ? "-" : "+"} ${name}: ${format(from)} → ${format(to)}`,
      ),
    ),
  ];
}

/** Reports what `pulumi preview` says of a stack. */
export function reportPreview(stack: string, events: EngineEvent[]): string {
  const { changes, errors, succeeded } = readPreview(events);
  const title = succeeded ? summarize(changes) : "the preview fails";
  const causes = succeeded || errors.length > 0 ? errors : ["The job's log has the cause."];
  return ["## `pulumi preview`", ...formatSection(stack, title, causes, changes)].join("\n");
}

function formatSection(stack: string, title: string, errors: string[], changes: Change[]): string[] {
  const destroyed = changes
    .filter(({ operation }) => operation === "replace" || operation === "delete")
    .map(({ name }) => `\`${name}\``);
  const more = destroyed.length > 20 ? [`${destroyed.length - 20} more`] : [];
  const warning = `> Replaces or deletes: ${[...destroyed.slice(0, 20), ...more].join(", ")}`;
  return [
    "",
    `### ${stack}: ${title}`,
    ...(destroyed.length === 0 ? [] : ["", "> [!CAUTION]", warning]),
    ...formatBlock("text", errors),
    ...formatBlock("diff", formatChanges(changes)),
  ];
}

/** The fence is longer than any run of backticks in the lines, so that none of them ends the block. */
function formatBlock(language: string, lines: string[]): string[] {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length)),
  );
  const fence = "`".repeat(longest + 1);
  return lines.length === 0 ? [] : ["", `${fence}${language}`, ...shorten(lines), fence];
}

/** Keeps the first lines, which are the most important ones. */
function shorten(lines: string[]): string[] {
  let length = 0;
  const kept = lines.filter((line) => (length += line.length + 1) <= maximumBlockLength);
  return kept.length === lines.length ? lines : [...kept, `  … ${lines.length - kept.length} more lines`];
}

/** Reads a document of `npm start -- --json`; undefined if the command did not print one. */
function readPlans(file: string): StackPlan[] | undefined {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { stacks: StackPlan[] }).stacks;
  } catch {
    return undefined;
  }
}

function readEvents(file: string): EngineEvent[] {
  return existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as EngineEvent)
    : [];
}

function main([command, first, second]: string[]): number {
  if (first === undefined || second === undefined || (command !== "plans" && command !== "preview")) {
    console.error(usage);
    return 2;
  }
  if (command === "preview") {
    console.log(reportPreview(first, readEvents(second)));
    return 0;
  }
  const head = readPlans(second);
  console.log(
    head === undefined
      ? "## Offline plan\n\nThe plan fails: see the job's log."
      : reportPlans(readPlans(first), head),
  );
  return 0;
}

if (require.main === module) {
  process.exitCode = main(process.argv.slice(2));
}
