import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { createTwoFilesPatch } from "diff";
import { createWriteError } from "../write-file";
import { getCertificates } from "./certificates";
import type { Numbers, Platform } from "./numbers";

const root = resolve(__dirname, "../../overlay");

/** A file of the overlay. */
export interface OverlayFile {
  /** Its path in the checkout. */
  path: string;
  content: string;
  isExecutable: boolean;
}

/** A file of the overlay, and what the checkout has instead. */
export interface Difference extends OverlayFile {
  state: "missing" | "different" | "not executable";
  /** As a unified diff. */
  patch: string;
}

/** Returns the files that a checkout needs on a platform, sorted by path. */
export function readOverlay(platform: Platform, numbers: Numbers): OverlayFile[] {
  const files = ["common", platform]
    .flatMap((part) => {
      const folder = join(root, part);
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({ path: relative(folder, file), text: readFileSync(file, "utf8") }));
    })
    .map(({ path, text }) => ({
      path,
      content: fillIn(text, numbers, path),
      isExecutable: text.startsWith("#!"),
    }));
  const certificates = {
    path: "beanstalk/rds-ca.pem",
    content: getCertificates(numbers.region),
    isExecutable: false,
  };
  return [...files, certificates].sort((a, b) => a.path.localeCompare(b.path));
}

/** Replaces placeholders such as `{{uploadLimit}}`. */
function fillIn(text: string, numbers: Numbers, path: string): string {
  const values: Record<string, string | number> = { ...numbers };
  return text.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) {
      throw new Error(`${path} contains ${placeholder}, which has no value.`);
    }
    return String(value);
  });
}

/** Returns the reasons why files of the overlay cannot be written: links and folders in their place, and files as folders. */
export function findInvalidPaths(checkout: string, overlay: OverlayFile[]): string[] {
  return [...new Set(overlay.flatMap(({ path }) => checkPath(checkout, path) ?? []))];
}

function checkPath(checkout: string, path: string): string | undefined {
  const names = path.split("/");
  for (const length of names.keys()) {
    const part = names.slice(0, length + 1).join("/");
    const found = lstatSync(join(checkout, part), { throwIfNoEntry: false });
    const expected = part === path ? "file" : "folder";
    if (found === undefined) {
      return undefined;
    }
    if (found.isSymbolicLink()) {
      return `${part} is a symbolic link. Expected a ${expected}.`;
    }
    if (!(part === path ? found.isFile() : found.isDirectory())) {
      return `${part} is not a ${expected}.`;
    }
  }
  return undefined;
}

/** Compares a checkout with the overlay. */
export function findDifferences(checkout: string, overlay: OverlayFile[]): Difference[] {
  return overlay.flatMap((file): Difference[] => {
    const path = join(checkout, file.path);
    if (!existsSync(path)) {
      return [{ ...file, state: "missing", patch: "" }];
    }
    const current = readFileSync(path, "utf8");
    if (current !== file.content) {
      const names = [`${file.path} (checkout)`, `${file.path} (overlay)`] as const;
      return [{ ...file, state: "different", patch: createTwoFilesPatch(...names, current, file.content) }];
    }
    const isExecutable = (statSync(path).mode & 0o100) !== 0;
    return isExecutable || !file.isExecutable ? [] : [{ ...file, state: "not executable", patch: "" }];
  });
}

/** Writes files of the overlay to a checkout. */
export function writeFiles(checkout: string, files: OverlayFile[]): void {
  for (const { path, content, isExecutable } of files) {
    const file = join(checkout, path);
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      if (isExecutable) {
        chmodSync(file, 0o755);
      }
    } catch (error) {
      throw createWriteError(
        file,
        error,
        "Make the checkout writable, then run the command again: it writes the files that are missing.",
      );
    }
  }
}
