import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { documents } from "../scripts/docs/all";
import { outputNames } from "../scripts/docs/readme";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");

describe("the documents", () => {
  for (const [file, content] of Object.entries(documents(read))) {
    it(`have ${file} as \`npm run docs\` writes it`, () => {
      expect(read(file)).to.equal(content);
    });
  }

  it("explain every stack output", () => {
    const exported = [...read("index.ts").matchAll(/^export const (\w+)/gm)].map(([, name]) => name);
    expect(outputNames).to.deep.equal(exported);
  });
});
