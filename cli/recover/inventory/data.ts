import {
  DescribeEventSubscriptionsCommand,
  ListTagsForResourceCommand as ListDatabaseTagsCommand,
  paginateDescribeDBParameterGroups,
  paginateDescribeDBSubnetGroups,
} from "@aws-sdk/client-rds";
import { GetBucketTaggingCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { GetQueueUrlCommand, ListQueueTagsCommand } from "@aws-sdk/client-sqs";
import {
  DescribeParametersCommand,
  ListTagsForResourceCommand as ListParameterTagsCommand,
} from "@aws-sdk/client-ssm";
import { findDatabaseInstance } from "../../find-database-instance";
import { ignoreMissing } from "../../adopt/matcher";
import { collect, type ExistingResource, toTags } from "../existing";
import { getNames, hasPlannedName, hasType, type Scope } from "./scope";

export async function findDatabases(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:rds/instance:Instance";
  const instances = await Promise.all(
    getNames(scope, type).map((identifier) => findDatabaseInstance(scope.aws.rds(), identifier)),
  );
  return instances
    .flatMap((instance) => instance ?? [])
    .filter(({ DBInstanceStatus }) => DBInstanceStatus !== "deleting")
    .map(({ DBInstanceIdentifier: name = "", DbiResourceId: id = "", TagList }) => ({
      type,
      id,
      importId: name,
      name,
      tags: toTags(TagList),
      remove: [],
    }));
}

export async function findDatabaseGroups(scope: Scope): Promise<ExistingResource[]> {
  const rds = scope.aws.rds();
  if (!hasType(scope, "aws:rds/instance:Instance")) {
    return [];
  }
  const [subnetGroups, parameterGroups] = await Promise.all([
    collect(paginateDescribeDBSubnetGroups({ client: rds }, {}), ({ DBSubnetGroups }) => DBSubnetGroups),
    collect(
      paginateDescribeDBParameterGroups({ client: rds }, {}),
      ({ DBParameterGroups }) => DBParameterGroups,
    ),
  ]);
  const groups = [
    ...subnetGroups.map(({ DBSubnetGroupName: name = "", DBSubnetGroupArn: arn = "" }) => ({
      type: "aws:rds/subnetGroup:SubnetGroup",
      name,
      arn,
      remove: [`aws rds delete-db-subnet-group --db-subnet-group-name ${name}`],
    })),
    ...parameterGroups.map(({ DBParameterGroupName: name = "", DBParameterGroupArn: arn = "" }) => ({
      type: "aws:rds/parameterGroup:ParameterGroup",
      name,
      arn,
      remove: [`aws rds delete-db-parameter-group --db-parameter-group-name ${name}`],
    })),
  ].filter(({ type, name }) => hasPlannedName(scope, type, name));
  return Promise.all(
    groups.map(async ({ arn, ...group }) => {
      const { TagList } = await rds.send(new ListDatabaseTagsCommand({ ResourceName: arn }));
      return { ...group, id: group.name, importId: group.name, tags: toTags(TagList) };
    }),
  );
}

export async function findEventSubscriptions(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:rds/eventSubscription:EventSubscription";
  const rds = scope.aws.rds();
  const found = await Promise.all(
    getNames(scope, type).map((SubscriptionName) =>
      ignoreMissing(
        rds.send(new DescribeEventSubscriptionsCommand({ SubscriptionName })),
        "SubscriptionNotFound",
        "SubscriptionNotFoundFault",
      ),
    ),
  );
  return Promise.all(
    found
      .flatMap((response) => response?.EventSubscriptionsList ?? [])
      .map(async ({ CustSubscriptionId: name = "", EventSubscriptionArn }) => {
        const { TagList } = await rds.send(
          new ListDatabaseTagsCommand({ ResourceName: EventSubscriptionArn }),
        );
        const remove = [`aws rds delete-event-subscription --subscription-name ${name}`];
        return { type, id: name, importId: name, name, tags: toTags(TagList), remove };
      }),
  );
}

export async function findBuckets(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:s3/bucket:Bucket";
  if (!hasType(scope, type)) {
    return [];
  }
  const { Buckets = [] } = await scope.aws.s3.send(new ListBucketsCommand({}));
  return Promise.all(
    Buckets.map(({ Name = "" }) => Name)
      .filter((name) => hasPlannedName(scope, type, name))
      .map(async (name) => {
        const tagging = await ignoreMissing(
          scope.aws.s3.send(new GetBucketTaggingCommand({ Bucket: name })),
          "NoSuchTagSet",
        );
        // Deletes an empty bucket only.
        return {
          type,
          id: name,
          importId: name,
          name,
          tags: toTags(tagging?.TagSet),
          remove: [`aws s3 rb s3://${name}`],
        };
      }),
  );
}

export async function findQueues(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:sqs/queue:Queue";
  const queues = await Promise.all(
    getNames(scope, type).map(async (name): Promise<ExistingResource[]> => {
      const queue = await ignoreMissing(
        scope.aws.sqs.send(new GetQueueUrlCommand({ QueueName: name })),
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
      );
      if (queue?.QueueUrl === undefined) {
        return [];
      }
      const { QueueUrl } = queue;
      const { Tags } = await scope.aws.sqs.send(new ListQueueTagsCommand({ QueueUrl }));
      return [{ type, id: QueueUrl, importId: QueueUrl, name, tags: toTags(Tags), remove: [] }];
    }),
  );
  return queues.flat();
}

export async function findParameters(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:ssm/parameter:Parameter";
  const ssm = scope.aws.ssm();
  const names = getNames(scope, type);
  // AWS accepts 50 values at most.
  const pages = Array.from({ length: Math.ceil(names.length / 50) }, (_, page) =>
    names.slice(50 * page, 50 * (page + 1)),
  );
  const responses = await Promise.all(
    pages.map((Values) =>
      ssm.send(
        new DescribeParametersCommand({
          MaxResults: 50,
          ParameterFilters: [{ Key: "Name", Option: "Equals", Values }],
        }),
      ),
    ),
  );
  return Promise.all(
    responses
      .flatMap(({ Parameters = [] }) => Parameters)
      .map(async ({ Name: name = "" }) => {
        const { TagList } = await ssm.send(
          new ListParameterTagsCommand({ ResourceType: "Parameter", ResourceId: name }),
        );
        const remove = [`aws ssm delete-parameter --name ${name}`];
        return { type, id: name, importId: name, name, tags: toTags(TagList), remove };
      }),
  );
}
