import { expect } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { Vpc, type VpcArgs } from "../../components";
import { countAddresses, findCidrProblem, getSubnetCidr } from "../../components/cidr";
import { answers, exampleOutputs } from "../support/examples";
import { record } from "../../plan/record";
import { run, valueOf } from "../support/run";

const tags = { Project: "beo", Environment: "prod" };
const create = (args: Partial<VpcArgs> = {}) =>
  run(() => new Vpc("v", { namePrefix: "beo-prod", tags, ...args }));

/** The subnets by name: network, zone, table. */
async function getSubnets(args?: Partial<VpcArgs>) {
  const made = await create(args);
  return made.resources
    .filter(({ type }) => type.endsWith(":Subnet"))
    .map(({ name }) => {
      const { cidrBlock, availabilityZone } = made.inputs(name);
      const { routeTableId } = made.inputs(`${name}-association`);
      return [name, cidrBlock, availabilityZone, routeTableId].map(String).join(" ");
    })
    .sort();
}

/** The default routes: table and gateway. */
async function getRoutes(args?: Partial<VpcArgs>) {
  const made = await create(args);
  return made.resources
    .filter(({ type }) => type.endsWith(":Route"))
    .map(({ name }) => {
      const { routeTableId, destinationCidrBlock, gatewayId, natGatewayId } = made.inputs(name);
      return [routeTableId, destinationCidrBlock, gatewayId ?? natGatewayId].map(String).join(" ");
    })
    .sort();
}

