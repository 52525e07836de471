import {
  type BudgetsClient,
  DescribeBudgetCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-budgets";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { ignoreMissing } from "../../adopt/matcher";
import { type ExistingResource, toTags } from "../existing";
import { getNames, type Scope } from "./scope";

/** The schedules of a stack that sleeps. They have no tags. Mute rules need no search: CloudWatch overwrites them. */
export async function findSchedules(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:scheduler/schedule:Schedule";
  const found = await Promise.all(
    getNames(scope, type).map(async (name) => {
      const schedule = await ignoreMissing(
        scope.aws.scheduler.send(new GetScheduleCommand({ Name: name })),
        "ResourceNotFoundException",
      );
      const id = `default/${name}`;
      const remove = [`aws scheduler delete-schedule --name ${name}`];
      return schedule === undefined ? [] : [{ type, id, importId: id, name, remove }];
    }),
  );
  return found.flat();
}

/** The budget. AWS Budgets has one endpoint for all regions. */
export async function findBudgets(scope: Scope): Promise<ExistingResource[]> {
  const type = "aws:budgets/budget:Budget";
  const names = getNames(scope, type);
  if (names.length === 0) {
    return [];
  }
  const { budgets, sts } = scope.aws;
  const { Account: AccountId = "" } = await sts.send(new GetCallerIdentityCommand({}));
  const found = await Promise.all(names.map((name) => describeBudget(budgets, AccountId, name)));
  return found.flat();
}

async function describeBudget(client: BudgetsClient, AccountId: string, name: string) {
  const budget = await ignoreMissing(
    client.send(new DescribeBudgetCommand({ AccountId, BudgetName: name })),
    "NotFoundException",
  );
  if (budget === undefined) {
    return [];
  }
  const ResourceARN = `arn:aws:budgets::${AccountId}:budget/${name}`;
  const { ResourceTags } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
  return [
    {
      type: "aws:budgets/budget:Budget",
      id: `${AccountId}:${name}`,
      importId: `${AccountId}:${name}`,
      name,
      tags: toTags(ResourceTags?.map(({ Key = "", Value = "" }) => ({ Key, Value }))),
      remove: [`aws budgets delete-budget --account-id ${AccountId} --budget-name ${name}`],
    },
  ];
}
