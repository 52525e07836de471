import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isText, isTrue, option } from "../values";

/** Outside development the web is served over HTTPS. */
export const rule: ResourceRule = {
  name: "eb-web-has-https",
  description: "Outside development the web is served over HTTPS.",
  severity: "high",
  level: "mandatory",
  controls: ["ELB.1"],
  remediation: "Enable the listener aws:elbv2:listener:443 with protocol HTTPS and a certificate.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
  reads: [
    "tier",
    "aws:elbv2:listener:443/ListenerEnabled",
    "aws:elbv2:listener:443/Protocol",
    "aws:elbv2:listener:443/SSLCertificateArns",
  ],
  types: types.environment,
  check(resource, demand, context) {
    if (context.development || resource.props.tier === "Worker") {
      return;
    }
    const listener = (name: string) => option(resource, "aws:elbv2:listener:443", name);
    demand(
      () => isTrue(listener("ListenerEnabled")),
      "aws:elbv2:listener:443 ListenerEnabled has to be true.",
    );
    demand(() => listener("Protocol") === "HTTPS", "aws:elbv2:listener:443 Protocol has to be HTTPS.");
    demand(
      () => isText(listener("SSLCertificateArns")),
      "aws:elbv2:listener:443 SSLCertificateArns has to name a certificate.",
    );
  },
};
