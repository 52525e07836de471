import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** AWS refuses to delete a production database. */
export const rule: ResourceRule = {
  name: "rds-deletion-is-refused",
  description: "AWS refuses to delete a production database.",
  severity: "low",
  level: "mandatory",
  controls: ["RDS.8"],
  remediation: "Set deletionProtection to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-8",
  reads: ["deletionProtection"],
  types: types.database,
  check(resource, demand, context) {
    const { props } = resource;
    if (!context.production) {
      return;
    }
    demand(() => isTrue(props.deletionProtection), "deletionProtection has to be true in production.");
  },
};
