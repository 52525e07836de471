import { expect } from "chai";
import { before, describe, it } from "mocha";
import { matchResources } from "../../cli/recover/existing";
import { findVpcs } from "../../cli/recover/inventory/vpcs";
import type { Scope } from "../../cli/recover/inventory/scope";
import { planStack, type PlannedResource } from "../../plan/plan";
import { fakeAws, type Responses } from "../support/fake-aws";
import { fixtures } from "../support/stacks";

const toTags = (name: string) =>
  Object.entries({
    Project: "beo-datastore",
    Environment: "prod",
    ManagedBy: "Pulumi",
    Name: `beo-datastore-prod${name}`,
  }).map(([Key, Value]) => ({ Key, Value }));

/** What an update left that was interrupted after it had created a part of the VPC. */
const account: Responses = {
  DescribeFlowLogs: () => ({ FlowLogs: [] }),
  DescribeVpcEndpoints: () => ({
    VpcEndpoints: [
      { VpcEndpointId: "vpce-1", State: "available", Tags: toTags("-s3") },
      { VpcEndpointId: "vpce-0", State: "deleted", Tags: toTags("-s3") },
    ],
  }),
  DescribeNatGateways: () => ({
    NatGateways: [
      { NatGatewayId: "nat-1", State: "available", Tags: toTags("-nat-1") },
      { NatGatewayId: "nat-0", State: "deleted", Tags: toTags("-nat-1") },
    ],
  }),
  DescribeAddresses: () => ({ Addresses: [{ AllocationId: "eipalloc-1", Tags: toTags("-nat-1") }] }),
  DescribeRouteTables: () => ({
    RouteTables: [
      {
        RouteTableId: "rtb-1",
        Tags: toTags("-private-1"),
        Routes: [{ DestinationCidrBlock: "10.42.0.0/16" }, { DestinationCidrBlock: "0.0.0.0/0" }],
        Associations: [{ RouteTableAssociationId: "rtbassoc-1", SubnetId: "subnet-1" }],
      },
    ],
  }),
  DescribeSubnets: () => ({ Subnets: [{ SubnetId: "subnet-1", Tags: toTags("-private-1") }] }),
  DescribeInternetGateways: () => ({
    InternetGateways: [{ InternetGatewayId: "igw-1", Attachments: [{ VpcId: "vpc-1" }], Tags: toTags("") }],
  }),
  DescribeVpcs: ({ Filters }) => {
    expect(Filters).to.deep.equal([
      { Name: "tag:Project", Values: ["beo-datastore"] },
      { Name: "tag:Environment", Values: ["prod"] },
    ]);
    return { Vpcs: [{ VpcId: "vpc-1", Tags: toTags("") }] };
  },
};

describe("the search for a VPC that an interrupted update left", () => {
  let planned: PlannedResource[] = [];
  before(async () => {
    planned = (await planStack("prod", fixtures)).plan.resources;
  });
  const find = (more: Partial<Scope> = {}) =>
    findVpcs({ aws: fakeAws(account), planned, state: [], environments: [], ...more });

  it("recognizes each part by its name, and knows its id for the import", async () => {
    const matched = matchResources(await find(), planned);
    expect(matched.map(({ planned: one, importId }) => `${one?.name ?? ""} ${importId ?? ""}`)).to.deep.equal(
      [
        "beo-vpc-s3 vpce-1",
        "beo-vpc-nat-1 nat-1",
        "beo-vpc-nat-1-address eipalloc-1",
        "beo-vpc-private-1-nat rtb-1_0.0.0.0/0",
        "beo-vpc-private-1-association subnet-1/rtb-1",
        "beo-vpc-private-1 subnet-1",
        "beo-vpc-private-1-routes rtb-1",
        "beo-vpc-internet igw-1",
        "beo-vpc-network vpc-1",
      ],
    );
  });

  it("knows the default route of a stack that has it by the id in the state, and does not propose to delete it", async () => {
    // "r-", the table and the CRC-32 of "0.0.0.0/0", as the provider makes it.
    const [route] = (await find()).filter(({ type }) => type === "aws:ec2/route:Route");
    expect(route?.id).to.equal("r-rtb-11080289494");
  });

  it("has the commands that delete it, in an order that AWS accepts", async () => {
    const found = await find();
    expect(found.flatMap(({ remove }) => remove)).to.deep.equal([
      "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-1",
      "aws ec2 delete-nat-gateway --nat-gateway-id nat-1",
      "aws ec2 wait nat-gateway-deleted --nat-gateway-ids nat-1",
      "aws ec2 release-address --allocation-id eipalloc-1",
      "aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0",
      "aws ec2 disassociate-route-table --association-id rtbassoc-1",
      "aws ec2 delete-subnet --subnet-id subnet-1",
      "aws ec2 delete-route-table --route-table-id rtb-1",
      "aws ec2 detach-internet-gateway --internet-gateway-id igw-1 --vpc-id vpc-1",
      "aws ec2 delete-internet-gateway --internet-gateway-id igw-1",
      "aws ec2 delete-vpc --vpc-id vpc-1",
    ]);
  });

  it("asks AWS nothing for a stack without a VPC of its own", async () => {
    const others = planned.filter(({ type }) => type !== "aws:ec2/vpc:Vpc");
    expect(await find({ aws: fakeAws({}), planned: others })).to.deep.equal([]);
  });
});
