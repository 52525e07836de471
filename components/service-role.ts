import * as iam from "@pulumi/aws/iam";
import type * as pulumi from "@pulumi/pulumi";
import { getArn } from "./arns";
import type { IdentityArgs } from "./identity";
import { policyDocument } from "./policy-documents";

interface ServiceRoleArgs extends IdentityArgs {
  /** The AWS service that assumes the role, e.g. "ec2.amazonaws.com". */
  service: string;
  /** A condition for assuming the role. */
  condition?: Record<string, Record<string, pulumi.Input<string>>>;
  /** AWS managed policies of the role: what follows `arn:aws:iam::aws:policy/`. */
  managedPolicies?: string[];
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** A role that an AWS service assumes. What uses the role depends on `policies` too: AWS checks its rights at once. */
export interface ServiceRole {
  role: iam.Role;
  policies: pulumi.Resource[];
}

/** Creates a role for an AWS service, with AWS managed policies attached. */
export function createServiceRole(name: string, args: ServiceRoleArgs, parent: pulumi.Resource): ServiceRole {
  const role = new iam.Role(
    name,
    {
      assumeRolePolicy: policyDocument({
        Effect: "Allow",
        Principal: { Service: args.service },
        Action: "sts:AssumeRole",
        ...(args.condition && { Condition: args.condition }),
      }),
      path: args.rolePath,
      permissionsBoundary: args.permissionsBoundary,
      tags: args.tags,
    },
    { parent },
  );
  const policies = (args.managedPolicies ?? []).map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${name}-${policy.replace(/^.*\//, "")}`,
        { role: role.name, policyArn: getArn("iam", `policy/${policy}`, parent, "", "aws") },
        { parent },
      ),
  );
  return { role, policies };
}
