import { named } from "./permission";
import {
  type Scope,
  getApplicationName,
  getBundleBucketName,
  toAlarmArns,
  toArns,
  toBackupArns,
  toGlobalArns,
  toMailArns,
} from "./scope";

/** The stack's own buckets. Those with generated names, of bundles and of access logs, follow one pattern. */
export const getBucketNames = (scope: Scope) => [
  ...new Set([
    ...named(scope, "-media", "-static", "-backup-*"),
    getBundleBucketName(scope),
    getBundleBucketName({ ...scope, bundleBucketName: undefined }),
  ]),
];

/** The stack's log groups: of the database, and of the sessions with instances. */
export const getLogGroups = (scope: Scope) =>
  toArns(
    scope,
    "logs",
    `log-group:/aws/rds/instance/${getApplicationName(scope)}/*`,
    `log-group:/${getApplicationName(scope)}/*`,
  );

/** The alarms of the stack, in the regions that have some. */
export const getAlarms = (scope: Scope) =>
  toAlarmArns(scope, "cloudwatch", ...named(scope, "-*").map((name) => `alarm:${name}`));

/** The rules that mute the alarms of a stack that sleeps. */
export const getMuteRules = (scope: Scope) =>
  toAlarmArns(scope, "cloudwatch", ...named(scope, "-sleep*").map((name) => `alarm-mute-rule:${name}`));

/** The schedules of a stack that sleeps. */
export const getSchedules = (scope: Scope) =>
  toArns(scope, "scheduler", ...named(scope, "-*").map((name) => `schedule/default/${name}`));

/** The stack's budget. */
export const getBudgets = (scope: Scope) =>
  toGlobalArns(scope, "budgets", `budget/${getApplicationName(scope)}`);

/** The topics of the alarms. */
export const getTopics = (scope: Scope) => toAlarmArns(scope, "sns", ...named(scope, "-alarms", "-alarms-*"));

/** The rule that reports failed deployments. */
export const getRules = (scope: Scope) =>
  toArns(scope, "events", ...named(scope, "-deployment-events").map((name) => `rule/${name}`));

/** The subscription to events of the database. */
export const getEventSubscriptions = (scope: Scope) =>
  toArns(scope, "rds", ...named(scope, "-database-events").map((name) => `es:${name}`));

/** The database, those beside it while it is restored, and the snapshots of people and of RDS. */
export const getDatabase = (scope: Scope) =>
  toArns(
    scope,
    "rds",
    ...named(scope, "", "-restored", "-old").map((name) => `db:${name}`),
    ...named(scope, "-*").flatMap((name) => [`snapshot:${name}`, `snapshot:rds:${name}`]),
  );

/** The keys of the database and of its backups in another region. Ids do not tell the stack, tags do. */
export const getKeys = (scope: Scope) => [
  ...toArns(scope, "kms", "key/*"),
  ...toBackupArns(scope, "kms", "key/*"),
];

/** The vaults of AWS Backup, with generated names. */
export const getVaults = (scope: Scope) => [
  ...toArns(scope, "backup", "backup-vault:beo-backup-vault-*"),
  ...toBackupArns(scope, "backup", "backup-vault:beo-backup-copy-*"),
];

/** The plans of AWS Backup. Ids do not tell the stack, tags do. */
export const getBackupPlans = (scope: Scope) => toArns(scope, "backup", "backup-plan:*");

/** The replicated automated backups of databases. Ids do not tell the stack. */
export const getReplicatedBackups = (scope: Scope) => toBackupArns(scope, "rds", "auto-backup:*");

/** Health checks. Their ids do not tell the stack, and Route 53 has no conditions on tags. */
export const getHealthChecks = ({ partition, domains = [] }: Scope) =>
  domains.length > 0 ? [`arn:${partition}:route53:::healthcheck/*`] : [];

/** The web ACLs of the firewall and of maintenance, and the IP sets of maintenance. */
export const getWebAcls = (scope: Scope) =>
  toArns(scope, "wafv2", "regional/webacl/beo-firewall-acl-*/*", "regional/webacl/beo-maintenance*-acl-*/*");
export const getIpSets = (scope: Scope) =>
  toArns(scope, "wafv2", "regional/ipset/beo-maintenance*-allowed-*/*");

/** CloudFront distributions. Their ids do not tell the stack, their tags do. */
export const getDistributions = (scope: Scope) => toGlobalArns(scope, "cloudfront", "distribution/*");

/** The application and its environments, of all generations, in Elastic Beanstalk. */
export const getBeanstalkArns = (scope: Scope) => {
  const name = getApplicationName(scope);
  return toArns(
    scope,
    "elasticbeanstalk",
    `application/${name}`,
    `applicationversion/${name}/*`,
    `environment/${name}/*`,
  );
};

/** The stack's SES identities. */
export function getIdentities(scope: Scope): string[] {
  return toMailArns(scope, ...(scope.mailIdentities ?? ["*"]).map((identity) => `identity/${identity}`));
}

/** The stack's SES configuration set. */
export function getConfigurationSet(scope: Scope): string[] {
  return toMailArns(scope, `configuration-set/${getApplicationName(scope)}`);
}

/** What mail is sent with. */
export function getMailArns(scope: Scope): string[] {
  return [...getIdentities(scope), ...getConfigurationSet(scope)];
}

/** The Auto Scaling groups of environments, with generated names. */
export const getScalingGroups = (scope: Scope) =>
  toArns(scope, "autoscaling", "autoScalingGroup:*:autoScalingGroupName/awseb-e-*");
