export type { AccessKeyArgs } from "./access-key";
export { Backups, type BackupsArgs } from "./backups";
export type { ExtraBackupArgs } from "./backups/settings";
export { Beanstalk, type BeanstalkArgs } from "./beanstalk";
export type { LoadBalancerArgs } from "./beanstalk/load-balancer-options";
export type { CapacityArgs, WebArgs, WorkerArgs } from "./beanstalk/arguments";
export type { InstanceStatement, PlatformArgs } from "./beanstalk/platform";
export type { RootVolumeArgs } from "./beanstalk/root-volume";
export type { ScheduledActionArgs } from "./beanstalk/scheduled-actions";
export { BeoDatastore, type BeoDatastoreArgs } from "./beo-datastore";
export { Budget, type BudgetAmountArgs, type BudgetArgs } from "./budget";
export { Certificate, type CertificateArgs } from "./certificate";
export { Database, type DatabaseArgs } from "./database";
export type { DatabaseInstanceArgs } from "./database/settings";
export type {
  DatastoreDatabaseArgs,
  DatastoreNetworkArgs,
  DatastorePlatformArgs,
  DatastoreQueueArgs,
  DatastoreServiceAccountArgs,
  DatastoreStorageArgs,
  DatastoreWebArgs,
} from "./datastore-args";
export type { DnsRecord } from "./dns-record";
export {
  BatchSizeType,
  CertificateAuthority,
  DeploymentPolicy,
  DmarcPolicy,
  InsightsMode,
  InterfaceEndpoint,
  IpAddressType,
  MonitoringInterval,
  Nat,
  PolicyEffect,
  StorageType,
  Tier,
  TlsPolicy,
  VaultLock,
  VolumeType,
  WebScaling,
  Weekday,
  ZoneCount,
} from "./enums";
export { Firewall, type FirewallArgs } from "./firewall";
export type { InstructionsArgs } from "./instructions";
export { Mail, type MailArgs, type MailSenderArgs } from "./mail";
export { Maintenance, type MaintenanceArgs } from "./maintenance";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export type { AlarmArgs } from "./monitoring/settings";
export { type ExistingVpcArgs, Network, type NetworkArgs } from "./network";
export { PrivateBucket, type PrivateBucketArgs } from "./private-bucket";
export { Queue, type QueueArgs } from "./queue";
export { SecretParameters, type SecretParametersArgs } from "./secret-parameters";
export { ServiceAccount, type ServiceAccountArgs } from "./service-account";
export { Sleep, type SleepArgs } from "./sleep";
export type { SleepHoursArgs } from "./sleep-hours";
export { Storage, type StorageArgs } from "./storage";
export { Vpc, type VpcArgs, type VpcSettings } from "./vpc";
export { WebDistribution, type WebDistributionArgs } from "./web-distribution";
