import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { policiesTable } from "../scripts/docs/policies";

describe("docs/policies.md", () => {
  it("is what `npm run docs` writes", () => {
    expect(readFileSync(join(__dirname, "../docs/policies.md"), "utf8")).to.equal(policiesTable());
  });
});
