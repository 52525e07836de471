"use strict";

/** Builds the components where npm packs a clone: `npm install @beo-datastore/beo@git+https://…` (package.json, "prepare"). */
const { execFileSync } = require("node:child_process");
const { join } = require("node:path");

// npm sets it in such a clone only.
if (process.env._PACOTE_NO_PREPARE_) {
  const args = ["--require", "./preload.js", "scripts/build.ts"];
  execFileSync(process.execPath, args, { cwd: join(__dirname, ".."), stdio: "inherit" });
}
