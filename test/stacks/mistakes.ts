import { getNames } from "../../stacks/schema";
import type { RawConfiguration } from "../../stacks/configuration";
import { certificate, changed, dev, prod, without } from "./configurations";

/** A mistake that people make, the message about it, and the command that fixes it. */
export type Mistake = [title: string, raw: RawConfiguration, message: string, command: string];

const tierList = [
  "    dev: small and cheap, one instance without a load balancer, destroyed in one command",
  "    staging: protected like prod, at the size of dev, so that it shows what will happen in prod",
  "    prod: a standby database, rolling deployments, 30 days of backups, protected data",
].join("\n");

/** Values of a wrong type or format. */
export const values: Mistake[] = [
  [
    "a missing appUrl",
    without(["appUrl"]),
    "appUrl is missing. Expected a lowercase https:// URL (http:// in dev) without a path or default port.",
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "an empty supportEmail, which Pulumi.yaml has by default",
    changed({ supportEmail: "" }),
    "supportEmail is missing. Expected an email address without special characters, in a lowercase domain.",
    "npx pulumi config set supportEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "a trailing slash in appUrl",
    changed({ appUrl: "https://a.beotest.net/" }),
    'appUrl is "https://a.beotest.net/". Expected a lowercase https:// URL (http:// in dev) without a path or default port.',
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "a name instead of an email address",
    changed({ supportEmail: "support" }),
    'supportEmail is "support". Expected an email address without special characters, in a lowercase domain.',
    "npx pulumi config set supportEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "an integer below the range",
    changed({ database: { backupRetentionPeriod: 1 } }),
    "database.backupRetentionPeriod is 1. Expected an integer from 7 to 35.",
    "npx pulumi config set --path database.backupRetentionPeriod --stack prod <integer from 7 to 35>",
  ],
  [
    "a fraction",
    changed({ database: { allocatedStorage: 20.5 } }),
    "database.allocatedStorage is not a valid integer. Expected an integer from 20 to 59578.",
    "npx pulumi config set --path database.allocatedStorage --stack prod <integer from 20 to 59578>",
  ],
  [
    "an integer in quotes",
    changed({ web: { minSize: "2" } }),
    'web.minSize is "2". Expected an integer from 1 to 100.',
    "npx pulumi config rm --path web.minSize --stack prod && npx pulumi config set --path web.minSize --stack prod <integer from 1 to 100>",
  ],
  [
    "an integer beyond what JavaScript represents",
    changed({ mail: { keyGeneration: JSON.parse("123456789012345678") as number } }),
    "mail.keyGeneration is not a valid integer. Expected an integer of 1 or more.",
    "npx pulumi config set --path mail.keyGeneration --stack prod <integer of 1 or more>",
  ],
  [
    "a quoted allowed integer",
    changed({ database: { monitoringInterval: "30" } }),
    'database.monitoringInterval is "30". Expected 0, 1, 5, 10, 15, 30 or 60.',
    "npx pulumi config rm --path database.monitoringInterval --stack prod && npx pulumi config set --path database.monitoringInterval 30 --stack prod",
  ],
  [
    "a quoted true",
    changed({ platform: { plainSecrets: "true" } }),
    'platform.plainSecrets is "true". Expected true or false.',
    "npx pulumi config rm --path platform.plainSecrets --stack prod && npx pulumi config set --path platform.plainSecrets true --stack prod",
  ],
  [
    "a quoted false at the top level",
    changed({ protect: "False" }),
    'protect is "False". Expected true or false.',
    "npx pulumi config set protect false --stack prod",
  ],
  [
    "yes instead of true",
    changed({ database: { multiAz: "yes" } }),
    'database.multiAz is "yes". Expected true or false.',
    "npx pulumi config rm --path database.multiAz --stack prod && npx pulumi config set --path database.multiAz --stack prod <true|false>",
  ],
  [
    "a word instead of a boolean",
    dev({ protect: "maybe" }),
    'protect is "maybe". Expected true or false.',
    "npx pulumi config set protect --stack dev <true|false>",
  ],
  [
    "an enum value in lowercase",
    changed({ web: { deploymentPolicy: "immutable" } }),
    'web.deploymentPolicy is "immutable". Expected AllAtOnce, Rolling, RollingWithAdditionalBatch or Immutable.',
    "npx pulumi config set --path web.deploymentPolicy Immutable --stack prod",
  ],
  [
    "an enum value that is close to several",
    changed({ platform: { branch: "Python 3.8" } }),
    'platform.branch is "Python 3.8". Expected Python 3.11, Python 3.12, Python 3.13, Python 3.14 or Docker.',
    "npx pulumi config set --path platform.branch --stack prod <Python 3.11|Python 3.12|Python 3.13|Python 3.14|Docker>",
  ],
  [
    "a PostgreSQL version that was read as a number",
    changed({ database: { engineVersion: 16 } }),
    "database.engineVersion was read as a number. Expected a major version from 14 to 18, or an exact version such as 17.6. Quote it in Pulumi.prod.yaml, or set it with --type string.",
    "npx pulumi config set --path --type string database.engineVersion --stack prod <major version from 14 to 18, or an exact version such as 17.6>",
  ],
  [
    "a variable that was read as a large number",
    changed({ extraEnvironment: { ID: JSON.parse("123456789012345678") as number } }),
    "extraEnvironment.ID was read as a number. Expected text of letters, digits, spaces and any of `_ . : / = + - @`. Quote it in Pulumi.prod.yaml, or set it with --type string.",
    "npx pulumi config set --path --type string extraEnvironment.ID --stack prod <value>",
  ],
  [
    "a version that was read as a number",
    changed({ extraEnvironment: { VERSION: 1.1 } }),
    "extraEnvironment.VERSION was read as a number. Expected text of letters, digits, spaces and any of `_ . : / = + - @`. Quote it in Pulumi.prod.yaml, or set it with --type string.",
    "npx pulumi config set --path --type string extraEnvironment.VERSION --stack prod <value>",
  ],
  [
    "a variable that was read as a boolean",
    changed({ extraEnvironment: { FLAG: true } }),
    "extraEnvironment.FLAG was read as a boolean. Expected text of letters, digits, spaces and any of `_ . : / = + - @`. Quote it in Pulumi.prod.yaml, or set it with --type string.",
    "npx pulumi config set --path --type string extraEnvironment.FLAG --stack prod <value>",
  ],
  [
    "a variable without a value",
    changed({ extraEnvironment: { EMPTY: null } }),
    "extraEnvironment.EMPTY is null. Expected text of letters, digits, spaces and any of `_ . : / = + - @`.",
    "npx pulumi config rm --path extraEnvironment.EMPTY --stack prod && npx pulumi config set --path --type string extraEnvironment.EMPTY --stack prod <value>",
  ],
  [
    "a comma in a variable, at which Celery's scripts split",
    changed({ extraEnvironment: { HOSTS: "a,b" } }),
    'extraEnvironment.HOSTS is "a,b". Expected text of letters, digits, spaces and any of `_ . : / = + - @`.',
    "npx pulumi config set --path --type string extraEnvironment.HOSTS --stack prod <value>",
  ],
  [
    "a lowercase variable name",
    changed({ extraEnvironment: { token: "1" } }),
    "extraEnvironment.token is not a valid variable name. Expected capital letters, digits and underscores, not starting with a digit.",
    "npx pulumi config rm --path extraEnvironment.token --stack prod",
  ],
  [
    "a variable name with a space",
    changed({ extraEnvironment: { "MY FLAG": "1" } }),
    'extraEnvironment["MY FLAG"] is not a valid variable name. Expected capital letters, digits and underscores, not starting with a digit.',
    "npx pulumi config rm --path 'extraEnvironment[\"MY FLAG\"]' --stack prod",
  ],
  [
    "text instead of a list",
    changed({ web: { instanceTypes: "t3.small" } }),
    'web.instanceTypes is "t3.small". Expected a list of at most 40 different items, each an EC2 instance type such as t3.small.',
    "npx pulumi config rm --path web.instanceTypes --stack prod && npx pulumi config set --path --type string 'web.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "a misspelt instance type",
    changed({ worker: { instanceTypes: ["t3.smal"] } }),
    'worker.instanceTypes is ["t3.smal"]. Expected a list of at most 40 different items, each an EC2 instance type such as t3.small.',
    "npx pulumi config rm --path worker.instanceTypes --stack prod && npx pulumi config set --path --type string 'worker.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "a number in a list",
    changed({ network: { databaseSubnetIds: [1.1, "subnet-12345678"] } }),
    'network.databaseSubnetIds is ["(number)","subnet-12345678"]. Expected a list of different items, each a subnet ID (subnet-…).',
    "npx pulumi config rm --path network.databaseSubnetIds --stack prod && npx pulumi config set --path --type string 'network.databaseSubnetIds[0]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "an empty list",
    changed({ database: { additionalSecurityGroupIds: [] } }),
    "database.additionalSecurityGroupIds is []. Expected a list of different items, each a security group ID (sg-…).",
    "npx pulumi config rm --path database.additionalSecurityGroupIds --stack prod && npx pulumi config set --path --type string 'database.additionalSecurityGroupIds[0]' --stack prod <security group ID (sg-…)>",
  ],
  [
    "text instead of a group",
    changed({ web: "big" }),
    `web is "big". Expected a map of ${getNames("web").join(", ")}.`,
    "npx pulumi config rm web --stack prod",
  ],
  [
    "a map instead of a value",
    changed({ database: { username: { name: "x" } } }),
    "database.username is a map. Expected 1 to 16 letters, digits and underscores, starting with a letter, but not admin, root, pg_…, rds… or a reserved word of PostgreSQL.",
    "npx pulumi config rm --path database.username --stack prod && npx pulumi config set --path --type string database.username --stack prod <value>",
  ],
  [
    "a reserved SQL word as the master username",
    changed({ database: { username: "Select" } }),
    'database.username is "Select". Expected 1 to 16 letters, digits and underscores, starting with a letter, but not admin, root, pg_…, rds… or a reserved word of PostgreSQL.',
    "npx pulumi config set --path --type string database.username --stack prod <value>",
  ],
];

