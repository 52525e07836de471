/** The sizes of a VPC: AWS's largest, and the smallest whose subnets have room for a load balancer. */
const largest = 16;
const smallest = 23;
/** Subnets are sixteenths of the VPC: four kinds, of which one is left free, with room for four availability zones each. */
const subnetBits = 4;

const privateNetworks = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** What is wrong with the network of a VPC, as the rest of a sentence that begins with its setting. */
export interface CidrProblem {
  reason: string;
  /** The network that was probably meant. */
  suggestion?: string;
}

/** Returns what is wrong with the network of a VPC; undefined for nothing. */
export function findCidrProblem(cidr: string): CidrProblem | undefined {
  const network = parse(cidr);
  if (network === undefined) {
    return { reason: `is "${cidr}". Expected an IPv4 network such as 10.42.0.0/16.` };
  }
  const { address, length } = network;
  const canonical = `${format(address)}/${length}`;
  if (canonical !== cidr) {
    return { reason: `is "${cidr}". Expected it without leading zeros.`, ...suggest(canonical) };
  }
  if (!privateNetworks.some((one) => contains(one, cidr))) {
    return {
      reason: `is "${cidr}". Expected a private network (RFC 1918), within ${privateNetworks.slice(0, -1).join(", ")} or ${privateNetworks.at(-1) ?? ""}.`,
    };
  }
  // Docker's bridge, and services of AWS: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
  if (contains("172.17.0.0/16", cidr)) {
    return {
      reason: `is "${cidr}". Docker and services of AWS use 172.17.0.0/16. Expected another network.`,
    };
  }
  if (length < largest) {
    return {
      reason: `is "${cidr}". The largest VPC is a /${largest}.`,
      ...suggest(`${format(toFirst(address, largest))}/${largest}`),
    };
  }
  if (length > smallest) {
    const reason = `is "${cidr}", which is too small. Its subnets are sixteenths of it, and one with a load balancer needs a /27. Expected /${largest} to /${smallest}.`;
    return { reason };
  }
  const first = toFirst(address, length);
  return first === address
    ? undefined
    : {
        reason: `is "${cidr}", which is not the first address of a /${length}.`,
        ...suggest(`${format(first)}/${length}`),
      };
}

/** Returns a network if it is allowed, otherwise the one that was probably meant by it. */
function suggest(cidr: string): Pick<CidrProblem, "suggestion"> {
  const problem = findCidrProblem(cidr);
  const suggestion = problem === undefined ? cidr : problem.suggestion;
  return suggestion === undefined ? {} : { suggestion };
}

/** Returns the first address of the network of a length that has an address. */
function toFirst(address: number, length: number): number {
  return address - (address % sizeOf(length));
}

/** Returns how many addresses of a subnet of the VPC are free: AWS takes five. */
export function countAddresses(cidr: string): number {
  return sizeOf((parse(cidr)?.length ?? largest) + subnetBits) - 5;
}

/** Returns the network of a subnet. A kind and a zone have the same one however many zones there are. */
export function getSubnetCidr(cidr: string, kind: 0 | 1 | 2, zone: number): string {
  const { address = 0, length = 0 } = parse(cidr) ?? {};
  const subnetLength = length + subnetBits;
  return `${format(address + (4 * kind + zone) * sizeOf(subnetLength))}/${subnetLength}`;
}

function parse(cidr: string): { address: number; length: number } | undefined {
  const [, ...numbers] =
    /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(cidr)?.map(Number) ?? [];
  const octets = numbers.slice(0, 4);
  const length = numbers[4];
  return length === undefined || length > 32 || octets.some((octet) => octet > 255)
    ? undefined
    : { address: octets.reduce((sum, octet) => sum * 256 + octet, 0), length };
}

function contains(outer: string, inner: string): boolean {
  const [one, two] = [parse(outer), parse(inner)];
  return (
    one !== undefined &&
    two !== undefined &&
    two.length >= one.length &&
    Math.floor(two.address / sizeOf(one.length)) === Math.floor(one.address / sizeOf(one.length))
  );
}

function sizeOf(length: number): number {
  return 2 ** (32 - length);
}

function format(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
