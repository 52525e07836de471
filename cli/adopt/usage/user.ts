import { GetAccessKeyLastUsedCommand } from "@aws-sdk/client-iam";
import { hasConsoleLogin } from "../matchers/user";
import type { Usage } from "../survey";
import { getPlanned, takeOver, type UsageContext, type Value } from "./context";

export async function describeUser(
  { variable, value, environment }: Value,
  { aws: { iam }, planned }: UsageContext,
): Promise<Usage[]> {
  // The id itself is one of the application's secrets.
  const entry = { variable, environment, value: `…${value.slice(-4)}` };
  const replaced = "the new environments get the program's own user and key";
  const response = await iam
    .send(new GetAccessKeyLastUsedCommand({ AccessKeyId: value }))
    .catch((error: unknown) => {
      if (
        ["AccessDenied", "AccessDeniedException", "NoSuchEntityException"].includes((error as Error).name)
      ) {
        return undefined;
      }
      throw error;
    });
  const name = response?.UserName;
  if (name === undefined || name.startsWith("<")) {
    return [{ ...entry, what: `an access key of no user of this account; ${replaced}` }];
  }
  const user = getPlanned({ planned }, "-iam-user");
  if (name !== user?.inputs.name && (await hasConsoleLogin(iam, name))) {
    return [{ ...entry, what: `a key of ${name}, who also signs in to the console; ${replaced}` }];
  }
  return [takeOver(entry, `IAM user ${name}`, user, ["name", "serviceAccount.userName"], name)];
}
