import { DescribeRouteTablesCommand, type RouteTable } from "@aws-sdk/client-ec2";
import type { PropertyValue } from "../../../plan/values";
import { awsCommand, type Check, type Context, describeObstacle, ofType } from "../context";
import type { Drift } from "../drift";
import { type Deployed, formatLabel, getText, type Missing } from "../resources";
import { isMain } from "./main-route-table";
import { hasInternetRoute } from "./routes";

/**
 * Subnets of the stack's own VPC that use another route table. AWS gives the association another id then, so that Pulumi
 * does not find its own.
 */
export function checkSubnetRouteTables(context: Context): Check[] {
  return ofType(context.deployed, "ec2/vpc:Vpc").map((vpc) => ({
    what: `route tables of the subnets of ${vpc.id}`,
    find: async () => {
      const { RouteTables: tables = [] } = await context.clients.ec2.send(
        new DescribeRouteTablesCommand({ Filters: [{ Name: "vpc-id", Values: [vpc.id] }] }),
      );
      return ofType(context.deployed, "ec2/subnet:Subnet").flatMap((subnet) =>
        findOtherTable(subnet, tables, context),
      );
    },
  }));
}

function findOtherTable(subnet: Deployed, tables: RouteTable[], context: Context): Drift[] {
  const planned = getAssociations(context).find(({ inputs }) => inputs.subnetId === subnet.id);
  const plannedTable = getText(planned?.inputs ?? {}, "routeTableId");
  const used = tables
    .flatMap((table) => (table.Associations ?? []).map((association) => ({ table, ...association })))
    .find(({ SubnetId }) => SubnetId === subnet.id);
  // Without a route to the internet, the missing association says all there is to say.
  const { table, RouteTableAssociationId: id } = used ?? {
    table: tables.find((one) => isMain(one) && hasInternetRoute(one)),
    RouteTableAssociationId: undefined,
  };
  if (planned === undefined || table === undefined || table.RouteTableId === plannedTable) {
    return [];
  }
  const kind = /-(public|private|database)-\d+$/.exec(subnet.name)?.[1] ?? "";
  const isOpen = hasInternetRoute(table) && kind !== "public";
  const name = `${kind} subnet ${subnet.id}`;
  const route = hasInternetRoute(table) ? ", which has a route to the internet" : "";
  return [
    {
      urn: planned.urn,
      action: "create",
      severity: isOpen ? "high" : "medium",
      message: `${formatLabel(planned.urn)}: ${name} uses ${id === undefined ? "the main " : ""}route table ${table.RouteTableId ?? ""}${route}, instead of ${plannedTable}`,
      meaning: [
        isOpen
          ? "What is in the subnet can connect to the internet, and may be reached from it. A database subnet must have no such route."
          : "What is in the subnet may not reach the addresses that it needs.",
        // https://github.com/hashicorp/terraform-provider-aws/issues/73
        ...(id === undefined ? [] : [describeObstacle("Resource.AlreadyAssociated")]),
      ].join(" "),
      undo: [
        ...(id === undefined
          ? []
          : [
              awsCommand("ec2 disassociate-route-table", { "association-id": id }, context.region),
              "# Until the next command has ended, the subnet uses the main route table of the VPC.",
            ]),
        `npx pulumi up --refresh --stack ${context.stack} --target '**::${planned.name}'`,
      ],
      keep: [],
      ...(id !== undefined && { isObstacle: true }),
    },
  ];
}

/** The associations of the program, whether Pulumi finds them in AWS or not. */
function getAssociations({ deployed, missing }: Context): {
  urn: string;
  name: string;
  inputs: Record<string, PropertyValue>;
}[] {
  const type = "aws:ec2/routeTableAssociation:RouteTableAssociation";
  return [...deployed, ...missing].filter((one: Deployed | Missing) => one.type === type);
}
