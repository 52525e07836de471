import { type ResourceRule } from "../rule";
import { types } from "../types";

/** The master user has a name of its own. */
export const rule: ResourceRule = {
  name: "rds-admin-name-is-own",
  description: "The master user has a name of its own.",
  severity: "medium",
  level: "mandatory",
  controls: ["RDS.25"],
  remediation: "Set username to another name than the default ones; this replaces the instance.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-25",
  reads: ["username"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () =>
        props.snapshotIdentifier !== undefined ||
        !["postgres", "admin", undefined].includes(props.username as string),
      "username has to be another name than postgres and admin.",
    );
  },
};
