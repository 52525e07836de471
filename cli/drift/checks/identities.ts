import {
  GetAccessKeyLastUsedCommand,
  GetLoginProfileCommand,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import { type Addition, awsCommand, type Check, type Context, ofType, toDrift } from "../context";
import { type Deployed, getText } from "../resources";

/** IAM users and roles: policies, keys, groups and passwords that were added to them. */
export function checkIdentities(context: Context): Check[] {
  return [
    ...ofType(context.deployed, "iam/user:User").flatMap((user) => checkUser(user, context)),
    ...ofType(context.deployed, "iam/role:Role").flatMap((role) => checkRole(role, context)),
  ];
}

/** What the stack's resources of a type have in a property, for one user or role. */
function getOwn({ deployed }: Context, type: string, owner: "user" | "role", id: string, property: string) {
  return ofType(deployed, type)
    .filter(({ outputs }) => getText(outputs, owner) === id)
    .map((resource) => (property === "id" ? resource.id : getText(resource.outputs, property)));
}

function checkUser(user: Deployed, context: Context): Check[] {
  const { iam } = context.clients;
  const { id: UserName } = user;
  const check = (what: string, find: () => Promise<Addition[]>): Check => ({
    what: `${what} of the IAM user ${UserName}`,
    find: async () => toDrift(user, await find()),
  });
  const remove = (operation: string, options: Record<string, string>) =>
    awsCommand(`iam ${operation}`, { "user-name": UserName, ...options });
  const meaning = "Everyone with a key of this user has more permissions than the program gives it.";
  return [
    check("inline policies", async () => {
      const own = getOwn(context, "iam/userPolicy:UserPolicy", "user", UserName, "name");
      const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
      return PolicyNames.filter((name) => !own.includes(name)).map((name) => ({
        severity: "critical",
        text: `inline policy ${name} is not in the program`,
        meaning,
        undo: [remove("delete-user-policy", { "policy-name": name })],
      }));
    }),
    check("attached policies", async () => {
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
      return AttachedPolicies.map(({ PolicyName = "", PolicyArn = "" }) => ({
        severity: "critical",
        text: `attached policy ${PolicyName} is not in the program`,
        meaning,
        undo: [remove("detach-user-policy", { "policy-arn": PolicyArn })],
      }));
    }),
    check("groups", async () => {
      const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
      return Groups.map(({ GroupName = "" }) => ({
        severity: "critical",
        text: `member of the group ${GroupName}, which is not in the program`,
        meaning: "The user has the permissions of the group's policies.",
        undo: [remove("remove-user-from-group", { "group-name": GroupName })],
      }));
    }),
    check("console password", async () => {
      try {
        await iam.send(new GetLoginProfileCommand({ UserName }));
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return [];
        }
        throw error;
      }
      return [
        {
          severity: "critical",
          text: "has a password for the console",
          meaning: "Everyone who knows the password can log in with the application's permissions.",
          undo: [remove("delete-login-profile", {})],
        },
      ];
    }),
    check("access keys", () => findKeys(UserName, context)),
  ];
}

async function findKeys(UserName: string, context: Context): Promise<Addition[]> {
  const { iam } = context.clients;
  const own = getOwn(context, "iam/accessKey:AccessKey", "user", UserName, "id");
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  return Promise.all(
    AccessKeyMetadata.filter(({ AccessKeyId = "" }) => !own.includes(AccessKeyId)).map(
      async ({ AccessKeyId = "", CreateDate, Status = "" }): Promise<Addition> => {
        const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
        const days = Math.floor((Date.now() - Number(CreateDate)) / 86_400_000);
        const used = AccessKeyLastUsed?.LastUsedDate?.toISOString().slice(0, 10);
        const key = { "user-name": UserName, "access-key-id": AccessKeyId };
        return {
          severity: "critical",
          text: `access key ${AccessKeyId} (${Status}, ${days} days old, ${used === undefined ? "never used" : `last used on ${used}`}) is not in the program`,
          meaning:
            "Everyone who has the key can do what the application can do. `pulumi up` does not rotate it.",
          undo: [
            `# What still uses the key fails. An environment from before the program may, and may serve the address: npx beo adopt ${context.stack}`,
            "# Until it is deleted, `--status Active` gives it back.",
            awsCommand("iam update-access-key", { ...key, status: "Inactive" }),
            awsCommand("iam delete-access-key", key),
          ],
        };
      },
    ),
  );
}

function checkRole(role: Deployed, context: Context): Check[] {
  const { iam } = context.clients;
  const { id: RoleName } = role;
  const check = (what: string, find: () => Promise<Addition[]>): Check => ({
    what: `${what} of the IAM role ${RoleName}`,
    find: async () => toDrift(role, await find()),
  });
  const meaning =
    "What has this role, such as every instance, has more permissions than the program gives it.";
  return [
    check("inline policies", async () => {
      const own = getOwn(context, "iam/rolePolicy:RolePolicy", "role", RoleName, "name");
      const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
      return PolicyNames.filter((name) => !own.includes(name)).map((name) => ({
        severity: "critical",
        text: `inline policy ${name} is not in the program`,
        meaning,
        undo: [awsCommand("iam delete-role-policy", { "role-name": RoleName, "policy-name": name })],
      }));
    }),
    check("attached policies", async () => {
      const own = getOwn(
        context,
        "iam/rolePolicyAttachment:RolePolicyAttachment",
        "role",
        RoleName,
        "policyArn",
      );
      const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
      return AttachedPolicies.filter(({ PolicyArn = "" }) => !own.includes(PolicyArn)).map(
        ({ PolicyName = "", PolicyArn = "" }) => ({
          severity: "critical",
          text: `attached policy ${PolicyName} is not in the program`,
          meaning,
          undo: [awsCommand("iam detach-role-policy", { "role-name": RoleName, "policy-arn": PolicyArn })],
        }),
      );
    }),
    check("instance profiles", async () => {
      const own = getOwn(context, "iam/instanceProfile:InstanceProfile", "role", RoleName, "id");
      const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }));
      return InstanceProfiles.flatMap(({ InstanceProfileName = "" }) =>
        own.includes(InstanceProfileName)
          ? []
          : {
              severity: "high",
              text: `instance profile ${InstanceProfileName} is not in the program`,
              meaning: "Other instances with this profile have the application's permissions.",
              undo: [
                awsCommand("iam remove-role-from-instance-profile", {
                  "instance-profile-name": InstanceProfileName,
                  "role-name": RoleName,
                }),
              ],
            },
      );
    }),
  ];
}
