import { expect } from "chai";
import { describe, it } from "mocha";
import { type Drift, removeExplained, sortDrift } from "../../cli/drift/drift";
import { findDrift } from "../../cli/drift/find-drift";
import { type Deployed, getMissing } from "../../cli/drift/resources";
import { read, resource } from "../support/drift";

describe("a rule that was added to the database's security group", () => {
  it("is kept by one more group, after those that the configuration has", async () => {
    const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
    const rule = {
      SecurityGroupRuleId: "sgr-1",
      IpProtocol: "tcp",
      FromPort: 5432,
      ToPort: 5432,
      CidrIpv4: "198.51.100.0/24",
    };
    const { drift } = await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: [rule] } });
    expect(drift[0]?.keep.at(-1)).to.equal(
      "npx pulumi config set --path --type string 'database.additionalSecurityGroupIds[1]' --stack prod <ID of the group>",
    );
  });
});

describe("a security group of the database that is not the program's", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
  const database = resource("rds/instance:Instance", "beo-db-instance", {
    outputs: { vpcSecurityGroupIds: ["sg-db", "sg-vpn"] },
  });
  const rule = { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, SecurityGroupRuleId: "sgr-1" };
  const find = (...rules: object[]) =>
    // The fake answers the same for both groups.
    read([database], {
      DescribeSecurityGroupRules: { SecurityGroupRules: rules.map((more) => ({ ...rule, ...more })) },
    }).then(({ drift }) => drift.filter(({ message }) => message.includes("sg-vpn")));

  it("is reported if it lets in everyone", async () => {
    const found = await find({ CidrIpv4: "10.8.0.0/16" }, { CidrIpv6: "::/0" });
    expect(found.map(({ severity, message, undo }) => ({ severity, message, undo }))).to.deep.equal([
      {
        severity: "critical",
        message:
          "Instance beo-db-instance: its security group sg-vpn, which is not the program's, allows tcp 5432 from ::/0",
        undo: [
          "aws ec2 revoke-security-group-ingress --group-id sg-vpn --security-group-rule-ids sgr-1 --region us-west-1",
        ],
      },
    ]);
  });

  it("is reported if two rules let in everyone, half of all addresses each", async () => {
    for (const [one, other] of [
      [{ CidrIpv4: "0.0.0.0/1" }, { CidrIpv4: "128.0.0.0/1" }],
      [{ CidrIpv6: "::/1" }, { CidrIpv6: "8000::/1" }],
      [{ CidrIpv6: "2000::/4" }, { CidrIpv6: "3000::/4" }],
    ] as const) {
      const found = await find(one, { CidrIpv4: "198.51.100.0/24" }, other);
      expect(
        found.map(({ severity, message }) => `${severity} ${message.replace(/^.* /, "")}`),
      ).to.deep.equal([one, other].map((half) => `critical ${Object.values(half).join("")}`));
    }
  });

  it("is reported if rules for the same port let in more than one organization together", async () => {
    const half = Array.from({ length: 128 }, (_, index) => ({ CidrIpv4: `52.${index}.0.0/16` }));
    const rest = Array.from({ length: 129 }, (_, index) => ({ CidrIpv4: `53.${index}.0.0/16` }));
    expect(await find(...half)).to.have.length(0);
    expect(await find(...half, ...rest)).to.have.length(257);
    expect(
      await find(...half, ...rest.map((more) => ({ ...more, FromPort: 22, ToPort: 22 }))),
    ).to.have.length(0);
  });

  it("is reported with a prefix list that has everyone, but not with another one", async () => {
    const findList = async (first: string, second: string) => {
      const { drift } = await read([database], {
        DescribeSecurityGroupRules: { SecurityGroupRules: [{ ...rule, PrefixListId: "pl-1" }] },
        GetManagedPrefixListEntries: ({ NextToken }: { NextToken?: string }) =>
          NextToken === undefined
            ? { Entries: [{ Cidr: first }], NextToken: "2" }
            : { Entries: [{ Cidr: second }] },
      });
      return drift.map(({ message }) => message).filter((message) => message.includes("sg-vpn"));
    };
    expect(await findList("198.51.100.0/24", "10.0.0.0/8")).to.deep.equal([]);
    expect(await findList("0.0.0.0/1", "128.0.0.0/1")).to.deep.equal([
      "Instance beo-db-instance: its security group sg-vpn, which is not the program's, allows tcp 5432 from pl-1",
    ]);
  });

  it("is its owner's otherwise", async () => {
    expect(await find({ CidrIpv4: "10.8.0.0/16" }, { CidrIpv4: "0.0.0.0/0", IsEgress: true })).to.deep.equal(
      [],
    );
    expect(
      (await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: [] } })).drift,
    ).to.deep.equal([]);
  });
});

