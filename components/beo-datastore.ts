import * as pulumi from "@pulumi/pulumi";
import { checkArgumentRules } from "./argument-rules";
import type { ExtraBackupArgs } from "./backups/settings";
import { beanstalkDefaults } from "./beanstalk";
import type { WorkerArgs } from "./beanstalk/arguments";
import { getServingBranch } from "./beanstalk/generations";
import type { BudgetAmountArgs } from "./budget";
import { checkArguments } from "./check-arguments";
import { databaseDefaults } from "./database";
import {
  createAddressRecords,
  createCertificate,
  createDistribution,
  createMail,
  findZoneId,
  findZones,
  getDnsRecords,
} from "./datastore/addresses";
import { type DatastoreContext, getAlarmEmails, getMailSender } from "./datastore/context";
import {
  createBackups,
  createDatabase,
  createQueue,
  createServiceAccount,
  createStorage,
} from "./datastore/data";
import { createBeanstalk, createWebAcls, getEnvironmentNames } from "./datastore/environments";
import { createNetwork, createVpc } from "./datastore/network";
import { createBudget, createMonitoring, createSleep } from "./datastore/operations";
import { getVariables } from "./datastore/variables";
import {
  type DatastoreDatabaseArgs,
  type DatastoreNetworkArgs,
  datastoreNetworkDefaults,
  type DatastorePlatformArgs,
  datastorePlatformDefaults,
  type DatastoreQueueArgs,
  type DatastoreServiceAccountArgs,
  type DatastoreStorageArgs,
  type DatastoreWebArgs,
  datastoreWebDefaults,
} from "./datastore-args";
import { withDefaults } from "./defaults";
import type { DnsRecord } from "./dns-record";
import type { Tier } from "./enums";
import type { IdentityArgs } from "./identity";
import { type InstructionsArgs, instructionsDefaults } from "./instructions";
import type { MailSenderArgs } from "./mail";
import type { AlarmArgs } from "./monitoring/settings";
import { getOutputs } from "./outputs";
import { getEbConfig, getInstructions } from "./readme-output";
import { getRegion } from "./region";
import type { SleepHoursArgs } from "./sleep-hours";

