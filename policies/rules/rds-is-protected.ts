import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Pulumi refuses to delete or replace a production database. */
export const rule: ResourceRule = {
  name: "rds-is-protected",
  description: "Pulumi refuses to delete or replace a production database.",
  severity: "high",
  level: "mandatory",
  controls: [],
  remediation: "Give the resource the option protect.",
  url: "https://www.pulumi.com/docs/iac/concepts/options/protect/",
  reads: ["#protect"],
  types: types.database,
  check(resource, demand, context) {
    if (!context.production) {
      return;
    }
    demand(() => resource.protect, "the option protect has to be true in production.");
  },
};
