import { exceedsOrganization } from "../addresses";
import { findMismatch, getPath, isFalse, isTrue, toBe, toBeTrue, toObjects, toStrings } from "../checks";
import { types } from "../resource-types";
import { findToken } from "../secrets";
import { ofTypes, type Check, type Props, type Resource, type RuleDefinition } from "../rule";
import { find, flatMap, listOf, map, some, type List } from "../unknown-values";

const webPorts = [80, 443];
const administrationPorts = [22, 3389];

/** The ports of control EC2.19: shells, remote desktops, databases, and others. */
const highRiskPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
  8088, 8888, 9200, 9300,
];

/** Rules on networks, instances and their volumes. */
export const ec2: RuleDefinition[] = [
  {
    name: "vpc-sg-open-only-to-authorized-ports",
    title: "Security groups should only allow unrestricted incoming traffic for TCP ports 80 and 443",
    severity: "high",
    controls: ["EC2.18"],
    remediation: "Name the security groups or CIDR blocks that need access.",
    types: types.ingress,
    check: rejectIngress(
      (ingress) =>
        !isAuthorized(ingress) &&
        !highRiskPorts.some((port) => includesPort(ingress, port)) &&
        isUnrestricted(ingress.cidrs),
      (ingress) => `${formatPorts(ingress)} open to all addresses; expected TCP ports 80 and 443 only.`,
    ),
  },
  {
    name: "vpc-sg-restricted-common-ports",
    title: "Security groups should not allow unrestricted access to ports with high risk",
    severity: "critical",
    controls: ["EC2.19", "EC2.53", "EC2.54", "CIS v5.0.0/5.3", "CIS v5.0.0/5.4"],
    remediation: "Name the security groups or CIDR blocks that need access.",
    types: types.ingress,
    check: rejectIngress(
      (ingress) => highRiskPorts.some((port) => includesPort(ingress, port)) && isUnrestricted(ingress.cidrs),
      (ingress) =>
        `${formatPorts(ingress)} open to all addresses; expected restricted access to high-risk ports.`,
    ),
  },
  {
    name: "vpc-sg-database-from-security-groups-only",
    title:
      "Security groups should allow database connections from security groups only, not from CIDR blocks",
    severity: "high",
    remediation: "Replace the CIDR blocks with referencedSecurityGroupId.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    types: types.ingress,
    settings: { port: { type: "integer", default: 5432, minimum: 1, description: "Port of the database" } },
    check(resource, report, context) {
      const port = Number(context.setting("port"));
      rejectIngress(
        (ingress) =>
          includesPort(ingress, port) && ingress.cidrs.length > 0 && !isUnrestricted(ingress.cidrs),
        () => `port ${port} is open to a CIDR block; expected security groups only.`,
      )(resource, report, context);
    },
  },
  {
    name: "vpc-sg-prefix-lists-restricted",
    title: "Security groups should not use prefix lists of all addresses, except for TCP ports 80 and 443",
    severity: "critical",
    controls: ["EC2.18", "EC2.19"],
    remediation: "Name the CIDR blocks that need access in the prefix list.",
    types: types.ingress,
    checkInStack(resource, report, _context, stack) {
      report(() => {
        const ingress = find(getIngress(resource), (candidate) => !isAuthorized(candidate));
        const inputs = ["prefixListId", "prefixListIds", "ingress"];
        const lists = ofTypes(stack, types.prefixList).filter(({ urn }) =>
          inputs.some((input) => resource.refersTo(input).includes(urn)),
        );
        return (
          ingress !== undefined &&
          some(listOf(...lists), (list) => isUnrestricted(getEntries(list, stack))) &&
          `${formatPorts(ingress)} open to a prefix list of all addresses; expected restricted access.`
        );
      });
    },
  },
  {
    name: "vpc-default-security-group-closed",
    title: "VPC default security groups should not allow inbound or outbound traffic",
    severity: "high",
    controls: ["EC2.2", "CIS v5.0.0/5.5"],
    remediation: "Remove the rules, and use security groups of your own.",
    types: types.defaultSecurityGroup,
    check({ props }, report) {
      report(
        () =>
          (toObjects(props.ingress).length > 0 || toObjects(props.egress).length > 0) &&
          "the default security group has rules; expected none.",
      );
    },
  },
  {
    name: "vpc-flow-logs-enabled",
    title: "VPC flow logging should be enabled in all VPCs",
    level: "advisory",
    severity: "medium",
    controls: ["EC2.6", "CIS v5.0.0/3.7"],
    remediation: "Add a FlowLog of the VPC that logs rejected connections: network.flowLogDays.",
    types: types.vpc,
    checkInStack(vpc, report, _context, stack) {
      report(
        () =>
          !ofTypes(stack, types.flowLog).some(
            (log) => log.refersTo("vpcId").includes(vpc.urn) && log.props.trafficType !== "ACCEPT",
          ) && "no FlowLog of rejected connections refers to it; expected one.",
      );
    },
  },
  {
    name: "nacl-no-unrestricted-ssh-rdp",
    title: "Network ACLs should not allow ingress from all addresses to port 22 or port 3389",
    severity: "medium",
    controls: ["EC2.21", "CIS v5.0.0/5.2"],
    remediation: "Name the CIDR blocks that need access.",
    types: types.networkAcl,
    check({ type, props }, report) {
      const rules = type.endsWith(":NetworkAclRule") ? listOf(props) : toObjects(props.ingress);
      report(
        () =>
          some(rules, (rule) => {
            const ingress = toIngress(
              rule,
              toStrings(rule.cidrBlock).concat(toStrings(rule.ipv6CidrBlock)),
              rule.protocol,
            );
            return (
              (rule.action ?? rule.ruleAction) === "allow" &&
              !isTrue(rule.egress) &&
              administrationPorts.some((port) => includesPort(ingress, port)) &&
              isUnrestricted(ingress.cidrs)
            );
          }) && "port 22 or port 3389 is open to all addresses; expected restricted access.",
      );
    },
  },
  {
    name: "subnet-auto-assign-public-ip-disabled",
    title: "EC2 subnets should not automatically assign public IP addresses",
    severity: "medium",
    controls: ["EC2.15"],
    remediation: "Set mapPublicIpOnLaunch to false.",
    types: types.subnet,
    check({ props }, report) {
      report(() => isTrue(props.mapPublicIpOnLaunch) && "mapPublicIpOnLaunch is true; expected false.");
    },
  },
  {
    name: "ec2-imdsv2-check",
    title: "EC2 instances should require Instance Metadata Service Version 2 (IMDSv2)",
    severity: "high",
    controls: ["EC2.8", "EC2.170", "AutoScaling.3", "CIS v5.0.0/5.7"],
    remediation: "Set metadataOptions.httpTokens to required.",
    types: [...types.instance, ...types.launchTemplate, ...types.launchConfiguration],
    check({ props }, report) {
      report(
        () =>
          getPath(props, "metadataOptions.httpEndpoint") !== "disabled" &&
          // An instance may have the options of its launch template.
          (props.launchTemplate === undefined || props.metadataOptions !== undefined) &&
          findMismatch(
            "metadataOptions.httpTokens",
            getPath(props, "metadataOptions.httpTokens"),
            toBe("required"),
          ),
      );
    },
  },
  {
    name: "ec2-instance-no-public-ip",
    title: "EC2 instances should not have a public IPv4 address",
    severity: "high",
    controls: ["EC2.9", "EC2.25", "AutoScaling.5"],
    remediation: "Set associatePublicIpAddress to false.",
    types: [...types.instance, ...types.launchTemplate, ...types.launchConfiguration],
    check({ props }, report) {
      report(
        () =>
          some([() => props, ...toObjects(props.networkInterfaces)], ({ associatePublicIpAddress }) =>
            isTrue(associatePublicIpAddress),
          ) && "associatePublicIpAddress is true; expected false.",
      );
    },
  },
  {
    name: "ec2-ebs-encryption",
    title: "EBS volumes should be encrypted at rest",
    severity: "medium",
    controls: ["EC2.3", "EC2.181"],
    remediation: "Set encrypted to true.",
    types: [...types.volume, ...types.instance, ...types.launchTemplate, ...types.launchConfiguration],
    check({ type, props }, report) {
      const isVolume = type.endsWith(":Volume");
      report(() => isVolume && findMismatch("encrypted", props.encrypted, toBeTrue));
      const mappings = map(toObjects(props.blockDeviceMappings), ({ ebs }) => ebs);
      report(
        () =>
          !isVolume &&
          some([() => props.rootBlockDevice, ...toObjects(props.ebsBlockDevices), ...mappings], (volume) =>
            // Absent, the account's default encryption decides.
            isFalse(getPath(volume, "encrypted")),
          ) &&
          "a volume has encrypted false; expected true.",
      );
    },
  },
  {
    name: "ec2-ebs-encryption-by-default",
    title: "EBS default encryption should be enabled",
    severity: "medium",
    controls: ["EC2.7", "CIS v5.0.0/5.1.1"],
    remediation: "Set enabled to true.",
    types: types.encryptionByDefault,
    check({ props }, report) {
      report(() => isFalse(props.enabled) && "enabled is false; expected true.");
    },
  },
  {
    name: "ec2-user-data-no-secrets",
    title: "EC2 user data should not contain secrets",
    severity: "critical",
    remediation: "Read the secret from an SSM SecureString parameter when the instance starts.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html",
    types: [...types.instance, ...types.launchTemplate, ...types.launchConfiguration],
    check({ props }, report) {
      for (const input of ["userData", "userDataBase64"]) {
        report(() => {
          const encoded = String(props[input]);
          const kind = findToken(encoded) ?? findToken(Buffer.from(encoded, "base64").toString());
          return kind !== undefined && `${input} contains ${kind}; expected none.`;
        });
      }
    },
  },
  {
    name: "ec2-images-public-prohibited",
    title: "Amazon Machine Images should not be public",
    severity: "critical",
    remediation: "Name the accounts that need the image.",
    url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html",
    types: types.imagePermission,
    check({ props }, report) {
      report(() => props.group === "all" && 'group is "all"; expected named accounts.');
    },
  },
];

