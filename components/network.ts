import * as ec2 from "@pulumi/aws/ec2";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";

/** What may be chosen of the network. */
export interface NetworkOptions {
  /** The VPC. Default: the account's default VPC of the region. Changing it replaces the security groups. */
  vpcId?: pulumi.Input<string>;
  /** Subnets of the database, in at least two availability zones. Default: the default VPC's subnets. */
  databaseSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Subnets of the instances. Default: the default VPC's subnets. */
  instanceSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
  /** Public subnets of the load balancer, in at least two availability zones. Default: the instances'. */
  loadBalancerSubnetIds?: pulumi.Input<pulumi.Input<string>[]>;
}

/** Where the datastore's machines and its database live. */
export interface NetworkArgs extends NetworkOptions {
  /**
   * Whether a load balancer stands before the web instances. Without one they answer on port 80 themselves.
   * Default true.
   */
  loadBalanced?: boolean;
  /** Tags of everything that takes tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * Finds the VPC and its subnets, and makes the security groups of the load balancer and of the instances.
 *
 * The ways in are resources of their own: each names one range or one group, and none refers to a
 * group that Elastic Beanstalk makes (that would block the environment's termination, AWS: "Terminate an
 * Elastic Beanstalk environment").
 */
export class Network extends pulumi.ComponentResource {
  /** The VPC's id. */
  readonly vpcId: pulumi.Output<string>;
  /** The database's subnets. Sorted, like all here: Elastic Beanstalk gives lists back in order, and an unsorted one would be a difference forever. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** The instances' subnets. */
  readonly instanceSubnetIds: pulumi.Output<string[]>;
  /** The load balancer's subnets. */
  readonly loadBalancerSubnetIds: pulumi.Output<string[]>;
  /** The group of the web and worker instances. */
  readonly instanceSecurityGroupId: pulumi.Output<string>;
  /** The group of the load balancer; undefined where there is none. */
  readonly loadBalancerSecurityGroupId: pulumi.Output<string> | undefined;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Network", name, {}, opts);
    const { tags } = args;
    const parent = { parent: this };

    this.vpcId = args.vpcId === undefined ? defaultVpcId(this) : pulumi.output(args.vpcId);
    const subnets = (ids: NetworkArgs["instanceSubnetIds"]) =>
      ids === undefined ? subnetIdsOf(this.vpcId, this) : sorted(ids);
    this.databaseSubnetIds = subnets(args.databaseSubnetIds);
    this.instanceSubnetIds = subnets(args.instanceSubnetIds);
    this.loadBalancerSubnetIds =
      args.loadBalancerSubnetIds === undefined ? this.instanceSubnetIds : sorted(args.loadBalancerSubnetIds);

    const instances = new ec2.SecurityGroup(
      `${name}-instances`,
      {
        vpcId: this.vpcId,
        description: "Web and worker instances",
        // In the group itself: AWS gives every new group this very rule, and another resource of it may clash.
        egress: [
          {
            description: "AWS, package indexes, mail and the database",
            protocol: "-1",
            fromPort: 0,
            toPort: 0,
            cidrBlocks: ["0.0.0.0/0"],
          },
        ],
        tags,
      },
      parent,
    );
    const http = { ipProtocol: "tcp", fromPort: 80, toPort: 80, tags };
    this.instanceSecurityGroupId = instances.id;

    if (args.loadBalanced ?? true) {
      const loadBalancer = new ec2.SecurityGroup(
        `${name}-load-balancer`,
        {
          vpcId: this.vpcId,
          description: "Load balancer of the web environment",
          egress: [
            {
              description: "The instances",
              protocol: "tcp",
              fromPort: 80,
              toPort: 80,
              securityGroups: [instances.id],
            },
          ],
          tags,
        },
        parent,
      );
      for (const port of [80, 443]) {
        new vpc.SecurityGroupIngressRule(
          `${name}-load-balancer-in-${port}`,
          {
            securityGroupId: loadBalancer.id,
            description: "The public",
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            cidrIpv4: "0.0.0.0/0",
            tags,
          },
          parent,
        );
      }
      new vpc.SecurityGroupIngressRule(
        `${name}-instances-in`,
        {
          ...http,
          securityGroupId: instances.id,
          description: "The load balancer",
          referencedSecurityGroupId: loadBalancer.id,
        },
        parent,
      );
      this.loadBalancerSecurityGroupId = loadBalancer.id;
    } else {
      new vpc.SecurityGroupIngressRule(
        `${name}-instances-in`,
        { ...http, securityGroupId: instances.id, description: "The public", cidrIpv4: "0.0.0.0/0" },
        parent,
      );
    }

    this.registerOutputs({ vpcId: this.vpcId, instanceSecurityGroupId: this.instanceSecurityGroupId });
  }
}

/** The id of the region's default VPC. */
export function defaultVpcId(parent: pulumi.Resource): pulumi.Output<string> {
  return ec2.getVpcOutput({ default: true }, { parent }).id;
}

/** The sorted ids of the subnets that AWS makes by default, one an availability zone. */
export function subnetIdsOf(vpcId: pulumi.Input<string>, parent: pulumi.Resource): pulumi.Output<string[]> {
  const filters = [
    { name: "vpc-id", values: [vpcId] },
    { name: "default-for-az", values: ["true"] },
  ];
  return sorted(ec2.getSubnetsOutput({ filters }, { parent }).ids);
}

function sorted(ids: pulumi.Input<pulumi.Input<string>[]>): pulumi.Output<string[]> {
  return pulumi.output(ids).apply((all) => [...all].sort());
}
