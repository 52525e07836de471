import { type ResourceRule } from "../rule";
import { types } from "../types";

/** A database has automated backups of some days. */
export const rule: ResourceRule = {
  name: "rds-backups-are-kept",
  description: "A database has automated backups of some days.",
  severity: "medium",
  level: "mandatory",
  controls: ["RDS.11"],
  remediation: "Set backupRetentionPeriod to 7 or more.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-11",
  reads: ["backupRetentionPeriod"],
  settings: {
    minimumDays: {
      type: "integer",
      default: 7,
      minimum: 1,
      description: "Days that backups are kept at least",
    },
  },
  types: types.database,
  check(resource, demand, context) {
    const { props } = resource;
    demand(
      () => Number(props.backupRetentionPeriod ?? 0) >= Number(context.setting("minimumDays")),
      `backupRetentionPeriod has to be ${String(context.setting("minimumDays"))} days or more.`,
    );
  },
};
