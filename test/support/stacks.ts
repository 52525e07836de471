import { join } from "node:path";
import type { RecordedResource } from "../../plan/recording-monitor";
import { planStack, runProgram } from "../../plan/plan";
import { record } from "../../plan/record";
import { readStack } from "../../plan/stack-files";
import { answers, exampleOutputs } from "./examples";

const root = join(__dirname, "../..");

/** The folder of stack files that the tests use, so that they do not depend on the operators' files. */
export const fixtures = join(root, "test/fixtures");
export const stacks = ["dev", "staging", "prod"];

/** Plans a stack of the fixtures. */
export function planFixture(stack: string, program?: string) {
  return planStack(stack, fixtures, program);
}

/** The resources of a stack as they are once AWS has given everything: nothing in them is unknown. */
export async function madeStack(stack: string): Promise<RecordedResource[]> {
  const options = { ...readStack(fixtures, stack), outputs: exampleOutputs, invoke: answers };
  const { resources, error } = await record(options, () => runProgram(join(root, "index.ts")));
  if (error !== undefined) {
    throw error;
  }
  return resources;
}
