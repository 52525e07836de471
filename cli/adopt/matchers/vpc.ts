import type { DBSubnetGroup } from "@aws-sdk/client-rds";
import { getValue } from "../environments";
import { when } from "../matcher";
import type { ExistingEnvironment, SuggestedSetting } from "../survey";

const namespace = "aws:ec2:vpc";

/** The settings for a stack that is not in the default VPC: what is in a VPC stays in its subnets. */
export function keepVpc(
  { VpcId, Subnets = [] }: DBSubnetGroup,
  environments: readonly ExistingEnvironment[],
  vpcId: string | undefined,
): SuggestedSetting[] {
  if (VpcId === undefined || VpcId === vpcId) {
    return [];
  }
  const inVpc = environments.filter(({ options }) => getValue(options, namespace, "VPCId") === VpcId);
  const web = inVpc.find(({ role }) => role === "web");
  const environment = web ?? inVpc[0];
  const instanceSubnets = getSubnets(environment, "Subnets");
  const loadBalancerSubnets = getSubnets(web, "ELBSubnets");
  const isSame = instanceSubnets.join() === loadBalancerSubnets.join();
  const isPrivate =
    environment !== undefined &&
    getValue(environment.options, namespace, "AssociatePublicIpAddress") === "false";
  const name = environment?.name ?? "";
  return [
    { key: "network.vpcId", value: VpcId, reason: "it is in that VPC" },
    ...toList(
      "network.databaseSubnetIds",
      Subnets.flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
      "a subnet of its subnet group",
    ),
    ...toList("network.instanceSubnetIds", instanceSubnets, `instances of ${name} are in it`),
    ...(isSame
      ? []
      : toList(
          "network.loadBalancerSubnetIds",
          loadBalancerSubnets,
          `the load balancer of ${name} is in it`,
        )),
    ...when(isPrivate, {
      key: "network.associatePublicIpAddress",
      value: false,
      reason: `instances of ${name} have no public addresses`,
    }),
  ];
}

/** The subnets of an environment, in order. */
function getSubnets(environment: ExistingEnvironment | undefined, option: string): string[] {
  return (getValue(environment?.options ?? [], namespace, option) ?? "")
    .split(",")
    .map((id) => id.trim())
    .filter(Boolean)
    .sort();
}

function toList(key: string, ids: string[], reason: string): SuggestedSetting[] {
  return ids.map((value, index) => ({ key: `${key}[${index}]`, value, reason }));
}
