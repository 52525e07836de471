import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeVpcEndpoints,
} from "@aws-sdk/client-ec2";
import type { Line } from "../../report";
import { plannedOf } from "../context";
import { getEnvironments } from "./instances";
import { describeLimit, type Quota, type Scope } from "./quota";

export async function readAddresses(scope: Scope): Promise<Line[]> {
  const singles = getEnvironments(scope).filter(({ isSingle }) => isSingle).length;
  const needed = singles + plannedOf(scope, "ec2/eip:Eip").length;
  if (needed === 0) {
    return [];
  }
  const { Addresses = [] } = await scope.clients.ec2.send(new DescribeAddressesCommand({}));
  const quota = { what: "Elastic IP addresses", service: "ec2", code: "L-0263D0A3" };
  return [await describeLimit(scope, { ...quota, used: Addresses.length, needed })];
}

/** A VPC has one internet gateway, whose quota is the same. */
export async function readNetworks(scope: Scope): Promise<Line[]> {
  const vpcs = plannedOf(scope, "ec2/vpc:Vpc").length;
  const quotas: Omit<Quota, "service" | "limit">[] = [];
  if (vpcs > 0) {
    const { Vpcs = [] } = await scope.clients.ec2.send(new DescribeVpcsCommand({}));
    quotas.push({ what: "VPCs", code: "L-F678F1CE", used: Vpcs.length, needed: vpcs });
  }
  // The quota is that of a zone, of which a stack's gateways have the number in their names.
  const names = plannedOf(scope, "ec2/natGateway:NatGateway").map(({ name }) => name);
  if (names.length > 0) {
    quotas.push({
      what: "NAT gateways of a zone",
      code: "L-FE5A380F",
      // The zone with the most gateways decides.
      used: Math.max(0, ...(await countGateways(scope))),
      needed: Math.max(...names.map((name) => names.filter((one) => one === name).length)),
    });
  }
  const endpoints = plannedOf(scope, "ec2/vpcEndpoint:VpcEndpoint").filter(
    ({ inputs }) => (inputs.vpcEndpointType ?? "Gateway") === "Gateway",
  ).length;
  if (endpoints > 0) {
    quotas.push({
      what: "Gateway VPC endpoints",
      code: "L-1B52E74A",
      used: await countEndpoints(scope),
      needed: endpoints,
    });
  }
  return Promise.all(quotas.map((quota) => describeLimit(scope, { service: "vpc", ...quota })));
}

async function countEndpoints({ clients: { ec2 } }: Scope): Promise<number> {
  let count = 0;
  for await (const { VpcEndpoints = [] } of paginateDescribeVpcEndpoints({ client: ec2 }, {})) {
    count += VpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "Gateway").length;
  }
  return count;
}

/** The numbers of NAT gateways of the zones that have one. */
async function countGateways({ clients: { ec2 } }: Scope): Promise<number[]> {
  const { NatGateways = [] } = await ec2.send(
    new DescribeNatGatewaysCommand({
      Filter: [{ Name: "state", Values: ["pending", "available", "deleting"] }],
    }),
  );
  if (NatGateways.length === 0) {
    // A filter needs a value.
    return [];
  }
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({
      Filters: [{ Name: "vpc-id", Values: NatGateways.map(({ VpcId = "" }) => VpcId) }],
    }),
  );
  const zones = NatGateways.map(
    ({ SubnetId }) => Subnets.find((subnet) => subnet.SubnetId === SubnetId)?.AvailabilityZone ?? "",
  );
  return zones.map((zone) => zones.filter((one) => one === zone).length);
}
