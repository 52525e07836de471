import { workerDefaults } from "../../components/beanstalk/options";
import { getScalingRules, type ScalingRules } from "../../components/beanstalk/worker-scaling";
import { prefetchCount } from "../../components/celery";
import { tiers } from "../../stacks/tiers";
import { type Arrival, type Fleet, simulate } from "./model";

/** The scaling rules with the default number of messages per instance. */
export const rules: ScalingRules = getScalingRules(workerDefaults.messagesPerInstance);

/** Production's workers: t3.large has two processors, and Celery starts a process for each. */
export const fleet: Fleet = {
  minSize: tiers.prod.worker.minSize ?? 1,
  maxSize: tiers.prod.worker.maxSize ?? 1,
  rules,
  processes: 2,
  prefetch: prefetchCount,
  boot: 300,
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
