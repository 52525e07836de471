import type * as pulumi from "@pulumi/pulumi";

/** What an account demands of the IAM roles and users in it. */
export interface IdentityArgs {
  /**
   * ARN of the managed policy that limits what every role and user of the stack may do, whatever their policies allow
   * (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html).
   *
   * @default none
   * @changing In place.
   */
  permissionsBoundary?: pulumi.Input<string>;
  /**
   * IAM path of every role, instance profile and user of the stack, such as `/beo-datastore-prod/`, by which policies can
   * name them all.
   *
   * @default `/`, as in IAM itself
   * @changing Replaces the roles and instance profiles, and with them the instances. Users are moved in place.
   */
  rolePath?: pulumi.Input<string>;
}

/** Returns these arguments alone, to pass them on. */
export function getIdentity({ permissionsBoundary, rolePath }: IdentityArgs): IdentityArgs {
  return { permissionsBoundary, rolePath };
}
