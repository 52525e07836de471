import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { withDefaults } from "./defaults";

/** The access keys of an IAM user. */
export interface AccessKeyArgs {
  /**
   * Number of the access key in use. Increment it to rotate the key: the next key is created, the environments change to
   * it, and then the old key is deleted.
   *
   * @default 1
   * @changing In place: creates a key with the new number and updates both environments before it deletes the old key.
   */
  keyGeneration?: number;
  /**
   * Number of an older access key to keep while something still uses it: one less than `keyGeneration`, since AWS allows
   * two keys a user.
   *
   * @default no older key is kept
   * @changing In place: deletes the older key once the number is removed.
   */
  previousKeyGeneration?: number;
}

/** Defaults of {@link AccessKeyArgs}. */
export const accessKeyDefaults = { keyGeneration: 1 } satisfies AccessKeyArgs;

/**
 * Creates a user's access key, and the previous one where it is still needed. Returns the one in use.
 *
 * The generation is part of the resource's name, so that the next key is created beside the last one: replacing a key in
 * place would cut off the instances that use it.
 */
export function createAccessKey(
  name: string,
  user: iam.User,
  args: AccessKeyArgs,
  opts: pulumi.CustomResourceOptions,
): iam.AccessKey {
  const { keyGeneration, previousKeyGeneration } = withDefaults(args, accessKeyDefaults);
  const createKey = (generation: number) =>
    new iam.AccessKey(`${name}-key-${generation}`, { user: user.name }, opts);
  if (previousKeyGeneration !== undefined) {
    createKey(previousKeyGeneration);
  }
  return createKey(keyGeneration);
}
