import * as pulumi from "@pulumi/pulumi";

/** Returns a load balancer's dimension in CloudWatch: the end of its ARN. */
export function getLoadBalancerName(arn: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(arn).apply((text) => text.replace(/^.*:loadbalancer\//, ""));
}
