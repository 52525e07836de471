import { expect } from "chai";
import { describe, it } from "mocha";
import { Mail } from "../../components";
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
      "mail.example.com MX 10 feedback-smtp.us-west-2.amazonses.com",
      "mail.example.com TXT v=spf1 include:amazonses.com ~all",
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
    expect(made.counts()).to.include({ Record: 5, EmailIdentityMailFromAttributes: 1 });
    expect(made.inputs("m-dkim-0")).to.deep.equal({
      zoneId: "Z0EXAMPLE",
      name: "one._domainkey.example.com",
      type: "CNAME",
      records: ["one.dkim.amazonses.com"],
      ttl: 3600,
      allowOverwrite: true,
    });
  });

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
