import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from "@aws-sdk/client-ec2";
import { paginateDescribeOrderableDBInstanceOptions } from "@aws-sdk/client-rds";
import { getOption } from "../../plan/application-environments";
import type { Check, Line } from "../report";
import { type Context, getGroup, plannedOf, toText } from "./context";
import { getCreatedVpc, getZones, listZones, readCreatedVpc } from "./created-vpc";
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
  if (getCreatedVpc(context) !== undefined) {
    return getZones(context, await listZones(context));
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

async function readSubnets(context: Context): Promise<Line[]> {
  const { region, stack } = context;
  const created = getCreatedVpc(context);
  if (created !== undefined) {
    return readCreatedVpc(context, created);
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
