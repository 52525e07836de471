import { Option } from "commander";
import { createCommand, projectFolder, requireStack } from "./command";
import { findIncompatibilities, findMissingLandmarks } from "./overlay/checkout";
import { type Difference, findDifferences, findInvalidPaths, readOverlay, writeFiles } from "./overlay/files";
import { getNumbers, type Platform, platforms, readNumbers } from "./overlay/numbers";
import { findExcluded, findUncommitted } from "./overlay/repository";
import { UserError } from "./user-error";

interface Options {
  platform?: Platform;
  stack?: string;
  check?: true;
  force?: true;
}

export const command = createCommand("overlay")
  .usage("CHECKOUT [options]")
  .description(
    "Writes the files that a checkout of the application needs on Elastic Beanstalk: processes, proxy, hooks and logs.\nDeletes nothing, and overwrites files only with --force. docs/application.md describes the files.",
  )
  .argument("<CHECKOUT>", "the folder of the application's checkout")
  .option("--stack <stack>", "take the platform, limits and time-outs from this stack's file")
  .addOption(new Option("--platform <platform>", "the platform; default: the stack's").choices(platforms))
  .option("--check", "write nothing; exit with 1 if the checkout lacks something")
  .option("--force", "overwrite files that differ")
  .addHelpText("after", "\nExit codes: 0 success, 1 the checkout lacks something or differs, 2 wrong usage.")
  .action((checkout: string, options: Options) => {
    const { platform, numbers } = getTarget(options);
    const missing = findMissingLandmarks(checkout);
    if (missing.length > 0) {
      command.error(`${checkout} is not a checkout of beo_datastore: it has no ${missing.join(", ")}.`);
    }
    const overlay = readOverlay(platform, numbers);
    const invalidPaths = findInvalidPaths(checkout, overlay);
    if (invalidPaths.length > 0) {
      throw new UserError(
        `Nothing was written to ${checkout}:\n  ${invalidPaths.join("\n  ")}\nMove them away.`,
      );
    }
    const differences = findDifferences(checkout, overlay);
    for (const { path, state, patch } of differences) {
      console.log(patch === "" ? `${path}: ${state}` : patch.trimEnd());
    }
    const left = options.check ? differences : write(checkout, differences, options.force === true);
    const incompatibilities = findIncompatibilities(checkout, platform, overlay);
    // The others are reported already.
    const complete = overlay
      .map(({ path }) => path)
      .filter((path) => !left.some((file) => file.path === path));
    const uncommitted = findUncommitted(checkout, complete);
    const excluded = findExcluded(checkout, complete);
    const isCheck = options.check === true;
    report(checkout, platform, { left, incompatibilities, uncommitted, excluded, isCheck });
    const problems = [...left, ...incompatibilities, ...excluded, ...(isCheck ? uncommitted : [])];
    process.exitCode = problems.length > 0 ? 1 : 0;
  });

/** Returns the platform and the numbers for the files. */
function getTarget({ stack, platform }: Options) {
  if (stack === undefined) {
    return platform === undefined
      ? command.error("Name the stack with --stack, or the platform with --platform.")
      : { platform, numbers: getNumbers() };
  }
  const target = readNumbers(projectFolder, requireStack(command, stack));
  if (platform !== undefined && platform !== target.platform) {
    command.error(
      `Stack ${stack} has a ${target.platform} platform (platform.branch), not ${platform}. Leave out --stack or --platform.`,
    );
  }
  return target;
}

/** Writes what does not overwrite anything, or all of it, and returns the rest. */
function write(checkout: string, differences: Difference[], force: boolean): Difference[] {
  const isWritten = ({ state }: Difference) => force || state !== "different";
  writeFiles(checkout, differences.filter(isWritten));
  return differences.filter((difference) => !isWritten(difference));
}

interface Findings {
  left: Difference[];
  incompatibilities: string[];
  uncommitted: string[];
  excluded: string[];
  isCheck: boolean;
}

function report(checkout: string, platform: Platform, findings: Findings): void {
  const { left, incompatibilities, uncommitted, excluded, isCheck } = findings;
  if (left.length > 0) {
    const files = left.map(({ path }) => path).join(", ");
    console.error(
      isCheck
        ? `The checkout lacks files for the ${platform} platform, or has others: ${files}. Write them with npx beo overlay.`
        : `Not overwritten: ${files}. Use --force to overwrite.`,
    );
  }
  incompatibilities.forEach((incompatibility) => {
    console.error(incompatibility);
  });
  if (excluded.length > 0) {
    console.error(
      `.ebignore excludes ${excluded.join(", ")} from what eb deploy archives. Remove the patterns, or except the files with "!".`,
    );
  }
  if (uncommitted.length > 0) {
    const repository = `git -C ${quote(checkout)}`;
    console.error(
      `eb deploy archives the last commit. These files are not committed; commit them:\n  ${repository} add --force ${uncommitted.map(quote).join(" ")}\n  ${repository} commit`,
    );
  }
  if (left.length + incompatibilities.length + uncommitted.length + excluded.length === 0) {
    console.error(`The checkout is complete for the ${platform} platform.`);
  }
}

/** Quotes an argument for a POSIX shell, if it has to be. */
function quote(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
