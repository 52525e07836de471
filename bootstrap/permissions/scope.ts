/** What the resources of a stack are recognized by in policies. */
export interface Scope {
  partition: string;
  account: string;
  /** The stack's region. */
  region: string;
  /** The tag Project of the stack's resources, its setting `name`: the first part of the application name. */
  project: string;
  /** The tag Environment of the stack's resources, its setting `environment`: the second part. */
  environment: string;
  /**
   * Region of SES, the stack's setting `mail.region`.
   *
   * @default "us-west-2"
   */
  mailRegion?: string;
  /**
   * The region of backups, the stack's setting `backup.region`; "none" for no other region.
   *
   * @default "us-west-2"
   */
  backupRegion?: string;
  /**
   * The SES identities of the stack: its setting `mail.domain`, or the address that mail is sent from.
   *
   * @default all of the account that have the stack's tags; sending knows no tags
   */
  mailIdentities?: string[];
  /**
   * The stack's setting `rolePath`.
   *
   * @default /<application name>/
   */
  rolePath?: string;
  /**
   * Bucket of the first application version, which has a generated name.
   *
   * @default <application name>-bundles-*, as `pulumi:autonaming` of the stack has it
   */
  bundleBucketName?: string;
  /**
   * Ids of the stack's environments, e-…, which name their folders in the bucket that Elastic Beanstalk shares between all
   * environments of a region.
   *
   * @default those of all environments, because an id is not known before the environment exists
   */
  environmentIds?: string[];
  /**
   * ARNs of existing SNS topics that get the alarms: the stack's setting `monitoring.topicArns`.
   *
   * @default none: the stack's own
   */
  topicArns?: string[];
  /**
   * Domains whose records the stack creates in Route 53: its settings `domain` and `mail.domain`.
   *
   * @default none: no right to change records
   */
  domains?: string[];
}

/** Returns the application name of a stack. */
export function getApplicationName({ project, environment }: Pick<Scope, "project" | "environment">): string {
  return `${project}-${environment}`;
}

/** Returns the IAM path of the stack's roles, users and instance profiles. */
export function getRolePath(scope: Pick<Scope, "project" | "environment" | "rolePath">): string {
  return scope.rolePath ?? `/${getApplicationName(scope)}/`;
}

/** Returns the name of the policy that limits the stack's roles and users. It is outside of their path. */
export function getBoundaryName(scope: Pick<Scope, "project" | "environment">): string {
  return `${getApplicationName(scope)}-boundary`;
}

/** Returns the ARN of the policy that limits the stack's roles and users, for the setting `permissionsBoundary`. */
export function getBoundaryArn(scope: Scope): string {
  return `arn:${scope.partition}:iam::${scope.account}:policy/${getBoundaryName(scope)}`;
}

/** Returns ARNs of the stack's region and account. */
export function toArns(scope: Scope, service: string, ...resources: string[]): string[] {
  return resources.map(
    (resource) => `arn:${scope.partition}:${service}:${scope.region}:${scope.account}:${resource}`,
  );
}

/** Returns ARNs of the account in the regions of the stack's alarms: its own, the one of SES, and that of health checks. */
export function toAlarmArns(scope: Scope, service: string, ...resources: string[]): string[] {
  const regions = new Set([scope.region, scope.mailRegion ?? "us-west-2", "us-east-1"]);
  return [...regions].flatMap((region) => toArns({ ...scope, region }, service, ...resources));
}

/** Returns ARNs of the account in the region of the stack's backups, if it has another one. */
export function toBackupArns(
  { backupRegion = "us-west-2", ...scope }: Scope,
  service: string,
  ...resources: string[]
): string[] {
  return backupRegion === "none" ? [] : toArns({ ...scope, region: backupRegion }, service, ...resources);
}

/** Returns ARNs of resources that belong to no region. */
export function toGlobalArns(scope: Scope, service: string, ...resources: string[]): string[] {
  return resources.map((resource) => `arn:${scope.partition}:${service}::${scope.account}:${resource}`);
}

/** Returns ARNs of roles, users and instance profiles of the stack. */
export function toIdentityArns(scope: Scope, ...types: ("role" | "user" | "instance-profile")[]): string[] {
  return toGlobalArns(scope, "iam", ...types.map((type) => `${type}${getRolePath(scope)}*`));
}

/** Returns ARNs of buckets, or of objects in buckets. */
export function toBucketArns({ partition }: Pick<Scope, "partition">, ...resources: string[]): string[] {
  return resources.map((resource) => `arn:${partition}:s3:::${resource}`);
}

/** Returns the bucket of the first application version. */
export function getBundleBucketName(scope: Scope): string {
  return scope.bundleBucketName ?? `${getApplicationName(scope)}-bundles-*`;
}

/** Returns the bucket of all Elastic Beanstalk environments of the account and region. */
export function getBeanstalkBucketName({ region, account }: Pick<Scope, "region" | "account">): string {
  return `elasticbeanstalk-${region}-${account}`;
}

/** Returns ARNs in the region of SES. */
export function toMailArns(scope: Scope, ...resources: string[]): string[] {
  return toArns({ ...scope, region: scope.mailRegion ?? "us-west-2" }, "ses", ...resources);
}

/** Returns the folders of the stack's environments in Elastic Beanstalk's bucket. */
export function getEnvironmentFolders({ environmentIds, ...scope }: Scope): string[] {
  const folder = `${getBeanstalkBucketName(scope)}/resources/environments`;
  return environmentIds?.map((id) => `${folder}/${id}/*`) ?? [`${folder}/*`];
}

/**
 * Returns the configuration that the policies expect of a stack, by the paths of `pulumi config set --path`. The last one
 * makes the name of the bucket of the first version begin with the application name.
 */
export function getStackSettings(scope: Scope): Record<string, string> {
  return {
    permissionsBoundary: getBoundaryArn(scope),
    rolePath: getRolePath(scope),
    'pulumi:autonaming.providers.aws.resources["aws:s3/bucket:Bucket"].pattern': `${getApplicationName(scope)}-bundles-\${hex(7)}`,
  };
}
