import { type ResourceRule } from "../rule";
import { types } from "../types";

/** Extended Support is not bought unawares. */
export const rule: ResourceRule = {
  name: "rds-buys-no-extended-support",
  description: "Extended Support is not bought unawares.",
  severity: "low",
  level: "advisory",
  controls: [],
  remediation:
    "Set engineLifecycleSupport to open-source-rds-extended-support-disabled; AWS asks it at creation and restore only.",
  url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html",
  reads: ["engineLifecycleSupport"],
  types: types.database,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => props.engineLifecycleSupport === "open-source-rds-extended-support-disabled",
      "engineLifecycleSupport should be open-source-rds-extended-support-disabled.",
    );
  },
};
