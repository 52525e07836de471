import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import * as pulumi from "@pulumi/pulumi";
import { getRegion } from "./region";

interface Account {
  partition: pulumi.Output<string>;
  accountId: pulumi.Output<string>;
  region: pulumi.Output<string>;
}

/** Each lookup is a request to AWS, so all ARNs of a component use the same ones. */
const accounts = new WeakMap<pulumi.Resource, Account>();

function getAccount(parent: pulumi.Resource): Account {
  const account = accounts.get(parent) ?? {
    partition: getPartitionOutput({}, { parent }).partition,
    accountId: getCallerIdentityOutput({}, { parent }).accountId,
    region: getRegion(parent),
  };
  accounts.set(parent, account);
  return account;
}

/**
 * Returns the ARN of a resource in the partition and account of the AWS provider that a resource uses.
 *
 * @param region By default the provider's; empty for a global service.
 * @param account By default the provider's; empty for S3, "aws" for managed policies.
 */
export function getArn(
  service: string,
  resource: pulumi.Input<string>,
  parent: pulumi.Resource,
  region: pulumi.Input<string> = getAccount(parent).region,
  account: pulumi.Input<string> = getAccount(parent).accountId,
): pulumi.Output<string> {
  const { partition } = getAccount(parent);
  return pulumi.interpolate`arn:${partition}:${service}:${region}:${account}:${resource}`;
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

/** Returns the ARN of a bucket. */
export function getBucketArn(bucket: pulumi.Input<string>, parent: pulumi.Resource): pulumi.Output<string> {
  return getArn("s3", bucket, parent, "", "");
}
