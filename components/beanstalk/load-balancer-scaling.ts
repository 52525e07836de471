import * as autoscaling from "@pulumi/aws/autoscaling";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type { Environment } from "@pulumi/aws/elasticbeanstalk";
import * as pulumi from "@pulumi/pulumi";
import { toList } from "../outputs";
import { getThresholds, type Scaling } from "./web-scaling";

interface LoadBalancerScalingArgs extends Scaling {
  environment: Environment;
  loadBalancerName: pulumi.Input<string>;
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Seconds of Elastic Beanstalk's trigger and of EC2's basic monitoring, which has one sample of each instance in it. */
const period = 300;

/** Scales the web environment by its latency or requests, one instance at a time as Elastic Beanstalk's trigger does. */
export function createLoadBalancerScaling(
  name: string,
  args: LoadBalancerScalingArgs,
  parent: pulumi.Resource,
): void {
  const { environment, loadBalancerName, scaling, tags } = args;
  const { low, high } = getThresholds(args);
  const group = environment.autoscalingGroups.apply((names) => toList(names)[0] ?? "");
  // Fixed names: after an interrupted update, AWS overwrites the policies and alarms that it has already.
  const opts = { parent, deleteBeforeReplace: true };
  const loadBalancer = { LoadBalancer: loadBalancerName };
  const queries =
    scaling === "latency"
      ? [
          getLoad("1000 * seconds", "Milliseconds until an answer"),
          getMetric("seconds", "AWS/ApplicationELB", "TargetResponseTime", "Average", loadBalancer),
        ]
      : [
          getLoad(`requests / instances / ${period / 60}`, "Requests per minute and instance"),
          getMetric("requests", "AWS/ApplicationELB", "RequestCount", "Sum", loadBalancer),
          getMetric("instances", "AWS/EC2", "CPUUtilization", "SampleCount", { AutoScalingGroupName: group }),
        ];
  for (const [part, comparisonOperator, threshold, scalingAdjustment] of [
    ["high", "GreaterThanThreshold", high, 1],
    ["low", "LessThanThreshold", low, -1],
  ] as const) {
    const policy = new autoscaling.Policy(
      `${name}-${scaling}-${part}-policy`,
      {
        name: pulumi.interpolate`${environment.name}-${scaling}-${part}`,
        autoscalingGroupName: group,
        policyType: "SimpleScaling",
        adjustmentType: "ChangeInCapacity",
        scalingAdjustment,
        cooldown: 360,
      },
      opts,
    );
    new cloudwatch.MetricAlarm(
      `${name}-${scaling}-${part}`,
      {
        name: pulumi.interpolate`${environment.name}-${scaling}-${part}`,
        alarmDescription: `Scales the web environment: ${part === "high" ? "more" : "less"} than ${threshold} ${units[scaling] ?? ""}.`,
        comparisonOperator,
        threshold,
        evaluationPeriods: 1,
        // Without requests there is no data: nothing is needed then.
        treatMissingData: part === "high" ? "notBreaching" : "breaching",
        alarmActions: [policy.arn],
        metricQueries: queries,
        tags,
      },
      opts,
    );
  }
}

const units: Record<string, string> = {
  latency: "milliseconds until an answer",
  requests: "requests per minute for each instance",
};

const getLoad = (expression: string, label: string) => ({ id: "load", expression, label, returnData: true });

function getMetric(
  id: string,
  namespace: string,
  metricName: string,
  stat: string,
  dimensions: Record<string, pulumi.Input<string>>,
) {
  return { id, returnData: false, metric: { namespace, metricName, dimensions, period, stat } };
}
