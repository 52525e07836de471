import type * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs, ScheduledActionArgs } from "../components";
import { taskTimeLimitRange } from "../components/celery";
import {
  BatchSizeType,
  CertificateAuthority,
  DeploymentPolicy,
  DmarcPolicy,
  InsightsMode,
  InterfaceEndpoint,
  IpAddressType,
  MonitoringInterval,
  Nat,
  StorageType,
  Tier,
  TlsPolicy,
  VaultLock,
  VolumeType,
  WebScaling,
  Weekday,
  ZoneCount,
} from "../components/enums";
import * as formats from "./formats";
import type { Environment } from "./tiers";
import { boolean, enumOf, integer, listOf, listOfMaps, mapOf, optionMap, type Validator } from "./validators";

/** A stack's configuration: the arguments of BeoDatastore, with `name` and `environment` for the application name. */
export interface Configuration extends Omit<
  pulumi.Unwrap<BeoDatastoreArgs>,
  "applicationName" | "environment" | "instructions" | "keepAddress" | "renewFinalSnapshot" | "tags"
> {
  /**
   * First part of the application name, `<name>-<environment>`.
   *
   * @default "beo-datastore"
   * @changing Cannot be changed later: it would replace nearly everything, since most physical names begin with it.
   */
  name?: string;
  /**
   * The stack's tier, and APP_ENV of the application. Required if the stack is not named after a tier.
   *
   * @default the stack's name
   * @changing Cannot be changed later: it would replace nearly everything, since most physical names end with it.
   */
  environment?: Environment;
  /**
   * Further tags of all resources, beside Project, Environment and ManagedBy: at most 44, and none with the name Name, which
   * Elastic Beanstalk sets itself.
   *
   * @default none
   * @changing In place.
   */
  tags?: Record<string, string>;
  /**
   * Settings that may replace what is deployed, with its data: "name" for the application name; the other names,
   * "database.identifier", "database.name", "storage.mediaBucketName", "storage.staticBucketName", "queue.name",
   * "serviceAccount.userName", "web.environmentName" and "worker.environmentName"; and "database.username",
   * "database.kmsKey", "database.subnetGroupName", "network.vpcId", "storage.accountNamespace", "platform.branch",
   * "platform.generation", "web.cnamePrefix", "web.internal", "web.instanceTypes" and "worker.instanceTypes". Remove it after
   * the update.
   *
   * @default none: such changes are refused
   * @changing In place.
   */
  allowReplacement?: string[];
  /**
   * Identifier of what has the latest data of a database of this stack that was deleted, to create the next one without it:
   * empty, or from `database.snapshotIdentifier`. A snapshot, or the id of an automated backup, ab-…, as the update that is
   * refused prints it. Later data is not ignored.
   *
   * @default none: a database without the latest data of the one that was deleted is refused
   * @changing In place: it is used only when the database is created.
   */
  ignoreSnapshot?: string;
}

/** What is known of a key beside its documentation. */
export interface Setting<T = unknown> {
  validator: Validator<T>;
  /** Must be encrypted; its value is never shown. */
  secret?: true;
  /** Required in every stack; of a group's member, wherever the group is set. */
  required?: true;
}

/** A setting for each key of a configuration, and a group of settings for each object in it. */
export type Schema<C> = {
  [K in keyof C]-?: Entry<NonNullable<C[K]>> &
    (Partial<Pick<C, K>> extends Pick<C, K> ? { required?: undefined } : { required: true });
};
type Entry<T> = [T] extends [readonly unknown[]]
  ? Setting<T>
  : [T] extends [object]
    ? string extends keyof T
      ? Setting<T>
      : Schema<T>
    : Setting<T>;

