import { type ResourceRule } from "../rule";
import { types } from "../types";
import { option } from "../values";

/** HTTPS listeners take TLS 1.2 and 1.3 only. */
export const rule: ResourceRule = {
  name: "eb-tls-is-current",
  description: "HTTPS listeners take TLS 1.2 and 1.3 only.",
  severity: "medium",
  level: "mandatory",
  controls: ["ELB.17"],
  remediation: "Set SSLPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17",
  reads: ["aws:elbv2:listener:443/SSLPolicy"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () =>
        option(resource, "aws:elbv2:listener:443", "Protocol") !== "HTTPS" ||
        /^ELBSecurityPolicy-TLS13-1-[23]-(Res-|PQ-)?(FIPS-)?20\d\d-\d\d/.test(
          option(resource, "aws:elbv2:listener:443", "SSLPolicy") ?? "",
        ),
      "SSLPolicy has to be one for TLS 1.2 and 1.3, such as ELBSecurityPolicy-TLS13-1-2-2021-06.",
    );
  },
};
