import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * The command's file: the first on PATH, one that npm put there last. npm's `pulumi` is a launcher, which fetches the
 * CLI when it is first used: where a CLI is installed, that one is meant.
 */
export function find(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const isNpms = (folder: string) => folder.includes("node_modules");
  return [...folders.filter((folder) => !isNpms(folder)), ...folders.filter(isNpms)]
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

/** Runs the CLI and gives what it prints. @throws Error with what it printed as `stdout` and `stderr`, where it fails. */
export function pulumi(...args: string[]): string {
  return run(args, "");
}

/** Sets a secret, which no list of processes shows. */
export function setSecret(stack: string, key: string, value: string): void {
  run(["config", "set", "--secret", key, "--stack", stack], value);
}

function run(args: string[], input: string): string {
  return execFileSync(find("pulumi") ?? "pulumi", [...args, "--non-interactive"], {
    encoding: "utf8",
    input,
    maxBuffer: 2 ** 28,
    stdio: "pipe",
  });
}