/** Secrets that are not encrypted, and encrypted values that are no secrets. */
export const secrets: Mistake[] = [
  [
    "a secret in plain text",
    changed({ databasePassword: "12345678" }),
    "databasePassword is a secret but is stored in plain text. Treat the value as compromised and set a new one with --secret.",
    "npx pulumi config set --secret databasePassword --stack prod",
  ],
  [
    "a password that RDS rejects",
    changed({ databasePassword: "12345/78" }, ["databasePassword"]),
    "databasePassword has an invalid value. Expected 8 to 128 letters, digits, hyphens and underscores.",
    "npx pulumi config set --secret databasePassword --stack prod",
  ],
  [
    "a secret variable that ends a shell command",
    changed({ extraSecrets: { TOKEN: "a;b" } }, ["extraSecrets", "extraSecrets.TOKEN"]),
    "extraSecrets.TOKEN has an invalid value. Expected text without quotes, backticks, line breaks and any of `$ \\ , % ; & | < > ( ) #`.",
    "npx pulumi config set --secret --path extraSecrets.TOKEN --stack prod",
  ],
  [
    "a secret variable in plain text among encrypted ones",
    changed({ extraSecrets: { A: "hidden", B: "hidden" } }, ["extraSecrets.A"]),
    "extraSecrets.B is a secret but is stored in plain text. Treat the value as compromised and set a new one with --secret.",
    "npx pulumi config set --secret --path extraSecrets.B --stack prod",
  ],
  [
    "a wrong secret variable where the engine does not tell which are encrypted",
    changed({ extraSecrets: { token: "hidden", GOOD: "hidden" } }, ["extraSecrets"]),
    "extraSecrets has invalid variables. extraSecrets.token is not a valid variable name. Expected capital letters, digits and underscores, not starting with a digit.",
    "npx pulumi config rm extraSecrets --stack prod && npx pulumi config set --secret --path extraSecrets.GOOD --stack prod",
  ],
  [
    "text instead of secret variables",
    changed({ extraSecrets: "hidden" }, ["extraSecrets"]),
    "extraSecrets has an invalid value. Expected a map from variable names to text without quotes, backticks, line breaks and any of `$ \\ , % ; & | < > ( ) #`.",
    "npx pulumi config rm extraSecrets --stack prod",
  ],
  [
    "an encrypted value that is not a secret",
    changed({ alarmEmail: "hidden@beotest.net" }, ["alarmEmail"]),
    "alarmEmail is encrypted but is not a secret. Store it in plain text.",
    "npx pulumi config set alarmEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "an encrypted list",
    changed({ web: { instanceTypes: ["hidden"] } }, ["web", "web.instanceTypes"]),
    "web.instanceTypes is encrypted but is not a secret. Store it in plain text.",
    "npx pulumi config rm --path web.instanceTypes --stack prod && npx pulumi config set --path --type string 'web.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "an encrypted member of a group",
    changed({ database: { allocatedStorage: "hidden" } }, ["database", "database.allocatedStorage"]),
    "database.allocatedStorage is encrypted but is not a secret. Store it in plain text.",
    "npx pulumi config set --path database.allocatedStorage --stack prod <integer from 20 to 59578>",
  ],
  [
    "a group with an encrypted member that the engine does not tell",
    changed({ database: { username: "hidden" } }, ["database"]),
    "database contains an encrypted value, but none of its keys is secret. Store it in plain text.",
    "npx pulumi config set --path 'database.<KEY>' --stack prod <value>",
  ],
  [
    "an encrypted variable of extraEnvironment",
    changed({ extraEnvironment: { TOKEN: "hidden", OTHER: "x" } }, [
      "extraEnvironment",
      "extraEnvironment.TOKEN",
    ]),
    "extraEnvironment.TOKEN is encrypted, but extraEnvironment is shown in plain text. Move it to extraSecrets.",
    "npx pulumi config rm --path extraEnvironment.TOKEN --stack prod && npx pulumi config set --secret --path extraSecrets.TOKEN --stack prod",
  ],
  [
    "an encrypted variable of extraEnvironment that the engine does not tell",
    changed({ extraEnvironment: { TOKEN: "hidden" } }, ["extraEnvironment"]),
    "extraEnvironment contains an encrypted value, but is shown in plain text. Move it to extraSecrets.",
    "npx pulumi config rm --path 'extraEnvironment.<NAME>' --stack prod && npx pulumi config set --secret --path 'extraSecrets.<NAME>' --stack prod",
  ],
  [
    "an encrypted tag that the engine does not tell",
    changed({ tags: { Team: "hidden" } }, ["tags"]),
    "tags contains an encrypted value, but is shown in plain text. Store it in plain text.",
    "npx pulumi config rm tags --stack prod && npx pulumi config set --path 'tags.<NAME>' --stack prod <value>",
  ],
  [
    "a tag that this program sets",
    changed({ tags: { project: "a" } }),
    "tags.project is not a valid tag name. Expected 1 to 128 letters, digits, inner spaces and any of `_ . : / = + - @`, but not Name, Project, Environment, ManagedBy, aws:… or elasticbeanstalk:….",
    "npx pulumi config rm --path tags.project --stack prod",
  ],
  [
    "tags that differ in case only",
    changed({ tags: { team: "a", Team: "b" } }),
    "tags.Team differs from the tag team in case only. IAM takes them for one. Remove one.",
    "npx pulumi config rm --path tags.Team --stack prod",
  ],
  [
    "more tags than Elastic Beanstalk takes",
    changed({ tags: Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`T${index}`, "x"])) }),
    "tags has 45 tags. The maximum is 44: Elastic Beanstalk takes 47, of which this program sets 3.",
    "npx pulumi config rm --path 'tags.<NAME>' --stack prod",
  ],
];

