import { createRequire } from "node:module";
import { type Command, CommanderError } from "commander";
import { createCommand } from "./command";
import { UserError } from "./user-error";

/** The commands and what they do. Each is a file of this folder that exports `command`. */
const summaries = {
  plan: "Plans stacks offline: resources, variables, policy violations",
  bootstrap: "Creates the state's bucket, the stacks' keys and GitHub's roles",
  preflight: "Checks what a deployment needs, before it starts",
  up: "Previews and updates several stacks, some of them at the same time",
  platform: "Moves a deployed stack to another platform without downtime",
  adopt: "Finds resources created by hand and prepares their import into a stack",
  status: "Says how a deployed stack is, and what to do",
  drift: "Compares a deployed stack with AWS",
  diff: "Compares the plans of two stacks",
  wake: "Wakes a stack that sleeps at night",
  sleep: "Puts a stack to sleep before its time",
  restore: "Restores the database of a stack from its backups, with a way back",
  recover: "Says what an interrupted run left, and how to recover from it",
  "restore-drill": "Restores the latest backup into a throw-away database, checks it, and removes it",
  shell: "Opens a shell on an instance, in the application's environment",
  manage: "Runs Django's manage.py on an instance",
  psql: "Connects psql to the database through an instance",
  env: "Writes the variables of a deployed stack as a dotenv file",
  overlay: "Writes the files that the application's checkout needs on Elastic Beanstalk",
  "app-workflow": "Prints a GitHub workflow that deploys the application to a stack",
};

/** Builds the front. Only a command that the arguments name is loaded. */
function createProgram(args: string[]): Command {
  const load = createRequire(__filename);
  const program = createCommand("npx beo")
    .description("The tools of BEO Datastore's infrastructure.")
    .usage("<command> [options]")
    .helpCommand("help [command]", "Shows the help of a command")
    .addHelpText("after", "\nExit codes: 0 success, 1 failure or findings, 2 wrong usage.");
  for (const [name, summary] of Object.entries(summaries)) {
    const command = args.includes(name)
      ? (load(`./${name}`) as { command: Command }).command
      : createCommand(name);
    program.addCommand(command.summary(summary));
  }
  return program;
}

async function main(args: string[]): Promise<void> {
  try {
    const program = createProgram(args);
    if (args.length === 0) {
      program.error("Name a command.");
    }
    await program.parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed the help or the message.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
    } else {
      console.error(error instanceof UserError ? error.message : error);
      process.exitCode = 1;
    }
  }
}

// The reader of a pipe may close it early: npx beo plan | head.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1);
});

void main(process.argv.slice(2));
