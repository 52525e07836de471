import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getBucket } from "@pulumi/aws/s3/getBucket";
import * as pulumi from "@pulumi/pulumi";
import { formatReplicaName, getBackupRegion } from "../components/backups/settings";
import type { Deployment } from "./deployment";
import type { CompleteSettings } from "./tiers";

/**
 * Refuses to create a replica of the media bucket that AWS has already, such as one that an earlier `backup.region` left. S3
 * would refuse it while the update stops the replication to the old region, and creates another key and vault.
 *
 * @throws RunError, which Pulumi prints without a stack trace.
 */
export async function checkReplica(
  { applicationName, backup, storage }: Pick<CompleteSettings, "applicationName" | "backup" | "storage">,
  resources: Deployment["resources"],
  stack: string,
): Promise<void> {
  const region = getBackupRegion(backup ?? {});
  if (region === undefined) {
    return;
  }
  const account = storage?.accountNamespace ? (await getCallerIdentity()).accountId : undefined;
  const bucket = formatReplicaName(applicationName, region, account);
  const isDeployed = resources.some(
    ({ name, outputs }) => name.endsWith("-media-replica-bucket") && outputs.bucket === bucket,
  );
  if (!isDeployed && (await exists(bucket, region))) {
    throw new pulumi.RunError(describeReplica(bucket, region, stack));
  }
}

/** Describes that AWS has the replica already, and what to do. */
export function describeReplica(bucket: string, region: string, stack: string): string {
  return [
    `backup.region is ${region}, where AWS has the bucket ${bucket} already, which is not in the state of stack "${stack}": the stack had its backups there before, or an update was interrupted. Nothing was changed.`,
    "  Let the stack take over what the region has of it, by the commands that this one prints:",
    `    npx beo recover ${stack}`,
    "  If it takes over nothing, the bucket is not one of this stack. Set backup.region to another region.",
  ].join("\n");
}

/** A bucket that cannot be read is not the stack's, or the update reports it. */
async function exists(bucket: string, region: string): Promise<boolean> {
  try {
    await getBucket({ bucket, region });
    return true;
  } catch {
    return false;
  }
}
