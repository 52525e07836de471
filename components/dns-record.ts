/** A DNS record that somebody has to make, where the zone is not ours to write. */
export interface DnsRecord {
  /** Full name, without a final dot. */
  name: string;
  /** CNAME, MX or TXT. */
  type: string;
  /** What it holds. */
  value: string;
  /** What it is for. */
  purpose: string;
}

/** Whether a name is the zone's own or lies in it. */
export function isInZone(name: string, zone: string | undefined): boolean {
  return zone !== undefined && (name === zone || name.endsWith(`.${zone}`));
}
