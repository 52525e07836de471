import {
  type HostedZone,
  ListResourceRecordSetsCommand,
  paginateListHostedZones,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { Clients } from "../aws-clients";
import type { ExistingEnvironment, Usage } from "./survey";

/** Returns the public hosted zones of the account. */
export async function listZones(route53: Clients["route53"]): Promise<HostedZone[]> {
  const zones: HostedZone[] = [];
  for await (const { HostedZones = [] } of paginateListHostedZones({ client: route53 }, {})) {
    zones.push(...HostedZones.filter(({ Config }) => !Config?.PrivateZone));
  }
  return zones;
}

/** The zone that a name's records are in: the most specific one. */
export function findZone(zones: HostedZone[], name: string): HostedZone | undefined {
  return zones
    .filter(({ Name = "" }) => `.${name}.`.endsWith(`.${Name}`))
    .sort((a, b) => (b.Name ?? "").length - (a.Name ?? "").length)[0];
}

/** Returns all records of the account's public hosted zones. */
export async function listRecordSets(route53: Clients["route53"]): Promise<ResourceRecordSet[]> {
  const zones = await listZones(route53);
  return (await Promise.all(zones.map((zone) => listRecords(route53, zone)))).flat();
}

async function listRecords(route53: Clients["route53"], { Id }: HostedZone): Promise<ResourceRecordSet[]> {
  const sets: ResourceRecordSet[] = [];
  let next: {
    StartRecordName?: string;
    StartRecordType?: ResourceRecordSet["Type"];
    StartRecordIdentifier?: string;
  } = {};
  for (;;) {
    const page = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id, ...next }));
    sets.push(...(page.ResourceRecordSets ?? []));
    if (!page.IsTruncated) {
      return sets;
    }
    next = {
      StartRecordName: page.NextRecordName,
      StartRecordType: page.NextRecordType,
      StartRecordIdentifier: page.NextRecordIdentifier,
    };
  }
}

/** The hosts and addresses that a record points to. */
export function getTargets({ AliasTarget, ResourceRecords = [] }: ResourceRecordSet): string[] {
  return [AliasTarget?.DNSName ?? "", ...ResourceRecords.map(({ Value = "" }) => Value)]
    .filter((target) => target !== "")
    .map((target) =>
      target
        .toLowerCase()
        .replace(/\.$/, "")
        .replace(/^dualstack\./, ""),
    );
}

/** Whether a record points to an environment. */
export function pointsTo(set: ResourceRecordSet, { cname, endpoint }: ExistingEnvironment): boolean {
  return getTargets(set).some((target) => target === cname || target === endpoint);
}

/** Describes a record as a use of the environment that it points to. */
export function describeRecord(set: ResourceRecordSet, environments: ExistingEnvironment[]): Usage[] {
  const { Name = "", Type = "", SetIdentifier, AliasTarget } = set;
  if (!["A", "AAAA", "CNAME"].includes(Type)) {
    return [];
  }
  return environments
    .filter((environment) => pointsTo(set, environment))
    .map(({ name }) => {
      const value = Name.toLowerCase().replace(/\.$/, "");
      const what = `${Type} record${AliasTarget === undefined ? "" : " (alias)"} that points to it`;
      const blocker = `The ${Type} record ${value} belongs to a routing policy (${SetIdentifier ?? ""}). Replace its records by one simple record (Route 53 console, "Edit record").`;
      return {
        variable: "Route 53",
        environment: name,
        value,
        what,
        ...(SetIdentifier !== undefined && { blocker }),
      };
    });
}
