import { webDefaults } from "../../components/beanstalk/arguments";
import { getThresholds } from "../../components/beanstalk/web-scaling";
import { WebScaling } from "../../components/enums";
import { tiers } from "../../stacks/tiers";

/** Requests of a minute, and the bytes of an answer. */
export interface Load {
  requests: (minute: number) => number;
  bytes: number;
  /** How long a request uses a processor completely, in milliseconds. */
  work: number;
}

/** What the web environment scales by; "network" is Elastic Beanstalk's trigger where nothing is configured. */
export type Metric = "network" | "cpu" | "latency" | "requests";

/** What came of a day. */
export interface Day {
  instanceHours: number;
  most: number;
  /** Minutes in which requests came faster than the instances could answer them. */
  overloaded: number;
}

/** Processors of an instance of production, t3.medium. */
const processors = 2;
/** Minutes between two evaluations, after which an instance is added or removed, and until a new one works. */
const [period, boot] = [5, 5];
const { minSize = webDefaults.minSize, maxSize = webDefaults.maxSize } = tiers.prod.web;
const thresholds: Record<Metric, { low: number; high: number }> = {
  // https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-autoscaling-triggers.html
  network: { low: 2e6, high: 6e6 },
  ...Object.fromEntries(Object.values(WebScaling).map((scaling) => [scaling, getThresholds({ scaling })])),
} as Record<Metric, { low: number; high: number }>;

/** Runs production's web environment for a day, minute by minute. */
export function simulateWeb(metric: Metric, { requests, bytes, work }: Load): Day {
  // When each instance begins to work.
  let instances = Array.from({ length: minSize }, () => 0);
  const day: Day = { instanceHours: 0, most: minSize, overloaded: 0 };
  let sum = 0;
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const size = instances.filter((ready) => ready <= minute).length;
    const use = (requests(minute) * work) / (size * processors * 60_000);
    day.overloaded += use > 1 ? 1 : 0;
    day.instanceHours += instances.length / 60;
    sum += {
      network: (period * requests(minute) * bytes) / size,
      cpu: 100 * Math.min(use, 1),
      // As long as a request waits for its turn, in a queue with random arrivals.
      latency: work / (1 - Math.min(use, 0.99)),
      requests: requests(minute) / size,
    }[metric];
    if (minute % period === period - 1) {
      const { low, high } = thresholds[metric];
      if (sum / period > high && instances.length < maxSize) {
        instances = [...instances, minute + boot];
      } else if (sum / period < low && instances.length > minSize) {
        instances = instances.slice(0, -1);
      }
      day.most = Math.max(day.most, instances.length);
      sum = 0;
    }
  }
  return day;
}

/** A working day: few requests at night, most at noon. */
const workday = (most: number) => (minute: number) =>
  Math.max(most / 20, most * Math.sin((Math.PI * (minute - 6 * 60)) / (14 * 60)));

/** What the web environment has to cope with. */
export const loads: Record<string, Load> = {
  "up to 2,000 requests a minute, 1 KB and 200 ms each": {
    requests: workday(2000),
    bytes: 1000,
    work: 200,
  },
  "up to 10 downloads a minute, 5 MB and 200 ms each": {
    requests: workday(10),
    bytes: 5e6,
    work: 200,
  },
};

/** Each load with each metric. */
export function webOutcomes() {
  return Object.entries(loads).flatMap(([name, load]) =>
    (["network", "cpu", "latency", "requests"] as const).map((metric) => ({
      name,
      metric,
      day: simulateWeb(metric, load),
    })),
  );
}
