import { join } from "node:path";
import {
  DescribeNatGatewaysCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeVpcEndpointsCommand,
} from "@aws-sdk/client-ec2";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { Step } from "../../cli/preview";
import { readSection, shellBlocks } from "../support/documents";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { type ManualChange, Operator } from "./support/manual-changes";
import { Workspace } from "./support/workspace";

/** Routes by hand, of all the kinds that lead out of the VPC. */
const route = (cidr: string, target: string) =>
  `aws ec2 create-route --route-table-id $DATABASE_TABLE --destination-cidr-block ${cidr} ${target}`;
const added = (cidr: string, target: string) =>
  new RegExp(
    `^RouteTable beo-vpc-database-routes: route to ${cidr.replaceAll(".", "\\.")} through ${target}, and is not in the program$`,
  );

/** What people do in the console or with the AWS CLI. */
const changes: readonly ManualChange[] = [
  [
    "aws ec2 replace-route-table-association --association-id $DATABASE_ASSOCIATION --route-table-id $PUBLIC_TABLE",
    "high",
    /^RouteTableAssociation beo-vpc-database-1-association: database subnet subnet-\w+ uses route table rtb-\w+, which has a route to the internet, instead of rtb-\w+$/,
  ],
  [route("0.0.0.0/0", "--gateway-id $INTERNET"), "high", added("0.0.0.0/0", "igw-\\w+")],
  [route("8.8.8.0/24", "--nat-gateway-id $NAT"), "high", added("8.8.8.0/24", "nat-\\w+")],
  [
    `peering=$(aws ec2 create-vpc-peering-connection --vpc-id $VPC --peer-vpc-id $OTHER_VPC --query VpcPeeringConnection.VpcPeeringConnectionId --output text)
     aws ec2 accept-vpc-peering-connection --vpc-peering-connection-id $peering
     ${route("9.9.9.0/24", "--vpc-peering-connection-id $peering")}
     # To a private network: the operators' own.
     ${route("172.31.0.0/16", "--vpc-peering-connection-id $peering")}`,
    "high",
    added("9.9.9.0/24", "pcx-\\w+"),
  ],
  [
    `gateway=$(aws ec2 create-transit-gateway --query TransitGateway.TransitGatewayId --output text)
     ${route("1.1.1.0/24", "--transit-gateway-id $gateway")}`,
    "high",
    added("1.1.1.0/24", "tgw-\\w+"),
  ],
  [
    "aws ec2 replace-route --route-table-id $PRIVATE_TABLE --destination-cidr-block 0.0.0.0/0 --gateway-id $INTERNET",
    "high",
    /^Route beo-vpc-private-1-nat: /,
  ],
  [
    `main=$(aws ec2 describe-route-tables --filters Name=vpc-id,Values=$VPC Name=association.main,Values=true --query 'RouteTables[0].RouteTableId' --output text)
     aws ec2 create-route --route-table-id $main --destination-cidr-block 0.0.0.0/0 --gateway-id $INTERNET`,
    "high",
    /^Vpc beo-vpc-network: its main route table rtb-\w+ has a route to 0\.0\.0\.0\/0 through igw-\w+, which is not in the program$/,
  ],
  [
    "aws ec2 authorize-security-group-ingress --group-id $DEFAULT_GROUP --protocol tcp --port 22 --cidr 0.0.0.0/0",
    "medium",
    /^DefaultSecurityGroup beo-vpc-default-group: /,
  ],
  [
    "aws ec2 modify-vpc-endpoint --vpc-endpoint-id $S3_ENDPOINT --remove-route-table-ids $PRIVATE_TABLE",
    "medium",
    /^VpcEndpoint beo-vpc-s3: routeTableIds/,
  ],
];

