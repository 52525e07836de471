import * as iam from "@pulumi/aws/iam";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as sesv2 from "@pulumi/aws/sesv2";
import * as pulumi from "@pulumi/pulumi";
import { type AccessKeyArgs, accessKeyDefaults, createAccessKey } from "./access-key";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { type DnsRecord, isInZone } from "./dns-record";
import type { DmarcPolicy } from "./enums";
import type { IdentityArgs } from "./identity";
import { getZoneId } from "./lookups";
import { getOutputs } from "./outputs";
import { policyDocument } from "./policy-documents";
import { getSmtpPassword } from "./smtp-password";

/** The sender of mail, and the SES identity that it is sent with. */
export interface MailSenderArgs extends AccessKeyArgs {
  /**
   * The SES region. The application's settings contain the SMTP host of us-west-2, and an SMTP password is valid in one
   * region only.
   *
   * @default "us-west-2"
   * @changing Replaces the SES identity and configuration set, which have to be verified again.
   */
  region?: string;
  /**
   * A domain to verify, with DKIM and the custom MAIL FROM domain `<mailFromSubdomain>.<domain>`
   * (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html).
   *
   * @default none: only the sender's address is verified
   * @changing Replaces the SES identity, which has to be verified again.
   */
  domain?: string;
  /**
   * The address that mail is sent from.
   *
   * @default the support address
   * @changing In place with a verified domain; otherwise the SES identity is replaced and has to be verified again.
   */
  fromAddress?: pulumi.Input<string>;
  /**
   * First part of the MAIL FROM domain, to which bounces are returned. SES needs a subdomain that no mail is received at or
   * sent from (https://docs.aws.amazon.com/ses/latest/dg/mail-from.html). Its MX and TXT records must not exist yet.
   *
   * @default "ses-bounces"
   * @changing In place; replaces the MX and TXT records. SES uses amazonses.com until it finds the new ones.
   */
  mailFromSubdomain?: string;
  /**
   * What receivers do with mail that is not from `domain` but says so: "none" (they only report it), "quarantine" (spam) or
   * "reject". It is published as a DMARC record, `_dmarc.<domain>`, if `hostedZone` contains the domain; daily reports go to
   * the sender. "off" publishes none: the record must not exist yet (https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html).
   *
   * @default "none"
   * @changing In place; "off" deletes the record.
   */
  dmarcPolicy?: DmarcPolicy;
}

/** Defaults of {@link MailSenderArgs}. */
export const mailSenderDefaults = {
  ...accessKeyDefaults,
  region: "us-west-2",
  mailFromSubdomain: "ses-bounces",
  dmarcPolicy: "none",
} satisfies MailSenderArgs;

/** Sending mail with SES. */
export interface MailArgs extends MailSenderArgs, IdentityArgs {
  /**
   * The address that mail is sent from.
   *
   * @changing In place with a verified domain; otherwise the SES identity is replaced and has to be verified again.
   */
  fromAddress: pulumi.Input<string>;
  /**
   * Name of the SES configuration set, unique in the account and region.
   *
   * @default the component's name
   * @changing Replaces the configuration set.
   */
  configurationSetName?: pulumi.Input<string>;
  /**
   * Name of a public Route 53 zone of the account. The records of `domain` are created in it if it contains the domain.
   *
   * @default none: the records are an output, to create by hand
   * @changing In place: creates or deletes the records.
   */
  hostedZone?: string;
  /**
   * Id of that zone.
   *
   * @default looked up by its name
   * @changing Replaces the records.
   */
  hostedZoneId?: pulumi.Input<string>;
  /**
   * Tags of the SES resources and the SMTP user.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/**
 * An SES identity that sends over TLS only, and an SMTP user that may send from one address with it and nothing else.
 *
 * SES starts in a sandbox, which sends to verified addresses only, until AWS grants the account production access
 * (https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html).
 */
export class Mail extends pulumi.ComponentResource {
  /** User name for SMTP: the id of the access key; a secret. */
  readonly smtpUser: pulumi.Output<string>;
  /** Password for SMTP, valid in `region` only; a secret. */
  readonly smtpPassword: pulumi.Output<string>;
  /** Host of SES's SMTP interface; ports 587 and 465. */
  readonly smtpHost: pulumi.Output<string>;
  /** ARN of the SES identity. */
  readonly identityArn: pulumi.Output<string>;
  /** DNS records to create by hand; empty if they were created in the hosted zone, or if only an address is verified. */
  readonly dnsRecords: pulumi.Output<DnsRecord[]>;

