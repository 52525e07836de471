import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";

const root = join(__dirname, "../..");
const preload = ["--require", join(root, "preload.js")];

describe("a question", () => {
  // Pulumi's SDK makes the input of a terminal non-blocking, so that a read fails before there is an answer.
  for (const library of ["@pulumi/pulumi", "@pulumi/pulumi/automation"]) {
    it(`waits for the answer in a terminal, with ${library}`, () => {
      const program = `require("${library}"); console.log("answer: " + require("./cli/ask").ask("Go on? "));`;
      const { stdout, stderr } = spawnSync(
        "python3",
        [
          join(root, "test/support/terminal/answer.py"),
          "Go on?",
          "yes",
          process.execPath,
          ...preload,
          "--eval",
          program,
        ],
        { cwd: root, encoding: "utf8" },
      );
      expect(stdout, stderr).to.match(/answer: true\s*$/);
    });
  }

  it("takes one line of a pipe, and its end as no answer", () => {
    const program = `const { askForLine } = require("./cli/ask"); console.log(JSON.stringify([askForLine(""), askForLine(""), askForLine("")]));`;
    const { stdout } = spawnSync(process.execPath, [...preload, "--eval", program], {
      cwd: root,
      encoding: "utf8",
      input: "yes\nno",
    });
    expect(JSON.parse(stdout)).to.deep.equal(["yes", "no", ""]);
  });
});
