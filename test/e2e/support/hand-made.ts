import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSubnetsCommand,
} from "@aws-sdk/client-ec2";
import {
  CreateApplicationCommand,
  CreateApplicationVersionCommand,
  CreateEnvironmentCommand,
  DescribeEnvironmentsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateDBInstanceCommand,
  type CreateDBInstanceMessage,
  CreateDBSubnetGroupCommand,
  DescribeDBInstancesCommand,
} from "@aws-sdk/client-rds";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { guidePolicy } from "../../support/guide-policy";
import { clientsOf } from "./clients";

/** How a hand-made environment differs from the guide's. */
export interface HandMadeEnvironment {
  name?: string;
  application?: string;
  cnamePrefix?: string;
  platform?: string;
  /** "namespace option" → value, over the platform's. */
  options?: Record<string, string>;
  /** Of this environment only; an empty value leaves a variable out. */
  variables?: Record<string, string>;
}

/** How a hand-made stack differs from the guide's, in AWS's own words. `$NAME` stands for a value of `prepare`. */
export interface HandMade {
  /** Value → command of the AWS CLI that creates something first and prints its id. */
  prepare?: Record<string, string>;
  platform?: keyof typeof platforms;
  database?: Partial<CreateDBInstanceMessage> & { region?: string };
  buckets?: { media?: string; static?: string; region?: string };
  queue?: { name?: string; attributes?: Record<string, string> };
  user?: { name?: string; path?: string; keys?: number };
  web?: HandMadeEnvironment;
  worker?: HandMadeEnvironment;
  /** Further environments; `tier` as AWS names it. */
  more?: (HandMadeEnvironment & { tier: "WebServer" | "Worker" })[];
  /** Of both environments. */
  variables?: Record<string, string>;
  /** The host name of the application, where it is not the environment's address. */
  domain?: string;
  /** Commands of the AWS CLI for all else, after everything is there. */
  commands?: string[];
}

const beanstalk = "aws:elasticbeanstalk:environment";
const classic = { [`${beanstalk} LoadBalancerType`]: "classic" };
const inDefaultVpc = {
  [`${beanstalk} LoadBalancerType`]: "application",
  "aws:ec2:vpc VPCId": "$VPC_ID",
  "aws:ec2:vpc Subnets": "$SUBNET_IDS",
  "aws:ec2:vpc ELBSubnets": "$SUBNET_IDS",
};

/** The platforms that people run, with what the console of the time set. */
const platforms = {
  // What nearly every stack of 2020 is.
  retired: { stack: "64bit Amazon Linux 2018.03 v2.9.20 running Python 3.6", options: classic },
  amazonLinux2: { stack: "64bit Amazon Linux 2 v3.5.3 running Python 3.8", options: classic },
  docker: { stack: "64bit Amazon Linux 2 v3.5.3 running Docker", options: classic },
  // What can be taken over.
  current: { stack: "64bit Amazon Linux 2023 v4.13.7 running Python 3.13", options: inDefaultVpc },
} as const satisfies Record<string, { stack: string; options: Record<string, string> }>;

/** A stack that was built, with what has to be there afterwards. */
export interface Built {
  name: string;
  /** Of the database, the buckets and so on, for messages and comparisons. */
  names: { database: string; media: string; static: string; queue: string; user: string };
  regions: { database: string; buckets: string };
  /** The host name by which people reach the application. */
  host: string;
  databaseHost: string;
  masterPassword: string;
  /** Values that must not be seen anywhere, all of this stack only. */
  secrets: Record<string, string>;
  variables: Record<"web" | "worker", Record<string, string>>;
  /** The options that people set themselves. */
  options: Record<"web" | "worker", string[]>;
  version: string;
}

const run = promisify(execFile);

/** Runs a command line in bash, and returns what it printed. */
export async function shell(command: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { stdout } = await run("bash", ["--norc", "-euo", "pipefail", "-c", command], {
    env,
    maxBuffer: 1 << 26,
  });
  return stdout.trim();
}

const region = "us-west-1";
/** What waits in each queue. */
export const messages = ["a task that waits", "another task that waits"];

/** Builds stacks as the guide tells people to, with what they do differently. */
export class HandMadeBuilder {
  readonly values: Record<string, string> = {};
  private readonly aws;
  private readonly names;
  private readonly secrets: Record<string, string>;
  private readonly secret = (prefix: string) => `${prefix}${randomBytes(8).toString("hex")}`;

