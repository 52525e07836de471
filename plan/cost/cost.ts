import type { PlannedResource } from "../plan";
import prices from "./prices.json";

/** A part of a stack's bill. */
export interface CostItem {
  /** What it is for. */
  what: string;
  /** How the amount comes about. */
  arithmetic: string;
  /** US dollars a month; undefined where the table has no price. */
  amount: number | undefined;
}

type Inputs = PlannedResource["inputs"];

/** What a stack costs a month at the least: what it has at its smallest size, and nothing that is paid by use. */
export function costOf(resources: PlannedResource[]): CostItem[] {
  const of = (type: string) => resources.filter((resource) => resource.type === type);
  return [
    ...of("aws:rds/instance:Instance").flatMap(({ inputs }) => databaseItems(inputs)),
    ...of("aws:elasticbeanstalk/environment:Environment").flatMap(({ inputs }) => environmentItems(inputs)),
  ].filter(({ amount }) => amount !== 0);
}

function databaseItems({ instanceClass, allocatedStorage, multiAz }: Inputs): CostItem[] {
  // A standby costs what the instance does (RDS User Guide, "Multi-AZ DB instances").
  const count = multiAz === true ? 2 : 1;
  const name = instanceClass as string;
  return [
    hourly(`database, ${name}`, count, (prices.databaseHour as Prices)[name]),
    monthly("database, storage", count * Number(allocatedStorage), prices.databaseStorageGiBMonth),
  ];
}

function environmentItems({ name, settings }: Inputs): CostItem[] {
  const option = (namespace: string, option: string) =>
    (settings as { namespace: string; name: string; value: string }[]).find(
      (setting) => setting.namespace === namespace && setting.name === option,
    )?.value;
  const environment = name as string;
  const [type = ""] = (option("aws:ec2:instances", "InstanceTypes") ?? "").split(",");
  const count = Number(option("aws:autoscaling:asg", "MinSize") ?? 1);
  const launch = "aws:autoscaling:launchconfiguration";
  const hasAddress = option("aws:ec2:vpc", "AssociatePublicIpAddress") === "true";
  const isBalanced = option("aws:elasticbeanstalk:environment", "LoadBalancerType") !== undefined;
  // A load balancer stands in two availability zones at least, with an address in each.
  const addresses = (hasAddress ? count : 0) + (isBalanced ? 2 : 0);
  return [
    hourly(`${environment}, ${type}`, count, (prices.instanceHour as Prices)[type]),
    monthly(
      `${environment}, volumes`,
      count * Number(option(launch, "RootVolumeSize")),
      prices.volumeGiBMonth,
    ),
    hourly(`${environment}, public addresses`, addresses, prices.publicAddressHour),
    hourly(`${environment}, load balancer`, isBalanced ? 1 : 0, prices.loadBalancerHour),
    hourly(`${environment}, its traffic, one unit`, isBalanced ? 1 : 0, prices.loadBalancerCapacityUnitHour),
  ];
}

type Prices = Record<string, number | undefined>;

function hourly(what: string, count: number, price: number | undefined): CostItem {
  return price === undefined
    ? { what, arithmetic: `${count} × ${prices.hoursPerMonth} h, price not in the table`, amount: undefined }
    : {
        what,
        arithmetic: `${count} × ${prices.hoursPerMonth} h × $${price}`,
        amount: count * prices.hoursPerMonth * price,
      };
}

function monthly(what: string, size: number, price: number): CostItem {
  return { what, arithmetic: `${size} GiB × $${price}`, amount: size * price };
}