/** Allowed incoming traffic. */
interface Ingress {
  /** "tcp", "udp", "icmp", another name or number, or "all". */
  protocol: string;
  from: number;
  to: number;
  cidrs: List<string>;
}

/** Returns a check that reports the first ingress that matches. */
function rejectIngress(
  matches: (ingress: Ingress) => boolean,
  describe: (ingress: Ingress) => string,
): Check {
  return (resource, report) => {
    report(() => {
      const ingress = find(getIngress(resource), matches);
      return ingress && describe(ingress);
    });
  };
}

/** Returns the ingress that a resource allows, in whichever of the three ways Pulumi offers. */
function getIngress({ type, props }: Resource): List<Ingress> {
  if (type.endsWith(":SecurityGroupIngressRule")) {
    const cidrs = flatMap(listOf("cidrIpv4", "cidrIpv6"), (input) => toStrings(props[input]));
    return [() => toIngress(props, cidrs, props.ipProtocol)];
  }
  const fromRule = (rule: Props) =>
    toIngress(
      rule,
      flatMap(listOf("cidrBlocks", "ipv6CidrBlocks"), (input) => toStrings(rule[input])),
      rule.protocol,
    );
  if (type.endsWith(":SecurityGroupRule")) {
    return props.type === "ingress" ? [() => fromRule(props)] : [];
  }
  return map(toObjects(props.ingress), fromRule);
}

