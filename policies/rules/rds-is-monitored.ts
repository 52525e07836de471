import { type ResourceRule } from "../rule";
import { types } from "../types";

/** A database has enhanced monitoring. */
export const rule: ResourceRule = {
  name: "rds-is-monitored",
  description: "A database has enhanced monitoring.",
  severity: "low",
  level: "advisory",
  controls: ["RDS.6"],
  remediation: "Set monitoringInterval to 60 and give it a role.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-6",
  reads: ["monitoringInterval"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => Number(props.monitoringInterval ?? 0) > 0, "monitoringInterval should be set, e.g. to 60.");
  },
};
