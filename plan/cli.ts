import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type * as Costs from "./cost";
import type * as Graphs from "./graph";
import type { RecordedResource } from "./monitor";
import { planStack, StackPlan } from "./plan";
import { painter, render, summary } from "./render";
import { stackNames } from "./stack-files";

const load = createRequire(__filename);

const usage = `Usage: npm start -- [--stack NAME]... [--json | --quiet] [--cost] [--graph]

Plans the stacks offline: what they would consist of, without engine, account or network.

  --stack NAME  plans this stack; may be repeated. Default: all that have a Pulumi.<stack>.yaml
  --json        one JSON document on standard output
  --quiet       one line for each stack, and what is wrong
  --cost        also estimates what each stack costs a month, with the arithmetic; not with --json
  --graph       also writes each stack's diagram: graphs/NAME.mmd (Mermaid) and graphs/NAME.svg
  --help        this text

Exit code: 0; 1 on an error in a configuration or a mandatory policy violation; 2 on wrong arguments.`;

class UsageError extends Error {}

interface Arguments {
  stacks: string[];
  form: "text" | "json" | "quiet";
  cost: boolean;
  graph: boolean;
}

function readArguments(args: string[], known: string[]): Arguments | undefined {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        stack: { type: "string", multiple: true, short: "s" },
        json: { type: "boolean" },
        quiet: { type: "boolean" },
        cost: { type: "boolean", default: false },
        graph: { type: "boolean", default: false },
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      // npm keeps the options before -- for itself.
      code === "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL"
        ? `Is a -- missing? npm start -- --stack NAME\n${message}`
        : message,
    );
  }
  if (values.help) {
    return undefined;
  }
  if (values.json && values.quiet) {
    throw new UsageError("--json and --quiet exclude each other.");
  }
  if (values.json && values.cost) {
    throw new UsageError("--json and --cost exclude each other.");
  }
  const stacks = [...new Set(values.stack ?? known)];
  const strange = stacks.filter((stack) => !known.includes(stack));
  if (strange.length > 0) {
    throw new UsageError(`There is no stack "${strange.join('", "')}": the stacks are ${known.join(", ")}.`);
  }
  const { cost, graph } = values;
  return { stacks, form: values.json ? "json" : values.quiet ? "quiet" : "text", cost, graph };
}

async function main(args: string[]): Promise<number> {
  const chosen = readArguments(args, stackNames(join(__dirname, "..")));
  if (chosen === undefined) {
    console.log(usage);
    return 0;
  }
  const paint = painter(process.stdout.isTTY, process.env.NO_COLOR);
  const plans: StackPlan[] = [];
  for (const stack of chosen.stacks) {
    const { plan, recorded, region } = await planStack(stack);
    plans.push(plan);
    if (chosen.graph && plan.errors.length === 0) {
      writeGraph(plan, recorded);
    }
    if (chosen.form === "text") {
      console.log(render(plan, paint));
    } else if (chosen.form === "quiet") {
      console.log([summary(plan, paint), ...complaints(plan)].join("\n"));
    }
    if (chosen.cost && plan.errors.length === 0) {
      showCost(plan, region);
    }
  }
  if (chosen.form === "json") {
    console.log(JSON.stringify({ stacks: plans }, null, 2));
  }
  return plans.every((plan) => complaints(plan).length === 0) ? 0 : 1;
}

/** Draws what was planned. What draws is loaded only here: the plan alone stays fast. */
function writeGraph({ stack, applicationName }: StackPlan, recorded: RecordedResource[]): void {
  const { graphOf, mermaid, svg } = load("./graph") as typeof Graphs;
  const graph = graphOf(applicationName, recorded);
  mkdirSync("graphs", { recursive: true });
  writeFileSync(`graphs/${stack}.mmd`, mermaid(graph));
  writeFileSync(`graphs/${stack}.svg`, svg(graph));
  console.error(`graphs/${stack}.mmd, graphs/${stack}.svg`);
}

function showCost({ stack, resources }: StackPlan, region: string): void {
  const { costOf, renderCost } = load("./cost") as typeof Costs;
  console.log(renderCost(stack, region, costOf(resources)));
}

/** What makes a plan fail. */
function complaints({ errors, violations }: StackPlan): string[] {
  return [
    ...errors,
    ...violations
      .filter(({ level }) => level === "mandatory")
      .map(({ policy, urn, message }) => `${policy}: ${urn.replace(/^.*::/, "")}: ${message}`),
  ];
}

// Who reads may have enough: `npm start | head`.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
