import { make, ref, type Row, type Spec } from "./row";

const authorized = "vpc-sg-open-only-to-authorized-ports";
const risky = "vpc-sg-restricted-common-ports";
const database = "vpc-sg-database-from-security-groups-only";
const tags = { Project: "p", Environment: "prod", ManagedBy: "Pulumi" };

const tcp = (port: number, more: object, to = port) => ({
  protocol: "tcp",
  fromPort: port,
  toPort: to,
  ...more,
});
const world = { cidrBlocks: ["0.0.0.0/0"] };
const group = (...ingress: object[]): Spec => make("ec2/securityGroup:SecurityGroup", { ingress, tags });
const rule = (props: object): Spec =>
  make("vpc/securityGroupIngressRule:SecurityGroupIngressRule", { securityGroupId: ref("group"), ...props });
const oldRule = (props: object): Spec =>
  make("ec2/securityGroupRule:SecurityGroupRule", {
    type: "ingress",
    securityGroupId: ref("group"),
    ...props,
  });
const row = (says: string, by: string | undefined, ...resources: Spec[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources,
});
const ssh = { ipProtocol: "tcp", fromPort: 22, toPort: 22 };

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html, https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html */
export const addressRows: Row[] = [
  row(
    "EC2.19: both halves of the world",
    risky,
    group(tcp(22, { cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] })),
  ),
  row("EC2.19: one half of the world", risky, rule({ ...ssh, cidrIpv4: "128.0.0.0/1" })),
  row(
    "EC2.19: 0.0.0.0/0 written by another address",
    risky,
    oldRule(tcp(3389, { cidrBlocks: ["10.0.0.0/0"] })),
  ),
  row("EC2.19: a quarter of the world", risky, rule({ ...ssh, cidrIpv4: "64.0.0.0/2" })),
  row(
    "EC2.19: a private network and the public one beside it",
    risky,
    rule({ ...ssh, cidrIpv4: "8.0.0.0/5" }),
  ),
  row(
    "EC2.19: the world in sixteen pieces",
    risky,
    group(tcp(22, { cidrBlocks: Array.from({ length: 16 }, (_, i) => `${i * 16}.0.0.0/4`) })),
  ),
  row(
    "EC2.19: the world in pieces of /8",
    risky,
    oldRule(tcp(22, { cidrBlocks: Array.from({ length: 200 }, (_, i) => `${i + 1}.0.0.0/8`) })),
  ),
  row("EC2.19: all of IPv6", risky, group(tcp(22, { ipv6CidrBlocks: ["::/0"] }))),
  row("EC2.19: all IPv6 unicast addresses", risky, rule({ ...ssh, cidrIpv6: "2000::/3" })),
  row("EC2.19: IPv6 in full", risky, rule({ ...ssh, cidrIpv6: "0000:0000:0000:0000:0000:0000:0000:0000/0" })),
  row(
    "EC2.19: beside an unknown address",
    risky,
    group(tcp(22, { cidrBlocks: [ref("office", "203.0.113.0/24"), "0.0.0.0/0"] })),
  ),
  row(
    "EC2.19: in the second rule, beside an unknown port",
    risky,
    group(tcp(ref("x", "1") as number, world), tcp(22, world)),
  ),
  row(
    "EC2.19: a range that has the port",
    risky,
    rule({ ipProtocol: "tcp", fromPort: 20, toPort: 30, cidrIpv4: "0.0.0.0/0" }),
  ),
  row("EC2.19: all ports", risky, oldRule({ protocol: "tcp", fromPort: 0, toPort: 65535, ...world })),
  row("EC2.19: TCP by its number", risky, group({ protocol: "6", fromPort: 22, toPort: 22, ...world })),
  row(
    "EC2.19: TCP in capitals",
    risky,
    rule({ ipProtocol: "TCP", fromPort: 5432, toPort: 5432, cidrIpv4: "0.0.0.0/0" }),
  ),
  row("EC2.19: all protocols", risky, rule({ ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" })),
  row("EC2.19: all protocols by name", risky, group({ protocol: "all", fromPort: 0, toPort: 0, ...world })),
  row(
    "EC2.19: all protocols by a number",
    risky,
    oldRule({ protocol: -1, fromPort: 0, toPort: 0, ...world }),
  ),
  row("EC2.19: from 80 to 443", risky, group(tcp(80, world, 443))),
  row("EC2.19: a port as a text", risky, group({ protocol: "tcp", fromPort: "22", toPort: "22", ...world })),
  row(
    "EC2.19: Elasticsearch by the default group",
    risky,
    make("ec2/defaultSecurityGroup:DefaultSecurityGroup", { ingress: [tcp(9200, world)] }),
  ),
  row(
    "EC2.19: a prefix list of the stack",
    "vpc-sg-prefix-lists-restricted",
    rule({ ...ssh, prefixListId: ref("list") }),
    make(
      "ec2/managedPrefixList:ManagedPrefixList",
      { entries: [{ cidr: "203.0.113.0/24" }, { cidr: "0.0.0.0/0" }], tags },
      "list",
    ),
  ),
  row(
    "EC2.19: a prefix list with separate entries",
    "vpc-sg-prefix-lists-restricted",
    group(tcp(22, { prefixListIds: [ref("list2")] })),
    make("ec2/managedPrefixList:ManagedPrefixList", { maxEntries: 2, tags }, "list2"),
    make("ec2/managedPrefixListEntry:ManagedPrefixListEntry", {
      prefixListId: ref("list2"),
      cidr: "0.0.0.0/1",
    }),
  ),
  row(
    "EC2.18: an application server",
    authorized,
    rule({ ipProtocol: "tcp", fromPort: 8000, toPort: 8000, cidrIpv4: "0.0.0.0/0" }),
  ),
  row("EC2.18: UDP by its number", authorized, group({ protocol: "17", fromPort: 53, toPort: 53, ...world })),
  row("EC2.18: a web port and the next", authorized, oldRule(tcp(443, world, 444))),
  row(
    "EC2.18: a web port by UDP",
    authorized,
    rule({ ipProtocol: "udp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
  ),
  row("EC2.18: another protocol by number", authorized, rule({ ipProtocol: "47", cidrIpv4: "0.0.0.0/0" })),
  row(
    "PostgreSQL for a private network",
    database,
    rule({ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIpv4: "10.0.0.0/16" }),
  ),
  row(
    "PostgreSQL in a range for one address",
    database,
    group(tcp(5000, { cidrBlocks: ["203.0.113.7/32"] }, 6000)),
  ),
  row("PostgreSQL for an IPv6 network", database, oldRule(tcp(5432, { ipv6CidrBlocks: ["2001:db8::/64"] }))),
  row(
    "PostgreSQL by TCP's number",
    database,
    rule({ ipProtocol: "6", fromPort: 5432, toPort: 5432, cidrIpv4: "10.0.0.0/16" }),
  ),
  row(
    "EC2.2: a default group with traffic inside",
    "vpc-default-security-group-closed",
    make("ec2/defaultSecurityGroup:DefaultSecurityGroup", {
      ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }],
    }),
  ),
  row(
    "EC2.2: a default group with traffic to the outside",
    "vpc-default-security-group-closed",
    make("ec2/defaultSecurityGroup:DefaultSecurityGroup", {
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, ...world }],
    }),
  ),
  row("EC2.6: a VPC without a flow log", "vpc-flow-logs-enabled", make("ec2/vpc:Vpc", { tags })),
  row(
    "EC2.6: a VPC whose flow log has accepted connections only",
    "vpc-flow-logs-enabled",
    make("ec2/vpc:Vpc", { tags }, "vpc"),
    make("ec2/flowLog:FlowLog", { vpcId: ref("vpc"), trafficType: "ACCEPT" }),
  ),
  row(
    "EC2.6: a VPC with the flow log of another one",
    "vpc-flow-logs-enabled",
    make("ec2/vpc:Vpc", { tags }, "vpc"),
    make("ec2/vpc:Vpc", { tags }, "other"),
    make("ec2/flowLog:FlowLog", { vpcId: ref("other"), trafficType: "REJECT" }),
  ),
  row(
    "EC2.21: a network ACL",
    "nacl-no-unrestricted-ssh-rdp",
    make("ec2/networkAcl:NetworkAcl", {
      vpcId: "v",
      ingress: [
        { protocol: "tcp", ruleNo: 100, action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 },
      ],
      tags,
    }),
  ),
  row(
    "EC2.21: a rule of a network ACL",
    "nacl-no-unrestricted-ssh-rdp",
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "a",
      ruleNumber: 1,
      protocol: "6",
      ruleAction: "allow",
      ipv6CidrBlock: "::/0",
      fromPort: 3000,
      toPort: 4000,
    }),
  ),
  row(
    "EC2.15: a subnet with public addresses",
    "subnet-auto-assign-public-ip-disabled",
    make("ec2/subnet:Subnet", { vpcId: "v", cidrBlock: "10.0.1.0/24", mapPublicIpOnLaunch: true, tags }),
  ),
  row(
    "RDS.46: the default route of the VPC's main table",
    "rds-instance-subnet-igw-check",
    make("rds/subnetGroup:SubnetGroup", { subnetIds: [ref("public")] }),
    make("ec2/subnet:Subnet", { vpcId: ref("vpc"), cidrBlock: "10.0.1.0/24" }, "public"),
    make("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, "vpc"),
    make("ec2/internetGateway:InternetGateway", { vpcId: ref("vpc") }, "gateway"),
    make("ec2/defaultRouteTable:DefaultRouteTable", {
      defaultRouteTableId: ref("vpc"),
      routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: ref("gateway") }],
    }),
  ),

  row("the web", undefined, group(tcp(80, world), tcp(443, { ...world, ipv6CidrBlocks: ["::/0"] }))),
  row(
    "the web, with TCP by its number",
    undefined,
    group({ protocol: "6", fromPort: 443, toPort: 443, ...world }),
  ),
  row(
    "the web, in separate rules",
    undefined,
    rule({ ipProtocol: "6", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" }),
  ),
  row("SSH from an office", undefined, rule({ ...ssh, cidrIpv4: "203.0.113.0/24" })),
  row(
    "SSH from a private network",
    undefined,
    group(tcp(22, { cidrBlocks: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"] })),
  ),
  row("SSH from a private IPv6 network", undefined, rule({ ...ssh, cidrIpv6: "fd00::/8" })),
  row("SSH from a network in a provider's block", undefined, rule({ ...ssh, cidrIpv6: "2600:1f13::/36" })),
  row("path MTU discovery", undefined, group({ protocol: "icmp", fromPort: 3, toPort: 4, ...world })),
  row(
    "path MTU discovery by ICMP's number for IPv6",
    undefined,
    rule({ ipProtocol: "58", fromPort: -1, toPort: -1, cidrIpv6: "::/0" }),
  ),
  row("a group for itself", undefined, group({ protocol: "-1", fromPort: 0, toPort: 0, self: true })),
  row(
    "PostgreSQL from a group",
    undefined,
    rule({ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, referencedSecurityGroupId: ref("app") }),
  ),
  row("PostgreSQL from groups in a list", undefined, group(tcp(5432, { securityGroups: [ref("app")] }))),
  row(
    "everything to the outside",
    undefined,
    oldRule({ type: "egress", protocol: "-1", fromPort: 0, toPort: 0, ...world }),
  ),
  row(
    "a prefix list of an office",
    undefined,
    rule({ ...ssh, prefixListId: ref("office") }),
    make(
      "ec2/managedPrefixList:ManagedPrefixList",
      { entries: [{ cidr: "203.0.113.0/24" }], tags },
      "office",
    ),
  ),
  row(
    "a default group without rules",
    undefined,
    make("ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: ref("vpc"), ingress: [], egress: [] }),
  ),
  row(
    "a network ACL that denies",
    undefined,
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "a",
      ruleNumber: 1,
      protocol: "tcp",
      ruleAction: "deny",
      cidrBlock: "0.0.0.0/0",
      fromPort: 22,
      toPort: 22,
    }),
  ),
  row(
    "a network ACL that lets everything out",
    undefined,
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "a",
      ruleNumber: 1,
      egress: true,
      protocol: "-1",
      ruleAction: "allow",
      cidrBlock: "0.0.0.0/0",
    }),
  ),
  row(
    "a private subnet",
    undefined,
    make("ec2/subnet:Subnet", { vpcId: "v", cidrBlock: "10.0.1.0/24", mapPublicIpOnLaunch: false, tags }),
  ),
];
