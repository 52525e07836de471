import {
  DescribeAvailabilityZonesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type Vpc,
} from "@aws-sdk/client-ec2";
import { paginateDescribeOrderableDBInstanceOptions } from "@aws-sdk/client-rds";
import { parseCIDR } from "ipaddr.js";
import { getOption } from "../../plan/application-environments";
import type { Check, Line } from "../report";
import { type Context, getGroup, plannedOf, toText } from "./context";
import { readConfiguredSubnets } from "./subnets";

const topic = "Network";

/** The VPC, its subnets and their zones, and what AWS offers in them. */
export function checkNetwork(context: Context): Check[] {
  const actions = ["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeAvailabilityZones"];
  return [
    { topic, actions, read: () => readSubnets(context) },
    {
      topic: "Capacity",
      actions: [...actions, "ec2:DescribeInstanceTypeOfferings"],
      read: () => readInstanceTypes(context),
    },
    {
      topic: "Capacity",
      actions: [...actions, "rds:DescribeOrderableDBInstanceOptions"],
      read: () => readDatabaseClass(context),
    },
  ];
}

/** The VPC that the program uses; undefined if there is none. */
async function findVpc({ clients: { ec2 }, ...context }: Context): Promise<string | undefined> {
  const { vpcId } = getGroup(context, "network");
  const { Vpcs: [vpc] = [] } = await ec2
    .send(
      new DescribeVpcsCommand(
        typeof vpcId === "string"
          ? { VpcIds: [vpcId] }
          : { Filters: [{ Name: "is-default", Values: ["true"] }] },
      ),
    )
    .catch((error: unknown) => {
      if ((error as Error).name === "InvalidVpcID.NotFound") {
        return { Vpcs: [] };
      }
      throw error;
    });
  return vpc?.VpcId;
}

/** The zones of the subnets of one kind: those of the VPC that is created, the configured ones, or the default ones. */
async function findZones(
  context: Context,
  kind: "databaseSubnetIds" | "instanceSubnetIds",
): Promise<string[]> {
  const [created] = plannedOf(context, "ec2/vpc:Vpc");
  if (created !== undefined) {
    return (await listZones(context)).slice(0, countZones(context));
  }
  const vpc = await findVpc(context);
  const { [kind]: ids } = getGroup(context, "network");
  const { Subnets = [] } =
    vpc === undefined
      ? {}
      : await context.clients.ec2.send(
          new DescribeSubnetsCommand({
            Filters: [
              { Name: "vpc-id", Values: [vpc] },
              Array.isArray(ids)
                ? { Name: "subnet-id", Values: ids.map(String) }
                : { Name: "default-for-az", Values: ["true"] },
            ],
          }),
        );
  return [...new Set(Subnets.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []))];
}

/** The region's availability zones that the account can use, without local zones. */
async function listZones({ clients: { ec2 } }: Context): Promise<string[]> {
  const Filters = [{ Name: "opt-in-status", Values: ["opt-in-not-required"] }];
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
}

const countZones = (context: Context) =>
  plannedOf(context, "ec2/subnet:Subnet").filter(({ name }) => /-database-\d$/.test(name)).length;

