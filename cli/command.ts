import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { type AddHelpTextContext, type AddHelpTextPosition, Command } from "commander";
import { stackNames } from "../plan/stack-files";
import { getTableWidth, getWidth, wrap } from "../plan/text";

/** The folder of Pulumi.yaml and the stack files: the current one, else the one of this checkout. */
export const projectFolder = existsSync("Pulumi.yaml") ? process.cwd() : resolve(__dirname, "..");

/** A command whose texts below the options are wrapped as Commander wraps those above them. */
class WrappedCommand extends Command {
  override addHelpText(
    position: AddHelpTextPosition,
    text: string | ((context: AddHelpTextContext) => string),
  ): this {
    return super.addHelpText(position, (context) =>
      wrap(typeof text === "string" ? text : text(context), getWidth(process.stdout.columns, undefined)),
    );
  }
}

/** Creates a command that reports wrong usage with its usage in one line, and throws a CommanderError. */
export function createCommand(name: string): Command {
  const command = new WrappedCommand(name);
  return command
    .exitOverride()
    .helpOption("-h, --help", "Shows this help")
    .configureHelp({ commandUsage: formatUsage })
    .hook("preAction", requireValues)
    .configureOutput({
      outputError: (text, write) => {
        const message = text.replace(/^error: (.)/, (_, first: string) => first.toUpperCase());
        write(`${message}Usage: ${formatUsage(command)}\n`);
      },
    });
}

/** Reports an option that took the next option as its value, or whose value is empty, as that of an unset variable is. */
function requireValues(command: Command): void {
  for (const option of command.options) {
    const value: unknown = command.getOptionValue(option.attributeName());
    if (value === "" || (typeof value === "string" && value.startsWith("--"))) {
      command.error(`${option.long ?? option.flags} needs a value, but has "${value}".`);
    }
  }
}

function formatUsage(command: Command): string {
  return `${command.name().startsWith("npx ") ? "" : "npx beo "}${command.name()} ${command.usage()}`;
}

/** Wraps a message with the names of many stacks, in a terminal. */
const fit = (message: string) => wrap(message, getTableWidth(process.stderr.columns));

/** Reports wrong usage if a stack has no file. */
export function requireStacks(command: Command, stacks: string[]): void {
  const known = stackNames(projectFolder);
  const unknown = stacks.filter((stack) => !known.includes(stack));
  if (unknown.length > 0) {
    command.error(
      fit(
        `There is no stack "${unknown.join('", "')}" (no Pulumi.<stack>.yaml). The stacks are ${known.join(", ")}.`,
      ),
    );
  }
}

/**
 * Reports wrong usage if a stack has no file. Its name may be qualified: organization/stack.
 *
 * @returns The name of the stack's file.
 */
export function requireStack(command: Command, stack: string): string {
  const name = basename(stack);
  requireStacks(command, [name]);
  // Pulumi's own message speaks of the organization.
  const parts = stack.split("/");
  if (parts.length > 3 || parts.some((part) => /^\.*$/.test(part) || !/^[\w.-]+$/.test(part))) {
    command.error(
      `"${stack}" is not the name of a stack. Expected ${name}, or organization/<project>/${name}.`,
    );
  }
  return name;
}

/** Reports wrong usage unless there are either stacks or --all. */
export function requireEither(command: Command, stacks: readonly string[], all = false): void {
  if (stacks.length > 0 && all) {
    command.error(
      fit(
        `${stacks.join(", ")} and --all exclude each other: --all takes all stacks. Leave one of them out.`,
      ),
    );
  }
  if (stacks.length === 0 && !all) {
    command.error("Name a stack, or use --all.");
  }
}

/**
 * Returns the stacks of a command that takes one, or --all: all that have a file. Reports wrong usage otherwise.
 */
export function requireStackOrAll(command: Command, stack: string | undefined, all = false): string[] {
  requireEither(command, stack === undefined ? [] : [stack], all);
  if (stack === undefined) {
    return stackNames(projectFolder);
  }
  requireStack(command, stack);
  return [stack];
}
