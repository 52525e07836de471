import {
  GetUserCommand,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { type Found, found, type Kind, unlessMissing, when } from "../kind";

export const user: Kind = {
  what: "IAM user",
  name: "name",
  async look(name, _planned, { aws: { iam }, managed }) {
    const UserName = name;
    const answer = await unlessMissing(iam.send(new GetUserCommand({ UserName })), "NoSuchEntityException");
    if (answer?.User === undefined) {
      return [];
    }
    const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
    const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
    const { AttachedPolicies = [] } = await iam.send(new ListAttachedUserPoliciesCommand({ UserName }));
    return [
      userOf(
        {
          name,
          path: answer.User.Path ?? "/",
          boundary: answer.User.PermissionsBoundary?.PermissionsBoundaryArn,
          keys: AccessKeyMetadata.flatMap(({ AccessKeyId }) => AccessKeyId ?? []),
          policies: PolicyNames,
          attached: AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []),
        },
        managed,
      ),
    ];
  },
};

interface Account {
  name: string;
  path: string;
  boundary?: string;
  /** Ids of its access keys. */
  keys: string[];
  /** Names of its inline policies. */
  policies: string[];
  /** ARNs of its managed policies. */
  attached: string[];
}

export function userOf(
  { name, path, boundary, keys, policies, attached }: Account,
  managed: ReadonlySet<string>,
): Found {
  const foreignKeys = keys.filter((key) => !managed.has(key));
  const foreignPolicies = policies.filter((policy) => !managed.has(`${name}:${policy}`));
  return found(name, {
    actual: { path },
    obstacles: when(
      foreignKeys.length > 1,
      `It has ${foreignKeys.length} access keys, and AWS allows two: the program needs room for its own. See which one nobody uses (aws iam list-access-keys --user-name ${name}; aws iam get-access-key-last-used --access-key-id KEY) and delete it (aws iam delete-access-key --user-name ${name} --access-key-id KEY).`,
    ),
    notes: [
      ...when(
        foreignKeys.length > 0,
        "AWS tells an access key's secret once, when it is made, so the program makes a second key. The first one stays valid until you delete it.",
      ),
      ...when(
        foreignPolicies.length + attached.length > 0,
        `Its own policies (${[...foreignPolicies, ...attached].join(", ")}) stay beside the program's until you remove them.`,
      ),
      ...when(boundary !== undefined, `Its permissions boundary (${boundary ?? ""}) is taken off.`),
    ],
    leftovers: [
      ...foreignKeys.map(
        (key) =>
          `The service account's old access key, which nothing uses once both environments run on the new one: aws iam delete-access-key --user-name ${name} --access-key-id ${key}`,
      ),
      ...foreignPolicies.map(
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
