import { createRequire } from "node:module";
import { createCommand, requireStack } from "./command";
import type * as Library from "./psql/connect";

const load = createRequire(__filename);

export const command = createCommand("psql")
  .usage("STACK [options] [-- arguments of psql]")
  .description(
    "Connects psql to the stack's database, which has no public address, through a port that AWS Systems Manager forwards from an instance. The connection is encrypted and RDS's certificate is verified. See docs/shell.md.",
  )
  .argument("<STACK>", "the stack")
  .argument("[arguments...]", "arguments of psql, after --: -c 'SELECT 1'")
  .option("--master", "as the master user; default: as the application's user")
  .option("--host <name>", "another database that the instances reach, such as a restored one")
  .option(
    "--instance <id>",
    "through this instance; default: a healthy one, or else any that Systems Manager reaches",
  )
  .option("--print", "print the commands without the password; does not run them")
  .addHelpText(
    "after",
    "\nExit codes: 0 success, 1 failure, 2 wrong usage or no connection, 3 a script failed: those of psql.",
  )
  .action(async (stack: string, args: string[], options: Library.PsqlOptions) => {
    requireStack(command, stack);
    // Has the certificates of all regions.
    const { connect } = load("./psql/connect") as typeof Library;
    process.exitCode = await connect(stack, args, options);
  });
