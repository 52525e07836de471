import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, Certificate, Mail } from "../../components";
import { getSmtpPassword } from "../../components/smtp-password";
import { isSecretOutput, run, valueOf } from "../support/run";

const account = "arn:aws:ses:us-west-2:123456789012";

describe("Mail", () => {
  it("verifies the sender's address, requires TLS, and creates a user that may send from it only", async () => {
    const made = await run(() => new Mail("m", { fromAddress: "support@example.com" }));
    expect(made.counts()).to.deep.equal({
      ConfigurationSet: 1,
      EmailIdentity: 1,
      User: 1,
      UserPolicy: 1,
      AccessKey: 1,
    });
    expect(made.inputs("m-configuration")).to.deep.equal({
      configurationSetName: "m",
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      region: "us-west-2",
    });
    expect(made.inputs("m-identity")).to.deep.equal({
      emailIdentity: "support@example.com",
      configurationSetName: "m",
      region: "us-west-2",
    });
    expect(JSON.parse(String(made.inputs("m-smtp-send").policy))).to.deep.equal({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "ses:SendRawEmail",
          Resource: [
            `${account}:identity/support@example.com`,
            `${account}:configuration-set/m-configuration`,
          ],
          Condition: { StringEquals: { "ses:FromAddress": "support@example.com" } },
        },
      ],
    });
  });

  it("outputs the records that verify a domain, or creates them in the account's zone", async () => {
    const purposes = ["DKIM, which also verifies the domain", "bounces", "SPF"];
    let records: { name: string; type: string; value: string; purpose: string }[] = [];
    await run(async () => {
      const mail = new Mail("m", { fromAddress: "support@example.com", domain: "example.com" });
      records = await valueOf(mail.dnsRecords);
    });
    expect(records.map(({ name, type, value }) => `${name} ${type} ${value}`)).to.deep.equal([
      "one._domainkey.example.com CNAME one.dkim.amazonses.com",
      "two._domainkey.example.com CNAME two.dkim.amazonses.com",
      "three._domainkey.example.com CNAME three.dkim.amazonses.com",
      "ses-bounces.example.com MX 10 feedback-smtp.us-west-2.amazonses.com",
      "ses-bounces.example.com TXT v=spf1 include:amazonses.com ~all",
    ]);
    expect(purposes.every((purpose) => records.some((record) => record.purpose.includes(purpose)))).to.equal(
      true,
    );

    const made = await run(async () => {
      const mail = new Mail("m", {
        fromAddress: "support@example.com",
        domain: "example.com",
        hostedZone: "example.com",
      });
      records = await valueOf(mail.dnsRecords);
    });
    expect(records).to.deep.equal([]);
    expect(made.counts()).to.include({ Record: 6, EmailIdentityMailFromAttributes: 1 });
    expect(made.inputs("m-dkim-0")).to.deep.equal({
      zoneId: "Z0EXAMPLE",
      name: "one._domainkey.example.com",
      type: "CNAME",
      records: ["one.dkim.amazonses.com"],
      ttl: 3600,
      allowOverwrite: true,
    });
    expect(made.inputs("m-mail-from")).to.deep.equal({
      emailIdentity: "example.com",
      mailFromDomain: "ses-bounces.example.com",
      region: "us-west-2",
    });
  });

  it("outputs DNS records that are not secret", async () => {
    let secrets: boolean[] = [];
    await run(async () => {
      const mail = new Mail("m", { fromAddress: "support@example.com", domain: "example.com" });
      const datastore = new BeoDatastore("beo", {
        applicationName: "beo-dev",
        environment: "dev",
        appUrl: "https://app.example.com",
        supportEmail: "support@example.com",
        mail: { domain: "example.com" },
      });
      secrets = await Promise.all(
        [mail.dnsRecords, datastore.dnsRecords, datastore.readme].map((output) => isSecretOutput(output)),
      );
    });
    expect(secrets).to.deep.equal([false, false, false]);
  });

  // RFC 7489, section 6.3: v first, then p; a report address of another domain would need a record there.
  for (const [dmarcPolicy, value] of [
    [undefined, "v=DMARC1; p=none; rua=mailto:support@example.com"],
    ["none", "v=DMARC1; p=none; rua=mailto:support@example.com"],
    ["quarantine", "v=DMARC1; p=quarantine; rua=mailto:support@example.com"],
    ["reject", "v=DMARC1; p=reject; rua=mailto:support@example.com"],
    ["off", undefined],
  ] as const) {
    it(`publishes ${value ?? "no DMARC record"} with the policy ${dmarcPolicy ?? "by default"}`, async () => {
      const made = await run(
        () =>
          new Mail("m", {
            fromAddress: "support@example.com",
            domain: "example.com",
            hostedZone: "example.com",
            dmarcPolicy,
          }),
      );
      const record = made.resources.find(({ name }) => name === "m-dmarc-txt");
      expect(record?.inputs).to.deep.equal(
        value === undefined
          ? undefined
          : {
              zoneId: "Z0EXAMPLE",
              name: "_dmarc.example.com",
              type: "TXT",
              records: [value],
              ttl: 3600,
              allowOverwrite: false,
            },
      );
    });
  }

  it("publishes no DMARC record in a zone of others", async () => {
    const made = await run(
      () => new Mail("m", { fromAddress: "support@example.com", domain: "example.com" }),
    );
    expect(made.counts().Record).to.equal(undefined);
  });

  it("overwrites no record whose name could be someone else's", async () => {
    const made = await run(() => [
      new Mail("m", {
        fromAddress: "support@example.com",
        domain: "example.com",
        hostedZone: "example.com",
        mailFromSubdomain: "returns",
      }),
      new Certificate("c", { domain: "api.example.com", hostedZone: "example.com" }),
      new BeoDatastore("b", {
        applicationName: "beo",
        environment: "prod",
        appUrl: "https://beo.example.com",
        supportEmail: "support@example.com",
        domain: "api.example.com",
        hostedZone: "example.com",
      }),
    ]);
    const records = made.resources
      .filter(({ type }) => type === "aws:route53/record:Record")
      .map(({ name }) => made.inputs(name));
    const overwritten = records.filter(({ allowOverwrite }) => allowOverwrite === true);
    expect(records).to.have.length(9);
    expect([...new Set(overwritten.map(({ name }) => name))]).to.have.members([
      ...["one", "two", "three"].map((token) => `${token}._domainkey.example.com`),
      "_x.api.example.com",
    ]);
    expect(made.inputs("m-returns-mx")).to.deep.include({
      name: "returns.example.com",
      allowOverwrite: false,
    });
    expect(made.inputs("m-mail-from").mailFromDomain).to.equal("returns.example.com");
  });

  // https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_dkim_domains
  for (const [region, zone] of [
    ["us-west-2", "dkim.amazonses.com"],
    ["eu-central-1", "dkim.amazonses.com"],
    ["af-south-1", "dkim.af-south-1.amazonses.com"],
    ["ap-northeast-3", "dkim.ap-northeast-3.amazonses.com"],
    ["eu-south-1", "dkim.eu-south-1.amazonses.com"],
    ["il-central-1", "dkim.il-central-1.amazonses.com"],
  ] as const) {
    it(`points the DKIM records of ${region} to ${zone}`, async () => {
      let values: string[] = [];
      await run(async () => {
        const mail = new Mail("m", { fromAddress: "support@example.com", domain: "example.com", region });
        values = (await valueOf(mail.dnsRecords)).map(({ value }) => value);
      });
      expect(values.slice(0, 3)).to.deep.equal([`one.${zone}`, `two.${zone}`, `three.${zone}`]);
    });
  }

  it("outputs the credentials as secrets", async () => {
    let secrets: boolean[] = [];
    await run(async () => {
      const mail = new Mail("m", { fromAddress: "support@example.com" });
      secrets = await Promise.all([mail.smtpUser, mail.smtpPassword].map(isSecretOutput));
    });
    expect(secrets).to.deep.equal([true, true]);
  });
});

describe("the SMTP password", () => {
  // Computed with the script of the SES Developer Guide.
  it("is derived from the secret key and the region as AWS documents it", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    expect(getSmtpPassword(secret, "us-west-2")).to.equal("BF2PynzbSCAjX08zhZZnP/kW+T9P5zs/1Er0pi5vTEmd");
    expect(getSmtpPassword(secret, "us-east-1")).to.equal("BLBM/9hSUELfq8Gw+rU1YcBjkOxGbhT2XG763xVLGWL9");
  });
});
