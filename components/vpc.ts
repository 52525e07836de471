import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as ec2 from "@pulumi/aws/ec2";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { getArn, getKeyArn } from "./arns";
import { checkArguments, throwProblems } from "./check-arguments";
import { findCidrProblem } from "./cidr";
import { withDefaults } from "./defaults";
import type { InterfaceEndpoint, Nat, ZoneCount } from "./enums";
import { getIdentity, type IdentityArgs } from "./identity";
import { getOutputs } from "./outputs";
import { policyDocument } from "./policy-documents";
import { getRegion } from "./region";
import { createServiceRole } from "./service-role";
import {
  createNatGateways,
  createPrivateSubnets,
  createSubnets,
  getIds,
  getTags,
  type Subnets,
  type VpcContext,
  type VpcNetwork,
} from "./vpc-subnets";

/** What is decided of a VPC. */
export interface VpcSettings {
  /**
   * The VPC's private IPv4 network, from /16 to /23, by its first address. A network to be connected with this one, by peering
   * or a VPN, must not overlap it.
   *
   * @default "10.42.0.0/16"
   * @changing Cannot be changed later: everything in the VPC would be replaced, and the database cannot move.
   */
  cidr?: string;
  /**
   * Availability zones with subnets: 2 or 3. us-west-1 has two for most accounts.
   *
   * @default 2
   * @changing In place from 2 to 3, which replaces the instances; a zone cannot be removed, because the database may be in it.
   */
  zones?: ZoneCount;
  /**
   * NAT gateways: "one" for all zones, "each" for one in each zone, or "none", with which the instances are in public subnets
   * and have public addresses, while the database stays private.
   *
   * @default "one"
   * @changing In place between "one" and "each"; from or to "none" it replaces the instances.
   */
  nat?: Nat;
  /**
   * Services that the instances reach by an interface endpoint in each zone instead of the NAT gateway or the internet:
   * autoscaling, cloudformation, elasticbeanstalk, elasticbeanstalk-health, logs, monitoring, sqs, ssm and ssmmessages. Each
   * costs by the hour and zone.
   *
   * @default []
   * @changing In place.
   */
  interfaceEndpoints?: InterfaceEndpoint[];
  /**
   * Days that CloudWatch keeps the log of rejected connections; 0 for no log.
   *
   * @default 0
   * @changing In place; 0 deletes the log.
   */
  flowLogDays?: number;
}

/** Defaults of {@link VpcSettings}. */
export const vpcDefaults = {
  cidr: "10.42.0.0/16",
  zones: 2,
  nat: "one",
  interfaceEndpoints: [],
  flowLogDays: 0,
} satisfies VpcSettings;

/** A VPC of its own. */
export interface VpcArgs extends VpcSettings, IdentityArgs {
  /**
   * Beginning of the names that the console shows, the tags `Name`, and of the log group.
   *
   * @changing In place; replaces the log group.
   */
  namePrefix: pulumi.Input<string>;
  /**
   * Id of a KMS key of the account's region that encrypts the log.
   *
   * @default none: CloudWatch encrypts its storage itself
   * @changing In place, for what is logged from then on.
   */
  logKmsKey?: string;
  /**
   * Tags of all resources.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * A VPC with public, private and database subnets in two or three availability zones. The database subnets have no route to
 * the internet, the private ones by NAT gateways only. Nothing may use the VPC's default security group.
 */
export class Vpc extends pulumi.ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: pulumi.Output<string>;
  /** Ids of the subnets with a route to the internet gateway. What uses subnets waits until their routes are in place. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Ids of the subnets with a route to a NAT gateway; none with `nat: none`. */
  readonly privateSubnetIds: pulumi.Output<string[]>;
  /** Ids of the subnets without a route to the internet. */
  readonly databaseSubnetIds: pulumi.Output<string[]>;
  /** Public addresses of the NAT gateways, from which the instances connect; none with `nat: none`. */
  readonly natAddresses: pulumi.Output<string[]>;

  constructor(name: string, args: VpcArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Vpc", args);
    const problem = findCidrProblem(args.cidr ?? vpcDefaults.cidr);
    throwProblems(problem === undefined ? [] : [{ propertyPath: "cidr", reason: problem.reason }]);
    super("beo:index:Vpc", name, {}, opts);
    const context: VpcContext = { name, args: withDefaults(args, vpcDefaults), parent: this };

    const network = createNetwork(context);
    const subnets = createSubnets(context, network);
    const gateways = createNatGateways(context, subnets.public);
    const privateSubnets = createPrivateSubnets(context, network, {
      gateways,
      publicSubnets: subnets.public,
    });
    createEndpoints(context, network, { public: subnets.public, private: privateSubnets });
    createFlowLog(context, network);

    this.vpcId = network.vpc.id;
    this.publicSubnetIds = getIds(subnets.public);
    this.privateSubnetIds = getIds(privateSubnets);
    this.databaseSubnetIds = getIds(subnets.database);
    this.natAddresses = pulumi.all(gateways.map(({ publicIp }) => publicIp));
    this.registerOutputs(getOutputs(this));
  }
}