/** Whether the account has the zones of the VPC that is created, and whether other VPCs can be connected with it. */
async function readCreatedVpc(context: Context, cidr: string): Promise<Line[]> {
  const { region, stack, clients, state } = context;
  const [zones, needed] = [await listZones(context), countZones(context)];
  if (zones.length < needed) {
    return [
      {
        level: "error",
        text: `network.zones is ${needed}, but the account has ${zones.length} availability zones in ${region}: ${zones.join(" and ")}.`,
        fix: [
          zones.length < 2
            ? `aws ec2 describe-availability-zones --region ${region}`
            : `npx pulumi config set --path network.zones ${zones.length} -s ${stack}`,
        ],
      },
    ];
  }
  const own = state.find(({ type }) => type === "aws:ec2/vpc:Vpc")?.id;
  const { Vpcs = [] } = await clients.ec2.send(new DescribeVpcsCommand({}));
  const others = Vpcs.filter(({ VpcId }) => VpcId !== own).flatMap((vpc) =>
    getBlocks(vpc)
      .filter((block) => overlap(block, cidr))
      .map((block) => `${vpc.VpcId ?? ""} (${block})`),
  );
  const text = `A VPC of the stack, ${cidr}, with subnets in ${zones.slice(0, needed).join(" and ")}.`;
  return others.length === 0
    ? [{ level: "ok", text }]
    : [
        {
          level: "warning",
          text: `${text} It overlaps ${others.join(", ")}, so that the two cannot be connected by peering. To choose another network before the first deployment:`,
          fix: [`npx pulumi config set --path network.cidr <network> -s ${stack}`],
        },
      ];
}

/** The IPv4 networks of a VPC: the first one, and those that were added. */
function getBlocks({ CidrBlock, CidrBlockAssociationSet = [] }: Vpc): string[] {
  const added = CidrBlockAssociationSet.filter(
    ({ CidrBlockState }) => CidrBlockState?.State === "associated",
  );
  return [...new Set([CidrBlock, ...added.map((association) => association.CidrBlock)])].flatMap(
    (block) => block ?? [],
  );
}

/** Whether one network is within the other. */
function overlap(one: string, two: string): boolean {
  const pairs = [
    [one, two],
    [two, one],
  ] as const;
  return pairs.some(([outer, inner]) => {
    const [outerAddress, length] = parseCIDR(outer);
    return parseCIDR(inner)[0].match(outerAddress, length);
  });
}

async function readSubnets(context: Context): Promise<Line[]> {
  const { region, stack } = context;
  const [created] = plannedOf(context, "ec2/vpc:Vpc");
  if (created !== undefined) {
    return readCreatedVpc(context, toText(created.inputs.cidrBlock));
  }
  const { vpcId } = getGroup(context, "network");
  const vpc = await findVpc(context);
  if (vpc === undefined) {
    return typeof vpcId === "string"
      ? [
          {
            level: "error",
            text: `network.vpcId is ${vpcId}, which does not exist in ${region}. The VPCs that exist:`,
            fix: [`aws ec2 describe-vpcs --region ${region} --query "Vpcs[].VpcId"`],
          },
        ]
      : [
          {
            level: "error",
            text: `The account has no default VPC in ${region}. Let the stack create one of its own, if it is not deployed yet; create the default VPC; or set network.vpcId and its subnets:`,
            fix: [
              `npx pulumi config set --path network.create true -s ${stack}`,
              `aws ec2 create-default-vpc --region ${region}`,
              `npx pulumi config set --path network.vpcId <vpc-id> -s ${stack}`,
            ],
          },
        ];
  }
  const problems = await readConfiguredSubnets(context, vpc);
  if (problems.length > 0) {
    return problems;
  }
  const zones = await findZones(context, "databaseSubnetIds");
  return zones.length >= 2
    ? [{ level: "ok", text: `VPC ${vpc}, subnets in ${zones.join(" and ")}.` }]
    : [
        {
          level: "error",
          text: `The database needs subnets in two availability zones, but VPC ${vpc} has ${zones.length === 0 ? "no default subnets" : `default subnets in ${zones.join()} only`}. Create one in each zone, or set network.databaseSubnetIds:`,
          fix: [`aws ec2 create-default-subnet --availability-zone <zone> --region ${region}`],
        },
      ];
}

