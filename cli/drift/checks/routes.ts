import { DescribeRouteTablesCommand, type Route, type RouteTable } from "@aws-sdk/client-ec2";
import { getAddressShare } from "../../../policies/addresses";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";

/** Route tables of the stack's own VPC: routes to the internet that were added. Routes to private networks are the operators'. */
export function checkRoutes(context: Context): Check[] {
  return ofType(context.deployed, "ec2/routeTable:RouteTable").map((table) => ({
    what: `routes of the route table ${table.id}`,
    find: async () => toDrift(table, await findRoutes(table, context)),
  }));
}

async function findRoutes(table: Deployed, { deployed, clients, region }: Context): Promise<Addition[]> {
  const own = ofType(deployed, "ec2/route:Route")
    .filter(({ inputs }) => inputs.routeTableId === table.id)
    .map(({ inputs }) => getText(inputs, "destinationCidrBlock"));
  const endpoints = ofType(deployed, "ec2/vpcEndpoint:VpcEndpoint").map(({ id }) => id);
  const { RouteTables: [found] = [] } = await clients.ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [table.id] }),
  );
  return (found?.Routes ?? []).flatMap((route): Addition[] => {
    const { destination } = getDestination(route);
    const target = getTarget(route);
    if (!leavesPrivateNetworks(route) || own.includes(destination) || endpoints.includes(target)) {
      return [];
    }
    return [
      {
        severity: "high",
        text: `route to ${destination} through ${target}, and is not in the program`,
        meaning: `${target.startsWith("igw-") ? "The subnets of the table are public: what has a public address in them can be reached from the internet." : "What is in the subnets of the table can connect to addresses that are not private."} The database subnets must have no such route.`,
        undo: [deleteRoute(table.id, route, region)],
      },
    ];
  });
}

/** The command that removes a route. */
export function deleteRoute(table: string, route: Route, region: string): string {
  const { destination, option } = getDestination(route);
  return awsCommand("ec2 delete-route", { "route-table-id": table, [option]: destination }, region);
}

/** Whether a route table has a route to the internet. A prefix list of a gateway endpoint has the addresses of one service. */
export function hasInternetRoute({ Routes = [] }: RouteTable): boolean {
  return Routes.some(
    (route) =>
      leavesPrivateNetworks(route) &&
      !(getDestination(route).option === prefixList && getTarget(route).startsWith("vpce-")),
  );
}

/** Whether a route leads to addresses that are not private. What a prefix list has is not known here. */
export function leavesPrivateNetworks(route: Route): boolean {
  const { destination, option } = getDestination(route);
  return getTarget(route) !== "local" && (option === prefixList || getAddressShare(destination) > 0);
}

const prefixList = "destination-prefix-list-id";

/** Returns a route's destination, and the option of the AWS CLI that names it. */
export function getDestination({
  DestinationCidrBlock,
  DestinationIpv6CidrBlock,
  DestinationPrefixListId,
}: Route) {
  if (DestinationPrefixListId !== undefined) {
    return { destination: DestinationPrefixListId, option: prefixList };
  }
  return DestinationCidrBlock === undefined
    ? { destination: DestinationIpv6CidrBlock ?? "", option: "destination-ipv6-cidr-block" }
    : { destination: DestinationCidrBlock, option: "destination-cidr-block" };
}

/** Returns the id of what a route leads to, of the targets that EC2 has. */
export function getTarget(route: Route): string {
  return (
    route.GatewayId ??
    route.NatGatewayId ??
    route.TransitGatewayId ??
    route.VpcPeeringConnectionId ??
    route.EgressOnlyInternetGatewayId ??
    // A NAT instance has both.
    route.InstanceId ??
    route.NetworkInterfaceId ??
    route.LocalGatewayId ??
    route.CarrierGatewayId ??
    route.CoreNetworkArn ??
    "a target that the AWS SDK does not know"
  );
}
