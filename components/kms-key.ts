import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "./region";

/** Returns the ARN of a KMS key of the account, in the region of the AWS provider that a resource uses. */
export function getKeyArn(keyId: string, parent: pulumi.Resource): pulumi.Output<string> {
  const { partition } = getPartitionOutput({}, { parent });
  const { accountId } = getCallerIdentityOutput({}, { parent });
  return pulumi.interpolate`arn:${partition}:kms:${getRegion(parent)}:${accountId}:key/${keyId}`;
}
