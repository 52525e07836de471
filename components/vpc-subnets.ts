import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { getSubnetCidr } from "./cidr";
import type { WithDefaults } from "./defaults";
import { getZoneNames } from "./lookups";
import type { VpcArgs, vpcDefaults } from "./vpc";

/** What all parts of a VPC need. */
export interface VpcContext {
  name: string;
  args: WithDefaults<VpcArgs, typeof vpcDefaults>;
  parent: pulumi.Resource;
}

/** A VPC with its gateway. */
export interface VpcNetwork {
  vpc: ec2.Vpc;
  gateway: ec2.InternetGateway;
}

/** Subnets of one kind, and what they need to be of use. */
export interface Subnets {
  subnets: ec2.Subnet[];
  tables: ec2.RouteTable[];
  /** Routes and the associations of the subnets with them. */
  routes: pulumi.Resource[];
}

/** Returns the tags of a resource; the console shows the name. */
export function getTags({ args: { namePrefix, tags } }: VpcContext, suffix: string) {
  return pulumi.output(tags).apply((all) => ({ ...all, Name: pulumi.interpolate`${namePrefix}${suffix}` }));
}

/** Creates the public subnets, whose routes lead to the internet gateway, and those of the database, without any route. */
export function createSubnets(
  context: VpcContext,
  network: VpcNetwork,
): Record<"public" | "database", Subnets> {
  const { name, parent } = context;
  const publicSubnets = createPublicSubnets(context, network);
  const table = createTable(context, network, "public");
  const route = new ec2.Route(
    `${name}-public-internet`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: network.gateway.id },
    { parent },
  );
  const databaseSubnets = createSubnetsBeside(publicSubnets, context, network, {
    label: "database",
    kind: 2,
  });
  const databaseTable = createTable(context, network, "database");
  return {
    public: {
      subnets: publicSubnets,
      tables: [table],
      routes: [route, ...associate(context, "public", publicSubnets, [table])],
    },
    database: {
      subnets: databaseSubnets,
      tables: [databaseTable],
      routes: associate(context, "database", databaseSubnets, [databaseTable]),
    },
  };
}

/** Creates a public subnet in each zone. One that is added later gets a zone that the others do not have. */
function createPublicSubnets(context: VpcContext, network: VpcNetwork): ec2.Subnet[] {
  const { args, parent } = context;
  const names = getZoneNames(args.zones, parent);
  const subnets: ec2.Subnet[] = [];
  for (let index = 0; index < args.zones; index++) {
    const zone = pulumi
      .all([names, pulumi.all(subnets.map(({ availabilityZone }) => availabilityZone))])
      .apply(([all, used]) => all.find((one) => !used.includes(one)) ?? "");
    subnets.push(createSubnet(context, network, { label: "public", kind: 0, index, zone }));
  }
  return subnets;
}

/** Creates subnets in the zones of others, which a load balancer must have in common with its instances. */
function createSubnetsBeside(
  others: ec2.Subnet[],
  context: VpcContext,
  network: VpcNetwork,
  kind: Pick<SubnetArgs, "label" | "kind">,
): ec2.Subnet[] {
  return others.map(({ availabilityZone: zone }, index) =>
    createSubnet(context, network, { ...kind, index, zone }),
  );
}

interface SubnetArgs {
  label: string;
  kind: 0 | 1 | 2;
  index: number;
  zone: pulumi.Input<string>;
}

function createSubnet(context: VpcContext, network: VpcNetwork, { label, kind, index, zone }: SubnetArgs) {
  const { name, args, parent } = context;
  return new ec2.Subnet(
    `${name}-${label}-${index + 1}`,
    {
      vpcId: network.vpc.id,
      availabilityZone: zone,
      cidrBlock: getSubnetCidr(args.cidr, kind, index),
      tags: getTags(context, `-${label}-${index + 1}`),
    },
    // A zone that AWS offers to the account later would otherwise replace the subnets.
    { parent, ignoreChanges: ["availabilityZone"] },
  );
}

function createTable(context: VpcContext, { vpc: { id: vpcId } }: VpcNetwork, label: string): ec2.RouteTable {
  const { name, parent } = context;
  // Routes are resources of their own, so that an update keeps those that lead to other networks.
  return new ec2.RouteTable(
    `${name}-${label}-routes`,
    { vpcId, tags: getTags(context, `-${label}`) },
    { parent },
  );
}

/** Gives each subnet the table of its zone, or the only one. */
function associate(
  { name, parent }: VpcContext,
  label: string,
  subnets: ec2.Subnet[],
  tables: ec2.RouteTable[],
): ec2.RouteTableAssociation[] {
  return subnets.flatMap((subnet, index) => {
    const table = tables[index] ?? tables[0];
    const associationName = `${name}-${label}-${index + 1}-association`;
    return table === undefined
      ? []
      : new ec2.RouteTableAssociation(
          associationName,
          { subnetId: subnet.id, routeTableId: table.id },
          { parent },
        );
  });
}

export function createNatGateways(context: VpcContext, { subnets, routes }: Subnets): ec2.NatGateway[] {
  const { name, args, parent } = context;
  const count = { none: 0, one: 1, each: subnets.length }[args.nat];
  return subnets.slice(0, count).map((subnet, index) => {
    const tags = getTags(context, `-nat-${index + 1}`);
    const address = new ec2.Eip(`${name}-nat-${index + 1}-address`, { domain: "vpc", tags }, { parent });
    return new ec2.NatGateway(
      `${name}-nat-${index + 1}`,
      { allocationId: address.id, subnetId: subnet.id, tags },
      // The gateway reaches the internet by the route.
      { parent, dependsOn: routes },
    );
  });
}

/** Creates the subnets of the instances, each with a table of its own, so that another number of gateways changes routes only. */
export function createPrivateSubnets(
  context: VpcContext,
  network: VpcNetwork,
  { gateways, publicSubnets }: { gateways: ec2.NatGateway[]; publicSubnets: Subnets },
): Subnets {
  const { name, parent } = context;
  if (gateways.length === 0) {
    return { subnets: [], tables: [], routes: [] };
  }
  const subnets = createSubnetsBeside(publicSubnets.subnets, context, network, { label: "private", kind: 1 });
  const tables = subnets.map((_, index) => createTable(context, network, `private-${index + 1}`));
  const routes = tables.map(
    ({ id: routeTableId }, index) =>
      new ec2.Route(
        `${name}-private-${index + 1}-nat`,
        {
          routeTableId,
          destinationCidrBlock: "0.0.0.0/0",
          natGatewayId: (gateways[index] ?? gateways[0])?.id,
        },
        { parent },
      ),
  );
  return { subnets, tables, routes: [...routes, ...associate(context, "private", subnets, tables)] };
}

/** Returns the ids of subnets, which are of use once their routes are in place. */
export function getIds({ subnets, routes }: Subnets): pulumi.Output<string[]> {
  // A URN is known in previews too, whereas the id of a resource to be created is not.
  return pulumi
    .all([pulumi.all(subnets.map(({ id }) => id)), pulumi.all(routes.map(({ urn }) => urn))])
    .apply(([ids]) => ids);
}
