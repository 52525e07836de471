import type * as pulumi from "@pulumi/pulumi";
import type { AccessKeyArgs } from "./access-key";
import { beanstalkDefaults } from "./beanstalk";
import { type WebArgs, webDefaults } from "./beanstalk/arguments";
import { type PlatformArgs, platformDefaults } from "./beanstalk/platform";
import type { DatabaseInstanceArgs } from "./database/settings";
import { maintenanceDefaults } from "./maintenance";
import { type ExistingVpcArgs, networkDefaults } from "./network";
import { queueDefaults } from "./queue";
import { storageDefaults } from "./storage";
import { vpcDefaults, type VpcSettings } from "./vpc";

/** The database. */
export interface DatastoreDatabaseArgs extends DatabaseInstanceArgs {
  /**
   * Identifier of the RDS instance: 1–63 lower-case letters, digits and single hyphens, beginning with a letter.
   *
   * @default the application's name
   * @changing Cannot be changed later: RDS would rename the instance, with downtime and another host name.
   */
  identifier?: pulumi.Input<string>;
  /**
   * Name of the database that the application connects to, its SQL_DATABASE. RDS creates it with a new instance, if it is of
   * letters, digits and underscores. In an adopted instance it has to exist.
   *
   * @default `beo_datastore`, or the database of the snapshot that the instance is restored from
   * @changing Cannot be changed later: the application would use another database, which has to exist.
   */
  name?: pulumi.Input<string>;
}

/** The web environment. */
export interface DatastoreWebArgs extends WebArgs {
  /**
   * Further hosts that Django answers to, beside `domain` and the environment's own host name; `.example.org` is every host
   * of that domain. For example the address of an older environment that still points here.
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  additionalHosts?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Whether an A record in `hostedZone` points `domain` to the web environment. Set it to false while an older environment
   * still has the address.
   *
   * @default true
   * @changing In place: creates or deletes the record, with which the address moves.
   */
  dnsRecord?: boolean;
  /**
   * IPv4 and IPv6 networks that may send requests to the load balancer or the single instance, such as `203.0.113.0/24`, also
   * during `maintenance`; at most 30, each of which takes two of a security group's 60 rules. Everyone else gets no answer: outside checks need a network in it, and the Route 53 health check,
   * which comes from many addresses, has to be off (`monitoring.healthCheck`). Certificates that the program creates are
   * renewed by DNS; others, such as those of Let's Encrypt by HTTP, are not.
   *
   * @default every address
   * @changing In place.
   */
  allowedCidrs?: string[];
  /**
   * AWS WAF in front of the load balancer: the ARN of a web ACL of your own, or "managed" for one with AWS's common rules
   * and those for known bad inputs, and at most 2,000 requests from an address in 5 minutes. Bodies of any size pass. It costs 8 USD a month and
   * 0.60 USD for a million requests. During `maintenance`, that web ACL takes its place.
   *
   * @default none: the load balancer has no web ACL, or one that you associate yourself
   * @changing In place. While another web ACL takes the place, requests pass for some seconds.
   */
  firewall?: string;
  /**
   * Serves a single instance over HTTPS without a domain: CloudFront, with a host name and a certificate of its own, is in
   * front of it, and is all that reaches it. Nothing is cached. An answer that takes longer than 60 seconds fails with 504.
   * The connection from CloudFront to the instance is not encrypted: not for data that needs protection. Refused with a load
   * balancer.
   *
   * @default false
   * @changing In place, with another `url`: creates or deletes the distribution, and restarts the application.
   */
  cloudFront?: boolean;
  /**
   * Maintenance: the load balancer answers all requests with 503, except those from `maintenanceCidrs`; the workers finish
   * their tasks and take no more, and no periodic task starts. Needs a load balancer, and the files of `npx beo overlay`
   * for the workers. Not for weeks: tasks wait in the queue, whose messages expire.
   *
   * @default false
   * @changing Restarts Celery after its tasks. Creates or deletes a web ACL of AWS WAF.
   */
  maintenance?: boolean;
  /**
   * IPv4 networks whose requests are answered during `maintenance`, from /8 to /32: `203.0.113.7/32` is one address. Private
   * ones with `internal` only.
   *
   * @default none
   * @changing In place, within minutes.
   */
  maintenanceCidrs?: pulumi.Input<string>[];
  /**
   * Seconds after which clients may try again during `maintenance`, 60–604,800: the header `Retry-After`.
   *
   * @default 3600
   * @changing In place, within minutes.
   */
  maintenanceRetryAfter?: pulumi.Input<number>;
}

/** Defaults of {@link DatastoreWebArgs}. */
export const datastoreWebDefaults = {
  ...webDefaults,
  dnsRecord: true,
  cloudFront: false,
  maintenance: false,
  maintenanceRetryAfter: maintenanceDefaults.retryAfter,
} satisfies DatastoreWebArgs;

