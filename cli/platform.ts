import { createRequire } from "node:module";
import { Argument } from "commander";
import { getSetting } from "../stacks/schema";
import { createCommand, requireStack } from "./command";
import type * as Library from "./platform/platform";

const load = createRequire(__filename);
const branches = (getSetting("platform.branch")?.validator.choices ?? []).map(String);

export const command = createCommand("platform")
  .usage("STACK [BRANCH] [options]")
  .description(
    "Moves a deployed stack to another platform branch or architecture without downtime: new environments come up beside the old ones, and then the address moves. Shows the steps and the commands of the next one. Run it after each step. Reads AWS only. See docs/platform-change.md.",
  )
  .argument("<STACK>", "the stack")
  .addArgument(
    new Argument("[BRANCH]", "the new platform branch; default: the configured one").choices(branches),
  )
  .option("--web <type>", "EC2 instance type of the new web environment")
  .option("--worker <type>", "EC2 instance type of the new worker environment")
  .option("--back", "shows the steps back to the old environments")
  .addHelpText("after", "\nExit codes: 0 success, 1 failure, 2 wrong usage.")
  .action(async (stack: string, branch: string | undefined, options: Library.MoveOptions) => {
    requireStack(command, stack);
    for (const [name, type] of Object.entries({ web: options.web, worker: options.worker })) {
      const { validator } = getSetting(`${name}.instanceTypes`) ?? {};
      if (type !== undefined && validator?.isValid([type]) === false) {
        command.error(`--${name} is "${type}". Expected ${validator.item?.expected ?? ""}.`);
      }
    }
    console.error(`Reading the environments of ${stack} …`);
    const { showPlatformSteps } = load("./platform/platform") as typeof Library;
    await showPlatformSteps(stack, branch, options);
  });
