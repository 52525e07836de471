import { expect } from "chai";
import { describe, it } from "mocha";
import { Network } from "../../components";
import { run, type Run, valueOf } from "../support/run";

type Rule = Record<string, unknown>;

const ruleText = (group: string, direction: string, rule: Rule, protocol: unknown, peers: unknown) =>
  `${group} ${direction} ${String(protocol)} ${String(rule.fromPort)}-${String(rule.toPort)} ${String(peers)}`;

/** The rules as "group in|out protocol ports peer". */
function rulesOf(made: Run): string[] {
  return made.resources
    .flatMap(({ type, name }) => {
      const props = made.inputs(name);
      if (type.endsWith(":SecurityGroup")) {
        return ((props.egress ?? []) as Rule[]).map((rule) =>
          ruleText(`sg-${name}`, "out", rule, rule.protocol, rule.cidrBlocks ?? rule.securityGroups),
        );
      }
      return type.endsWith(":SecurityGroupIngressRule")
        ? [
            ruleText(
              String(props.securityGroupId),
              "in",
              props,
              props.ipProtocol,
              props.cidrIpv4 ?? props.referencedSecurityGroupId ?? props.prefixListId,
            ),
          ]
        : [];
    })
    .sort();
}

describe("Network", () => {
  it("opens the load balancer to the internet, and the instances to the load balancer only", async () => {
    const made = await run(() => new Network("n", {}));
    expect(made.counts()).to.deep.equal({
      SecurityGroup: 2,
      SecurityGroupIngressRule: 3,
    });
    expect(rulesOf(made)).to.deep.equal([
      "sg-n-instances in tcp 80-80 sg-n-load-balancer",
      "sg-n-instances out -1 0-0 0.0.0.0/0",
      "sg-n-load-balancer in tcp 443-443 0.0.0.0/0",
      "sg-n-load-balancer in tcp 80-80 0.0.0.0/0",
      "sg-n-load-balancer out tcp 80-80 sg-n-instances",
    ]);
  });

  it("opens the instances' port 80 to the internet without a load balancer", async () => {
    const made = await run(() => new Network("n", { loadBalanced: false }));
    expect(rulesOf(made)).to.deep.equal([
      "sg-n-instances in tcp 80-80 0.0.0.0/0",
      "sg-n-instances out -1 0-0 0.0.0.0/0",
    ]);
  });

  it("opens the instances' port 80 to CloudFront alone where it is in front of them", async () => {
    const made = await run(() => new Network("n", { loadBalanced: false, cloudFront: true }));
    expect(rulesOf(made)).to.deep.equal([
      "sg-n-instances in tcp 80-80 pl-4ea04527",
      "sg-n-instances out -1 0-0 0.0.0.0/0",
    ]);
    expect(made.inputs("n-instances-in")).not.to.have.any.keys("cidrIpv4", "cidrIpv6");
  });

  it("limits what the instances connect to, by rules of their own", async () => {
    const made = await run(() => new Network("n", { limitEgress: true }));
    expect(made.inputs("n-instances").egress).to.equal(undefined);
    const rules = made.resources.filter(({ type }) => type.endsWith(":SecurityGroupEgressRule"));
    expect(
      rules.map(({ name }) => {
        const { securityGroupId, ipProtocol, fromPort, toPort, cidrIpv4 } = made.inputs(name);
        return [securityGroupId, ipProtocol, fromPort, toPort, cidrIpv4].map(String).join(" ");
      }),
    ).to.have.members([
      "sg-n-instances tcp 443 443 0.0.0.0/0",
      "sg-n-instances tcp 587 587 0.0.0.0/0",
      "sg-n-instances udp 123 123 0.0.0.0/0",
    ]);
  });

  // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html, API_IpRange.html, and 60 rules of a group:
  // https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
  it("opens further ports by one rule each, as EC2 takes them", async () => {
    const ports = [1, 22, 65535, ...Array.from({ length: 47 }, (_, index) => 8000 + index)];
    const made = await run(() => new Network("n", { limitEgress: true, egressPorts: ports }));
    const rules = made.resources.filter(({ type }) => type.endsWith(":SecurityGroupEgressRule"));
    // The database adds one.
    expect(rules).to.have.length(53).and.have.length.below(60);
    for (const port of ports) {
      expect(made.inputs(`n-instances-out-tcp-${port}`)).to.deep.equal({
        securityGroupId: "sg-n-instances",
        description: "Set by network.egressPorts",
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4: "0.0.0.0/0",
      });
    }
    for (const { name } of rules) {
      expect(made.inputs(name).description).to.match(/^[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/);
    }
  });

  it("uses the default VPC and its subnets, or the given ones, sorted", async () => {
    const ids: unknown[] = [];
    await run(async () => {
      const found = new Network("a", {});
      const given = new Network("b", {
        vpcId: "vpc-1",
        databaseSubnetIds: ["subnet-2", "subnet-1"],
        instanceSubnetIds: ["subnet-4", "subnet-3"],
        loadBalancerSubnetIds: ["subnet-6", "subnet-5"],
      });
      for (const { vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds } of [found, given]) {
        ids.push(
          await valueOf([vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds] as const),
        );
      }
    });
    const subnets = ["subnet-0a1b2c3d4e5f60718", "subnet-0b1b2c3d4e5f60718"];
    expect(ids).to.deep.equal([
      ["vpc-0a1b2c3d4e5f60718", subnets, subnets, subnets],
      ["vpc-1", ["subnet-1", "subnet-2"], ["subnet-3", "subnet-4"], ["subnet-5", "subnet-6"]],
    ]);
  });
});