describe("a rule that was added to a security group of the stack", () => {
  it("lets in everyone on the internet together with another half", async () => {
    const group = resource("ec2/securityGroup:SecurityGroup", "beo-net-instances", { id: "sg-1" });
    const rules = ["0.0.0.0/1", "128.0.0.0/1", "198.51.100.0/24"].map((CidrIpv4, index) => ({
      ...{ SecurityGroupRuleId: `sgr-${index}`, IpProtocol: "tcp", FromPort: 22, ToPort: 22, CidrIpv4 },
    }));
    const { drift } = await read([group], { DescribeSecurityGroupRules: { SecurityGroupRules: rules } });
    expect(drift.map(({ severity, meaning }) => `${severity} ${meaning}`)).to.deep.equal(
      ["critical Everyone on the internet", "critical Everyone on the internet", "high 198.51.100.0/24"].map(
        (who) =>
          `${who} can connect to what is in the group: instances or the load balancer. \`eb ssh\` adds such a rule.`,
      ),
    );
  });
});

describe("a rule of the program that was deleted and added again by hand", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-db-access", { id: "sg-db" });
  const own = resource("vpc/securityGroupIngressRule:SecurityGroupIngressRule", "beo-db-access-in-0", {
    inputs: {
      ...{ securityGroupId: "sg-db", ipProtocol: "tcp", fromPort: 5432, toPort: 5432 },
      referencedSecurityGroupId: "sg-instances",
    },
  });
  const find = async (more: object) => {
    const rule = { SecurityGroupRuleId: "sgr-1", IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, ...more };
    const answers = { DescribeSecurityGroupRules: { SecurityGroupRules: [rule] } };
    return (await read([group], answers, undefined, undefined, [own])).drift;
  };

  it("stops every update, and so comes first", async () => {
    const [found] = await find({ ReferencedGroupInfo: { GroupId: "sg-instances" } });
    expect(found?.isObstacle).to.equal(true);
    expect(found?.undo).to.deep.equal([
      "aws ec2 revoke-security-group-ingress --group-id sg-db --security-group-rule-ids sgr-1 --region us-west-1",
      "# Such connections fail until the next update has created the program's rule: run it at once.",
    ]);
    expect(found?.meaning).to.match(
      / Until this is undone, `pulumi up` fails with InvalidPermission\.Duplicate: undo it first\.$/,
    );
    const urgent: Drift = { ...found!, urn: "urn::other", severity: "critical" };
    delete urgent.isObstacle;
    expect(sortDrift([urgent, found!])).to.deep.equal([found, urgent]);
  });

  it("is not another one", async () => {
    for (const more of [
      { ReferencedGroupInfo: { GroupId: "sg-other" } },
      { ReferencedGroupInfo: { GroupId: "sg-instances" }, FromPort: 5433, ToPort: 5433 },
      { ReferencedGroupInfo: { GroupId: "sg-instances" }, IsEgress: true },
    ]) {
      expect((await find(more))[0]?.isObstacle).to.equal(undefined);
    }
  });
});

