import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { getCloudFrontPrefixListId, getDefaultVpcId, LookupError } from "./lookups";
import { getOutputs, toList } from "./outputs";

/** An existing VPC and its subnets. */
export interface ExistingVpcArgs {
  /**
   * Id of the VPC.
   *
   * @default the account's default VPC
   * @changing Cannot be changed later: security groups, environments and database belong to one VPC.
   */
  vpcId?: pulumi.Input<string>;
  /**
   * Ids of the database's subnets, in at least two availability zones.
   *
   * @default the default subnets of the VPC
   * @changing In place; AWS refuses to remove a subnet that the database uses.
   */
  databaseSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Ids of the instances' subnets.
   *
   * @default the default subnets of the VPC
   * @changing Replaces the instances.
   */
  instanceSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Ids of the load balancer's subnets, public ones in at least two availability zones.
   *
   * @default the instances' subnets
   * @changing In place.
   */
  loadBalancerSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
}

/** The network of the instances, the load balancer and the database. */
export interface NetworkArgs extends ExistingVpcArgs {
  /**
   * Whether the web instances are behind a load balancer. Without one they accept HTTP on port 80 themselves.
   *
   * @default true
   * @changing In place: creates or deletes the load balancer's security group.
   */
  loadBalanced?: boolean;
  /**
   * IPv4 and IPv6 networks that reach the load balancer, or the single instance.
   *
   * @default every address, of IPv6 only with `ipv6`
   * @changing In place.
   */
  allowedCidrs?: string[];
  /**
   * Serves the web instances through CloudFront, where no load balancer is before them: only CloudFront's addresses reach
   * port 80. Its list of addresses counts as 55 of the 60 rules that a security group may have
   * (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html).
   *
   * @default false
   * @changing In place.
   */
  cloudFront?: boolean;
  /**
   * Whether every IPv6 address reaches the load balancer, too, where `allowedCidrs` is not set.
   *
   * @default false
   * @changing In place.
   */
  ipv6?: boolean;
  /**
   * Limits what the instances may connect to: HTTPS, mail submission and time. The database's group opens the way to itself, with
   * `openClients` of `Database`. Otherwise they may connect to everything.
   *
   * @default false
   * @changing In place: connections that the rules do not allow end.
   */
  limitEgress?: boolean;
  /**
   * Further TCP ports that the instances connect to, of every IPv4 address, with `limitEgress`: at most 50.
   *
   * @default []
   * @changing In place: connections to a removed port end.
   */
  egressPorts?: number[];
  /**
   * Tags of the security groups and their rules.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link NetworkArgs}. */
export const networkDefaults = {
  loadBalanced: true,
  cloudFront: false,
  ipv6: false,
  limitEgress: false,
  egressPorts: [],
} satisfies NetworkArgs;

/**
 * Looks up the VPC and its subnets, and creates the security groups of the load balancer and the instances.
 *
 * Each ingress rule is a resource of its own and names one CIDR block or one group. None refers to a group that Elastic
 * Beanstalk creates, since that would block the environment's termination
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/using-features.terminating.html).
 */
export class Network extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Ids of the database's subnets. All subnet ids are sorted: Elastic Beanstalk returns them in order, and another order would show as a difference in every preview. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** Ids of the instances' subnets. */
  readonly instanceSubnetIds: pulumi.Output<string[]>;
  /** Ids of the load balancer's subnets. */
  readonly loadBalancerSubnetIds: pulumi.Output<string[]>;
  /** Id of the security group of the web and worker instances. What uses it waits until all rules are in place. */
  readonly instanceSecurityGroupId: pulumi.Output<string>;
  /** Id of the load balancer's security group; undefined without a load balancer. */
  readonly loadBalancerSecurityGroupId: pulumi.Output<string> | undefined;

