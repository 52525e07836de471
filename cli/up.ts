import { accessSync, constants, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import { createCommand, requireEither, requireStack } from "./command";
import type * as Library from "./up/up";

const load = createRequire(__filename);

interface Options {
  all?: true;
  parallel: number;
  preview?: true;
  yes?: true;
  first?: string;
  allowReplace: string[];
  policies?: true;
  logs?: string;
}

export const command = createCommand("up")
  .usage("STACK... | --all [options]")
  .description(
    "Updates several stacks, some of them at the same time. Previews all, shows what each would change, and asks once. Stacks that would replace or delete a resource are left out, unless they are named with --allow-replace. One that fails does not stop the others. See docs/stacks.md.",
  )
  .argument("[STACK...]", "the stacks")
  .option("--all", "all stacks of the project in the backend that have a Pulumi.<stack>.yaml")
  .option("--parallel <number>", "how many stacks run at the same time", parseParallel, 3)
  .option("--preview", "only preview; changes nothing")
  .option("--yes", "do not ask")
  .option("--first <stack>", "update this one alone first, and the others only if that succeeds")
  .addOption(
    new Option(
      "--allow-replace <stack>",
      "update this one too if it would replace or delete resources; may be repeated",
    )
      .default([], "none")
      .argParser((name: string, names: string[]) => [...names, name]),
  )
  .option("--policies", "check the resources with the policy pack, as `up --policy-pack policies` does")
  .option(
    "--logs <folder>",
    "where to create a folder with the logs, named after the time; default: the temporary folder",
  )
  .addHelpText(
    "after",
    "\nExit codes: 0 all stacks are up to date, or with --preview all were previewed; 1 a stack failed or was left out, or failure; 2 wrong usage.",
  )
  .action(async (names: string[], options: Options) => {
    requireEither(command, names, options.all);
    const { first, allowReplace } = options;
    for (const name of [...names, ...allowReplace, ...(first === undefined ? [] : [first])]) {
      requireStack(command, name);
    }
    // Names may be qualified: organization/project/stack.
    const isChosen = (name: string) => names.some((other) => basename(other) === basename(name));
    for (const [option, name] of [
      ["--first", first],
      ...allowReplace.map((one) => ["--allow-replace", one]),
    ]) {
      if (name !== undefined && names.length > 0 && !isChosen(name)) {
        command.error(`${option} ${name} is not one of the stacks.`);
      }
    }
    if (options.yes && options.preview) {
      command.error("--yes has no effect with --preview.");
    }
    if (options.logs !== undefined) {
      createFolder(options.logs);
    }
    // Loads Pulumi's Automation API.
    const { up } = load("./up/up") as typeof Library;
    process.exitCode = await up(names, {
      ...options,
      preview: options.preview === true,
      yes: options.yes === true,
      policies: options.policies === true,
    });
  });

function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    command.error(`--logs ${folder}: ${(error as Error).message}. Expected a folder that can be written to.`);
  }
}

function parseParallel(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) {
    throw new InvalidArgumentError("Expected a whole number from 1.");
  }
  return number;
}
