import prices from "./prices.json";

/** One item of a stack's monthly bill. */
export interface CostItem {
  /** What is paid for. */
  name: string;
  /** How the amount is calculated. */
  arithmetic: string;
  /** US dollars a month; undefined if prices.json has no price. */
  amount: number | undefined;
}

type Prices = Record<string, number | undefined>;

/** The on-demand price of an EC2 instance type, in US dollars an hour. */
export const getInstancePrice = (type: string) => (prices.instanceHour as Prices)[type];

/** The price of a Single-AZ RDS instance class, in US dollars an hour. */
export const getDatabasePrice = (instanceClass: string) => (prices.databaseHour as Prices)[instanceClass];

/** The cost of something paid by the hour that runs all month. */
export function createHourlyItem(name: string, count: number, price: number | undefined): CostItem {
  const hours = `${count} × ${prices.hoursPerMonth} h`;
  return price === undefined
    ? { name, arithmetic: `${hours}, price not in the table`, amount: undefined }
    : { name, arithmetic: `${hours} × $${price}`, amount: count * prices.hoursPerMonth * price };
}

/** The cost of storage paid by GiB and month. */
export function createStorageItem(name: string, size: number, price: number): CostItem {
  return { name, arithmetic: `${size} GiB × $${price}`, amount: size * price };
}

export { prices };
