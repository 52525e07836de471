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

/** What the number of instances in a batch of a rolling deployment is. */
export const BatchSizeType = { Percentage: "Percentage", Fixed: "Fixed" } as const;
export type BatchSizeType = (typeof BatchSizeType)[keyof typeof BatchSizeType];

/** Types of EBS volumes for an instance's root volume. */
export const VolumeType = { Gp3: "gp3", Gp2: "gp2", Io1: "io1" } as const;
export type VolumeType = (typeof VolumeType)[keyof typeof VolumeType];

/** The IP versions of a load balancer's addresses. */
export const IpAddressType = { Ipv4: "ipv4", Dualstack: "dualstack" } as const;
export type IpAddressType = (typeof IpAddressType)[keyof typeof IpAddressType];

/** Security policies of Elastic Load Balancing for TLS 1.2 and 1.3 only, without the ciphers of Ext0, Ext1 and Ext2. */
export const TlsPolicy = {
  Tls12ResPq: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  Tls12Pq: "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
  Tls13Pq: "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
  Tls12ResFipsPq: "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
  Tls12FipsPq: "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
  Tls13FipsPq: "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
  Tls12Res: "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
  Tls12: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  Tls13: "ELBSecurityPolicy-TLS13-1-3-2021-06",
} as const;
export type TlsPolicy = (typeof TlsPolicy)[keyof typeof TlsPolicy];

/** The effect of a statement of an IAM policy. */
export const PolicyEffect = { Allow: "Allow", Deny: "Deny" } as const;
export type PolicyEffect = (typeof PolicyEffect)[keyof typeof PolicyEffect];

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

/** Type of a database's storage. */
export const StorageType = { Gp2: "gp2", Gp3: "gp3", Io1: "io1", Io2: "io2" } as const;
export type StorageType = (typeof StorageType)[keyof typeof StorageType];

/** Mode of CloudWatch Database Insights. */
export const InsightsMode = { Standard: "standard", Advanced: "advanced" } as const;
export type InsightsMode = (typeof InsightsMode)[keyof typeof InsightsMode];

/** Certificate authority of a database's server certificate. */
export const CertificateAuthority = {
  Rsa2048: "rds-ca-rsa2048-g1",
  Rsa4096: "rds-ca-rsa4096-g1",
  Ecc384: "rds-ca-ecc384-g1",
} as const;
export type CertificateAuthority = (typeof CertificateAuthority)[keyof typeof CertificateAuthority];
/** How instances in private subnets reach the internet. */
export const Nat = { One: "one", Each: "each", None: "none" } as const;
export type Nat = (typeof Nat)[keyof typeof Nat];

/** How many availability zones a VPC has subnets in. */
export const ZoneCount = { Two: 2, Three: 3 } as const;
export type ZoneCount = (typeof ZoneCount)[keyof typeof ZoneCount];

/** The services of AWS that the instances use and that have interface endpoints in us-west-1. */
export const InterfaceEndpoint = {
  AutoScaling: "autoscaling",
  CloudFormation: "cloudformation",
  ElasticBeanstalk: "elasticbeanstalk",
  ElasticBeanstalkHealth: "elasticbeanstalk-health",
  Logs: "logs",
  Monitoring: "monitoring",
  Sqs: "sqs",
  Ssm: "ssm",
  SsmMessages: "ssmmessages",
} as const;
export type InterfaceEndpoint = (typeof InterfaceEndpoint)[keyof typeof InterfaceEndpoint];

/** Who can remove the lock of a backup vault: users with the right to do so, or no one at all. */
export const VaultLock = { Governance: "governance", Compliance: "compliance" } as const;
export type VaultLock = (typeof VaultLock)[keyof typeof VaultLock];
