import type * as pulumi from "@pulumi/pulumi";
import { getIdentity } from "../identity";
import { type ExistingVpcArgs, Network } from "../network";
import { Vpc } from "../vpc";
import type { DatastoreContext } from "./context";

export function createNetwork(context: DatastoreContext, own: OwnVpc | undefined): Network {
  const { name, args, network, web, parent } = context;
  const { vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds } = own ?? network;
  return new Network(
    `${name}-net`,
    {
      vpcId,
      databaseSubnetIds,
      instanceSubnetIds,
      loadBalancerSubnetIds,
      loadBalanced: !web.singleInstance,
      allowedCidrs: web.allowedCidrs,
      ipv6: web.ipAddressType === "dualstack",
      cloudFront: web.cloudFront,
      limitEgress: network.create,
      egressPorts: network.egressPorts,
      tags: args.tags,
    },
    parent,
  );
}

export interface OwnVpc extends ExistingVpcArgs {
  natAddresses: pulumi.Output<string[]>;
}

/** Creates the stack's own VPC. What needs no public address is in its private subnets, unless it has none. */
export function createVpc({ name, args, network, web, platform, parent }: DatastoreContext): OwnVpc {
  const { cidr, zones, nat, interfaceEndpoints, flowLogDays } = network;
  const vpc = new Vpc(
    `${name}-vpc`,
    {
      ...{ cidr, zones, nat, interfaceEndpoints, flowLogDays },
      namePrefix: args.applicationName,
      logKmsKey: platform.logKmsKey,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
  const { vpcId, databaseSubnetIds, publicSubnetIds, natAddresses } = vpc;
  const instanceSubnetIds = nat === "none" ? publicSubnetIds : vpc.privateSubnetIds;
  const loadBalancerSubnetIds = web.internal ? instanceSubnetIds : publicSubnetIds;
  return { vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds, natAddresses };
}

/** Whether the instances reach the internet by addresses of their own. */
export function hasPublicInstances({ create, nat, associatePublicIpAddress }: DatastoreContext["network"]) {
  return create ? nat === "none" : associatePublicIpAddress;
}
