import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { policiesTable } from "./docs/policies";

/** Writes the documents that follow from the code. A test fails where one is out of date. */
writeFileSync(join(__dirname, "../docs/policies.md"), policiesTable());
