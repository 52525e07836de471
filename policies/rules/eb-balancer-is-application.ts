import { type ResourceRule } from "../rule";
import { types } from "../types";
import { isBalancedWeb, option } from "../values";

/** A load balanced web environment has an application load balancer. */
export const rule: ResourceRule = {
  name: "eb-balancer-is-application",
  description: "A load balanced web environment has an application load balancer.",
  severity: "medium",
  level: "mandatory",
  controls: ["ELB.1"],
  remediation: "Set LoadBalancerType to application; this replaces the environment.",
  url: "https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/environments-cfg-alb.html",
  reads: ["tier", "aws:elasticbeanstalk:environment/LoadBalancerType"],
  types: types.environment,
  check(resource, demand) {
    demand(
      () =>
        !isBalancedWeb(resource) ||
        option(resource, "aws:elasticbeanstalk:environment", "LoadBalancerType") === "application",
      "LoadBalancerType has to be application.",
    );
  },
};
