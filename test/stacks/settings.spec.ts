import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { record } from "../../plan/record";
import { loadSettings, type Settings } from "../../stacks";
import { keys } from "../../stacks/keys";

describe("the settings", () => {
  it("have every secret marked as one, and nothing else", async () => {
    const texts = {
      databasePassword: "DatabasePassword1",
      secretKey: "s".repeat(40),
      adminUrl: "adminadmin1",
      supportPassword: "SupportPassword1",
      smtpUser: "smtp-user",
      smtpPassword: "smtp-password",
      sqlPassword: "SqlPassword1",
    };
    const given = { ...texts, extraSecrets: '{"TOKEN":"t","OTHER":"o"}' };
    const plain = { appUrl: "https://a.example.com", supportEmail: "a@example.com", sqlUser: "app" };
    const full = (values: object) =>
      Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`beo-datastore:${key}`, value as string]),
      );
    let settings: Settings | undefined;
    const { error } = await record(
      {
        project: "beo-datastore",
        stack: "dev",
        config: { "aws:region": "us-west-1", ...full(given), ...full(plain) },
        secretKeys: Object.keys(full(given)),
      },
      () => {
        settings = loadSettings();
      },
    );
    expect(error).to.equal(undefined);
    const { extraSecrets = {}, ...rest } = settings?.datastore ?? ({} as Settings["datastore"]);
    const values: Record<string, unknown> = { ...rest, ...extraSecrets };
    const secret = await Promise.all(
      Object.entries(values).map(async ([key, value]) =>
        pulumi.Output.isInstance(value) && (await pulumi.isSecret(value)) ? key : undefined,
      ),
    );
    expect(secret.filter((key) => key !== undefined)).to.have.members([
      ...Object.keys(texts),
      "TOKEN",
      "OTHER",
    ]);
    const secretKeys = Object.entries(keys).filter(([, key]) => key.secret);
    expect(secretKeys.map(([key]) => key)).to.have.members(Object.keys(given));
  });
});
