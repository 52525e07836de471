import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText } from "../values";

/** Mail of an identity goes by a configuration set, which demands TLS. */
export const rule: ResourceRule = {
  name: "ses-identity-has-configuration",
  description: "Mail of an identity goes by a configuration set, which demands TLS.",
  severity: "medium",
  level: "mandatory",
  controls: ["SES.3"],
  remediation: "Set configurationSetName.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ses-controls.html#ses-3",
  reads: ["configurationSetName"],
  types: types.emailIdentity,
  check(resource, demand) {
    const { props } = resource;
    demand(() => isText(props.configurationSetName), "configurationSetName has to name a configuration set.");
  },
};