  constructor(name: string, args: NetworkArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Network", args);
    super("beo:index:Network", name, {}, opts);
    const settings = withDefaults(args, networkDefaults);

    const vpcId = settings.vpcId === undefined ? getDefaultVpcId(this) : pulumi.output(settings.vpcId);
    const given = [settings.databaseSubnetIds, settings.instanceSubnetIds] as const;
    // Looked up once, so that one error says that there are none.
    const defaults = given.includes(undefined) ? getDefaultSubnetIds(vpcId, this) : [];
    const databaseSubnetIds = sort(settings.databaseSubnetIds ?? defaults);
    const instanceSubnetIds = sort(settings.instanceSubnetIds ?? defaults);
    const groupArgs = { vpcId, tags: settings.tags };
    const sources = getSources(settings, this);
    const instances = createInstanceGroup(name, { ...groupArgs, limitEgress: settings.limitEgress }, this);
    const loadBalancer = settings.loadBalanced
      ? createLoadBalancerGroup(name, { ...groupArgs, instances, sources }, this)
      : undefined;
    const rules = [
      ...(loadBalancer?.rules ?? []),
      ...allowHttp(
        name,
        {
          instances,
          sources:
            loadBalancer === undefined
              ? sources
              : [
                  {
                    suffix: "",
                    description: "the load balancer",
                    referencedSecurityGroupId: loadBalancer.group.id,
                  },
                ],
          tags: settings.tags,
        },
        this,
      ),
      ...(settings.limitEgress
        ? allowEgress(name, { instances, tags: settings.tags, ports: settings.egressPorts }, this)
        : []),
    ];

    this.vpcId = vpcId;
    this.databaseSubnetIds = databaseSubnetIds;
    this.instanceSubnetIds = instanceSubnetIds;
    this.loadBalancerSubnetIds =
      settings.loadBalancerSubnetIds === undefined ? instanceSubnetIds : sort(settings.loadBalancerSubnetIds);
    this.instanceSecurityGroupId = getIdAfter(instances, rules);
    this.loadBalancerSecurityGroupId = loadBalancer && getIdAfter(loadBalancer.group, rules);
    this.registerOutputs(getOutputs(this));
  }
}

interface GroupArgs {
  vpcId: pulumi.Input<string>;
  tags: NetworkArgs["tags"];
}

function createInstanceGroup(
  name: string,
  { limitEgress, ...args }: GroupArgs & { limitEgress: boolean },
  parent: pulumi.Resource,
): ec2.SecurityGroup {
  // Inline: AWS creates this rule with every group, and a rule resource of its own may conflict with that.
  const everything = {
    description: "AWS services, package indexes, mail and the database",
    protocol: "-1",
    fromPort: 0,
    toPort: 0,
    cidrBlocks: ["0.0.0.0/0"],
  };
  return new ec2.SecurityGroup(
    `${name}-instances`,
    {
      ...args,
      description: "Web and worker instances",
      // The provider removes AWS's rule from a group without inline ones.
      ...(!limitEgress && { egress: [everything] }),
    },
    { parent },
  );
}

/**
 * What the instances connect to. DNS, the instance metadata and Amazon's time service are not subject to security groups
 * (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html), but Elastic Beanstalk asks for NTP
 * (https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/vpc.html). Amazon Linux 2023 gets its packages over HTTPS.
 */
const egress = [
  { suffix: "443", protocol: "tcp", port: 443, description: "HTTPS to AWS services and package indexes" },
  { suffix: "587", protocol: "tcp", port: 587, description: "Mail submission" },
  { suffix: "123", protocol: "udp", port: 123, description: "Network Time Protocol" },
];

/** The TCP ports that are open without `egressPorts`. */
export const openPorts: readonly number[] = egress
  .filter(({ protocol }) => protocol === "tcp")
  .map(({ port }) => port);

function allowEgress(
  name: string,
  { instances, tags, ports }: Omit<HttpArgs, "sources"> & { ports: number[] },
  parent: pulumi.Resource,
): vpc.SecurityGroupEgressRule[] {
  const further = ports.map((port) => ({
    suffix: `tcp-${port}`,
    protocol: "tcp",
    port,
    description: "Set by network.egressPorts",
  }));
  return [...egress, ...further].map(
    ({ suffix, protocol, port, description }) =>
      new vpc.SecurityGroupEgressRule(
        `${name}-instances-out-${suffix}`,
        {
          securityGroupId: instances.id,
          description,
          ipProtocol: protocol,
          fromPort: port,
          toPort: port,
          cidrIpv4: "0.0.0.0/0",
          tags,
        },
        { parent },
      ),
  );
}

/** A network that may send requests. */
interface Source {
  /** The end of its rules' names. */
  suffix: string;
  description: string;
  cidrIpv4?: string;
  cidrIpv6?: string;
  prefixListId?: pulumi.Input<string>;
  referencedSecurityGroupId?: pulumi.Input<string>;
}

