import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  GetUserPolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
} from "@aws-sdk/client-iam";
import type { PolicyStatement } from "../../support/iam";

/** What the policies of the roles and users in a path allow: those of their own, and AWS's. */
export interface GrantedStatements {
  own: PolicyStatement[];
  managed: PolicyStatement[];
}

/** Reads the policies of all roles and users in a path. */
export async function readGrants(PathPrefix: string, iam: IAMClient): Promise<GrantedStatements> {
  const grants: GrantedStatements = { own: [], managed: [] };
  const { Roles = [] } = await iam.send(new ListRolesCommand({ PathPrefix }));
  for (const { RoleName } of Roles) {
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      grants.own.push(...parse(PolicyDocument));
    }
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    for (const { PolicyArn } of AttachedPolicies) {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const { PolicyVersion } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      grants.managed.push(...parse(PolicyVersion?.Document));
    }
  }
  const { Users = [] } = await iam.send(new ListUsersCommand({ PathPrefix }));
  for (const { UserName } of Users) {
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    for (const PolicyName of PolicyNames) {
      const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      grants.own.push(...parse(PolicyDocument));
    }
  }
  return grants;
}

function parse(document = ""): PolicyStatement[] {
  const { Statement } = JSON.parse(decodeURIComponent(document)) as {
    Statement: PolicyStatement | PolicyStatement[];
  };
  return [Statement].flat().filter(({ Effect }) => Effect === "Allow");
}