/** All of BEO Datastore's AWS infrastructure. */
export interface BeoDatastoreArgs extends IdentityArgs {
  /**
   * Name of everything that `eb`, the application or people know by name: 4–33 lower-case letters, digits and hyphens.
   *
   * @changing Cannot be changed later: it would replace the buckets, the queue and the environments.
   */
  applicationName: string;
  /**
   * "dev", "staging" or "prod": the application's APP_ENV.
   *
   * @changing Cannot be changed later where it is part of the application's name; otherwise in place.
   */
  environment: pulumi.Input<Tier>;
  /**
   * Public URL of the front end, without a path or a trailing slash: the application's links in mail, and the origin of
   * CORS requests.
   *
   * @changing In place.
   */
  appUrl: pulumi.Input<string>;
  /**
   * Support address. Mail is sent from it, unless `mail.fromAddress` is another one.
   *
   * @changing In place; SES has to verify the new address, unless its domain is verified.
   */
  supportEmail: pulumi.Input<string>;
  /**
   * Host name that serves the application over HTTPS, with `hostedZone` or `certificateArn`.
   *
   * @default none: CloudFront's host name with `web.cloudFront`, as in dev, otherwise Elastic Beanstalk's, with plain HTTP
   * @changing Replaces the certificate and the DNS record that were created for it.
   */
  domain?: string;
  /**
   * Further host names that serve the application over HTTPS, each in `hostedZone` or one of `additionalHostedZones`, or
   * covered by `certificateArn`. At most 9, with which a certificate has 10 names.
   *
   * @default none
   * @changing Replaces the certificate, creates or deletes records, and restarts the application on the instances.
   */
  additionalDomains?: string[];
  /**
   * Names of further public Route 53 zones of the account, which contain some of `additionalDomains`.
   *
   * @default none
   * @changing Replaces the records of the domains in them.
   */
  additionalHostedZones?: string[];
  /**
   * Name of the account's public Route 53 zone of `domain`. The certificate's record, the address record and, if the zone
   * contains `mail.domain`, the mail records are created in it.
   *
   * @default none: no certificate and no records are created
   * @changing Replaces the certificate and the records.
   */
  hostedZone?: string;
  /**
   * ARN of an ACM certificate of `domain` and `additionalDomains`, in the environments' region, where `hostedZone` is not in the account.
   *
   * @default the certificate that is created with `hostedZone`
   * @changing In place.
   */
  certificateArn?: pulumi.Input<string>;
  /**
   * E-mail address that gets the alarms. AWS sends it a link to confirm the subscription.
   *
   * @default none: alarms show in CloudWatch only
   * @changing Replaces the subscription, which has to be confirmed again.
   */
  alarmEmail?: pulumi.Input<string>;
  /**
   * Password of the database's master user: 8–128 letters, digits, `-` and `_`.
   *
   * @default generated
   * @changing In place; connections fail until both environments are updated.
   */
  databasePassword?: pulumi.Input<string>;
  /**
   * Django's SECRET_KEY: 32–128 letters, digits, `-` and `_`.
   *
   * @default generated
   * @changing In place; all users have to log in again.
   */
  secretKey?: pulumi.Input<string>;
  /**
   * Path of the Django admin, hard to guess: 8–64 lower-case letters and digits.
   *
   * @default generated
   * @changing In place.
   */
  adminUrl?: pulumi.Input<string>;
  /**
   * Password of the support account: 8–128 letters, digits, `-` and `_`.
   *
   * @default generated
   * @changing In place.
   */
  supportPassword?: pulumi.Input<string>;
  /**
   * SMTP user of another mail provider, with `smtpPassword`.
   *
   * @default an SMTP user of SES is created
   * @changing In place; setting it deletes the SES identity and its SMTP user.
   */
  smtpUser?: pulumi.Input<string>;
  /**
   * SMTP password of another mail provider, with `smtpUser`.
   *
   * @default the password of the SMTP user of SES
   * @changing In place.
   */
  smtpPassword?: pulumi.Input<string>;
  /**
   * Database user that the application connects as, with `sqlPassword`. It has to exist.
   *
   * @default the master user
   * @changing In place.
   */
  sqlUser?: pulumi.Input<string>;
  /**
   * Password of `sqlUser`: 8–128 letters, digits, `-` and `_`.
   *
   * @default the master user's password
   * @changing In place.
   */
  sqlPassword?: pulumi.Input<string>;
  /**
   * Further variables of the application, in plain text. Those that this component sets itself take precedence.
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  extraEnvironment?: Record<string, pulumi.Input<string>>;
  /**
   * Further secret variables of the application. Those that this component sets itself take precedence.
   *
   * @default none
   * @changing Restarts the application on the instances.
   */
  extraSecrets?: Record<string, pulumi.Input<string>>;
  /**
   * The database.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  database?: DatastoreDatabaseArgs;
  /**
   * The web environment.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  web?: DatastoreWebArgs;
  /**
   * The worker environment.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  worker?: WorkerArgs;
  /**
   * The VPC and its subnets.
   *
   * @default the account's default VPC
   * @changing In place, except where a setting says otherwise.
   */
  network?: DatastoreNetworkArgs;
  /**
   * Sending mail with SES; not used with `smtpUser` and `smtpPassword`.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  mail?: MailSenderArgs;
  /**
   * Who gets the alarms, and when they are raised.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  monitoring?: AlarmArgs;
  /**
   * Commands and documents that the alarms' descriptions and the output `readme` name.
   *
   * @default every setting's own default
   * @changing In place.
   */
  instructions?: InstructionsArgs;
  /**
   * The Elastic Beanstalk platform of both environments.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  platform?: DatastorePlatformArgs;
  /**
   * The buckets.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  storage?: DatastoreStorageArgs;
  /**
   * Backups of the database and the media bucket in another region, and snapshots of the database that cannot be deleted.
   *
   * @default none: the automated backups of RDS, and the versions of the media bucket
   * @changing In place, except where a setting says otherwise.
   */
  backup?: ExtraBackupArgs;
  /**
   * The Celery queue.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  queue?: DatastoreQueueArgs;
  /**
   * The application's IAM user and its access keys.
   *
   * @default every setting's own default
   * @changing In place, except where a setting says otherwise.
   */
  serviceAccount?: DatastoreServiceAccountArgs;
  /**
   * Nights and days on which the stack sleeps to save costs: the environments have no instances, the database is stopped, and
   * alarms are muted. For dev. `{}` is every night and the weekend. Updates that change the database or the environments need a
   * stack that is awake: `npx beo wake`.
   *
   * @default none: the stack is always awake
   * @changing In place. A stack that sleeps when it is removed stays so until it is woken.
   */
  sleep?: SleepHoursArgs;
  /**
   * A monthly budget of the stack, whose forecast is reported by e-mail. Its tags Project and Environment have to be activated
   * as cost allocation tags.
   *
   * @default none
   * @changing In place: creates or deletes the budget.
   */
  budget?: BudgetAmountArgs;
  /**
   * Keeps the address that the web environment has, which `eb swap` may have moved. With false, the environment is replaced
   * if its address is not the one of `web.cnamePrefix`.
   *
   * @default true
   * @changing In place.
   */
  keepAddress?: boolean;
  /**
   * Protects the data: Pulumi refuses to delete or replace the database and the media bucket, a deleted database leaves a
   * final snapshot, and CloudWatch keeps the logs of terminated environments.
   *
   * @default true
   * @changing In place; run `pulumi up` with false before you destroy the stack.
   */
  protect?: boolean;
  /**
   * Gives the deployed database a new name for its final snapshot. Set it where it has none, because it was imported.
   *
   * @default false
   * @changing In place: the name is used when the database is deleted.
   */
  renewFinalSnapshot?: boolean;
  /**
   * Tags of all resources that take tags. Never a tag `Name`, which Elastic Beanstalk sets itself.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link BeoDatastoreArgs}. */
export const beoDatastoreDefaults = {
  keepAddress: beanstalkDefaults.keepAddress,
  protect: true,
  renewFinalSnapshot: databaseDefaults.renewFinalSnapshot,
} satisfies Partial<BeoDatastoreArgs>;

/** The application's database, buckets, queue, service account, mail and environments, connected with each other. */
export class BeoDatastore extends pulumi.ComponentResource {
  /** Name of everything that `eb`, the application or people know by name. */
  readonly applicationName: pulumi.Output<string>;
  /** URL of the application. */
  readonly url: pulumi.Output<string>;
  /** Name of the web environment that has the application's address, for `eb deploy`. */
  readonly webEnvironmentName: pulumi.Output<string>;
  /** Name of the worker environment of the same generation, for `eb deploy`. */
  readonly workerEnvironmentName: pulumi.Output<string>;
  /** Host name of the database, without the port. */
  readonly databaseHost: pulumi.Output<string>;
  /** Port of the database: 5432. */
  readonly databasePort: pulumi.Output<number>;
  /** ARN of the database's RDS instance. */
  readonly databaseArn: pulumi.Output<string>;
  /** Id of the database's security group, for further ingress rules. */
  readonly databaseSecurityGroupId: pulumi.Output<string>;
  /** Id of the instances' security group. */
  readonly instanceSecurityGroupId: pulumi.Output<string>;
  /** Addresses of the stack's own NAT gateways, from which the instances connect to the internet; empty without them. */
  readonly natAddresses: pulumi.Output<string[]>;
  /** ARN of the load balancer; undefined without a load balancer. */
  readonly loadBalancerArn: pulumi.Output<string> | undefined;
  /** Host name of the load balancer itself; undefined without a load balancer. */
  readonly loadBalancerDnsName: pulumi.Output<string> | undefined;
  /** Id of the load balancer's security group; undefined without a load balancer. */
  readonly loadBalancerSecurityGroupId: pulumi.Output<string> | undefined;
  /** Name of the role of the web environment's instances, for further policies. */
  readonly webInstanceRoleName: pulumi.Output<string>;
  /** Name of the role of the worker environment's instances, for further policies. */
  readonly workerInstanceRoleName: pulumi.Output<string>;
  /** Name of the role with which Elastic Beanstalk monitors and updates the environments. */
  readonly serviceRoleName: pulumi.Output<string>;
  /** Name of the bucket for uploads and results. */
  readonly mediaBucketName: pulumi.Output<string>;
  /** Name of the bucket for static files. */
  readonly staticBucketName: pulumi.Output<string>;
  /** Name of the Celery queue. */
  readonly queueName: pulumi.Output<string>;
  /** URL of the Celery queue. */
  readonly queueUrl: pulumi.Output<string>;
  /** DNS records to create by hand. */
  readonly dnsRecords: pulumi.Output<DnsRecord[]>;
  /** ARN of the SNS topic that gets the alarms of the stack's region, for further subscribers. */
  readonly alarmTopicArn: pulumi.Output<string>;
  /** URL of the dashboard in the CloudWatch console. */
  readonly dashboardUrl: pulumi.Output<string>;
  /** Text of `.elasticbeanstalk/config.yml`. */
  readonly ebConfig: pulumi.Output<string>;
  /** Steps that are left to do by hand. */
  readonly readme: pulumi.Output<string>;
  /** Every variable of the web environment with its value; a secret. */
  readonly webEnvironment: pulumi.Output<Record<string, string>>;
  /** Every variable of the worker environment with its value; a secret. */
  readonly workerEnvironment: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: BeoDatastoreArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("BeoDatastore", args);
    checkArgumentRules(args);
    super("beo:index:BeoDatastore", name, {}, opts);
    const zoneId = findZoneId(args, this);
    const context: DatastoreContext = {
      name,
      args: withDefaults(args, beoDatastoreDefaults),
      web: withDefaults(args.web ?? {}, datastoreWebDefaults),
      network: withDefaults(args.network ?? {}, datastoreNetworkDefaults),
      platform: withDefaults(args.platform ?? {}, datastorePlatformDefaults),
      region: getRegion(this),
      zoneId,
      additionalDomains: findZones(args, zoneId, this),
      parent: { parent: this },
    };

