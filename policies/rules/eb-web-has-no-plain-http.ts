import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isBalancedWeb, isFalse, option } from "../values";

/** Outside development nothing is served over plain HTTP. */
export const rule: ResourceRule = {
  name: "eb-web-has-no-plain-http",
  description: "Outside development nothing is served over plain HTTP.",
  severity: "medium",
  level: "mandatory",
  controls: ["ELB.1"],
  remediation: "Set aws:elbv2:listener:default ListenerEnabled to false; redirect by a listener of your own.",
  url: "https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-1",
  reads: ["tier", "aws:elbv2:listener:default/ListenerEnabled"],
  types: types.environment,
  check(resource, demand, context) {
    demand(
      () =>
        context.development ||
        !isBalancedWeb(resource) ||
        isFalse(option(resource, "aws:elbv2:listener:default", "ListenerEnabled")),
      "aws:elbv2:listener:default ListenerEnabled has to be false.",
    );
  },
};
