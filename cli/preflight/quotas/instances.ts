import { DescribeInstanceTypesCommand, paginateDescribeInstances } from "@aws-sdk/client-ec2";
import { paginateDescribeLoadBalancers } from "@aws-sdk/client-elastic-load-balancing-v2";
import { getOption } from "../../../plan/application-environments";
import type { Line } from "../../report";
import { plannedOf, toText } from "../context";
import { describeLimit, type Scope } from "./quota";

/** What an environment needs at most. */
export const getEnvironments = (scope: Pick<Scope, "planned">) =>
  plannedOf(scope, "elasticbeanstalk/environment:Environment").map(({ inputs }) => ({
    type: toText(getOption(inputs, "aws:ec2:instances", "InstanceTypes")).split(",")[0] ?? "",
    maximum: Number(getOption(inputs, "aws:autoscaling:asg", "MaxSize") ?? 1),
    isSingle: getOption(inputs, "aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance",
    hasLoadBalancer:
      getOption(inputs, "aws:elasticbeanstalk:environment", "LoadBalancerType") === "application",
  }));

/** Families that the quota of On-Demand Standard instances counts. */
const isStandard = (type: string) => /^[acdhimrtz]\d/.test(type) && !/^(inf|hpc|mac)/.test(type);

/** New accounts may have as few as one to five vCPUs. */
export async function readCpus(scope: Scope): Promise<Line[]> {
  const { ec2 } = scope.clients;
  const environments = getEnvironments(scope);
  if (environments.length === 0) {
    return [];
  }
  const running: string[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances(
    { client: ec2 },
    { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] },
  )) {
    running.push(
      ...Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceType = "" }) => InstanceType)),
    );
  }
  const types = [...new Set([...running, ...environments.map(({ type }) => type)])].filter(isStandard);
  const { InstanceTypes = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: types as never }),
  );
  const cpus = new Map<string, number>(
    InstanceTypes.map(({ InstanceType = "", VCpuInfo }) => [InstanceType, VCpuInfo?.DefaultVCpus ?? 0]),
  );
  return [
    await describeLimit(scope, {
      what: "vCPUs of On-Demand instances",
      service: "ec2",
      code: "L-1216C47A",
      used: running.reduce((sum, type) => sum + (cpus.get(type) ?? 0), 0),
      needed: environments.reduce((sum, { type, maximum }) => sum + maximum * (cpus.get(type) ?? 0), 0),
    }),
  ];
}

export async function readLoadBalancers(scope: Scope): Promise<Line[]> {
  const needed = getEnvironments(scope).filter(({ hasLoadBalancer }) => hasLoadBalancer).length;
  if (needed === 0) {
    return [];
  }
  let used = 0;
  for await (const { LoadBalancers = [] } of paginateDescribeLoadBalancers(
    { client: scope.clients.loadBalancing },
    {},
  )) {
    used += LoadBalancers.filter(({ Type }) => Type === "application").length;
  }
  const quota = { what: "Application Load Balancers", service: "elasticloadbalancing", code: "L-53DA6B97" };
  return [await describeLimit(scope, { ...quota, used, needed })];
}