    const ownVpc = context.network.create ? createVpc(context) : undefined;
    const network = createNetwork(context, ownVpc);
    const database = createDatabase(context, network);
    const distribution = createDistribution(context);
    const storage = createStorage(context, distribution);
    const queue = createQueue(context);
    const serviceAccount = createServiceAccount(context, storage, queue);
    const mail = createMail(context);
    const certificate = createCertificate(context);
    const variables = getVariables(context, { database, storage, queue, serviceAccount, mail, distribution });
    const beanstalk = createBeanstalk(context, { network, queue, certificate, distribution, variables });
    createAddressRecords(context, beanstalk, certificate);
    createWebAcls(context, beanstalk);
    createSleep(context, { database, beanstalk });
    createBudget(context);
    createBackups(context, { database, storage });
    const monitoring = createMonitoring(context, { database, queue, beanstalk, mail });

    this.applicationName = beanstalk.applicationName;
    this.url =
      args.domain === undefined
        ? (distribution?.url ?? pulumi.interpolate`http://${beanstalk.webCname}`)
        : pulumi.output(`https://${args.domain}`);
    this.webEnvironmentName = beanstalk.webEnvironmentName;
    this.workerEnvironmentName = beanstalk.workerEnvironmentName;
    this.databaseHost = database.host;
    this.databasePort = database.port;
    this.databaseArn = database.arn;
    this.databaseSecurityGroupId = database.securityGroupId;
    this.instanceSecurityGroupId = network.instanceSecurityGroupId;
    this.natAddresses = ownVpc?.natAddresses ?? pulumi.output([]);
    this.loadBalancerArn = beanstalk.loadBalancerArn;
    this.loadBalancerDnsName = beanstalk.loadBalancerDnsName;
    this.loadBalancerSecurityGroupId = network.loadBalancerSecurityGroupId;
    this.webInstanceRoleName = beanstalk.webInstanceRoleName;
    this.workerInstanceRoleName = beanstalk.workerInstanceRoleName;
    this.serviceRoleName = beanstalk.serviceRoleName;
    this.mediaBucketName = storage.mediaBucketName;
    this.staticBucketName = storage.staticBucketName;
    this.queueName = queue.queueName;
    this.queueUrl = queue.queueUrl;
    this.dnsRecords = getDnsRecords(context, { beanstalk, certificate, mail });
    this.alarmTopicArn = monitoring.topicArn;
    this.dashboardUrl = monitoring.dashboardUrl;
    // From the arguments, so that a preview shows them.
    const environmentNames = getEnvironmentNames(context);
    this.ebConfig = getEbConfig({
      applicationName: args.applicationName,
      webEnvironmentName: environmentNames.webEnvironmentName,
      branch: getServingBranch(context.platform),
      region: context.region,
    });
    this.readme = getInstructions({
      applicationName: args.applicationName,
      ...environmentNames,
      deployment: {
        taskTimeLimit: args.worker?.taskTimeLimit,
        uploadLimit: args.web?.uploadLimit,
      },
      url: this.url,
      movesDomain: !context.web.dnsRecord && certificate !== undefined,
      dnsRecords: this.dnsRecords,
      mail: mail && { ...getMailSender(args), domain: args.mail?.domain },
      alarmEmails: getAlarmEmails(args),
      instructions: withDefaults(args.instructions ?? {}, instructionsDefaults),
    });
    this.webEnvironment = pulumi.secret(pulumi.all(variables.web));
    this.workerEnvironment = pulumi.secret(pulumi.all(variables.worker));
    this.registerOutputs(getOutputs(this));
  }
}
