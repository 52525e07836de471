import { changed, dev, prod } from "./configurations";
import type { Mistake } from "./mistakes";

const other = (otherKeys: Record<string, unknown>, secrets: string[] = []) => ({
  ...prod,
  otherKeys: { "aws:region": "us-west-1", ...otherKeys },
  secrets: new Set(secrets),
});
const tags = (all: Record<string, unknown>) => other({ "aws:defaultTags": JSON.stringify({ tags: all }) });
const removeTag = (name: string) => `npx pulumi config rm --path ${name} --stack prod`;

/** Keys of the AWS provider, the engine and other projects. */
export const namespaces: Mistake[] = [
  [
    "a default tag that Elastic Beanstalk sets",
    tags({ Name: "beo", Owner: "me" }),
    "aws:defaultTags.tags.Name is set by Elastic Beanstalk itself, so that every preview would show changes. Remove it.",
    removeTag("aws:defaultTags.tags.Name"),
  ],
  [
    "a default tag with a reserved prefix",
    tags({ "aws:team": "a" }),
    'aws:defaultTags.tags["aws:team"] begins with a prefix that AWS reserves. Remove it.',
    removeTag(`'aws:defaultTags.tags["aws:team"]'`),
  ],
  [
    "a default tag that differs from the program's in case only",
    tags({ project: "a" }),
    "aws:defaultTags.tags.project differs from the tag Project in case only. IAM takes them for one. Remove one.",
    removeTag("aws:defaultTags.tags.project"),
  ],
  [
    "a default tag with a character that AWS refuses",
    tags({ Team: "a&b" }),
    "aws:defaultTags.tags.Team has an invalid value. Expected text in quotes, at most 256 letters, digits, spaces and any of `_ . : / = + - @`.",
    removeTag("aws:defaultTags.tags.Team"),
  ],
  [
    "a default tag that was read as a number",
    tags({ CostCenter: 1.1 }),
    "aws:defaultTags.tags.CostCenter has an invalid value. Expected text in quotes, at most 256 letters, digits, spaces and any of `_ . : / = + - @`.",
    removeTag("aws:defaultTags.tags.CostCenter"),
  ],
  [
    "a default tag with too long a name",
    tags({ ["a".repeat(129)]: "b" }),
    `aws:defaultTags.tags.${"a".repeat(129)} has an invalid name. Expected 1 to 128 letters, digits, spaces and any of \`_ . : / = + - @\`.`,
    removeTag(`aws:defaultTags.tags.${"a".repeat(129)}`),
  ],
  [
    "more default tags than Elastic Beanstalk takes",
    tags(Object.fromEntries(Array.from({ length: 45 }, (_, index) => [`T${index}`, "x"]))),
    "aws:defaultTags has 45 tags. The maximum is 44: Elastic Beanstalk takes 47, of which this program sets 3.",
    removeTag("'aws:defaultTags.tags.<NAME>'"),
  ],
  [
    "default tags without the key tags",
    other({ "aws:defaultTags": '{"Owner":"me"}' }),
    "aws:defaultTags has an invalid value. Expected a map with the key tags, a map of names and values.",
    "npx pulumi config rm aws:defaultTags --stack prod",
  ],
  [
    "ignored tags without the key keys",
    other({ "aws:ignoreTags": '["Backup"]' }),
    "aws:ignoreTags has an invalid value. Expected a map with the key keys, keyPrefixes or both, each a list of texts.",
    "npx pulumi config rm aws:ignoreTags --stack prod",
  ],
  [
    "an ignored tag that is not in a list",
    other({ "aws:ignoreTags": '{"keys":"Backup"}' }),
    "aws:ignoreTags has an invalid value. Expected a map with the key keys, keyPrefixes or both, each a list of texts.",
    "npx pulumi config rm aws:ignoreTags --stack prod",
  ],
  [
    "an ignored tag with its value",
    other({ "aws:ignoreTags": '{"keys":["Backup"],"tags":{"Backup":"daily"}}' }),
    "aws:ignoreTags has an invalid value. Expected a map with the key keys, keyPrefixes or both, each a list of texts.",
    "npx pulumi config rm aws:ignoreTags --stack prod",
  ],
  [
    "an ignored tag that the program sets",
    other({ "aws:ignoreTags": '{"keys":["Backup","Environment"]}' }),
    "aws:ignoreTags contains the tag Environment, which this program sets.",
    "npx pulumi config rm aws:ignoreTags --stack prod",
  ],
  [
    "an ignored prefix of a tag that the program sets",
    other({ "aws:ignoreTags": '{"keyPrefixes":["team:","Pro"]}' }),
    "aws:ignoreTags contains the tag Project, which this program sets.",
    "npx pulumi config rm aws:ignoreTags --stack prod",
  ],
  [
    "an account ID of too few digits",
    other({ "aws:allowedAccountIds": "[12345678901]" }),
    "aws:allowedAccountIds has an invalid value. Expected a list of AWS account IDs, each of 12 digits in quotes.",
    "npx pulumi config rm aws:allowedAccountIds --stack prod",
  ],
  [
    "an account ID that is not in a list",
    other({ "aws:forbiddenAccountIds": "123456789012" }),
    "aws:forbiddenAccountIds has an invalid value. Expected a list of AWS account IDs, each of 12 digits in quotes.",
    "npx pulumi config rm aws:forbiddenAccountIds --stack prod",
  ],
  [
    "allowed and forbidden accounts together",
    other({
      "aws:allowedAccountIds": '["123456789012"]',
      "aws:forbiddenAccountIds": '["210987654321"]',
    }),
    "aws:forbiddenAccountIds and aws:allowedAccountIds are both set. The AWS provider takes one of them.",
    "npx pulumi config rm aws:forbiddenAccountIds --stack prod",
  ],
  [
    "an empty profile",
    other({ "aws:profile": "" }),
    "aws:profile is empty, or begins or ends with a space. Expected the name of a profile.",
    "npx pulumi config rm aws:profile --stack prod",
  ],
  [
    "a role without its ARN",
    other({ "aws:assumeRoles": '[{"roleArn":"deploy"}]' }),
    "aws:assumeRoles has an invalid value. Expected a list of maps, each with the roleArn of an IAM role.",
    "npx pulumi config rm aws:assumeRoles --stack prod",
  ],
  [
    "a key of an earlier version of the provider",
    other({ "aws:assumeRole": '{"roleArn":"arn:aws:iam::123456789012:role/deploy"}' }),
    "aws:assumeRole is not a known key. Did you mean aws:assumeRoles?",
    "npx pulumi config rm aws:assumeRole --stack prod",
  ],
  [
    "a misspelt key of the provider",
    other({ "aws:defaultTag": "{}" }),
    "aws:defaultTag is not a known key. Did you mean aws:defaultTags?",
    "npx pulumi config rm aws:defaultTag --stack prod",
  ],
  [
    "a misspelt namespace of the provider",
    other({ "AWS:profile": "operators" }),
    "AWS:profile is not a known key. Did you mean aws:profile?",
    "npx pulumi config rm AWS:profile --stack prod",
  ],
  [
    "a secret key of the provider in plain text",
    other({ "aws:secretKey": "hush-hush-hush" }),
    "aws:secretKey is a secret but is stored in plain text. Treat the value as compromised and set a new one with --secret.",
    "npx pulumi config set --secret aws:secretKey --stack prod",
  ],
  [
    "disabled default providers",
    other({ "pulumi:disable-default-providers": '["*"]' }),
    "pulumi:disable-default-providers disables the default providers of aws and random, which this program uses.",
    "npx pulumi config rm pulumi:disable-default-providers --stack prod",
  ],
  [
    "disabled generated names",
    other({ "pulumi:autonaming": '{"mode":"disabled"}' }),
    "pulumi:autonaming has mode disabled. The program needs generated names that are unique.",
    "npx pulumi config rm pulumi:autonaming --stack prod",
  ],
  [
    "a key of the project's former name",
    { ...other({ "beo-datastore:alarmEmail": "ops@beotest.net" }), project: "meters" },
    "beo-datastore:alarmEmail is not a known key. Did you mean meters:alarmEmail?",
    "npx pulumi config rm beo-datastore:alarmEmail --stack prod && npx pulumi config set alarmEmail --stack prod <email address without special characters, in a lowercase domain>",
  ],
  [
    "a required key in another namespace",
    other({ "beo:appUrl": "https://a.beotest.net" }),
    "beo:appUrl is not a known key. Did you mean beo-datastore:appUrl?",
    "npx pulumi config rm beo:appUrl --stack prod",
  ],
];

