import {
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";

/** Buckets: what Pulumi does not compare because the program does not set it. */
export function checkBuckets(context: Context): Check[] {
  return ofType(context.deployed, "s3/bucket:Bucket").flatMap((bucket) => checkBucket(bucket, context));
}

/** S3 answers with an error where a bucket has no such configuration. */
async function find<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (/^(NoSuch|ReplicationConfigurationNotFound)/.test((error as Error).name)) {
      return undefined;
    }
    throw error;
  }
}

const isPresent = async (request: Promise<object>) => (await find(request)) !== undefined;

/** The origins that the program's own CORS rules allow: the front end. */
function getOrigins(deployed: Context["deployed"]): ReadonlySet<string> {
  const rules = ofType(deployed, "s3/bucketCorsConfiguration:BucketCorsConfiguration").flatMap(
    ({ inputs }) => (inputs.corsRules ?? []) as { allowedOrigins?: string[] }[],
  );
  return new Set(rules.flatMap(({ allowedOrigins = [] }) => allowedOrigins));
}

function checkBucket(bucket: Deployed, { deployed, clients: { s3 }, ...context }: Context): Check[] {
  // The replica of the media bucket is in another region than the stack.
  const region = getText(bucket.outputs, "region") || context.region;
  const declares = ({ resource }: Configuration) =>
    resource !== undefined &&
    ofType(deployed, resource).some(({ outputs }) => getText(outputs, "bucket") === bucket.id);
  const origins = getOrigins(deployed);
  return configurations
    .filter((one) => !declares(one))
    .map(({ what, isSet, undo: [operation, options], ...addition }) => ({
      what: `${what} of the bucket ${bucket.id}`,
      find: async () => {
        const undo = [awsCommand(`s3api ${operation}`, { bucket: bucket.id, ...options }, region)];
        return (await isSet(s3, bucket.id, origins)) ? toDrift(bucket, [{ ...addition, undo }]) : [];
      },
    }));
}

/** A part of a bucket's configuration that should not be set. */
interface Configuration extends Pick<Addition, "severity" | "text" | "meaning"> {
  what: string;
  isSet: (s3: S3Client, Bucket: string, origins: ReadonlySet<string>) => Promise<boolean>;
  /** The operation of `aws s3api` that removes it, and its options. */
  undo: [operation: string, options?: Record<string, string>];
  /** The type of resource that sets it on purpose. */
  resource?: string;
}

const configurations: Configuration[] = [
  {
    what: "ACL",
    severity: "critical",
    text: "the ACL grants access to everyone",
    meaning: "It takes effect once ACLs are on and public access is not blocked.",
    isSet: async (s3, Bucket) => hasGrants((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants ?? []),
    undo: ["put-bucket-acl", { acl: "private" }],
  },
  {
    what: "website",
    severity: "high",
    text: "serves a website, which is not in the program",
    meaning: "With a bucket policy for everyone, the objects are public.",
    isSet: (s3, Bucket) => isPresent(s3.send(new GetBucketWebsiteCommand({ Bucket }))),
    undo: ["delete-bucket-website"],
  },
  {
    what: "replication",
    resource: "s3/bucketReplicationConfig:BucketReplicationConfig",
    severity: "high",
    text: "is replicated to another bucket, which is not in the program",
    meaning: "New objects leave the bucket, possibly to another account.",
    isSet: (s3, Bucket) => isPresent(s3.send(new GetBucketReplicationCommand({ Bucket }))),
    undo: ["delete-bucket-replication"],
  },
  {
    what: "notifications",
    severity: "medium",
    text: "sends notifications, which are not in the program",
    meaning: "Other services get to know the names of new objects.",
    isSet: async (s3, Bucket) => {
      const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
      const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = found;
      const lists = [TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations];
      return lists.some((list) => (list ?? []).length > 0) || found.EventBridgeConfiguration !== undefined;
    },
    undo: ["put-bucket-notification-configuration", { "notification-configuration": "{}" }],
  },
  {
    what: "access logging",
    severity: "low",
    text: "logs access to another bucket, which is not in the program",
    meaning: "The logs cost money, and contain the names of objects.",
    isSet: async (s3, Bucket) =>
      (await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled !== undefined,
    undo: ["put-bucket-logging", { "bucket-logging-status": "{}" }],
  },
  {
    what: "transfer acceleration",
    severity: "low",
    text: "has transfer acceleration, which is not in the program",
    meaning: "Accelerated transfers cost more.",
    isSet: async (s3, Bucket) =>
      (await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status === "Enabled",
    undo: ["put-bucket-accelerate-configuration", { "accelerate-configuration": "Status=Suspended" }],
  },
  {
    what: "versioning",
    resource: "s3/bucketVersioning:BucketVersioning",
    severity: "low",
    text: "keeps old versions of its objects, which is not in the program",
    meaning: "Old versions are kept, and charged, until a lifecycle rule deletes them.",
    isSet: async (s3, Bucket) =>
      (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status === "Enabled",
    undo: ["put-bucket-versioning", { "versioning-configuration": "Status=Suspended" }],
  },
  {
    what: "CORS rules",
    resource: "s3/bucketCorsConfiguration:BucketCorsConfiguration",
    severity: "medium",
    text: "has CORS rules for other origins than the program's",
    meaning: "Scripts of other sites may read the objects that a browser has access to.",
    isSet: async (s3, Bucket, origins) => {
      const { CORSRules = [] } = (await find(s3.send(new GetBucketCorsCommand({ Bucket })))) ?? {};
      return CORSRules.some(({ AllowedOrigins = [] }) => AllowedOrigins.some((one) => !origins.has(one)));
    },
    undo: ["delete-bucket-cors"],
  },
];

function hasGrants(grants: { Grantee?: { URI?: string } }[]): boolean {
  return grants.some(({ Grantee }) => /\/(AllUsers|AuthenticatedUsers)$/.test(Grantee?.URI ?? ""));
}