describe("rules and routes of a stack's own network", () => {
  const group = resource("ec2/securityGroup:SecurityGroup", "beo-net-instances", { id: "sg-1" });
  const own = resource("vpc/securityGroupEgressRule:SecurityGroupEgressRule", "beo-net-instances-out-443", {
    id: "sgr-1",
  });
  const table = resource("ec2/routeTable:RouteTable", "beo-vpc-database-routes", { id: "rtb-1" });
  const route = resource("ec2/route:Route", "beo-vpc-private-1-nat", {
    inputs: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
  });
  const endpoint = resource("ec2/vpcEndpoint:VpcEndpoint", "beo-vpc-s3", { id: "vpce-1" });
  const readRoutes = (deployed: Deployed[], Routes: object[]) =>
    read(deployed, { DescribeRouteTables: { RouteTables: [{ RouteTableId: "rtb-1", Routes }] } });

  it("has an outbound rule of its own, and reports another one", async () => {
    const rules = ["sgr-1", "sgr-2"].map((SecurityGroupRuleId) => ({
      SecurityGroupRuleId,
      IsEgress: true,
      IpProtocol: "tcp",
      FromPort: 443,
      ToPort: 443,
      CidrIpv4: "0.0.0.0/0",
    }));
    const { drift } = await read([group, own], {
      DescribeSecurityGroupRules: { SecurityGroupRules: rules },
    });
    expect(drift.map(({ message }) => message.replace(/^.*: /, ""))).to.deep.equal([
      "outbound rule sgr-2 allows tcp 443 to 0.0.0.0/0, and is not in the program",
    ]);
  });

  it("reports routes to the internet that were added, and the command that removes them", async () => {
    const { drift } = await readRoutes(
      [table, endpoint],
      [
        { DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" },
        { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" },
        { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" },
        { DestinationIpv6CidrBlock: "::/0", GatewayId: "igw-1" },
      ],
    );
    expect(drift.map(({ undo }) => undo).flat()).to.deep.equal([
      "aws ec2 delete-route --route-table-id rtb-1 --destination-cidr-block 0.0.0.0/0 --region us-west-1",
      "aws ec2 delete-route --route-table-id rtb-1 --destination-ipv6-cidr-block ::/0 --region us-west-1",
    ]);
    expect(drift[0]?.severity).to.equal("high");
  });

  it("leaves the program's own route alone, and those to networks of the operators", async () => {
    const { drift } = await readRoutes(
      [table, route],
      [
        { DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" },
        { DestinationCidrBlock: "10.50.0.0/16", VpcPeeringConnectionId: "pcx-1" },
        { DestinationCidrBlock: "192.168.0.0/16", GatewayId: "vgw-1" },
        { DestinationCidrBlock: "10.60.0.0/16", TransitGatewayId: "tgw-1" },
      ],
    );
    expect(drift).to.deep.equal([]);
  });

  // The targets and destinations of https://docs.aws.amazon.com/vpc/latest/userguide/route-table-options.html.
  for (const [target, id] of [
    ["TransitGatewayId", "tgw-1"],
    ["VpcPeeringConnectionId", "pcx-1"],
    ["GatewayId", "vgw-1"],
    ["NetworkInterfaceId", "eni-1"],
    ["InstanceId", "i-1"],
    ["NatGatewayId", "nat-1"],
    ["EgressOnlyInternetGatewayId", "eigw-1"],
    ["CarrierGatewayId", "cagw-1"],
    ["LocalGatewayId", "lgw-1"],
    ["CoreNetworkArn", "arn:aws:networkmanager::123456789012:core-network/core-network-1"],
  ] as const) {
    it(`reports a route to the internet through ${id.replace(/.*:/, "")}, but not one to a private network`, async () => {
      const { drift } = await readRoutes(
        [table],
        [
          ...["0.0.0.0/0", "0.0.0.0/1", "203.0.113.0/24", "172.0.0.0/8"].map((DestinationCidrBlock) => ({
            DestinationCidrBlock,
            [target]: id,
          })),
          { DestinationIpv6CidrBlock: "2000::/3", [target]: id },
          ...["10.0.0.0/8", "172.16.0.0/12", "192.168.4.0/22", "100.64.0.0/10"].map(
            (DestinationCidrBlock) => ({ DestinationCidrBlock, [target]: id }),
          ),
          { DestinationIpv6CidrBlock: "fd00:ec2::/32", [target]: id },
        ],
      );
      expect(drift.map(({ message }) => message.replace(/^.*: /, ""))).to.deep.equal(
        ["0.0.0.0/0", "0.0.0.0/1", "203.0.113.0/24", "172.0.0.0/8", "2000::/3"].map((destination) =>
          `route to ${destination} through ${id}, and is not in the program`.replace(/^.*: /, ""),
        ),
      );
    });
  }

  it("reports a route to a prefix list, unless an endpoint of the stack is its target", async () => {
    const { drift } = await readRoutes(
      [table, endpoint],
      [
        { DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" },
        { DestinationPrefixListId: "pl-2", GatewayId: "vpce-2" },
        { DestinationPrefixListId: "pl-3", TransitGatewayId: "tgw-1" },
      ],
    );
    expect(drift.flatMap(({ undo }) => undo)).to.deep.equal([
      "aws ec2 delete-route --route-table-id rtb-1 --destination-prefix-list-id pl-2 --region us-west-1",
      "aws ec2 delete-route --route-table-id rtb-1 --destination-prefix-list-id pl-3 --region us-west-1",
    ]);
  });

  describe("in a subnet with another route table", () => {
    const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", { id: "vpc-1" });
    const subnet = resource("ec2/subnet:Subnet", "beo-vpc-database-1", { id: "subnet-1" });
    const association = resource(
      "ec2/routeTableAssociation:RouteTableAssociation",
      "beo-vpc-database-1-association",
      { id: "rtbassoc-1", inputs: { subnetId: "subnet-1", routeTableId: "rtb-1" } },
    );
    const findTable = async (RouteTables: object[]) =>
      (
        await read([vpc, subnet], { DescribeRouteTables: { RouteTables } }, undefined, undefined, [
          association,
        ])
      ).drift;
    const toTable = (RouteTableId: string, Routes: object[]) => ({
      RouteTableId,
      Routes,
      Associations: [{ RouteTableAssociationId: "rtbassoc-2", SubnetId: "subnet-1" }],
    });

    it("reports the route to the internet, and the commands that take the subnet back", async () => {
      expect(
        await findTable([
          { RouteTableId: "rtb-1" },
          toTable("rtb-2", [{ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: "nat-1" }]),
        ]),
      ).to.deep.equal([
        {
          urn: association.urn,
          action: "create",
          severity: "high",
          message:
            "RouteTableAssociation beo-vpc-database-1-association: database subnet subnet-1 uses route table rtb-2, which has a route to the internet, instead of rtb-1",
          meaning:
            "What is in the subnet can connect to the internet, and may be reached from it. A database subnet must have no such route. Until this is undone, `pulumi up` fails with Resource.AlreadyAssociated: undo it first.",
          undo: [
            "aws ec2 disassociate-route-table --association-id rtbassoc-2 --region us-west-1",
            "# Until the next command has ended, the subnet uses the main route table of the VPC.",
            "npx pulumi up --refresh --stack prod --target '**::beo-vpc-database-1-association'",
          ],
          keep: [],
          isObstacle: true,
        },
      ]);
    });

    it("is not reported as an association that does not exist", () => {
      const create = { op: "create", urn: association.urn, newState: { inputs: association.inputs } };
      const other = { op: "create", urn: `${association.urn}-2` };
      const drift = findDrift([create, other], { stack: "prod", configuration: {} });
      expect(drift.map(({ urn }) => urn)).to.deep.equal([create.urn, other.urn]);
      const [found] = drift;
      expect(removeExplained(drift, found === undefined ? [] : [found]).map(({ urn }) => urn)).to.deep.equal([
        other.urn,
      ]);
      const { urn, type, name, inputs } = association;
      expect(getMissing([create])).to.deep.equal([{ urn, type, name, inputs }]);
    });

    it("reports a table without such a route, but not the program's, nor a subnet without one of its own", async () => {
      const local = [{ DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" }];
      const [other] = await findTable([toTable("rtb-2", local)]);
      expect(other?.severity).to.equal("medium");
      expect(other?.message).to.match(/subnet-1 uses route table rtb-2, instead of rtb-1$/);
      expect(await findTable([toTable("rtb-1", local)])).to.deep.equal([]);
      const throughFirewall = [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "vpce-firewall" }];
      expect((await findTable([toTable("rtb-2", throughFirewall)]))[0]?.severity).to.equal("high");
      const toS3 = [{ DestinationPrefixListId: "pl-1", GatewayId: "vpce-1" }];
      expect((await findTable([toTable("rtb-2", toS3)]))[0]?.severity).to.equal("medium");
      // Then the association is missing, and an update creates it.
      expect(await findTable([{ RouteTableId: "rtb-main", Associations: [{ Main: true }] }])).to.deep.equal(
        [],
      );
    });

    it("reports the main table where that has a route to the internet, which an update takes the subnet from", async () => {
      const drift = await findTable([
        {
          RouteTableId: "rtb-main",
          Associations: [{ Main: true, RouteTableAssociationId: "rtbassoc-main" }],
          Routes: [{ DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" }],
        },
      ]);
      const found = drift.find(({ urn }) => urn === association.urn);
      expect(found).to.deep.include({
        action: "create",
        severity: "high",
        message:
          "RouteTableAssociation beo-vpc-database-1-association: database subnet subnet-1 uses the main route table rtb-main, which has a route to the internet, instead of rtb-1",
        undo: ["npx pulumi up --refresh --stack prod --target '**::beo-vpc-database-1-association'"],
      });
    });
  });

  describe("in the main route table", () => {
    const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", {
      id: "vpc-1",
      outputs: { defaultRouteTableId: "rtb-main" },
    });
    const local = { DestinationCidrBlock: "10.42.0.0/16", GatewayId: "local" };
    const internet = { DestinationCidrBlock: "0.0.0.0/0", GatewayId: "igw-1" };
    const find = async (RouteTableId: string, Routes: object[], deployed: Deployed[] = []) => {
      const Associations = [{ Main: true, RouteTableAssociationId: "rtbassoc-main" }];
      const { drift } = await read([vpc, ...deployed], {
        DescribeRouteTables: { RouteTables: [{ RouteTableId, Routes, Associations }] },
      });
      return drift.map(({ urn, severity, message, undo }) => ({ urn, severity, message, undo }));
    };

    it("reports routes to the internet, with the command that removes them", async () => {
      expect(await find("rtb-main", [local, internet])).to.deep.equal([
        {
          urn: vpc.urn,
          severity: "high",
          message:
            "Vpc beo-vpc-network: its main route table rtb-main has a route to 0.0.0.0/0 through igw-1, which is not in the program",
          undo: [
            "aws ec2 delete-route --route-table-id rtb-main --destination-cidr-block 0.0.0.0/0 --region us-west-1",
          ],
        },
      ]);
    });

    it("leaves the local route and those to networks of the operators alone", async () => {
      const peering = { DestinationCidrBlock: "172.31.0.0/16", VpcPeeringConnectionId: "pcx-1" };
      expect(await find("rtb-main", [local, peering])).to.deep.equal([]);
    });

    it("reports that a table of the program became the main one, with the command that gives it back", async () => {
      const own = resource("ec2/route:Route", "beo-vpc-public-internet", {
        inputs: { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" },
      });
      expect(await find("rtb-1", [local, internet], [table, own])).to.deep.equal([
        {
          urn: vpc.urn,
          severity: "high",
          message:
            "Vpc beo-vpc-network: its main route table is rtb-1, a table of other subnets with a route to the internet",
          undo: [
            "aws ec2 replace-route-table-association --association-id rtbassoc-main --route-table-id rtb-main --region us-west-1",
          ],
        },
      ]);
    });
  });
});

describe("the network ACL of a stack's own network", () => {
  const vpc = resource("ec2/vpc:Vpc", "beo-vpc-network", { id: "vpc-1" });
  const subnet = resource("ec2/subnet:Subnet", "beo-vpc-private-1", { id: "subnet-1" });
  const entry = (RuleNumber: number, RuleAction: string, more: object = {}) => ({
    ...{ RuleNumber, RuleAction, Protocol: "-1", CidrBlock: "0.0.0.0/0", Egress: false },
    ...more,
  });
  // https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
  const out = [entry(100, "allow", { Egress: true }), entry(32767, "deny", { Egress: true })];
  const byDefault = [entry(100, "allow"), entry(32767, "deny"), ...out];
  const find = async (Entries: object[], SubnetId = "subnet-1") => {
    const acl = { NetworkAclId: "acl-1", Entries, Associations: [{ SubnetId }] };
    const { drift, notCompared } = await read([vpc, subnet], { DescribeNetworkAcls: { NetworkAcls: [acl] } });
    expect(notCompared).to.deep.equal([]);
    return drift.map(({ severity, message, undo }) => ({ severity, message, undo }));
  };

  it("allows everything, as AWS creates it", async () => {
    expect(await find(byDefault)).to.deep.equal([]);
    // It has two rules more in a VPC with IPv6 addresses.
    const forIpv6 = entry(101, "allow", { CidrBlock: undefined, Ipv6CidrBlock: "::/0" });
    expect(await find([...byDefault, forIpv6])).to.deep.equal([]);
  });

  it("is reported where a rule denies connections, with the command that removes it", async () => {
    const deny = "aws ec2 delete-network-acl-entry --network-acl-id acl-1";
    expect(await find([entry(1, "deny"), ...byDefault])).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: rule 1 of the network ACL acl-1 of subnet-1 denies everything from 0.0.0.0/0, and is not in the program",
        undo: [`${deny} --rule-number 1 --region us-west-1 --ingress`],
      },
    ]);
    const toDatabase = { Egress: true, Protocol: "6", PortRange: { From: 5432, To: 5432 } };
    expect(
      await find([entry(50, "deny", { ...toDatabase, CidrBlock: "10.42.0.0/16" }), ...byDefault]),
    ).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: rule 50 of the network ACL acl-1 of subnet-1 denies tcp 5432 to 10.42.0.0/16, and is not in the program",
        undo: [`${deny} --rule-number 50 --region us-west-1 --egress`],
      },
    ]);
  });

  it("is less urgent where it keeps others out, and none where an earlier rule allows all", async () => {
    const attack = { CidrBlock: "203.0.113.0/24" };
    expect(
      (await find([entry(1, "deny", attack), ...byDefault])).map(({ severity }) => severity),
    ).to.deep.equal(["medium"]);
    expect(await find([entry(200, "deny"), ...byDefault])).to.deep.equal([]);
  });

  it("is reported where nothing allows everything, with the command that adds the rule", async () => {
    const web = entry(100, "allow", { Protocol: "6", PortRange: { From: 443, To: 443 } });
    expect(await find([web, entry(32767, "deny"), ...out])).to.deep.equal([
      {
        severity: "high",
        message:
          "Vpc beo-vpc-network: the network ACL acl-1 of subnet-1 has no rule that allows everything in, as AWS created it",
        undo: [
          "aws ec2 create-network-acl-entry --network-acl-id acl-1 --rule-number 101 --protocol -1 --rule-action allow --cidr-block 0.0.0.0/0 --region us-west-1 --ingress",
        ],
      },
    ]);
  });

  it("is its owner's where no subnet of the stack uses it", async () => {
    expect(await find([entry(1, "deny"), ...byDefault], "subnet-of-others")).to.deep.equal([]);
  });
});
