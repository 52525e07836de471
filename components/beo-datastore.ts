import { getHostedZoneOutput } from "@pulumi/aws/elasticbeanstalk";
import { Record as ZoneRecord } from "@pulumi/aws/route53/record";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { AccessKeyOptions } from "./access-key";
import { Beanstalk, WebOptions, WorkerOptions } from "./beanstalk";
import { branchOf, PlatformOptions } from "./beanstalk/options";
import { Certificate } from "./certificate";
import { Database, DatabaseOptions } from "./database";
import { DnsRecord } from "./dns-record";
import { ebConfig, readme } from "./documents";
import { applicationEnvironment, secretVariables } from "./environment";
import { Mail, MailOptions } from "./mail";
import { Monitoring } from "./monitoring";
import { Network, NetworkOptions } from "./network";
import { Queue } from "./queue";
import { regionOf } from "./region";
import { SecretParameters } from "./secret-parameters";
import { ServiceAccount } from "./service-account";
import { Storage } from "./storage";

/** What may be chosen of the network. */
export interface DatastoreNetworkOptions extends NetworkOptions {
  /** Whether instances get public addresses. Default true; false for private subnets behind a NAT gateway. */
  associatePublicIpAddress?: boolean;
}

/** What may be chosen of the platform. */
export interface DatastorePlatformOptions extends PlatformOptions {
  /**
   * Gives secrets to the instances as plain environment properties, which everybody reads who may see the environment.
   * Default false: by reference to encrypted parameters. For platforms older than March 2025.
   */
  plainSecrets?: boolean;
}

/** What may be chosen of the buckets. */
export interface DatastoreStorageOptions {
  /** Puts the buckets' names into the account's own namespace, for when the plain ones are taken. Default false. Changing it replaces the buckets. */
  accountNamespace?: boolean;
}

/** A whole BEO Datastore. */
export interface BeoDatastoreArgs {
  /** Name of everything that `eb`, the application or people know by name: 4–33 lower-case letters, digits and hyphens. Changing it renames the database and replaces buckets, queue and environments. */
  applicationName: string;
  /** "dev", "staging" or "prod": what the application calls APP_ENV. */
  environment: string;
  /** Public URL of the front end, without a path or a final slash. */
  appUrl: string;
  /** The support address, from which mail is sent unless `mail.fromAddress` says otherwise. */
  supportEmail: string;
  /** Host name that serves the application over HTTPS, with `hostedZone` or `certificateArn`. Default: Elastic Beanstalk's own name, over plain HTTP. */
  domain?: string;
  /** Name of the account's public Route 53 zone of `domain`: certificate and records are made in it. Default: neither is made. */
  hostedZone?: string;
  /** ARN of an ACM certificate of `domain` in the environments' region. Default: the one that is made in `hostedZone`. */
  certificateArn?: string;
  /** Who gets the alarms; AWS asks the address to confirm. Default: nobody, and the alarms show in CloudWatch only. */
  alarmEmail?: string;
  /** The database's master password: 8–128 letters, digits, `-` and `_`. Default: made up. Changed in place. */
  databasePassword?: pulumi.Input<string>;
  /** Django's SECRET_KEY: 32–128 letters, digits, `-` and `_`. Default: made up. Changing it ends every session. */
  secretKey?: pulumi.Input<string>;
  /** Path of the Django admin, hard to guess: 8–64 lower-case letters and digits. Default: made up. */
  adminUrl?: pulumi.Input<string>;
  /** Password of the support account: 8–128 letters, digits, `-` and `_`. Default: made up. */
  supportPassword?: pulumi.Input<string>;
  /** User at another mail provider, with `smtpPassword`. Default: an SES identity and an SMTP user are made. */
  smtpUser?: pulumi.Input<string>;
  /** Password at another mail provider, with `smtpUser`. */
  smtpPassword?: pulumi.Input<string>;
  /** Database user that the application connects as, with `sqlPassword`. Default: the master user. */
  sqlUser?: string;
  /** Password of `sqlUser`: 8–128 letters, digits, `-` and `_`. Default: the master user's. */
  sqlPassword?: pulumi.Input<string>;
  /** More variables of the application, in the clear. The component's own win over them. Default: none. */
  extraEnvironment?: Record<string, pulumi.Input<string>>;
  /** More secret variables of the application. The component's own win over them. Default: none. */
  extraSecrets?: Record<string, pulumi.Input<string>>;
  /** The database. */
  database?: DatabaseOptions;
  /** The web environment. */
  web?: WebOptions;
  /** The worker environment. */
  worker?: WorkerOptions;
  /** The VPC and its subnets. */
  network?: DatastoreNetworkOptions;
  /** Sending mail by SES; without effect where `smtpUser` and `smtpPassword` name another mail provider. */
  mail?: MailOptions;
  /** The Elastic Beanstalk platform of both environments. */
  platform?: DatastorePlatformOptions;
  /** The buckets. */
  storage?: DatastoreStorageOptions;
  /** The access keys of the application's IAM user. */
  serviceAccount?: AccessKeyOptions;
  /** Data outlives mistakes: database and media bucket are protected, a final snapshot is taken, logs stay. Default true. */
  protect?: boolean;
  /** Tags of everything that takes tags. Never one called `Name`: Elastic Beanstalk sets that itself. */
  tags?: Record<string, pulumi.Input<string>>;
}

