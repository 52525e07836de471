import {
  GetLoginProfileCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { createMatch, ignoreMissing, type Match, type Matcher, when } from "../matcher";

export const findUser: Matcher = async (name, _planned, { aws: { iam }, managed }) => {
  const UserName = name;
  const response = await ignoreMissing(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException");
  if (response?.User === undefined) {
    return [];
  }
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
  const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }));
  const user = {
    name,
    extras: [
      ...when(await hasConsoleLogin(iam, name), "a console password"),
      ...when(Groups.length > 0, `groups (${Groups.map(({ GroupName }) => GroupName).join(", ")})`),
      ...when(MFADevices.length > 0, "an MFA device"),
    ],
    boundary: response.User.PermissionsBoundary?.PermissionsBoundaryArn,
    keys: AccessKeyMetadata.flatMap(({ AccessKeyId }) => AccessKeyId ?? []),
    policies: PolicyNames,
    attached: AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
  };
  return [matchUser(user, managed)];
};

/** Whether a user can sign in to the console. */
export async function hasConsoleLogin(iam: IAMClient, UserName: string): Promise<boolean> {
  const profile = await ignoreMissing(
    iam.send(new GetLoginProfileCommand({ UserName })),
    "NoSuchEntityException",
  );
  return profile !== undefined;
}

interface User {
  name: string;
  /** What the application does not need. */
  extras: string[];
  boundary?: string;
  /** Ids of its access keys. */
  keys: string[];
  /** Names of its inline policies. */
  policies: string[];
  /** ARNs of its managed policies. */
  attached: string[];
}

export function matchUser(
  { name, extras, boundary, keys, policies, attached }: User,
  managed: ReadonlySet<string>,
): Match {
  const oldKeys = keys.filter((key) => !managed.has(key));
  const oldPolicies = policies.filter((policy) => !managed.has(`${name}:${policy}`));
  return createMatch(name, {
    blockers: when(
      oldKeys.length > 1,
      `It has two access keys, which is what AWS allows, and the program creates its own. Find the one that is unused (aws iam list-access-keys --user-name ${name}; aws iam get-access-key-last-used --access-key-id <id>) and delete it (aws iam delete-access-key --user-name ${name} --access-key-id <id>).`,
    ),
    notes: [
      ...when(
        oldKeys.length > 0,
        "AWS shows the secret of an access key only once, so the program creates a second key. The existing key stays valid until you delete it.",
      ),
      ...when(
        oldPolicies.length + attached.length > 0,
        `Its existing policies (${[...oldPolicies, ...attached].join(", ")}) stay attached until you remove them.`,
      ),
      ...when(
        extras.length > 0,
        `It keeps ${extras.join(", ")}, which the application does not need. Remove what no person uses.`,
      ),
      ...when(boundary !== undefined, `Its permissions boundary (${boundary ?? ""}) is removed.`),
    ],
    cleanup: [
      ...oldKeys.map(
        (key) =>
          `The service account's old access key, once both environments use the new one: aws iam delete-access-key --user-name ${name} --access-key-id ${key}`,
      ),
      ...oldPolicies.map(
        (policy) =>
          `The service account's old policy: aws iam delete-user-policy --user-name ${name} --policy-name ${policy}`,
      ),
      ...attached.map(
        (arn) =>
          `The service account's old policy: aws iam detach-user-policy --user-name ${name} --policy-arn ${arn}`,
      ),
    ],
  });
}
