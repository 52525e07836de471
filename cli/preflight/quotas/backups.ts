import { paginateDescribeDBInstanceAutomatedBackups } from "@aws-sdk/client-rds";
import type { Check, Line } from "../../report";
import { type Context, plannedOf, toText } from "../context";

const type = "rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication";

/**
 * Replicated backups that a region takes, of all source regions. Service Quotas does not have the quota:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/AutomatedBackups.Replicating.Enable.html
 */
const limit = 20;

/**
 * The backups that stacks of an account replicate from their next update on. Deployed ones get it by an update, too.
 *
 * @param topic Of stacks of an account.
 */
export function checkReplicatedBackups(contexts: readonly Context[], topic: string): Check[] {
  const needs = contexts
    .filter(({ state }) => !state.some((resource) => resource.type === `aws:${type}`))
    .flatMap((context) =>
      plannedOf(context, type).map(({ inputs }) => ({ context, region: toText(inputs.region) })),
    );
  return [...new Set(needs.map(({ region }) => region))].flatMap((region) => {
    const stacks = needs.filter((one) => one.region === region).map(({ context }) => context);
    const [context] = stacks;
    return context === undefined
      ? []
      : {
          topic,
          actions: ["rds:DescribeDBInstanceAutomatedBackups"],
          read: async () => describe(region, await count(context, region), stacks),
        };
  });
}

async function count({ clients }: Context, region: string): Promise<number> {
  let number = 0;
  const pages = paginateDescribeDBInstanceAutomatedBackups({ client: clients.rds(region) }, {});
  for await (const { DBInstanceAutomatedBackups = [] } of pages) {
    number += DBInstanceAutomatedBackups.filter(
      ({ Status }) => Status?.toLowerCase() === "replicating",
    ).length;
  }
  return number;
}

function describe(region: string, used: number, stacks: readonly Context[]): Line[] {
  const what = `Replicated backups in ${region}: ${used} of ${limit} used`;
  const by = stacks.length > 1 ? `, by ${stacks.length} stacks` : "";
  if (used + stacks.length <= limit) {
    return [{ level: "ok", text: `${what}, ${stacks.length} needed${by}.` }];
  }
  // The last ones do not fit.
  const others = stacks.slice(Math.max(0, limit - used));
  return [
    {
      level: "error",
      text: `${what}, but ${stacks.length} more are needed${by}. Choose another region for ${others.length}:`,
      fix: others.map(
        ({ stack }) => `npx pulumi config set --path backup.region <another region> -s ${stack}`,
      ),
    },
  ];
}
