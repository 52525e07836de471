import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "./region";

/**
 * Returns the ARN of a resource in the partition and account of the AWS provider that a resource uses.
 *
 * @param region By default the provider's; empty for a global service.
 */
export function getArn(
  service: string,
  resource: pulumi.Input<string>,
  parent: pulumi.Resource,
  region: pulumi.Input<string> = getRegion(parent),
): pulumi.Output<string> {
  const { partition } = getPartitionOutput({}, { parent });
  const { accountId } = getCallerIdentityOutput({}, { parent });
  return pulumi.interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** Returns the ARN of a KMS key of the account. */
export function getKeyArn(keyId: string, parent: pulumi.Resource): pulumi.Output<string> {
  return getArn("kms", `key/${keyId}`, parent);
}

/** Returns the ARN of a user, role or root user of the account. */
export function getPrincipalArn(
  principal: pulumi.Input<string>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return getArn("iam", principal, parent, "");
}
