import { GetDashboardCommand } from "@aws-sdk/client-cloudwatch";
import {
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { GetConfigurationSetCommand } from "@aws-sdk/client-sesv2";
import { GetQueueAttributesCommand, GetQueueUrlCommand, type QueueAttributeName } from "@aws-sdk/client-sqs";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import type { PlannedResource } from "../../../plan/plan";
import type { Clients } from "../../aws-clients";
import { keepHistory } from "../history";
import { type AdoptionContext, createMatch, ignoreMissing, type Match } from "../matcher";

/** A type of resource that belongs to another one, which people create by hand with it or change in it. */
interface Companion {
  /** What people call it. */
  label: string;
  /** Returns the physical name by which it is found; undefined if it is not known yet. */
  getName: (resource: PlannedResource, planned: PlannedResource[]) => string | undefined;
  find: (name: string, resource: PlannedResource, context: AdoptionContext) => Promise<Match[]>;
}

const input =
  (key: string): Companion["getName"] =>
  ({ inputs }) => {
    const value = inputs[key];
    return typeof value === "string" && !value.startsWith("[") ? value : undefined;
  };

/** A configuration of a bucket, imported by the bucket's name if it is there. */
function bucketPart(
  label: string,
  read: (s3: Clients["s3"], Bucket: string) => Promise<unknown>,
  ...missing: string[]
): Companion {
  return {
    label,
    getName: input("bucket"),
    find: async (name, _resource, { aws: { s3 } }) =>
      (await ignoreMissing(read(s3, name), "NoSuchBucket", ...missing)) === undefined
        ? []
        : [createMatch(name)],
  };
}

const versioning = bucketPart("versioning of bucket", async (s3, Bucket) => {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }));
  return Status;
});

/** Days that the program keeps noncurrent versions in a bucket; undefined if for ever. */
function getPlannedDays(bucket: string, planned: PlannedResource[]): number | undefined {
  const lifecycle = planned.find(
    ({ type, inputs }) =>
      type === "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration" && inputs.bucket === bucket,
  );
  const rules = (lifecycle?.inputs.rules ?? []) as {
    noncurrentVersionExpiration?: { noncurrentDays?: number };
  }[];
  return rules.flatMap((rule) => rule.noncurrentVersionExpiration?.noncurrentDays ?? [])[0];
}

/** An attribute of a queue, imported by the queue's URL if it is set. */
function queuePart(
  label: string,
  attribute: QueueAttributeName,
  isDeadLetter: (name: string) => boolean,
): Companion {
  return {
    label,
    getName: ({ name, parent }, planned) =>
      planned
        .filter(({ type, parent: other }) => type === "aws:sqs/queue:Queue" && other === parent)
        .filter((queue) => isDeadLetter(name) === queue.name.endsWith("-dead-letters"))
        .map((queue) => input("name")(queue, planned))[0],
    find: async (QueueName, _resource, { aws: { sqs } }) => {
      const queue = await ignoreMissing(
        sqs.send(new GetQueueUrlCommand({ QueueName })),
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
      );
      if (queue?.QueueUrl === undefined) {
        return [];
      }
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.QueueUrl, AttributeNames: [attribute] }),
      );
      return Attributes[attribute] ? [createMatch(queue.QueueUrl)] : [];
    },
  };
}

/** What belongs to buckets and queues, and what else has a name of the program's. */
export const companions: Record<string, Companion> = {
  "aws:s3/bucketVersioning:BucketVersioning": {
    ...versioning,
    find: async (name, resource, context) => {
      const matches = await versioning.find(name, resource, context);
      const isConfigured = context.configuration.storage?.includes('"noncurrentVersionDays"') === true;
      const requiredSettings =
        isConfigured || matches.length === 0
          ? []
          : await keepHistory(name, getPlannedDays(name, context.planned), context.aws.s3);
      return matches.map((match) => ({ ...match, requiredSettings }));
    },
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketPart(
    "lifecycle of bucket",
    (s3, Bucket) => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    "NoSuchLifecycleConfiguration",
  ),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketPart(
    "encryption of bucket",
    (s3, Bucket) => s3.send(new GetBucketEncryptionCommand({ Bucket })),
    "ServerSideEncryptionConfigurationNotFoundError",
  ),
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": bucketPart(
    "CORS of bucket",
    (s3, Bucket) => s3.send(new GetBucketCorsCommand({ Bucket })),
    "NoSuchCORSConfiguration",
  ),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketPart(
    "object ownership of bucket",
    (s3, Bucket) => s3.send(new GetBucketOwnershipControlsCommand({ Bucket })),
    "OwnershipControlsNotFoundError",
  ),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPart(
    "public access block of bucket",
    (s3, Bucket) => s3.send(new GetPublicAccessBlockCommand({ Bucket })),
    "NoSuchPublicAccessBlockConfiguration",
  ),
  "aws:s3/bucketPolicy:BucketPolicy": bucketPart(
    "policy of bucket",
    (s3, Bucket) => s3.send(new GetBucketPolicyCommand({ Bucket })),
    "NoSuchBucketPolicy",
  ),
  "aws:sqs/queuePolicy:QueuePolicy": queuePart("policy of queue", "Policy", (name) =>
    name.includes("-dead-letters"),
  ),
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": queuePart(
    "redrive allow policy of queue",
    "RedriveAllowPolicy",
    () => true,
  ),
  "aws:ssm/parameter:Parameter": {
    label: "SSM parameter",
    getName: input("name"),
    find: async (Name, _resource, { aws, region }) => {
      const response = await ignoreMissing(
        aws.ssm(region).send(new GetParameterCommand({ Name })),
        "ParameterNotFound",
      );
      return response === undefined ? [] : [createMatch(Name)];
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    label: "CloudWatch dashboard",
    getName: input("dashboardName"),
    find: async (DashboardName, _resource, { aws: { cloudwatch } }) => {
      const response = await ignoreMissing(
        cloudwatch.send(new GetDashboardCommand({ DashboardName })),
        "ResourceNotFound",
        "DashboardNotFoundError",
      );
      return response === undefined ? [] : [createMatch(DashboardName)];
    },
  },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    label: "SES configuration set",
    getName: input("configurationSetName"),
    find: async (name, { inputs }, { aws: { mail } }) => {
      const region = inputs.region as string;
      const response = await ignoreMissing(
        mail(region).send(new GetConfigurationSetCommand({ ConfigurationSetName: name })),
        "NotFoundException",
      );
      const remove = `aws sesv2 delete-configuration-set --region ${region} --configuration-set-name ${name}`;
      const blocker = `It exists already. The program creates its own: make sure that nothing sends mail with it, then ${remove}`;
      return response === undefined ? [] : [createMatch(name, { blockers: [blocker] })];
    },
  },
};
