import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import { exitCodes, printReport } from "./report";
import type * as Library from "./status/status";

const load = createRequire(__filename);

export const command = createCommand("status")
  .usage("STACK [options]")
  .description(
    "Says how a deployed stack is: environments, alarms, queue, database, backups, certificate, mail, keys, ends of support. Reads only. See docs/operating.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--cost", "also the cost of the month by tag; Cost Explorer charges 0.01 USD for it")
  .option("--drift", "also whether AWS differs from the program; takes a minute")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", exitCodes)
  .action(async (stack: string, options: { cost?: true; drift?: true; json?: true }) => {
    requireStack(command, stack);
    console.error(`Reading the status of ${stack} …`);
    // Loads the clients of many services.
    const { readStatus } = load("./status/status") as typeof Library;
    const report = await readStatus(stack, { cost: options.cost === true, drift: options.drift === true });
    printReport(stack, report, options.json === true);
  });
