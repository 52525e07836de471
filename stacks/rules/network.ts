import { setCommand } from "../commands";
import { type Rules, when } from "./rule";

/** The VPC and its subnets. */
export const network: Rules = {
  "an own VPC has its subnets": ({ settings: { network } }) =>
    when(network?.vpcId !== undefined && (!network.databaseSubnetIds || !network.instanceSubnetIds), () => ({
      key: "network.vpcId",
      message: "needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.",
      mend: [
        setCommand(
          `network.${network?.databaseSubnetIds ? "instanceSubnetIds" : "databaseSubnetIds"}[0]`,
          "subnet-0123456789abcdef0",
        ),
      ],
    })),

  "subnets have their VPC": ({ settings: { network } }) =>
    (["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const).flatMap((key) =>
      when(network?.[key] !== undefined && network.vpcId === undefined, () => ({
        key: `network.${key}`,
        message: "is set, but network.vpcId is not: which VPC are they of?",
        mend: [setCommand("network.vpcId", "vpc-0123456789abcdef0")],
      })),
    ),

  // RDS and the application load balancer both span two availability zones at least.
  "subnets in two zones": ({ settings: { network, web } }) =>
    [
      "databaseSubnetIds" as const,
      // Where the load balancer has no subnets of its own, it stands in the instances'.
      ...(web.singleInstance
        ? []
        : ([
            network?.loadBalancerSubnetIds === undefined ? "instanceSubnetIds" : "loadBalancerSubnetIds",
          ] as const)),
    ].flatMap((key) => {
      const ids = network?.[key];
      return when(ids?.length === 1, () => ({
        key: `network.${key}`,
        message: "has one subnet: legal are two or more, in different availability zones.",
        mend: [setCommand(`network.${key}[1]`, "subnet-0123456789abcdef1")],
      }));
    }),

  "private instances have their subnets": ({ settings: { network } }) =>
    when(network?.associatePublicIpAddress === false && network.instanceSubnetIds === undefined, () => ({
      key: "network.associatePublicIpAddress",
      message:
        "is false, but the instances are in the default VPC, whose subnets are public: without an address they reach nothing. Name private subnets with a NAT gateway.",
      mend: [setCommand("network.instanceSubnetIds[0]", "subnet-0123456789abcdef0")],
    })),

  "private instances have a public load balancer": ({ settings: { network, web } }) =>
    when(
      network?.associatePublicIpAddress === false &&
        network.instanceSubnetIds !== undefined &&
        !web.singleInstance &&
        network.loadBalancerSubnetIds === undefined,
      () => ({
        key: "network.loadBalancerSubnetIds",
        message: "is missing: the instances' subnets are private, and the load balancer needs public ones.",
        mend: [setCommand("network.loadBalancerSubnetIds[0]", "subnet-0123456789abcdef0")],
      }),
    ),
};
