import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";

const root = join(__dirname, "../..");
const preload = ["--require", join(root, "preload.js")];

describe("a question", () => {
  const answer = (program: string, text: string, typedBefore = "") => {
    const terminal = join(root, "test/support/terminal/answer.py");
    const command = [process.execPath, ...preload, "--eval", program];
    const { stdout, stderr } = spawnSync("python3", [terminal, "Go on?", text, ...command], {
      ...{ cwd: root, encoding: "utf8" },
      env: { ...process.env, TYPED_BEFORE: typedBefore },
    });
    return stdout + stderr;
  };
  const printAnswer = `console.log("answer: " + require("./cli/ask").ask("Go on? "));`;

  // Pulumi's SDK makes the input of a terminal non-blocking, so that a read fails before there is an answer.
  for (const library of ["@pulumi/pulumi", "@pulumi/pulumi/automation"]) {
    it(`waits for the answer in a terminal, with ${library}`, () => {
      expect(answer(`require("${library}"); ${printAnswer}`, "yes")).to.match(/answer: true\s*$/);
    });
  }

  it("is not answered by what was typed or pasted before it", () => {
    // Another command of a pasted block, or a "yes" to another question.
    const wait = `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500); ${printAnswer}`;
    expect(answer(wait, "yes", "aws s3 sync --delete a b\nno\n")).to.match(/answer: true\s*$/);
    expect(answer(wait, "no", "yes\nyes\n")).to.match(/answer: false\s*$/);
  });

  it("says what was expected instead of another answer", () => {
    expect(answer(printAnswer, "y")).to.match(/Only "yes" goes on\.\s+answer: false\s*$/);
    expect(answer(printAnswer, "no")).not.to.include("Only");
  });

  it("says how to answer without a terminal", () => {
    const run = (options: string, input: string) =>
      spawnSync(
        process.execPath,
        [...preload, "--eval", `console.log(require("./cli/ask").ask("Go on? ", ${options}));`],
        { cwd: root, encoding: "utf8", input },
      ).stdout;
    expect(run("undefined", "")).to.equal(
      "Go on? \nThere was no answer: standard input has ended. Without a terminal, add --yes.\nfalse\n",
    );
    expect(run("{ hasYes: false }", "")).to.equal(
      "Go on? \nThere was no answer: standard input has ended. Run the command in a terminal: --yes does not answer this question.\nfalse\n",
    );
    expect(run("undefined", "no\n")).to.equal("Go on? false\n");
    expect(run("undefined", "yes")).to.equal("Go on? \ntrue\n");
  });

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
