import {
  DescribeInstancesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
} from "@aws-sdk/client-ec2";
import { DescribeLoadBalancersCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import type { NetworkFacts, NodeFacts } from "../../support/reachability";
import type { clientsOf } from "./clients";

/** Describes a VPC and what is in it, as `findConnections` takes it. */
export async function readNetworkFacts(
  aws: ReturnType<typeof clientsOf>,
  vpcId: string,
): Promise<NetworkFacts> {
  const Filters = [{ Name: "vpc-id", Values: [vpcId] }];
  const { RouteTables = [] } = await aws.ec2.send(new DescribeRouteTablesCommand({ Filters }));
  const nodes = await readNodes(aws, vpcId);
  const { SecurityGroupRules = [] } = await aws.ec2.send(
    new DescribeSecurityGroupRulesCommand({
      Filters: [{ Name: "group-id", Values: [...new Set(nodes.flatMap(({ groupIds }) => groupIds))] }],
    }),
  );
  return {
    subnets: RouteTables.flatMap(({ RouteTableId: tableId = "", Associations = [] }) =>
      Associations.flatMap(({ SubnetId }) => (SubnetId === undefined ? [] : [{ id: SubnetId, tableId }])),
    ),
    routes: RouteTables.flatMap(({ RouteTableId: tableId = "", Routes = [] }) =>
      Routes.flatMap(({ DestinationCidrBlock: destination, GatewayId = "", NatGatewayId }) =>
        destination === undefined || GatewayId === "local"
          ? []
          : [
              {
                tableId,
                destination,
                target: GatewayId.startsWith("igw-")
                  ? ("internet" as const)
                  : NatGatewayId === undefined
                    ? ("other" as const)
                    : ("nat" as const),
              },
            ],
      ),
    ),
    rules: SecurityGroupRules.map((rule) => ({
      groupId: rule.GroupId ?? "",
      direction: rule.IsEgress ? "out" : "in",
      protocol: rule.IpProtocol ?? "",
      from: rule.FromPort ?? 0,
      to: rule.ToPort ?? 0,
      peer: rule.CidrIpv4 ?? rule.ReferencedGroupInfo?.GroupId ?? "",
    })),
    nodes,
  };
}

async function readNodes(aws: ReturnType<typeof clientsOf>, vpcId: string): Promise<NodeFacts[]> {
  const { Reservations = [] } = await aws.ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: "vpc-id", Values: [vpcId] },
        { Name: "instance-state-name", Values: ["pending", "running"] },
      ],
    }),
  );
  const { LoadBalancers = [] } = await aws.loadBalancing.send(new DescribeLoadBalancersCommand({}));
  const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
  return [
    ...Reservations.flatMap(({ Instances = [] }) => Instances).map(
      ({ SubnetId = "", SecurityGroups = [], PublicIpAddress, Tags = [] }) => ({
        name: Tags.find(({ Key }) => Key === "elasticbeanstalk:environment-name")?.Value ?? "instance",
        subnetIds: [SubnetId],
        groupIds: SecurityGroups.flatMap(({ GroupId }) => GroupId ?? []),
        hasPublicAddress: PublicIpAddress !== undefined,
      }),
    ),
    ...LoadBalancers.filter(({ VpcId }) => VpcId === vpcId).map(
      ({ AvailabilityZones = [], SecurityGroups = [], Scheme }) => ({
        name: "load balancer",
        subnetIds: AvailabilityZones.flatMap(({ SubnetId }) => SubnetId ?? []),
        groupIds: SecurityGroups,
        hasPublicAddress: Scheme === "internet-facing",
      }),
    ),
    ...DBInstances.filter(({ DBSubnetGroup }) => DBSubnetGroup?.VpcId === vpcId).map(
      ({ DBSubnetGroup, VpcSecurityGroups = [], PubliclyAccessible = true }) => ({
        name: "database",
        subnetIds: (DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
        groupIds: VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
        hasPublicAddress: PubliclyAccessible,
      }),
    ),
  ];
}
