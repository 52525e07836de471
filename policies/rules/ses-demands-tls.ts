import { type ResourceRule } from "../rule";
import { types } from "../types";
import { at } from "../values";

/** Mail leaves over TLS only. */
export const rule: ResourceRule = {
  name: "ses-demands-tls",
  description: "Mail leaves over TLS only.",
  severity: "medium",
  level: "mandatory",
  controls: ["SES.3"],
  remediation: "Set deliveryOptions.tlsPolicy to REQUIRE.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/ses-controls.html#ses-3",
  reads: ["deliveryOptions.tlsPolicy"],
  types: types.configurationSet,
  check(resource, demand) {
    const { props } = resource;
    demand(
      () => String(at(props, "deliveryOptions.tlsPolicy")).toUpperCase() === "REQUIRE",
      "deliveryOptions.tlsPolicy has to be REQUIRE.",
    );
  },
};
