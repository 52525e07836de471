import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generateDocuments } from "./docs/all";
import { apiReference } from "./docs/api";
import { withCosts } from "./docs/costs";
import { formatSchema, packageSchema } from "./docs/schema";

const root = join(__dirname, "..");

/** Writes the documents that follow from the code. A test fails where one is out of date. */
async function main(): Promise<void> {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const schema = await packageSchema();
  const all = {
    ...generateDocuments(read),
    "docs/costs.md": await withCosts(read("docs/costs.md")),
    "components/schema.json": formatSchema(schema),
    "docs/api.md": apiReference(schema),
  };
  for (const [file, content] of Object.entries(all)) {
    writeFileSync(join(root, file), content);
  }
}

void main();
