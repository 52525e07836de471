import { isNonEmptyString, toObjects, toStrings } from "../checks";
import { types } from "../resource-types";
import { type Check, type Props, type Resource, type RuleDefinition } from "../rule";

const webPorts = [80, 443];

/** The ports of control EC2.19: shells, remote desktops, databases, and others. */
const highRiskPorts = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
  8088, 8888, 9200, 9300,
];

/** Rules on the ingress of security groups. */
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
        isUnrestricted(ingress) &&
        !highRiskPorts.some((port) => includesPort(ingress, port)) &&
        !(ingress.protocol === "tcp" && ingress.from === ingress.to && webPorts.includes(ingress.from)),
      (ingress) => `${formatPorts(ingress)} open to all addresses; expected TCP ports 80 and 443 only.`,
    ),
  },
  {
    name: "vpc-sg-restricted-common-ports",
    title: "Security groups should not allow unrestricted access to ports with high risk",
    severity: "critical",
    controls: ["EC2.19", "CIS 5.2"],
    remediation: "Name the security groups or CIDR blocks that need access.",
    types: types.ingress,
    check: rejectIngress(
      (ingress) => isUnrestricted(ingress) && highRiskPorts.some((port) => includesPort(ingress, port)),
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
        (ingress) => ingress.cidrs.length > 0 && !isUnrestricted(ingress) && includesPort(ingress, port),
        () => `port ${port} is open to a CIDR block; expected security groups only.`,
      )(resource, report, context);
    },
  },
];

/** Allowed incoming traffic. */
interface Ingress {
  from: number;
  to: number;
  protocol: string;
  cidrs: string[];
}

/** Returns a check that reports the first ingress that matches. */
function rejectIngress(
  matches: (ingress: Ingress) => boolean,
  describe: (ingress: Ingress) => string,
): Check {
  return (resource, report) => {
    report(() => {
      const ingress = getIngress(resource).find(matches);
      return ingress && describe(ingress);
    });
  };
}

/** Returns the ingress that a resource allows, in whichever of the three ways Pulumi offers. */
function getIngress({ type, props }: Resource): Ingress[] {
  if (type.endsWith(":SecurityGroupIngressRule")) {
    return [toIngress(props, [props.cidrIpv4, props.cidrIpv6], props.ipProtocol)];
  }
  const fromRule = (rule: Props) =>
    toIngress(rule, [...toStrings(rule.cidrBlocks), ...toStrings(rule.ipv6CidrBlocks)], rule.protocol);
  if (type.endsWith(":SecurityGroupRule")) {
    return props.type === "ingress" ? [fromRule(props)] : [];
  }
  return toObjects(props.ingress).map(fromRule);
}

function toIngress(rule: Props, cidrs: unknown[], protocol: unknown): Ingress {
  const isAll = protocol === "-1" || protocol === "all" || protocol === -1;
  return {
    from: isAll ? 0 : Number(rule.fromPort ?? 0),
    to: isAll ? 65535 : Number(rule.toPort ?? 65535),
    protocol: typeof protocol === "string" && !isAll ? protocol : "-1",
    cidrs: cidrs.filter(isNonEmptyString),
  };
}

/** Returns "TCP port 22 is" or "all ports 0-65535 are". */
function formatPorts({ from, to, protocol }: Ingress): string {
  const name = protocol === "-1" ? "all" : protocol.toUpperCase();
  return from === to ? `${name} port ${from} is` : `${name} ports ${from}-${to} are`;
}

function isUnrestricted({ cidrs }: Ingress): boolean {
  return cidrs.some((cidr) => cidr.endsWith("/0"));
}

function includesPort({ from, to }: Ingress, port: number): boolean {
  return from <= port && port <= to;
}
