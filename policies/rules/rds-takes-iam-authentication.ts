import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** A database takes IAM authentication. */
export const rule: ResourceRule = {
  name: "rds-takes-iam-authentication",
  description: "A database takes IAM authentication.",
  severity: "medium",
  level: "advisory",
  controls: ["RDS.10"],
  remediation:
    "Set iamDatabaseAuthenticationEnabled to true, if the application can use it; BEO Datastore cannot yet.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-10",
  reads: ["iamDatabaseAuthenticationEnabled"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => isTrue(props.iamDatabaseAuthenticationEnabled),
      "iamDatabaseAuthenticationEnabled should be true.",
    );
  },
};
