import { workerDefaults } from "../../components/beanstalk/arguments";
import { getScalingRules, type ScalingRules } from "../../components/beanstalk/worker-scaling";
import { getDrainTimeout, getStopTimeout, prefetchCount } from "../../components/celery";
import { tiers } from "../../stacks/tiers";
import { type Arrival, type Drain, type Event, type Fleet, simulate } from "./model";

/** The scaling rules with the default number of messages per instance. */
export const rules: ScalingRules = getScalingRules(workerDefaults);

/** Production's workers: t3.large has two processors, and Celery starts a process for each. */
export const fleet: Fleet = {
  minSize: tiers.prod.worker.minSize ?? 1,
  maxSize: tiers.prod.worker.maxSize ?? 1,
  rules,
  processes: 2,
  prefetch: prefetchCount,
  boot: 300,
  drain: "hook and overlay",
  stopTimeout: getStopTimeout(workerDefaults.taskTimeLimit),
  drainTimeout: getDrainTimeout(workerDefaults.taskTimeLimit),
};

const every = (count: number, apart: number, seconds: number): Arrival[] =>
  Array.from({ length: count }, (_, index) => ({ at: index * apart, seconds }));

/** What the rules have to cope with. */
export const scenarios: Record<string, Arrival[]> = {
  "10,000 tasks of 30 s at once": every(10_000, 0, 30),
  "a task of 30 s every minute, for 8 hours": every(480, 60, 30),
  "one task of 600 s": every(1, 0, 600),
  "300 tasks of 30 s, then one of 600 s": [...every(300, 0, 30), { at: 1200, seconds: 600 }],
};

/** Each scenario with the scaled fleet, and with fixed ones of its least and its most. */
export function outcomes() {
  return Object.entries(scenarios).map(([name, arrivals]) => ({
    name,
    scaled: simulate(fleet, arrivals),
    least: simulate({ ...fleet, maxSize: fleet.minSize, rules: undefined }, arrivals),
    most: simulate({ ...fleet, minSize: fleet.maxSize, rules: undefined }, arrivals),
  }));
}

/** Production's workers where instances end without the hook, or with the hook and without the overlay. */
export const fleets: Record<Drain, Fleet> = {
  "hook and overlay": fleet,
  "hook alone": { ...fleet, drain: "hook alone" },
  neither: {
    ...fleet,
    drain: "neither",
    rules: getScalingRules({ ...workerDefaults, drain: false }),
  },
};

/** 300 tasks keep all four instances busy for hours. */
const busy = (seconds: number): Arrival[] => every(300, 0, seconds);

/** What ends instances, or Celery on them, while tasks run. */
export const endings: Record<string, { arrivals: Arrival[]; events: Event[] }> = {
  "a deployment in place, while tasks of 590 s run": {
    arrivals: busy(590),
    events: [{ at: 3600, kind: "deployment" }],
  },
  "the replacement of every instance, while tasks of 590 s run": {
    arrivals: busy(590),
    events: [{ at: 3600, kind: "replacement" }],
  },
  // The burst brings four instances. Then a free process takes each task at once, so that the queue's metrics show none.
  "scale-in, while tasks of 590 s run": {
    arrivals: [
      ...every(300, 0, 30),
      ...every(8, 300, 590).map(({ at, seconds }) => ({ at: at + 1500, seconds })),
    ],
    events: [],
  },
  "a Spot interruption, while tasks of 60 s run": {
    arrivals: busy(60),
    events: [{ at: 1800, kind: "interruption" }],
  },
  "a Spot interruption, while tasks of 590 s run": {
    arrivals: busy(590),
    events: [{ at: 3600, kind: "interruption" }],
  },
};

/** The tasks that each ending loses, by what lets an instance finish its tasks. */
export function losses() {
  return Object.entries(endings).map(([name, { arrivals, events }]) => ({
    name,
    killed: Object.fromEntries(
      Object.entries(fleets).map(([drain, one]) => [drain, simulate(one, arrivals, events).killed]),
    ) as Record<Drain, number>,
  }));
}
