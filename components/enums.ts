/*
 * The closed sets of arguments, in the form in which Pulumi's schema knows enums. A TypeScript program may also write the
 * values themselves.
 */

/** A tier: the application's APP_ENV. */
export const Tier = { Dev: "dev", Staging: "staging", Prod: "prod" } as const;
export type Tier = (typeof Tier)[keyof typeof Tier];

/** How a new version reaches the instances of an environment. */
export const DeploymentPolicy = {
  AllAtOnce: "AllAtOnce",
  Rolling: "Rolling",
  RollingWithAdditionalBatch: "RollingWithAdditionalBatch",
  Immutable: "Immutable",
} as const;
export type DeploymentPolicy = (typeof DeploymentPolicy)[keyof typeof DeploymentPolicy];

/** What the number of web instances follows. */
export const WebScaling = { Cpu: "cpu", Latency: "latency", Requests: "requests" } as const;
export type WebScaling = (typeof WebScaling)[keyof typeof WebScaling];

/** What receivers do with mail that DMARC does not pass. */
export const DmarcPolicy = { Off: "off", None: "none", Quarantine: "quarantine", Reject: "reject" } as const;
export type DmarcPolicy = (typeof DmarcPolicy)[keyof typeof DmarcPolicy];

/** A day of the week. */
export const Weekday = {
  Monday: "Mon",
  Tuesday: "Tue",
  Wednesday: "Wed",
  Thursday: "Thu",
  Friday: "Fri",
  Saturday: "Sat",
  Sunday: "Sun",
} as const;
export type Weekday = (typeof Weekday)[keyof typeof Weekday];

/** Seconds between samples of RDS Enhanced Monitoring. */
export const MonitoringInterval = {
  Off: 0,
  EverySecond: 1,
  Every5Seconds: 5,
  Every10Seconds: 10,
  Every15Seconds: 15,
  Every30Seconds: 30,
  EveryMinute: 60,
} as const;
export type MonitoringInterval = (typeof MonitoringInterval)[keyof typeof MonitoringInterval];
