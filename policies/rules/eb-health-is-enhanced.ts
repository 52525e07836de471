import { type ResourceRule } from "../rule";
import { types } from "../types";
import { option } from "../values";

/** Environments report enhanced health. */
export const rule: ResourceRule = {
  name: "eb-health-is-enhanced",
  description: "Environments report enhanced health.",
  severity: "low",
  level: "mandatory",
  controls: ["ElasticBeanstalk.1"],
  remediation: "Set aws:elasticbeanstalk:healthreporting:system SystemType to enhanced.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticbeanstalk-controls.html#elasticbeanstalk-1",
  reads: ["aws:elasticbeanstalk:healthreporting:system/SystemType"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () => option(resource, "aws:elasticbeanstalk:healthreporting:system", "SystemType") === "enhanced",
      "SystemType has to be enhanced.",
    );
  },
};
