import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isFalse } from "../values";

/** A database has no public address. */
export const rule: ResourceRule = {
  name: "rds-instance-is-private",
  description: "A database has no public address.",
  severity: "critical",
  level: "mandatory",
  controls: ["RDS.2", "CIS 2.3.3"],
  remediation: "Set publiclyAccessible to false.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-2",
  reads: ["publiclyAccessible"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isFalse(props.publiclyAccessible), "publiclyAccessible has to be false.");
  },
};
