import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isTrue, option } from "../values";

/** Instances answer metadata requests with a session only (IMDSv2). */
export const rule: ResourceRule = {
  name: "eb-instances-demand-imdsv2",
  description: "Instances answer metadata requests with a session only (IMDSv2).",
  severity: "high",
  level: "mandatory",
  controls: ["AutoScaling.3", "EC2.8"],
  remediation: "Set aws:autoscaling:launchconfiguration DisableIMDSv1 to true.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/autoscaling-controls.html#autoscaling-3",
  reads: ["aws:autoscaling:launchconfiguration/DisableIMDSv1"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () => isTrue(option(resource, "aws:autoscaling:launchconfiguration", "DisableIMDSv1")),
      "DisableIMDSv1 has to be true.",
    );
  },
};
