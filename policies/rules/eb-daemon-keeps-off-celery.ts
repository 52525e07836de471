import { type ResourceRule } from "../rule";
import { types } from "../types";
import { option } from "../values";

/** The worker's daemon has a queue of its own: on Celery's it would take and lose tasks. */
export const rule: ResourceRule = {
  name: "eb-daemon-keeps-off-celery",
  description: "The worker's daemon has a queue of its own: on Celery's it would take and lose tasks.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Remove aws:elasticbeanstalk:sqsd WorkerQueueURL.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features-managing-env-tiers.html",
  reads: ["!aws:elasticbeanstalk:sqsd/WorkerQueueURL"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () => option(resource, "aws:elasticbeanstalk:sqsd", "WorkerQueueURL") === undefined,
      "aws:elasticbeanstalk:sqsd WorkerQueueURL must not be set.",
    );
  },
};
