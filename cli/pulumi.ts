import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { projectFolder } from "./command";
import { UserError } from "./user-error";

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

/** Returns the message of a failed run: what the CLI printed, also one that the Automation API started. */
export function getPulumiMessage(error: unknown): string {
  const { stderr, commandResult, message } = error as PulumiError & { commandResult?: { stderr: string } };
  return (stderr ?? commandResult?.stderr ?? message).trim();
}

/** Creates the error of a run that could not open the backend, or find there what it needs. */
export function createBackendError(error: unknown, problem: string): UserError {
  const message = getPulumiMessage(error);
  const advice = message.includes("PULUMI_ACCESS_TOKEN must be set")
    ? "You are not logged in: npx pulumi login s3://your-state-bucket"
    : "Check the backend of the state: npx pulumi whoami --verbose";
  return new UserError(`${message}\n${problem} ${advice}`, { cause: error });
}

/** What is wrong where {@link findExecutable} finds no Pulumi. */
export const noPulumi = "There is no `pulumi` on PATH. Install it: npm ci";

/**
 * Runs the Pulumi CLI in a project's folder and returns its standard output.
 *
 * @param input Standard input, for values that must not appear in the list of processes.
 * @param place The folder and the environment, by default those of this command.
 * @throws PulumiError if it fails.
 */
export function runPulumi(
  args: string[],
  input = "",
  place: { cwd: string; env: NodeJS.ProcessEnv } = { cwd: projectFolder, env: process.env },
): string {
  const file = findExecutable("pulumi");
  if (file === undefined) {
    throw Object.assign(new Error(noPulumi), { stdout: "", stderr: `${noPulumi}\n` });
  }
  return execFileSync(file, [...args, "--non-interactive"], {
    ...place,
    encoding: "utf8",
    input,
    maxBuffer: 2 ** 28,
    stdio: "pipe",
  });
}
