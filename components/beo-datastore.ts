import { getHostedZoneOutput } from "@pulumi/aws/elasticbeanstalk";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import {
  originVerifyHash,
  isSecretVariable,
  pausedCelery,
  secretsRevision,
  taskTimeLimitVariable,
  toEnvironment,
} from "./application-variables";
import { checkArgumentRules } from "./argument-rules";
import { Beanstalk, beanstalkDefaults, getLoadBalancers, getSingleInstanceGroups } from "./beanstalk";
import { getServingBranch, getSuffix } from "./beanstalk/generations";
import { type CapacityArgs, isDocker, type WorkerArgs, workerDefaults } from "./beanstalk/arguments";
import { getInstanceRolePattern } from "./beanstalk/roles";
import { getPrincipalArn } from "./arns";
import { Backups, hasBackups } from "./backups";
import type { ExtraBackupArgs } from "./backups/settings";
import { Budget, type BudgetAmountArgs, costTags } from "./budget";
import { Certificate } from "./certificate";
import { checkArguments } from "./check-arguments";
import { Database, databaseDefaults } from "./database";
import { databaseInstanceDefaults } from "./database/settings";
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
import { type WithDefaults, withDefaults } from "./defaults";
import { type DnsRecord, findZone, isInZone } from "./dns-record";
import type { Tier } from "./enums";
import { Firewall } from "./firewall";
import { getIdentity, type IdentityArgs } from "./identity";
import { type InstructionsArgs, instructionsDefaults } from "./instructions";
import { getEbConfig, getInstructions } from "./readme-output";
import { getZoneId } from "./lookups";
import { Maintenance } from "./maintenance";
import { Mail, mailSenderDefaults, type MailSenderArgs } from "./mail";
import { Monitoring } from "./monitoring";
import type { AlarmArgs } from "./monitoring/settings";
import { getAddress, getDefaultName } from "./names";
import { type ExistingVpcArgs, Network } from "./network";
import { getOutputs } from "./outputs";
import { Queue } from "./queue";
import { getRegion } from "./region";
import { SecretParameters } from "./secret-parameters";
import { ServiceAccount } from "./service-account";
import { Sleep } from "./sleep";
import {
  getSleepActions,
  getSleepTimes,
  getStopDelay,
  type SleepHoursArgs,
  sleepHoursDefaults,
  type SleepTimes,
} from "./sleep-hours";
import { Storage } from "./storage";
import { Vpc } from "./vpc";
import { associateWebAcl } from "./web-acl-association";
import { WebDistribution } from "./web-distribution";

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
    const context: Context = {
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

/** What every step of the constructor needs. */
interface Context {
  name: string;
  args: WithDefaults<BeoDatastoreArgs, typeof beoDatastoreDefaults>;
  web: WithDefaults<DatastoreWebArgs, typeof datastoreWebDefaults>;
  network: WithDefaults<DatastoreNetworkArgs, typeof datastoreNetworkDefaults>;
  platform: WithDefaults<DatastorePlatformArgs, typeof datastorePlatformDefaults>;
  region: pulumi.Output<string>;
  /** Id of the hosted zone, if records are created in it. */
  zoneId: pulumi.Output<string> | undefined;
  /** The further host names, with the ids of their zones where records are created in them. */
  additionalDomains: Map<string, pulumi.Output<string> | undefined>;
  parent: { parent: pulumi.Resource };
}

/** Returns the names of the environments that serve the application. */
function getEnvironmentNames({ args: { applicationName, web, worker }, platform }: Context) {
  const suffix = getSuffix(platform.servingGeneration ?? platform.generation);
  const webName = web?.environmentName ?? getDefaultName("web.environmentName", applicationName);
  const workerName = worker?.environmentName ?? getDefaultName("worker.environmentName", applicationName);
  return {
    webEnvironmentName: pulumi.interpolate`${webName}${suffix}`,
    workerEnvironmentName: pulumi.interpolate`${workerName}${suffix}`,
  };
}

/** Looks the zone up once for the certificate and the mail records, so that one error says that it is missing. */
function findZoneId(args: BeoDatastoreArgs, parent: pulumi.Resource): pulumi.Output<string> | undefined {
  const { domain, hostedZone, mail } = args;
  const isUsed = domain !== undefined || (mail?.domain !== undefined && isInZone(mail.domain, hostedZone));
  return hostedZone !== undefined && isUsed ? getZoneId(hostedZone, parent) : undefined;
}

/** Returns the further host names with the ids of their zones, which are looked up once each. */
function findZones(
  { hostedZone, additionalDomains = [], additionalHostedZones = [] }: BeoDatastoreArgs,
  zoneId: pulumi.Output<string> | undefined,
  parent: pulumi.Resource,
): Context["additionalDomains"] {
  const ids = new Map(hostedZone === undefined || zoneId === undefined ? [] : [[hostedZone, zoneId]]);
  if (ids.size > 0) {
    additionalHostedZones.forEach((zone) => ids.set(zone, getZoneId(zone, parent)));
  }
  return new Map(
    additionalDomains.map((domain) => [domain, ids.get(findZone(domain, [...ids.keys()]) ?? "")]),
  );
}

function createNetwork(context: Context, own: OwnVpc | undefined): Network {
  const { name, args, network, web, parent } = context;
  const { vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds } = own ?? network;
  return new Network(
    `${name}-net`,
    {
      vpcId,
      databaseSubnetIds,
      instanceSubnetIds,
      loadBalancerSubnetIds,
      loadBalanced: !web.singleInstance,
      allowedCidrs: web.allowedCidrs,
      ipv6: web.ipAddressType === "dualstack",
      cloudFront: web.cloudFront,
      limitEgress: network.create,
      egressPorts: network.egressPorts,
      tags: args.tags,
    },
    parent,
  );
}

interface OwnVpc extends ExistingVpcArgs {
  natAddresses: pulumi.Output<string[]>;
}

/** Creates the stack's own VPC. What needs no public address is in its private subnets, unless it has none. */
function createVpc({ name, args, network, web, platform, parent }: Context): OwnVpc {
  const { cidr, zones, nat, interfaceEndpoints, flowLogDays } = network;
  const vpc = new Vpc(
    `${name}-vpc`,
    {
      ...{ cidr, zones, nat, interfaceEndpoints, flowLogDays },
      namePrefix: args.applicationName,
      logKmsKey: platform.logKmsKey,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
  const { vpcId, databaseSubnetIds, publicSubnetIds, natAddresses } = vpc;
  const instanceSubnetIds = nat === "none" ? publicSubnetIds : vpc.privateSubnetIds;
  const loadBalancerSubnetIds = web.internal ? instanceSubnetIds : publicSubnetIds;
  return { vpcId, databaseSubnetIds, instanceSubnetIds, loadBalancerSubnetIds, natAddresses };
}

function createDatabase({ name, args, platform, ...context }: Context, network: Network): Database {
  const {
    identifier = getDefaultName("database.identifier", args.applicationName),
    name: databaseName = "beo_datastore",
    ...instance
  } = args.database ?? {};
  return new Database(
    `${name}-db`,
    {
      ...instance,
      identifier,
      databaseName,
      password: args.databasePassword,
      vpcId: network.vpcId,
      subnetIds: network.databaseSubnetIds,
      clientSecurityGroupIds: [network.instanceSecurityGroupId],
      openClients: context.network.create,
      logRetentionDays: platform.logRetentionDays,
      logKmsKey: platform.logKmsKey,
      protect: args.protect,
      renewFinalSnapshot: args.renewFinalSnapshot,
      ...getIdentity(args),
      tags: args.tags,
    },
    context.parent,
  );
}

/** Puts CloudFront in front of the address of the web environment, which is known before the environment exists. */
function createDistribution({ name, args, web, region, parent }: Context): WebDistribution | undefined {
  const { applicationName, tags } = args;
  return web.cloudFront
    ? new WebDistribution(
        `${name}-edge`,
        {
          originHost: pulumi
            .all([web.cnamePrefix ?? applicationName, region])
            .apply(([prefix, name]) => getAddress(prefix, name)),
          comment: applicationName,
          tags,
        },
        parent,
      )
    : undefined;
}

function createStorage(context: Context, distribution: WebDistribution | undefined): Storage {
  const { name, args, parent } = context;
  const { applicationName, appUrl, storage = {}, protect, tags } = args;
  return new Storage(
    `${name}-s3`,
    {
      ...storage,
      nonAdministrators: getApplicationPrincipals(context),
      namePrefix: applicationName,
      corsOrigins: [
        appUrl,
        ...getDomains(args).map((domain) => `https://${domain}`),
        ...(distribution === undefined ? [] : [distribution.url]),
      ],
      protect,
      tags,
    },
    parent,
  );
}

/** Returns the host names that serve the application over HTTPS. */
function getDomains({ domain, additionalDomains = [] }: BeoDatastoreArgs): string[] {
  return domain === undefined ? [] : [domain, ...additionalDomains];
}

/** Returns the ARNs of the service account and of the instances' roles, under any path. */
function getApplicationPrincipals({ name, args, parent }: Context): pulumi.Output<string>[] {
  const userName = getServiceAccountName(args);
  return [
    pulumi.interpolate`user/${userName}`,
    pulumi.interpolate`user/*/${userName}`,
    `role/*${getInstanceRolePattern(`${name}-eb`)}`,
  ].map((resource) => getPrincipalArn(resource, parent.parent));
}

function getServiceAccountName({ applicationName, serviceAccount }: BeoDatastoreArgs): pulumi.Input<string> {
  return serviceAccount?.userName ?? getDefaultName("serviceAccount.userName", applicationName);
}

function createQueue({ name, args, parent }: Context): Queue {
  const { name: queueName = getDefaultName("queue.name", args.applicationName), ...attributes } =
    args.queue ?? {};
  const { taskTimeLimit } = args.worker ?? {};
  return new Queue(`${name}-queue`, { ...attributes, queueName, taskTimeLimit, tags: args.tags }, parent);
}

function createServiceAccount({ name, args, parent }: Context, storage: Storage, queue: Queue) {
  return new ServiceAccount(
    `${name}-iam`,
    {
      ...args.serviceAccount,
      userName: getServiceAccountName(args),
      staticBucketArn: storage.staticBucketArn,
      mediaBucketArn: storage.mediaBucketArn,
      queueArn: queue.queueArn,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

/** Creates the SES identity and SMTP user, unless the mail goes through another provider. */
function createMail({ name, args, zoneId, parent }: Context): Mail | undefined {
  return args.smtpUser !== undefined && args.smtpPassword !== undefined
    ? undefined
    : new Mail(
        `${name}-mail`,
        {
          ...args.mail,
          fromAddress: getMailSender(args).fromAddress,
          configurationSetName: args.applicationName,
          hostedZone: args.hostedZone,
          hostedZoneId: zoneId,
          ...getIdentity(args),
          tags: args.tags,
        },
        parent,
      );
}

function getMailSender({ mail = {}, supportEmail }: BeoDatastoreArgs) {
  const { fromAddress = supportEmail, region } = withDefaults(mail, mailSenderDefaults);
  return { fromAddress, region };
}

function createCertificate({ name, args, parent, ...context }: Context): Certificate | undefined {
  const { domain, hostedZone, tags } = args;
  const { zoneId } = context;
  const additionalDomains = Object.fromEntries(
    [...context.additionalDomains].flatMap(([host, id]) => (id === undefined ? [] : [[host, id]])),
  );
  return domain === undefined || hostedZone === undefined
    ? undefined
    : new Certificate(`${name}-cert`, { domain, additionalDomains, hostedZone, zoneId, tags }, parent);
}

type Variables = Record<string, pulumi.Input<string>>;

interface VariableSources {
  database: Database;
  storage: Storage;
  queue: Queue;
  serviceAccount: ServiceAccount;
  mail: Mail | undefined;
  distribution: WebDistribution | undefined;
}

/** Returns all variables of both environments, and creates the secrets that are not configured. */
function getVariables(context: Context, sources: VariableSources): Record<"web" | "worker", Variables> {
  const { args, web, region } = context;
  const { database, storage, queue, serviceAccount, mail, distribution } = sources;
  const inputs = {
    adminUrl: args.adminUrl ?? generateSecret(context, "admin-url", { length: 24, upper: false }),
    environment: args.environment,
    appUrl: args.appUrl,
    accessKeyId: serviceAccount.accessKeyId,
    secretAccessKey: serviceAccount.secretAccessKey,
    mediaBucketName: storage.mediaBucketName,
    staticBucketName: storage.staticBucketName,
    queueName: queue.queueName,
    domain: args.domain,
    distributionHost: distribution?.domainName,
    additionalHosts: pulumi
      .output(web.additionalHosts ?? [])
      .apply((hosts) => [...getDomains(args).slice(1), ...hosts]),
    cnamePrefix: web.cnamePrefix ?? args.applicationName,
    secretKey: args.secretKey ?? generateSecret(context, "secret-key", { length: 50, upper: true }),
    smtpUser: mail?.smtpUser ?? args.smtpUser ?? "",
    smtpPassword: mail?.smtpPassword ?? args.smtpPassword ?? "",
    databaseName: args.database?.name ?? database.databaseName,
    databaseHost: database.host,
    databasePort: database.port,
    databaseUser: args.sqlUser ?? database.username,
    databasePassword: args.sqlPassword ?? database.password,
    region,
    supportEmail: args.supportEmail,
    supportPassword:
      args.supportPassword ?? generateSecret(context, "support-password", { length: 24, upper: true }),
  };
  const extraSecrets = mapValues(args.extraSecrets ?? {}, (value) => pulumi.secret(value));
  const extra = { ...args.extraEnvironment, ...extraSecrets };
  const limit = args.worker?.taskTimeLimit;
  return {
    web: { ...extra, ...toEnvironment(inputs, "web") },
    worker: {
      ...extra,
      ...toEnvironment(inputs, "worker"),
      ...(limit !== undefined && { [taskTimeLimitVariable]: String(limit) }),
      ...(web.maintenance && pausedCelery),
    },
  };
}

/** Generates letters and digits only, since the application's deployment scripts read its variables with the shell. */
function generateSecret(
  { name, parent }: Context,
  part: string,
  format: { length: number; upper: boolean },
): pulumi.Output<string> {
  return new random.RandomPassword(`${name}-${part}`, { ...format, special: false }, parent).result;
}

interface BeanstalkInputs {
  network: Network;
  queue: Queue;
  certificate: Certificate | undefined;
  distribution: WebDistribution | undefined;
  variables: Record<"web" | "worker", Variables>;
}

function createBeanstalk(context: Context, inputs: BeanstalkInputs): Beanstalk {
  const { name, args, web, platform, parent } = context;
  const { network, queue, certificate, distribution } = inputs;
  const { webVariables, ...properties } = createProperties(context, inputs.variables);
  const worker = withDefaults(args.worker ?? {}, workerDefaults);
  const times = getTimes(context);
  return new Beanstalk(
    `${name}-eb`,
    {
      applicationName: args.applicationName,
      web: times === undefined || web.singleInstance ? web : addSleep(times, web),
      worker: times === undefined ? args.worker : addSleep(times, worker),
      platform,
      instructions: args.instructions,
      ...properties,
      webVariables: {
        ...webVariables,
        ...(distribution && { [originVerifyHash]: distribution.verifyHash }),
      },
      vpcId: network.vpcId,
      instanceSubnetIds: network.instanceSubnetIds,
      instanceSecurityGroupId: network.instanceSecurityGroupId,
      associatePublicIpAddress: hasPublicInstances(context.network),
      loadBalancerSubnetIds: network.loadBalancerSubnetIds,
      loadBalancerSecurityGroupId: network.loadBalancerSecurityGroupId,
      certificateArn: certificate?.certificateArn ?? args.certificateArn,
      queueName: queue.queueName,
      keepAddress: args.keepAddress,
      keepLogs: args.protect,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

/** Whether the instances reach the internet by addresses of their own. */
function hasPublicInstances({ create, nat, associatePublicIpAddress }: Context["network"]) {
  return create ? nat === "none" : associatePublicIpAddress;
}

/** Splits the variables into plain properties and secrets by reference, and creates the parameters of the secrets. */
function createProperties(
  { name, args, platform, parent }: Context,
  { web, worker }: BeanstalkInputs["variables"],
) {
  if (platform.plainSecrets) {
    return { webVariables: web, workerVariables: worker };
  }
  const isSecret = (variable: string) => isSecretVariable(variable) || variable in (args.extraSecrets ?? {});
  const { arns, revision } = new SecretParameters(
    `${name}-ssm`,
    { path: `/${args.applicationName}/`, values: filterKeys(web, isSecret), tags: args.tags },
    parent,
  );
  const toPlain = (variables: Variables) => ({
    ...filterKeys(variables, (variable) => !isSecret(variable)),
    [secretsRevision]: revision,
  });
  return { webVariables: toPlain(web), workerVariables: toPlain(worker), secretArns: arns };
}

/** Points the domains to the web environment, where their zones are in the account. */
function createAddressRecords(
  { name, args, web, additionalDomains, parent }: Context,
  beanstalk: Beanstalk,
  certificate: Certificate | undefined,
): void {
  if (args.domain === undefined || certificate === undefined || !web.dnsRecord) {
    return;
  }
  const target = { name: beanstalk.webCname, zoneId: getHostedZoneOutput({}, parent).id };
  const domains = [
    { suffix: "", domain: args.domain, zoneId: certificate.zoneId },
    ...[...additionalDomains].map(([domain, zoneId]) => ({ suffix: `-${domain}`, domain, zoneId })),
  ];
  for (const { suffix, domain, zoneId = certificate.zoneId } of domains) {
    for (const type of web.ipAddressType === "dualstack" ? ["A", "AAAA"] : ["A"]) {
      new ZoneRecord(
        `${name}-address${suffix}${type === "A" ? "" : "-ipv6"}`,
        { zoneId, name: domain, type, aliases: [{ ...target, evaluateTargetHealth: false }] },
        { ...parent, deleteBeforeReplace: true },
      );
    }
  }
}

/**
 * Creates the web ACLs of the firewall and, while `web.maintenance` is on, of maintenance, in all generations: the address
 * may move meanwhile. A load balancer has one web ACL, so that one association moves between them.
 */
function createWebAcls({ name, args, web, parent }: Context, beanstalk: Beanstalk): void {
  const { tags } = args;
  const isManaged = web.firewall === "managed";
  const firewallArn = isManaged ? new Firewall(`${name}-firewall`, { tags }, parent).webAclArn : web.firewall;
  for (const [suffix, loadBalancerArn] of getLoadBalancers(beanstalk)) {
    const maintenanceName = `${name}-maintenance${suffix}`;
    const maintenance = web.maintenance
      ? new Maintenance(
          maintenanceName,
          {
            loadBalancerArn,
            associate: false,
            allowedCidrs: web.maintenanceCidrs,
            retryAfter: web.maintenanceRetryAfter,
            tags,
          },
          parent,
        )
      : undefined;
    const webAclArn = maintenance?.webAclArn ?? firewallArn;
    if (webAclArn !== undefined) {
      const formerParent = pulumi.createUrn(maintenanceName, "beo:index:Maintenance", parent.parent);
      associateWebAcl(
        `${name}-web-acl${suffix}`,
        { loadBalancerArn, webAclArn, firewall: web.firewall },
        parent.parent,
        { aliases: [{ name: `${maintenanceName}-association`, parent: formerParent }] },
      );
    }
  }
}

/** Adds the actions of a stack that sleeps to the suspended ones of an environment. */
function addSleep<T extends CapacityArgs & { minSize: number; maxSize: number }>(
  times: SleepTimes,
  capacity: T,
): T {
  return { ...capacity, schedule: [...(capacity.schedule ?? []), ...getSleepActions(times, capacity)] };
}

/** Returns when the stack sleeps; undefined if it does not. */
function getTimes({ args: { sleep, worker } }: Context): SleepTimes | undefined {
  return sleep && getSleepTimes(withDefaults(sleep, sleepHoursDefaults), getStopDelayOf(worker));
}

function getStopDelayOf(worker: WorkerArgs = {}): number {
  return getStopDelay(withDefaults(worker, workerDefaults));
}

function createSleep(
  { name, args, parent }: Context,
  { database, beanstalk }: { database: Database; beanstalk: Beanstalk },
): void {
  if (args.sleep === undefined) {
    return;
  }
  new Sleep(
    `${name}-sleep`,
    {
      ...args.sleep,
      namePrefix: args.applicationName,
      databaseIdentifier: database.identifier,
      singleInstanceGroups: getSingleInstanceGroups(beanstalk),
      stopDelay: getStopDelayOf(args.worker),
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

function createBudget({ name, args, parent }: Context): void {
  const { applicationName, budget, tags } = args;
  if (budget === undefined) {
    return;
  }
  new Budget(
    `${name}-budget`,
    {
      ...budget,
      budgetName: applicationName,
      costTags: pulumi.output(tags ?? {}).apply((all) => filterKeys(all, (key) => costTags.includes(key))),
      emails: getAlarmEmails(args),
      tags,
    },
    parent,
  );
}

function createBackups(
  context: Context,
  { database, storage }: { database: Database; storage: Storage },
): void {
  const { name, args, parent } = context;
  const { backup = {}, applicationName, protect, tags } = args;
  if (!hasBackups(backup)) {
    return;
  }
  new Backups(
    `${name}-backup`,
    {
      ...backup,
      namePrefix: applicationName,
      databaseArn: database.arn,
      mediaBucketName: storage.mediaBucketName,
      accountNamespace: args.storage?.accountNamespace,
      noncurrentVersionDays: args.storage?.noncurrentVersionDays,
      nonAdministrators: getApplicationPrincipals(context),
      administrators: args.storage?.administrators,
      protect,
      ...getIdentity(args),
      tags,
    },
    parent,
  );
}

/** Returns the addresses that get the alarms. */
function getAlarmEmails({ alarmEmail, monitoring }: BeoDatastoreArgs): pulumi.Input<string>[] {
  return [...(alarmEmail === undefined ? [] : [alarmEmail]), ...(monitoring?.emails ?? [])];
}

function createMonitoring(
  { name, args, web, platform, parent }: Context,
  inputs: { database: Database; queue: Queue; beanstalk: Beanstalk; mail: Mail | undefined },
): Monitoring {
  const { database, queue, beanstalk, mail } = inputs;
  return new Monitoring(
    `${name}-mon`,
    {
      healthCheckPath: web.healthCheckPath,
      ...args.monitoring,
      dashboardName: args.applicationName,
      alarmEmail: args.alarmEmail,
      databaseIdentifier: database.identifier,
      queueName: queue.queueName,
      deadLetterQueueName: queue.deadLetterQueueName,
      databaseInstanceClass: withDefaults(args.database ?? {}, databaseInstanceDefaults).instanceClass,
      webEnvironmentName: beanstalk.webEnvironmentName,
      workerEnvironmentName: beanstalk.workerEnvironmentName,
      loadBalancerArn: beanstalk.loadBalancerArn,
      applicationName: beanstalk.applicationName,
      isDocker: isDocker({ branch: getServingBranch(platform) }),
      mailRegion: mail && getMailSender(args).region,
      domain: args.domain,
      maintenance: web.maintenance,
      instructions: args.instructions,
      sleep: args.sleep,
      ...getIdentity(args),
      tags: args.tags,
    },
    parent,
  );
}

/** Returns the records of the domain and of the mail domain, as far as their zones are not in the account. */
function getDnsRecords(
  { args }: Context,
  inputs: { beanstalk: Beanstalk; certificate: Certificate | undefined; mail: Mail | undefined },
): pulumi.Output<DnsRecord[]> {
  const addressRecords =
    inputs.certificate === undefined
      ? getDomains(args).map((domain) => ({
          name: domain,
          type: "CNAME",
          value: inputs.beanstalk.webCname,
          purpose: "Address of the application",
        }))
      : [];
  return pulumi
    .all([addressRecords, inputs.mail?.dnsRecords ?? []])
    .apply(([address, mail]) => [...address, ...mail]);
}

function filterKeys<T>(values: Record<string, T>, predicate: (key: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => predicate(key)));
}

function mapValues<T, U>(values: Record<string, T>, toValue: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toValue(value)]));
}
