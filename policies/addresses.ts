import { isValidCIDR, IPv4, IPv6, parseCIDR } from "ipaddr.js";

/** The largest networks that one organization has: /8 of IPv4 and /20 of IPv6. */
const largest = { ipv4: 24, ipv6: 108 };
const privateRanges = ["private", "uniqueLocal", "linkLocal", "loopback", "carrierGradeNat"];

/**
 * Returns how many addresses a network has, as a share of the largest network of one organization. A network within the
 * private ranges counts as 0, and so does what is not a network: AWS refuses it.
 */
export function getAddressShare(cidr: string): number {
  const network = cidr.includes("/") ? cidr : `${cidr}/${cidr.includes(":") ? 128 : 32}`;
  if (!isValidCIDR(network)) {
    return 0;
  }
  const [address, length] = parseCIDR(network);
  const family = address.kind() === "ipv4" ? IPv4 : IPv6;
  const ends = [family.networkAddressFromCIDR(network), family.broadcastAddressFromCIDR(network)];
  const isPrivate = ends.every((end) => privateRanges.includes(end.range()));
  const bits = address.kind() === "ipv4" ? 32 : 128;
  return isPrivate ? 0 : 2 ** (bits - length - largest[address.kind()]);
}

/**
 * Returns a predicate for the networks of a list: it is true from the one on with which they have more addresses than one
 * organization. The halves of all addresses have, and so have long lists.
 */
export function exceedsOrganization(): (cidr: string) => boolean {
  let share = 0;
  return (cidr) => {
    share += getAddressShare(cidr);
    return share > 1;
  };
}