/** Keys that do not exist, and missing ones. */
export const keys: Mistake[] = [
  [
    "a misspelt key",
    changed({ alarmMail: "ops@beotest.net" }),
    "alarmMail is not a known key. Did you mean alarmEmail?",
    "npx pulumi config rm alarmMail --stack prod && npx pulumi config set alarmEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "a misspelt key beside the right one",
    changed({ supportMail: "a@b.de" }),
    "supportMail is not a known key. Did you mean supportEmail?",
    "npx pulumi config rm supportMail --stack prod",
  ],
  [
    "a misspelt secret",
    changed({ databasePasword: "hidden" }, ["databasePasword"]),
    "databasePasword is not a known key. Did you mean databasePassword?",
    "npx pulumi config rm databasePasword --stack prod && npx pulumi config set --secret databasePassword --stack prod",
  ],
  [
    "a misspelt group",
    changed({ databse: '{"multiAz":true}' }),
    "databse is not a known key. Did you mean database?",
    "npx pulumi config rm databse --stack prod",
  ],
  [
    "a misspelt member of a group",
    changed({ database: { multiAZ: true } }),
    "database.multiAZ is not a known key. Did you mean database.multiAz?",
    "npx pulumi config rm --path database.multiAZ --stack prod && npx pulumi config set --path database.multiAz --stack prod <true|false>",
  ],
  [
    "a misspelt list in a group",
    changed({ web: { instanceType: ["t3.small"] } }),
    "web.instanceType is not a known key. Did you mean web.instanceTypes?",
    "npx pulumi config rm --path web.instanceType --stack prod && npx pulumi config set --path --type string 'web.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "an unknown secret in a group",
    changed({ database: { password: "hidden" } }, ["database"]),
    "database.password is not a known key.",
    "npx pulumi config rm --path database.password --stack prod",
  ],
  [
    "a key that is close to none",
    changed({ nonsense: "1" }),
    "nonsense is not a known key.",
    "npx pulumi config rm nonsense --stack prod",
  ],
  [
    "a key that every JavaScript object has",
    changed({ constructor: "x" }),
    "constructor is not a known key.",
    "npx pulumi config rm constructor --stack prod",
  ],
  [
    "a key with a quote",
    changed({ "it's": "x" }),
    "it's is not a known key.",
    "npx pulumi config rm 'it'\\''s' --stack prod",
  ],
  [
    "a member that was set without --path",
    changed({ "database.multiAz": "true" }),
    "database.multiAz is a member of database, but was set without --path.",
    "npx pulumi config rm database.multiAz --stack prod && npx pulumi config set --path database.multiAz --stack prod <true|false>",
  ],
  [
    "a list item that was set without --path",
    changed({ "web.instanceTypes[0]": "t3.large" }),
    "web.instanceTypes[0] is a member of web, but was set without --path.",
    "npx pulumi config rm 'web.instanceTypes[0]' --stack prod && npx pulumi config set --path --type string 'web.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "a variable that was set without --path",
    changed({ "extraEnvironment.FLAG": "1" }),
    "extraEnvironment.FLAG is a member of extraEnvironment, but was set without --path.",
    "npx pulumi config rm extraEnvironment.FLAG --stack prod && npx pulumi config set --path --type string extraEnvironment.FLAG --stack prod <value>",
  ],
  [
    "a secret variable that was set without --path",
    changed({ "extraSecrets.TOKEN": "hidden" }, ["extraSecrets.TOKEN"]),
    "extraSecrets.TOKEN is a member of extraSecrets, but was set without --path.",
    "npx pulumi config rm extraSecrets.TOKEN --stack prod && npx pulumi config set --secret --path extraSecrets.TOKEN --stack prod",
  ],
  [
    "an unknown member that was set without --path",
    changed({ "web.foo": "1" }),
    "web.foo is a member of web, but was set without --path.",
    "npx pulumi config rm web.foo --stack prod",
  ],
  [
    "a misspelt namespace",
    { ...prod, otherKeys: { "beodatastore:alarmEmail": "ops@beotest.net" } },
    "beodatastore:alarmEmail is not a known key. Did you mean beo-datastore:alarmEmail?",
    "npx pulumi config rm beodatastore:alarmEmail --stack prod && npx pulumi config set alarmEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "a misspelt region",
    { ...prod, otherKeys: { "aws:regoin": "us-west-1" } },
    "aws:regoin is not a known key. Did you mean aws:region?",
    "npx pulumi config rm aws:regoin --stack prod",
  ],
  [
    "a missing region",
    { ...prod, region: undefined },
    "aws:region is missing. The application only works in us-west-1.",
    "npx pulumi config set aws:region us-west-1 --stack prod",
  ],
  [
    "another region",
    { ...prod, region: "eu-west-1" },
    "aws:region is eu-west-1. The application only works in us-west-1.",
    "npx pulumi config set aws:region us-west-1 --stack prod",
  ],
  [
    "a stack that is not named after a tier",
    { ...prod, stack: "alice" },
    `environment is missing, and the stack name, "alice", is not a tier. Choose a tier:
${tierList}`,
    "npx pulumi config set environment --stack alice <dev|staging|prod>",
  ],
  [
    "an environment that is not a tier",
    changed({ environment: "production" }),
    `environment is "production". Choose a tier:
${tierList}`,
    "npx pulumi config set environment --stack prod <dev|staging|prod>",
  ],
  [
    "a misspelt environment",
    changed({ environment: "prodd" }),
    `environment is "prodd". Choose a tier:
${tierList}`,
    "npx pulumi config set environment --stack prod <dev|staging|prod>",
  ],
];