/** A production stack in its own VPC, whose settings are changed, and that is changed by hand. Each test goes on where the last one ended. */
describe("changes of a network of the stack's own", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let operator: Operator;
  before(async () => {
    const plugins = ["gateway_endpoints.py", "nat_gateways.py"];
    workspace = new Workspace(
      {},
      plugins.map((plugin) => join(__dirname, "support", plugin)),
    );
    aws = clientsOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
    await workspace.init("prod");
    await up();
    operator = new Operator(workspace, "prod");
  });
  after(() => {
    workspace.remove();
  });

  const set = (path: string, value: string) =>
    workspace.succeed("config", "set", "--path", path, value, "--stack", "prod");
  const remove = (path: string) => workspace.succeed("config", "rm", "--path", path, "--stack", "prod");
  const up = () =>
    workspace.succeed("up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "prod");
  const unchanged = () => workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "prod");
  const readIds = async () => {
    const { steps } = JSON.parse(
      await workspace.succeed("preview", "--refresh", "--json", "--stack", "prod"),
    ) as { steps: Step[] };
    return (name: string) => steps.find(({ urn }) => urn.endsWith(`::${name}`))?.newState?.id ?? `no ${name}`;
  };
  /** The outgoing rules of the instances, as EC2 has them. */
  const readEgress = async () => {
    const id = (await readIds())("beo-net-instances");
    const { SecurityGroupRules = [] } = await aws.ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: "group-id", Values: [id] }] }),
    );
    return SecurityGroupRules.filter(({ IsEgress }) => IsEgress)
      .map(({ IpProtocol, FromPort, ToPort, CidrIpv4, CidrIpv6, ReferencedGroupInfo, Description }) =>
        [
          ...[IpProtocol, FromPort, ToPort, CidrIpv4 ?? CidrIpv6 ?? (ReferencedGroupInfo && "group")],
          Description,
        ].join(" "),
      )
      .sort();
  };
  /** The addresses of the NAT gateways, as EC2 has them, and those that the stack says. */
  const expectAddresses = async (count: number) => {
    const { NatGateways = [] } = await aws.ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: "state", Values: ["available"] }] }),
    );
    const inEc2 = NatGateways.flatMap(({ NatGatewayAddresses = [] }) =>
      NatGatewayAddresses.flatMap(({ PublicIp }) => PublicIp ?? []),
    );
    const [command = ""] = shellBlocks(readSection("docs/network.md", "## Connect it"));
    const output = JSON.parse(operator.run(command)) as string[];
    expect(output).to.have.length(count);
    expect(output).to.have.members(inEc2);
  };

  it("open the ports of network.egressPorts to the internet, and nothing else", async () => {
    const standard = [
      "tcp 443 443 0.0.0.0/0 HTTPS to AWS services and package indexes",
      "tcp 5432 5432 group PostgreSQL to the database",
      "tcp 587 587 0.0.0.0/0 Mail submission",
      "udp 123 123 0.0.0.0/0 Network Time Protocol",
    ];
    expect(await readEgress()).to.have.members(standard);
    const [, command = ""] = shellBlocks(readSection("docs/network.md", "## A VPC of its own"));
    expect(command).to.include("'network.egressPorts[0]' 465 ");
    operator.run(command);
    await set("network.egressPorts[1]", "22");
    await up();
    await unchanged();
    expect(await readEgress()).to.have.members([
      ...standard,
      "tcp 22 22 0.0.0.0/0 Set by network.egressPorts",
      "tcp 465 465 0.0.0.0/0 Set by network.egressPorts",
    ]);
    await remove("network.egressPorts[0]");
    await up();
    await unchanged();
    expect(await readEgress()).to.have.members([
      ...standard,
      "tcp 22 22 0.0.0.0/0 Set by network.egressPorts",
    ]);
    await remove("network.egressPorts");
    await up();
    await unchanged();
    expect(await readEgress()).to.have.members(standard);
  });

  it("by hand are found, and gone after the printed commands", async () => {
    const getId = await readIds();
    operator.variables = {
      DATABASE_ASSOCIATION: getId("beo-vpc-database-1-association"),
      DATABASE_TABLE: getId("beo-vpc-database-routes"),
      DEFAULT_GROUP: getId("beo-vpc-default-group"),
      INTERNET: getId("beo-vpc-internet"),
      NAT: getId("beo-vpc-nat-1"),
      OTHER_VPC: operator
        .run(
          "aws ec2 describe-vpcs --filters Name=is-default,Values=true --query 'Vpcs[0].VpcId' --output text",
        )
        .trim(),
      PRIVATE_TABLE: getId("beo-vpc-private-1-routes"),
      PUBLIC_TABLE: getId("beo-vpc-public-routes"),
      S3_ENDPOINT: getId("beo-vpc-s3"),
      VPC: getId("beo-vpc-network"),
    };
    operator.expectNoDrift();
    operator.rehearse(changes);
    await unchanged();
  });

  it("take a NAT gateway away by hand, and the printed commands create it with the same address", async () => {
    const getAddresses = async () => (await workspace.outputs("prod")).natAddresses;
    const before = await getAddresses();
    operator.variables = { NAT: (await readIds())("beo-vpc-nat-1") };
    const follows = ":";
    operator.rehearse([
      [
        "aws ec2 delete-nat-gateway --nat-gateway-id $NAT",
        "high",
        /^NatGateway beo-vpc-nat-1 does not exist in AWS$/,
      ],
      [
        follows,
        "high",
        /^Route beo-vpc-private-[12]-nat: natGatewayId is nat-\w+ in AWS, known after deployment in the program$/,
      ],
      [
        "aws logs delete-log-group --log-group-name /beo-datastore-prod/flow-logs",
        "medium",
        /^LogGroup beo-vpc-flow-log-group does not exist in AWS$/,
      ],
      [follows, "medium", /^pulumi up would replace FlowLog beo-vpc-flow-log$/],
    ]);
    await unchanged();
    await expectAddresses(1);
    expect(await getAddresses()).to.deep.equal(before);
  });

  it("of the NAT gateways show in natAddresses", async () => {
    await expectAddresses(1);
    await set("network.nat", "each");
    await set("network.interfaceEndpoints[0]", "ssm");
    await up();
    await unchanged();
    await expectAddresses(2);
  });

  it("to none move the interface endpoints in two updates, also after AWS has refused one", async () => {
    const getId = await readIds();
    const emulator = emulatorOf(workspace.aws);
    const subnets = ["beo-vpc-public-1", "beo-vpc-public-2"].map(getId);
    for (const subnet of subnets) {
      await emulator.fail({
        ...{ service: "ec2", action: "ModifyVpcEndpoint", error: "DuplicateSubnetsInSameZone", count: -1 },
        match: { "AddSubnetId.1": subnet },
      });
    }
    await set("network.nat", "none");
    const output = await workspace.fail(...["up", "--yes", "--skip-preview", "--stack", "prod"]);
    expect(output).to.include("DuplicateSubnetsInSameZone");
    await expectAddresses(2);
    const [commands = ""] = shellBlocks(readSection("docs/network.md", "## Change it"));
    operator.run(commands);
    expect((await emulator.faults()).map(({ hits }) => hits).sort()).to.deep.equal([0, 1]);
    await unchanged();
    await expectAddresses(0);
    const { VpcEndpoints = [] } = await aws.ec2.send(
      new DescribeVpcEndpointsCommand({ Filters: [{ Name: "vpc-endpoint-type", Values: ["Interface"] }] }),
    );
    const current = VpcEndpoints.filter(({ State }) => !/^delet/i.test(State ?? ""));
    expect(current).to.have.length(1);
    expect(current[0]?.SubnetIds).to.have.members(subnets);
  });
});
