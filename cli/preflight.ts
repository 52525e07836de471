import { createRequire } from "node:module";
import { createCommand, requireStackOrAll } from "./command";
import type * as Library from "./preflight/preflight";
import { exitCodes, printReport } from "./report";
import { printReports } from "./reports";

const load = createRequire(__filename);

export const command = createCommand("preflight")
  .usage("STACK | --all [options]")
  .description(
    "Checks what the first deployment of a stack needs: account, network, DNS, free names, capacity, quotas, rights. Afterwards, what still matters. Reads only. See docs/operating.md.",
  )
  .argument("[STACK]", "the stack")
  .option("--all", "all stacks with a Pulumi.<stack>.yaml, and whether the quotas suffice for all of them")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", exitCodes)
  .action(async (name: string | undefined, { all, json }: { all?: true; json?: true }) => {
    const [stack = "", ...others] = requireStackOrAll(command, name, all);
    console.error(`Checking what ${all ? "all stacks need" : `${stack} needs`} …`);
    // Loads the clients of many services.
    const { readPreflight, readPreflights } = load("./preflight/preflight") as typeof Library;
    if (all) {
      printReports(await readPreflights([stack, ...others]), json === true);
    } else {
      printReport(stack, await readPreflight(stack), json === true);
    }
  });
