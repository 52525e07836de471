import { ListResourceRecordSetsCommand, type ResourceRecordSet } from "@aws-sdk/client-route-53";
import { createMatch, type Match, type Matcher, when } from "../matcher";
import { findZone, listZones } from "../records";

export const findRecord: Matcher = async (name, planned, { aws: { route53 } }) => {
  // The program overwrites these: every stack has the same value.
  if (planned.allowOverwrite === true) {
    return [];
  }
  const zone = findZone(await listZones(route53), name);
  if (zone?.Id === undefined) {
    return [];
  }
  const { ResourceRecordSets = [] } = await route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id, StartRecordName: name }),
  );
  const zoneId = zone.Id.replace("/hostedzone/", "");
  return planned.type === "A"
    ? matchRecords(zoneId, name, ResourceRecordSets)
    : name.startsWith("_dmarc.")
      ? matchDmarcRecords(zoneId, name, planned.records, ResourceRecordSets)
      : matchMailRecords(zoneId, name, planned.type, ResourceRecordSets);
};

/** Matches the MX or TXT record of the MAIL FROM domain. One of another service must stay. */
export function matchMailRecords(
  zoneId: string,
  name: string,
  type: unknown,
  sets: ResourceRecordSet[],
): Match[] {
  return sets
    .filter(({ Name, Type }) => Name === `${name}.` && Type === type)
    .map(({ Type, ResourceRecords = [] }) => {
      const values = ResourceRecords.map(({ Value = "" }) => Value).join(", ");
      return createMatch([zoneId, name, Type].join("_"), {
        blockers: when(
          !values.includes("amazonses.com"),
          `Its value is ${values}, so another service uses the name. Set mail.mailFromSubdomain to a name without records.`,
        ),
      });
    });
}

/** Matches the DMARC record of the program. Another one must stay: receivers ignore two. */
export function matchDmarcRecords(
  zoneId: string,
  name: string,
  records: unknown,
  sets: ResourceRecordSet[],
): Match[] {
  return sets
    .filter(({ Name, Type }) => Name === `${name}.` && Type === "TXT")
    .map(({ ResourceRecords = [] }) => {
      const values = ResourceRecords.map(({ Value = "" }) => Value.replace(/^"|"$/g, ""));
      const isOwn = JSON.stringify(values) === JSON.stringify(records);
      return createMatch([zoneId, name, "TXT"].join("_"), {
        blockers: when(
          !isOwn,
          `Its value is ${values.join(", ")}, which the program would replace. Set mail.dmarcPolicy to off to keep it.`,
        ),
      });
    });
}

/** Matches the record sets of a zone with an A record of the program. */
export function matchRecords(zoneId: string, name: string, sets: ResourceRecordSet[]): Match[] {
  return sets
    .filter(({ Name, Type = "" }) => Name === `${name}.` && ["A", "CNAME"].includes(Type))
    .map(({ Type = "", SetIdentifier, AliasTarget, ResourceRecords = [] }) => {
      const target = AliasTarget?.DNSName ?? ResourceRecords.map(({ Value }) => Value).join(", ");
      return createMatch(
        [zoneId, name, Type, ...when(SetIdentifier !== undefined, SetIdentifier)].join("_"),
        {
          blockers: [
            ...when(
              Type === "CNAME",
              `It is a CNAME to ${target}. A name with a CNAME record cannot have an A record. Change it to an A record that is an alias of the same environment (Route 53 console, "Edit record"), then run this command again.`,
            ),
            ...when(
              SetIdentifier !== undefined,
              `It belongs to a routing policy (${SetIdentifier ?? ""}). Change it to a simple record, then run this command again.`,
            ),
          ],
          notes: when(
            Type === "A",
            `It points to ${target}. After pulumi up it points to the program's web environment.`,
          ),
        },
      );
    });
}
