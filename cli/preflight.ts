import { createRequire } from "node:module";
import { basename } from "node:path";
import { createCommand, requireStacks } from "./command";
import type * as Library from "./preflight/preflight";
import { formatReport, getExitCode } from "./report";

const load = createRequire(__filename);

export const command = createCommand("preflight")
  .usage("STACK [options]")
  .description(
    "Checks what the first deployment of a stack needs: account, network, DNS, free names, capacity, quotas, rights. Afterwards, what still matters. Reads only. See docs/operating.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--json", "one JSON document on standard output")
  .addHelpText(
    "after",
    "\nExit codes: 0 no errors, 1 failure, or something could not be read, 2 wrong usage, 3 errors found.\nWarnings do not change the exit code.",
  )
  .action(async (stack: string, { json }: { json?: true }) => {
    // The name may be qualified: organization/stack.
    requireStacks(command, [basename(stack)]);
    console.error(`Checking what ${stack} needs …`);
    // Loads the clients of many services.
    const { readPreflight } = load("./preflight/preflight") as typeof Library;
    const report = await readPreflight(stack);
    console.log(json ? JSON.stringify({ stack, ...report }, null, 2) : formatReport(stack, report));
    process.exitCode = getExitCode(report);
  });
