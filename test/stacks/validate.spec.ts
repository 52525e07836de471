import { expect } from "chai";
import { describe, it } from "mocha";
import type { RawConfig } from "../../stacks/raw";
import { validate } from "../../stacks/validate";

const prod: RawConfig = {
  stack: "prod",
  region: "us-west-1",
  values: {
    appUrl: "https://beo.example.com",
    supportEmail: "support@example.com",
    domain: "api.example.com",
    hostedZone: "example.com",
  },
  secrets: new Set(),
};

const changed = (values: Record<string, unknown>, secrets: string[] = []): RawConfig => ({
  ...prod,
  values: { ...prod.values, ...values },
  secrets: new Set(secrets),
});
const without = (...keys: string[]): RawConfig => ({
  ...prod,
  values: Object.fromEntries(Object.entries(prod.values).filter(([key]) => !keys.includes(key))),
});
const dev = (values: Record<string, unknown>): RawConfig => ({
  ...prod,
  stack: "dev",
  values: { appUrl: "http://localhost:3000", supportEmail: "support@example.com", ...values },
});
const certificate = "arn:aws:acm:us-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef";

/** A wrong configuration, the key it names, a part of the message, and the command that mends it. */
type Mistake = [what: string, config: RawConfig, key: string, says: string | RegExp, mend: string];

