import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as Library from "./sleep/sleep";

const load = createRequire(__filename);

export const command = createCommand("wake")
  .usage("STACK [options]")
  .description(
    "Wakes a stack that sleeps (`sleep`): starts the database and then the instances. It takes about 15 minutes, may be interrupted, and run again. The stack falls asleep again at its time. Shows what it will do, and asks. See docs/operating.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--yes", "do not ask")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage.")
  .action(async (stack: string, options: Library.SleepOptions) => {
    requireStack(command, stack);
    // Loads the clients of AWS.
    const library = load("./sleep/sleep") as typeof Library;
    await library.wake(stack, options);
  });
