import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { describe, it } from "mocha";
import { record } from "../../plan/record";
import { checkConfiguration, ConfigurationError, loadSettings } from "../../stacks";
import { getSetting, settingPaths } from "../../stacks/schema";
import { certificate, changed, dev, prod } from "./configurations";

/** Runs a program with a configuration as the engine passes it. */
async function load(config: Record<string, string>, secretKeys: string[], project = "beo-datastore") {
  let settings: Awaited<ReturnType<typeof loadSettings>> | undefined;
  const full = Object.fromEntries(Object.entries(config).map(([key, value]) => [`${project}:${key}`, value]));
  const { error } = await record(
    {
      project,
      stack: "dev",
      config: { "aws:region": "us-west-1", ...full },
      secretKeys: secretKeys.map((key) => `${project}:${key}`),
    },
    async () => {
      settings = await loadSettings();
    },
  );
  return { settings, error };
}

const required = { appUrl: "https://a.beotest.net", supportEmail: "a@beotest.net" };

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

  it("are those of the project, whatever its name", async () => {
    const { settings, error } = await load({ ...required, name: "meter" }, [], "meters");
    expect(error).to.equal(undefined);
    expect(settings?.datastore.applicationName).to.equal("meter-dev");
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

  it("check the URL from outside in prod, unless the configuration says otherwise", () => {
    const checks = (raw: Parameters<typeof checkConfiguration>[0]) =>
      checkConfiguration(raw).settings.monitoring.healthCheck;
    expect(checks(prod)).to.equal(true);
    expect(checks(changed({ monitoring: { errorRate: 10 } }))).to.equal(true);
    expect(checks(changed({ monitoring: { healthCheck: false } }))).to.equal(false);
    expect(checks(dev())).to.equal(undefined);
  });

  it("add a load balancer to dev's single instance when it has a domain", () => {
    const isSingle = (values: Record<string, unknown>) =>
      checkConfiguration(dev(values)).settings.web.singleInstance;
    expect(isSingle({})).to.equal(true);
    expect(isSingle({ domain: "api.beotest.net", hostedZone: "beotest.net" })).to.equal(false);
  });

  it("put CloudFront in front of dev's single instance where it has no domain, unless the configuration says otherwise", () => {
    const hasCloudFront = (raw: Parameters<typeof checkConfiguration>[0]) =>
      checkConfiguration(raw).settings.web.cloudFront;
    expect(hasCloudFront(dev())).to.equal(true);
    expect(hasCloudFront(dev({ web: { cloudFront: false } }))).to.equal(false);
    expect(hasCloudFront(dev({ web: { singleInstance: false } }))).to.equal(false);
    expect(hasCloudFront(dev({ domain: "api.beotest.net", hostedZone: "beotest.net" }))).to.equal(false);
    expect(hasCloudFront(prod)).to.equal(false);
  });
});

