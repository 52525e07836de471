import { DescribeSecurityGroupRulesCommand, type SecurityGroupRule } from "@aws-sdk/client-ec2";
import {
  type Addition,
  awsCommand,
  type Check,
  type Context,
  describeObstacle,
  keepCommand,
  nextItem,
  ofType,
  toDrift,
} from "../context";
import { type Deployed, getText, getTexts, type Missing } from "../resources";
import { findPublic } from "./public-rules";

/** Security groups: rules that were added to them, and other groups that open the database to the internet. */
export function checkSecurityGroups(context: Context): Check[] {
  const groups = ofType(context.deployed, "ec2/securityGroup:SecurityGroup");
  const own = new Set(groups.map(({ id }) => id));
  return [
    ...groups.map((group) => ({
      what: `rules of the security group ${group.id}`,
      find: async () => toDrift(group, await findRules(group, context)),
    })),
    ...ofType(context.deployed, "rds/instance:Instance").flatMap((database) =>
      getTexts(database.outputs, "vpcSecurityGroupIds")
        .filter((id) => !own.has(id))
        .map((id) => ({
          what: `rules of the security group ${id} of the database`,
          find: async () => toDrift(database, await findPublicRules(id, context)),
        })),
    ),
  ];
}

/** What a group that is not the program's lets in from everywhere. Its other rules are its owner's. */
async function findPublicRules(id: string, { clients, region }: Context): Promise<Addition[]> {
  const rules = await readRules(id, clients);
  return (await findPublic(rules, clients.ec2)).map((rule) => ({
    severity: "critical",
    text: `its security group ${id}, which is not the program's, allows ${formatPorts(rule)} from ${getPeer(rule)}`,
    meaning: "Only the database's private address keeps everyone on the internet from connecting to it.",
    undo: [
      awsCommand(
        "ec2 revoke-security-group-ingress",
        { "group-id": id, "security-group-rule-ids": rule.SecurityGroupRuleId ?? "" },
        region,
      ),
    ],
  }));
}

async function readRules(group: string, { ec2 }: Context["clients"]): Promise<SecurityGroupRule[]> {
  const filter = { Name: "group-id", Values: [group] };
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [filter] }),
  );
  return SecurityGroupRules;
}

async function findRules(group: Deployed, context: Context): Promise<Addition[]> {
  const own = new Set(
    (["Ingress", "Egress"] as const)
      .flatMap((direction) =>
        ofType(context.deployed, `vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`),
      )
      .map(({ id }) => id),
  );
  // Pulumi compares the rules of groups that have them inline.
  const isCompared = ({ IsEgress }: SecurityGroupRule) =>
    (IsEgress ? group.inputs.egress : group.inputs.ingress) !== undefined;
  const added = (await readRules(group.id, context.clients)).filter(
    (rule) => !own.has(rule.SecurityGroupRuleId ?? "") && !isCompared(rule),
  );
  const open = new Set(await findPublic(added, context.clients.ec2));
  return added.map((rule) => describeRule(rule, open.has(rule), group, context));
}

function describeRule(
  rule: SecurityGroupRule,
  isPublic: boolean,
  group: Deployed,
  context: Context,
): Addition {
  const { stack, region } = context;
  const { IsEgress = false, SecurityGroupRuleId = "" } = rule;
  const peer = getPeer(rule);
  const direction = IsEgress ? "egress" : "ingress";
  const isDatabase = group.name.endsWith("-db-access");
  const isObstacle = context.missing.some((missing) => isSameRule(missing, rule, group));
  return {
    severity: IsEgress ? "medium" : isPublic ? "critical" : "high",
    text: `${IsEgress ? "outbound" : "inbound"} rule ${SecurityGroupRuleId} allows ${formatPorts(rule)} ${IsEgress ? "to" : "from"} ${peer}, and is not in the program`,
    meaning: [
      IsEgress
        ? "What is in the group can open such connections."
        : `${isPublic ? "Everyone on the internet" : peer} can connect to what is in the group: ${isDatabase ? "the database" : "instances or the load balancer"}.${rule.FromPort === 22 ? " `eb ssh` adds such a rule." : ""}`,
      // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
      ...(isObstacle ? [describeObstacle("InvalidPermission.Duplicate")] : []),
    ].join(" "),
    undo: [
      awsCommand(
        `ec2 revoke-security-group-${direction}`,
        { "group-id": group.id, "security-group-rule-ids": SecurityGroupRuleId },
        region,
      ),
      ...(isObstacle
        ? ["# Such connections fail until the next update has created the program's rule: run it at once."]
        : []),
    ],
    keep:
      isDatabase && !IsEgress
        ? [
            "# Add the rule to a security group of your own, add that to the database, and undo this one:",
            keepCommand(stack, nextItem(context, "database.additionalSecurityGroupIds"), "ID of the group"),
          ]
        : [],
    ...(isObstacle && { isObstacle }),
  };
}

/** Whether a rule of the program, which Pulumi does not find, is this one: it was deleted and added again by hand. */
function isSameRule({ type, inputs }: Missing, rule: SecurityGroupRule, group: Deployed): boolean {
  const direction = rule.IsEgress ? "Egress" : "Ingress";
  const get = (name: string, fallback = "") => getText(inputs, name) || fallback;
  return (
    type === `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule` &&
    get("securityGroupId") === group.id &&
    get("ipProtocol") === rule.IpProtocol &&
    get("fromPort", "-1") === String(rule.FromPort ?? -1) &&
    get("toPort", "-1") === String(rule.ToPort ?? -1) &&
    [get("cidrIpv4"), get("cidrIpv6"), get("prefixListId"), get("referencedSecurityGroupId")].includes(
      getPeer(rule),
    )
  );
}

function getPeer({ CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupInfo }: SecurityGroupRule): string {
  return CidrIpv4 ?? CidrIpv6 ?? PrefixListId ?? ReferencedGroupInfo?.GroupId ?? "";
}

function formatPorts({ IpProtocol = "", FromPort = -1, ToPort = -1 }: SecurityGroupRule): string {
  return IpProtocol === "-1"
    ? "everything"
    : `${IpProtocol} ${FromPort === ToPort ? FromPort : `${FromPort}–${ToPort}`}`;
}