const mistakes: Mistake[] = [
  [
    "no appUrl",
    without("appUrl"),
    "appUrl",
    "is missing",
    "pulumi config set beo-datastore:appUrl https://beo.example.com",
  ],
  [
    "no support address",
    without("supportEmail"),
    "supportEmail",
    "is missing",
    "pulumi config set beo-datastore:supportEmail support@example.com",
  ],
  [
    "a path in appUrl",
    changed({ appUrl: "https://a.example.com/x" }),
    "appUrl",
    "without a path",
    "pulumi config set beo-datastore:appUrl https://beo.example.com",
  ],
  [
    "a final slash in appUrl",
    changed({ appUrl: "https://a.example.com/" }),
    "appUrl",
    "a final slash",
    "pulumi config set beo-datastore:appUrl https://beo.example.com",
  ],
  [
    "plain http in prod",
    changed({ appUrl: "http://a.example.com" }),
    "appUrl",
    "in prod legal is an https:// URL",
    "pulumi config set beo-datastore:appUrl https://a.example.com",
  ],
  [
    "prod without protection",
    changed({ protect: false }),
    "protect",
    "in prod legal is true",
    "pulumi config rm beo-datastore:protect",
  ],
  [
    "no e-mail address",
    changed({ supportEmail: "support" }),
    "supportEmail",
    'is "support": legal is an e-mail address',
    "pulumi config set beo-datastore:supportEmail support@example.com",
  ],
  [
    "an unknown key",
    changed({ supportMail: "a@b.de" }),
    "supportMail",
    "is supportEmail meant?",
    "pulumi config rm beo-datastore:supportMail",
  ],
  [
    "an unknown nested key",
    changed({ database: { multiAZ: true } }),
    "database.multiAZ",
    "is database.multiAz meant?",
    "pulumi config rm --path beo-datastore:database.multiAZ",
  ],
  [
    "a capital in the name",
    changed({ name: "Beo" }),
    "name",
    "lower-case letters",
    "pulumi config set beo-datastore:name beo-datastore",
  ],
  [
    "a name too long for Elastic Beanstalk",
    changed({ name: "a".repeat(29) }),
    "name",
    "of 34 characters: legal are 33",
    `pulumi config set beo-datastore:name ${"a".repeat(28)}`,
  ],
  [
    "a name that S3 reserves",
    changed({ name: "sthree-beo" }),
    "name",
    "S3 reserves",
    "pulumi config set beo-datastore:name beo-datastore",
  ],
  [
    "prod without HTTPS",
    without("domain", "hostedZone"),
    "domain",
    "nobody can log in",
    "pulumi config set beo-datastore:domain beo.example.com && pulumi config set beo-datastore:hostedZone example.com",
  ],
  [
    "a domain without zone or certificate",
    without("hostedZone"),
    "domain",
    "needs hostedZone",
    "pulumi config set beo-datastore:hostedZone example.com",
  ],
  [
    "zone and certificate",
    changed({ certificateArn: certificate }),
    "certificateArn",
    "are both set",
    "pulumi config rm beo-datastore:certificateArn",
  ],
  [
    "a zone without domain",
    dev({ hostedZone: "example.com" }),
    "domain",
    "is missing, but hostedZone is set",
    "pulumi config set beo-datastore:domain beo.example.com",
  ],
  [
    "a domain outside its zone",
    changed({ hostedZone: "example.org" }),
    "hostedZone",
    "does not lie",
    "pulumi config set beo-datastore:hostedZone example.com",
  ],
  [
    "a certificate of another region",
    {
      ...without("hostedZone"),
      values: {
        ...without("hostedZone").values,
        certificateArn: certificate.replace("us-west-1", "us-east-1"),
      },
    },
    "certificateArn",
    "is of us-east-1",
    `pulumi config set beo-datastore:certificateArn ${certificate}`,
  ],
  [
    "HTTPS on a single instance",
    changed({ web: { singleInstance: true, minSize: 1, maxSize: 1, deploymentPolicy: "AllAtOnce" } }),
    "web.singleInstance",
    "HTTPS ends at a load balancer",
    "pulumi config set --path beo-datastore:web.singleInstance false",
  ],
  [
    "more than one single instance",
    dev({ web: { maxSize: 2 } }),
    "web.maxSize",
    "web.singleInstance is true",
    "pulumi config set --path beo-datastore:web.singleInstance false",
  ],
  [
    "a rolling single instance",
    dev({ web: { deploymentPolicy: "Rolling" } }),
    "web.deploymentPolicy",
    "legal are AllAtOnce and Immutable",
    "pulumi config set --path beo-datastore:web.deploymentPolicy AllAtOnce",
  ],
  [
    "only an SMTP user",
    changed({ smtpUser: "u" }, ["smtpUser"]),
    "smtpPassword",
    "is missing, but smtpUser is set",
    "pulumi config set --secret beo-datastore:smtpPassword password, or pulumi config rm beo-datastore:smtpUser",
  ],
  [
    "only the password of a database user",
    changed({ sqlPassword: "12345678" }, ["sqlPassword"]),
    "sqlUser",
    "is missing, but sqlPassword is set: a user of the application's own has both",
    "pulumi config set beo-datastore:sqlUser beo_datastore_2, or pulumi config rm beo-datastore:sqlPassword",
  ],
  [
    "a secret in plain text",
    changed({ databasePassword: "12345678" }),
    "databasePassword",
    "plain text",
    'pulumi config set --secret beo-datastore:databasePassword "$(openssl rand -hex 20)"',
  ],
  [
    "a password that RDS refuses",
    changed({ databasePassword: "12345/78" }, ["databasePassword"]),
    "databasePassword",
    "has a value that is not shown",
    'pulumi config set --secret beo-datastore:databasePassword "$(openssl rand -hex 20)"',
  ],
  [
    "a password that the shell alters",
    changed({ supportPassword: "12$45678" }, ["supportPassword"]),
    "supportPassword",
    "not shown",
    'pulumi config set --secret beo-datastore:supportPassword "$(openssl rand -hex 20)"',
  ],
  [
    "a short SECRET_KEY",
    changed({ secretKey: "short" }, ["secretKey"]),
    "secretKey",
    "32 to 128",
    'pulumi config set --secret beo-datastore:secretKey "$(openssl rand -hex 32)"',
  ],
  [
    "one secret for two",
    changed({ secretKey: "k".repeat(40), supportPassword: "k".repeat(40) }, ["secretKey", "supportPassword"]),
    "supportPassword",
    "the same value as secretKey",
    'pulumi config set --secret beo-datastore:supportPassword "$(openssl rand -hex 20)"',
  ],
  [
    "a class below db.t3.medium",
    changed({ database: { instanceClass: "db.t3.small" } }),
    "database.instanceClass",
    "db.t3.medium or larger",
    "pulumi config set --path beo-datastore:database.instanceClass db.t3.medium",
  ],
  [
    "a major version as a number",
    changed({ database: { engineVersion: 16 } }),
    "database.engineVersion",
    'legal is a major version "14" to "18"',
    "pulumi config set --path --type string beo-datastore:database.engineVersion 17",
  ],
  [
    "a master user that RDS refuses",
    changed({ database: { username: "admin" } }),
    "database.username",
    "not admin, root, user, rdsadmin or pg_",
    "pulumi config set --path beo-datastore:database.username beo_datastore",
  ],
  [
    "a security group that is none",
    changed({ database: { additionalSecurityGroupIds: ["default"] } }),
    "database.additionalSecurityGroupIds",
    "security group ids (sg-…)",
    "pulumi config set --path 'beo-datastore:database.additionalSecurityGroupIds[0]' sg-0123456789abcdef0",
  ],
  [
    "an address prefix of two parts that is not AWS's",
    changed({ web: { cnamePrefix: "beo.example" } }),
    "web.cnamePrefix",
    "may end in .eba-…",
    "pulumi config set --path beo-datastore:web.cnamePrefix beo-datastore-prod-2",
  ],
  [
    "no class at all",
    changed({ database: { instanceClass: "t3.medium" } }),
    "database.instanceClass",
    'is "t3.medium"',
    "pulumi config set --path beo-datastore:database.instanceClass db.t3.medium",
  ],
  [
    "storage that cannot grow",
    changed({ database: { allocatedStorage: 200, maxAllocatedStorage: 100 } }),
    "database.maxAllocatedStorage",
    "legal is 220 or more",
    "pulumi config set --path beo-datastore:database.maxAllocatedStorage 220",
  ],
  [
    "storage that can grow by less than RDS takes",
    changed({ database: { allocatedStorage: 100, maxAllocatedStorage: 109 } }),
    "database.maxAllocatedStorage",
    "legal is 110 or more",
    "pulumi config set --path beo-datastore:database.maxAllocatedStorage 110",
  ],
  [
    "a master user of PostgreSQL's own",
    changed({ database: { username: "pg_admin" } }),
    "database.username",
    "rdsadmin or pg_",
    "pulumi config set --path beo-datastore:database.username beo_datastore",
  ],
  [
    "a port that is none",
    changed({ appUrl: "https://a.example.com:65536" }),
    "appUrl",
    "an https:// URL",
    "pulumi config set beo-datastore:appUrl https://beo.example.com",
  ],
  [
    "an encrypted key that is no secret",
    changed({ alarmEmail: "hidden@example.com" }, ["alarmEmail"]),
    "alarmEmail",
    "is encrypted, and is no secret",
    "pulumi config set --plaintext beo-datastore:alarmEmail support@example.com",
  ],
  [
    "an encrypted part of a group",
    changed({ database: { username: "hidden" } }, ["database"]),
    "database",
    "is encrypted, and is no secret",
    "pulumi config set --plaintext --path beo-datastore:database.PART value",
  ],
  [
    "encrypted variables that are shown",
    changed({ extraEnvironment: { TOKEN: "hidden" } }, ["extraEnvironment"]),
    "extraEnvironment",
    "secret ones belong into extraSecrets",
    "pulumi config rm beo-datastore:extraEnvironment && pulumi config set --secret --path 'beo-datastore:extraSecrets.NAME' 'value'",
  ],
  [
    "a key that every object has",
    changed({ constructor: "x" }),
    "constructor",
    "is not a key of this program",
    "pulumi config rm beo-datastore:constructor",
  ],
  [
    "a name too long for the account's namespace",
    changed({ name: "a".repeat(26), storage: { accountNamespace: true } }),
    "name",
    "with storage.accountNamespace legal are 30",
    `pulumi config set beo-datastore:name ${"a".repeat(25)}`,
  ],
  [
    "a name that Systems Manager refuses",
    changed({ name: "aws-meters" }),
    "name",
    "begin with aws or ssm",
    "pulumi config set beo-datastore:name beo-datastore",
  ],
  [
    "a domain too long for a certificate",
    changed({ domain: `${"a".repeat(60)}.example.com` }),
    "domain",
    "has 72 characters: a certificate takes 64",
    "pulumi config set beo-datastore:domain beo.example.com",
  ],
  [
    "a secret too long for a parameter",
    changed({ extraSecrets: { LONG: "x".repeat(4097) } }, ["extraSecrets"]),
    "extraSecrets.LONG",
    "has 4097 bytes: a parameter takes 4096",
    "pulumi config rm --path beo-datastore:extraSecrets.LONG",
  ],
  [
    "too many plain secrets",
    changed(
      {
        platform: { plainSecrets: true },
        smtpUser: "u".repeat(256),
        smtpPassword: "p".repeat(256),
        extraEnvironment: { LONG: "x".repeat(2500) },
      },
      ["smtpUser", "smtpPassword"],
    ),
    "extraEnvironment",
    /about \d+ bytes/,
    "pulumi config rm --path beo-datastore:extraEnvironment.LONG",
  ],
  [
    "too few days of backups",
    changed({ database: { backupRetentionPeriod: 1 } }),
    "database.backupRetentionPeriod",
    "from 7 to 35",
    "pulumi config set --path beo-datastore:database.backupRetentionPeriod 7",
  ],
  [
    "a number as text",
    changed({ web: { minSize: "2" } }),
    "web.minSize",
    'is "2": legal is a whole number from 1 to 100',
    "pulumi config set --path beo-datastore:web.minSize 1",
  ],
  [
    "minSize above maxSize",
    changed({ worker: { minSize: 9, maxSize: 3 } }),
    "worker.minSize",
    "more than worker.maxSize, which is 3",
    "pulumi config set --path beo-datastore:worker.maxSize 9",
  ],
  [
    "two architectures",
    changed({ worker: { instanceTypes: ["t4g.large", "t3.large"] } }),
    "worker.instanceTypes",
    "mixes arm64 (t4g.large) with x86_64 (t3.large)",
    "pulumi config set --path 'beo-datastore:worker.instanceTypes[0]' t3.large",
  ],
  [
    "no instance type",
    changed({ web: { instanceTypes: ["big"] } }),
    "web.instanceTypes",
    "a list of EC2 instance types",
    "pulumi config set --path 'beo-datastore:web.instanceTypes[0]' t3.small",
  ],
  [
    "no VPC id",
    changed({ network: { vpcId: "vpc" } }),
    "network.vpcId",
    "a VPC id",
    "pulumi config set --path beo-datastore:network.vpcId vpc-0123456789abcdef0",
  ],
  [
    "a VPC without its subnets",
    changed({
      network: { vpcId: "vpc-12345678", databaseSubnetIds: ["subnet-12345678", "subnet-12345679"] },
    }),
    "network.vpcId",
    "needs network.databaseSubnetIds and network.instanceSubnetIds",
    "pulumi config set --path 'beo-datastore:network.instanceSubnetIds[0]' subnet-0123456789abcdef0",
  ],
  [
    "subnets without their VPC",
    changed({ network: { instanceSubnetIds: ["subnet-12345678", "subnet-12345679"] } }),
    "network.instanceSubnetIds",
    "network.vpcId is not",
    "pulumi config set --path beo-datastore:network.vpcId vpc-0123456789abcdef0",
  ],
  [
    "a database in one zone",
    changed({
      network: {
        vpcId: "vpc-12345678",
        databaseSubnetIds: ["subnet-12345678"],
        instanceSubnetIds: ["subnet-12345678", "subnet-23456789"],
      },
    }),
    "network.databaseSubnetIds",
    "has one subnet",
    "pulumi config set --path 'beo-datastore:network.databaseSubnetIds[1]' subnet-0123456789abcdef1",
  ],
  [
    "a load balancer in the instances' one zone",
    changed({
      network: {
        vpcId: "vpc-12345678",
        databaseSubnetIds: ["subnet-12345678", "subnet-23456789"],
        instanceSubnetIds: ["subnet-12345678"],
      },
    }),
    "network.instanceSubnetIds",
    "has one subnet",
    "pulumi config set --path 'beo-datastore:network.instanceSubnetIds[1]' subnet-0123456789abcdef1",
  ],
  [
    "no addresses in the default VPC",
    changed({ network: { associatePublicIpAddress: false } }),
    "network.associatePublicIpAddress",
    "without an address they reach nothing",
    "pulumi config set --path 'beo-datastore:network.instanceSubnetIds[0]' subnet-0123456789abcdef0",
  ],
  [
    "mail from outside its domain",
    changed({ mail: { domain: "example.org" } }),
    "mail.fromAddress",
    "which is not of mail.domain",
    "pulumi config set --path beo-datastore:mail.fromAddress support@example.org",
  ],
  [
    "a previous key that is not",
    changed({ mail: { keyGeneration: 3, previousKeyGeneration: 1 } }),
    "mail.previousKeyGeneration",
    "legal is 2",
    "pulumi config set --path beo-datastore:mail.previousKeyGeneration 2",
  ],
  [
    "a variable of ours",
    changed({ extraEnvironment: { DEBUG: "1" } }),
    "extraEnvironment.DEBUG",
    "this program sets itself",
    "pulumi config rm --path beo-datastore:extraEnvironment.DEBUG",
  ],
  [
    "a variable that stops uploads",
    changed({ extraEnvironment: { AWS_DEFAULT_ACL: "x" } }),
    "extraEnvironment.AWS_DEFAULT_ACL",
    "ACLs switched off",
    "pulumi config rm --path beo-datastore:extraEnvironment.AWS_DEFAULT_ACL",
  ],
  [
    "a variable twice",
    changed({ extraEnvironment: { TOKEN: "1" }, extraSecrets: { TOKEN: "2" } }, ["extraSecrets"]),
    "extraEnvironment.TOKEN",
    "is in extraSecrets too",
    "pulumi config rm --path beo-datastore:extraEnvironment.TOKEN",
  ],
  [
    "a variable's name in small letters",
    changed({ extraEnvironment: { token: "1" } }),
    "extraEnvironment",
    "capital letters",
    "pulumi config set --path beo-datastore:extraEnvironment.NAME value",
  ],
  [
    "too many properties",
    changed({ extraEnvironment: { LONG: "x".repeat(3000) } }),
    "extraEnvironment",
    /about \d+ bytes: Elastic Beanstalk takes 4096/,
    "pulumi config rm --path beo-datastore:extraEnvironment.LONG",
  ],
  [
    "a platform that is none",
    changed({ platform: { branch: "Python 3.8" } }),
    "platform.branch",
    "one of Python 3.13",
    "pulumi config set --path beo-datastore:platform.branch 'Python 3.13'",
  ],
  [
    "a text for a group",
    changed({ web: "big" }),
    "web",
    'is "big": legal is an object of instanceTypes',
    "pulumi config rm beo-datastore:web && pulumi config set --path 'beo-datastore:web.instanceTypes[0]' t3.small",
  ],
  [
    "a part of a group without --path",
    changed({ "database.multiAz": "true" }),
    "database.multiAz",
    "is a part of database, and was set without --path",
    "pulumi config rm beo-datastore:database.multiAz && pulumi config set --path beo-datastore:database.multiAz true",
  ],
  [
    "a text of a group without --path",
    changed({ "database.engineVersion": "18" }),
    "database.engineVersion",
    "without --path",
    "pulumi config rm beo-datastore:database.engineVersion && pulumi config set --path --type string beo-datastore:database.engineVersion 18",
  ],
  [
    "a text for a list",
    changed({ web: { instanceTypes: "t3.small" } }),
    "web.instanceTypes",
    "legal is a list of EC2 instance types",
    "pulumi config rm --path beo-datastore:web.instanceTypes && pulumi config set --path 'beo-datastore:web.instanceTypes[0]' t3.small",
  ],
  [
    "a variable that the CLI took for a number",
    changed({ extraEnvironment: { NAME: "x", WORKERS: 4 } }),
    "extraEnvironment",
    "legal is",
    "pulumi config set --path --type string beo-datastore:extraEnvironment.WORKERS 4",
  ],
  [
    "no region",
    { ...prod, region: undefined },
    "aws:region",
    "is missing: the application has us-west-1 built in",
    "pulumi config set aws:region us-west-1",
  ],
  [
    "another region",
    { ...prod, region: "eu-west-1" },
    "aws:region",
    "is eu-west-1: the application looks for its queue in us-west-1",
    "pulumi config set aws:region us-west-1",
  ],
  [
    "a stack of another name",
    { ...prod, stack: "stagin" },
    "environment",
    "is none of dev, staging and prod",
    "pulumi config set beo-datastore:environment staging",
  ],
  [
    "an environment that is none",
    changed({ environment: "production" }),
    "environment",
    "one of dev, staging, prod",
    "pulumi config set beo-datastore:environment dev",
  ],
];

