/** A subnet, by the id of its route table. */
export interface SubnetFacts {
  id: string;
  tableId: string;
}

/** A route that leaves the VPC. */
export interface RouteFacts {
  tableId: string;
  destination: string;
  /** The gateway's kind. */
  target: "internet" | "nat" | "other";
}

/** A rule of a security group. */
export interface RuleFacts {
  groupId: string;
  direction: "in" | "out";
  /** "tcp", "udp" or "-1". */
  protocol: string;
  from: number;
  to: number;
  /** A CIDR block or the id of a group. */
  peer: string;
}

/** Something with network interfaces. */
export interface NodeFacts {
  name: string;
  subnetIds: string[];
  groupIds: string[];
  hasPublicAddress: boolean;
}

/** A VPC, as AWS describes it. */
export interface NetworkFacts {
  subnets: SubnetFacts[];
  routes: RouteFacts[];
  rules: RuleFacts[];
  nodes: NodeFacts[];
}

const internet = "internet";
const world = "0.0.0.0/0";

/**
 * Returns who can open connections to whom, as "internet → load balancer tcp 80": what routes and security groups allow. Between
 * subnets of a VPC there is always a route.
 */
export function findConnections(facts: NetworkFacts): string[] {
  const pairs = [internet, ...facts.nodes].flatMap((from) =>
    [internet, ...facts.nodes].filter((to) => to !== from).map((to) => [from, to] as const),
  );
  const connections = pairs.flatMap(([from, to]) => {
    const ports =
      from === internet
        ? getPortsFromInternet(facts, to as NodeFacts)
        : to === internet
          ? getPortsToInternet(facts, from as NodeFacts)
          : getPorts(facts, from as NodeFacts, to as NodeFacts);
    const label = (end: typeof from) => (typeof end === "string" ? end : end.name);
    return ports.map((port) => `${label(from)} → ${label(to)} ${port}`);
  });
  return [...new Set(connections)].sort();
}

function getRules({ rules }: NetworkFacts, { groupIds }: NodeFacts, direction: RuleFacts["direction"]) {
  return rules.filter((rule) => rule.direction === direction && groupIds.includes(rule.groupId));
}

function hasRoute({ subnets, routes }: NetworkFacts, node: NodeFacts, ...targets: RouteFacts["target"][]) {
  const tables = subnets.filter(({ id }) => node.subnetIds.includes(id)).map(({ tableId }) => tableId);
  return routes.some(
    ({ tableId, destination, target }) =>
      tables.includes(tableId) && destination === world && targets.includes(target),
  );
}

function getPortsFromInternet(facts: NetworkFacts, node: NodeFacts): string[] {
  return node.hasPublicAddress && hasRoute(facts, node, "internet")
    ? getRules(facts, node, "in")
        .filter(({ peer }) => peer === world)
        .map(format)
    : [];
}

function getPortsToInternet(facts: NetworkFacts, node: NodeFacts): string[] {
  const isRouted =
    hasRoute(facts, node, "nat") || (node.hasPublicAddress && hasRoute(facts, node, "internet"));
  return isRouted
    ? getRules(facts, node, "out")
        .filter(({ peer }) => peer === world)
        .map(format)
    : [];
}

function getPorts(facts: NetworkFacts, from: NodeFacts, to: NodeFacts): string[] {
  const allows = (rule: RuleFacts, other: NodeFacts) =>
    rule.peer.includes("/") || other.groupIds.includes(rule.peer);
  const out = getRules(facts, from, "out").filter((rule) => allows(rule, to));
  return getRules(facts, to, "in")
    .filter((rule) => allows(rule, from))
    .flatMap((inbound) => out.flatMap((outbound) => intersect(inbound, outbound)))
    .map(format);
}

/** What both rules allow. */
function intersect(one: RuleFacts, two: RuleFacts): Pick<RuleFacts, "protocol" | "from" | "to">[] {
  if (one.protocol === "-1" || two.protocol === "-1") {
    return [one.protocol === "-1" ? two : one];
  }
  const [from, to] = [Math.max(one.from, two.from), Math.min(one.to, two.to)];
  return one.protocol === two.protocol && from <= to ? [{ protocol: one.protocol, from, to }] : [];
}

function format({ protocol, from, to }: Pick<RuleFacts, "protocol" | "from" | "to">): string {
  return protocol === "-1" ? "everything" : `${protocol} ${from}${to === from ? "" : `–${to}`}`;
}
