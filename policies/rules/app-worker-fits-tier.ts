import { type ResourceRule } from "../rule";
import { types } from "../types";
import { variable } from "../values";

/** WORKER is 1 in the worker tier and 0 in the web tier. */
export const rule: ResourceRule = {
  name: "app-worker-fits-tier",
  description: "WORKER is 1 in the worker tier and 0 in the web tier.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation: 'Set WORKER to "1" on workers and to "0" elsewhere.',
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html",
  reads: ["aws:elasticbeanstalk:application:environment/WORKER", "tier"],
  types: types.environment,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => variable(resource, "WORKER") === (props.tier === "Worker" ? "1" : "0"),
      'WORKER has to be "1" in the worker tier and "0" in the web tier.',
    );
  },
};
