import { expect } from "chai";
import { before, describe, it } from "mocha";
import { simulate } from "../scripts/scaling/model";
import { endings, fleet, fleets, losses, outcomes, scenarios } from "../scripts/scaling/scenarios";
import { loads, simulateWeb, webOutcomes } from "../scripts/scaling/web";

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

  it("would lose tasks without draining if it scaled in as soon as the queue is empty", () => {
    const { rules } = fleet;
    const hasty = { ...fleets.neither, rules: { ...rules!, in: { evaluationPeriods: 1 } } };
    const arrivals = scenarios["300 tasks of 30 s, then one of 600 s"] ?? [];
    const slow = arrivals.map((arrival) => ({ ...arrival, seconds: 600 }));
    expect(simulate(hasty, slow).killed).to.be.greaterThan(0);
    expect(simulate(fleet, slow).killed).to.equal(0);
    expect(simulate(fleets.neither, slow).killed).to.equal(0);
  });

  it("loses no task at deployments, replacements and scale-in, with the hook and the overlay", () => {
    const planned = losses().filter(({ name }) => !name.includes("Spot"));
    expect(planned).to.have.length(3);
    for (const { name, killed } of planned) {
      expect(killed["hook and overlay"], name).to.equal(0);
      expect(killed["hook alone"], name).to.be.greaterThan(0);
      expect(killed.neither, name).to.be.greaterThan(0);
    }
  });

  it("loses what takes longer than two minutes at a Spot interruption", () => {
    const [short, long] = losses().filter(({ name }) => name.includes("Spot"));
    expect(short!.killed["hook and overlay"]).to.equal(0);
    expect(long!.killed["hook and overlay"]).to.be.greaterThan(0);
  });

  it("ends with an empty queue, and the minimum of instances", () => {
    for (const { arrivals, events } of Object.values(endings)) {
      const { samples, drained } = simulate(fleet, arrivals, events);
      const seconds = arrivals.reduce((sum, arrival) => sum + arrival.seconds, 0);
      expect(drained).to.be.greaterThan(seconds / fleet.maxSize / fleet.processes);
      expect(samples.at(-1)).to.include({ messages: 0 });
      expect(samples.length).to.be.below(48 * 60);
    }
  });

  it("draws at most as many instances as replacements need", () => {
    const { arrivals, events } = endings["the replacement of every instance, while tasks of 590 s run"]!;
    const sizes = simulate(fleet, arrivals, events).samples.map(({ instances }) => instances);
    expect(Math.max(...sizes)).to.equal(fleet.maxSize + 1);
  });
});

describe("the web environment's scaling, simulated", () => {
  const find = (part: string) => webOutcomes().filter(({ name }) => name.includes(part));

  it("has enough instances for many small answers by each metric, except by the outgoing bytes", () => {
    for (const { metric, day } of find("1 KB")) {
      expect(day.overloaded > 0, metric).to.equal(metric === "network");
    }
  });

  it("adds no instance for few large answers, except by the outgoing bytes", () => {
    for (const { metric, day } of find("5 MB")) {
      expect(day.most > 2, metric).to.equal(metric === "network");
    }
  });

  it("keeps the minimum where nothing is requested, and the maximum where everything is too much", () => {
    const [load] = Object.values(loads);
    expect(simulateWeb("cpu", { ...load!, requests: () => 0 })).to.include({ most: 2, overloaded: 0 });
    expect(simulateWeb("cpu", { ...load!, requests: () => 10_000 })).to.include({ most: 4 });
  });
});
