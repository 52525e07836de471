import * as iam from "@pulumi/aws/iam";
import { getZoneOutput } from "@pulumi/aws/route53/getZone";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as sesv2 from "@pulumi/aws/sesv2";
import * as pulumi from "@pulumi/pulumi";
import { accessKey, AccessKeyOptions } from "./access-key";
import { DnsRecord, isInZone } from "./dns-record";
import { document } from "./policy-documents";
import { smtpPassword } from "./smtp-password";

/** What may be chosen of sending mail. */
export interface MailOptions extends AccessKeyOptions {
  /** The SES region. Default "us-west-2": the application's settings name its SMTP host. Changing it replaces the identity. */
  region?: string;
  /** A domain to verify, with DKIM and a MAIL FROM domain. Default: none; only the From address is verified. */
  domain?: string;
  /** The address that mail comes from. Default: the support address. */
  fromAddress?: string;
}

/** Sending mail by SES. */
export interface MailArgs extends MailOptions {
  /** The address that mail comes from. */
  fromAddress: string;
  /** Name of the SES configuration set, unique in account and region. Default: the component's name. Changing it replaces the set. */
  configurationSetName?: pulumi.Input<string>;
  /** Name of a public Route 53 zone of the account. Where `domain` lies in it the records are made there. */
  hostedZone?: string;
  /** Tags of what takes tags. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An SES identity that takes mail over TLS only, and an SMTP user that may send from one address of it and nothing else.
 *
 * A new account's SES is in a sandbox: mail goes to verified addresses only, until AWS Support lets the account out
 * (SES Developer Guide, "Request production access").
 */
export class Mail extends pulumi.ComponentResource {
  /** The SMTP user; a secret. */
  readonly smtpUser: pulumi.Output<string>;
  /** The SMTP user's password, for `region` only; a secret. */
  readonly smtpPassword: pulumi.Output<string>;
  /** The records to make by hand; empty where the zone is ours or only an address is verified. */
  readonly dnsRecords: pulumi.Output<DnsRecord[]>;

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:Mail", name, {}, opts);
    const { domain, fromAddress, hostedZone, tags } = args;
    const region = args.region ?? "us-west-2";
    const parent = { parent: this };

    const configuration = new sesv2.ConfigurationSet(
      `${name}-configuration`,
      {
        configurationSetName: args.configurationSetName ?? name,
        deliveryOptions: { tlsPolicy: "REQUIRE" },
        reputationOptions: { reputationMetricsEnabled: true },
        region,
        tags,
      },
      parent,
    );
    const identity = new sesv2.EmailIdentity(
      `${name}-identity`,
      {
        emailIdentity: domain ?? fromAddress,
        configurationSetName: configuration.configurationSetName,
        region,
        tags,
      },
      parent,
    );
    const records = domain === undefined ? [] : domainRecords(domain, region, identity);
    if (domain !== undefined) {
      new sesv2.EmailIdentityMailFromAttributes(
        `${name}-mail-from`,
        { emailIdentity: identity.emailIdentity, mailFromDomain: mailFromDomain(domain), region },
        parent,
      );
    }
    const zoneIsOurs = domain !== undefined && isInZone(domain, hostedZone);
    if (zoneIsOurs) {
      const { zoneId } = getZoneOutput({ name: hostedZone, privateZone: false }, parent);
      for (const { key, name: recordName, type, value } of records) {
        new ZoneRecord(
          `${name}-${key}`,
          { zoneId, name: recordName, type, records: [value], ttl: 3600, allowOverwrite: true },
          parent,
        );
      }
    }

    const user = new iam.User(`${name}-smtp`, { tags }, parent);
    const policy = new iam.UserPolicy(
      `${name}-smtp-send`,
      {
        user: user.name,
        policy: document({
          Effect: "Allow",
          Action: "ses:SendRawEmail",
          Resource: [identity.arn, configuration.arn],
          Condition: { StringEquals: { "ses:FromAddress": fromAddress } },
        }),
      },
      parent,
    );
    const key = accessKey(`${name}-smtp`, user, args, { ...parent, dependsOn: policy });

    this.smtpUser = pulumi.secret(key.id);
    this.smtpPassword = pulumi.secret(key.secret).apply((secret) => smtpPassword(secret, region));
    this.dnsRecords = pulumi.output(
      zoneIsOurs ? [] : records.map(({ name, type, value, purpose }) => ({ name, type, value, purpose })),
    );
    this.registerOutputs({
      smtpUser: this.smtpUser,
      smtpPassword: this.smtpPassword,
      dnsRecords: this.dnsRecords,
    });
  }
}

function mailFromDomain(domain: string): string {
  return `mail.${domain}`;
}

/** The records by which a domain proves to be ours and its mail to be genuine (SES Developer Guide, "Easy DKIM", "MAIL FROM"). */
function domainRecords(domain: string, region: string, identity: sesv2.EmailIdentity) {
  const dkim = [0, 1, 2].map((index) => {
    const token = identity.dkimSigningAttributes.apply(({ tokens }) => tokens[index] ?? "");
    return {
      key: `dkim-${index}`,
      name: pulumi.interpolate`${token}._domainkey.${domain}`,
      type: "CNAME",
      value: pulumi.interpolate`${token}.dkim.amazonses.com`,
      purpose: "Mail: DKIM, which also verifies the domain",
    };
  });
  const name = pulumi.output(mailFromDomain(domain));
  const mailFrom = [
    {
      type: "MX",
      value: `10 feedback-smtp.${region}.amazonses.com`,
      purpose: "Mail: bounces of the MAIL FROM domain",
    },
    { type: "TXT", value: "v=spf1 include:amazonses.com ~all", purpose: "Mail: SPF of the MAIL FROM domain" },
  ].map((record) => ({
    ...record,
    key: `mail-from-${record.type.toLowerCase()}`,
    name,
    value: pulumi.output(record.value),
  }));
  return [...dkim, ...mailFrom];
}
