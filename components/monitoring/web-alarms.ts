import * as pulumi from "@pulumi/pulumi";
import type { Alarm } from "./alarm";
import type { AlarmContext, MonitoredResources } from "./alarms";

/** What all alarms of the load balancer have in common: it reports no metrics while there are no requests. */
const common = {
  comparisonOperator: "GreaterThanThreshold",
  period: 300,
  treatMissingData: "notBreaching",
} as const satisfies Partial<Alarm>;

/** Returns the alarms of the web environment's load balancer, if it has one. */
export function getWebAlarms(
  { loadBalancer, webEnvironment }: MonitoredResources,
  { thresholds: { errorRate, minRequests, responseTime } }: AlarmContext,
): Alarm[] {
  if (loadBalancer === undefined) {
    return [];
  }
  const getMetric = (metricName: string, statistic: string) => ({
    namespace: "AWS/ApplicationELB",
    metricName,
    dimensions: { LoadBalancer: loadBalancer },
    statistic,
  });
  const requests = getMetric("RequestCount", "Sum");
  return [
    {
      ...common,
      name: "web-errors",
      description: pulumi.interpolate`The application answered more than ${errorRate} % of at least ${minRequests} requests within 5 minutes with a server error (5xx). Find the exception in the web environment's logs: eb logs ${webEnvironment} --log-group var/log/web.stdout.log`,
      source: {
        expression: `IF(requests >= ${minRequests}, 100 * FILL(errors, 0) / requests, 0)`,
        label: "Server errors, %",
        metrics: { requests, errors: getMetric("HTTPCode_Target_5XX_Count", "Sum") },
      },
      threshold: errorRate,
      evaluationPeriods: 1,
    },
    {
      ...common,
      name: "load-balancer-errors",
      description: pulumi.interpolate`The load balancer itself answered more than ${errorRate} % of at least ${minRequests} requests within 5 minutes with 5xx: no instance is healthy (503), or none answered (502, 504). Find the cause: eb health ${webEnvironment}, then eb logs ${webEnvironment} --log-group var/log/nginx/error.log`,
      source: {
        // RequestCount has no requests for which there was no target.
        expression: `IF(FILL(requests, 0) + errors >= ${minRequests}, 100 * errors / (FILL(requests, 0) + errors), 0)`,
        label: "Load balancer errors, %",
        metrics: { requests, errors: getMetric("HTTPCode_ELB_5XX_Count", "Sum") },
      },
      threshold: errorRate,
      evaluationPeriods: 1,
      raisedByMaintenance: true,
    },
    {
      ...common,
      name: "response-time",
      description: pulumi.interpolate`The slowest 5 % of requests have taken more than ${responseTime} seconds for 15 minutes. Find them with the saved query slow-requests (CloudWatch, Logs Insights). Then: the database's load, or a larger web.maxSize or web.instanceTypes; eb health ${webEnvironment} has the CPU of the instances.`,
      source: getMetric("TargetResponseTime", "p95"),
      threshold: responseTime,
      evaluationPeriods: 3,
    },
    {
      ...common,
      name: "unhealthy-hosts",
      description: pulumi.interpolate`At least one web instance has failed the load balancer's health check for 15 minutes. See which and why: eb health ${webEnvironment}. Replace it by terminating it (EC2 console) if the others are healthy.`,
      source: {
        // Elastic Beanstalk does not tell the names of its target groups. The metric has no dimensions without one.
        expression: pulumi.interpolate`SELECT MAX(UnHealthyHostCount) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer, TargetGroup) WHERE LoadBalancer = '${loadBalancer}'`,
        label: "Unhealthy instances",
      },
      threshold: 0,
      period: 60,
      evaluationPeriods: 15,
    },
  ];
}