/** Names of protocols by number: https://www.iana.org/assignments/protocol-numbers */
const protocols: Record<string, string> = {
  "-1": "all",
  "1": "icmp",
  "6": "tcp",
  "17": "udp",
  "58": "icmp",
  icmpv6: "icmp",
};

function toIngress(rule: Props, cidrs: List<string>, protocolInput: unknown = "all"): Ingress {
  const name = String(protocolInput).toLowerCase();
  const protocol = protocols[name] ?? name;
  const [from, to] = [Number(rule.fromPort ?? 0), Number(rule.toPort ?? 65535)];
  const isAll = protocol === "all";
  return { protocol, from: isAll ? 0 : from, to: isAll ? 65535 : to, cidrs };
}

/** Returns "TCP port 22 is" or "all ports 0-65535 are". */
function formatPorts({ from, to, protocol }: Ingress): string {
  const name = protocol === "all" ? "all" : protocol.toUpperCase();
  return from === to ? `${name} port ${from} is` : `${name} ports ${from}-${to} are`;
}

/** Whether networks together have more addresses than one organization: their halves, and lists of them, do too. */
export function isUnrestricted(cidrs: List<string>): boolean {
  return some(cidrs, exceedsOrganization());
}

/** Whether everyone may have this access: to the web, and to ICMP, which has no ports. */
function isAuthorized({ protocol, from, to }: Ingress): boolean {
  return protocol === "icmp" || (protocol === "tcp" && from === to && webPorts.includes(from));
}

function includesPort({ protocol, from, to }: Ingress, port: number): boolean {
  return ["all", "tcp", "udp"].includes(protocol) && from <= port && port <= to;
}

/** Returns the networks of a prefix list, from the list and from separate entries. */
function getEntries(list: Resource, stack: Resource[]): List<string> {
  const separate = ofTypes(stack, types.prefixListEntry).filter(({ refersTo }) =>
    refersTo("prefixListId").includes(list.urn),
  );
  const entries = [
    ...toObjects(list.props.entries),
    ...separate.map(
      ({ props }) =>
        () =>
          props,
    ),
  ];
  return map(entries, ({ cidr }) => String(cidr));
}
