import data from "./prices.json";

/** One item of a stack's monthly bill. */
export interface CostItem {
  /** What is paid for. */
  name: string;
  /** How the amount is calculated. */
  arithmetic: string;
  /** US dollars a month; null if prices.json has no price. */
  amount: number | null;
  /** The region of the price, if prices.json has none of the stack's region. */
  priceRegion?: string;
}

/** A source of prices, and the region that they apply to: "all", or one. */
export interface PriceList {
  region: string;
  date: string;
  source: string;
  note?: string;
  /** US dollars by instance type (an hour), RDS instance class (an hour, Single-AZ) and kind of charge. */
  prices: Record<string, number | undefined>;
}

export const priceLists: PriceList[] = data.lists;

/** A price in US dollars. */
export interface Price {
  amount: number;
  /** Its region, if it is not of the region asked for. */
  otherRegion?: string;
}

/** Looks up a price in a region, or in another region if there is none of that one. */
export function getPrice(name: string, region: string): Price | undefined {
  const lists = priceLists.filter(({ prices }) => prices[name] !== undefined);
  const own = lists.find((list) => list.region === region || list.region === "all");
  const list = own ?? lists[0];
  const amount = list?.prices[name];
  return amount === undefined
    ? undefined
    : { amount, otherRegion: own === undefined ? list?.region : undefined };
}

/**
 * The cost of something paid by the hour.
 *
 * @param uptime The part of the month in which it runs; undefined for all of it.
 */
export function createHourlyItem(
  name: string,
  count: number,
  price: Price | undefined,
  uptime = 1,
): CostItem {
  const hours = Math.round(data.hoursPerMonth * uptime);
  return createItem(name, `${count} × ${hours} h`, count * hours, price);
}

/** The cost of storage paid by GiB and month. */
export function createStorageItem(name: string, size: number, price: Price | undefined): CostItem {
  return createItem(name, `${size} GiB`, size, price);
}

/** The cost of something paid by the month. */
export function createMonthlyItem(name: string, count: number, price: Price | undefined): CostItem {
  return createItem(name, String(count), count, price);
}

function createItem(name: string, quantity: string, count: number, price: Price | undefined): CostItem {
  return price === undefined
    ? { name, arithmetic: `${quantity}, price not in the table`, amount: count === 0 ? 0 : null }
    : {
        name,
        arithmetic: `${quantity} × $${price.amount}${price.otherRegion === undefined ? "" : ` (${price.otherRegion})`}`,
        amount: count * price.amount,
        ...(price.otherRegion !== undefined && { priceRegion: price.otherRegion }),
      };
}
