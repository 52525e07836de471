import { GetRoleCommand, paginateSimulatePrincipalPolicy } from "@aws-sdk/client-iam";
import type { Check, Line } from "../report";
import { always, byType } from "./actions.json";
import type { Context } from "./context";

/** The IAM actions that `pulumi up` needs for the planned resources. */
export function getActions({ planned }: Pick<Context, "planned">): string[] {
  const actions: Partial<Record<string, string[]>> = byType;
  return [...new Set([...always, ...planned.flatMap(({ type }) => actions[type] ?? [])])].sort();
}

/** Whether the credentials may do what `up` does. */
export function checkRights(context: Context): Check[] {
  return [
    {
      topic: "Rights",
      actions: ["iam:SimulatePrincipalPolicy", "iam:GetRole"],
      read: () => readRights(context),
    },
  ];
}

async function readRights(context: Context): Promise<Line[]> {
  const { account, principal, clients } = context;
  if (principal.endsWith(":root")) {
    return [
      {
        level: "warning",
        text: "These are the root user's credentials, which may do everything. Use a role or an IAM user instead.",
      },
    ];
  }
  const PolicySourceArn = await getPolicySource(context);
  const denied: string[] = [];
  const actions = getActions(context);
  // IAM limits the size of a request.
  for (let start = 0; start < actions.length; start += 50) {
    for await (const { EvaluationResults = [] } of paginateSimulatePrincipalPolicy(
      { client: clients.iam },
      { PolicySourceArn, ActionNames: actions.slice(start, start + 50) },
    )) {
      denied.push(
        ...EvaluationResults.flatMap(({ EvalActionName = "", EvalDecision }) =>
          EvalDecision === "allowed" ? [] : [EvalActionName],
        ),
      );
    }
  }
  return denied.length === 0
    ? [{ level: "ok", text: `All ${actions.length} actions of an update are allowed.` }]
    : [
        {
          level: "warning",
          text: `${denied.length} of the ${actions.length} actions of an update are not allowed on all resources: ${denied.join(", ")}. This is no problem if a policy of ${PolicySourceArn} allows them for the stack's resources. To see its policies:`,
          fix: [
            PolicySourceArn.includes(":role/")
              ? `aws iam list-attached-role-policies --role-name ${PolicySourceArn.replace(/^.*\//, "")}`
              : `aws iam list-attached-user-policies --user-name ${PolicySourceArn.replace(/^.*\//, "")}`,
            `aws iam simulate-principal-policy --policy-source-arn ${PolicySourceArn} --action-names ${denied[0] ?? ""} --resource-arns <arn> # account ${account}`,
          ],
        },
      ];
}

/** The user, or the role of a session; the session's ARN does not have the role's path. */
async function getPolicySource({ principal, clients }: Context): Promise<string> {
  const [, RoleName] = /:assumed-role\/([^/]+)\//.exec(principal) ?? [];
  if (RoleName === undefined) {
    return principal;
  }
  const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName }));
  return Role?.Arn ?? principal;
}
