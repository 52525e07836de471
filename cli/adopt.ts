import { createRequire } from "node:module";
import type * as Library from "./adopt/adopt";
import { createCommand, requireStacks } from "./command";

const load = createRequire(__filename);

export const command = createCommand("adopt")
  .usage("STACK [options]")
  .description(
    "Takes over a stack that was created by hand: shows what is in use, what the program will change, the steps and the commands of the next one. Run it after each step. Reads AWS only. See docs/adopting.md.",
  )
  .argument("<STACK>", "the stack, created by `npx pulumi stack init STACK`")
  .option("--account <id>", "fail if the credentials belong to another account")
  .option(
    "--save-variables",
    "save the environments' variables in the stack's configuration, secrets encrypted",
  )
  .option("--out <file>", "the import file; default: adopt-STACK.json")
  .option("--force", "overwrite a file that is not an import file")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure or blockers, 2 wrong usage.")
  .action(async (stack: string, options: Library.AdoptOptions) => {
    requireStacks(command, [stack]);
    // Loads the clients of ten services.
    const { adopt } = load("./adopt/adopt") as typeof Library;
    await adopt(stack, options);
  });
