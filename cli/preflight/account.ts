import { DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { getSelection } from "../../stacks/aws-profile";
import { allowAccount, findAccount } from "../../stacks/check-account";
import { parseJson } from "../../stacks/validators";
import type { Check, Line } from "../report";
import { isDeployed } from "../state";
import type { Context } from "./context";

/** The credentials' account, and the region. */
export function checkAccount(context: Context): Check[] {
  return [
    { topic: "Account", actions: [], read: () => Promise.resolve([describeAccount(context)]) },
    { topic: "Account", actions: ["ec2:DescribeRegions"], read: () => readRegion(context) },
  ];
}

function describeAccount({ stack, config, account, principal, state }: Context): Line {
  const allowed = parseJson(config["aws:allowedAccountIds"] ?? "[]");
  const set = [allowAccount(account, stack)];
  const who = `Account ${account}, as ${principal}.`;
  if (!Array.isArray(allowed) || allowed.length === 0) {
    return {
      level: "warning",
      text: `${who} Pulumi would deploy to whatever account the credentials belong to. If this is the right one:`,
      fix: set,
    };
  }
  if (allowed.map(String).includes(account)) {
    return { level: "ok", text: who };
  }
  const only = allowed.join(", ");
  if (findAccount(state) === account) {
    return {
      level: "error",
      text: `${who} The stack is deployed in it, but aws:allowedAccountIds is ${only}, so that Pulumi refuses it. Correct the setting:`,
      fix: set,
    };
  }
  const [text, ...commands] = getSelection(config["aws:profile"], stack);
  return {
    level: "error",
    text: `${who} The stack is for ${only} (aws:allowedAccountIds). If that is wrong, correct the setting with the last command. Otherwise: ${text}`,
    fix: [...commands, ...set],
  };
}

async function readRegion({ clients, region, stack, ...context }: Context): Promise<Line[]> {
  const { Regions: [found] = [] } = await clients.ec2
    .send(new DescribeRegionsCommand({ RegionNames: [region], AllRegions: true }))
    .catch((error: unknown) => {
      if ((error as Error).name === "InvalidParameterValue") {
        return { Regions: [] };
      }
      throw error;
    });
  if (found === undefined) {
    return [
      {
        level: "error",
        text: `aws:region is ${region}, which is no region of AWS.`,
        fix: [`npx pulumi config set aws:region us-west-1 --stack ${stack}`],
      },
    ];
  }
  if (found.OptInStatus === "not-opted-in") {
    return [
      {
        level: "error",
        text: `The region ${region} is not enabled in the account. Enabling it takes some minutes:`,
        fix: [`aws account enable-region --region-name ${region}`],
      },
    ];
  }
  const shell = process.env.AWS_REGION;
  return [
    { level: "ok", text: `Region ${region}.` },
    ...(shell !== undefined && shell !== region && !isDeployed(context.state)
      ? [
          {
            level: "note" as const,
            text: `AWS_REGION is ${shell}, so the AWS CLI's commands would look there. Pulumi uses ${region}. In this shell:`,
            fix: [`export AWS_REGION=${region}`],
          },
        ]
      : []),
  ];
}
