import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import { requireClass } from "./database-class";
import { parseTime } from "./moment";
import type * as Library from "./restore/restore";

const load = createRequire(__filename);

export const command = createCommand("restore")
  .usage("STACK [options]")
  .description(
    "Restores the database of a stack from its backups, next to the one in use, and lets it take that one's place. Without a point, lists the points and asks. Shows what it will do, and asks. It can be interrupted and run again. See docs/restoring.md.",
  )
  .argument("<STACK>", "the stack")
  .option("--latest", "the latest restorable time")
  .option("--time <moment>", "a moment: 2026-11-24T09:30:00Z")
  .option("--snapshot <id>", "a snapshot, by its identifier or ARN")
  .option(
    "--automated-backup <arn>",
    "an automated backup that RDS kept or replicated, with --time or --latest",
  )
  .option(
    "--class <class>",
    "another instance class, where RDS has no capacity of the database's",
    requireClass,
  )
  .option("--allow-unencrypted", "also a point that is not encrypted, in place of an encrypted database")
  .option("--undo", "go back to the old database")
  .option("--finish", "delete the old database, with a final snapshot")
  .option("--skip-verify", "do not compare the rows of the tables before the switch")
  .option(
    "--yes",
    "do not ask; does not switch to a database that could not be compared, or that lacks tables or rows",
  )
  .addHelpText("after", "\nExit codes: 0 success, 1 failure or not confirmed, 2 wrong usage.")
  .action(async (stack: string, options: Library.RestoreOptions) => {
    requireStack(command, stack);
    requireOneWay(options);
    if (options.time !== undefined && parseTime(options.time) === undefined) {
      command.error(
        `--time is "${options.time}". Expected a moment with its time zone, such as 2026-11-24T09:30:00Z.`,
      );
    }
    // Loads the clients of AWS.
    const library = load("./restore/restore") as typeof Library;
    await library.restore(stack, options);
  });

/** Reports options that contradict each other. */
function requireOneWay(options: Library.RestoreOptions): void {
  const { latest, time, snapshot, automatedBackup, class: instanceClass, undo, finish } = options;
  const groups = [
    { undo, finish, snapshot, time, latest },
    { undo, finish, snapshot, automatedBackup },
    { undo, finish, class: instanceClass },
  ];
  for (const group of groups) {
    const named = Object.entries(group).flatMap(([name, value]) => (value === undefined ? [] : name));
    if (named.length > 1) {
      const options = named.map(
        (name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      );
      command.error(`${options.join(" and ")} contradict each other. Use one of them.`);
    }
  }
}
