import { Argument } from "commander";
import { createCommand, requireStack } from "./command";
import type { Part } from "./shell/deployment";
import { openSession, type SessionOptions } from "./shell/session";

export const command = createCommand("shell")
  .usage("STACK [web|worker] [options]")
  .description(
    "Opens a shell on an instance, as the application's user with its variables, in the virtual environment or the container. Uses AWS Systems Manager: no SSH, no open port. See docs/shell.md.",
  )
  .argument("<STACK>", "the stack")
  .addArgument(
    new Argument("[environment]", "the environment").choices(["web", "worker"]).default("web", "web"),
  )
  .option("--root", "root's shell on the instance itself, for example for Docker and logs")
  .option("--instance <id>", "this instance; default: a healthy one")
  .option("--print", "print the command that starts the session; does not run it")
  .addHelpText("after", "\nExit codes: 0 the session ended, 1 failure, 2 wrong usage.")
  .action(async (stack: string, part: Part, { root, ...options }: SessionOptions & { root?: true }) => {
    requireStack(command, stack);
    const user = root ? "root" : "application";
    process.exitCode = await openSession(stack, { part, user, words: ["bash"] }, options);
  });