/** How many days Elastic Beanstalk and CloudWatch Logs can keep logs. */
const retentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];
const logRetentionDays = enumOf(...retentionDays);
const instances = integer({ min: 1, max: 100 });
/** The range of the thresholds of Elastic Beanstalk's trigger; 0 is never reached. */
const scalingThreshold = integer({ min: 1, max: 20_000_000 });
const percentage = integer({ min: 1, max: 100 });
const keyGeneration = { validator: integer({ min: 1 }) };
const accessKey = { keyGeneration, previousKeyGeneration: keyGeneration };
const branch = {
  validator: enumOf("Python 3.11", "Python 3.12", "Python 3.13", "Python 3.14", "Docker"),
};
const generation = { validator: integer({ min: 1, max: 999 }) };
const capacity = {
  instanceTypes: { validator: formats.instanceTypes },
  previousInstanceTypes: { validator: formats.instanceTypes },
  minSize: { validator: instances },
  maxSize: { validator: instances },
  rootVolumeSize: { validator: integer({ min: 10, max: 16384 }) },
  rootVolumeType: { validator: enumOf(...Object.values(VolumeType)) },
  rootVolumeIops: { validator: integer({ min: 100, max: 20000 }) },
  rootVolumeThroughput: { validator: integer({ min: 125, max: 1000 }) },
  deploymentPolicy: { validator: enumOf(...Object.values(DeploymentPolicy)) },
  deploymentBatchSize: { validator: percentage },
  deploymentBatchSizeType: { validator: enumOf(...Object.values(BatchSizeType)) },
  options: { validator: optionMap },
  schedule: {
    validator: listOfMaps<ScheduledActionArgs>("scheduled action", {
      name: "string",
      recurrence: "string",
      startTime: "string",
      minSize: "integer",
      maxSize: "integer",
      desiredCapacity: "integer",
      suspended: "boolean",
    }),
  },
};
const checksInRow = integer({ min: 2, max: 10 });

