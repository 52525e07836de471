import { createRequire } from "node:module";
import { basename } from "node:path";
import { createCommand, requireStacks } from "./command";
import { formatReport, getExitCode } from "./report";
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
  .addHelpText(
    "after",
    "\nExit codes: 0 no errors, 1 failure, or something could not be read, 2 wrong usage, 3 errors found.\nWarnings do not change the exit code.",
  )
  .action(async (stack: string, options: { cost?: true; drift?: true; json?: true }) => {
    // The name may be qualified: organization/stack.
    requireStacks(command, [basename(stack)]);
    console.error(`Reading the status of ${stack} …`);
    // Loads the clients of many services.
    const { readStatus } = load("./status/status") as typeof Library;
    const report = await readStatus(stack, { cost: options.cost === true, drift: options.drift === true });
    console.log(options.json ? JSON.stringify({ stack, ...report }, null, 2) : formatReport(stack, report));
    process.exitCode = getExitCode(report);
  });
