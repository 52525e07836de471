import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs } from "../../components";
import { getOption } from "../../plan/application-environments";
import { findConnections, type NetworkFacts, type RuleFacts } from "../support/reachability";
import { run, type Run } from "../support/run";

type Inputs = Record<string, unknown>;

/** Runs a datastore, and returns its network as AWS would describe it. */
async function getFacts(args: Partial<BeoDatastoreArgs>): Promise<NetworkFacts> {
  const made = await run(
    () =>
      new BeoDatastore("beo", {
        applicationName: "beo-datastore-prod",
        environment: "prod",
        appUrl: "https://beo.example.org",
        supportEmail: "support@example.org",
        ...args,
      }),
  );
  const all = (type: string): (Inputs & { name: string })[] =>
    made.resources
      .filter((resource) => resource.type.endsWith(`:${type}`))
      .map(({ name }) => ({ name, ...made.inputs(name) }));
  return {
    subnets: all("RouteTableAssociation").map(({ subnetId, routeTableId }) => ({
      id: String(subnetId),
      tableId: String(routeTableId),
    })),
    routes: all("Route").map(({ routeTableId, destinationCidrBlock, natGatewayId }) => ({
      tableId: String(routeTableId),
      destination: String(destinationCidrBlock),
      target: natGatewayId === undefined ? "internet" : "nat",
    })),
    rules: [
      ...getRules(all("SecurityGroupIngressRule"), "in"),
      ...getRules(all("SecurityGroupEgressRule"), "out"),
      ...getInlineRules(made),
    ],
    nodes: getNodes(made),
  };
}

const getRules = (rules: Inputs[], direction: "in" | "out"): RuleFacts[] =>
  rules.map((rule) => ({
    groupId: String(rule.securityGroupId),
    direction,
    protocol: String(rule.ipProtocol),
    from: Number(rule.fromPort),
    to: Number(rule.toPort),
    peer: String(rule.cidrIpv4 ?? rule.referencedSecurityGroupId),
  }));

function getInlineRules(made: Run): RuleFacts[] {
  return made.resources
    .filter(({ type }) => type.endsWith(":SecurityGroup"))
    .flatMap(({ name }) =>
      ((made.inputs(name).egress ?? []) as Inputs[]).map((rule) => ({
        groupId: `sg-${name}`,
        direction: "out" as const,
        protocol: String(rule.protocol),
        from: Number(rule.fromPort),
        to: Number(rule.toPort),
        peer: String(rule.securityGroups ?? rule.cidrBlocks),
      })),
    );
}

function getNodes(made: Run) {
  const option = (environment: string, namespace: string, name: string) => {
    const value = getOption(made.shown(environment), namespace, name);
    return typeof value === "string" ? value.split(",") : [];
  };
  const instances = (environment: string) => ({
    name: environment.replace("beo-eb-", ""),
    subnetIds: option(environment, "aws:ec2:vpc", "Subnets"),
    groupIds: option(environment, "aws:autoscaling:launchconfiguration", "SecurityGroups"),
    hasPublicAddress: option(environment, "aws:ec2:vpc", "AssociatePublicIpAddress")[0] === "true",
  });
  return [
    instances("beo-eb-web"),
    instances("beo-eb-worker"),
    {
      name: "load balancer",
      subnetIds: option("beo-eb-web", "aws:ec2:vpc", "ELBSubnets"),
      groupIds: option("beo-eb-web", "aws:elbv2:loadbalancer", "SecurityGroups"),
      hasPublicAddress: option("beo-eb-web", "aws:ec2:vpc", "ELBScheme")[0] === "public",
    },
    {
      name: "database",
      subnetIds: made.inputs("beo-db-subnets").subnetIds as string[],
      groupIds: made.inputs("beo-db-instance").vpcSecurityGroupIds as string[],
      hasPublicAddress: made.inputs("beo-db-instance").publiclyAccessible as boolean,
    },
  ];
}

