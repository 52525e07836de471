import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "./user-error";

/** How a file is written. */
export interface WriteOptions {
  /** Whether to overwrite an existing file. */
  force: boolean;
  /** The permissions of the file. */
  mode?: number;
  /** Follows the error if it cannot be written: what it is for, what was not done, and what to do. */
  advice: string;
}

/**
 * Writes a file; an existing one only with `force`.
 *
 * @throws UserError if the file exists or cannot be written.
 */
export function writeNewFile(
  file: string,
  content: string,
  { force, mode = 0o666, advice }: WriteOptions,
): void {
  try {
    // The mode applies to new files only, so that an existing file is removed first.
    if (force) {
      rmSync(file, { force: true });
    }
    writeFileSync(file, content, { mode, flag: "wx" });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST"
      ? new UserError(`${file} already exists. Use --force to overwrite it.`)
      : createWriteError(file, error, advice);
  }
}

/** Writes a file under another name first, which ends in `.part.json`: an interruption leaves no half of it. */
export function writeWholeFile(file: string, content: string, options: Omit<WriteOptions, "force">): void {
  const part = file.replace(/\.json$/, ".part.json");
  writeNewFile(part, content, { ...options, force: true });
  renameSync(part, file);
}

/** Creates the error of a file or folder that cannot be written. */
export function createWriteError(file: string, error: unknown, advice: string): UserError {
  // Node.js adds the system call and the path.
  const problem = (error as Error).message.replace(/, \w+ '.*$/s, "");
  return new UserError(`Cannot write ${file} (${problem}).\n${advice}`, { cause: error });
}

/** Creates a folder for files of a run, which removes it. @throws UserError if it cannot be created. */
export function createTemporaryFolder(prefix: string): string {
  try {
    return mkdtempSync(join(tmpdir(), prefix));
  } catch (error) {
    throw createWriteError(
      tmpdir(),
      error,
      "The command needs a folder for temporary files. Name one that can be written: export TMPDIR=<folder>",
    );
  }
}