/** Every key of the configuration. */
export const schema = {
  name: { validator: formats.namePrefix },
  environment: { validator: enumOf(...Object.values(Tier)) },
  allowReplacement: {
    validator: listOf(
      enumOf(
        ...(["name", "database.identifier", "database.name", "storage.mediaBucketName"] as const),
        ...(["storage.staticBucketName", "queue.name", "serviceAccount.userName"] as const),
        ...(["web.environmentName", "worker.environmentName", "database.username"] as const),
        ...([
          "database.kmsKey",
          "database.subnetGroupName",
          "network.vpcId",
          "storage.accountNamespace",
        ] as const),
        ...(["platform.branch", "platform.generation", "web.cnamePrefix"] as const),
        ...(["web.internal", "web.instanceTypes", "worker.instanceTypes"] as const),
      ),
    ),
  },
  ignoreSnapshot: { validator: formats.snapshotIdentifier },
  appUrl: { validator: formats.siteUrl, required: true },
  supportEmail: { validator: formats.email, required: true },
  domain: { validator: formats.domainName },
  additionalDomains: { validator: listOf(formats.domainName, 9) },
  hostedZone: { validator: formats.domainName },
  additionalHostedZones: { validator: listOf(formats.domainName) },
  certificateArn: { validator: formats.certificateArn },
  alarmEmail: { validator: formats.email },
  protect: { validator: boolean },
  permissionsBoundary: { validator: formats.policyArn },
  rolePath: { validator: formats.iamPath },
  tags: { validator: mapOf("tag name", formats.tagName, formats.tagValue) },
  databasePassword: { validator: formats.password, secret: true },
  secretKey: { validator: formats.secretKey, secret: true },
  adminUrl: { validator: formats.adminPath, secret: true },
  supportPassword: { validator: formats.password, secret: true },
  smtpUser: { validator: formats.mailCredential, secret: true },
  smtpPassword: { validator: formats.mailCredential, secret: true },
  sqlUser: { validator: formats.databaseUser },
  sqlPassword: { validator: formats.password, secret: true },
  extraEnvironment: { validator: mapOf("variable name", formats.variableName, formats.propertyText) },
  extraSecrets: { validator: mapOf("variable name", formats.variableName, formats.shellText), secret: true },
  database: {
    identifier: { validator: formats.databaseIdentifier },
    name: { validator: formats.databaseName },
    instanceClass: { validator: formats.instanceClass },
    engineVersion: { validator: formats.postgresVersion },
    allowMajorVersionUpgrade: { validator: boolean },
    // The maximum leaves room to grow by a tenth to RDS's 65,536.
    allocatedStorage: { validator: integer({ min: 20, max: 59578 }) },
    maxAllocatedStorage: { validator: integer({ min: 20, max: 65536 }) },
    storageType: { validator: enumOf(...Object.values(StorageType)) },
    iops: { validator: integer({ min: 1000, max: 256_000 }) },
    storageThroughput: { validator: integer({ min: 500, max: 4000 }) },
    multiAz: { validator: boolean },
    backupRetentionPeriod: { validator: integer({ min: 7, max: 35 }) },
    backupWindow: { validator: formats.backupWindow },
    maintenanceWindow: { validator: formats.maintenanceWindow },
    deletionProtection: { validator: boolean },
    username: { validator: formats.masterUsername },
    storageEncrypted: { validator: boolean },
    kmsKey: { validator: formats.databaseKey },
    subnetGroupName: { validator: formats.subnetGroupName },
    additionalSecurityGroupIds: { validator: formats.securityGroupIds },
    snapshotIdentifier: { validator: formats.snapshotIdentifier },
    monitoringInterval: { validator: enumOf(...Object.values(MonitoringInterval)) },
    performanceInsights: { validator: boolean },
    insightsMode: { validator: enumOf(...Object.values(InsightsMode)) },
    caCertificateIdentifier: { validator: enumOf(...Object.values(CertificateAuthority)) },
    slowQueryMilliseconds: { validator: integer({ min: 0, max: 2147483647 }) },
    parameters: { validator: mapOf("parameter name", formats.parameterName, formats.parameterValue) },
    iamDatabaseAuthenticationEnabled: { validator: boolean },
    applyImmediately: { validator: boolean },
  },
  web: {
    environmentName: { validator: formats.environmentName },
    ...capacity,
    singleInstance: { validator: boolean },
    healthCheckPath: { validator: formats.urlPath },
    healthCheckMatcher: { validator: formats.statusCodes },
    healthCheckInterval: { validator: integer({ min: 5, max: 300 }) },
    healthCheckTimeout: { validator: integer({ min: 2, max: 60 }) },
    healthyThreshold: { validator: checksInRow },
    unhealthyThreshold: { validator: checksInRow },
    internal: { validator: boolean },
    ipAddressType: { validator: enumOf(...Object.values(IpAddressType)) },
    // The maximum of Elastic Beanstalk's option.
    idleTimeout: { validator: integer({ min: 1, max: 3600 }) },
    tlsPolicy: { validator: enumOf(...Object.values(TlsPolicy)) },
    allowedCidrs: { validator: listOf(formats.network, 30) },
    firewall: { validator: formats.firewall },
    cnamePrefix: { validator: formats.cnamePrefix },
    uploadLimit: { validator: integer({ min: 1, max: 2048 }) },
    accessLogDays: { validator: integer({ min: 0, max: 3653 }) },
    scaling: { validator: enumOf(...Object.values(WebScaling)) },
    scalingLow: { validator: scalingThreshold },
    scalingHigh: { validator: scalingThreshold },
    additionalHosts: { validator: listOf(formats.allowedHost) },
    dnsRecord: { validator: boolean },
    cloudFront: { validator: boolean },
    maintenance: { validator: boolean },
    maintenanceCidrs: { validator: listOf(formats.maintenanceNetwork) },
    maintenanceRetryAfter: { validator: integer({ min: 60, max: 604800 }) },
  },
  worker: {
    environmentName: { validator: formats.environmentName },
    ...capacity,
    messagesPerInstance: { validator: integer({ min: 9, max: 100000 }) },
    taskTimeLimit: { validator: integer(taskTimeLimitRange) },
    drain: { validator: boolean },
    spot: { validator: boolean },
    onDemandBase: { validator: integer({ min: 0, max: 100 }) },
  },
  network: {
    create: { validator: boolean },
    cidr: { validator: formats.ipv4Network },
    zones: { validator: enumOf(...Object.values(ZoneCount)) },
    nat: { validator: enumOf(...Object.values(Nat)) },
    interfaceEndpoints: { validator: listOf(enumOf(...Object.values(InterfaceEndpoint))) },
    flowLogDays: { validator: enumOf(0, ...retentionDays) },
    egressPorts: { validator: listOf(integer({ min: 1, max: 65535 }), 50) },
    vpcId: { validator: formats.vpcId },
    databaseSubnetIds: { validator: formats.subnetIds },
    instanceSubnetIds: { validator: formats.subnetIds },
    loadBalancerSubnetIds: { validator: formats.subnetIds },
    associatePublicIpAddress: { validator: boolean },
  },
  mail: {
    region: { validator: formats.region },
    domain: { validator: formats.domainName },
    fromAddress: { validator: formats.email },
    mailFromSubdomain: { validator: formats.dnsLabel },
    dmarcPolicy: { validator: enumOf(...Object.values(DmarcPolicy)) },
    ...accessKey,
  },
  monitoring: {
    emails: { validator: listOf(formats.email) },
    topicArns: { validator: formats.topicArns },
    kmsKey: { validator: formats.kmsKeyId },
    healthCheck: { validator: boolean },
    healthCheckPath: { validator: formats.urlPath },
    errorRate: { validator: percentage },
    minRequests: { validator: integer({ min: 1, max: 1_000_000 }) },
    responseTime: { validator: integer({ min: 1, max: 3600 }) },
    minFreeMemory: { validator: percentage },
    minFreeStorage: { validator: integer({ min: 1, max: 65536 }) },
    minCpuCredits: { validator: integer({ min: 1, max: 10_000 }) },
    // The longest that SQS keeps a message.
    maxQueueAge: { validator: integer({ min: 1, max: 20_160 }) },
  },
  platform: {
    branch,
    generation,
    previousBranch: branch,
    servingGeneration: generation,
    initialVersion: { validator: formats.versionLabel },
    update: { validator: boolean },
    wsgiPath: { validator: formats.wsgiPath },
    updateWindow: { validator: formats.weeklyTime },
    instanceReplacement: { validator: boolean },
    instanceStatements: { validator: formats.statements },
    plainSecrets: { validator: boolean },
    logRetentionDays: { validator: logRetentionDays },
    logKmsKey: { validator: formats.kmsKeyId },
    shell: { validator: boolean },
  },
  storage: {
    mediaBucketName: { validator: formats.bucketName },
    staticBucketName: { validator: formats.bucketName },
    accountNamespace: { validator: boolean },
    // The maximum of S3's lifecycle rules.
    noncurrentVersionDays: { validator: integer({ min: 0, max: 2147483647 }) },
    administrators: { validator: formats.principalArns },
  },
  backup: {
    region: { validator: formats.backupRegion },
    retentionDays: { validator: integer({ min: 1, max: 35 }) },
    vaultLock: { validator: enumOf(...Object.values(VaultLock)) },
    dailyDays: { validator: integer({ min: 1, max: 365 }) },
    monthlyDays: { validator: integer({ min: 1, max: 3650 }) },
  },
  queue: {
    name: { validator: formats.queueName },
    maxReceiveCount: { validator: integer({ min: 1, max: 1000 }) },
    receiveWaitTimeSeconds: { validator: integer({ min: 0, max: 20 }) },
    delaySeconds: { validator: integer({ min: 0, max: 900 }) },
    messageRetentionSeconds: { validator: integer({ min: 60, max: 1209600 }) },
  },
  serviceAccount: { userName: { validator: formats.userName }, ...accessKey },
  sleep: {
    days: { validator: listOf(enumOf(...Object.values(Weekday))) },
    from: { validator: formats.timeOfDay },
    to: { validator: formats.timeOfDay },
    zone: { validator: formats.timeZone },
  },
  budget: {
    monthly: { validator: integer({ min: 1, max: 1_000_000 }), required: true },
    // AWS Budgets: the maximum of notifications of a budget.
    thresholds: { validator: listOf(integer({ min: 1, max: 1000 }), 10) },
  },
} satisfies Schema<Configuration>;

type Paths<S> = {
  [K in keyof S & string]: S[K] extends Setting ? K : `${K}.${keyof S[K] & string}`;
}[keyof S & string];
/** The path of a setting: "appUrl", "web.minSize". */
export type SettingPath = Paths<typeof schema>;

const settings: ReadonlyMap<string, Setting> = new Map(
  Object.entries(schema).flatMap(([name, entry]): [string, Setting][] =>
    "validator" in entry
      ? [[name, entry]]
      : Object.entries(entry).map(([member, setting]) => [`${name}.${member}`, setting]),
  ),
);

/** The paths of all settings. */
export const settingPaths: readonly string[] = [...settings.keys()];

/** The setting at a path such as "appUrl" or "web.minSize". */
export function getSetting(path: string): Setting | undefined {
  return settings.get(path);
}

/** Whether a top-level key holds a group of settings. */
export function isGroup(name: string): boolean {
  return Object.hasOwn(schema, name) && !settings.has(name);
}

/** The names of all top-level keys, or of a group's members. */
export function getNames(group?: string): string[] {
  return Object.keys(group === undefined ? schema : ((schema as Record<string, object>)[group] ?? {}));
}
