import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { record } from "../../plan/record";
import { checkConfiguration, ConfigurationError, loadSettings } from "../../stacks";
import { getSetting, settingPaths } from "../../stacks/schema";
import { changed, dev, prod } from "./configurations";

/** Runs a program with a configuration as the engine passes it. */
async function load(config: Record<string, string>, secretKeys: string[]) {
  let settings: Awaited<ReturnType<typeof loadSettings>> | undefined;
  const full = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [`beo-datastore:${key}`, value]),
  );
  const { error } = await record(
    {
      project: "beo-datastore",
      stack: "dev",
      config: { "aws:region": "us-west-1", ...full },
      secretKeys: secretKeys.map((key) => `beo-datastore:${key}`),
    },
    async () => {
      settings = await loadSettings();
    },
  );
  return { settings, error };
}

const required = { appUrl: "https://a.example.com", supportEmail: "a@example.com" };

describe("the settings", () => {
  it("mark every secret, and nothing else", async () => {
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
    const { settings, error } = await load({ ...given, ...required, sqlUser: "app" }, Object.keys(given));
    expect(error).to.equal(undefined);
    const { extraSecrets = {}, ...rest } = settings!.datastore;
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
    expect(settingPaths.filter((path) => getSetting(path)?.secret)).to.have.members(Object.keys(given));
  });

  it("are not loaded from a configuration with errors, which are thrown together", async () => {
    const { settings, error } = await load({ ...required, appUrl: "nonsense", web: '{"minSize":0}' }, []);
    expect(settings).to.equal(undefined);
    expect(error).to.be.instanceOf(ConfigurationError).with.property("messages").with.lengthOf(2);
  });

  it("are the tier's with the configuration over them", () => {
    const { settings } = checkConfiguration(changed({ database: { multiAz: false }, name: "meter" }));
    expect(settings.applicationName).to.equal("meter-prod");
    expect(settings.database).to.deep.equal({
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      maxAllocatedStorage: 1000,
      multiAz: false,
      backupRetentionPeriod: 30,
      monitoringInterval: 60,
      performanceInsights: true,
    });
    expect(settings.tags).to.deep.equal({ Project: "meter", Environment: "prod", ManagedBy: "Pulumi" });
  });

  it("protect data in prod, and in dev where that is set", () => {
    const protect = (raw: Parameters<typeof checkConfiguration>[0]) =>
      checkConfiguration(raw).settings.protect;
    // The component's default is true.
    expect(protect(prod)).to.equal(undefined);
    expect(protect(dev())).to.equal(false);
    expect(protect(dev({ protect: true }))).to.equal(true);
  });

  it("add a load balancer to dev's single instance when it has a domain", () => {
    const isSingle = (values: Record<string, unknown>) =>
      checkConfiguration(dev(values)).settings.web.singleInstance;
    expect(isSingle({})).to.equal(true);
    expect(isSingle({ domain: "api.example.com", hostedZone: "example.com" })).to.equal(false);
  });
});

describe("the warnings", () => {
  const warnings = (raw: Parameters<typeof checkConfiguration>[0]) => checkConfiguration(raw).warnings;
  const http =
    "The application is served over plain HTTP. Browsers do not send its secure cookies over HTTP, so users cannot log in. Set domain with hostedZone or certificateArn.";
  const single =
    "The web environment is a single instance without a load balancer. Every deployment interrupts it.";
  const sandbox =
    "Mail is sent through SES, whose sandbox delivers to verified addresses only until AWS grants production access.";
  const sender =
    "Mail can be sent from support@example.com only, but the application's settings send from support@navigader.com. SES rejects it until they use SUPPORT_EMAIL. See docs/application.md.";
  /** A configuration of prod without other warnings. */
  const quiet = (values: Record<string, unknown>, stack = "prod") => ({
    ...changed(
      {
        worker: { maxSize: 1 },
        smtpUser: "u",
        smtpPassword: "p",
        ...values,
      },
      ["smtpUser", "smtpPassword"],
    ),
    stack,
  });

  it("tell what dev lacks", () => {
    expect(warnings(dev())).to.deep.equal([http, single, sandbox, sender]);
    expect(warnings(dev({ mail: { fromAddress: "support@navigader.com" } }))).to.deep.equal([
      http,
      single,
      sandbox,
    ]);
  });

  it("tell of settings with unexpected consequences", () => {
    const kept = { storageEncrypted: false, additionalSecurityGroupIds: ["sg-0123456789abcdef0"] };
    expect(warnings(quiet({}))).to.deep.equal([]);
    expect(
      warnings(quiet({ database: kept, worker: {}, platform: { plainSecrets: true, update: true } })),
    ).to.deep.equal([
      "database.storageEncrypted is false. The database, its backups and its snapshots are not encrypted at rest. See docs/adopting.md to encrypt them.",
      "database.additionalSecurityGroupIds is set. sg-0123456789abcdef0 may give others access to the database. Remove it once both environments use their new security groups.",
      "worker.maxSize is 4. Celery beat runs on every worker instance, so while there are several, periodic tasks are started several times. See docs/application.md.",
      "platform.plainSecrets is true. Everyone who can view the environments in Elastic Beanstalk can read all secrets.",
      "platform.update is true. Every update moves the environments to the newest platform version. Remove it afterwards.",
    ]);
  });

  it("tell of names that collide with others", () => {
    expect(warnings(quiet({ environment: "prod" }, "alice"))).to.deep.equal([
      "The application name of stack alice is beo-datastore-prod, like that of stack prod. Set name if both are in one account.",
    ]);
    expect(warnings(quiet({ environment: "prod", name: "alice" }, "alice"))).to.deep.equal([]);
    expect(warnings(quiet({ appUrl: "https://api.example.com" }))).to.deep.equal([
      "The front end (appUrl) has the host name api.example.com too, which points to the application.",
    ]);
  });
});
