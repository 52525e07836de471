import { planStack } from "../plan/plan";
import { readStack } from "../plan/stack-files";
import { createCommand, projectFolder, requireStacks } from "./command";
import { compareStacks, formatComparison } from "./diff/compare-stacks";
import { UserError } from "./user-error";

export const command = createCommand("diff")
  .usage("STACK STACK [options]")
  .description(
    "Compares the configuration, variables and resources of two stacks, offline.\nDifferences that follow from the stacks' names are left out.",
  )
  .argument("<STACK>", "the first stack")
  .argument("<STACK>", "the second stack")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", "\nExit codes: 0 success, 1 configuration errors, 2 wrong usage.")
  .action(async (first: string, second: string, { json }: { json?: true }) => {
    requireStacks(command, [first, second]);
    const comparison = compareStacks(await readSide(first), await readSide(second));
    console.log(json ? JSON.stringify(comparison, null, 2) : formatComparison(comparison));
  });

async function readSide(stack: string) {
  const { plan } = await planStack(stack, projectFolder);
  if (plan.errors.length > 0) {
    throw new UserError(plan.errors.join("\n"));
  }
  return { plan, file: readStack(projectFolder, stack) };
}
