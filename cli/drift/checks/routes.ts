import { DescribeRouteTablesCommand, type Route } from "@aws-sdk/client-ec2";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import type { Deployed } from "../resources";

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
    .map(({ inputs }) => inputs.destinationCidrBlock);
  const { RouteTables: [found] = [] } = await clients.ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [table.id] }),
  );
  return (found?.Routes ?? []).flatMap((route): Addition[] => {
    const { DestinationCidrBlock = "", DestinationIpv6CidrBlock = "" } = route;
    const destination = DestinationCidrBlock || DestinationIpv6CidrBlock;
    const target = getInternetTarget(route);
    if (target === undefined || destination === "" || own.includes(destination)) {
      return [];
    }
    const option = DestinationCidrBlock === "" ? "destination-ipv6-cidr-block" : "destination-cidr-block";
    return [
      {
        severity: "high",
        text: `route to ${destination} through ${target}, and is not in the program`,
        meaning: `${target.startsWith("igw-") ? "The subnets of the table are public: what has a public address in them can be reached from the internet." : "What is in the subnets of the table can connect to the internet."} The database subnets must have no such route.`,
        undo: [awsCommand("ec2 delete-route", { "route-table-id": table.id, [option]: destination }, region)],
      },
    ];
  });
}

/** Returns the gateway of a route to the internet; undefined for one that leads elsewhere. */
function getInternetTarget({
  GatewayId = "",
  NatGatewayId,
  EgressOnlyInternetGatewayId,
  NetworkInterfaceId,
}: Route): string | undefined {
  // A NAT instance is a network interface.
  return GatewayId.startsWith("igw-")
    ? GatewayId
    : (NatGatewayId ?? EgressOnlyInternetGatewayId ?? NetworkInterfaceId);
}
