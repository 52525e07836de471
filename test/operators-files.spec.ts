import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { StackPlan } from "../plan/plan";
import { stackNames } from "../plan/stack-files";

const root = join(__dirname, "..");

describe("the operators' stack files", () => {
  // What they set is theirs: all other tests use the stacks of test/fixtures.
  it("are each planned, or reported with configuration errors or violations", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ["cli/beo.js", "plan", "--json"], {
      cwd: root,
      encoding: "utf8",
      maxBuffer: Infinity,
    });
    expect(stderr).to.equal("");
    const { stacks } = JSON.parse(stdout) as { stacks: StackPlan[] };
    expect(stacks.map(({ stack }) => stack)).to.deep.equal(stackNames(root));
    const isRefused = stacks.some(
      ({ errors, violations }) => errors.length > 0 || violations.some(({ level }) => level === "mandatory"),
    );
    expect(status).to.equal(isRefused ? 1 : 0);
  });
});