/** The application's database, buckets, queue, service account, mail and environments, wired together. */
export class BeoDatastore extends pulumi.ComponentResource {
  /** Name of everything that `eb`, the application or people know by name. */
  readonly applicationName: pulumi.Output<string>;
  /** Where to open the application. */
  readonly url: pulumi.Output<string>;
  /** The web environment, for `eb deploy`. */
  readonly webEnvironmentName: pulumi.Output<string>;
  /** The worker environment, for `eb deploy`. */
  readonly workerEnvironmentName: pulumi.Output<string>;
  /** Host name of the database, without the port. */
  readonly databaseHost: pulumi.Output<string>;
  /** Port of the database, 5432. */
  readonly databasePort: pulumi.Output<number>;
  /** The bucket of uploads and results. */
  readonly mediaBucketName: pulumi.Output<string>;
  /** The bucket of static files. */
  readonly staticBucketName: pulumi.Output<string>;
  /** The Celery queue. */
  readonly queueName: pulumi.Output<string>;
  /** URL of the Celery queue. */
  readonly queueUrl: pulumi.Output<string>;
  /** DNS records that are left to make by hand. */
  readonly dnsRecords: pulumi.Output<DnsRecord[]>;
  /** The dashboard in CloudWatch's console. */
  readonly dashboardUrl: pulumi.Output<string>;
  /** Text of `.elasticbeanstalk/config.yml`. */
  readonly ebConfig: pulumi.Output<string>;
  /** What to do next, in words. */
  readonly readme: pulumi.Output<string>;
  /** Every variable of the web environment with its value; a secret. */
  readonly webEnvironment: pulumi.Output<Record<string, string>>;
  /** Every variable of the worker environment with its value; a secret. */
  readonly workerEnvironment: pulumi.Output<Record<string, string>>;