describe("the warnings", () => {
  const warnings = (raw: Parameters<typeof checkConfiguration>[0]) => checkConfiguration(raw).warnings;
  const http =
    "domain is not set, so the application is served over plain HTTP. Browsers do not send its secure cookies over HTTP, so users cannot log in. Set it with hostedZone or certificateArn, or let CloudFront serve a single instance (web.cloudFront).\n    npx pulumi config set domain --stack dev <value>";
  const alarmEmail = "operations@beotest.net";
  /** A configuration of prod without other warnings. */
  const quiet = (values: Record<string, unknown>, stack = "prod") => ({
    ...changed(
      {
        alarmEmail,
        worker: { maxSize: 1 },
        smtpUser: "u",
        smtpPassword: "p",
        ...values,
      },
      ["smtpUser", "smtpPassword"],
    ),
    stack,
  });

  it("tell of plain HTTP, and of nothing that the tier decides", () => {
    expect(warnings(dev())).to.deep.equal([]);
    expect(warnings(dev({ web: { cloudFront: false } }))).to.deep.equal([http]);
    expect(warnings(dev({ web: { singleInstance: false } }))).to.deep.equal([http]);
    expect(warnings(changed({ alarmEmail }))).to.deep.equal([]);
  });

  it("tell of alarms that reach no operator, in prod", () => {
    const silent =
      "alarmEmail is not set, so alarms reach no operator.\n    npx pulumi config set alarmEmail --stack prod <value>";
    const without = (values: Record<string, unknown> = {}) => warnings(changed(values));
    expect(without()).to.deep.equal([silent]);
    expect(without({ monitoring: { emails: [alarmEmail] } })).to.deep.equal([]);
    expect(
      without({ monitoring: { topicArns: ["arn:aws:sns:us-west-1:123456789012:alarms"] } }),
    ).to.deep.equal([]);
  });

  it("tell of settings with unexpected consequences, with the command that changes them", () => {
    expect(warnings(quiet({}))).to.deep.equal([]);
    const chosen = {
      database: { storageEncrypted: false, additionalSecurityGroupIds: ["sg-0123456789abcdef0"] },
      web: { minSize: 1, healthCheckMatcher: "200-299,404" },
      worker: { maxSize: 2 },
      network: { egressPorts: [22] },
      mail: { region: "eu-west-1", dmarcPolicy: "reject" },
      monitoring: { topicArns: ["arn:aws:sns:us-west-1:123456789012:pager"], emails: ["ops@beotest.net"] },
      platform: { plainSecrets: true, update: true },
    };
    expect(warnings(quiet(chosen))).to.deep.equal([
      "web.minSize is 1, but 2 in the prod tier. While the only instance fails, the application is unavailable.\n    npx pulumi config rm --path web.minSize --stack prod",
      "web.healthCheckMatcher is 200-299,404. Health checks have an IP address as Host, which the application answers with 400, except on /health of npx beo overlay. Without 400 no instance becomes healthy.\n    npx pulumi config rm --path web.healthCheckMatcher --stack prod",
      // Without the key, RDS would replace the database.
      "database.storageEncrypted is false. The database, its backups and its snapshots are not encrypted at rest. See docs/adopting.md to encrypt them.",
      "database.additionalSecurityGroupIds is set. sg-0123456789abcdef0 may give others access to the database. Remove it once both environments use their new security groups.\n    npx pulumi config rm --path database.additionalSecurityGroupIds --stack prod",
      "network.egressPorts has no effect, because network.create is not true.\n    npx pulumi config rm --path network.egressPorts --stack prod",
      "mail.dmarcPolicy has no effect, because hostedZone does not contain mail.domain.\n    npx pulumi config rm --path mail.dmarcPolicy --stack prod",
      "monitoring.topicArns is set: alarmEmail and monitoring.emails are not subscribed to these topics.\n    npx pulumi config rm --path monitoring.topicArns --stack prod",
      "mail.region has no effect, because mail is sent through the provider of smtpUser.\n    npx pulumi config rm --path mail.region --stack prod",
      "platform.plainSecrets is true. Everyone who can view the environments in Elastic Beanstalk can read all secrets.\n    npx pulumi config rm --path platform.plainSecrets --stack prod",
      "platform.update is true. Every update moves the environments to the newest platform version. Remove it afterwards.\n    npx pulumi config rm --path platform.update --stack prod",
    ]);
    expect(warnings(quiet({ web: { healthCheckMatcher: "200,399-401" } }))).to.deep.equal([]);
    const health = { healthCheckPath: "/health", healthCheckMatcher: "200" };
    expect(warnings(quiet({ web: health }))).to.deep.equal([]);
  });

  it("tell of maintenance, so that it is not forgotten", () => {
    const text = (except: string) =>
      `web.maintenance is true. Requests are answered with 503${except}, and the workers take no tasks. Remove it, and run npx pulumi up -s prod, to end the maintenance.\n    npx pulumi config rm --path web.maintenance --stack prod`;
    expect(warnings(quiet({ web: { maintenance: true } }))).to.deep.equal([text("")]);
    const web = { maintenance: true, maintenanceCidrs: ["203.0.113.0/24", "198.51.100.7/32"] };
    expect(warnings(quiet({ web }))).to.deep.equal([
      text(", except those from 203.0.113.0/24, 198.51.100.7/32"),
    ]);
    expect(warnings(quiet({ web: { ...web, maintenance: false } }))).to.deep.equal([]);
  });

  it("tell of actions that end all instances, and of none that sets them back", () => {
    const down = { name: "Down", recurrence: "0 2 * * *", minSize: 0, maxSize: 0 };
    const up = { ...down, name: "Up", recurrence: "0 14 * * *", minSize: 1, maxSize: 1 };
    const withActions = (...schedule: object[]) => warnings(dev({ worker: { schedule } }));
    const text =
      "worker.schedule sets maxSize 0, and no action sets it back: the worker environment would stay without instances. Add an action with its sizes.\n    npx pulumi config rm --path worker.schedule --stack dev";
    expect(withActions(down)).to.deep.equal([text]);
    expect(withActions(down, { ...up, suspended: true })).to.deep.equal([text]);
    const once = { name: "Up", startTime: "2099-01-31T08:00:00Z", minSize: 1, maxSize: 1 };
    expect(withActions(down, once)).to.deep.equal([text]);
    expect(withActions(down, up)).to.deep.equal([]);
    expect(withActions({ ...down, suspended: true })).to.deep.equal([]);
  });

  it("tell of actions whose start is over, which AWS refuses in new ones", () => {
    const sizes = { startTime: "2021-01-31T08:00:00Z", minSize: 1, maxSize: 1 };
    const schedule = [
      { name: "Later", ...sizes, startTime: "2099-01-31T08:00:00Z" },
      { name: "Once", ...sizes },
      { name: "Daily", recurrence: "0 14 * * *", ...sizes, startTime: "2022-01-31T08:00:00Z" },
      { name: "Off", ...sizes, suspended: true },
    ];
    expect(warnings(dev({ worker: { schedule } }))).to.deep.equal([
      "worker.schedule[1] has run at 2021-01-31T08:00:00Z. AWS refuses a time in the past in a new action. Remove it.\n    npx pulumi config rm --path 'worker.schedule[1]' --stack dev",
      "worker.schedule[2].startTime has begun at 2022-01-31T08:00:00Z. AWS refuses a time in the past in a new action. Remove it.\n    npx pulumi config rm --path 'worker.schedule[2].startTime' --stack dev",
    ]);
  });

  it("tell of rolling deployments to all instances at once", () => {
    const rolling = { deploymentPolicy: "Rolling", maxSize: 4 };
    const text =
      "web.deploymentBatchSize is all instances at once, although web.deploymentPolicy is Rolling: the web environment has none while they are deployed to. Expected fewer.\n    npx pulumi config rm --path web.deploymentBatchSize --stack prod";
    const batches = (values: object) => warnings(quiet({ web: { ...rolling, ...values } }));
    expect(batches({ deploymentBatchSize: 100 })).to.deep.equal([text]);
    expect(batches({ deploymentBatchSize: 4, deploymentBatchSizeType: "Fixed" })).to.deep.equal([text]);
    expect(batches({ deploymentBatchSize: 3, deploymentBatchSizeType: "Fixed" })).to.deep.equal([]);
    const more = { deploymentPolicy: "RollingWithAdditionalBatch", deploymentBatchSize: 100 };
    expect(batches(more)).to.deep.equal([]);
  });

  it("tell of two generations of environments, without a command that deletes one", () => {
    const platform = { generation: 2, previousBranch: "Docker" };
    expect(warnings(quiet({ platform, web: { previousInstanceTypes: ["t3.small"] } }))).to.deep.equal([
      "platform.previousBranch is set: the environments of two generations run, and cost twice as much. The next step: npx beo platform prod",
    ]);
    const types = { maxSize: 1, previousInstanceTypes: ["t3.small"] };
    expect(warnings(quiet({ platform: { generation: 2 }, worker: types }))).to.deep.equal([
      "worker.previousInstanceTypes has no effect, because platform.previousBranch is not set.\n    npx pulumi config rm --path worker.previousInstanceTypes --stack prod",
    ]);
  });

  it("tell of Spot Instances that there cannot be, or that are likely to be interrupted", () => {
    const spot = { spot: true, instanceTypes: ["m5.large", "m5a.large"] };
    expect(warnings(quiet({ worker: { ...spot, onDemandBase: 0, maxSize: 1 } }))).to.deep.equal([]);
    expect(warnings(quiet({ worker: spot }))).to.deep.equal([]);
    expect(warnings(quiet({ worker: { ...spot, maxSize: 1 } }))).to.deep.equal([
      "worker.spot has no effect, because worker.onDemandBase is 1 and worker.maxSize 1.\n    npx pulumi config rm --path worker.spot --stack prod",
    ]);
    expect(warnings(quiet({ worker: { spot: true } }))).to.deep.equal([
      "worker.spot is true, but worker.instanceTypes has one type. Set more types of one size, so that EC2 interrupts fewer instances.\n    npx pulumi config rm --path worker.spot --stack prod",
    ]);
  });

  it("tell of a task limit that Elastic Beanstalk does not wait for in a deployment", () => {
    expect(warnings(quiet({ worker: { taskTimeLimit: 3540 } }))).to.deep.equal([]);
    expect(warnings(quiet({ worker: { taskTimeLimit: 3600 } }))).to.deep.equal([
      "worker.taskTimeLimit is 3600. Elastic Beanstalk waits 3600 seconds for a deployment on an instance, so that it fails while a longer task runs. Deploy while no task runs.\n    npx pulumi config rm --path worker.taskTimeLimit --stack prod",
    ]);
  });

  it("tell of a record that is left out, but would not be created anyway", () => {
    const byCertificate = { hostedZone: undefined, certificateArn: certificate };
    expect(warnings(quiet({ ...byCertificate, web: { dnsRecord: false } }))).to.deep.equal([
      "web.dnsRecord has no effect, because hostedZone is not set.\n    npx pulumi config rm --path web.dnsRecord --stack prod",
    ]);
    expect(warnings(quiet({ ...byCertificate, web: { dnsRecord: true } }))).to.deep.equal([]);
    expect(warnings(quiet({ web: { dnsRecord: false } }))).to.deep.equal([]);
  });

  it("tell of the web environment's scaling with a single instance", () => {
    const web = { scaling: "cpu", scalingLow: 20, scalingHigh: 60 };
    expect(warnings(quiet({ web }))).to.deep.equal([]);
    const single = { singleInstance: true, minSize: 1, maxSize: 1, deploymentPolicy: "AllAtOnce" };
    const isScaling = (text: string) => text.startsWith("web.scaling");
    expect(warnings(dev({ web: { ...single, ...web } })).filter(isScaling)).to.deep.equal(
      ["scaling", "scalingLow", "scalingHigh"].map(
        (key) =>
          `web.${key} has no effect, because the web environment has a single instance (web.singleInstance).\n    npx pulumi config rm --path web.${key} --stack dev`,
      ),
    );
    expect(warnings(dev({ web: single })).filter(isScaling)).to.deep.equal([]);
  });

  it("tell of On-Demand Instances without Spot, and of Spot without draining", () => {
    const types = { instanceTypes: ["t3.large", "t3a.large"], maxSize: 4 };
    expect(warnings(quiet({ worker: { ...types, onDemandBase: 2 } }))).to.deep.equal([
      "worker.onDemandBase has no effect, because worker.spot is not set.\n    npx pulumi config rm --path worker.onDemandBase --stack prod",
    ]);
    const spot = { ...types, onDemandBase: 2, spot: true };
    expect(warnings(quiet({ worker: spot }))).to.deep.equal([]);
    expect(warnings(quiet({ worker: { ...spot, drain: false } }))).to.deep.equal([
      "worker.spot is true, but worker.drain is false. Tasks that run when EC2 interrupts a Spot Instance are lost. Set worker.drain to true, or remove worker.spot.\n    npx pulumi config rm --path worker.spot --stack prod",
    ]);
  });

  it("tell of names that collide with others", () => {
    expect(warnings(quiet({ environment: "prod" }, "alice"))).to.deep.equal([
      "name is not set, so the application name of stack alice is beo-datastore-prod, like that of stack prod. Set it if both are in one account.\n    npx pulumi config set name --stack alice <value>",
    ]);
    expect(warnings(quiet({ environment: "prod", name: "alice" }, "alice"))).to.deep.equal([]);
    expect(warnings(quiet({ appUrl: "https://api.beotest.net" }))).to.deep.equal([
      "appUrl has the same host name as domain, api.beotest.net, which points to the application. Set appUrl to the front end's own host name.\n    npx pulumi config set appUrl --stack prod <value>",
    ]);
  });

  it("list the placeholders, with which only the offline plan works", () => {
    const raw = {
      ...changed({
        alarmEmail,
        appUrl: "https://beo.example.com",
        domain: "api.example.com",
        hostedZone: "example.com",
        mail: { domain: "example.com", fromAddress: "a@example.com" },
      }),
    };
    const keys = ["appUrl", "domain", "hostedZone", "mail.domain", "mail.fromAddress"];
    expect(checkConfiguration(raw).problems.map(({ key }) => key)).to.deep.equal(keys);
    const { problems, warnings: notes } = checkConfiguration({ ...raw, hasEngine: false });
    expect(problems).to.deep.equal([]);
    expect(notes).to.have.length(1);
    expect(notes[0]).to.match(
      /^placeholders: set appUrl, domain, hostedZone, mail\.domain, mail\.fromAddress before deployment\./,
    );
    expect(notes[0]?.match(/^ {4}npx pulumi config set .* --stack prod <value>$/gm)).to.have.length(
      keys.length,
    );
  });

  it("take no name for a placeholder that only resembles one, nor a front end on the developer's computer", () => {
    for (const appUrl of [
      "https://example.de",
      "https://myexample.com",
      "https://example.com.au",
      "https://test.de",
    ]) {
      expect(checkConfiguration(changed({ appUrl })).problems, appUrl).to.deep.equal([]);
    }
    for (const appUrl of ["http://localhost:3000", "http://beo.test", "http://beo.test:8080"]) {
      expect(checkConfiguration(dev({ appUrl })).problems, appUrl).to.deep.equal([]);
    }
  });
});
