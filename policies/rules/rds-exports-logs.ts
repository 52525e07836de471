import { type ResourceRule } from "../rule";
import { types } from "../types";
import { textsOf } from "../values";

/** A PostgreSQL database sends its log to CloudWatch. */
export const rule: ResourceRule = {
  name: "rds-exports-logs",
  description: "A PostgreSQL database sends its log to CloudWatch.",
  severity: "medium",
  level: "mandatory",
  controls: ["RDS.36"],
  remediation: 'Add "postgresql" to enabledCloudwatchLogsExports.',
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-36",
  reads: ["enabledCloudwatchLogsExports"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => props.engine !== "postgres" || textsOf(props.enabledCloudwatchLogsExports).includes("postgresql"),
      'enabledCloudwatchLogsExports has to have "postgresql".',
    );
  },
};
