import {
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  paginateListInstanceProfiles,
  paginateListRoles,
  paginateListUsers,
} from "@aws-sdk/client-iam";
import { collect, type ExistingResource, getFixedName, getIds, isPlanned, toTags } from "../existing";
import type { Scope } from "./scope";

const userType = "aws:iam/user:User";
const roleType = "aws:iam/role:Role";
const profileType = "aws:iam/instanceProfile:InstanceProfile";

/** Finds the users, roles and instance profiles, and their inline policies. */
export async function findIdentityResources(scope: Scope): Promise<ExistingResource[]> {
  const { iam } = scope.aws;
  const [users, roles, instanceProfiles] = await Promise.all([
    collect(paginateListUsers({ client: iam }, {}), ({ Users }) => Users),
    collect(paginateListRoles({ client: iam }, {}), ({ Roles }) => Roles),
    collect(paginateListInstanceProfiles({ client: iam }, {}), ({ InstanceProfiles }) => InstanceProfiles),
  ]);
  const isOurs = (type: string, name = "") =>
    [...scope.planned, ...scope.state].some(
      (resource) =>
        resource.type === type &&
        name.startsWith(getFixedName(type, resource.inputs) ?? resource.urn.replace(/^.*::/, "")),
    );
  const profiles = instanceProfiles.filter(({ InstanceProfileName }) =>
    isOurs(profileType, InstanceProfileName),
  );
  const found = await Promise.all([
    ...users
      .filter(({ UserName }) => isOurs(userType, UserName))
      .map(({ UserName = "" }) => describeUser(scope, UserName)),
    ...roles
      .filter(({ RoleName }) => isOurs(roleType, RoleName))
      .map(({ RoleName = "" }) =>
        describeRole(
          scope,
          RoleName,
          instanceProfiles
            .filter(({ Roles = [] }) => Roles.some((role) => role.RoleName === RoleName))
            .flatMap(({ InstanceProfileName }) => InstanceProfileName ?? []),
        ),
      ),
    ...profiles.map(async ({ InstanceProfileName: name = "", Roles = [] }): Promise<ExistingResource[]> => {
      const { InstanceProfile } = await iam.send(
        new GetInstanceProfileCommand({ InstanceProfileName: name }),
      );
      const remove = [
        ...Roles.map(({ RoleName = "" }) => removeFromProfile(name, RoleName)),
        `aws iam delete-instance-profile --instance-profile-name ${name}`,
      ];
      return [
        { type: profileType, id: name, importId: name, name, tags: toTags(InstanceProfile?.Tags), remove },
      ];
    }),
  ]);
  return found.flat();
}

/** Other stacks of the account have users and roles with the same generated names, and policies without tags. */
function isOwn({ planned, state }: Scope, resource: ExistingResource): boolean {
  return (
    getIds(state, resource.type).includes(resource.id) || planned.some((one) => isPlanned(resource, one))
  );
}

function removeFromProfile(profile: string, role: string): string {
  return `aws iam remove-role-from-instance-profile --instance-profile-name ${profile} --role-name ${role}`;
}

async function describeUser(scope: Scope, name: string): Promise<ExistingResource[]> {
  const { iam } = scope.aws;
  const [{ User }, { PolicyNames = [] }, { AccessKeyMetadata = [] }] = await Promise.all([
    iam.send(new GetUserCommand({ UserName: name })),
    iam.send(new ListUserPoliciesCommand({ UserName: name })),
    iam.send(new ListAccessKeysCommand({ UserName: name })),
  ]);
  const policies = PolicyNames.map((policy) => ({
    type: "aws:iam/userPolicy:UserPolicy",
    id: `${name}:${policy}`,
    importId: `${name}:${policy}`,
    name: policy,
    remove: [`aws iam delete-user-policy --user-name ${name} --policy-name ${policy}`],
  }));
  const remove = [
    ...policies.flatMap((policy) => policy.remove),
    ...AccessKeyMetadata.map(
      ({ AccessKeyId = "" }) =>
        `aws iam delete-access-key --user-name ${name} --access-key-id ${AccessKeyId}`,
    ),
    `aws iam delete-user --user-name ${name}`,
  ];
  const user = { type: userType, id: name, importId: name, name, tags: toTags(User?.Tags), remove };
  return isOwn(scope, user) ? [user, ...policies] : [];
}

async function describeRole(scope: Scope, name: string, profiles: string[]): Promise<ExistingResource[]> {
  const { iam } = scope.aws;
  const [{ Role }, { PolicyNames = [] }, { AttachedPolicies = [] }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName: name })),
    iam.send(new ListRolePoliciesCommand({ RoleName: name })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName: name })),
  ]);
  const policies = PolicyNames.map((policy) => ({
    type: "aws:iam/rolePolicy:RolePolicy",
    id: `${name}:${policy}`,
    importId: `${name}:${policy}`,
    name: policy,
    remove: [`aws iam delete-role-policy --role-name ${name} --policy-name ${policy}`],
  }));
  const remove = [
    ...policies.flatMap((policy) => policy.remove),
    ...AttachedPolicies.map(
      ({ PolicyArn = "" }) => `aws iam detach-role-policy --role-name ${name} --policy-arn ${PolicyArn}`,
    ),
    ...profiles.map((profile) => removeFromProfile(profile, name)),
    `aws iam delete-role --role-name ${name}`,
  ];
  const role = { type: roleType, id: name, importId: name, name, tags: toTags(Role?.Tags), remove };
  return isOwn(scope, role) ? [role, ...policies] : [];
}
