import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";

/** Which access keys a user has. */
export interface AccessKeyOptions {
  /** Number of the access key in use, counted up to rotate it. Default 1. */
  keyGeneration?: number;
  /** Number of an older access key that stays valid as long as instances may use it. Default: none. */
  previousKeyGeneration?: number;
}

/**
 * Makes a user's access key, beside the previous one where that is still needed, and gives the one in use.
 *
 * The generation is in the resource's name, so the next key is made beside the last: AWS allows two a user, and
 * replacing one in place would cut off the instances that run on it.
 */
export function accessKey(
  name: string,
  user: iam.User,
  { keyGeneration = 1, previousKeyGeneration }: AccessKeyOptions,
  opts: pulumi.CustomResourceOptions,
): iam.AccessKey {
  const keyOf = (generation: number) =>
    new iam.AccessKey(`${name}-key-${generation}`, { user: user.name }, opts);
  if (previousKeyGeneration !== undefined) {
    keyOf(previousKeyGeneration);
  }
  return keyOf(keyGeneration);
}
