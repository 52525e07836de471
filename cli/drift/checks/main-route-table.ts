import { DescribeRouteTablesCommand, type RouteTable } from "@aws-sdk/client-ec2";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";
import { deleteRoute, getDestination, getTarget, hasInternetRoute, leavesPrivateNetworks } from "./routes";

/**
 * The main route table of the stack's own VPC, which AWS creates with the local route only. The program gives it no other, and
 * a table to each of its subnets: the main one serves a subnet that loses it, or that was added.
 */
export function checkMainRouteTable(context: Context): Check[] {
  return ofType(context.deployed, "ec2/vpc:Vpc").map((vpc) => ({
    what: `main route table of ${vpc.id}`,
    find: async () => {
      const { RouteTables: tables = [] } = await context.clients.ec2.send(
        new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpc.id] }] }),
      );
      const main = tables.find(isMain);
      return main === undefined ? [] : toDrift(vpc, findAdditions(vpc, main, context));
    },
  }));
}

/** Whether subnets without a route table of their own use this one. */
export function isMain({ Associations = [] }: RouteTable): boolean {
  return Associations.some(({ Main }) => Main);
}

const meaning =
  "The subnets of the program have other route tables. One that loses its own, or one that was added, uses this one: it can connect to the internet, and may be reached from it.";

function findAdditions(vpc: Deployed, main: RouteTable, { deployed, region }: Context): Addition[] {
  const { RouteTableId: id = "", Routes = [], Associations = [] } = main;
  if (ofType(deployed, "ec2/routeTable:RouteTable").some((table) => table.id === id)) {
    const { RouteTableAssociationId = "" } = Associations.find(({ Main }) => Main) ?? {};
    const replace = {
      "association-id": RouteTableAssociationId,
      "route-table-id": getText(vpc.outputs, "defaultRouteTableId"),
    };
    return hasInternetRoute(main)
      ? [
          {
            severity: "high",
            text: `its main route table is ${id}, a table of other subnets with a route to the internet`,
            meaning,
            undo: [awsCommand("ec2 replace-route-table-association", replace, region)],
          },
        ]
      : [];
  }
  // Routes to private networks are the operators', as in the other tables.
  return Routes.filter(leavesPrivateNetworks).map((route) => ({
    severity: "high",
    text: `its main route table ${id} has a route to ${getDestination(route).destination} through ${getTarget(route)}, which is not in the program`,
    meaning,
    undo: [deleteRoute(id, route, region)],
  }));
}
