import type * as pulumi from "@pulumi/pulumi";
import type { BeoDatastoreArgs } from "../components";

/** What a tier decides, where the operators do not. */
export type Tier = Required<
  Pick<pulumi.Unwrap<BeoDatastoreArgs>, "database" | "web" | "worker" | "platform" | "protect">
>;

/** What APP_ENV may be. */
export type Environment = "dev" | "staging" | "prod";

/**
 * The guide knows two tiers: Dev/Test (dev) and Production (prod). Staging has production's safety at the size of dev,
 * so that what happens in production has happened there before.
 */
export const tiers: Record<Environment, Tier> = {
  dev: {
    database: {
      instanceClass: "db.t3.medium",
      allocatedStorage: 20,
      maxAllocatedStorage: 100,
      multiAz: false,
      backupRetentionPeriod: 7,
      deletionProtection: false,
      applyImmediately: true,
    },
    web: {
      instanceTypes: ["t3.small"],
      minSize: 1,
      maxSize: 1,
      singleInstance: true,
      deploymentPolicy: "AllAtOnce",
    },
    worker: { instanceTypes: ["t3.small"], minSize: 1, maxSize: 1, deploymentPolicy: "AllAtOnce" },
    platform: { logRetentionDays: 30 },
    protect: false,
  },
  staging: {
    database: {
      instanceClass: "db.t3.medium",
      allocatedStorage: 50,
      maxAllocatedStorage: 200,
      multiAz: false,
      backupRetentionPeriod: 7,
      deletionProtection: true,
    },
    web: {
      instanceTypes: ["t3.small"],
      minSize: 1,
      maxSize: 2,
      deploymentPolicy: "RollingWithAdditionalBatch",
    },
    worker: { instanceTypes: ["t3.medium"], minSize: 1, maxSize: 1, deploymentPolicy: "Rolling" },
    platform: { logRetentionDays: 90 },
    protect: true,
  },
  prod: {
    database: {
      instanceClass: "db.m6g.large",
      allocatedStorage: 100,
      maxAllocatedStorage: 1000,
      multiAz: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      monitoringInterval: 60,
      performanceInsights: true,
    },
    web: {
      instanceTypes: ["t3.medium"],
      minSize: 2,
      maxSize: 4,
      deploymentPolicy: "RollingWithAdditionalBatch",
    },
    worker: {
      instanceTypes: ["t3.large"],
      minSize: 1,
      maxSize: 4,
      deploymentPolicy: "RollingWithAdditionalBatch",
    },
    platform: { logRetentionDays: 365 },
    protect: true,
  },
};