const known = "See stacks/known-values.json for all, and add a newer one there.";
const setTypes = (group: string) =>
  `npx pulumi config rm --path ${group}.instanceTypes --stack prod && npx pulumi config set --path --type string '${group}.instanceTypes[0]' --stack prod <EC2 instance type such as t3.small>`;
const setClass =
  "npx pulumi config set --path --type string database.instanceClass --stack prod <RDS instance class such as db.t3.medium>";
const removeVariable = (name: string) => `npx pulumi config rm --path ${name} --stack prod`;
const platform =
  "belongs to the Elastic Beanstalk platform, which starts the application with its own value. Remove it.";
const credentials =
  "changes the credentials of the AWS SDK. The application uses the service account's. Remove it.";

const variables: Record<string, string> = {
  PATH: "belongs to the operating system, and the deployment scripts set all variables in their shell. Remove it.",
  LD_PRELOAD:
    "belongs to the operating system, and the deployment scripts set all variables in their shell. Remove it.",
  UID: "belongs to the shell, and the deployment scripts set all variables in their shell. Remove it.",
  PORT: platform,
  PYTHONPATH: platform,
  VIRTUAL_ENV: platform,
  COMPOSE_FILE: platform,
  AWS_SESSION_TOKEN: credentials,
  AWS_PROFILE: credentials,
  AWS_ENDPOINT_URL_S3: "sends the application's requests to other endpoints than AWS's own. Remove it.",
  AWS_DEFAULT_REGION: "is not us-west-1, the region of the resources. Remove it.",
};