async function readInstanceTypes(context: Context): Promise<Line[]> {
  const zones = await findZones(context, "instanceSubnetIds");
  if (zones.length === 0) {
    return [];
  }
  const environments = plannedOf(context, "elasticbeanstalk/environment:Environment").flatMap(
    ({ name, inputs }) =>
      toText(getOption(inputs, "aws:ec2:instances", "InstanceTypes"))
        .split(",")
        .filter((type) => type !== "")
        .map((type) => ({ type, group: name.endsWith("worker") ? "worker" : "web" })),
  );
  const types = [...new Set(environments.map(({ type }) => type))];
  const { InstanceTypeOfferings = [] } = await context.clients.ec2.send(
    new DescribeInstanceTypeOfferingsCommand({
      LocationType: "availability-zone",
      Filters: [
        { Name: "location", Values: zones },
        { Name: "instance-type", Values: types },
      ],
    }),
  );
  const isOffered = (type: string, zone: string) =>
    InstanceTypeOfferings.some(({ InstanceType, Location }) => InstanceType === type && Location === zone);
  // Subnets of a VPC that the stack creates are in the first zones.
  const isCreated = plannedOf(context, "ec2/vpc:Vpc").length > 0;
  return environments.map(({ type, group }): Line => {
    const without = zones.filter((zone) => !isOffered(type, zone));
    return without.length === 0
      ? { level: "ok", text: `${type} (${group}.instanceTypes) is offered in ${zones.join(" and ")}.` }
      : {
          level: without.length === zones.length ? "error" : "warning",
          text: `${type} (${group}.instanceTypes) is not offered in ${without.join(" and ")}. ${isCreated || without.length === zones.length ? "Choose another type:" : "Choose another type, or network.instanceSubnetIds in the other zones:"}`,
          fix: [
            `aws ec2 describe-instance-type-offerings --location-type availability-zone --filters Name=location,Values=${without[0] ?? ""} --query "InstanceTypeOfferings[].InstanceType" --region ${context.region}`,
            `npx pulumi config set --path '${group}.instanceTypes[0]' <type> -s ${context.stack}`,
          ],
        };
  });
}

async function readDatabaseClass(context: Context): Promise<Line[]> {
  const [database] = plannedOf(context, "rds/instance:Instance");
  const zones = await findZones(context, "databaseSubnetIds");
  // Without a VPC, the topic Network has the error.
  if (database === undefined || zones.length === 0) {
    return [];
  }
  const rds = context.clients.rds();
  const { multiAz } = database.inputs;
  const [instanceClass, engineVersion] = [
    toText(database.inputs.instanceClass),
    toText(database.inputs.engineVersion),
  ];
  const offered = new Set<string>();
  for await (const { OrderableDBInstanceOptions = [] } of paginateDescribeOrderableDBInstanceOptions(
    { client: rds },
    {
      Engine: "postgres",
      DBInstanceClass: instanceClass,
      ...(engineVersion.includes(".") && { EngineVersion: engineVersion }),
      Vpc: true,
    },
  )) {
    OrderableDBInstanceOptions.filter(({ EngineVersion = "" }) =>
      `${EngineVersion}.`.startsWith(`${engineVersion}.`),
    ).forEach(({ AvailabilityZones = [] }) => {
      AvailabilityZones.forEach(({ Name = "" }) => offered.add(Name));
    });
  }
  const suitable = zones.filter((zone) => offered.has(zone));
  const needed = multiAz === true ? 2 : 1;
  const what = `${instanceClass} with PostgreSQL ${engineVersion} (database.instanceClass)`;
  return suitable.length >= needed
    ? [{ level: "ok", text: `${what} is offered in ${suitable.join(" and ")}.` }]
    : [
        {
          level: "error",
          text: `${what} is offered in ${suitable.length === 0 ? "none of the subnets' zones" : `${suitable.join()} only, and database.multiAz needs two zones`}. The zones of its offers, and another class:`,
          fix: [
            `aws rds describe-orderable-db-instance-options --engine postgres --db-instance-class ${instanceClass} --query "OrderableDBInstanceOptions[].[EngineVersion,AvailabilityZones[].Name]" --region ${context.region}`,
            `npx pulumi config set --path database.instanceClass <class> -s ${context.stack}`,
          ],
        },
      ];
}
