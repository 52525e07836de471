import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue, option } from "../values";

/** AWS keeps the platform current. */
export const rule: ResourceRule = {
  name: "eb-updates-are-managed",
  description: "AWS keeps the platform current.",
  severity: "high",
  level: "mandatory",
  controls: ["ElasticBeanstalk.2"],
  remediation: "Set ManagedActionsEnabled to true and UpdateLevel to minor.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticbeanstalk-controls.html#elasticbeanstalk-2",
  reads: [
    "aws:elasticbeanstalk:managedactions/ManagedActionsEnabled",
    "aws:elasticbeanstalk:managedactions:platformupdate/UpdateLevel",
  ],
  types: types.environment,
  check(resource, demand) {
    demand(
      () =>
        isTrue(option(resource, "aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled")) &&
        ["minor", "patch"].includes(
          option(resource, "aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel") ?? "",
        ),
      "ManagedActionsEnabled has to be true, with an UpdateLevel of minor or patch.",
    );
  },
};
