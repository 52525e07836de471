import { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { type Check, formatDate, getDays, type Line } from "../report";
import { type Context, ofType } from "./context";

/** AWS's recommendation, and Security Hub's control IAM.3. */
const maxDays = 90;

/** The ages of the users' access keys. */
export function checkKeys(context: Context): Check[] {
  return ofType(context, "iam/user:User").map(({ id = "" }) => ({
    topic: "Keys",
    actions: ["iam:ListAccessKeys", "iam:GetAccessKeyLastUsed"],
    read: () => readKeys(id, context),
  }));
}

async function readKeys(UserName: string, { clients: { iam }, now }: Context): Promise<Line[]> {
  const { AccessKeyMetadata = [] } = await iam.send(new ListAccessKeysCommand({ UserName }));
  return Promise.all(
    AccessKeyMetadata.map(async ({ AccessKeyId = "", CreateDate = now, Status = "" }): Promise<Line> => {
      const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
      const used = AccessKeyLastUsed?.LastUsedDate;
      const days = getDays(CreateDate, now);
      const text = `Access key ${AccessKeyId} of ${UserName}: ${Status}, ${days} days old, ${used === undefined ? "never used" : `last used on ${formatDate(used)}`}.`;
      return days <= maxDays
        ? { level: "ok", text }
        : {
            level: "warning",
            text: `${text} Replace keys after ${maxDays} days: docs/rotation.md.`,
          };
    }),
  );
}
