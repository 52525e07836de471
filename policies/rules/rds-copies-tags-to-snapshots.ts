import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue } from "../values";

/** Snapshots carry the tags of their database. */
export const rule: ResourceRule = {
  name: "rds-copies-tags-to-snapshots",
  description: "Snapshots carry the tags of their database.",
  severity: "low",
  level: "advisory",
  controls: ["RDS.17"],
  remediation: "Set copyTagsToSnapshot to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-17",
  reads: ["copyTagsToSnapshot"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isTrue(props.copyTagsToSnapshot), "copyTagsToSnapshot should be true.");
  },
};
