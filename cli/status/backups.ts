import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { ignoreMissing } from "../adopt/matcher";
import { type Check, formatDate, getDays, type Line } from "../report";
import { type Context, getApplicationName, getOutput, ofType } from "./context";

const topic = "Backups";

/** The latest restorable time of the database, and the last restore drill. */
export function checkBackups(context: Context): Check[] {
  return ofType(context, "rds/instance:Instance").flatMap((instance) => [
    {
      topic,
      actions: ["rds:DescribeDBInstances"],
      read: () => readBackup(context, getOutput(instance, "identifier")),
    },
    { topic, actions: ["ssm:GetParameter"], read: () => readDrill(context) },
  ]);
}

async function readBackup(
  { clients, isAsleep, now, stack }: Context,
  DBInstanceIdentifier: string,
): Promise<Line[]> {
  const { DBInstances: [instance] = [] } = await clients
    .rds()
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }));
  const { BackupRetentionPeriod = 0, LatestRestorableTime: latest } = instance ?? {};
  if (BackupRetentionPeriod === 0) {
    return [
      {
        level: "error",
        text: "Automated backups of the database are switched off.",
        fix: [`npx pulumi up --refresh -s ${stack}`],
      },
    ];
  }
  if (latest === undefined) {
    return [{ level: "warning", text: "The database has no backup yet." }];
  }
  const hours = Math.floor((now.getTime() - latest.getTime()) / (60 * 60 * 1000));
  const range = `The database can be restored to any second of the last ${BackupRetentionPeriod} days`;
  // RDS uploads the log every five minutes.
  // A stopped instance changes nothing that could be restored.
  return hours < 1 || isAsleep
    ? [{ level: "ok", text: `${range}, up to ${latest.toISOString().slice(0, 16)} UTC.` }]
    : [
        {
          level: hours < 24 ? "warning" : "error",
          text: `The latest restorable time of the database is ${hours} hours old (${latest.toISOString().slice(0, 16)} UTC). See the events of the database.`,
        },
      ];
}

/** The SSM parameter that holds the date of the last restore drill. */
export function getDrillParameter(applicationName: string): string {
  return `/${applicationName}-operations/restore-drill`;
}

const maxDrillDays = 180;

async function readDrill(context: Context): Promise<Line[]> {
  const Name = getDrillParameter(getApplicationName(context));
  const response = await ignoreMissing(
    context.clients.ssm().send(new GetParameterCommand({ Name })),
    "ParameterNotFound",
  );
  const date = new Date(response?.Parameter?.Value ?? "");
  const record = [
    "docs/restoring.md, The database, in a new stack; afterwards:",
    `aws ssm put-parameter --name ${Name} --type String --overwrite --value ${formatDate(context.now)} --region ${context.region}`,
  ];
  if (Number.isNaN(date.getTime())) {
    return [
      {
        level: "warning",
        text: "No restore drill is recorded. Restore the database once to practise it:",
        fix: record,
      },
    ];
  }
  const days = getDays(date, context.now);
  return days <= maxDrillDays
    ? [{ level: "ok", text: `Last restore drill: ${formatDate(date)}.` }]
    : [
        {
          level: "warning",
          text: `The last restore drill was ${days} days ago (${formatDate(date)}). Repeat it:`,
          fix: record,
        },
      ];
}
