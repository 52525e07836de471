import { type ResourceRule } from "../rule";
import { types } from "../types";
import { variable } from "../values";

/** Django does not run in debug mode outside development. */
export const rule: ResourceRule = {
  name: "app-debug-is-off",
  description: "Django does not run in debug mode outside development.",
  severity: "critical",
  level: "mandatory",
  controls: [],
  remediation: 'Set DEBUG to "0".',
  url: "https://docs.djangoproject.com/en/stable/ref/settings/#debug",
  reads: ["aws:elasticbeanstalk:application:environment/DEBUG"],
  types: types.environment,
  check(resource, demand, context) {
    demand(() => context.development || variable(resource, "DEBUG") === "0", 'DEBUG has to be exactly "0".');
  },
};
