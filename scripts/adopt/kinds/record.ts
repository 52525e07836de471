import {
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { type Found, found, type Kind, when } from "../kind";

/** The application's address, in a zone of the account. */
export const record: Kind = {
  what: "DNS record",
  name: "name",
  async look(name, planned, { aws: { route53 } }) {
    // The program writes these over what is there: they say the same in every stack.
    if (planned.allowOverwrite === true) {
      return [];
    }
    const { HostedZones = [] } = await route53.send(new ListHostedZonesCommand({}));
    const [zone] = HostedZones.filter(
      ({ Name = "", Config }) => !Config?.PrivateZone && `.${name}.`.endsWith(`.${Name}`),
    ).sort((a, b) => (b.Name ?? "").length - (a.Name ?? "").length);
    if (zone?.Id === undefined) {
      return [];
    }
    const { ResourceRecordSets = [] } = await route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: zone.Id, StartRecordName: name }),
    );
    return recordsOf(zone.Id.replace("/hostedzone/", ""), name, ResourceRecordSets);
  },
};

/** What a zone has of a name that the program makes an A record of. */
export function recordsOf(zoneId: string, name: string, sets: ResourceRecordSet[]): Found[] {
  return sets
    .filter(({ Name, Type = "" }) => Name === `${name}.` && ["A", "CNAME"].includes(Type))
    .map(({ Type = "", SetIdentifier, AliasTarget, ResourceRecords = [] }) => {
      const target = AliasTarget?.DNSName ?? ResourceRecords.map(({ Value }) => Value).join(", ");
      return found([zoneId, name, Type, ...when(SetIdentifier !== undefined, SetIdentifier)].join("_"), {
        obstacles: [
          ...when(
            Type === "CNAME",
            `It is a CNAME to ${target}, beside which there can be no A record. Make it an A record that is an alias of the same environment (Route 53 console, "Edit record"), and run this again.`,
          ),
          ...when(
            SetIdentifier !== undefined,
            `It is one of several by a routing policy (${SetIdentifier ?? ""}). Make it a simple record, and run this again.`,
          ),
        ],
        notes: when(
          Type === "A",
          `It points to ${target}, and after \`up\` to the program's web environment.`,
        ),
      });
    });
}
