import { countAddresses, findCidrProblem } from "../cidr";
import { withDefaults } from "../defaults";
import { openPorts } from "../network";
import { vpcDefaults } from "../vpc";
import type { ArgumentRule, Context, Fix } from "./context";

/** The rules between arguments of the network. */
export const networkRules: readonly ArgumentRule[] = [checkSubnets, checkOwnNetwork];

/** What names a VPC that exists or a part of it. */
const existing = ["vpcId", "databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const;

function checkSubnets({ settings: { network = {}, web }, isValid, report }: Context): void {
  const { vpcId, instanceSubnetIds, loadBalancerSubnetIds } = network;
  if (network.create) {
    return;
  }
  const missing = (["databaseSubnetIds", "instanceSubnetIds"] as const).find((key) => !network[key]);
  if (isValid("network.databaseSubnetIds", "network.instanceSubnetIds") && vpcId !== undefined && missing) {
    const message = "needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.";
    report("network.vpcId", message, { set: `network.${missing}` });
  }
  const knowsLoadBalancer = isValid("network.loadBalancerSubnetIds", "web.singleInstance");
  // Without subnets of its own the load balancer is in those of the instances.
  const publicSubnets = loadBalancerSubnetIds === undefined ? "instanceSubnetIds" : "loadBalancerSubnetIds";
  for (const key of ["databaseSubnetIds", "instanceSubnetIds", "loadBalancerSubnetIds"] as const) {
    if (isValid("network.vpcId") && network[key] !== undefined && vpcId === undefined) {
      const message = "is set, but network.vpcId is missing. Set it to the VPC of these subnets.";
      report(`network.${key}`, message, { set: "network.vpcId" });
    }
    const hasLoadBalancer = knowsLoadBalancer && !web.singleInstance && key === publicSubnets;
    // RDS and Application Load Balancers need two availability zones.
    if ((key === "databaseSubnetIds" || hasLoadBalancer) && network[key]?.length === 1) {
      const message = "has one subnet. Expected at least two, in different availability zones.";
      report(`network.${key}`, message, { set: `network.${key}[1]` });
    }
  }
  if (network.associatePublicIpAddress !== false || !isValid("network.instanceSubnetIds")) {
    return;
  }
  if (instanceSubnetIds === undefined) {
    const message =
      "is false, but the instances are in the public subnets of the default VPC, where they need public addresses to reach the internet. Set network.instanceSubnetIds to private subnets with a NAT gateway.";
    report("network.associatePublicIpAddress", message, { set: "network.instanceSubnetIds" });
  } else if (
    knowsLoadBalancer &&
    !web.singleInstance &&
    !web.internal &&
    loadBalancerSubnetIds === undefined
  ) {
    const message =
      "is missing. The subnets of the instances are private, and the load balancer needs public subnets.";
    report("network.loadBalancerSubnetIds", message);
  }
}

function checkOwnNetwork(context: Context): void {
  const { settings, knows, report } = context;
  const { create = false, ...network } = settings.network ?? {};
  if (!create || !knows("network.create")) {
    return;
  }
  const given = [
    ...existing.filter((key) => network[key] !== undefined).map((key) => `network.${key}`),
    ...(settings.database.subnetGroupName === undefined ? [] : ["database.subnetGroupName"]),
  ];
  if (given.length > 0) {
    // A file to begin with may have it, whereas naming a VPC is a decision.
    const message = `is true, but ${given.join(", ")} ${given.length === 1 ? "is" : "are"} set, for a VPC that exists. Remove one or the other. A deployed stack keeps the network that it has.`;
    report("network.create", message, { remove: "network.create" });
  }
  if (network.associatePublicIpAddress !== undefined) {
    const message =
      "is set, but network.create is true. network.nat decides whether the instances have public addresses. Remove it.";
    report("network.associatePublicIpAddress", message, { remove: "network.associatePublicIpAddress" });
  }
  if (knows("web.ipAddressType") && settings.web.ipAddressType === "dualstack") {
    const message =
      "is dualstack, but network.create is true, which creates a VPC with IPv4 addresses only. Remove it.";
    report("web.ipAddressType", message, { remove: "web.ipAddressType" });
  }
  if (knows("network.cidr", "network.zones", "network.nat")) {
    checkCidr(context);
  }
  checkEgressPorts(context, network.egressPorts);
  const { nat = vpcDefaults.nat } = network;
  if (knows("network.nat", "web.singleInstance") && settings.web.singleInstance && nat !== "none") {
    const message = `is ${nat}, but web.singleInstance is true. Clients reach a single instance in a public subnet only. Set network.nat to none, or web.singleInstance to false.`;
    report("network.nat", message, { set: "network.nat", to: "none" });
  }
}

function checkEgressPorts({ knows, report }: Context, ports: readonly number[] = []): void {
  const index = ports.findIndex((port) => openPorts.includes(port));
  if (knows("network.egressPorts") && index >= 0) {
    const item = `network.egressPorts[${index}]`;
    const message = `is ${ports[index]}, which is open already. Remove it.`;
    report(item, message, { remove: ports.length === 1 ? "network.egressPorts" : item });
  }
}

const otherCidr: Fix = { set: "network.cidr", expected: "a network such as 10.42.0.0/16" };

function checkCidr({ settings, knows, report }: Context): void {
  const { cidr, zones, nat, interfaceEndpoints } = withDefaults(settings.network ?? {}, vpcDefaults);
  const problem = findCidrProblem(cidr);
  if (problem !== undefined) {
    const { suggestion: to } = problem;
    report("network.cidr", problem.reason, to === undefined ? otherCidr : { set: "network.cidr", to });
    return;
  }
  if (!knows("web.maxSize", "worker.maxSize", "web.internal", "network.interfaceEndpoints")) {
    return;
  }
  // A load balancer uses at least eight addresses in each of its subnets:
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
  const isShared = nat === "none" || settings.web.internal;
  const used = interfaceEndpoints.length + (isShared ? 8 : 0);
  const free = zones * (countAddresses(cidr) - used);
  // A deployment may start as many new instances beside the old ones.
  const needed = 2 * (settings.web.maxSize + settings.worker.maxSize);
  if (needed > free) {
    const message = `is "${cidr}", whose subnets have ${free} addresses for instances. web.maxSize and worker.maxSize need ${needed}, twice their sum, because a deployment starts new instances beside the old ones. Set a larger network.`;
    report("network.cidr", message, otherCidr);
  }
}