/** What the application needs, and nothing else. The load balancer is open to the internet, and so to the instances. */
const needed = [
  "internet → load balancer tcp 443",
  "internet → load balancer tcp 80",
  "load balancer → web tcp 80",
  "load balancer → worker tcp 80",
  "web → database tcp 5432",
  "web → internet tcp 443",
  "web → internet tcp 587",
  "web → internet udp 123",
  "web → load balancer tcp 443",
  "worker → database tcp 5432",
  "worker → internet tcp 443",
  "worker → internet tcp 587",
  "worker → internet udp 123",
  "worker → load balancer tcp 443",
];

describe("the connections in a network of the stack's own", () => {
  const variants: Record<string, BeoDatastoreArgs["network"]> = {
    "one NAT gateway": {},
    "a NAT gateway in each zone": { nat: "each", zones: 3 },
    "no NAT gateway": { nat: "none" },
    "interface endpoints": { interfaceEndpoints: ["ssm", "logs"] },
  };
  for (const [title, network] of Object.entries(variants)) {
    it(`are what the application needs, with ${title}`, async () => {
      const facts = await getFacts({ network: { ...network, create: true } });
      expect(findConnections(facts)).to.deep.equal(needed);
    });
  }

  it("reach the further ports that are set, on the internet", async () => {
    const facts = await getFacts({ network: { create: true, egressPorts: [22, 123] } });
    const further = ["web", "worker"].flatMap((from) =>
      [22, 123].map((port) => `${from} → internet tcp ${port}`),
    );
    expect(findConnections(facts)).to.have.members([...needed, ...further]);
  });

  it("start from private subnets without public addresses, or from public ones without a NAT gateway", async () => {
    for (const [nat, kind] of [
      ["one", "private"],
      ["none", "public"],
    ] as const) {
      const { nodes } = await getFacts({ network: { create: true, nat } });
      for (const { name, subnetIds, hasPublicAddress } of nodes.slice(0, 2)) {
        expect(subnetIds, name).to.deep.equal([`beo-vpc-${kind}-1`, `beo-vpc-${kind}-2`]);
        expect(hasPublicAddress, name).to.equal(kind === "public");
      }
    }
  });

  it("reach no instance from the internet where it has a private address, and never the database's subnets", async () => {
    const facts = await getFacts({ network: { create: true } });
    const open = {
      ...facts,
      // As if the security groups allowed everything.
      rules: facts.nodes.flatMap(({ groupIds }) =>
        groupIds.flatMap((groupId) =>
          (["in", "out"] as const).map((direction) => ({
            groupId,
            direction,
            protocol: "-1",
            from: 0,
            to: 0,
            peer: "0.0.0.0/0",
          })),
        ),
      ),
    };
    const connections = findConnections(open).filter((text) => text.includes("internet"));
    expect(connections).to.deep.equal([
      "internet → load balancer everything",
      "load balancer → internet everything",
      "web → internet everything",
      "worker → internet everything",
    ]);
  });

  it("reach an internal load balancer from the VPC alone, in the subnets whose routes lead to other networks", async () => {
    for (const [nat, kind] of [
      ["one", "private"],
      ["none", "public"],
    ] as const) {
      const facts = await getFacts({ network: { create: true, nat }, web: { internal: true } });
      expect(facts.nodes.find(({ name }) => name === "load balancer")?.subnetIds).to.deep.equal([
        `beo-vpc-${kind}-1`,
        `beo-vpc-${kind}-2`,
      ]);
      expect(findConnections(facts).filter((text) => text.startsWith("internet"))).to.deep.equal([]);
    }
  });

  it("are more in a VPC that exists, whose instances may connect to everything", async () => {
    const facts = await getFacts({
      network: {
        vpcId: "vpc-1",
        databaseSubnetIds: ["subnet-1", "subnet-2"],
        instanceSubnetIds: ["subnet-3", "subnet-4"],
      },
    });
    const subnets = ["subnet-3", "subnet-4"].map((id) => ({ id, tableId: "rtb-1" }));
    const routes = [{ tableId: "rtb-1", destination: "0.0.0.0/0", target: "internet" as const }];
    expect(findConnections({ ...facts, subnets, routes })).to.include("worker → internet everything");
  });
});
