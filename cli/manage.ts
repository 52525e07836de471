import { createCommand, requireStack } from "./command";
import { openSession, type SessionOptions } from "./shell/session";

export const command = createCommand("manage")
  .usage("STACK [options] -- COMMAND [arguments of manage.py]")
  .description(
    "Runs Django's manage.py on an instance, as the application's user with its variables. Uses AWS Systems Manager: no SSH, no open port. See docs/shell.md.",
  )
  .argument("<STACK>", "the stack")
  .argument("<COMMAND...>", "the command of manage.py and its arguments, after --: createsuperuser")
  .option("--worker", "on an instance of the worker environment; default: of the web environment")
  .option("--instance <id>", "this instance; default: a healthy one")
  .option("--print", "print the command that starts the session; does not run it")
  .addHelpText(
    "after",
    "\nExit codes: 0 success, 1 failure, 2 wrong usage; those of manage.py if standard output is not a terminal. In a terminal Session Manager does not return them: the session prints them.",
  )
  .action(
    async (stack: string, args: string[], { worker, ...options }: SessionOptions & { worker?: true }) => {
      requireStack(command, stack);
      process.exitCode = await openSession(
        stack,
        { part: worker ? "worker" : "web", user: "application", words: ["python", "manage.py", ...args] },
        options,
      );
    },
  );
