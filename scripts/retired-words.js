"use strict";

/**
 * Refuses words that this project does not use, in every text file: `npm run lint` runs it. Each row has a pattern and
 * the term to use instead, which is the one that AWS, Pulumi, Django or plain English has.
 */
const { readdirSync, readFileSync } = require("node:fs");
const { join, relative } = require("node:path");

/** Matches a word alone and as the first part of an identifier: `mend`, `mends`, `mendValue`; not `recommended`. */
const word = (text) => new RegExp(`(?<![a-z])${text}(?![a-z])`, "gi");

/** @type {[RegExp, string][]} */
const retired = [
  [word("mend(s|ed|ing)?"), "fix"],
  [word("legal"), "allowed, expected"],
  [word("anew"), "recreated, again"],
  [word("unawares"), "unintentionally"],
  [word("ma(de|kes?) up"), "generated"],
  [/\bmadeUp/g, "generated"],
  [word("judges?"), "runRules, evaluate"],
  [word("work(s|ed)? off"), "processed"],
  [word("at the (least|most)"), "minimum, maximum, at least, at most"],
  [word("fewest"), "minimum"],
  [word("what may be chosen"), "settings, arguments"],
  [word("nothing to say"), "no violations"],
  [word("none twice"), "no duplicates"],
  [word("whoever"), "anyone who"],
  [word("(some|no|any|every)body"), "a named role: the operator, a client, a colleague, everyone"],
  [word("(is|are|was|were) told"), "is reported, is listed"],
  [/\bisTold|\btakeable|\bleftovers|\bobstacles|\blikely\(|\bsurplus\b/g, "a name that says what it does"],
  [/\bWire\b|\bplan\/wire\b/g, "PropertyValue"],
  [
    /\bEnvironmentPlace|\bWebFront|\bEnvironmentFacts|\bWatched\b/g,
    "EnvironmentContext, MonitoredResources, inputs",
  ],
  [/\b(Access|Capacity|Platform|Web|Worker|Database|Mail|Network|Datastore)\w*Options\b/g, "…Args"],
  [word("so (many|much)"), "a number"],
  [word("given up"), "moved to the dead-letter queue"],
  [word("dead letters"), "dead-letter queue"],
  [word("ways? in"), "ingress rule"],
  [word("what it gives"), "outputs"],
  [word("has to bring"), "application requirements"],
  [word("weekly begin"), "start of the weekly window"],
  [word("counts? up"), "increment"],
  [word("quiet hour"), "maintenance window"],
  [word("content with"), "verified"],
  [word("is away"), "unavailable"],
  [/\bis \S+ meant\?/g, "Did you mean …?"],
  [word("stands there"), "is stored"],
  [
    /\b(eb-daemon-keeps-off-celery|rds-buys-no-extended-support|rds-admin-name-is-own|iam-role-is-no-worker-tier)\b/g,
    "the rule's new name",
  ],
];

const root = join(__dirname, "..");
const skippedFolders = new Set([".git", "node_modules", "dist", "reports"]);
const skippedFiles = new Set(["LICENSE", "package-lock.json", join("scripts", "retired-words.js")]);
/** The operators' files: their addresses and reasons are theirs. */
const operators = /^((bootstrap\/)?Pulumi\..+\.yaml|policy-config\.json)$/;
const binary = /\.(png|zip|ico|tsbuildinfo)$/;

/** @returns {string[]} the project's files, relative to its root. */
function files(folder = root) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return skippedFolders.has(entry.name) ? [] : files(path);
    }
    const name = relative(root, path);
    return !entry.isFile() || skippedFiles.has(name) || operators.test(name) || binary.test(name)
      ? []
      : [name];
  });
}

const findings = files().flatMap((file) =>
  readFileSync(join(root, file), "utf8")
    .split("\n")
    .flatMap((line, index) =>
      retired.flatMap(([pattern, instead]) =>
        [...line.matchAll(pattern)].map(
          ([found]) => `${file}:${index + 1}: "${found}" is retired. Use: ${instead}`,
        ),
      ),
    ),
);
for (const finding of findings) {
  console.error(finding);
}
if (findings.length > 0) {
  console.error(`${findings.length} retired words. scripts/retired-words.js has the list.`);
  process.exitCode = 1;
}
