import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { commandLine, placeholderCommand } from "../../stacks/commands";
import type { Line } from "../report";
import { type Context, getGroup } from "./context";
import { getEnvironments } from "./quotas/instances";

const lists = ["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const;
type List = (typeof lists)[number];

/** Whether the configured subnets are in the VPC, and in as many zones as RDS and Application Load Balancers need. */
export async function readConfiguredSubnets(context: Context, vpc: string): Promise<Line[]> {
  const network = getGroup(context, "network");
  const getIds = (list: List) => {
    const ids = network[list];
    return Array.isArray(ids) ? ids.map(String) : [];
  };
  const ids = [...new Set(lists.flatMap(getIds))];
  if (ids.length === 0) {
    return [];
  }
  const { Subnets = [] } = await context.clients.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: "subnet-id", Values: ids }] }),
  );
  // Without subnets of its own, the load balancer is in those of the instances.
  const balanced = getIds("loadBalancerSubnetIds").length > 0 ? "loadBalancerSubnetIds" : "instanceSubnetIds";
  const hasLoadBalancer = getEnvironments(context).some((environment) => environment.hasLoadBalancer);
  return lists.flatMap((list): Line[] => {
    const elsewhere = getIds(list).filter(
      (id) => !Subnets.some(({ SubnetId, VpcId }) => SubnetId === id && VpcId === vpc),
    );
    if (elsewhere.length > 0) {
      const text = `network.${list} has ${elsewhere.join(" and ")}, which ${elsewhere.length === 1 ? "is" : "are"} not in VPC ${vpc}. Its subnets, and the setting:`;
      return [
        { level: "error", text, fix: getFix(context, vpc, list, getIds(list).indexOf(elsewhere[0] ?? "")) },
      ];
    }
    const own = Subnets.filter(({ SubnetId = "" }) => getIds(list).includes(SubnetId));
    const zones = [...new Set(own.map(({ AvailabilityZone = "" }) => AvailabilityZone))];
    const isSpread = list === "databaseSubnetIds" || (list === balanced && hasLoadBalancer);
    if (!isSpread || zones.length !== 1) {
      return [];
    }
    const text = `network.${list} has subnets in ${zones.join()} only. ${list === "databaseSubnetIds" ? "RDS needs" : "An Application Load Balancer needs"} two availability zones. The VPC's subnets, and the setting:`;
    return [{ level: "error", text, fix: getFix(context, vpc, list, 1) }];
  });
}

function getFix({ region, stack }: Context, vpc: string, list: List, index: number): string[] {
  return [
    `aws ec2 describe-subnets --filters Name=vpc-id,Values=${vpc} --query "Subnets[].[SubnetId,AvailabilityZone,MapPublicIpOnLaunch]" --output table --region ${region}`,
    commandLine([placeholderCommand(`network.${list}[${index}]`, "a subnet ID", true)], stack),
  ];
}
