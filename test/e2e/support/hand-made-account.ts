import {
  DescribeApplicationsCommand,
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
  type EnvironmentDescription,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import {
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListGroupsForUserCommand,
  ListUserPoliciesCommand,
  ListUserTagsCommand,
} from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import {
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { clientsOf } from "./clients";
import { type Built, messages, shell } from "./hand-made";

type Attributes = Record<string, string>;

/** What a hand-made stack consists of, as AWS shows it. */
export interface Account {
  /** Resource → attribute → value. These may change where the report says so. */
  resources: Record<string, Attributes>;
  /** What may never be lost. */
  data: { database: string; objects: string[]; messages: string[] };
  environments: (EnvironmentDescription & { options: Attributes; variables: Attributes; tags: Attributes })[];
  applications: string[];
}

/** Reads the account from outside: by the identities of what was built, not by what the program calls it. */
export class AccountReader {
  private readonly aws;
  constructor(
    private readonly built: Built,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.aws = this.clients("us-west-1");
  }

  private clients(of: string) {
    return clientsOf({ environment: this.env as Record<string, string>, stop: () => undefined }, of);
  }

  /** @param resourceId The identity of the database, if it is known already. */
  async read(resourceId?: string): Promise<Account> {
    const { names } = this.built;
    const environments = await this.readEnvironments();
    const { Applications = [] } = await this.aws.beanstalk.send(new DescribeApplicationsCommand({}));
    const database = await this.readDatabase(resourceId);
    return {
      resources: {
        database,
        [`bucket ${names.media}`]: await this.readBucket(names.media),
        [`bucket ${names.static}`]: await this.readBucket(names.static),
        queue: await this.readQueue(),
        user: await this.readUser(),
        ...Object.fromEntries(
          environments.map(({ EnvironmentId = "", EnvironmentName = "", options, tags }) => [
            `environment ${EnvironmentName} ${EnvironmentId}`,
            { ...options, ...tags },
          ]),
        ),
      },
      data: {
        database: database.DbiResourceId ?? "",
        objects: [...(await this.readObjects(names.media)), ...(await this.readObjects(names.static))],
        // Receiving a message counts towards its move to the dead-letter queue: once, at the end.
        messages: resourceId === undefined ? messages : await this.readMessages(),
      },
      environments,
      applications: Applications.map(({ ApplicationName = "" }) => ApplicationName),
    };
  }

  private async readDatabase(resourceId?: string): Promise<Attributes> {
    const { rds } = this.clients(this.built.regions.database);
    const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}));
    const found = DBInstances.find(({ DbiResourceId, DBInstanceIdentifier }) =>
      resourceId === undefined
        ? DBInstanceIdentifier === this.built.names.database
        : DbiResourceId === resourceId,
    );
    const {
      TagList = [],
      DBParameterGroups,
      DBSubnetGroup,
      VpcSecurityGroups,
      PendingModifiedValues,
      LatestRestorableTime,
      Endpoint,
      InstanceCreateTime,
      StatusInfos,
      ...attributes
    } = found ?? {};
    return flatten({
      ...attributes,
      DBParameterGroupName: DBParameterGroups?.[0]?.DBParameterGroupName,
      DBSubnetGroupName: DBSubnetGroup?.DBSubnetGroupName,
      VpcSecurityGroups: VpcSecurityGroups?.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId).sort(),
      ...tagsOf(TagList),
    });
  }

  private async readBucket(Bucket: string): Promise<Attributes> {
    const { s3 } = this.clients(this.built.regions.buckets);
    const read = async (part: Promise<object>): Promise<unknown> => {
      try {
        const { $metadata, ...answer } = (await part) as { $metadata: unknown };
        return Object.keys(answer).length === 0 ? undefined : answer;
      } catch {
        return undefined;
      }
    };
    const acl = (await read(s3.send(new GetBucketAclCommand({ Bucket })))) as { Grants?: unknown[] };
    const tags = (await read(s3.send(new GetBucketTaggingCommand({ Bucket })))) as
      { TagSet?: Tag[] } | undefined;
    return flatten({
      versioning: await read(s3.send(new GetBucketVersioningCommand({ Bucket }))),
      lifecycle: await read(s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
      encryption: await read(s3.send(new GetBucketEncryptionCommand({ Bucket }))),
      cors: await read(s3.send(new GetBucketCorsCommand({ Bucket }))),
      policy: await read(s3.send(new GetBucketPolicyCommand({ Bucket }))),
      website: await read(s3.send(new GetBucketWebsiteCommand({ Bucket }))),
      logging: await read(s3.send(new GetBucketLoggingCommand({ Bucket }))),
      publicAccessBlock: await read(s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
      acl: acl.Grants?.length,
      ...tagsOf(tags?.TagSet),
    });
  }

  private async readObjects(Bucket: string): Promise<string[]> {
    const { s3 } = this.clients(this.built.regions.buckets);
    const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
    return [
      ...Versions.map((one) => [Bucket, one.Key, one.VersionId ?? "null", one.ETag].join(" ")),
      ...DeleteMarkers.map((one) => [Bucket, one.Key, one.VersionId, "deleted"].join(" ")),
    ].sort();
  }

  private async queueUrl(): Promise<string> {
    const { QueueUrl = "" } = await this.aws.sqs.send(
      new GetQueueUrlCommand({ QueueName: this.built.names.queue }),
    );
    return QueueUrl;
  }

  private async readQueue(): Promise<Attributes> {
    const QueueUrl = await this.queueUrl();
    const { Attributes = {} } = await this.aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const { Tags = {} } = await this.aws.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
    return flatten({
      ...Object.fromEntries(
        Object.entries(Attributes).filter(([name]) => !/^Approximate|Timestamp$|^QueueArn$/.test(name)),
      ),
      ...tagsOf(Object.entries(Tags).map(([Key, Value]) => ({ Key, Value }))),
    });
  }

  private async readMessages(): Promise<string[]> {
    const QueueUrl = await this.queueUrl();
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.aws.sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
      );
      bodies.push(...Messages.map(({ Body = "" }) => Body));
      if (Messages.length === 0) {
        return bodies.sort();
      }
    }
  }

  private async readUser(): Promise<Attributes> {
    const UserName = this.built.names.user;
    const { iam } = this.aws;
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    const { Tags } = await iam.send(new ListUserTagsCommand({ UserName }));
    const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
    const { PolicyNames } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    const login = await iam.send(new GetLoginProfileCommand({ UserName })).catch(() => undefined);
    return flatten({
      UserId: User?.UserId,
      Path: User?.Path,
      Groups: Groups.map(({ GroupName }) => GroupName),
      Policies: PolicyNames,
      LoginProfile: login?.LoginProfile?.UserName,
      ...tagsOf(Tags),
    });
  }

  /** The user's keys that work. */
  async activeKeys(): Promise<string[]> {
    const { AccessKeyMetadata = [] } = await this.aws.iam.send(
      new ListAccessKeysCommand({ UserName: this.built.names.user }),
    );
    return AccessKeyMetadata.filter(({ Status }) => Status === "Active").map(
      ({ AccessKeyId = "" }) => AccessKeyId,
    );
  }

  async readEnvironments(): Promise<Account["environments"]> {
    const { Environments = [] } = await this.aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ IncludeDeleted: false }),
    );
    return Promise.all(
      Environments.map(async (environment) => {
        const { ApplicationName, EnvironmentName, EnvironmentArn } = environment;
        const { ConfigurationSettings: [{ OptionSettings = [] } = {}] = [] } = await this.aws.beanstalk.send(
          new DescribeConfigurationSettingsCommand({ ApplicationName, EnvironmentName }),
        );
        const { ResourceTags } = await this.aws.beanstalk.send(
          new ListTagsForResourceCommand({ ResourceArn: EnvironmentArn }),
        );
        const options = Object.fromEntries(
          OptionSettings.filter(({ Namespace }) => !Namespace?.startsWith(properties)).map(
            ({ Namespace = "", OptionName = "", Value = "" }) => [
              `${Namespace} ${OptionName}`,
              // AWS returns them sorted, whatever their order was.
              OptionName.endsWith("Subnets") ? Value.split(",").sort().join() : Value,
            ],
          ),
        );
        const variables: Attributes = {};
        for (const { Namespace, OptionName = "", Value = "" } of OptionSettings) {
          if (Namespace === properties) {
            variables[OptionName] = Value;
          } else if (Namespace === `${properties}secrets`) {
            variables[OptionName] = await this.resolve(Value);
          }
        }
        return { ...environment, options, variables, tags: tagsOf(ResourceTags) };
      }),
    );
  }

  /** The value to which a reference leads. */
  private async resolve(reference: string): Promise<string> {
    const parameter = /:parameter(\/?.+)$/.exec(reference)?.[1];
    if (parameter !== undefined) {
      const { Parameter } = await this.aws.ssm.send(
        new GetParameterCommand({ Name: parameter, WithDecryption: true }),
      );
      return Parameter?.Value ?? "";
    }
    const [, id = reference, key] = /^(arn(?::[^:]*){6})(?::(.+))?$/.exec(reference) ?? [];
    const value = await shell(
      `aws secretsmanager get-secret-value --secret-id '${id}' --query SecretString --output text`,
      this.env,
    );
    return key === undefined ? value : ((JSON.parse(value) as Attributes)[key] ?? "");
  }
}

const properties = "aws:elasticbeanstalk:application:environment";

interface Tag {
  Key?: string;
  Value?: string;
}

function tagsOf(tags: Tag[] = []): Attributes {
  return Object.fromEntries(
    tags
      .filter(({ Key = "" }) => !/^(aws|elasticbeanstalk):|^Name$/.test(Key))
      .map(({ Key = "", Value = "" }) => [`tags.${Key}`, Value]),
  );
}

function flatten(values: Record<string, unknown>): Attributes {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
