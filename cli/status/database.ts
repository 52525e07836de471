import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  type DBInstance,
  DescribePendingMaintenanceActionsCommand,
  paginateDescribeEvents,
} from "@aws-sdk/client-rds";
import { findEnds, getEnd, getMajor } from "../../stacks/calendar";
import { findDatabaseInstance } from "../find-database-instance";
import { type Check, formatDate, getDays, type Line } from "../report";
import { type Context, getOutput, ofType } from "./context";

const topic = "Database";

/** The database: state, storage, pending maintenance, events, end of support, certificate. */
export function checkDatabase(context: Context): Check[] {
  const [instance] = ofType(context, "rds/instance:Instance");
  if (instance === undefined) {
    return [];
  }
  const identifier = getOutput(instance, "identifier");
  const find = () => findDatabaseInstance(context.clients.rds(), identifier);
  const missing: Line = {
    level: "error",
    text: `${identifier} does not exist in AWS. See what it can be restored from:`,
    fix: [`npx beo recover ${context.stack}`],
  };
  return [
    {
      topic,
      actions: ["rds:DescribeDBInstances"],
      read: async () => {
        const found = await find();
        return found === undefined ? [missing] : describeInstance(found, context);
      },
    },
    {
      topic,
      actions: ["rds:DescribeDBInstances", "cloudwatch:GetMetricStatistics"],
      read: async () => {
        const found = await find();
        return found === undefined ? [] : readStorage(found, context);
      },
    },
    {
      topic,
      actions: ["rds:DescribePendingMaintenanceActions"],
      read: () => readMaintenance(getOutput(instance, "arn"), context),
    },
    { topic, actions: ["rds:DescribeEvents"], read: () => readEvents(identifier, context) },
  ];
}

function describeInstance(instance: DBInstance, { isAsleep, now, stack }: Context): Line[] {
  const {
    DBInstanceStatus: status = "",
    EngineVersion = "",
    CertificateDetails,
    PendingModifiedValues,
  } = instance;
  const { CAIdentifier, ValidTill } = CertificateDetails ?? {};
  const major = getMajor(EngineVersion);
  const end = getEnd("postgres", major);
  const ends = findEnds({ postgres: major, certificateAuthority: CAIdentifier }, now);
  // A stopped database starts by itself after seven days.
  const level =
    status === "available" || isAsleep
      ? "ok"
      : /fail|full|incompatible|inaccessible/.test(status)
        ? "error"
        : "warning";
  const pending = Object.keys(PendingModifiedValues ?? {});
  return [
    {
      level,
      text: `PostgreSQL ${EngineVersion}, ${status}${end === undefined ? "" : `; standard support until ${end}`}.`,
    },
    ...ends.map(({ days, text }): Line => ({ level: days < 0 ? "error" : "warning", text })),
    ...(ValidTill !== undefined && getDays(now, ValidTill) < 180
      ? [
          {
            level: getDays(now, ValidTill) < 30 ? ("error" as const) : ("warning" as const),
            text: `Its server certificate expires on ${formatDate(ValidTill)}. RDS renews it in a maintenance window, or at once: docs/upgrading.md, Certificate authority.`,
          },
        ]
      : []),
    ...(pending.length === 0
      ? []
      : [
          {
            level: "note" as const,
            text: `Waits for its maintenance window (${instance.PreferredMaintenanceWindow ?? "?"} UTC): ${pending.join(", ")}. To apply it in the next update, with a restart where AWS needs one:`,
            fix: [
              `npx pulumi config set --path database.applyImmediately true -s ${stack}`,
              `npx pulumi up --refresh -s ${stack}`,
            ],
          },
        ]),
  ];
}

async function readStorage(instance: DBInstance, { clients, now, stack }: Context): Promise<Line[]> {
  const { Datapoints = [] } = await clients.cloudwatch.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/RDS",
      MetricName: "FreeStorageSpace",
      Dimensions: [{ Name: "DBInstanceIdentifier", Value: instance.DBInstanceIdentifier }],
      Statistics: ["Minimum"],
      Period: 300,
      StartTime: new Date(now.getTime() - 30 * 60 * 1000),
      EndTime: now,
    }),
  );
  const { AllocatedStorage = 0, MaxAllocatedStorage = AllocatedStorage } = instance;
  const size = `${AllocatedStorage} GiB of storage, which grows to ${MaxAllocatedStorage} GiB`;
  const latest = [...Datapoints].sort((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0]?.Minimum;
  if (latest === undefined) {
    return [{ level: "note", text: `${size}; CloudWatch does not have its free storage yet.` }];
  }
  const free = latest / 2 ** 30;
  const percent = Math.round((100 * free) / AllocatedStorage);
  const text = `${free.toFixed(1)} GiB (${percent} %) free of ${size}.`;
  // RDS grows the storage below 10 % of free space.
  const cannotGrow = MaxAllocatedStorage <= AllocatedStorage * 1.1;
  const level = percent >= 20 || (percent >= 10 && !cannotGrow) ? "ok" : cannotGrow ? "error" : "warning";
  return [
    level === "ok"
      ? { level, text }
      : {
          level,
          text: `${text} ${cannotGrow ? "It cannot grow further: raise the maximum." : "RDS grows it by itself, once in six hours at most."}`,
          fix: [
            `npx pulumi config set --path database.maxAllocatedStorage ${MaxAllocatedStorage * 2} -s ${stack}`,
            `npx pulumi up -s ${stack}`,
          ],
        },
  ];
}

async function readMaintenance(arn: string, { clients, region }: Context): Promise<Line[]> {
  const { PendingMaintenanceActions = [] } = await clients
    .rds()
    .send(new DescribePendingMaintenanceActionsCommand({ ResourceIdentifier: arn }));
  return PendingMaintenanceActions.flatMap(({ PendingMaintenanceActionDetails = [] }) =>
    PendingMaintenanceActionDetails.map(
      ({ Action = "", Description = "", CurrentApplyDate, ForcedApplyDate }): Line => ({
        level: ForcedApplyDate === undefined ? "note" : "warning",
        text: `Pending maintenance, ${Action}${Description === "" ? "" : ` (${Description})`}${CurrentApplyDate === undefined ? "" : `, on ${formatDate(CurrentApplyDate)}`}${ForcedApplyDate === undefined ? "" : `, forced on ${formatDate(ForcedApplyDate)}`}. To apply it in the next maintenance window:`,
        fix: [
          `aws rds apply-pending-maintenance-action --resource-identifier ${arn} --apply-action ${Action} --opt-in-type next-maintenance --region ${region}`,
        ],
      }),
    ),
  );
}

/** Categories of events that an operator should see. */
const urgent = new Set(["failover", "failure", "low storage", "recovery", "read replica"]);
const important = new Set([
  ...urgent,
  "availability",
  "maintenance",
  "security",
  "security patching",
  "restoration",
]);

async function readEvents(SourceIdentifier: string, { clients }: Context): Promise<Line[]> {
  const lines: Line[] = [];
  const week = 7 * 24 * 60;
  for await (const { Events = [] } of paginateDescribeEvents(
    { client: clients.rds() },
    { SourceIdentifier, SourceType: "db-instance", Duration: week },
  )) {
    for (const { Date: date, Message = "", EventCategories = [] } of Events) {
      if (EventCategories.some((category) => important.has(category))) {
        const level = EventCategories.some((category) => urgent.has(category)) ? "warning" : "note";
        lines.push({ level, text: `${date === undefined ? "" : `${formatDate(date)}: `}${Message}` });
      }
    }
  }
  return lines;
}
