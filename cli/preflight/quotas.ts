import {
  DescribeAddressesCommand,
  DescribeInstanceTypesCommand,
  DescribeNatGatewaysCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
} from "@aws-sdk/client-ec2";
import { GetAccountSummaryCommand } from "@aws-sdk/client-iam";
import { DescribeAccountAttributesCommand } from "@aws-sdk/client-rds";
import { GetServiceQuotaCommand } from "@aws-sdk/client-service-quotas";
import { getOption } from "../../plan/application-environments";
import type { Check, Line } from "../report";
import { isDeployed } from "../state";
import { type Context, plannedOf, toText } from "./context";

const topic = "Quotas";

/** The quotas that a first deployment can exceed. */
export function checkQuotas(context: Context): Check[] {
  if (isDeployed(context.state)) {
    return [];
  }
  return [
    {
      topic,
      actions: ["servicequotas:GetServiceQuota", "ec2:DescribeInstances", "ec2:DescribeInstanceTypes"],
      read: () => readCpus(context),
    },
    {
      topic,
      actions: ["servicequotas:GetServiceQuota", "ec2:DescribeAddresses"],
      read: () => readAddresses(context),
    },
    {
      topic,
      actions: [
        "servicequotas:GetServiceQuota",
        "ec2:DescribeVpcs",
        "ec2:DescribeNatGateways",
        "ec2:DescribeSubnets",
      ],
      read: () => readNetworks(context),
    },
    { topic, actions: ["rds:DescribeAccountAttributes"], read: () => readDatabases(context) },
    { topic, actions: ["iam:GetAccountSummary"], read: () => readUsers(context) },
  ];
}

const getEnvironments = (context: Context) =>
  plannedOf(context, "elasticbeanstalk/environment:Environment").map(({ inputs }) => ({
    type: toText(getOption(inputs, "aws:ec2:instances", "InstanceTypes")).split(",")[0] ?? "",
    maximum: Number(getOption(inputs, "aws:autoscaling:asg", "MaxSize") ?? 1),
    isSingle: getOption(inputs, "aws:elasticbeanstalk:environment", "EnvironmentType") === "SingleInstance",
  }));

/** Families that the quota of On-Demand Standard instances counts. */
const isStandard = (type: string) => /^[acdhimrtz]\d/.test(type) && !/^(inf|hpc|mac)/.test(type);

/** New accounts may have as few as one to five vCPUs. */
async function readCpus(context: Context): Promise<Line[]> {
  const { ec2 } = context.clients;
  const running: string[] = [];
  for await (const { Reservations = [] } of paginateDescribeInstances(
    { client: ec2 },
    { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] },
  )) {
    running.push(
      ...Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceType = "" }) => InstanceType)),
    );
  }
  const environments = getEnvironments(context);
  const types = [...new Set([...running, ...environments.map(({ type }) => type)])].filter(isStandard);
  const { InstanceTypes = [] } = await ec2.send(
    new DescribeInstanceTypesCommand({ InstanceTypes: types as never }),
  );
  const cpus = new Map<string, number>(
    InstanceTypes.map(({ InstanceType = "", VCpuInfo }) => [InstanceType, VCpuInfo?.DefaultVCpus ?? 0]),
  );
  const used = running.reduce((sum, type) => sum + (cpus.get(type) ?? 0), 0);
  const needed = environments.reduce((sum, { type, maximum }) => sum + maximum * (cpus.get(type) ?? 0), 0);
  return [
    await describeEc2(context, { what: "vCPUs of On-Demand instances", code: "L-1216C47A", used, needed }),
  ];
}

async function readAddresses(context: Context): Promise<Line[]> {
  const singles = getEnvironments(context).filter(({ isSingle }) => isSingle).length;
  const needed = singles + plannedOf(context, "ec2/eip:Eip").length;
  if (needed === 0) {
    return [];
  }
  const { Addresses = [] } = await context.clients.ec2.send(new DescribeAddressesCommand({}));
  const used = Addresses.length;
  return [await describeEc2(context, { what: "Elastic IP addresses", code: "L-0263D0A3", used, needed })];
}

