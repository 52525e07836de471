import { createRequire } from "node:module";
import { createCommand, requireStackOrAll } from "./command";
import { exitCodes, printReport } from "./report";
import { printReports } from "./reports";
import type * as AllLibrary from "./status/all";
import type * as Library from "./status/status";

const load = createRequire(__filename);

interface Options {
  all?: true;
  cost?: true;
  drift?: true;
  json?: true;
}

export const command = createCommand("status")
  .usage("STACK | --all [options]")
  .description(
    "Says how a deployed stack is: state, environments, alarms, queue, database, backups, certificate, mail, keys, ends of support. Reads only. See docs/operating.md.",
  )
  .argument("[STACK]", "the stack")
  .option("--all", "all stacks with a Pulumi.<stack>.yaml")
  .option("--cost", "also the cost of the month by tag; Cost Explorer charges 0.01 USD a stack for it")
  .option("--drift", "also whether AWS differs from the program; takes a minute")
  .option("--json", "one JSON document on standard output")
  .addHelpText("after", exitCodes)
  .action(async (name: string | undefined, { all, json, ...options }: Options) => {
    const [stack = "", ...others] = requireStackOrAll(command, name, all);
    const topics = { cost: options.cost === true, drift: options.drift === true };
    console.error(`Reading the status of ${all ? "all stacks" : stack} …`);
    // Both load the clients of many services.
    if (all) {
      const { readStatuses } = load("./status/all") as typeof AllLibrary;
      printReports(await readStatuses([stack, ...others], topics), json === true);
    } else {
      const { readStatus } = load("./status/status") as typeof Library;
      printReport(stack, await readStatus(stack, topics), json === true);
    }
  });
