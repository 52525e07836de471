import { expect } from "chai";
import { describe, it } from "mocha";
import {
  createReference,
  liveInterrupted,
  type Operation,
  type Run,
  type Trouble,
} from "../recovery/support/campaign";

/** One life of the recovery suite (npm run test:recovery), with the troubles that need different ways out. */
describe("a stack whose runs break off", function () {
  this.timeout(10 * 60_000);

  it("is recovered by the commands that npx beo recover prints", async () => {
    const troubles: Record<Operation, Trouble> = {
      create: "SIGKILL",
      rotate: "lost answer",
      update: "older state without newer versions",
      destroy: "SIGKILL",
    };
    const runs: Run[] = [];
    await liveInterrupted(
      "small",
      3,
      await createReference("small"),
      (run) => runs.push(run),
      ["create", "rotate", "update", "destroy"],
      (operation) => troubles[operation],
    );
    const failed = runs.filter(({ problems }) => problems.length > 0);
    expect(
      failed.map(({ trouble, recovery, problems }) => ({ trouble, problems, output: recovery?.output })),
    ).to.deep.equal([]);
    expect(runs).to.have.length(4);
  });
});
