import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import * as iam from "@pulumi/aws/iam";
import * as kms from "@pulumi/aws/kms";
import * as rds from "@pulumi/aws/rds";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { getBucketArn } from "../arns";
import type { BackupsContext } from "../backups";
import { getIdentity } from "../identity";
import { policyDocument } from "../policy-documents";
import { PrivateBucket } from "../private-bucket";
import { createServiceRole } from "../service-role";
import { formatReplicaName } from "./settings";

/** Creates the key that encrypts what is in the other region: a key belongs to one region. */
export function createKey({ name, args, region, parent }: BackupsContext): kms.Key | undefined {
  if (region === undefined) {
    return undefined;
  }
  const key = new kms.Key(
    `${name}-key`,
    {
      description: pulumi.interpolate`Backups of ${args.namePrefix} from another region`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      region,
      // Policies tell it from the stack's other keys by this tag (bootstrap/permissions).
      tags: pulumi.output(args.tags ?? {}).apply((tags) => ({ ...tags, Use: "backups" })),
    },
    // Backups cannot be restored without their key.
    { parent, retainOnDelete: args.protect },
  );
  new kms.Alias(
    `${name}-key-alias`,
    { namePrefix: pulumi.interpolate`alias/${args.namePrefix}-backups-`, targetKeyId: key.keyId, region },
    { parent },
  );
  return key;
}

/**
 * Replicates the database's automated backups
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReplicateBackups.html).
 */
export function replicateDatabase(
  { name, args, region, parent }: BackupsContext,
  key: kms.Key | undefined,
): rds.InstanceAutomatedBackupsReplication | undefined {
  return region === undefined
    ? undefined
    : new rds.InstanceAutomatedBackupsReplication(
        `${name}-database`,
        {
          sourceDbInstanceArn: args.databaseArn,
          retentionPeriod: args.retentionDays,
          kmsKeyId: key?.arn,
          region,
        },
        // RDS refuses a second replication of an instance to the region.
        { parent, deleteBeforeReplace: true },
      );
}

/**
 * Replicates the media bucket, with its delete markers: what was deleted stays as a noncurrent version, for as long as in the
 * media bucket. The deletion of a version is not replicated.
 */
export function replicateMedia(context: BackupsContext): PrivateBucket | undefined {
  const { name, args, region, parent } = context;
  if (region === undefined) {
    return undefined;
  }
  const replica = new PrivateBucket(
    `${name}-media-replica`,
    {
      ...getReplicaName(args, region, parent),
      region,
      versioned: true,
      noncurrentVersionDays: args.noncurrentVersionDays,
      nonAdministrators: args.nonAdministrators,
      administrators: args.administrators,
      forceDestroy: !args.protect,
      retainOnDelete: args.protect,
      tags: args.tags,
    },
    { parent },
  );
  const { role, policy } = createReplicationRole(context, replica);
  new s3.BucketReplicationConfig(
    `${name}-media-replication`,
    {
      bucket: args.mediaBucketName,
      role: role.arn,
      rules: [
        {
          id: "other-region",
          // S3 demands one of a rule with a filter.
          priority: 1,
          status: "Enabled",
          filter: { prefix: "" },
          deleteMarkerReplication: { status: "Enabled" },
          destination: { bucket: replica.arn },
        },
      ],
    },
    // S3 checks that both buckets have versioning, and uses the role at once.
    { parent, dependsOn: [policy, replica] },
  );
  return replica;
}

function getReplicaName(
  { namePrefix, accountNamespace }: BackupsContext["args"],
  region: string,
  parent: pulumi.Resource,
) {
  const account = accountNamespace ? getCallerIdentityOutput({}, { parent }).accountId : undefined;
  return {
    bucketName: pulumi
      .all([namePrefix, account])
      .apply(([prefix, accountId]) => formatReplicaName(prefix, region, accountId)),
    ...(accountNamespace && { bucketNamespace: "account-regional" }),
  };
}

/** Creates the role of S3 (https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html). */
function createReplicationRole({ name, args, parent }: BackupsContext, replica: PrivateBucket) {
  const source = getBucketArn(args.mediaBucketName, parent);
  const { role } = createServiceRole(
    `${name}-replication`,
    { service: "s3.amazonaws.com", ...getIdentity(args), tags: args.tags },
    parent,
  );
  const policy = new iam.RolePolicy(
    `${name}-replication-policy`,
    {
      role: role.name,
      policy: policyDocument(
        { Effect: "Allow", Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"], Resource: source },
        {
          Effect: "Allow",
          Action: [
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
          ],
          Resource: pulumi.interpolate`${source}/*`,
        },
        {
          Effect: "Allow",
          Action: ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
          Resource: pulumi.interpolate`${replica.arn}/*`,
        },
      ),
    },
    { parent },
  );
  return { role, policy };
}
