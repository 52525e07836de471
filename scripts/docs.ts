import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDocuments } from "./docs/all";
import { apiReference } from "./docs/api";
import { packageSchema } from "./docs/schema";

const root = join(__dirname, "..");

/** Writes the documents that follow from the code. A test fails where one is out of date. */
async function main(): Promise<void> {
  const all = {
    ...generateDocuments((name) => readFileSync(join(root, name), "utf8")),
    "docs/api.md": apiReference(await packageSchema()),
  };
  for (const [file, content] of Object.entries(all)) {
    writeFileSync(join(root, file), content);
  }
}

void main();
