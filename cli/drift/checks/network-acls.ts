import { DescribeNetworkAclsCommand, type NetworkAcl, type NetworkAclEntry } from "@aws-sdk/client-ec2";
import { exceedsOrganization, getAddressShare } from "../../../policies/addresses";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";

/**
 * Network ACLs of the subnets of the stack's own VPC. AWS creates one that allows everything, and the program leaves it so:
 * security groups decide who connects. https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html
 */
export function checkNetworkAcls(context: Context): Check[] {
  return ofType(context.deployed, "ec2/vpc:Vpc").map((vpc) => ({
    what: `network ACLs of ${vpc.id}`,
    find: async () => {
      const { NetworkAcls = [] } = await context.clients.ec2.send(
        new DescribeNetworkAclsCommand({ Filters: [{ Name: "vpc-id", Values: [vpc.id] }] }),
      );
      return toDrift(
        vpc,
        NetworkAcls.flatMap((acl) => findDenied(acl, context)),
      );
    },
  }));
}

function findDenied(acl: NetworkAcl, { deployed, region }: Context): Addition[] {
  const own = ofType(deployed, "ec2/subnet:Subnet").map(({ id }) => id);
  const subnets = (acl.Associations ?? []).flatMap(({ SubnetId = "" }) =>
    own.includes(SubnetId) ? [SubnetId] : [],
  );
  if (subnets.length === 0) {
    return [];
  }
  const name = `network ACL ${acl.NetworkAclId ?? ""} of ${subnets.join(", ")}`;
  return [false, true].flatMap((isEgress) => {
    // The VPC has IPv4 addresses only. The last rule denies what no other one allows, and cannot be removed.
    const rules = (acl.Entries ?? []).filter(
      ({ Egress, CidrBlock, RuleNumber = 0 }) =>
        Egress === isEgress && CidrBlock !== undefined && RuleNumber < lastRule,
    );
    const options = { "network-acl-id": acl.NetworkAclId ?? "" };
    const direction = isEgress ? "egress" : "ingress";
    const allowing = rules.filter(allowsEverything).map(({ RuleNumber = 0 }) => RuleNumber);
    // The rule with the lowest number that matches decides.
    const effective = rules.filter(({ RuleNumber = 0 }) => RuleNumber < Math.min(lastRule, ...allowing));
    return [
      ...effective
        .filter(({ RuleAction }) => RuleAction === "deny")
        .map((rule): Addition => {
          const number = String(rule.RuleNumber);
          return {
            severity: isForeign(rule) ? "medium" : "high",
            text: `rule ${number} of the ${name} denies ${formatPorts(rule)} ${isEgress ? "to" : "from"} ${rule.CidrBlock ?? ""}, and is not in the program`,
            meaning: `${lost} Answers to connections that are allowed need the other direction, too.`,
            undo: [
              `${awsCommand("ec2 delete-network-acl-entry", { ...options, "rule-number": number }, region)} --${direction}`,
            ],
          };
        }),
      ...(allowing.length > 0
        ? []
        : [
            {
              severity: "high" as const,
              text: `the ${name} has no rule that allows everything ${isEgress ? "out" : "in"}, as AWS created it`,
              meaning: `${lost} Security groups alone decide in the program who connects.`,
              undo: [
                `${awsCommand("ec2 create-network-acl-entry", { ...options, "rule-number": String(findFree(rules)), protocol: "-1", "rule-action": "allow", "cidr-block": everything }, region)} --${direction}`,
              ],
            },
          ]),
    ];
  });
}

const lastRule = 32767;
const everything = "0.0.0.0/0";
const lost = "Connections of the load balancer, the instances or the database fail.";

function allowsEverything({ RuleAction, Protocol, CidrBlock }: NetworkAclEntry): boolean {
  return RuleAction === "allow" && Protocol === "-1" && CidrBlock === everything;
}

/** Whether a rule is about addresses of others: it keeps them out, such as those of an attack. */
function isForeign({ CidrBlock = "" }: NetworkAclEntry): boolean {
  return getAddressShare(CidrBlock) > 0 && !exceedsOrganization()(CidrBlock);
}

/** Returns the first number that no rule has, from the one of AWS's rule on. */
function findFree(rules: NetworkAclEntry[]): number {
  let number = 100;
  while (rules.some(({ RuleNumber }) => RuleNumber === number)) {
    number += 1;
  }
  return number;
}

/** The names of https://www.iana.org/assignments/protocol-numbers that have ports. */
const protocols: Record<string, string> = { "6": "tcp", "17": "udp" };

function formatPorts({ Protocol = "", PortRange }: NetworkAclEntry): string {
  if (Protocol === "-1") {
    return "everything";
  }
  const name = protocols[Protocol] ?? `protocol ${Protocol}`;
  const { From, To } = PortRange ?? {};
  return From === undefined ? name : `${name} ${From === To ? From : `${From}–${To ?? ""}`}`;
}
