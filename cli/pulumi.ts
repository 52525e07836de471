import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { projectFolder } from "./command";

/**
 * Finds a command on PATH, outside node_modules first: npm's `pulumi` is a launcher that downloads the CLI on first use,
 * so an installed CLI takes precedence.
 */
export function findExecutable(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isLauncher = (folder: string) => folder.includes("node_modules");
  return [...folders.filter((folder) => !isLauncher(folder)), ...folders.filter(isLauncher)]
    .map((folder) => join(folder, command))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** What a failed run of the CLI printed. */
export interface PulumiError extends Error {
  stdout?: string;
  stderr?: string;
}

/**
 * Runs the Pulumi CLI in the project's folder and returns its standard output.
 *
 * @param input Standard input, for values that must not appear in the list of processes.
 * @throws PulumiError if it fails.
 */
export function runPulumi(args: string[], input = ""): string {
  return execFileSync(findExecutable("pulumi") ?? "pulumi", [...args, "--non-interactive"], {
    cwd: projectFolder,
    encoding: "utf8",
    input,
    maxBuffer: 2 ** 28,
    stdio: "pipe",
  });
}