/** Settings that do not go together. */
export const rules: Mistake[] = [
  [
    "an application name too long for Elastic Beanstalk",
    changed({ name: "a".repeat(29) }),
    'name makes the application name "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa-prod" (34 characters). The maximum is 33, because Elastic Beanstalk limits environment names to 40.',
    "npx pulumi config set name --stack prod <name of at most 28 characters>",
  ],
  [
    "an application name too long for the account namespace",
    changed({ name: "a".repeat(26), storage: { accountNamespace: true } }),
    'name makes the application name "aaaaaaaaaaaaaaaaaaaaaaaaaa-prod" (31 characters). The maximum is 30, because S3 limits bucket names to 63 and storage.accountNamespace adds account ID and region.',
    "npx pulumi config set name --stack prod <name of at most 25 characters>",
  ],
  [
    "an application name that S3 reserves",
    changed({ name: "sthree-beo" }),
    'name makes the application name "sthree-beo-prod". Systems Manager reserves names that begin with aws or ssm, and S3 those that begin with xn--, sthree- or amzn-s3-demo-.',
    "npx pulumi config set name --stack prod <lowercase letters, digits and single hyphens, starting with a letter>",
  ],
  [
    "an application name that Systems Manager reserves",
    changed({ name: "aws-meters" }),
    'name makes the application name "aws-meters-prod". Systems Manager reserves names that begin with aws or ssm, and S3 those that begin with xn--, sthree- or amzn-s3-demo-.',
    "npx pulumi config set name --stack prod <lowercase letters, digits and single hyphens, starting with a letter>",
  ],
  [
    "an http URL in prod",
    changed({ appUrl: "http://a.beotest.net" }),
    'appUrl is "http://a.beotest.net". In prod it must be a public https:// URL.',
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "a URL of localhost in prod",
    changed({ appUrl: "https://localhost" }),
    'appUrl is "https://localhost". In prod it must be a public https:// URL.',
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "prod without HTTPS",
    without(["domain", "hostedZone"]),
    "domain is missing. prod needs HTTPS: browsers send the application's secure cookies over HTTPS only, so users cannot log in. Set domain with hostedZone, or domain with certificateArn.",
    "npx pulumi config set domain --stack prod <lowercase host name without a final dot> && npx pulumi config set hostedZone --stack prod <lowercase host name without a final dot>",
  ],
  [
    "a domain without hosted zone or certificate",
    without(["hostedZone"]),
    "domain needs hostedZone, to create a certificate, or certificateArn, to use an existing one.",
    "npx pulumi config set hostedZone --stack prod <lowercase host name without a final dot>",
  ],
  [
    "a hosted zone without a domain",
    dev({ hostedZone: "beotest.net" }),
    "domain is missing, but hostedZone is set.",
    "npx pulumi config set domain --stack dev <lowercase host name without a final dot>",
  ],
  [
    "a certificate without a domain",
    without(["domain", "hostedZone"], { certificateArn: certificate }),
    "domain is missing, but certificateArn is set.",
    "npx pulumi config set domain --stack prod <lowercase host name without a final dot>",
  ],
  [
    "a hosted zone and a certificate",
    changed({ certificateArn: certificate }),
    "certificateArn and hostedZone are both set. A certificate is created with hostedZone. Remove one.",
    "npx pulumi config rm certificateArn --stack prod",
  ],
  [
    "a domain outside its hosted zone",
    changed({ hostedZone: "beotest.org" }),
    'hostedZone is "beotest.org", but domain, "api.beotest.net", is not in that zone.',
    "npx pulumi config set hostedZone --stack prod <lowercase host name without a final dot>",
  ],
  [
    "a domain too long for a certificate",
    changed({ domain: `${"a".repeat(60)}.beotest.net` }),
    "domain has 72 characters. The maximum of an ACM certificate is 64.",
    "npx pulumi config set domain --stack prod <lowercase host name without a final dot>",
  ],
  [
    "a certificate in another region",
    without(["hostedZone"], { certificateArn: certificate.replace("us-west-1", "us-east-1") }),
    "certificateArn is in us-east-1. The load balancer needs a certificate in its own region, us-west-1.",
    "npx pulumi config set certificateArn --stack prod <ARN of an ACM certificate>",
  ],
  [
    "HTTPS on a single instance",
    changed({ web: { singleInstance: true, minSize: 1, maxSize: 1, deploymentPolicy: "AllAtOnce" } }),
    "web.singleInstance is true, but HTTPS needs a load balancer, which a single instance does not have.",
    "npx pulumi config set --path web.singleInstance false --stack prod",
  ],
  [
    "a single instance with a maximum of two",
    dev({ web: { maxSize: 2 } }),
    "web.maxSize is 2, but web.singleInstance is true. Set that to false, or web.maxSize to 1.",
    "npx pulumi config set --path web.singleInstance false --stack dev",
  ],
  [
    "a single instance with a rolling deployment",
    dev({ web: { deploymentPolicy: "Rolling" } }),
    "web.deploymentPolicy is Rolling, but web.singleInstance is true. Expected AllAtOnce or Immutable.",
    "npx pulumi config set --path web.deploymentPolicy --stack dev <AllAtOnce|Immutable>",
  ],
  [
    "maintenance of a single instance",
    dev({ web: { maintenance: true } }),
    "web.maintenance is true, but web.singleInstance is true. Only a load balancer can answer 503 in place of the application. Set one of them to false.",
    "npx pulumi config set --path web.maintenance false --stack dev",
  ],
  [
    "CloudFront in front of a load balancer",
    changed({ web: { cloudFront: true } }),
    "web.cloudFront is true, but web.singleInstance is false. CloudFront is in front of a single instance only: a load balancer serves HTTPS itself, with domain. Set web.cloudFront to false.",
    "npx pulumi config set --path web.cloudFront false --stack prod",
  ],
  [
    "CloudFront and a domain in dev",
    dev({ domain: "api.beotest.net", hostedZone: "beotest.net", web: { cloudFront: true } }),
    "web.cloudFront is true, but web.singleInstance is false. CloudFront is in front of a single instance only: a load balancer serves HTTPS itself, with domain. Set web.cloudFront to false.",
    "npx pulumi config set --path web.cloudFront false --stack dev",
  ],
  [
    "prod without protection",
    changed({ protect: false }),
    'protect is false. In prod it must be true. To delete the stack, follow "Tear it down" in README.md.',
    "npx pulumi config rm protect --stack prod",
  ],
  [
    "an instance class below db.t3.medium",
    changed({ database: { instanceClass: "db.t3.small" } }),
    'database.instanceClass is "db.t3.small". Expected db.t3.medium or larger.',
    "npx pulumi config set --path --type string database.instanceClass --stack prod <RDS instance class such as db.t3.medium>",
  ],
  [
    "storage that cannot grow",
    changed({ database: { allocatedStorage: 200, maxAllocatedStorage: 100 } }),
    "database.maxAllocatedStorage is 100, but database.allocatedStorage is 200. The minimum is 220, 10% more.",
    "npx pulumi config set --path database.maxAllocatedStorage --stack prod <integer from 220 to 65536>",
  ],
  [
    "storage that can grow by less than RDS allows",
    changed({ database: { maxAllocatedStorage: 109 } }),
    "database.maxAllocatedStorage is 109, but database.allocatedStorage is 100. The minimum is 110, 10% more.",
    "npx pulumi config set --path database.maxAllocatedStorage --stack prod <integer from 110 to 65536>",
  ],
  [
    "a minimum above the maximum",
    changed({ worker: { minSize: 9, maxSize: 3 } }),
    "worker.minSize is 9, but worker.maxSize is 3. Raise worker.maxSize or lower worker.minSize.",
    "npx pulumi config set --path worker.maxSize --stack prod <integer from 9 to 100>",
  ],
  [
    "a minimum above the tier's maximum",
    changed({ web: { minSize: 7 } }),
    "web.minSize is 7, but web.maxSize is 4. Raise web.maxSize or lower web.minSize.",
    "npx pulumi config set --path web.maxSize --stack prod <integer from 7 to 100>",
  ],
  [
    "a threshold of scaling that is no percentage",
    changed({ web: { scalingHigh: 700 } }),
    "web.scalingHigh is 700, but web.scaling is cpu. Expected a percentage of at most 100.",
    "npx pulumi config set --path web.scalingHigh --stack prod <integer from 1 to 100>",
  ],
  [
    "a lower threshold of scaling that is no percentage",
    changed({ web: { scaling: "cpu", scalingLow: 200 } }),
    "web.scalingLow is 200, but web.scaling is cpu. Expected a percentage of at most 99.",
    "npx pulumi config set --path web.scalingLow --stack prod <integer from 1 to 99>",
  ],
  [
    "thresholds of scaling in the wrong order",
    changed({ web: { scaling: "requests", scalingLow: 500, scalingHigh: 400 } }),
    "web.scalingHigh is 400, but web.scalingLow is 500. Instances would be added and removed by turns. Raise web.scalingHigh or lower web.scalingLow.",
    "npx pulumi config set --path web.scalingHigh --stack prod <integer from 501 to 20000000>",
  ],
  [
    "equal thresholds of scaling, one by default",
    changed({ web: { scalingLow: 70 } }),
    "web.scalingHigh is 70 by default, but web.scalingLow is 70. Instances would be added and removed by turns. Raise web.scalingHigh or lower web.scalingLow.",
    "npx pulumi config set --path web.scalingHigh --stack prod <integer from 71 to 100>",
  ],
  [
    "a task limit that Auto Scaling does not wait for",
    changed({ worker: { taskTimeLimit: 7200 } }),
    "worker.taskTimeLimit is 7200, but worker.drain is true. Auto Scaling lets an instance finish its tasks for two hours. Expected at most 7080, or set worker.drain to false: then tasks may be lost when an instance ends.",
    "npx pulumi config set --path worker.taskTimeLimit --stack prod <integer from 60 to 7080>",
  ],
  [
    "a task limit for which SQS cannot hide messages long enough",
    changed({ worker: { taskTimeLimit: 14400, drain: false } }),
    "worker.taskTimeLimit is 14400. Expected an integer from 60 to 10800.",
    "npx pulumi config set --path worker.taskTimeLimit --stack prod <integer from 60 to 10800>",
  ],
  [
    "more On-Demand Instances than instances",
    changed({ worker: { spot: true, onDemandBase: 5 } }),
    "worker.onDemandBase is 5, but worker.maxSize is 4. Raise worker.maxSize or lower worker.onDemandBase.",
    "npx pulumi config set --path worker.onDemandBase --stack prod <integer from 0 to 4>",
  ],
  [
    "the program's own variable of the task limit",
    changed({ extraEnvironment: { TASK_TIME_LIMIT: "900" } }),
    "extraEnvironment.TASK_TIME_LIMIT is set by this program. Remove it.",
    "npx pulumi config rm --path extraEnvironment.TASK_TIME_LIMIT --stack prod",
  ],
  [
    "two architectures",
    changed({ worker: { instanceTypes: ["t4g.large", "t3.large"] } }),
    "worker.instanceTypes mixes arm64 (t4g.large) and x86_64 (t3.large). Use types of one architecture.",
    "npx pulumi config rm --path worker.instanceTypes --stack prod && npx pulumi config set --path --type string 'worker.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "two architectures of the previous generation",
    changed({
      platform: { generation: 2, previousBranch: "Docker" },
      web: { previousInstanceTypes: ["t4g.large", "t3.large"] },
    }),
    "web.previousInstanceTypes mixes arm64 (t4g.large) and x86_64 (t3.large). Use types of one architecture.",
    "npx pulumi config rm --path web.previousInstanceTypes --stack prod && npx pulumi config set --path --type string 'web.previousInstanceTypes[0]' --stack prod <EC2 instance type such as t3.small>",
  ],
  [
    "a previous generation of the first one",
    changed({ platform: { previousBranch: "Docker" } }),
    "platform.previousBranch is Docker, but platform.generation is 1. There is no previous generation. Remove it.",
    "npx pulumi config rm --path platform.previousBranch --stack prod",
  ],
  [
    "a serving generation without environments",
    changed({ platform: { generation: 2, servingGeneration: 1 } }),
    "platform.servingGeneration is 1. Expected 2, because platform.previousBranch is not set.",
    "npx pulumi config rm --path platform.servingGeneration --stack prod",
  ],
  [
    "a serving generation that is neither the current nor the previous one",
    changed({ platform: { generation: 4, previousBranch: "Docker", servingGeneration: 2 } }),
    "platform.servingGeneration is 2. Expected 4 or 3.",
    "npx pulumi config rm --path platform.servingGeneration --stack prod",
  ],
  [
    "a generation that makes the name of an environment too long",
    changed({ name: "a".repeat(28), platform: { generation: 2 } }),
    `platform.generation is 2, which makes the environment name "${"a".repeat(28)}-prod-worker-2" (42 characters). The maximum of Elastic Beanstalk is 40.`,
    "npx pulumi config rm --path platform.generation --stack prod",
  ],
  [
    "a generation that gives two environments one name",
    changed({
      platform: { generation: 2, previousBranch: "Docker" },
      web: { environmentName: "beo-x" },
      worker: { environmentName: "beo-x-2" },
    }),
    'platform.generation is 2, which makes the name "beo-x-2" of two environments. Choose another number.',
    "npx pulumi config set --path platform.generation 4 --stack prod",
  ],
  [
    "one name for both environments",
    changed({ web: { environmentName: "beo-2" }, worker: { environmentName: "Beo-2" } }),
    'worker.environmentName is "Beo-2", but web.environmentName is "beo-2". Expected different names.',
    "npx pulumi config set --path --type string worker.environmentName --stack prod <4 to 40 letters, digits and hyphens, not starting or ending with a hyphen>",
  ],
  [
    "a worker environment with the web environment's name",
    changed({ worker: { environmentName: "beo-datastore-prod" } }),
    'worker.environmentName is "beo-datastore-prod", but web.environmentName is "beo-datastore-prod". Expected different names.',
    "npx pulumi config set --path --type string worker.environmentName --stack prod <4 to 40 letters, digits and hyphens, not starting or ending with a hyphen>",
  ],
  [
    "a web environment with the worker environment's name",
    changed({ web: { environmentName: "beo-datastore-prod-worker" } }),
    'worker.environmentName is "beo-datastore-prod-worker", but web.environmentName is "beo-datastore-prod-worker". Expected different names.',
    "npx pulumi config set --path --type string worker.environmentName --stack prod <4 to 40 letters, digits and hyphens, not starting or ending with a hyphen>",
  ],
  [
    "one bucket for media and static files",
    changed({ storage: { mediaBucketName: "navigader", staticBucketName: "navigader" } }),
    'storage.staticBucketName is "navigader", but storage.mediaBucketName is "navigader". Expected different names.',
    "npx pulumi config set --path --type string storage.staticBucketName --stack prod <value>",
  ],
  [
    "a media bucket with the static bucket's name",
    changed({ storage: { mediaBucketName: "beo-datastore-prod-static" } }),
    'storage.staticBucketName is "beo-datastore-prod-static", but storage.mediaBucketName is "beo-datastore-prod-static". Expected different names.',
    "npx pulumi config set --path --type string storage.staticBucketName --stack prod <value>",
  ],
  [
    "a bucket name in the account's namespace",
    changed({ storage: { mediaBucketName: "navigader-media", accountNamespace: true } }),
    "storage.accountNamespace is true, but storage.mediaBucketName is set. Only the program's own names are in the account's namespace. Remove one of them.",
    "npx pulumi config rm --path storage.accountNamespace --stack prod",
  ],
  [
    "every host as an additional one",
    changed({ web: { additionalHosts: ["*"] } }),
    'web.additionalHosts is ["*"]. Expected a list of different items, each a lowercase host name, .example.org for every host of a domain, or an IPv4 address.',
    "npx pulumi config rm --path web.additionalHosts --stack prod && npx pulumi config set --path --type string 'web.additionalHosts[0]' --stack prod <value>",
  ],
  [
    "a dot in the queue's name, which Celery alters",
    changed({ queue: { name: "beo.tasks" } }),
    'queue.name is "beo.tasks". Expected 1 to 67 letters, digits, underscores and hyphens.',
    "npx pulumi config set --path --type string queue.name --stack prod <1 to 67 letters, digits, underscores and hyphens>",
  ],
  [
    "a VPC without subnets of the instances",
    changed({
      network: { vpcId: "vpc-12345678", databaseSubnetIds: ["subnet-12345678", "subnet-12345679"] },
    }),
    "network.vpcId needs network.databaseSubnetIds and network.instanceSubnetIds, subnets of that VPC.",
    "npx pulumi config set --path --type string 'network.instanceSubnetIds[0]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "subnets without their VPC",
    changed({ network: { instanceSubnetIds: ["subnet-12345678", "subnet-12345679"] } }),
    "network.instanceSubnetIds is set, but network.vpcId is missing. Set it to the VPC of these subnets.",
    "npx pulumi config set --path --type string network.vpcId --stack prod <VPC ID (vpc-…)>",
  ],
  [
    "one subnet of the database",
    changed({
      network: {
        vpcId: "vpc-12345678",
        databaseSubnetIds: ["subnet-12345678"],
        instanceSubnetIds: ["subnet-12345678", "subnet-23456789"],
      },
    }),
    "network.databaseSubnetIds has one subnet. Expected at least two, in different availability zones.",
    "npx pulumi config set --path --type string 'network.databaseSubnetIds[1]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "one subnet of instances and load balancer",
    changed({
      network: {
        vpcId: "vpc-12345678",
        databaseSubnetIds: ["subnet-12345678", "subnet-23456789"],
        instanceSubnetIds: ["subnet-12345678"],
      },
    }),
    "network.instanceSubnetIds has one subnet. Expected at least two, in different availability zones.",
    "npx pulumi config set --path --type string 'network.instanceSubnetIds[1]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "private instances in the default VPC",
    changed({ network: { associatePublicIpAddress: false } }),
    "network.associatePublicIpAddress is false, but the instances are in the public subnets of the default VPC, where they need public addresses to reach the internet. Set network.instanceSubnetIds to private subnets with a NAT gateway.",
    "npx pulumi config set --path --type string 'network.instanceSubnetIds[0]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "private instances without public subnets of the load balancer",
    changed({
      network: {
        vpcId: "vpc-12345678",
        databaseSubnetIds: ["subnet-12345678", "subnet-23456789"],
        instanceSubnetIds: ["subnet-12345678", "subnet-23456789"],
        associatePublicIpAddress: false,
      },
    }),
    "network.loadBalancerSubnetIds is missing. The subnets of the instances are private, and the load balancer needs public subnets.",
    "npx pulumi config set --path --type string 'network.loadBalancerSubnetIds[0]' --stack prod <subnet ID (subnet-…)>",
  ],
  [
    "an SMTP user without a password",
    changed({ smtpUser: "u" }, ["smtpUser"]),
    "smtpPassword is missing, but smtpUser is set. Set both, or remove smtpUser to send mail through SES.",
    "npx pulumi config set --secret smtpPassword --stack prod",
  ],
  [
    "a database password without its user",
    changed({ sqlPassword: "12345678" }, ["sqlPassword"]),
    "sqlUser is missing, but sqlPassword is set. Set both, or remove sqlPassword to connect as the master user.",
    "npx pulumi config set sqlUser --stack prod <value>",
  ],
  [
    "one value for two secrets",
    changed({ secretKey: "k".repeat(40), supportPassword: "k".repeat(40) }, ["secretKey", "supportPassword"]),
    "secretKey has the same value as supportPassword. Every secret needs its own value.",
    "npx pulumi config set --secret secretKey --stack prod",
  ],
  [
    "a topic for the stack's alarms in another region",
    changed({ monitoring: { topicArns: ["arn:aws:sns:eu-west-1:123456789012:pager"] } }),
    "monitoring.topicArns[0] is in eu-west-1. Alarms notify topics of their own region: expected a topic in us-west-1.",
    "npx pulumi config set --path 'monitoring.topicArns[0]' --stack prod <ARN of a topic in us-west-1>",
  ],
  [
    "another topic in a region without alarms",
    changed({
      monitoring: {
        topicArns: ["arn:aws:sns:us-west-1:123456789012:a", "arn:aws:sns:us-west-1:123456789012:b"],
      },
    }),
    "monitoring.topicArns[1] is in us-west-1. Alarms notify topics of their own region: expected a topic in us-west-2 or us-east-1.",
    "npx pulumi config set --path 'monitoring.topicArns[1]' --stack prod <ARN of a topic in us-west-2 or us-east-1>",
  ],
  [
    "two topics of one region",
    changed({
      monitoring: {
        topicArns: [
          "arn:aws:sns:us-west-1:123456789012:a",
          "arn:aws:sns:us-east-1:123456789012:a",
          "arn:aws:sns:us-east-1:123456789012:b",
        ],
      },
    }),
    "monitoring.topicArns[2] is in us-east-1, like another topic. Expected one topic for each region.",
    "npx pulumi config rm --path 'monitoring.topicArns[2]' --stack prod",
  ],
  [
    "a sender outside the mail domain",
    changed({ mail: { domain: "beotest.org" } }),
    'mail.fromAddress is "support@beotest.net", but mail.domain is "beotest.org".',
    "npx pulumi config set --path --type string mail.fromAddress --stack prod <email address at beotest.org>",
  ],
  [
    "a previous key that is not the one before",
    changed({ mail: { keyGeneration: 3, previousKeyGeneration: 1 } }),
    "mail.previousKeyGeneration is 1, but mail.keyGeneration is 3. Expected 2.",
    "npx pulumi config set --path mail.previousKeyGeneration 2 --stack prod",
  ],
  [
    "a previous key before the first",
    changed({ serviceAccount: { previousKeyGeneration: 1 } }),
    "serviceAccount.previousKeyGeneration is 1, but serviceAccount.keyGeneration is 1. Remove it, there is no previous key.",
    "npx pulumi config rm --path serviceAccount.previousKeyGeneration --stack prod",
  ],
  [
    "a variable that the program sets",
    changed({ extraEnvironment: { DEBUG: "1" } }),
    "extraEnvironment.DEBUG is set by this program. Remove it.",
    "npx pulumi config rm --path extraEnvironment.DEBUG --stack prod",
  ],
  [
    "a variable that makes uploads fail",
    changed({ extraEnvironment: { AWS_DEFAULT_ACL: "x" } }),
    "extraEnvironment.AWS_DEFAULT_ACL makes every upload fail, because ACLs are disabled on the buckets. Remove it.",
    "npx pulumi config rm --path extraEnvironment.AWS_DEFAULT_ACL --stack prod",
  ],
  [
    "a variable that is a secret too",
    changed({ extraEnvironment: { TOKEN: "1" }, extraSecrets: { TOKEN: "2" } }, ["extraSecrets"]),
    "extraEnvironment.TOKEN is also in extraSecrets. Remove one of them.",
    "npx pulumi config rm --path extraEnvironment.TOKEN --stack prod",
  ],
  ...(
    [
      ["STRIPE_SECRET_KEY", "abc"],
      ["AWS_KEY", "AKIAIOSFODNN7EXAMPLE"],
      ["PAYMENTS", "sk_live_4eC39HqLyjWDarjtT1zdp7dc"],
      ["DATABASE_PASSWD", "hunter22"],
    ] as const
  ).map(([name, value]): Mistake => [
    `a secret in plain text, ${name}`,
    changed({ extraEnvironment: { [name]: value } }),
    `extraEnvironment.${name} looks like a secret but is stored and shown in plain text. Treat the value as compromised and move a new one to extraSecrets.`,
    `npx pulumi config rm --path extraEnvironment.${name} --stack prod && npx pulumi config set --secret --path extraSecrets.${name} --stack prod`,
  ]),
  [
    "a secret too long for a parameter",
    changed({ extraSecrets: { LONG: "x".repeat(4097) } }, ["extraSecrets"]),
    "extraSecrets.LONG has 4097 bytes. The maximum of a Systems Manager parameter is 4096.",
    "npx pulumi config set --secret --path extraSecrets.LONG --stack prod",
  ],
  [
    "too many variables",
    changed({ extraEnvironment: { LONG: "x".repeat(3000) } }),
    "extraEnvironment makes the environment properties about 4490 bytes large. The maximum of Elastic Beanstalk is 4096. Shorten or remove variables.",
    "npx pulumi config rm --path 'extraEnvironment.<NAME>' --stack prod",
  ],
  [
    // CELERY_BEAT=0 and CELERY_WORKER=0 have 28 bytes; without them it would be as large as it may be.
    "too many variables for maintenance",
    changed({ extraEnvironment: { LONG: "x".repeat(2606) }, web: { maintenance: true } }),
    "extraEnvironment makes the environment properties about 4124 bytes large. The maximum of Elastic Beanstalk is 4096. Shorten or remove variables.",
    "npx pulumi config rm --path 'extraEnvironment.<NAME>' --stack prod",
  ],
  [
    "too many secrets in plain properties",
    changed(
      {
        platform: { plainSecrets: true },
        smtpUser: "u".repeat(256),
        smtpPassword: "p".repeat(256),
        extraSecrets: { LONG: "x".repeat(2600) },
      },
      ["smtpUser", "smtpPassword", "extraSecrets"],
    ),
    "extraSecrets makes the environment properties about 4285 bytes large. The maximum of Elastic Beanstalk is 4096. Shorten or remove variables.",
    "npx pulumi config rm --path 'extraSecrets.<NAME>' --stack prod",
  ],
];
