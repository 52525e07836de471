import type { Conditions, Permission } from "./permission";
import { getApplicationName, type Scope } from "./scope";
import { policies, type PolicyName, type RoleName, roles } from "./table";

/** A statement as IAM takes it. */
export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Conditions;
}

/** A policy document as IAM takes it. */
export interface PolicyDocument {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** A managed policy of a stack. */
export interface Policy {
  /** Its name in the account. */
  name: string;
  document: PolicyDocument;
}

/** Returns a policy of a stack. What the stack does not need is left out. */
export function getPolicy(policy: PolicyName, scope: Scope): Policy {
  return {
    name: `${getApplicationName(scope)}-${policy}`,
    document: {
      Version: "2012-10-17",
      Statement: policies[policy]
        .map((permission) => toStatement(permission, scope))
        .filter(({ Resource }) => Resource.length > 0),
    },
  };
}

/** Returns the policies of a role of a stack. */
export function getPolicies(role: RoleName, scope: Scope): Policy[] {
  return roles[role].map((policy) => getPolicy(policy, scope));
}

function toStatement({ sid, actions, resources, conditions }: Permission, scope: Scope): Statement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources(scope),
    ...(conditions && { Condition: conditions(scope) }),
  };
}