describe("Vpc", () => {
  it("has public, private and database subnets in two zones, and one NAT gateway", async () => {
    const made = await create();
    expect(made.counts()).to.deep.equal({
      DefaultSecurityGroup: 1,
      Eip: 1,
      InternetGateway: 1,
      NatGateway: 1,
      Route: 3,
      RouteTable: 4,
      RouteTableAssociation: 6,
      Subnet: 6,
      Vpc: 1,
      VpcEndpoint: 1,
    });
    expect(made.inputs("v-network")).to.deep.equal({
      cidrBlock: "10.42.0.0/16",
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { ...tags, Name: "beo-prod" },
    });
    expect(await getSubnets()).to.deep.equal([
      "v-database-1 10.42.128.0/20 us-west-1a v-database-routes",
      "v-database-2 10.42.144.0/20 us-west-1b v-database-routes",
      "v-private-1 10.42.64.0/20 us-west-1a v-private-1-routes",
      "v-private-2 10.42.80.0/20 us-west-1b v-private-2-routes",
      "v-public-1 10.42.0.0/20 us-west-1a v-public-routes",
      "v-public-2 10.42.16.0/20 us-west-1b v-public-routes",
    ]);
    expect(await getRoutes()).to.deep.equal([
      "v-private-1-routes 0.0.0.0/0 v-nat-1",
      "v-private-2-routes 0.0.0.0/0 v-nat-1",
      "v-public-routes 0.0.0.0/0 v-internet",
    ]);
    expect(made.inputs("v-nat-1")).to.deep.include({
      allocationId: "v-nat-1-address",
      subnetId: "v-public-1",
    });
    expect(made.inputs("v-nat-1-address")).to.deep.include({ domain: "vpc" });
  });

  it("has a NAT gateway in each of three zones", async () => {
    const args = { zones: 3, nat: "each", cidr: "192.168.4.0/22" } as const;
    const made = await create(args);
    expect(made.counts()).to.deep.include({ NatGateway: 3, Eip: 3, Subnet: 9, RouteTable: 5, Route: 4 });
    expect(await getRoutes(args)).to.deep.equal([
      "v-private-1-routes 0.0.0.0/0 v-nat-1",
      "v-private-2-routes 0.0.0.0/0 v-nat-2",
      "v-private-3-routes 0.0.0.0/0 v-nat-3",
      "v-public-routes 0.0.0.0/0 v-internet",
    ]);
    expect(await getSubnets(args)).to.deep.equal([
      "v-database-1 192.168.6.0/26 us-west-1a v-database-routes",
      "v-database-2 192.168.6.64/26 us-west-1b v-database-routes",
      "v-database-3 192.168.6.128/26 us-west-1c v-database-routes",
      "v-private-1 192.168.5.0/26 us-west-1a v-private-1-routes",
      "v-private-2 192.168.5.64/26 us-west-1b v-private-2-routes",
      "v-private-3 192.168.5.128/26 us-west-1c v-private-3-routes",
      "v-public-1 192.168.4.0/26 us-west-1a v-public-routes",
      "v-public-2 192.168.4.64/26 us-west-1b v-public-routes",
      "v-public-3 192.168.4.128/26 us-west-1c v-public-routes",
    ]);
  });

  it("has no private subnets without a NAT gateway", async () => {
    const made = await create({ nat: "none" });
    expect(made.counts()).to.deep.equal({
      DefaultSecurityGroup: 1,
      InternetGateway: 1,
      Route: 1,
      RouteTable: 2,
      RouteTableAssociation: 4,
      Subnet: 4,
      Vpc: 1,
      VpcEndpoint: 1,
    });
    expect(await getRoutes({ nat: "none" })).to.deep.equal(["v-public-routes 0.0.0.0/0 v-internet"]);
  });

  it("closes the default security group", async () => {
    const made = await create();
    expect(made.inputs("v-default-group")).to.deep.include({ vpcId: "v-network", ingress: [], egress: [] });
  });

  it("keeps the zones of its subnets, whatever zones the account gets", async () => {
    const made = await create();
    expect(made.resource("v-private-2").ignoreChanges).to.deep.equal(["availabilityZone"]);
  });

  // A load balancer has one subnet in a zone, and sends requests to instances in its own zones only.
  it("gives a third zone, and private subnets that are added later, the zones that fit the deployed ones", async () => {
    const deployed = { "v-public-1": "us-west-1c", "v-public-2": "us-west-1a" };
    const { resources } = await record(
      {
        project: "p",
        stack: "prod",
        config: { "aws:region": "us-west-1" },
        outputs: (resource) => {
          const { id, outputs } = exampleOutputs(resource);
          const zone = Object.entries(deployed).find(([name]) => name === resource.name)?.[1];
          return { id, outputs: { ...outputs, ...(zone !== undefined && { availabilityZone: zone }) } };
        },
        invoke: answers,
      },
      () => new Vpc("v", { namePrefix: "beo-prod", zones: 3 }),
    );
    const zoneOf = (name: string) => resources.find((one) => one.name === name)?.inputs.availabilityZone;
    expect(["v-public-3", "v-private-1", "v-private-2", "v-private-3"].map(zoneOf)).to.deep.equal([
      ...["us-west-1b", "us-west-1c", "us-west-1a", "us-west-1b"],
    ]);
    expect(zoneOf("v-database-2")).to.equal("us-west-1a");
  });

  it("reaches S3 by an endpoint, but not from the database's subnets", async () => {
    const made = await create();
    expect(made.inputs("v-s3")).to.deep.equal({
      vpcId: "v-network",
      serviceName: "com.amazonaws.us-west-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["v-public-routes", "v-private-1-routes", "v-private-2-routes"],
      tags: { ...tags, Name: "beo-prod-s3" },
    });
  });

  it("has interface endpoints in the subnets of the instances, for HTTPS from the VPC", async () => {
    for (const [nat, kind] of [
      ["one", "private"],
      ["none", "public"],
    ] as const) {
      const made = await create({ nat, interfaceEndpoints: ["ssm", "elasticbeanstalk-health"] });
      expect(made.counts()).to.deep.include({
        VpcEndpoint: 3,
        SecurityGroup: 1,
        SecurityGroupIngressRule: 1,
      });
      expect(made.inputs("v-elasticbeanstalk-health")).to.deep.equal({
        vpcId: "v-network",
        serviceName: "com.amazonaws.us-west-1.elasticbeanstalk-health",
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [`v-${kind}-1`, `v-${kind}-2`],
        securityGroupIds: ["sg-v-endpoints"],
        tags: { ...tags, Name: "beo-prod-elasticbeanstalk-health" },
      });
      expect(made.inputs("v-endpoints-in")).to.deep.include({
        securityGroupId: "sg-v-endpoints",
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "10.42.0.0/16",
      });
      expect(made.inputs("v-endpoints").egress).to.equal(undefined);
    }
  });

  it("logs rejected connections by a role that may write to its log group only", async () => {
    const made = await create({ flowLogDays: 90, rolePath: "/beo/" });
    expect(made.inputs("v-flow-log-group")).to.deep.include({
      name: "/beo-prod/flow-logs",
      retentionInDays: 90,
    });
    expect(made.inputs("v-flow-log")).to.deep.include({
      vpcId: "v-network",
      trafficType: "REJECT",
      iamRoleArn: "arn:aws:iam::123456789012:role/v-flow-logs",
    });
    expect(made.inputs("v-flow-logs").path).to.equal("/beo/");
    // VPC User Guide, "IAM role for publishing flow logs to CloudWatch Logs", with protection from a confused deputy.
    expect(JSON.parse(made.inputs("v-flow-logs").assumeRolePolicy as string)).to.deep.include({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:ec2:us-west-1:123456789012:vpc-flow-log/*" },
          },
        },
      ],
    });
  });

  it("gives the subnets' ids once their routes are there, and none of private ones without a NAT gateway", async () => {
    const ids: unknown[] = [];
    await run(async () => {
      for (const nat of ["one", "none"] as const) {
        const { publicSubnetIds, privateSubnetIds, databaseSubnetIds } = new Vpc(nat, {
          namePrefix: "n",
          nat,
        });
        ids.push(await valueOf([publicSubnetIds, privateSubnetIds, databaseSubnetIds] as const));
      }
    });
    expect(ids).to.deep.equal([
      [
        ["one-public-1", "one-public-2"],
        ["one-private-1", "one-private-2"],
        ["one-database-1", "one-database-2"],
      ],
      [["none-public-1", "none-public-2"], [], ["none-database-1", "none-database-2"]],
    ]);
  });

  it("refuses a network that a VPC cannot have, before anything is registered", async () => {
    const { resources, error } = await record(
      { project: "p", stack: "prod", config: {}, outputs: exampleOutputs, invoke: answers },
      () => new Vpc("v", { namePrefix: "n", cidr: "10.0.0.0/28" }),
    );
    expect(error?.message).to.match(/^cidr is "10\.0\.0\.0\/28", which is too small/);
    expect(resources.filter(({ custom }) => custom)).to.deep.equal([]);
  });
});

describe("the network of a VPC", () => {
  it("is accepted from /16 to /23 in the private ranges", () => {
    for (const cidr of [
      "10.0.0.0/16",
      "10.255.254.0/23",
      "172.16.0.0/16",
      "172.31.0.0/20",
      "192.168.0.0/16",
    ]) {
      expect(findCidrProblem(cidr), cidr).to.equal(undefined);
    }
  });

  it("is refused otherwise, with the network that was meant", () => {
    for (const [cidr, reason, suggestion] of [
      ["10.0.0.0", /^is "10\.0\.0\.0"\. Expected an IPv4 network/],
      ["10.0.0.256/16", /Expected an IPv4 network/],
      ["10.0.0.0/33", /Expected an IPv4 network/],
      ["fd00::/16", /Expected an IPv4 network/],
      ["8.8.0.0/16", /Expected a private network \(RFC 1918\)/],
      ["100.64.0.0/16", /RFC 1918/],
      ["172.32.0.0/16", /RFC 1918/],
      ["192.0.0.0/8", /RFC 1918/],
      ["172.17.0.0/16", /Docker and services of AWS use 172\.17\.0\.0\/16/],
      ["172.17.128.0/20", /Docker/],
      ["10.0.0.0/8", /The largest VPC is a \/16/, "10.0.0.0/16"],
      ["10.42.128.0/12", /The largest VPC is a \/16/, "10.42.0.0/16"],
      // The network that would be suggested is Docker's.
      ["172.17.5.0/12", /The largest VPC is a \/16/],
      ["10.042.0.0/16", /Expected it without leading zeros/, "10.42.0.0/16"],
      ["010.042.001.0/16", /without leading zeros/, "10.42.0.0/16"],
      ["172.017.0.0/16", /without leading zeros/],
      ["10.42.0.0/24", /too small.*Expected \/16 to \/23/],
      ["10.42.1.0/16", /not the first address of a \/16/, "10.42.0.0/16"],
      ["192.168.5.0/23", /not the first address/, "192.168.4.0/23"],
    ] as const) {
      const problem = findCidrProblem(cidr);
      expect(problem?.reason, cidr).to.match(reason);
      expect(problem?.suggestion, cidr).to.equal(suggestion);
    }
  });

  it("is accepted wherever it is suggested", () => {
    const octet = fc.integer({ min: 0, max: 255 }).chain((number) => {
      const text = String(number);
      return fc.constantFrom(text, text.padStart(3, "0"));
    });
    const first = fc.constantFrom("10", "010", "172.16", "172.17", "172.017", "172.31", "192.168");
    const cidrs = fc
      .tuple(first, octet, octet, octet, fc.integer({ min: 0, max: 32 }))
      .map(([start, ...rest]) => {
        const length = rest.pop();
        return `${[...start.split("."), ...rest].slice(0, 4).join(".")}/${length}`;
      });
    fc.assert(
      fc.property(cidrs, (cidr) => {
        const suggestion = findCidrProblem(cidr)?.suggestion;
        return suggestion === undefined || findCidrProblem(suggestion) === undefined;
      }),
      { numRuns: 5000 },
    );
  });

  it("is divided without overlaps, and one quarter is left free", () => {
    const all = ([0, 1, 2] as const).flatMap((kind) =>
      [0, 1, 2].map((zone) => getSubnetCidr("10.42.0.0/23", kind, zone)),
    );
    expect(all).to.deep.equal([
      ...["10.42.0.0/27", "10.42.0.32/27", "10.42.0.64/27"],
      ...["10.42.0.128/27", "10.42.0.160/27", "10.42.0.192/27"],
      ...["10.42.1.0/27", "10.42.1.32/27", "10.42.1.64/27"],
    ]);
    // 32 without the five that AWS reserves: VPC User Guide, "Subnet CIDR blocks".
    expect(countAddresses("10.42.0.0/23")).to.equal(27);
    expect(countAddresses("10.42.0.0/16")).to.equal(4091);
  });
});
