import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const ebignore = ".ebignore";

/**
 * Returns the paths that `eb deploy` leaves out, or of which it takes another version: it archives the last commit, or with
 * `.ebignore` the files as they are on disk. Empty outside Git, where it also takes them from disk.
 */
export function findUncommitted(checkout: string, paths: string[]): string[] {
  if (existsSync(join(checkout, ebignore)) || git(checkout, ["rev-parse"], []) === undefined) {
    return [];
  }
  // Both fail before the first commit.
  const committed = git(checkout, ["ls-tree", "-z", "--name-only", "HEAD"], paths) ?? [];
  const changed = git(checkout, ["diff", "-z", "--name-only", "--relative", "HEAD"], paths) ?? [];
  return paths.filter((path) => !committed.includes(path) || changed.includes(path));
}

/** Returns the paths that `.ebignore` excludes from what `eb deploy` archives. Git reads the patterns, if there is Git. */
export function findExcluded(checkout: string, paths: string[]): string[] {
  if (!existsSync(join(checkout, ebignore))) {
    return [];
  }
  const excluded = ["--others", "--cached"].flatMap(
    (files) =>
      git(checkout, ["ls-files", "-z", files, "--ignored", `--exclude-from=${ebignore}`], paths) ?? [],
  );
  return paths.filter((path) => excluded.includes(path));
}

/** Returns the paths that exist, except those that Git ignores: they are for a developer's own use. */
export function findExisting(checkout: string, paths: string[]): string[] {
  const command = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = git(checkout, command, paths) ?? paths;
  return paths.filter((path) => files.includes(path) && existsSync(join(checkout, path)));
}

/** Returns what a Git command prints, which ends each item with NUL; undefined if it fails. */
function git(checkout: string, command: string[], paths: string[]): string[] | undefined {
  try {
    const args = ["-C", checkout, ...command, "--", ...paths];
    return execFileSync("git", args, { encoding: "utf8", stdio: "pipe" }).split("\0");
  } catch {
    return undefined;
  }
}
