import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { documents } from "./docs/all";

/** Writes the documents that follow from the code. A test fails where one is out of date. */
const root = join(__dirname, "..");
for (const [file, content] of Object.entries(documents((name) => readFileSync(join(root, name), "utf8")))) {
  writeFileSync(join(root, file), content);
}
