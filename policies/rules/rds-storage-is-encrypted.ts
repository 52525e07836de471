import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** A database is encrypted at rest. */
export const rule: ResourceRule = {
  name: "rds-storage-is-encrypted",
  description: "A database is encrypted at rest.",
  severity: "high",
  level: "mandatory",
  controls: ["RDS.3", "CIS 2.3.1"],
  remediation:
    "Set storageEncrypted to true. An existing instance has to be restored from an encrypted copy of a snapshot.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-3",
  reads: ["storageEncrypted"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isTrue(props.storageEncrypted), "storageEncrypted has to be true.");
  },
};
