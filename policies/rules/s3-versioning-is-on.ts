import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** Versioning is not switched off. */
export const rule: ResourceRule = {
  name: "s3-versioning-is-on",
  description: "Versioning is not switched off.",
  severity: "low",
  level: "mandatory",
  controls: ["S3.14"],
  remediation: "Set versioningConfiguration.status to Enabled.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-14",
  reads: ["versioningConfiguration.status"],
  types: types.bucketVersioning,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => at(props, "versioningConfiguration.status") === "Enabled",
      "versioningConfiguration.status has to be Enabled.",
    );
  },
};