/** Values of the right type that AWS, the platform or the application refuses. */
export const offers: Mistake[] = [
  [
    "a version of PostgreSQL that does not exist",
    changed({ database: { engineVersion: "17.99" } }),
    'database.engineVersion is "17.99". Expected 17, which follows RDS\'s default, or one of the minor versions on RDS in November 2026: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11. If RDS has it by now, add it to stacks/known-values.json.',
    "npx pulumi config set --path --type string database.engineVersion 17 --stack prod",
  ],
  [
    "a version of PostgreSQL that RDS left out",
    changed({ database: { engineVersion: "15.1" } }),
    'database.engineVersion is "15.1". Expected 15, which follows RDS\'s default, or one of the minor versions on RDS in November 2026: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19. If RDS has it by now, add it to stacks/known-values.json.',
    "npx pulumi config set --path --type string database.engineVersion 15 --stack prod",
  ],
  ...["db.m9g.large", "db.x2iedn.xlarge", "db.m5.7xlarge", "db.t2.medium"].map((instanceClass): Mistake => [
    `the instance class ${instanceClass}`,
    changed({ database: { instanceClass } }),
    `database.instanceClass is "${instanceClass}". It is no class for PostgreSQL known in us-west-1 (November 2026). ${known}`,
    setClass,
  ]),
  ...(["web", "worker"] as const).map((group): Mistake => [
    `instance types of ${group} that are not offered`,
    changed({ [group]: { instanceTypes: ["t3.small", "t3.24xlarge", "m9i.large"] } }),
    `${group}.instanceTypes contains t3.24xlarge and m9i.large, no instance type known in us-west-1 (November 2026). ${known}`,
    setTypes(group),
  ]),
  [
    "a region of backups that is the stack's",
    changed({ backup: { region: "us-west-1" } }),
    "backup.region is us-west-1, the region of the stack. Expected another one, which survives its loss.",
    "npx pulumi config set --path backup.region us-west-2 --stack prod",
  ],
  // The AWS Regions page of the AWS Global Infrastructure guide has ap-southeast-1 to 7, and no us-west-3.
  ...["us-west-3", "ap-southeast-9"].map((region): Mistake => [
    `a region of backups that AWS does not have, ${region}`,
    changed({ backup: { region } }),
    `backup.region is ${region}, which the installed version of @pulumi/aws does not know. If it is a new region of AWS, update the package: npm install @pulumi/aws@latest`,
    "npx pulumi config set --path backup.region us-west-2 --stack prod",
  ]),
  [
    "a region of backups whose name is too long for a bucket",
    changed({
      name: "a".repeat(25),
      storage: { accountNamespace: true },
      backup: { region: "ap-southeast-2" },
    }),
    "backup.region is ap-southeast-2, but with storage.accountNamespace and that region, an application name has at most 25 characters, and aaaaaaaaaaaaaaaaaaaaaaaaa-prod has 30. Set a region with a shorter name, such as us-west-2, or none.",
    "npx pulumi config set --path backup.region us-west-2 --stack prod",
  ],
  [
    "days of the vaults that contradict each other",
    changed({ backup: { vaultLock: "governance", dailyDays: 60, monthlyDays: 30 } }),
    "backup.monthlyDays is 30, but backup.dailyDays is 60. The lock of a vault has the one as its maximum and the other as its minimum. Raise backup.monthlyDays or lower backup.dailyDays.",
    "npx pulumi config set --path backup.monthlyDays 60 --stack prod",
  ],
  [
    "a backup window in which RDS would refuse the snapshots of AWS Backup",
    changed({ backup: { vaultLock: "governance" }, database: { backupWindow: "04:30-05:30" } }),
    "database.backupWindow is 04:30-05:30, but backup.vaultLock is set, and AWS Backup takes snapshots from 03:00-05:00 UTC. RDS refuses snapshots in this window. Choose another time.",
    "npx pulumi config set --path --type string database.backupWindow --stack prod <daily time in UTC, 30 minutes or more: 08:00-08:30>",
  ],
  [
    "a maintenance window in which RDS would refuse the snapshots of AWS Backup",
    changed({ backup: { vaultLock: "governance" }, database: { maintenanceWindow: "sun:02:30-sun:03:30" } }),
    "database.maintenanceWindow is sun:02:30-sun:03:30, but backup.vaultLock is set, and AWS Backup takes snapshots from 03:00-05:00 UTC. RDS refuses snapshots in this window. Choose another time.",
    "npx pulumi config set --path --type string database.maintenanceWindow --stack prod <weekly time in UTC, 30 minutes to less than a day: Sun:10:00-Sun:11:00>",
  ],
  [
    "a mail region other than that of the application's SMTP host",
    changed({ mail: { region: "eu-central-1" } }),
    "mail.region is eu-central-1. The application sends mail through the SMTP host of us-west-2, and an SMTP password is valid in one region only.",
    "npx pulumi config rm --path mail.region --stack prod",
  ],
  ...Object.entries(variables).map(([name, reason]): Mistake => [
    `the variable ${name}`,
    changed({ extraEnvironment: { [name]: "us-east-1" } }),
    `extraEnvironment.${name} ${reason}`,
    removeVariable(`extraEnvironment.${name}`),
  ]),
  [
    "a platform variable as a secret",
    changed({ extraSecrets: { PORT: "1" } }, ["extraSecrets", "extraSecrets.PORT"]),
    `extraSecrets.PORT ${platform}`,
    removeVariable("extraSecrets.PORT"),
  ],
];

