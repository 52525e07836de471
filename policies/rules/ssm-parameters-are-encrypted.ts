import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Parameters are SecureStrings. */
export const rule: ResourceRule = {
  name: "ssm-parameters-are-encrypted",
  description: "Parameters are SecureStrings.",
  severity: "high",
  level: "mandatory",
  controls: ["SSM.7"],
  remediation: "Set type to SecureString.",
  url: "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
  reads: ["type"],
  types: types.parameter,
  check(resource, demand) {
    const { props } = resource;
    demand(() => props.type === "SecureString", "type has to be SecureString.");
  },
};
