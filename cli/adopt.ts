import { createRequire } from "node:module";
import type * as Library from "./adopt/adopt";
import { createCommand, requireStacks } from "./command";

const load = createRequire(__filename);

export const command = createCommand("adopt")
  .usage("STACK [options]")
  .description(
    "Finds the resources of a stack that were created by hand, shows how the program will change them, and writes the file with which `pulumi import` adds them to the stack. Reads AWS only. See docs/adopting.md.",
  )
  .argument("<STACK>", "the stack, created by `npx pulumi stack init STACK`")
  .option("--account <id>", "fail if the credentials belong to another account")
  .option("--take-secrets", "copy the web environment's secrets to the stack's configuration, encrypted")
  .option("--out <file>", "the import file; default: adopt-STACK.json")
  .option("--force", "overwrite an existing file")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure or blockers, 2 wrong usage.")
  .action(async (stack: string, options: Library.AdoptOptions) => {
    requireStacks(command, [stack]);
    // Loads the clients of ten services.
    const { adopt } = load("./adopt/adopt") as typeof Library;
    await adopt(stack, options);
  });
