import { rmSync, writeFileSync } from "node:fs";
import { UserError } from "./user-error";

/**
 * Writes a file; an existing one only with `force`.
 *
 * @param mode The permissions of the file.
 * @throws UserError if the file exists or cannot be written.
 */
export function writeNewFile(file: string, content: string, force: boolean, mode = 0o666): void {
  try {
    // The mode applies to new files only, so that an existing file is removed first.
    if (force) {
      rmSync(file, { force: true });
    }
    writeFileSync(file, content, { mode, flag: "wx" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UserError(code === "EEXIST" ? `${file} already exists. Use --force to overwrite it.` : message);
  }
}