/** The network. */
export interface DatastoreNetworkArgs extends ExistingVpcArgs, VpcSettings {
  /**
   * Creates a VPC for the stack, with public, private and database subnets, instead of using one that exists. The instances
   * get the public addresses that `nat` makes necessary, and may connect only to what they need.
   *
   * @default false
   * @changing Cannot be changed later: the database cannot move to another VPC. Restore it in a new stack.
   */
  create?: boolean;
  /**
   * Further TCP ports of the internet that the instances may connect to, 1–65,535, beside 443 (HTTPS) and 587 (mail
   * submission), which are open. With `create`; in a VPC that exists, they may connect to everything.
   *
   * @default []
   * @changing In place: connections to a removed port end.
   */
  egressPorts?: number[];
  /**
   * Whether instances get public IP addresses; false for private subnets with a NAT gateway. Not used with `create`.
   *
   * @default true
   * @changing Replaces the instances.
   */
  associatePublicIpAddress?: pulumi.Input<boolean>;
}

/** Defaults of {@link DatastoreNetworkArgs}. */
export const datastoreNetworkDefaults = {
  ...vpcDefaults,
  create: false,
  egressPorts: networkDefaults.egressPorts,
  associatePublicIpAddress: beanstalkDefaults.associatePublicIpAddress,
} satisfies DatastoreNetworkArgs;

/** The Elastic Beanstalk platform of both environments. */
export interface DatastorePlatformArgs extends PlatformArgs {
  /**
   * Sets secrets as plain environment properties, which everyone with access to the environments can read, instead of by
   * reference to encrypted parameters. For platform versions released before March 2025.
   *
   * @default false
   * @changing Restarts the application on the instances; creates or deletes the parameters.
   */
  plainSecrets?: boolean;
}

/** Defaults of {@link DatastorePlatformArgs}. */
export const datastorePlatformDefaults = {
  ...platformDefaults,
  plainSecrets: false,
} satisfies DatastorePlatformArgs;

/** The buckets. */
export interface DatastoreStorageArgs {
  /**
   * Name of the bucket for uploads and results: 3–63 lower-case letters, digits, dots and hyphens.
   *
   * @default `<application name>-media`
   * @changing Cannot be changed later: it would replace the bucket.
   */
  mediaBucketName?: pulumi.Input<string>;
  /**
   * Name of the bucket for static files: 3–63 lower-case letters, digits, dots and hyphens.
   *
   * @default `<application name>-static`
   * @changing Cannot be changed later: it would replace the bucket.
   */
  staticBucketName?: pulumi.Input<string>;
  /**
   * Puts the default names into the account's own namespace, `<name>-<account>-<region>-an`, where another AWS account has
   * taken the plain names (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
   *
   * @default false
   * @changing Cannot be changed later: it would replace the buckets.
   */
  accountNamespace?: boolean;
  /**
   * Days that overwritten and deleted media objects are kept; 0 keeps them for ever.
   *
   * @default 90
   * @changing In place. Within a day, S3 deletes for good what has been overwritten or deleted for more days.
   */
  noncurrentVersionDays?: number;
  /**
   * ARNs of the only IAM users and roles, with wildcards, that may change the buckets' settings and delete versions of
   * objects: those that deploy the stack. The account's root user always may, the application never. An update by another
   * user or role is refused.
   *
   * @default every user and role whose own policies allow it, except the application and its instances
   * @changing In place.
   */
  administrators?: string[];
}

/** Defaults of {@link DatastoreStorageArgs}. */
export const datastoreStorageDefaults = {
  accountNamespace: storageDefaults.accountNamespace,
  noncurrentVersionDays: storageDefaults.noncurrentVersionDays,
} satisfies DatastoreStorageArgs;

/** The Celery queue. */
export interface DatastoreQueueArgs {
  /**
   * Name of the queue: 1–67 letters, digits, `-` and `_`. The dead-letter queue is `<name>-dead-letters`.
   *
   * @default the application's name
   * @changing Cannot be changed later: it would replace the queue with its messages.
   */
  name?: pulumi.Input<string>;
  /**
   * How often a message is received before SQS moves it to the dead-letter queue, 1–1,000. Celery's prefetching counts as
   * receiving.
   *
   * @default 10
   * @changing In place.
   */
  maxReceiveCount?: pulumi.Input<number>;
  /**
   * Seconds that a request for messages waits for one to arrive, 0–20 (long polling). Celery's requests set their own wait
   * time.
   *
   * @default 0 seconds
   * @changing In place.
   */
  receiveWaitTimeSeconds?: pulumi.Input<number>;
  /**
   * Seconds that every new task stays hidden from the workers, 0–900.
   *
   * @default 0 seconds
   * @changing In place.
   */
  delaySeconds?: pulumi.Input<number>;
  /**
   * Seconds that SQS keeps a task that no worker has processed, 60–1,209,600 (14 days); the default is 4 days. The dead-letter queue keeps tasks
   * for 14 days from when they were sent.
   *
   * @default 345600
   * @changing In place. With a smaller value, SQS deletes the tasks that are older.
   */
  messageRetentionSeconds?: pulumi.Input<number>;
}

/** Defaults of {@link DatastoreQueueArgs}. */
export const datastoreQueueDefaults = {
  maxReceiveCount: queueDefaults.maxReceiveCount,
  messageRetentionSeconds: queueDefaults.messageRetentionSeconds,
} satisfies DatastoreQueueArgs;

/** The application's IAM user and its access keys. */
export interface DatastoreServiceAccountArgs extends AccessKeyArgs {
  /**
   * Name of the user: 1–64 letters, digits and any of `_ + = , . @ -`.
   *
   * @default the application's name
   * @changing Cannot be changed later: it would replace the user with its access key.
   */
  userName?: pulumi.Input<string>;
}