const email = "--stack prod <email address without special characters, in a lowercase domain>";

/** Values of a fresh clone, or of examples. */
export const placeholders: Mistake[] = [
  [
    "an example as the front end",
    changed({ appUrl: "https://beo.example.com" }),
    'appUrl is "https://beo.example.com", a placeholder. beo.example.com is reserved for examples.',
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "an example with a port as the front end",
    dev({ appUrl: "http://beo.example:8000" }),
    'appUrl is "http://beo.example:8000", a placeholder. beo.example is reserved for examples.',
    "npx pulumi config set appUrl --stack dev <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "a local front end in prod",
    changed({ appUrl: "https://beo.test" }),
    'appUrl is "https://beo.test", a placeholder. beo.test is reserved for examples.',
    "npx pulumi config set appUrl --stack prod <lowercase https:// URL (http:// in dev) without a path or default port>",
  ],
  [
    "an example as the support address",
    changed({ supportEmail: "support@example.org" }),
    'supportEmail is "support@example.org", a placeholder. example.org is reserved for examples.',
    `npx pulumi config set supportEmail ${email}`,
  ],
  [
    "an example as the address for alarms",
    changed({ alarmEmail: "operations@mail.example.net" }),
    'alarmEmail is "operations@mail.example.net", a placeholder. mail.example.net is reserved for examples.',
    `npx pulumi config set alarmEmail ${email}`,
  ],
  [
    "an example as the sender",
    changed({ mail: { fromAddress: "beo@example.edu" } }),
    'mail.fromAddress is "beo@example.edu", a placeholder. example.edu is reserved for examples.',
    `npx pulumi config set --path --type string mail.fromAddress ${email}`,
  ],
];
