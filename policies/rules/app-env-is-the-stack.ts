import { type ResourceRule } from "../rule";
import { types } from "../types";
import { textsOf, variable } from "../values";

/** APP_ENV names the environment that the stack is. */
export const rule: ResourceRule = {
  name: "app-env-is-the-stack",
  description: "APP_ENV names the environment that the stack is.",
  severity: "medium",
  level: "mandatory",
  controls: [],
  remediation: "Set APP_ENV to the name of the stack's environment.",
  url: "https://12factor.net/config",
  reads: ["aws:elasticbeanstalk:application:environment/APP_ENV"],
  settings: {
    environments: {
      type: "array",
      items: { type: "string" },
      default: ["dev", "staging", "prod"],
      description: "Stack names that are environments too",
    },
  },
  types: types.environment,
  check(resource, demand, context) {
    demand(
      () =>
        !textsOf(context.setting("environments")).includes(context.environment) ||
        variable(resource, "APP_ENV") === context.environment,
      "APP_ENV has to be the name of the stack's environment.",
    );
  },
};
