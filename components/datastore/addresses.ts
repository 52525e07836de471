import { getHostedZoneOutput } from "@pulumi/aws/elasticbeanstalk";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import type { Beanstalk } from "../beanstalk";
import type { BeoDatastoreArgs } from "../beo-datastore";
import { Certificate } from "../certificate";
import { type DnsRecord, findZone, isInZone } from "../dns-record";
import { getIdentity } from "../identity";
import { getZoneId } from "../lookups";
import { Mail } from "../mail";
import { getAddress } from "../names";
import { WebDistribution } from "../web-distribution";
import { type DatastoreContext, getDomains, getMailSender } from "./context";

/** Looks the zone up once for the certificate and the mail records, so that one error says that it is missing. */
export function findZoneId(
  args: BeoDatastoreArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  const { domain, hostedZone, mail } = args;
  const isUsed = domain !== undefined || (mail?.domain !== undefined && isInZone(mail.domain, hostedZone));
  return hostedZone !== undefined && isUsed ? getZoneId(hostedZone, parent) : undefined;
}

/** Returns the further host names with the ids of their zones, which are looked up once each. */
export function findZones(
  { hostedZone, additionalDomains = [], additionalHostedZones = [] }: BeoDatastoreArgs,
  zoneId: pulumi.Output<string> | undefined,
  parent: pulumi.Resource,
): DatastoreContext["additionalDomains"] {
  const ids = new Map(hostedZone === undefined || zoneId === undefined ? [] : [[hostedZone, zoneId]]);
  if (ids.size > 0) {
    additionalHostedZones.forEach((zone) => ids.set(zone, getZoneId(zone, parent)));
  }
  return new Map(
    additionalDomains.map((domain) => [domain, ids.get(findZone(domain, [...ids.keys()]) ?? "")]),
  );
}

/** Creates the SES identity and SMTP user, unless the mail goes through another provider. */
export function createMail({ name, args, zoneId, parent }: DatastoreContext): Mail | undefined {
  return args.smtpUser !== undefined && args.smtpPassword !== undefined
    ? undefined
    : new Mail(
        `${name}-mail`,
        {
          ...args.mail,
          fromAddress: getMailSender(args).fromAddress,
          configurationSetName: args.applicationName,
          hostedZone: args.hostedZone,
          hostedZoneId: zoneId,
          ...getIdentity(args),
          tags: args.tags,
        },
        parent,
      );
}

export function createCertificate({
  name,
  args,
  parent,
  ...context
}: DatastoreContext): Certificate | undefined {
  const { domain, hostedZone, tags } = args;
  const { zoneId } = context;
  const additionalDomains = Object.fromEntries(
    [...context.additionalDomains].flatMap(([host, id]) => (id === undefined ? [] : [[host, id]])),
  );
  return domain === undefined || hostedZone === undefined
    ? undefined
    : new Certificate(`${name}-cert`, { domain, additionalDomains, hostedZone, zoneId, tags }, parent);
}

/** Puts CloudFront in front of the address of the web environment, which is known before the environment exists. */
export function createDistribution({
  name,
  args,
  web,
  region,
  parent,
}: DatastoreContext): WebDistribution | undefined {
  const { applicationName, tags } = args;
  return web.cloudFront
    ? new WebDistribution(
        `${name}-edge`,
        {
          originHost: pulumi
            .all([web.cnamePrefix ?? applicationName, region])
            .apply(([prefix, name]) => getAddress(prefix, name)),
          comment: applicationName,
          tags,
        },
        parent,
      )
    : undefined;
}

/** Points the domains to the web environment, where their zones are in the account. */
export function createAddressRecords(
  { name, args, web, additionalDomains, parent }: DatastoreContext,
  beanstalk: Beanstalk,
  certificate: Certificate | undefined,
): void {
  if (args.domain === undefined || certificate === undefined || !web.dnsRecord) {
    return;
  }
  const target = { name: beanstalk.webCname, zoneId: getHostedZoneOutput({}, parent).id };
  const domains = [
    { suffix: "", domain: args.domain, zoneId: certificate.zoneId },
    ...[...additionalDomains].map(([domain, zoneId]) => ({ suffix: `-${domain}`, domain, zoneId })),
  ];
  for (const { suffix, domain, zoneId = certificate.zoneId } of domains) {
    for (const type of web.ipAddressType === "dualstack" ? ["A", "AAAA"] : ["A"]) {
      new ZoneRecord(
        `${name}-address${suffix}${type === "A" ? "" : "-ipv6"}`,
        { zoneId, name: domain, type, aliases: [{ ...target, evaluateTargetHealth: false }] },
        { ...parent, deleteBeforeReplace: true },
      );
    }
  }
}

/** Returns the records of the domain and of the mail domain, as far as their zones are not in the account. */
export function getDnsRecords(
  { args }: DatastoreContext,
  inputs: { beanstalk: Beanstalk; certificate: Certificate | undefined; mail: Mail | undefined },
): pulumi.Output<DnsRecord[]> {
  const addressRecords =
    inputs.certificate === undefined
      ? getDomains(args).map((domain) => ({
          name: domain,
          type: "CNAME",
          value: inputs.beanstalk.webCname,
          purpose: "Address of the application",
        }))
      : [];
  return pulumi
    .all([addressRecords, inputs.mail?.dnsRecords ?? []])
    .apply(([address, mail]) => [...address, ...mail]);
}
