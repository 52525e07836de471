import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as Library from "./sleep/sleep";

const load = createRequire(__filename);

export const command = createCommand("sleep")
  .usage("STACK [options]")
  .description(
    "Puts a stack to sleep before its time: ends the instances, and stops the database. For a stack with the setting `sleep`, which wakes it again. Shows what it will do, and asks. See docs/operating.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--yes", "do not ask")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage.")
  .action(async (stack: string, options: Library.SleepOptions) => {
    requireStack(command, stack);
    // Loads the clients of AWS.
    const library = load("./sleep/sleep") as typeof Library;
    await library.sleep(stack, options);
  });