  constructor(name: string, args: BeoDatastoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:index:BeoDatastore", name, {}, opts);
    const { applicationName, domain, hostedZone, tags, web = {}, network = {}, platform = {} } = args;
    const protect = args.protect ?? true;
    const parent = { parent: this };
    const region = regionOf(this);

    const place = new Network(
      `${name}-network`,
      {
        vpcId: network.vpcId,
        databaseSubnetIds: network.databaseSubnetIds,
        instanceSubnetIds: network.instanceSubnetIds,
        loadBalancerSubnetIds: network.loadBalancerSubnetIds,
        loadBalanced: !web.singleInstance,
        tags,
      },
      parent,
    );
    const database = new Database(
      `${name}-database`,
      {
        logRetentionDays: platform.logRetentionDays,
        ...args.database,
        identifier: applicationName,
        databaseName: "beo_datastore",
        password: args.databasePassword,
        vpcId: place.vpcId,
        subnetIds: place.databaseSubnetIds,
        clientSecurityGroupIds: [place.instanceSecurityGroupId],
        protect,
        tags,
      },
      parent,
    );
    const storage = new Storage(
      `${name}-storage`,
      {
        namePrefix: applicationName,
        accountNamespace: args.storage?.accountNamespace,
        corsOrigins: [args.appUrl, ...(domain === undefined ? [] : [`https://${domain}`])],
        protect,
        tags,
      },
      parent,
    );
    const queue = new Queue(`${name}-queue`, { queueName: applicationName, tags }, parent);
    const serviceAccount = new ServiceAccount(
      `${name}-service-account`,
      {
        ...args.serviceAccount,
        userName: applicationName,
        staticBucketArn: storage.staticBucketArn,
        mediaBucketArn: storage.mediaBucketArn,
        queueArn: queue.queueArn,
        tags,
      },
      parent,
    );
    const mail =
      args.smtpUser === undefined || args.smtpPassword === undefined
        ? new Mail(
            `${name}-mail`,
            {
              ...args.mail,
              fromAddress: args.mail?.fromAddress ?? args.supportEmail,
              configurationSetName: applicationName,
              hostedZone,
              tags,
            },
            parent,
          )
        : undefined;
    const certificate =
      domain !== undefined && hostedZone !== undefined
        ? new Certificate(`${name}-certificate`, { domain, hostedZone, tags }, parent)
        : undefined;

    // Letters and digits: deployment scripts of the application read its variables with the shell.
    const madeUp = (part: string, length: number, upper = true) =>
      new random.RandomPassword(`${name}-${part}`, { length, upper, special: false }, parent).result;
    const cnamePrefix = web.cnamePrefix ?? applicationName;
    const ebHost = pulumi.interpolate`${cnamePrefix}.${region}.elasticbeanstalk.com`;
    const facts = {
      adminUrl: args.adminUrl ?? madeUp("admin-url", 24, false),
      environment: args.environment,
      appUrl: args.appUrl,
      accessKeyId: serviceAccount.accessKeyId,
      secretAccessKey: serviceAccount.secretAccessKey,
      mediaBucketName: storage.mediaBucketName,
      staticBucketName: storage.staticBucketName,
      queueName: queue.queueName,
      allowedHosts: [...(domain === undefined ? [] : [domain]), ebHost],
      secretKey: args.secretKey ?? madeUp("secret-key", 50),
      smtpUser: mail?.smtpUser ?? args.smtpUser ?? "",
      smtpPassword: mail?.smtpPassword ?? args.smtpPassword ?? "",
      databaseName: database.databaseName,
      databaseHost: database.host,
      databasePort: database.port,
      databaseUser: args.sqlUser ?? database.username,
      databasePassword: args.sqlPassword ?? database.password,
      region,
      supportEmail: args.supportEmail,
      supportPassword: args.supportPassword ?? madeUp("support-password", 24),
    };
    const isSecret = (variable: string) =>
      secretVariables.has(variable) || variable in (args.extraSecrets ?? {});
    const all = (tier: "web" | "worker") =>
      Object.fromEntries(
        Object.entries({
          ...args.extraEnvironment,
          ...args.extraSecrets,
          ...applicationEnvironment(facts, tier),
        }).map(([variable, value]) => [variable, isSecret(variable) ? pulumi.secret(value) : value]),
      );
    const [webAll, workerAll] = [all("web"), all("worker")];
    const byReference = platform.plainSecrets
      ? undefined
      : new SecretParameters(
          `${name}-secrets`,
          { path: `/${applicationName}/`, values: filterKeys(webAll, isSecret), tags },
          parent,
        );
    const variablesOf = (values: Record<string, pulumi.Input<string>>) =>
      byReference === undefined
        ? values
        : {
            ...filterKeys(values, (variable) => !isSecret(variable)),
            SECRETS_REVISION: byReference.revision,
          };

    const beanstalk = new Beanstalk(
      `${name}-beanstalk`,
      {
        applicationName,
        web: { ...web, cnamePrefix },
        worker: args.worker,
        platform,
        webVariables: variablesOf(webAll),
        workerVariables: variablesOf(workerAll),
        secretArns: byReference?.arns,
        vpcId: place.vpcId,
        instanceSubnetIds: place.instanceSubnetIds,
        instanceSecurityGroupId: place.instanceSecurityGroupId,
        associatePublicIpAddress: network.associatePublicIpAddress,
        loadBalancerSubnetIds: place.loadBalancerSubnetIds,
        loadBalancerSecurityGroupId: place.loadBalancerSecurityGroupId,
        certificateArn: certificate?.certificateArn ?? args.certificateArn,
        queueName: queue.queueName,
        keepLogs: protect,
        tags,
      },
      parent,
    );
    if (domain !== undefined && certificate !== undefined) {
      new ZoneRecord(
        `${name}-address`,
        {
          zoneId: certificate.zoneId,
          name: domain,
          type: "A",
          aliases: [
            {
              name: beanstalk.webCname,
              zoneId: getHostedZoneOutput({}, parent).id,
              evaluateTargetHealth: false,
            },
          ],
        },
        parent,
      );
    }
    const monitoring = new Monitoring(
      `${name}-monitoring`,
      {
        dashboardName: applicationName,
        alarmEmail: args.alarmEmail,
        databaseIdentifier: database.identifier,
        queueName: queue.queueName,
        deadLetterQueueName: queue.deadLetterQueueName,
        webEnvironmentName: beanstalk.webEnvironmentName,
        workerEnvironmentName: beanstalk.workerEnvironmentName,
        loadBalancerArn: beanstalk.loadBalancerArn,
        tags,
      },
      parent,
    );

    const addressRecords: DnsRecord[] | pulumi.Output<DnsRecord[]> =
      domain !== undefined && certificate === undefined
        ? beanstalk.webCname.apply((value) => [
            { name: domain, type: "CNAME", value, purpose: "The application's address" },
          ])
        : [];
    this.applicationName = beanstalk.applicationName;
    this.url =
      domain === undefined
        ? pulumi.interpolate`http://${beanstalk.webCname}`
        : pulumi.output(`https://${domain}`);
    this.webEnvironmentName = beanstalk.webEnvironmentName;
    this.workerEnvironmentName = beanstalk.workerEnvironmentName;
    this.databaseHost = database.host;
    this.databasePort = database.port;
    this.mediaBucketName = storage.mediaBucketName;
    this.staticBucketName = storage.staticBucketName;
    this.queueName = queue.queueName;
    this.queueUrl = queue.queueUrl;
    this.dnsRecords = pulumi
      .all([addressRecords, mail?.dnsRecords ?? []])
      .apply(([address, mailRecords]) => [...address, ...mailRecords]);
    this.dashboardUrl = monitoring.dashboardUrl;
    this.ebConfig = ebConfig({ applicationName, platform: branchOf(platform), region });
    this.readme = readme({
      applicationName,
      url: this.url,
      dnsRecords: this.dnsRecords,
      usesSes: mail !== undefined,
      alarmEmail: args.alarmEmail,
    });
    this.webEnvironment = pulumi.secret(pulumi.all(webAll));
    this.workerEnvironment = pulumi.secret(pulumi.all(workerAll));
    this.registerOutputs({
      applicationName: this.applicationName,
      url: this.url,
      webEnvironmentName: this.webEnvironmentName,
      workerEnvironmentName: this.workerEnvironmentName,
      databaseHost: this.databaseHost,
      databasePort: this.databasePort,
      mediaBucketName: this.mediaBucketName,
      staticBucketName: this.staticBucketName,
      queueName: this.queueName,
      queueUrl: this.queueUrl,
      dnsRecords: this.dnsRecords,
      dashboardUrl: this.dashboardUrl,
      ebConfig: this.ebConfig,
      readme: this.readme,
      webEnvironment: this.webEnvironment,
      workerEnvironment: this.workerEnvironment,
    });
  }
}

function filterKeys<T>(values: Record<string, T>, keep: (key: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => keep(key)));
}
