export type { AccessKeyArgs } from "./access-key";
export { Beanstalk, type BeanstalkArgs } from "./beanstalk";
export type { CapacityArgs, PlatformArgs, WebArgs, WorkerArgs } from "./beanstalk/options";
export type { ScheduledActionArgs } from "./beanstalk/scheduled-actions";
export { BeoDatastore, type BeoDatastoreArgs } from "./beo-datastore";
export { Budget, type BudgetAmountArgs, type BudgetArgs } from "./budget";
export { Certificate, type CertificateArgs } from "./certificate";
export { Database, type DatabaseArgs, type DatabaseInstanceArgs } from "./database";
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
export { DeploymentPolicy, DmarcPolicy, MonitoringInterval, Tier, WebScaling, Weekday } from "./enums";
export { Mail, type MailArgs, type MailSenderArgs } from "./mail";
export { Maintenance, type MaintenanceArgs } from "./maintenance";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export type { AlarmArgs } from "./monitoring/settings";
export { Network, type NetworkArgs, type VpcArgs } from "./network";
export { PrivateBucket, type PrivateBucketArgs } from "./private-bucket";
export { Queue, type QueueArgs } from "./queue";
export { SecretParameters, type SecretParametersArgs } from "./secret-parameters";
export { ServiceAccount, type ServiceAccountArgs } from "./service-account";
export { Sleep, type SleepArgs } from "./sleep";
export type { SleepHoursArgs } from "./sleep-hours";
export { Storage, type StorageArgs } from "./storage";
