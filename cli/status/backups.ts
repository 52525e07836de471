import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { ignoreMissing } from "../adopt/matcher";
import { getDrillParameter, parseLastDrill } from "../restore-drill/record";
import { findDatabaseInstance } from "../find-database-instance";
import { type Check, formatDate, formatDuration, getDays, type Line } from "../report";
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

async function readBackup({ clients, isAsleep, now, stack }: Context, identifier: string): Promise<Line[]> {
  const instance = await findDatabaseInstance(clients.rds(), identifier);
  if (instance === undefined) {
    // The topic Database has the error.
    return [];
  }
  const { BackupRetentionPeriod = 0, LatestRestorableTime: latest, InstanceCreateTime: created } = instance;
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
  // An instance has no backups of before its creation, which a restore is, too.
  const isYoung = created !== undefined && getDays(created, now) < BackupRetentionPeriod;
  const range = `The database can be restored to any second ${isYoung ? `from ${created.toISOString().slice(0, 16)} UTC on` : `of the last ${BackupRetentionPeriod} days`}`;
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

/** From when on a drill should be repeated. */
const maxDrillDays = 90;

async function readDrill(context: Context): Promise<Line[]> {
  const applicationName = getApplicationName(context);
  const response = await ignoreMissing(
    context.clients.ssm().send(new GetParameterCommand({ Name: getDrillParameter(applicationName) })),
    "ParameterNotFound",
  );
  const last = parseLastDrill(response?.Parameter?.Value ?? "", context.now);
  const fix = [`npx beo restore-drill ${context.stack}`];
  // Backups of dev matter to no one.
  const isNeeded = !applicationName.endsWith("-dev");
  if (last === undefined) {
    return isNeeded
      ? [
          {
            level: "warning",
            text: "No restore drill is recorded. Find out whether the backups can be restored:",
            fix,
          },
        ]
      : [];
  }
  if (last.result === "failed") {
    return [
      {
        level: "error",
        text: `The restore drill of ${formatDate(last.date)} failed: ${last.problems.map(endSentence).join(" ")} Fix the cause, and repeat it:`,
        fix,
      },
    ];
  }
  const { restoreSeconds, recoveryPoint, checkedFiles } = last;
  // A drill that went on with the database of an earlier one restored nothing that day.
  const restored = last.restoredAt ?? last.date;
  const days = getDays(restored, context.now);
  const details = [
    restoreSeconds === undefined ? "" : `; the restore took ${formatDuration(restoreSeconds)}`,
    formatDate(restored) === formatDate(last.date)
      ? ""
      : `; its database was restored on ${formatDate(restored)}`,
    // Not what a restore would take today: a drill can be of any snapshot.
    recoveryPoint === undefined || getDays(recoveryPoint, last.date) < 2
      ? ""
      : `; it restored the data of ${formatDate(recoveryPoint)}`,
    checkedFiles === 0 ? "; it looked for no files of the media bucket" : "",
  ].join("");
  return days <= maxDrillDays || !isNeeded
    ? [{ level: "ok", text: `The restore drill of ${formatDate(last.date)} passed${details}.` }]
    : [
        {
          level: "warning",
          text: `The last restore drill was ${days} days ago (${formatDate(restored)}). Repeat it:`,
          fix,
        },
      ];
}

/** Messages of Pulumi and AWS may end without a full stop. */
const endSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