describe("the configuration", () => {
  it("is right as it stands", () => {
    expect(validate(prod).problems).to.equal(undefined);
    expect(validate(dev({})).problems).to.equal(undefined);
  });

  for (const [what, config, key, says, mend] of mistakes) {
    it(`is wrong with ${what}`, () => {
      const { problems } = validate(config);
      expect(problems?.map((problem) => problem.key)).to.deep.equal([key]);
      expect(problems?.[0]?.message).to.match(
        says instanceof RegExp ? says : new RegExp(says.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")),
      );
      expect(problems?.[0]?.mend).to.equal(mend);
    });
  }

  it("tells all mistakes at once", () => {
    const { problems } = validate(
      changed({
        appUrl: "x",
        database: { instanceClass: "db.t3.micro" },
        nonsense: "1",
        web: { minSize: 7 },
      }),
    );
    expect(problems?.map(({ key }) => key)).to.have.members([
      "appUrl",
      "database.instanceClass",
      "nonsense",
      "web.minSize",
    ]);
  });

  it("tells the rest too where the environment is none", () => {
    const { problems } = validate(changed({ environment: "prodd", web: { minSize: 7 }, protect: false }));
    expect(problems?.map(({ key }) => key)).to.have.members(["environment", "web.minSize", "protect"]);
  });

  it("takes the longest names that AWS does", () => {
    const settings = changed({ name: "a".repeat(25), storage: { accountNamespace: true } });
    expect(validate(settings).problems).to.equal(undefined);
    expect(validate(changed({ name: "a".repeat(28) })).problems).to.equal(undefined);
    expect(validate(changed({ domain: `${"a".repeat(52)}.example.com` })).problems).to.equal(undefined);
  });

  it("never tells a secret's value", () => {
    const { problems } = validate(
      changed({ databasePassword: "se/cret-1", secretKey: "secret-2", extraSecrets: { a: "secret-3" } }),
    );
    expect(problems).to.have.length(3);
    expect(JSON.stringify(problems)).not.to.match(/se\/cret-1|secret-2|secret-3/);
  });

  it("gives the tier's settings with what was chosen over them", () => {
    const { settings } = validate(changed({ database: { multiAz: false }, name: "meter" }));
    expect(settings?.applicationName).to.equal("meter-prod");
    expect(settings?.database).to.deep.equal({
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      maxAllocatedStorage: 1000,
      multiAz: false,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      monitoringInterval: 60,
      performanceInsights: true,
    });
    expect(settings?.protect).to.equal(true);
    expect(settings?.tags).to.deep.equal({ Project: "meter", Environment: "prod", ManagedBy: "Pulumi" });
  });

  it("protects data outside dev, and in dev where that is chosen", () => {
    expect(validate(prod).settings?.protect).to.equal(true);
    expect(validate(dev({})).settings?.protect).to.equal(false);
    expect(validate(dev({ protect: true })).settings?.protect).to.equal(true);
  });

  it("puts a load balancer before dev's one instance when it has a domain", () => {
    const single = (values: Record<string, unknown>) => validate(dev(values)).settings?.web.singleInstance;
    expect(single({})).to.equal(true);
    expect(single({ domain: "api.example.com", hostedZone: "example.com" })).to.equal(false);
  });

  it("warns of what is legal and may surprise", () => {
    const warnings = (config: RawConfig) => validate(config).warnings?.map((text) => text.split(/[ :]/)[0]);
    expect(warnings(dev({}))).to.deep.equal(["The", "The", "Mail", "Mail"]);
    expect(warnings(dev({ mail: { fromAddress: "support@navigader.com" } }))).to.have.length(3);
    expect(
      warnings(
        changed(
          {
            platform: { plainSecrets: true, update: true },
            worker: { maxSize: 1 },
            smtpUser: "u",
            smtpPassword: "p",
          },
          ["smtpUser", "smtpPassword"],
        ),
      ),
    ).to.deep.equal(["platform.plainSecrets", "platform.update"]);
    expect(warnings(prod)).to.deep.equal(["worker.maxSize", "Mail", "Mail"]);
    const kept = {
      storageEncrypted: false,
      username: "postgres",
      subnetGroupName: "default-vpc-0123456789abcdef0",
      additionalSecurityGroupIds: ["sg-0123456789abcdef0"],
    };
    expect(
      warnings(
        changed({ database: kept, web: { cnamePrefix: "beo-prod.eba-a1b2c3d4" }, worker: { maxSize: 1 } }),
      ),
    ).to.deep.equal(["database.storageEncrypted", "database.additionalSecurityGroupIds", "Mail", "Mail"]);
  });
});