function getSources(
  { allowedCidrs, cloudFront, ipv6, loadBalanced }: NetworkArgs,
  parent: pulumi.Resource,
): Source[] {
  if (cloudFront && !loadBalanced) {
    return [{ suffix: "", description: "CloudFront", prefixListId: getCloudFrontPrefixListId(parent) }];
  }
  const internet = { suffix: "", description: "the internet", cidrIpv4: "0.0.0.0/0" };
  const internet6 = { suffix: "-ipv6", description: "the internet", cidrIpv6: "::/0" };
  if (allowedCidrs === undefined) {
    return ipv6 ? [internet, internet6] : [internet];
  }
  return allowedCidrs.map(
    (cidr): Source =>
      // Rules of other names would be created before these are deleted, and EC2 refuses duplicates.
      [internet, internet6].find((source) => Object.values(source).includes(cidr)) ?? {
        // A URN has colons between its parts.
        suffix: `-${cidr.replaceAll(/[:/]/g, "-")}`,
        description: "an allowed network",
        ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
      },
  );
}

/** Creates the load balancer's group, which is open to these sources and reaches the instances only. */
function createLoadBalancerGroup(
  name: string,
  { instances, sources, ...args }: GroupArgs & { instances: ec2.SecurityGroup; sources: Source[] },
  parent: pulumi.Resource,
): { group: ec2.SecurityGroup; rules: vpc.SecurityGroupIngressRule[] } {
  const group = new ec2.SecurityGroup(
    `${name}-load-balancer`,
    {
      ...args,
      description: "Load balancer of the web environment",
      egress: [
        {
          description: "HTTP to the instances",
          protocol: "tcp",
          fromPort: 80,
          toPort: 80,
          securityGroups: [instances.id],
        },
      ],
    },
    { parent },
  );
  const ports = [
    [80, "HTTP"],
    [443, "HTTPS"],
  ] as const;
  const rules = ports.flatMap(([port, protocol]) =>
    sources.map(
      ({ suffix, description, ...cidr }) =>
        new vpc.SecurityGroupIngressRule(
          `${name}-load-balancer-in-${port}${suffix}`,
          {
            securityGroupId: group.id,
            description: `${protocol} from ${description}`,
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            ...cidr,
            tags: args.tags,
          },
          { parent },
        ),
    ),
  );
  return { group, rules };
}

interface HttpArgs {
  instances: ec2.SecurityGroup;
  sources: Source[];
  tags: NetworkArgs["tags"];
}

/** Opens the instances' port 80 to the sources. */
function allowHttp(
  name: string,
  { instances, sources, tags }: HttpArgs,
  parent: pulumi.Resource,
): vpc.SecurityGroupIngressRule[] {
  return sources.map(
    ({ suffix, description, ...peer }) =>
      new vpc.SecurityGroupIngressRule(
        `${name}-instances-in${suffix}`,
        {
          securityGroupId: instances.id,
          ipProtocol: "tcp",
          fromPort: 80,
          toPort: 80,
          description: `HTTP from ${description}`,
          ...peer,
          tags,
        },
        { parent },
      ),
  );
}

/**
 * Returns a group's id that depends on the rules too: Elastic Beanstalk checks that the instances accept the load balancer's
 * requests, and instances that start without egress or ingress stay unhealthy.
 */
function getIdAfter(group: ec2.SecurityGroup, rules: pulumi.Resource[]): pulumi.Output<string> {
  // A URN is known in previews too, whereas the id of a rule to be created is not.
  return pulumi.all([group.id, ...rules.map(({ urn }) => urn)]).apply(([id = ""]) => id);
}

/** Returns the sorted ids of a VPC's default subnets, of which AWS creates one in each availability zone. */
export function getDefaultSubnetIds(
  vpcId: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string[]> {
  return pulumi.output(vpcId).apply(async (id) => {
    const filters = [
      { name: "vpc-id", values: [id] },
      { name: "default-for-az", values: ["true"] },
    ];
    const subnets: Partial<ec2.GetSubnetsResult> = await ec2.getSubnets({ filters }, { parent });
    const { ids } = subnets;
    if (ids?.length === 0) {
      throw new LookupError(
        `VPC ${id} has no default subnets. Set network.databaseSubnetIds and network.instanceSubnetIds, or create the default subnets: aws ec2 create-default-subnet`,
      );
    }
    return [...toList(ids)].sort();
  });
}

function sort(ids: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string[]> {
  return pulumi.output(ids).apply((all) => [...all].sort());
}
