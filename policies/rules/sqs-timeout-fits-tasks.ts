import { type ResourceRule } from "../rule";
import { types } from "../types";

/** A message stays hidden for as long as its task may take. */
export const rule: ResourceRule = {
  name: "sqs-timeout-fits-tasks",
  description: "A message stays hidden for as long as its task may take.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation:
    "Set visibilityTimeoutSeconds to more than the longest task takes, times what a worker prefetches.",
  url: "https://docs.celeryq.dev/en/stable/getting-started/backends-and-brokers/sqs.html",
  reads: ["visibilityTimeoutSeconds"],
  settings: {
    minimumSeconds: {
      type: "integer",
      default: 600,
      minimum: 0,
      description: "Seconds that the longest task may take",
    },
  },
  types: types.queue,
  check(resource, demand, context) {
    const { props } = resource;
    const least = Number(context.setting("minimumSeconds"));
    demand(
      () => !("redrivePolicy" in props) || Number(props.visibilityTimeoutSeconds ?? 30) >= least,
      `visibilityTimeoutSeconds has to be ${least} or more.`,
    );
  },
};