  constructor(name: string, args: MailArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Mail", args);
    super("beo:index:Mail", name, {}, opts);
    const { region, domain, fromAddress, hostedZone, tags, ...settings } = withDefaults(
      args,
      mailSenderDefaults,
    );
    const parent = { parent: this };

    const configuration = new sesv2.ConfigurationSet(
      `${name}-configuration`,
      {
        configurationSetName: settings.configurationSetName ?? name,
        deliveryOptions: { tlsPolicy: "REQUIRE" },
        reputationOptions: { reputationMetricsEnabled: true },
        region,
        tags,
      },
      { ...parent, deleteBeforeReplace: true },
    );
    const identity = new sesv2.EmailIdentity(
      `${name}-identity`,
      {
        emailIdentity: domain ?? fromAddress,
        configurationSetName: configuration.configurationSetName,
        region,
        tags,
      },
      { ...parent, deleteBeforeReplace: true },
    );
    const mailFromDomain = `${settings.mailFromSubdomain}.${domain ?? ""}`;
    const records =
      domain === undefined ? [] : getDomainRecords({ domain, mailFromDomain, region }, identity);
    if (domain !== undefined) {
      new sesv2.EmailIdentityMailFromAttributes(
        `${name}-mail-from`,
        { emailIdentity: identity.emailIdentity, mailFromDomain, region },
        { ...parent, deleteBeforeReplace: true },
      );
    }
    const ownsZone = domain !== undefined && isInZone(domain, hostedZone);
    if (ownsZone && hostedZone !== undefined) {
      const zoneId = settings.hostedZoneId ?? getZoneId(hostedZone, this);
      createRecords(name, zoneId, [...records, ...getDmarcRecords(domain, settings, fromAddress)], this);
    }
    const user = new iam.User(
      `${name}-smtp`,
      { path: settings.rolePath, permissionsBoundary: settings.permissionsBoundary, tags },
      parent,
    );
    const policy = new iam.UserPolicy(
      `${name}-smtp-send`,
      {
        user: user.name,
        policy: policyDocument({
          Effect: "Allow",
          Action: "ses:SendRawEmail",
          Resource: [identity.arn, configuration.arn],
          Condition: { StringEquals: { "ses:FromAddress": fromAddress } },
        }),
      },
      parent,
    );
    const key = createAccessKey(`${name}-smtp`, user, settings, { ...parent, dependsOn: policy });

    this.smtpUser = pulumi.secret(key.id);
    this.smtpPassword = pulumi.secret(key.secret).apply((secret) => getSmtpPassword(secret, region));
    this.smtpHost = pulumi.output(`email-smtp.${region}.amazonaws.com`);
    this.identityArn = identity.arn;
    this.dnsRecords = pulumi.output(
      ownsZone ? [] : records.map(({ name, type, value, purpose }) => ({ name, type, value, purpose })),
    );
    this.registerOutputs(getOutputs(this));
  }
}

type MailRecord = ReturnType<typeof getDomainRecords>[number];

function createRecords(
  name: string,
  zoneId: pulumi.Input<string>,
  records: MailRecord[],
  parent: pulumi.Resource,
): void {
  for (const { key, name: recordName, type, value, allowOverwrite } of records) {
    new ZoneRecord(
      `${name}-${key}`,
      { zoneId, name: recordName, type, records: [value], ttl: 3600, allowOverwrite },
      // Otherwise a record that was to be replaced is deleted even if it is wanted again by then.
      { parent, deleteBeforeReplace: true },
    );
  }
}

/**
 * Returns the record that says what happens to mail that fails DKIM and SPF
 * (https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html).
 */
function getDmarcRecords(
  domain: string,
  { dmarcPolicy }: MailSenderArgs,
  reportAddress: pulumi.Input<string>,
): MailRecord[] {
  return dmarcPolicy === "off"
    ? []
    : [
        {
          key: "dmarc-txt",
          name: pulumi.output(`_dmarc.${domain}`),
          type: "TXT",
          value: pulumi.interpolate`v=DMARC1; p=${dmarcPolicy}; rua=mailto:${reportAddress}`,
          purpose: "Mail: DMARC",
          allowOverwrite: false,
        },
      ];
}

/** Regions whose DKIM records point to a zone of their own: https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_dkim_domains. */
const regionsWithDkimZone = new Set([
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
]);

/** Returns the zone that DKIM records of a region point to. The API knows it as SigningHostedZone, but the provider does not. */
function getDkimZone(region: string): string {
  return regionsWithDkimZone.has(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}

/**
 * Returns the records that verify a domain and authenticate its mail
 * (https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html and
 * https://docs.aws.amazon.com/ses/latest/dg/mail-from.html).
 */
function getDomainRecords(
  { domain, mailFromDomain, region }: { domain: string; mailFromDomain: string; region: string },
  identity: sesv2.EmailIdentity,
) {
  // Everyone can read the tokens in DNS. The provider marks them as secret for the private key that is beside them.
  const attributes = pulumi.unsecret(identity.dkimSigningAttributes);
  const dkim = [0, 1, 2].map((index) => {
    const token = attributes.apply((given?: { tokens?: string[] }) => given?.tokens?.[index] ?? "");
    return {
      key: `dkim-${index}`,
      name: pulumi.interpolate`${token}._domainkey.${domain}`,
      type: "CNAME",
      value: pulumi.interpolate`${token}.${getDkimZone(region)}`,
      purpose: "Mail: DKIM, which also verifies the domain",
      // The names contain the identity's tokens, so they can be of no one else.
      allowOverwrite: true,
    };
  });
  const name = pulumi.output(mailFromDomain);
  const mailFrom = [
    {
      type: "MX",
      value: `10 feedback-smtp.${region}.amazonses.com`,
      purpose: "Mail: bounces of the MAIL FROM domain",
    },
    { type: "TXT", value: "v=spf1 include:amazonses.com ~all", purpose: "Mail: SPF of the MAIL FROM domain" },
  ].map((record) => ({
    ...record,
    // With the name in it, the records of another subdomain are created before the old ones are deleted.
    key: `${mailFromDomain.replace(`.${domain}`, "")}-${record.type.toLowerCase()}`,
    name,
    value: pulumi.output(record.value),
    allowOverwrite: false,
  }));
  return [...dkim, ...mailFrom];
}