/** A VPC has one internet gateway, whose quota is the same. */
async function readNetworks(context: Context): Promise<Line[]> {
  const vpcs = plannedOf(context, "ec2/vpc:Vpc").length;
  if (vpcs === 0) {
    return [];
  }
  const { ec2 } = context.clients;
  const { Vpcs = [] } = await ec2.send(new DescribeVpcsCommand({}));
  const lines = [
    await describeEc2(context, {
      what: "VPCs",
      unit: "vpc",
      code: "L-F678F1CE",
      used: Vpcs.length,
      needed: vpcs,
    }),
  ];
  if (plannedOf(context, "ec2/natGateway:NatGateway").length > 0) {
    lines.push(
      await describeEc2(context, {
        what: "NAT gateways of a zone",
        unit: "vpc",
        code: "L-FE5A380F",
        // The quota is that of a zone. The one with the most gateways decides.
        used: Math.max(0, ...(await countGateways(context))),
        needed: 1,
      }),
    );
  }
  return lines;
}

/** The numbers of NAT gateways of the zones that have one. */
async function countGateways({ clients: { ec2 } }: Context): Promise<number[]> {
  const { NatGateways = [] } = await ec2.send(
    new DescribeNatGatewaysCommand({
      Filter: [{ Name: "state", Values: ["pending", "available", "deleting"] }],
    }),
  );
  if (NatGateways.length === 0) {
    // A filter needs a value.
    return [];
  }
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({
      Filters: [{ Name: "vpc-id", Values: NatGateways.map(({ VpcId = "" }) => VpcId) }],
    }),
  );
  const zones = NatGateways.map(
    ({ SubnetId }) => Subnets.find((subnet) => subnet.SubnetId === SubnetId)?.AvailabilityZone ?? "",
  );
  return zones.map((zone) => zones.filter((one) => one === zone).length);
}

async function readDatabases(context: Context): Promise<Line[]> {
  const { AccountQuotas = [] } = await context.clients.rds().send(new DescribeAccountAttributesCommand({}));
  const quota = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === "DBInstances");
  return [
    describe(context, {
      what: "RDS instances",
      unit: "rds",
      code: "L-7B6409FD",
      used: quota?.Used ?? 0,
      needed: 1,
      limit: quota?.Max,
    }),
  ];
}

async function readUsers(context: Context): Promise<Line[]> {
  const { SummaryMap } = await context.clients.iam.send(new GetAccountSummaryCommand({}));
  const needed = plannedOf(context, "iam/user:User").length;
  return [
    describe(context, {
      what: "IAM users",
      unit: "iam",
      code: "L-F55AF5E4",
      used: SummaryMap?.Users ?? 0,
      needed,
      limit: SummaryMap?.UsersQuota,
    }),
  ];
}

interface Quota {
  what: string;
  unit: string;
  code: string;
  used: number;
  needed: number;
  limit: number | undefined;
}

/** Describes a quota of EC2, whose limit Service Quotas has. */
async function describeEc2(
  context: Context,
  { unit = "ec2", ...quota }: Pick<Quota, "what" | "code" | "used" | "needed"> & { unit?: string },
): Promise<Line> {
  const { Quota: found } = await context.clients.quotas.send(
    new GetServiceQuotaCommand({ ServiceCode: unit, QuotaCode: quota.code }),
  );
  return describe(context, { ...quota, unit, limit: found?.Value });
}

function describe({ region }: Context, { what, unit, code, used, needed, limit }: Quota): Line {
  if (limit === undefined) {
    return { level: "note", text: `${what}: AWS does not say how many are allowed.` };
  }
  return used + needed <= limit
    ? { level: "ok", text: `${what}: ${used} of ${limit} used, ${needed} needed at most.` }
    : {
        level: "error",
        text: `${what}: ${used} of ${limit} used, but up to ${needed} more are needed. Request more:`,
        fix: [
          `aws service-quotas request-service-quota-increase --service-code ${unit} --quota-code ${code} --desired-value ${used + needed} --region ${unit === "iam" ? "us-east-1" : region}`,
        ],
      };
}
