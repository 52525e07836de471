import { DescribeAvailabilityZonesCommand, DescribeVpcsCommand, type Vpc } from "@aws-sdk/client-ec2";
import { parseCIDR } from "ipaddr.js";
import type { Check, Line } from "../report";
import { type Context, plannedOf, toText } from "./context";

/** The network of the VPC that the stack creates; undefined if it creates none. */
export function getCreatedVpc(context: Pick<Context, "planned">): string | undefined {
  const [created] = plannedOf(context, "ec2/vpc:Vpc");
  return created && toText(created.inputs.cidrBlock);
}

/** The region's availability zones that the account can use, without local zones. */
export async function listZones({ clients: { ec2 } }: Pick<Context, "clients">): Promise<string[]> {
  const Filters = [{ Name: "opt-in-status", Values: ["opt-in-not-required"] }];
  const { AvailabilityZones = [] } = await ec2.send(new DescribeAvailabilityZonesCommand({ Filters }));
  return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
}

/** The zones of the subnets: those of deployed ones, and for the others the first of the account's zones. */
export function getZones(context: Pick<Context, "planned" | "state">, zones: readonly string[]): string[] {
  return getSubnets(context).flatMap(({ urn }, index) => {
    const deployed = context.state.find((resource) => resource.urn === urn)?.outputs?.availabilityZone;
    return typeof deployed === "string" ? deployed : (zones[index] ?? []);
  });
}

/** One subnet of each zone. */
const getSubnets = (context: Pick<Context, "planned">) =>
  plannedOf(context, "ec2/subnet:Subnet").filter(({ name }) => /-database-\d$/.test(name));

/** Whether the account has the zones of the VPC, and, before it is created, whether others can be connected with it. */
export async function readCreatedVpc(context: Context, cidr: string): Promise<Line[]> {
  const { region, stack, clients } = context;
  const [zones, needed] = [await listZones(context), getSubnets(context).length];
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
  const text = `A VPC of the stack, ${cidr}, with subnets in ${getZones(context, zones).join(" and ")}.`;
  const { Vpcs = [] } = isCreated(context) ? {} : await clients.ec2.send(new DescribeVpcsCommand({}));
  const others = Vpcs.flatMap((vpc) =>
    getBlocks(vpc)
      .filter((block) => overlap(block, cidr))
      .map((block) => `${vpc.VpcId ?? ""} (${block})`),
  );
  return others.length === 0
    ? [{ level: "ok", text }]
    : [
        {
          level: "warning",
          text: `${text} It overlaps ${others.join(", ")}. ${consequence}:`,
          fix: [chooseNetwork(stack)],
        },
      ];
}

const consequence =
  "VPCs that overlap cannot be connected by peering. To choose another network before the first deployment";

const chooseNetwork = (stack: string) => `npx pulumi config set --path network.cidr <network> -s ${stack}`;

/** The network of a VPC cannot be changed. */
const isCreated = ({ state }: Pick<Context, "state">) => state.some(({ type }) => type === "aws:ec2/vpc:Vpc");

/** Whether stacks of an account and region will create VPCs that overlap. Each finds those that exist by itself. */
export function checkSharedNetworks(contexts: readonly Context[]): Check[] {
  const groups: { context: Context; cidr: string }[][] = [];
  for (const context of contexts) {
    const cidr = getCreatedVpc(context);
    if (cidr !== undefined && !isCreated(context)) {
      const isNear = (one: { context: Context; cidr: string }) =>
        one.context.account === context.account &&
        one.context.region === context.region &&
        overlap(one.cidr, cidr);
      const near = groups.filter((group) => group.some(isNear));
      // A network may connect groups.
      const merged = [...near.flat(), { context, cidr }];
      groups.splice(0, groups.length, ...groups.filter((group) => !near.includes(group)), merged);
    }
  }
  const lines = groups
    .filter(({ length }) => length > 1)
    .map((group): Line => {
      const names = group.map(({ context: { stack }, cidr }) => `${stack} (${cidr})`);
      return {
        level: "warning",
        text: `The VPCs of ${names.join(", ")} would overlap. ${consequence}, for all but one:`,
        fix: group.map(({ context }) => chooseNetwork(context.stack)),
      };
    });
  return lines.length === 0 ? [] : [{ topic: "Network", actions: [], read: () => Promise.resolve(lines) }];
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
