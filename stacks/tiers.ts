import type * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";
import { completeArguments } from "../components/argument-rules/context";
import type { Configuration } from "./schema";
import { isRecord } from "./validators";

/** A stack's tier, and its APP_ENV. */
export type Environment = "dev" | "staging" | "prod";

type PlainArgs = pulumi.Unwrap<BeoDatastoreArgs>;

/** What a tier changes of the components' defaults. The configuration overrides it. */
export type Tier = Pick<PlainArgs, "backup" | "protect"> &
  Required<Pick<PlainArgs, "database" | "web" | "worker" | "monitoring" | "platform">>;

/** What each tier means. */
export const tierDescriptions: Record<Environment, string> = {
  dev: "small and cheap, one instance without a load balancer, destroyed in one command",
  staging: "protected like prod, at the size of dev, so that it shows what will happen in prod",
  prod: "a standby database, rolling deployments, 30 days of backups, protected data, backups in another region",
};

/** The guide has two tiers, Dev/Test (dev) and Production (prod). */
export const tiers: Record<Environment, Tier> = {
  dev: {
    database: { deletionProtection: false, applyImmediately: true },
    web: { singleInstance: true, cloudFront: true },
    worker: { drain: false },
    monitoring: {},
    platform: {},
    protect: false,
  },
  staging: {
    database: { allocatedStorage: 50, maxAllocatedStorage: 200 },
    web: { maxSize: 2, deploymentPolicy: "RollingWithAdditionalBatch" },
    worker: { instanceTypes: ["t3.medium"], deploymentPolicy: "Rolling" },
    monitoring: {},
    platform: { logRetentionDays: 90 },
  },
  prod: {
    database: {
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      maxAllocatedStorage: 1000,
      multiAz: true,
      backupRetentionPeriod: 30,
      monitoringInterval: 60,
      performanceInsights: true,
    },
    web: {
      instanceTypes: ["t3.medium"],
      minSize: 2,
      maxSize: 4,
      deploymentPolicy: "RollingWithAdditionalBatch",
      accessLogDays: 90,
    },
    worker: { instanceTypes: ["t3.large"], maxSize: 4, deploymentPolicy: "RollingWithAdditionalBatch" },
    monitoring: { healthCheck: true },
    platform: { logRetentionDays: 365 },
    // The closest region to which RDS replicates backups from us-west-1:
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html
    backup: { region: "us-west-2", retentionDays: 14 },
  },
};

/** The tags of all resources. */
export const ownTags = ["Project", "Environment", "ManagedBy"];

/** The arguments of a stack's datastore before any of them is an output. */
export type Settings = PlainArgs & Tier & { environment: Environment };

/** Applies a configuration over its tier. What neither sets is left to the components' defaults. */
export function applyTier(configuration: Partial<Configuration>, environment: Environment): Settings {
  const {
    name = "beo-datastore",
    allowReplacement = [],
    ignoreSnapshot,
    sleep,
    budget,
    ...rest
  } = configuration;
  const tier = tiers[environment];
  const { singleInstance = false, cloudFront = false, ...web } = tier.web;
  const servesHttps = rest.domain !== undefined || rest.certificateArn !== undefined;
  const isSingle = rest.web?.singleInstance ?? (singleInstance && !servesHttps);
  return {
    ...rest,
    ...(isSet(sleep) && { sleep }),
    ...(isSet(budget) && { budget }),
    appUrl: rest.appUrl ?? "",
    supportEmail: rest.supportEmail ?? "",
    applicationName: `${name}-${environment}`,
    environment,
    database: { ...tier.database, ...rest.database },
    // A load balancer terminates HTTPS, so a domain implies one.
    web: {
      ...web,
      singleInstance: isSingle,
      cloudFront: cloudFront && isSingle && !servesHttps,
      ...rest.web,
    },
    worker: { ...tier.worker, ...rest.worker },
    monitoring: { ...tier.monitoring, ...rest.monitoring },
    platform: { ...tier.platform, ...rest.platform },
    backup: { ...tier.backup, ...rest.backup },
    // The address of another name is another one.
    keepAddress: !["name", "web.cnamePrefix"].some((path) => allowReplacement.includes(path)),
    protect: rest.protect ?? tier.protect,
    tags: { ...rest.tags, Project: name, Environment: environment, ManagedBy: "Pulumi" },
  };
}

/** Whether a group has a member: Pulumi.yaml has an empty one for each that is not set. */
function isSet(group: object | undefined): boolean {
  return group !== undefined && Object.keys(group).length > 0;
}

/** The settings with the components' defaults that rules and warnings need. */
export type CompleteSettings = ReturnType<typeof withDefaults>;

/** Adds the components' defaults to the settings. */
export function withDefaults(settings: Settings) {
  return completeArguments(settings);
}

/** The settings that a tier decides, unless the configuration does. */
export function tierPaths(configuration: Partial<Configuration>): string[] {
  const own = new Set(getPaths(configuration));
  return Object.values(tiers)
    .flatMap(getPaths)
    .filter((path) => !own.has(path));
}

function getPaths(values: object): string[] {
  return Object.entries(values).flatMap(([name, value]: [string, unknown]) =>
    isRecord(value) ? Object.keys(value).map((member) => `${name}.${member}`) : [name],
  );
}
