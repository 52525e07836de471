/** A DNS record to create by hand, because its zone is not in the account. */
export interface DnsRecord {
  /** Full name, without a trailing dot. */
  name: string;
  /** CNAME, MX or TXT. */
  type: string;
  /** The record's value. */
  value: string;
  /** What the record is for. */
  purpose: string;
}

/** Whether a name is the zone's own name or a name below it. */
export function isInZone(name: string, zone: string | undefined): boolean {
  return zone !== undefined && (name === zone || name.endsWith(`.${zone}`));
}

/** Returns the zone that contains a name: the one of most labels. */
export function findZone(name: string, zones: readonly string[]): string | undefined {
  return zones.filter((zone) => isInZone(name, zone)).sort((a, b) => b.length - a.length)[0];
}
