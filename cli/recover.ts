import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as Library from "./recover/recover";

const load = createRequire(__filename);

export const command = createCommand("recover")
  .usage("STACK [options]")
  .description(
    "Says what an interrupted or failed run left of a stack, and prints the commands that bring it back to a good state, one by one. Changes nothing by itself. See docs/recovery.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--run", "run the commands; asks before each")
  .option("--yes", "with --run: ask only before commands that delete")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", "\nExit codes: 0 nothing to do, 1 something to do or failure, 2 wrong usage.")
  .action(async (stack: string, options: Library.RecoverOptions) => {
    requireStack(command, stack);
    if (options.run && options.json) {
      command.error("--json cannot be used with --run.");
    }
    if (options.yes && !options.run) {
      command.error("--yes has no effect without --run.");
    }
    // Loads the clients of many services.
    const { recover } = load("./recover/recover") as typeof Library;
    process.exitCode = await recover(stack, options);
  });
