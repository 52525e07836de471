import { createRequire } from "node:module";
import { InvalidArgumentError } from "commander";
import { createCommand, requireStack } from "./command";
import { requireClass } from "./database-class";
import { parseTime } from "./moment";
import type * as Library from "./restore-drill/drill";

const load = createRequire(__filename);

/** @throws InvalidArgumentError unless the text is a moment with its time zone, such as 2026-11-24T09:30:00Z. */
function requireTime(text: string): Date {
  const time = parseTime(text);
  if (time === undefined) {
    throw new InvalidArgumentError("Expected a moment with its time zone, such as 2026-11-24T09:30:00Z.");
  }
  return time;
}

/** @throws InvalidArgumentError unless the text is a number of files. */
function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) {
    throw new InvalidArgumentError("Expected a number from 0 to 9999.");
  }
  return Number(text);
}

export const command = createCommand("restore-drill")
  .usage("STACK [options]")
  .description(
    "Restores the latest backup of the stack's database into a throw-away database, compares that with the original, checks that its files are in the media bucket, removes it, and records the result for status. Only reads the original. Shows what it will do, and asks. See docs/restoring.md.",
  )
  .argument("<STACK>", "the stack")
  .option(
    "--time <moment>",
    "restore this moment, such as 2026-11-24T09:30:00Z; default: the latest",
    requireTime,
  )
  .option("--snapshot <id>", "restore this snapshot")
  .option(
    "--class <class>",
    "instance class of the throw-away database; default: that of the original",
    requireClass,
  )
  .option("--sample <count>", "how many files to look for in the media bucket", parseCount, 20)
  .option(
    "--instance <id>",
    "connect through this instance; default: a healthy one, or else any that Systems Manager reaches",
  )
  .option("--keep", "keep the throw-away database: a drill with --yes does not delete it")
  .option("--remove", "remove what an interrupted or kept drill left; restores nothing")
  .option("--json", "one JSON document on standard output; needs --yes")
  .option("--yes", "do not ask")
  .addHelpText(
    "after",
    "\nExit codes: 0 the drill passed, or the removal succeeded; 1 the drill found problems, or failed; 2 wrong usage.\nAn interrupted drill goes on when the command is run again; with --yes, within 24 hours.",
  )
  .action(async (stack: string, options: Library.DrillOptions) => {
    requireStack(command, stack);
    if (options.time !== undefined && options.snapshot !== undefined) {
      command.error("--time and --snapshot exclude each other.");
    }
    if (options.remove && options.keep) {
      command.error("--remove and --keep exclude each other.");
    }
    if (options.json && !options.yes) {
      command.error("--json leaves no room for a question. Add --yes.");
    }
    // Loads Pulumi's Automation API and the clients of AWS.
    const { drill } = load("./restore-drill/drill") as typeof Library;
    process.exitCode = await drill(stack, options);
  });
