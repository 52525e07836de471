import { join } from "node:path";
import { planStack } from "../plan/plan";
import { readStack, stackNames } from "../plan/stack-files";
import { differencesOf } from "./diff/differences";

const usage = `Usage: npm run diff --silent -- STACK STACK

Tells how two stacks differ: their settings, their variables, their resources, and the inputs of these. Offline, like the plan.`;

async function main([left = "", right = "", ...more]: string[]): Promise<number> {
  const root = join(__dirname, "..");
  const known = stackNames(root);
  if (more.length > 0 || !known.includes(left) || !known.includes(right)) {
    console.error(`${usage}\n\nThe stacks are ${known.join(", ")}.`);
    return 2;
  }
  const { plan: one } = await planStack(left);
  const { plan: other } = await planStack(right);
  const errors = [...one.errors, ...other.errors];
  if (errors.length > 0) {
    console.error(errors.join("\n"));
    return 1;
  }
  console.log(
    differencesOf(
      { plan: one, file: readStack(root, left) },
      { plan: other, file: readStack(root, right) },
    ).join("\n"),
  );
  return 0;
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
