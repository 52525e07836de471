import {
  GetBucketAccelerateConfigurationCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketReplicationCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
} from "@aws-sdk/client-s3";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";

/** Buckets: what Pulumi does not compare because the program does not set it. */
export function checkBuckets(context: Context): Check[] {
  return ofType(context.deployed, "s3/bucket:Bucket").flatMap((bucket) => checkBucket(bucket, context));
}

/** S3 answers with an error where a bucket has no such configuration. */
async function isPresent(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (/^(NoSuch|ReplicationConfigurationNotFound)/.test((error as Error).name)) {
      return false;
    }
    throw error;
  }
}

function checkBucket(bucket: Deployed, context: Context): Check[] {
  const { s3 } = context.clients;
  const { id: Bucket } = bucket;
  const command = (operation: string, options: Record<string, string> = {}) =>
    awsCommand(`s3api ${operation}`, { bucket: Bucket, ...options }, context.region);
  const has = (type: string) =>
    ofType(context.deployed, type).some(({ outputs }) => getText(outputs, "bucket") === Bucket);
  const check = (what: string, isSet: () => Promise<boolean>, addition: Addition): Check => ({
    what: `${what} of the bucket ${Bucket}`,
    find: async () => ((await isSet()) ? toDrift(bucket, [addition]) : []),
  });
  return [
    check("ACL", async () => hasGrants((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants ?? []), {
      severity: "critical",
      text: "the ACL grants access to everyone",
      meaning: "It takes effect once ACLs are on and public access is not blocked.",
      undo: [command("put-bucket-acl", { acl: "private" })],
    }),
    check("website", () => isPresent(s3.send(new GetBucketWebsiteCommand({ Bucket }))), {
      severity: "high",
      text: "serves a website, which is not in the program",
      meaning: "With a bucket policy for everyone, the objects are public.",
      undo: [command("delete-bucket-website")],
    }),
    check("replication", () => isPresent(s3.send(new GetBucketReplicationCommand({ Bucket }))), {
      severity: "high",
      text: "is replicated to another bucket, which is not in the program",
      meaning: "New objects leave the bucket, possibly to another account.",
      undo: [command("delete-bucket-replication")],
    }),
    check(
      "notifications",
      async () => {
        const found = await s3.send(new GetBucketNotificationConfigurationCommand({ Bucket }));
        const { TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations } = found;
        const lists = [TopicConfigurations, QueueConfigurations, LambdaFunctionConfigurations];
        return lists.some((list) => (list ?? []).length > 0) || found.EventBridgeConfiguration !== undefined;
      },
      {
        severity: "medium",
        text: "sends notifications, which are not in the program",
        meaning: "Other services get to know the names of new objects.",
        undo: [command("put-bucket-notification-configuration", { "notification-configuration": "{}" })],
      },
    ),
    check(
      "access logging",
      async () => (await s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled !== undefined,
      {
        severity: "low",
        text: "logs access to another bucket, which is not in the program",
        meaning: "The logs cost money, and contain the names of objects.",
        undo: [command("put-bucket-logging", { "bucket-logging-status": "{}" })],
      },
    ),
    check(
      "transfer acceleration",
      async () =>
        (await s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket }))).Status === "Enabled",
      {
        severity: "low",
        text: "has transfer acceleration, which is not in the program",
        meaning: "Accelerated transfers cost more.",
        undo: [
          command("put-bucket-accelerate-configuration", { "accelerate-configuration": "Status=Suspended" }),
        ],
      },
    ),
    ...(has("s3/bucketVersioning:BucketVersioning")
      ? []
      : [
          check(
            "versioning",
            async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status === "Enabled",
            {
              severity: "low",
              text: "keeps old versions of its objects, which is not in the program",
              meaning: "Old versions are kept, and charged, until a lifecycle rule deletes them.",
              undo: [command("put-bucket-versioning", { "versioning-configuration": "Status=Suspended" })],
            },
          ),
        ]),
    ...(has("s3/bucketCorsConfiguration:BucketCorsConfiguration")
      ? []
      : [
          check("CORS rules", () => isPresent(s3.send(new GetBucketCorsCommand({ Bucket }))), {
            severity: "medium",
            text: "has CORS rules, which are not in the program",
            meaning: "Scripts of other sites may read the objects that a browser has access to.",
            undo: [command("delete-bucket-cors")],
          }),
        ]),
  ];
}

function hasGrants(grants: { Grantee?: { URI?: string } }[]): boolean {
  return grants.some(({ Grantee }) => /\/(AllUsers|AuthenticatedUsers)$/.test(Grantee?.URI ?? ""));
}
