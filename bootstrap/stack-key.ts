import * as kms from "@pulumi/aws/kms";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../components/policy-documents";
import { getKeyAlias, getTags, roleKinds, type Scope } from "./names";

/** Arguments of a `StackKey`. */
export interface StackKeyArgs extends Scope {
  stack: string;
  /** The roles for automation that may use the key. */
  roleNames: readonly string[];
}

/** The KMS key that encrypts the secrets in a stack's configuration and state. */
export class StackKey extends pulumi.ComponentResource {
  /** The key's alias, alias/…. */
  readonly aliasName: pulumi.Output<string>;
  /** The key's ARN. */
  readonly keyArn: pulumi.Output<string>;

  constructor(name: string, args: StackKeyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("beo:bootstrap:StackKey", name, {}, opts);
    const { settings, stack } = args;
    const options = { parent: this, protect: true };
    const key = new kms.Key(
      `${name}-key`,
      {
        description: `Secrets of the Pulumi stack ${stack} of ${settings.name}`,
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: getKeyPolicy(args),
        tags: getTags(settings, stack),
      },
      options,
    );
    const alias = new kms.Alias(
      `${name}-alias`,
      { name: getKeyAlias(settings, stack), targetKeyId: key.keyId },
      options,
    );
    this.aliasName = alias.name;
    this.keyArn = key.arn;
    this.registerOutputs({ aliasName: this.aliasName, keyArn: this.keyArn });
  }
}

/**
 * IAM decides who may use the key, as the account's administrators do. A role for automation of another stack may not,
 * whatever its policies allow.
 */
function getKeyPolicy({ account, partition, settings, roleNames }: StackKeyArgs): pulumi.Output<string> {
  const toArn = (role: string) => `arn:${partition}:iam::${account}:role/${role}`;
  return policyDocument(
    {
      Sid: "AccountDecides",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "NoRolesOfOtherStacks",
      Effect: "Deny",
      Principal: "*",
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*", "kms:CreateGrant"],
      Resource: "*",
      Condition: {
        ArnLike: {
          "aws:PrincipalArn": roleKinds.map((role) => toArn(`${settings.name}-*-${role}`)),
        },
        ...(roleNames.length > 0 && { ArnNotEquals: { "aws:PrincipalArn": roleNames.map(toArn) } }),
      },
    },
  );
}
