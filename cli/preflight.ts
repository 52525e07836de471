import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as Library from "./preflight/preflight";
import { exitCodes, printReport } from "./report";

const load = createRequire(__filename);

export const command = createCommand("preflight")
  .usage("STACK [options]")
  .description(
    "Checks what the first deployment of a stack needs: account, network, DNS, free names, capacity, quotas, rights. Afterwards, what still matters. Reads only. See docs/operating.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", exitCodes)
  .action(async (stack: string, { json }: { json?: true }) => {
    requireStack(command, stack);
    console.error(`Checking what ${stack} needs …`);
    // Loads the clients of many services.
    const { readPreflight } = load("./preflight/preflight") as typeof Library;
    const report = await readPreflight(stack);
    printReport(stack, report, json === true);
  });