function createNetwork(context: VpcContext): VpcNetwork {
  const { name, args, parent } = context;
  const network = new ec2.Vpc(
    `${name}-network`,
    // Interface endpoints have names of their own in the VPC's DNS.
    { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: getTags(context, "") },
    { parent },
  );
  // AWS creates it with rules that let its members reach each other and the internet.
  new ec2.DefaultSecurityGroup(
    `${name}-default-group`,
    { vpcId: network.id, ingress: [], egress: [], tags: getTags(context, "-unused") },
    { parent },
  );
  const gateway = new ec2.InternetGateway(
    `${name}-internet`,
    { vpcId: network.id, tags: getTags(context, "") },
    { parent },
  );
  return { vpc: network, gateway };
}

/** Creates the endpoint of S3, which is free, and those of the services that are set. */
function createEndpoints(
  context: VpcContext,
  { vpc: { id: vpcId } }: VpcNetwork,
  subnets: Record<"public" | "private", Subnets>,
): void {
  const { name, args, parent } = context;
  const region = getRegion(parent);
  const routeTableIds = [...subnets.public.tables, ...subnets.private.tables].map(({ id }) => id);
  new ec2.VpcEndpoint(
    `${name}-s3`,
    {
      vpcId,
      serviceName: pulumi.interpolate`com.amazonaws.${region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds,
      tags: getTags(context, "-s3"),
    },
    { parent },
  );
  if (args.interfaceEndpoints.length === 0) {
    return;
  }
  const group = createEndpointGroup(context, vpcId);
  const instanceSubnets = subnets.private.subnets.length > 0 ? subnets.private : subnets.public;
  for (const service of args.interfaceEndpoints) {
    new ec2.VpcEndpoint(
      `${name}-${service}`,
      {
        vpcId,
        serviceName: pulumi.interpolate`com.amazonaws.${region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: instanceSubnets.subnets.map(({ id }) => id),
        securityGroupIds: [group.id],
        tags: getTags(context, `-${service}`),
      },
      { parent },
    );
  }
}

function createEndpointGroup(context: VpcContext, vpcId: pulumi.Input<string>): ec2.SecurityGroup {
  const { name, args, parent } = context;
  const group = new ec2.SecurityGroup(
    `${name}-endpoints`,
    { vpcId, description: "Interface endpoints", tags: getTags(context, "-endpoints") },
    { parent },
  );
  new vpc.SecurityGroupIngressRule(
    `${name}-endpoints-in`,
    {
      securityGroupId: group.id,
      description: "HTTPS from the VPC",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: args.cidr,
      tags: args.tags,
    },
    { parent },
  );
  return group;
}

/** Logs rejected connections, as control EC2.6 of Security Hub expects: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-6 */
function createFlowLog(context: VpcContext, { vpc: { id: vpcId } }: VpcNetwork): void {
  const { name, args, parent } = context;
  if (args.flowLogDays === 0) {
    return;
  }
  const logGroup = new cloudwatch.LogGroup(
    `${name}-flow-log-group`,
    {
      name: pulumi.interpolate`/${args.namePrefix}/flow-logs`,
      retentionInDays: args.flowLogDays,
      kmsKeyId: args.logKmsKey && getKeyArn(args.logKmsKey, parent),
      tags: args.tags,
    },
    { parent, deleteBeforeReplace: true },
  );
  // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
  const { role } = createServiceRole(
    `${name}-flow-logs`,
    {
      service: "vpc-flow-logs.amazonaws.com",
      condition: {
        StringEquals: { "aws:SourceAccount": getCallerIdentityOutput({}, { parent }).accountId },
        ArnLike: { "aws:SourceArn": getArn("ec2", "vpc-flow-log/*", parent) },
      },
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
  const policy = new iam.RolePolicy(
    `${name}-flow-logs-write`,
    {
      role: role.name,
      policy: policyDocument({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroup.arn}:*`,
      }),
    },
    { parent },
  );
  new ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId,
      trafficType: "REJECT",
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      tags: getTags(context, ""),
    },
    { parent, dependsOn: policy },
  );
}
