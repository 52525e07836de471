import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { GetParametersCommand } from "@aws-sdk/client-ssm";
import { getIds, getFixedName, type MatchedResource } from "./existing";
import type { Scope } from "./inventory/scope";

/** An access key of one of the stack's users that is not in the state. */
export interface UnknownKey {
  id: string;
  user: string;
  created: string;
  /** When and for what service it was last used, as AWS reports it. */
  lastUsed: string;
  /** The variables and parameters that have this key. */
  usedBy: string[];
}

/** The variables with the id of an access key. */
const keyVariables = ["AWS_ACCESS_KEY_ID", "SMTP_USER"];

/** Finds the access keys that Pulumi does not know, and whether the environments use them. */
export async function findUnknownKeys(scope: Scope, matched: MatchedResource[]): Promise<UnknownKey[]> {
  const { iam } = scope.aws;
  const known = getIds(scope.state, "aws:iam/accessKey:AccessKey");
  const users = new Set(matched.filter(({ type }) => type === "aws:iam/user:User").map(({ name }) => name));
  const used = await readUsedKeys(scope);
  const keys = await Promise.all(
    [...users].map(async (user) => {
      const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName: user }));
      return AccessKeyMetadata.filter(({ AccessKeyId = "" }) => !known.includes(AccessKeyId)).map((key) => ({
        ...key,
        user,
      }));
    }),
  );
  return Promise.all(
    keys.flat().map(async ({ AccessKeyId: id = "", CreateDate, user }) => {
      const { AccessKeyLastUsed: last } = await iam.send(
        new GetAccessKeyLastUsedCommand({ AccessKeyId: id }),
      );
      const lastUsed =
        last?.LastUsedDate === undefined
          ? "never used"
          : `last used ${last.LastUsedDate.toISOString()} for ${last.ServiceName ?? "?"}`;
      const created = CreateDate?.toISOString() ?? "";
      const usedBy = used.filter(({ value }) => value === id).map(({ where }) => where);
      return { id, user, created, lastUsed, usedBy };
    }),
  );
}

/** The value of a variable or parameter that has the id of an access key. */
interface UsedKey {
  value: string;
  where: string;
}

/** Returns what has the ids of access keys: instances read the parameters when they start. */
async function readUsedKeys({ aws, planned, state, environments }: Scope): Promise<UsedKey[]> {
  const type = "aws:ssm/parameter:Parameter";
  const names = [...planned, ...state]
    .filter((resource) => resource.type === type)
    .flatMap(({ inputs }) => getFixedName(type, inputs) ?? [])
    .filter((name) => keyVariables.includes(name.replace(/^.*\//, "")));
  const { Parameters = [] } =
    names.length === 0
      ? {}
      : await aws.ssm().send(new GetParametersCommand({ Names: [...new Set(names)], WithDecryption: true }));
  return [
    ...Parameters.map(({ Name = "", Value = "" }) => ({ value: Value, where: `the parameter ${Name}` })),
    ...environments.flatMap(({ name, properties }) =>
      keyVariables.flatMap((variable) => {
        const value = properties[variable];
        return value === undefined ? [] : [{ value, where: `${variable} of ${name}` }];
      }),
    ),
  ];
}
