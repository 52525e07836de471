import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { getKeyArn } from "../arns";
import type { DatabaseContext } from "../database";

/** Returns the ARN of the key that encrypts the storage; undefined for the key of RDS that AWS manages. */
export function getKey(context: DatabaseContext): pulumi.Output<string> | undefined {
  const { kmsKey } = context.args;
  switch (kmsKey) {
    case undefined:
    case "aws":
      return undefined;
    case "own":
      return createKey(context).arn;
    default:
      return kmsKey.startsWith("arn:") ? pulumi.output(kmsKey) : getKeyArn(kmsKey, context.parent);
  }
}

/** Creates the database's own key. IAM decides who may use it, as the default key policy says. */
function createKey({ name, args, parent }: DatabaseContext): kms.Key {
  const key = new kms.Key(
    `${name}-key`,
    {
      description: pulumi.interpolate`Storage and snapshots of the database ${args.identifier}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      // Policies tell it from the stack's other keys by this tag (bootstrap/permissions).
      tags: pulumi.output(args.tags ?? {}).apply((tags) => ({ ...tags, Use: "database" })),
    },
    // A final snapshot cannot be restored without its key.
    { parent, retainOnDelete: args.protect },
  );
  new kms.Alias(
    `${name}-key-alias`,
    { namePrefix: pulumi.interpolate`alias/${args.identifier}-database-`, targetKeyId: key.keyId },
    { parent },
  );
  return key;
}
