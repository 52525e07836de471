"use strict";
/** Runs `pulumi config set`, and types the answer where it would ask for the value: `--secret` and no value. */
const { spawnSync } = require("node:child_process");
const { readFileSync } = require("node:fs");

const [command, ...args] = process.argv.slice(2);
const withValue = new Set(["--stack", "-s", "--type", "--config-file"]);
const words = args.filter((word, index) => !word.startsWith("-") && !withValue.has(args[index - 1]));
const [, , key, value] = words;
const answers = JSON.parse(readFileSync(process.env.ADOPTION_ANSWERS, "utf8"));
let input = process.stdin.isTTY ? "" : readFileSync(0);
if (value === undefined && input.length === 0) {
  if (answers[key] === undefined) {
    console.error(`There is no answer for ${key}.`);
    process.exit(1);
  }
  input = answers[key];
}
const { status } = spawnSync(command, [...args, "--non-interactive"], {
  input,
  stdio: ["pipe", "inherit", "inherit"],
});
process.exit(status ?? 1);
