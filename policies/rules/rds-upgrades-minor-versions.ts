import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** A database takes minor upgrades by itself. */
export const rule: ResourceRule = {
  name: "rds-upgrades-minor-versions",
  description: "A database takes minor upgrades by itself.",
  severity: "high",
  level: "mandatory",
  controls: ["RDS.13", "CIS 2.3.2"],
  remediation: "Set autoMinorVersionUpgrade to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-13",
  reads: ["autoMinorVersionUpgrade"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isTrue(props.autoMinorVersionUpgrade), "autoMinorVersionUpgrade has to be true.");
  },
};
