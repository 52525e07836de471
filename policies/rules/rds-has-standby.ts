import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** A production database has a standby in another availability zone. */
export const rule: ResourceRule = {
  name: "rds-has-standby",
  description: "A production database has a standby in another availability zone.",
  severity: "medium",
  level: "mandatory",
  controls: ["RDS.5"],
  remediation: "Set multiAz to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-5",
  reads: ["multiAz"],
  types: types.database,
  check(resource, demand, context) {
    const { props } = resource;
    if (!context.production) {
      return;
    }
    demand(() => isTrue(props.multiAz), "multiAz has to be true in production.");
  },
};
