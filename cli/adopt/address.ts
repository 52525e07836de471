import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { ExistingEnvironment } from "./survey";

/** A record of the stack's domain, with the zone that it is in. */
export interface AddressRecord extends ResourceRecordSet {
  zoneId: string;
}

/**
 * The hosted zones of Elastic Beanstalk environments (AWS General Reference, "AWS Elastic Beanstalk endpoints and
 * quotas"); the application works in one region only.
 */
const environmentZones: Record<string, string> = { "us-west-1": "Z1LQECGX5PH1X" };

/** Whether a record points to an environment by its name. */
export function pointsTo({ AliasTarget, ResourceRecords = [] }: AddressRecord, cname = ""): boolean {
  const targets = [AliasTarget?.DNSName, ...ResourceRecords.map(({ Value }) => Value)];
  const normalize = (name = "") =>
    name
      .toLowerCase()
      .replace(/\.$/, "")
      .replace(/^dualstack\./, "");
  return cname !== "" && targets.some((target) => normalize(target) === normalize(cname));
}

/** Whether Pulumi can take a record over: an A record that is the only one of its name. */
export function isAdoptable({ Type, SetIdentifier }: AddressRecord): boolean {
  return Type === "A" && SetIdentifier === undefined;
}

/** The command that lets a domain lead to the new environment where the record cannot be changed in place. */
export function formatMove(
  records: readonly AddressRecord[],
  domain: string,
  cname: string,
  region: string,
): string[] {
  const others = records.filter((record) => !isAdoptable(record));
  const [first] = others;
  if (first === undefined) {
    return [];
  }
  const isOnlyAddress = !records.some(isAdoptable);
  const changes = [
    ...others.map((record) => ({ Action: "DELETE", ResourceRecordSet: withoutZone(record) })),
    ...(isOnlyAddress ? [{ Action: "CREATE", ResourceRecordSet: createAlias(domain, cname, region) }] : []),
  ];
  const types = others.map(({ Type }) => Type).join(" and ");
  return [
    `# Deletes the ${types} record of ${domain}${isOnlyAddress ? ` and creates an A record that is an alias of ${cname}` : ""}, at once:`,
    formatChange(first.zoneId, changes),
  ];
}

/** The command that lets a domain lead to the old environment again. */
export function formatRecordBack(
  zoneId: string,
  domain: string,
  { cname = "" }: ExistingEnvironment,
  region: string,
): string {
  return formatChange(zoneId, [{ Action: "UPSERT", ResourceRecordSet: createAlias(domain, cname, region) }]);
}

function createAlias(domain: string, cname: string, region: string): ResourceRecordSet {
  return {
    Name: domain,
    Type: "A",
    AliasTarget: {
      HostedZoneId: environmentZones[region] ?? "<hosted zone>",
      DNSName: cname,
      EvaluateTargetHealth: false,
    },
  };
}

function withoutZone({ zoneId: _, ...record }: AddressRecord): ResourceRecordSet {
  return record;
}

function formatChange(zoneId: string, changes: object[]): string {
  return `aws route53 change-resource-record-sets --hosted-zone-id ${zoneId} --change-batch '${JSON.stringify({ Changes: changes })}'`;
}
