import type { WebScaling } from "../enums";

/** What the web environment can scale by, and the values of an instance that needs no help, and of one that needs it. */
export const scalingThresholds: Record<string, { low: number; high: number }> = {
  cpu: { low: 30, high: 70 },
  latency: { low: 200, high: 1000 },
  requests: { low: 100, high: 300 },
};

/** How the web environment scales. */
export interface Scaling {
  scaling: WebScaling;
  scalingLow?: number;
  scalingHigh?: number;
}

/** Returns the thresholds, where not set those of the metric. */
export function getThresholds({ scaling, scalingLow, scalingHigh }: Scaling): { low: number; high: number } {
  const { low, high } = scalingThresholds[scaling] ?? { low: 0, high: 0 };
  return { low: scalingLow ?? low, high: scalingHigh ?? high };
}

/** Elastic Beanstalk always has a trigger. This one needs a CPU utilization below 0 or above 100 percent. */
export const neverFires = {
  MeasureName: "CPUUtilization",
  Statistic: "Average",
  Unit: "Percent",
  LowerThreshold: "0",
  UpperThreshold: "100",
};

/**
 * Returns the options of Elastic Beanstalk's trigger, which adds or removes one instance after five minutes:
 * https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html#command-options-general-autoscalingtrigger.
 * It knows the requests of the whole load balancer only, which more instances do not lower, and does not remove instances
 * while there is no latency, because there are no requests: load-balancer-scaling.ts takes its place.
 */
export function getTriggerOptions(web: Scaling): Record<string, string> {
  const { low, high } = getThresholds(web);
  return web.scaling === "cpu"
    ? { ...neverFires, LowerThreshold: String(low), UpperThreshold: String(high) }
    : neverFires;
}
