import {
  DescribeAddressesCommand,
  DescribeFlowLogsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNatGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  type Tag,
} from "@aws-sdk/client-ec2";
import { type ExistingResource, toTags } from "../existing";
import { hasType, type Scope } from "./scope";

const vpcType = "aws:ec2/vpc:Vpc";

/** The stack's own VPC and what is in it, by the tags that the program gives them, in the order in which they can be deleted. */
export async function findVpcs(scope: Scope): Promise<ExistingResource[]> {
  const { ec2 } = scope.aws;
  if (!hasType(scope, vpcType)) {
    return [];
  }
  const [vpc] = [...scope.planned, ...scope.state].filter(({ type }) => type === vpcType);
  const { Project = "", Environment = "" } = (vpc?.inputs?.tags ?? {}) as Record<string, string>;
  const Filters = [
    { Name: "tag:Project", Values: [Project] },
    { Name: "tag:Environment", Values: [Environment] },
  ];
  const [logs, endpoints, gateways, addresses, tables, subnets, internet, vpcs] = await Promise.all([
    ec2.send(new DescribeFlowLogsCommand({ Filter: Filters })),
    ec2.send(new DescribeVpcEndpointsCommand({ Filters })),
    ec2.send(new DescribeNatGatewaysCommand({ Filter: Filters })),
    ec2.send(new DescribeAddressesCommand({ Filters })),
    ec2.send(new DescribeRouteTablesCommand({ Filters })),
    ec2.send(new DescribeSubnetsCommand({ Filters })),
    ec2.send(new DescribeInternetGatewaysCommand({ Filters })),
    ec2.send(new DescribeVpcsCommand({ Filters })),
  ]);
  const { RouteTables = [] } = tables;
  const { Subnets = [] } = subnets;
  const describe = (type: string, id: string, tags: Tag[] | undefined, ...remove: string[]) =>
    toExisting(scope, { type: `aws:ec2/${type}`, id, remove }, toTags(tags));
  return [
    ...(logs.FlowLogs ?? []).flatMap(({ FlowLogId = "", Tags }) =>
      describe("flowLog:FlowLog", FlowLogId, Tags, `aws ec2 delete-flow-logs --flow-log-ids ${FlowLogId}`),
    ),
    ...(endpoints.VpcEndpoints ?? [])
      .filter(({ State = "" }) => !/^delet/i.test(State))
      .flatMap(({ VpcEndpointId: id = "", Tags }) =>
        describe(
          "vpcEndpoint:VpcEndpoint",
          id,
          Tags,
          `aws ec2 delete-vpc-endpoints --vpc-endpoint-ids ${id}`,
        ),
      ),
    ...(gateways.NatGateways ?? [])
      .filter(({ State = "" }) => ["pending", "available"].includes(State))
      .flatMap(({ NatGatewayId: id = "", Tags }) =>
        describe(
          "natGateway:NatGateway",
          id,
          Tags,
          `aws ec2 delete-nat-gateway --nat-gateway-id ${id}`,
          `aws ec2 wait nat-gateway-deleted --nat-gateway-ids ${id}`,
        ),
      ),
    ...(addresses.Addresses ?? []).flatMap(({ AllocationId: id = "", Tags }) =>
      describe("eip:Eip", id, Tags, `aws ec2 release-address --allocation-id ${id}`),
    ),
    ...RouteTables.flatMap((table) => findRoutes(scope, table, Subnets)),
    ...Subnets.flatMap(({ SubnetId: id = "", Tags }) =>
      describe("subnet:Subnet", id, Tags, `aws ec2 delete-subnet --subnet-id ${id}`),
    ),
    ...RouteTables.flatMap(({ RouteTableId: id = "", Tags }) =>
      describe("routeTable:RouteTable", id, Tags, `aws ec2 delete-route-table --route-table-id ${id}`),
    ),
    ...(internet.InternetGateways ?? []).flatMap(({ InternetGatewayId: id = "", Attachments = [], Tags }) =>
      describe(
        "internetGateway:InternetGateway",
        id,
        Tags,
        ...Attachments.map(
          ({ VpcId = "" }) => `aws ec2 detach-internet-gateway --internet-gateway-id ${id} --vpc-id ${VpcId}`,
        ),
        `aws ec2 delete-internet-gateway --internet-gateway-id ${id}`,
      ),
    ),
    ...(vpcs.Vpcs ?? []).flatMap(({ VpcId: id = "", Tags }) =>
      describe("vpc:Vpc", id, Tags, `aws ec2 delete-vpc --vpc-id ${id}`),
    ),
  ];
}

interface Table {
  RouteTableId?: string;
  Tags?: Tag[];
  Routes?: { DestinationCidrBlock?: string }[];
  Associations?: { RouteTableAssociationId?: string; SubnetId?: string }[];
}

/** Routes and associations have no tags: they belong to what their table and their subnet are. */
function findRoutes(
  scope: Scope,
  { RouteTableId: table = "", Tags, Routes = [], Associations = [] }: Table,
  subnets: { SubnetId?: string; Tags?: Tag[] }[],
): ExistingResource[] {
  const part = getPart(toTags(Tags));
  const routes = Routes.filter(({ DestinationCidrBlock }) => DestinationCidrBlock === "0.0.0.0/0").map(
    () => ({
      type: "aws:ec2/route:Route",
      // "r-", the table and the CRC-32 of the destination:
      // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ec2/vpc_route.go
      id: `r-${table}1080289494`,
      importId: `${table}_0.0.0.0/0`,
      name: `${part}-${part === "public" ? "internet" : "nat"}`,
      remove: [`aws ec2 delete-route --route-table-id ${table} --destination-cidr-block 0.0.0.0/0`],
    }),
  );
  const associations = Associations.flatMap(({ RouteTableAssociationId: id = "", SubnetId = "" }) => {
    const subnet = subnets.find((one) => one.SubnetId === SubnetId);
    const association = {
      type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
      id,
      importId: `${SubnetId}/${table}`,
      name: `${getPart(toTags(subnet?.Tags))}-association`,
      remove: [`aws ec2 disassociate-route-table --association-id ${id}`],
    };
    return subnet === undefined ? [] : [association];
  });
  return [...routes, ...associations].flatMap((resource) => {
    const planned = scope.planned.find(
      ({ type, name }) => type === resource.type && name.endsWith(`-${resource.name}`),
    );
    return planned === undefined ? [] : [{ ...resource, urn: planned.urn }];
  });
}

/** "public" or "private-1", from the tag `Name` of a table or a subnet. */
function getPart({ Name = "" }: Record<string, string>): string {
  return /(?:public|private|database)(?:-\d)?$/.exec(Name)?.[0] ?? Name;
}

function toExisting(
  { planned }: Scope,
  resource: Pick<ExistingResource, "type" | "id" | "remove">,
  tags: Record<string, string>,
): ExistingResource[] {
  const match = planned.find(
    ({ type, inputs }) =>
      type === resource.type && (inputs.tags as Record<string, unknown> | undefined)?.Name === tags.Name,
  );
  const name = tags.Name ?? resource.id;
  return [{ ...resource, importId: resource.id, name, tags, ...(match && { urn: match.urn }) }];
}
