import { createRequire } from "node:module";
import { Option } from "commander";
import type * as CostModule from "../plan/cost/cost";
import { UserError } from "./user-error";
import { formatPlan, formatSummary, getFailures } from "../plan/format-plan";
import { planStack, type StackPlan } from "../plan/plan";
import { findCollisions } from "../plan/collisions";
import { readStacks, stackNames } from "../plan/stack-files";
import { findEnds, nodeVersion } from "../stacks/calendar";
import { createPaint, getTableWidth, getWidth, wrap } from "../plan/text";
import { createCommand, projectFolder, requireStacks } from "./command";

const load = createRequire(__filename);

interface Options {
  stack: string[];
  json?: true;
  quiet?: true;
  verbose?: true;
  cost?: true;
}

export const command = createCommand("plan")
  .usage("[STACK...] [options]")
  .description(
    "Plans stacks offline: runs the program and the policies without the engine, an account or a network.\n`npm start -- [options]` does the same.",
  )
  .argument("[STACK...]", "stacks to plan; default: every stack with a Pulumi.<stack>.yaml")
  .addOption(
    new Option("-s, --stack <name>", "the same as STACK; may be repeated")
      .default([], "none")
      .argParser((name: string, names: string[]) => [...names, name]),
  )
  .addOption(new Option("--json", "one JSON document on standard output").conflicts("quiet"))
  .addOption(new Option("--quiet", "one line for each stack, and its errors and violations"))
  .addOption(new Option("--verbose", "also list every resource, variable and advisory").conflicts("quiet"))
  .option("--cost", "also estimate the minimum monthly cost")
  .addHelpText(
    "after",
    "\nExit codes: 0 success, 1 configuration errors or mandatory violations, 2 wrong usage.",
  )
  .action(async (names: string[], options: Options) => {
    const all = stackNames(projectFolder);
    const chosen = [...new Set([...names, ...options.stack])];
    requireStacks(command, chosen);
    process.exitCode = await planStacks(chosen.length === 0 ? all : chosen, options);
  });

async function planStacks(stacks: string[], options: Options): Promise<number> {
  const paint = createPaint(process.stdout.isTTY, process.env.NO_COLOR);
  const width = getWidth(process.stdout.columns, process.env.COLUMNS);
  const tableWidth = getTableWidth(process.stdout.columns);
  if (stacks.length === 0) {
    throw new UserError(`There is no Pulumi.<stack>.yaml in ${projectFolder}.`);
  }
  const collisions = findCollisions(readStacks(projectFolder, stacks));
  const plans: (StackPlan & { cost?: CostModule.Cost })[] = [];
  for (const stack of stacks) {
    const { plan, region, waiting } = await planStack(stack, projectFolder);
    plan.warnings.push(
      ...collisions.flatMap(({ stacks: both, message }) => (both.includes(stack) ? message : [])),
    );
    const cost = options.cost && plan.errors.length === 0 ? loadCost() : undefined;
    const estimate = cost?.estimateCost(plan.resources, region);
    plans.push({ ...plan, ...(estimate !== undefined && { cost: estimate }) });
    if (options.quiet) {
      console.log([formatSummary(plan, paint), ...getFailures(plan)].join("\n"));
    } else if (!options.json) {
      console.log(formatPlan(plan, { paint, width, tableWidth, verbose: options.verbose ?? false }, waiting));
    }
    if (cost !== undefined && estimate !== undefined && !options.json) {
      console.log(cost.formatCost(stack, estimate, { width, tableWidth }));
    }
  }
  const costs = plans.flatMap(({ cost }) => cost ?? []);
  if (costs.length > 1 && !options.json) {
    const total = costs.reduce((sum, cost) => sum + cost.total, 0);
    const known = costs.every(({ isComplete }) => isComplete) ? "" : ", of known prices";
    console.log(
      `Estimated minimum cost of ${costs.length} stacks: ${total.toFixed(2)} US dollars a month${known}\n`,
    );
  }
  if (!options.json && !options.quiet) {
    findEnds({ node: nodeVersion }, new Date()).forEach(({ text }) => {
      console.log(`${paint("yellow", "!")} ${wrap(text, width - 2, 2)}`);
    });
  }
  if (options.json) {
    console.log(JSON.stringify({ stacks: plans }, null, 2));
  }
  return plans.every((plan) => getFailures(plan).length === 0) ? 0 : 1;
}

/** Loaded only with --cost. */
function loadCost(): typeof CostModule {
  return load("../plan/cost/cost") as typeof CostModule;
}
