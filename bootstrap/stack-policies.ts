import * as iam from "@pulumi/aws/iam";
import { getTags, type Scope } from "./names";
import { getPolicy, type PolicyName } from "./permissions";
import { getStackScope } from "./stack-scope";

/** Creates a managed policy of a stack, from the table of permissions. */
export function createPolicy(stack: string, policy: PolicyName, scope: Scope): iam.Policy {
  const { name, document } = getPolicy(policy, getStackScope(stack, scope));
  return new iam.Policy(
    `${stack}-${policy}`,
    {
      name,
      description: `docs/permissions.md: ${policy}, of the stack ${stack}`,
      policy: JSON.stringify(document),
      tags: getTags(scope.settings, stack),
    },
    { deleteBeforeReplace: true },
  );
}
