"use strict";

/**
 * `npm ci` runs this (package.json, "prepare"): it makes git use .githooks, where this project is the top level of a git
 * checkout that has no hooks of its own and the development dependencies are installed. It never fails an installation.
 */
const { execFileSync } = require("node:child_process");
const { existsSync, readdirSync, realpathSync } = require("node:fs");
const { join, resolve } = require("node:path");

const root = join(__dirname, "..");

/** @returns {string} what git prints, or an empty text where it fails or is missing. */
function git(...args) {
  try {
    return execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}

function hasOwnHooks() {
  const folder = resolve(root, git("rev-parse", "--git-path", "hooks"));
  return existsSync(folder) && readdirSync(folder).some((name) => !name.endsWith(".sample"));
}

const topLevel = git("rev-parse", "--show-toplevel");
if (
  topLevel !== "" &&
  realpathSync(topLevel) === realpathSync(root) &&
  git("config", "core.hooksPath") === "" &&
  !hasOwnHooks() &&
  existsSync(join(root, "node_modules", "lint-staged"))
) {
  git("config", "--local", "core.hooksPath", ".githooks");
}
