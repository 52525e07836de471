export type { AccessKeyOptions } from "./access-key";
export { Beanstalk, type BeanstalkArgs, type WebOptions, type WorkerOptions } from "./beanstalk";
export type { CapacityOptions, PlatformOptions } from "./beanstalk/options";
export {
  BeoDatastore,
  type BeoDatastoreArgs,
  type DatastoreNetworkOptions,
  type DatastorePlatformOptions,
  type DatastoreStorageOptions,
} from "./beo-datastore";
export { Certificate, type CertificateArgs } from "./certificate";
export { Database, type DatabaseArgs, type DatabaseOptions } from "./database";
export type { DnsRecord } from "./dns-record";
export { Mail, type MailArgs, type MailOptions } from "./mail";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export { Network, type NetworkArgs, type NetworkOptions } from "./network";
export { PrivateBucket, type PrivateBucketArgs } from "./private-bucket";
export { Queue, type QueueArgs } from "./queue";
export { SecretParameters, type SecretParametersArgs } from "./secret-parameters";
export { ServiceAccount, type ServiceAccountArgs } from "./service-account";
export { Storage, type StorageArgs } from "./storage";
