import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findExecutable } from "../../../cli/pulumi";

/**
 * Returns the Python that has packages, installed on first use, for each version of Python and of the requirements.
 *
 * @param requirements A file that names every package: they are installed without dependencies of their own.
 * @param name Begins the folder's name.
 * @throws Error where there is no Python that can have them.
 */
export function installPython(requirements: string, name: string): string {
  const python = findExecutable("python3");
  const version =
    python === undefined ? "" : execFileSync(python, ["--version"], { encoding: "utf8" }).trim();
  const [, major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
  if (python === undefined || major < 3 || (major === 3 && minor < 10)) {
    throw new Error(
      `${requirements} needs python3, 3.10 or newer, on PATH: there is ${version || "none"}. Install it with its module venv.`,
    );
  }
  const key = createHash("sha256")
    .update(version)
    .update(readFileSync(requirements))
    .digest("hex")
    .slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "beo-datastore");
  const folder = join(cache, `${name}-${key}`);
  const installed = join(folder, "bin/python");
  if (!existsSync(installed)) {
    mkdirSync(cache, { recursive: true });
    const unfinished = mkdtempSync(join(cache, `${name}-`));
    try {
      execFileSync(python, ["-m", "venv", unfinished], { stdio: "pipe" });
      execFileSync(
        join(unfinished, "bin/python"),
        ["-m", "pip", "install", "--quiet", "--no-deps", "--requirement", requirements],
        { stdio: "pipe" },
      );
      renameSync(unfinished, folder);
    } catch (error) {
      rmSync(unfinished, { recursive: true, force: true });
      throw new Error(`${requirements} cannot be installed.`, { cause: error });
    }
  }
  return installed;
}