  constructor(
    private readonly name: string,
    private readonly stack: HandMade,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.aws = this.clients(region);
    this.names = {
      database: stack.database?.DBInstanceIdentifier ?? name,
      media: stack.buckets?.media ?? `${name}-media`,
      static: stack.buckets?.static ?? `${name}-static`,
      queue: stack.queue?.name ?? name,
      user: stack.user?.name ?? name,
    };
    this.secrets = {
      SQL_PASSWORD: this.secret("Sql"),
      SECRET_KEY: `${this.secret("key-")}${this.secret("")}`,
      ADMIN_URL: this.secret("admin"),
      SUPPORT_PASSWORD: this.secret("Support"),
      SMTP_PASSWORD: this.secret("Smtp"),
    };
  }

  private clients(of: string) {
    return clientsOf({ environment: this.env as Record<string, string>, stop: () => undefined }, of);
  }

  private fill(text: string): string {
    return text.replace(/\$([A-Z_]+)/g, (reference, name: string) => this.values[name] ?? reference);
  }

  async build(): Promise<Built> {
    const { Subnets = [] } = await this.aws.ec2.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: "default-for-az", Values: ["true"] }] }),
    );
    const subnets = Subnets.map(({ SubnetId = "" }) => SubnetId).sort();
    Object.assign(this.values, { ...this.secrets, VPC_ID: Subnets[0]?.VpcId, SUBNET_IDS: subnets.join(",") });
    for (const [name, command] of Object.entries(this.stack.prepare ?? {})) {
      this.values[name] = await shell(this.fill(command), this.env);
    }
    const databaseHost = await this.createDatabase(subnets);
    await this.createBuckets();
    await this.createQueue();
    const keys = await this.createUser();
    const variables = this.getVariables(databaseHost, keys);
    const built = await this.createEnvironments(variables, databaseHost);
    for (const command of this.stack.commands ?? []) {
      await shell(this.fill(command), this.env);
    }
    return built;
  }

  private async createDatabase(subnetIds: string[]): Promise<string> {
    const { region: of = region, ...differences } = this.stack.database ?? {};
    const { rds } = this.clients(of);
    await this.aws.rds.send(
      new CreateDBSubnetGroupCommand({
        DBSubnetGroupName: "default-vpc",
        DBSubnetGroupDescription: "Created from the RDS Management Console",
        SubnetIds: subnetIds,
      }),
    );
    const { GroupId: SecurityGroupId = "" } = await this.aws.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: "rds-launch-wizard",
        Description: "Created from the RDS Management Console",
      }),
    );
    await this.aws.ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: SecurityGroupId,
        IpPermissions: [
          { IpProtocol: "tcp", FromPort: 5432, ToPort: 5432, IpRanges: [{ CidrIp: "0.0.0.0/0" }] },
        ],
      }),
    );
    const filled = JSON.parse(this.fill(JSON.stringify(differences))) as Partial<CreateDBInstanceMessage>;
    await rds.send(
      new CreateDBInstanceCommand({
        ...(of === region && { DBSubnetGroupName: "default-vpc", VpcSecurityGroupIds: [SecurityGroupId] }),
        DBInstanceIdentifier: this.names.database,
        DBName: "beo_datastore",
        Engine: "postgres",
        EngineVersion: "16.3",
        DBInstanceClass: "db.t3.medium",
        AllocatedStorage: 20,
        StorageType: "gp2",
        StorageEncrypted: false,
        MasterUsername: "postgres",
        MasterUserPassword: filled.ManageMasterUserPassword === true ? undefined : this.secrets.SQL_PASSWORD,
        Port: 5432,
        PubliclyAccessible: true,
        BackupRetentionPeriod: 7,
        ...filled,
      }),
    );
    const { DBInstances: [database] = [] } = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: this.names.database }),
    );
    return database?.Endpoint?.Address ?? "";
  }

  private async createBuckets(): Promise<void> {
    const { region: of = region } = this.stack.buckets ?? {};
    const { s3 } = this.clients(of);
    for (const Bucket of [this.names.media, this.names.static]) {
      await s3.send(
        new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: of as never } }),
      );
    }
    await s3.send(
      new PutObjectCommand({
        Bucket: this.names.media,
        Key: "media_root/upload.parquet",
        Body: "readings of 2020",
      }),
    );
    await s3.send(
      new PutObjectCommand({ Bucket: this.names.static, Key: "admin/base.css", Body: "body {}" }),
    );
  }

  private async createQueue(): Promise<void> {
    const queueArn = `arn:aws:sqs:${region}:123456789012:${this.names.queue}`;
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "__owner_statement",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "SQS:*",
          Resource: queueArn,
        },
      ],
    });
    const attributes = JSON.parse(this.fill(JSON.stringify(this.stack.queue?.attributes ?? {}))) as Record<
      string,
      string
    >;
    const { QueueUrl } = await this.aws.sqs.send(
      new CreateQueueCommand({
        QueueName: this.names.queue,
        // What SQS gave a queue until 2025.
        Attributes: { MaximumMessageSize: "262144", Policy, ...attributes },
      }),
    );
    for (const MessageBody of messages) {
      // Without DelaySeconds the queue's own delay counts.
      await this.aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, DelaySeconds: 0 }));
    }
    this.values.QUEUE_URL = QueueUrl ?? "";
  }

  private async createUser(): Promise<Record<string, string>> {
    const { user } = this.names;
    await this.aws.iam.send(new CreateUserCommand({ UserName: user, Path: this.stack.user?.path }));
    await this.aws.iam.send(
      new PutUserPolicyCommand({
        UserName: user,
        PolicyName: "beo-datastore",
        PolicyDocument: JSON.stringify(
          guidePolicy(
            `arn:aws:s3:::${this.names.static}`,
            `arn:aws:s3:::${this.names.media}`,
            `arn:aws:sqs:*:*:${this.names.queue}`,
          ),
        ),
      }),
    );
    for (let others = (this.stack.user?.keys ?? 1) - 1; others > 0; others -= 1) {
      await this.aws.iam.send(new CreateAccessKeyCommand({ UserName: user }));
    }
    const { AccessKey } = await this.aws.iam.send(new CreateAccessKeyCommand({ UserName: user }));
    this.secrets.AWS_SECRET_ACCESS_KEY = AccessKey?.SecretAccessKey ?? "";
    return {
      AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? "",
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? "",
    };
  }

  /** The variables that the guide lists, and those without which the application does not run. */
  private getVariables(databaseHost: string, keys: Record<string, string>): Record<string, string> {
    const { media, static: statics, queue } = this.names;
    const { MasterUsername = "postgres", DBName = "beo_datastore" } = this.stack.database ?? {};
    return {
      ...this.secrets,
      ...keys,
      APP_ENV: "dev",
      APP_URL: "https://dev.beo.beo-e2e.net",
      AWS_MEDIA_BUCKET_NAME: media,
      AWS_STORAGE_BUCKET_NAME: statics,
      BROKER_URL: "sqs://",
      CELERY_DEFAULT_QUEUE: queue,
      CORS_ORIGIN_WHITELIST: "https://dev.beo.beo-e2e.net",
      CSRF_COOKIE_SECURE: "1",
      DEBUG: "0",
      MEDIA_ROOT: `s3://${media}/`,
      SESSION_COOKIE_SECURE: "1",
      SMTP_USER: "AKIAHANDMADESMTP2020",
      SQL_DATABASE: DBName,
      SQL_ENGINE: "django.db.backends.postgresql",
      SQL_HOST: databaseHost,
      SQL_PORT: "5432",
      SQL_USER: MasterUsername,
      STATIC_ROOT: `${statics}.s3-website-${region}.amazonaws.com/`,
      SUPPORT_EMAIL: "dev-support@beo-e2e.net",
      ...this.stack.variables,
    };
  }

  private async createEnvironments(variables: Record<string, string>, databaseHost: string): Promise<Built> {
    // What the console makes with an account's first environment.
    const role = "aws-elasticbeanstalk-ec2-role";
    const { iam } = this.aws;
    await iam.send(new CreateRoleCommand({ RoleName: role, AssumeRolePolicyDocument: "{}" }));
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: role }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: role, RoleName: role }));
    const version = "app-42";
    const { web = {}, worker = {}, more = [] } = this.stack;
    const all = [
      { ...web, name: web.name ?? this.name, tier: "WebServer" as const },
      { ...worker, name: worker.name ?? `${this.name}-worker`, tier: "Worker" as const },
      ...more.map((one, index) => ({ ...one, name: one.name ?? `${this.name}-more-${index}` })),
    ];
    for (const ApplicationName of new Set(all.map(({ application }) => application ?? this.name))) {
      await this.aws.beanstalk.send(new CreateApplicationCommand({ ApplicationName }));
      await this.aws.beanstalk.send(
        new CreateApplicationVersionCommand({ ApplicationName, VersionLabel: version, Process: false }),
      );
    }
    for (const one of all) {
      await this.createEnvironment(one, variables, version);
    }
    const environments = await this.waitUntilReady();
    const cname = environments.find(({ EnvironmentName }) => EnvironmentName === all[0]?.name)?.CNAME ?? "";
    const host = this.stack.domain ?? cname;
    this.values.CNAME = cname;
    this.values.SQL_HOST = databaseHost;
    // The guide forgets it, and without it every request is answered with 400.
    const allowed = [...new Set([host, cname])].join(" ");
    for (const { name } of all) {
      await this.aws.beanstalk.send(
        new UpdateEnvironmentCommand({
          EnvironmentName: name,
          OptionSettings: toVariableOptions({ DJANGO_ALLOWED_HOSTS: allowed }),
        }),
      );
    }
    await this.waitUntilReady();
    const withHosts = { ...variables, DJANGO_ALLOWED_HOSTS: allowed };
    const of = (more: Record<string, string> = {}, WORKER: string) =>
      Object.fromEntries(
        Object.entries({ ...withHosts, WORKER, ...more }).filter(([, value]) => value !== ""),
      );
    return {
      name: this.name,
      names: this.names,
      regions: {
        database: this.stack.database?.region ?? region,
        buckets: this.stack.buckets?.region ?? region,
      },
      host,
      databaseHost,
      masterPassword: this.stack.database?.MasterUserPassword ?? this.secrets.SQL_PASSWORD ?? "",
      secrets: this.secrets,
      options: { web: Object.keys(web.options ?? {}), worker: Object.keys(worker.options ?? {}) },
      variables: { web: of(web.variables, "0"), worker: of(worker.variables, "1") },
      version,
    };
  }

  private async createEnvironment(
    one: HandMadeEnvironment & { name: string; tier: "WebServer" | "Worker" },
    variables: Record<string, string>,
    VersionLabel: string,
  ): Promise<void> {
    const platform = platforms[this.stack.platform ?? "retired"];
    const isWorker = one.tier === "Worker";
    const options = {
      "aws:autoscaling:launchconfiguration IamInstanceProfile": "aws-elasticbeanstalk-ec2-role",
      ...platform.options,
      ...one.options,
    };
    await this.aws.beanstalk.send(
      new CreateEnvironmentCommand({
        ApplicationName: one.application ?? this.name,
        EnvironmentName: one.name,
        CNAMEPrefix: one.cnamePrefix,
        SolutionStackName: one.platform ?? platform.stack,
        VersionLabel,
        Tier: { Name: one.tier, Type: isWorker ? "SQS/HTTP" : "Standard" },
        OptionSettings: [
          ...Object.entries(options).flatMap(([option, Value]) => {
            const [Namespace = "", OptionName = ""] = option.split(" ");
            const isBalancers = /LoadBalancerType|ELBSubnets/.test(OptionName) || Namespace.includes(":elb");
            return Value === "" || (isWorker && isBalancers)
              ? []
              : { Namespace, OptionName, Value: this.fill(Value) };
          }),
          ...toVariableOptions({ ...variables, WORKER: isWorker ? "1" : "0", ...one.variables }),
        ].map((setting) => ({ ...setting, Value: this.fill(setting.Value) })),
      }),
    );
  }

  private async waitUntilReady() {
    for (;;) {
      const { Environments = [] } = await this.aws.beanstalk.send(
        new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
      );
      if (Environments.every(({ Status }) => Status === "Ready")) {
        return Environments;
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function toVariableOptions(variables: Record<string, string>) {
  return Object.entries(variables).flatMap(([OptionName, Value]) =>
    Value === "" ? [] : { Namespace: "aws:elasticbeanstalk:application:environment", OptionName, Value },
  );
}
