import { expect } from "chai";
import { before, describe, it } from "mocha";
import { simulate } from "../scripts/scaling/model";
import { fleet, outcomes, scenarios } from "../scripts/scaling/scenarios";

describe("the workers' scaling, simulated", () => {
  let results: ReturnType<typeof outcomes> = [];
  before(() => {
    results = outcomes();
  });

  it("loses no task, and removes no instance while a message is in flight", () => {
    for (const { name, scaled } of results) {
      expect({ name, killed: scaled.killed, inFlight: scaled.scaleInsInFlight }).to.deep.equal({
        name,
        killed: 0,
        inFlight: 0,
      });
    }
  });

  it("processes a burst almost as fast as the largest fleet, in almost the instance hours of the smallest", () => {
    const [burst] = results;
    expect(burst!.scaled.drained).to.be.below(1.1 * burst!.most.drained);
    expect(burst!.scaled.drained).to.be.below(0.3 * burst!.least.drained);
    expect(burst!.scaled.instanceHours).to.be.below(1.1 * burst!.least.instanceHours);
    expect(Math.max(...burst!.scaled.samples.map(({ instances }) => instances))).to.equal(fleet.maxSize);
    expect(burst!.scaled.samples.at(-1)?.instances).to.equal(fleet.maxSize);
  });

  it("handles a trickle with the minimum of instances", () => {
    const trickle = results[1]!.scaled;
    expect(new Set(trickle.samples.map(({ instances }) => instances))).to.deep.equal(
      new Set([fleet.minSize]),
    );
  });

  it("would lose tasks if it scaled in as soon as the queue is empty", () => {
    const { rules } = fleet;
    const hasty = { ...fleet, rules: { ...rules!, in: { evaluationPeriods: 1 } } };
    const arrivals = scenarios["300 tasks of 30 s, then one of 600 s"] ?? [];
    const slow = arrivals.map((arrival) => ({ ...arrival, seconds: 600 }));
    expect(simulate(hasty, slow).killed).to.be.greaterThan(0);
    expect(simulate(fleet, slow).killed).to.equal(0);
  });
});
