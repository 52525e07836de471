import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore } from "../components";
import { getOutputs } from "../components/outputs";
import { documents } from "../scripts/docs/all";
import { outputNames } from "../scripts/docs/readme";
import { run } from "./support/run";

const read = (file: string) => readFileSync(join(__dirname, "..", file), "utf8");

describe("the documents", () => {
  for (const [file, content] of Object.entries(documents(read))) {
    it(`have ${file} as \`npm run docs\` writes it`, () => {
      expect(read(file)).to.equal(content);
    });
  }

  it("explain every stack output", async () => {
    let exported: string[] = [];
    await run(() => {
      const args = { applicationName: "beo", environment: "dev", appUrl: "", supportEmail: "a@example.com" };
      exported = Object.keys(getOutputs(new BeoDatastore("beo", args)));
    });
    expect(outputNames).to.deep.equal(exported);
  });
});
