import { basename } from "node:path";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { findEnds, nodeVersion } from "../../stacks/calendar";
import type { Clients } from "../aws-clients";
import { getBackupRegion } from "../../plan/backup-region";
import { readDeployedStack } from "../deployed-stack";
import { isAlive } from "../recover/locks";
import { getBackendUrl } from "../recover/read-facts";
import { readStackLocks } from "../recover/stack-locks";
import { type Check, type Report, runChecks } from "../report";
import { hasSleep } from "../sleep/schedules";
import type { StateResource } from "../state";
import { checkAlarms } from "./alarms";
import { checkBackups } from "./backups";
import { checkCertificate } from "./certificate";
import { type Context, getOutput, ofType } from "./context";
import { checkOtherBackups } from "./replicated-backups";
import { checkCosts } from "./costs";
import { checkDatabase } from "./database";
import { checkDrift } from "./drift";
import { checkEncryption } from "./encryption";
import { checkEnvironments } from "./environments";
import { checkKeys } from "./keys";
import { checkMail } from "./mail";
import { checkMaintenance } from "./maintenance";
import { checkQueues } from "./queue";
import { checkRestore } from "./restore";
import { checkState, type StateContext } from "./state";

/** What is read only on demand. */
export interface StatusOptions {
  /** Costs 0.01 USD. */
  cost: boolean;
  /** Takes a minute. */
  drift: boolean;
}

/** The topics of a status, in the order of the report. */
export function getChecks(context: Context & StateContext, cost: boolean): Check[] {
  return [
    ...checkState(context),
    ...checkSleep(context),
    ...checkMaintenance(context),
    ...checkEnvironments(context),
    ...checkAlarms(context),
    ...checkQueues(context),
    ...checkRestore(context),
    ...checkDatabase(context),
    ...checkEncryption(context),
    ...checkBackups(context),
    ...checkOtherBackups(context),
    ...checkCertificate(context),
    ...checkMail(context),
    ...checkKeys(context),
    ...checkTools(context),
    ...(cost ? checkCosts(context) : []),
  ];
}

function checkTools({ now }: Context): Check[] {
  const ends = findEnds({ node: nodeVersion }, now);
  // Nothing of the deployed stack depends on it.
  const lines = ends.map(({ text }) => ({ level: "warning" as const, text }));
  return lines.length === 0 ? [] : [{ topic: "Tools", actions: [], read: () => Promise.resolve(lines) }];
}

/** Whether a stack with the setting `sleep` sleeps. Without the right to read it, its database is reported as it is. */
async function readSleep(clients: Clients, resources: StateResource[]): Promise<boolean> {
  const [database] = ofType({ resources }, "rds/instance:Instance");
  if (database === undefined || !hasSleep(resources)) {
    return false;
  }
  const { DBInstances: [instance] = [] } = await clients
    .rds()
    .send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: getOutput(database, "identifier") }))
    .catch(() => ({ DBInstances: [] }));
  return ["stopping", "stopped"].includes(instance?.DBInstanceStatus ?? "");
}

/** Says that the stack sleeps, and how to wake it. */
function checkSleep({ isAsleep, stack }: Context): Check[] {
  const line = {
    level: "note" as const,
    text: "The stack sleeps: its environments have no instances, its database is stopped, and its alarms are muted. To wake it before its time:",
    fix: [`npx beo wake ${stack}`],
  };
  return isAsleep ? [{ topic: "Sleep", actions: [], read: () => Promise.resolve([line]) }] : [];
}

/** The command only reads. */
const notRead = "The status of the stack is not known.";

/**
 * Reads how a stack is.
 *
 * @throws UserError if its state cannot be read, it is not deployed, or the credentials belong to another account.
 */
export async function readStatus(stack: string, options: StatusOptions): Promise<Report> {
  const { project, config, region, resources, pendingOperations, clients } = await readDeployedStack(
    stack,
    notRead,
  );
  const isAsleep = await readSleep(clients, resources);
  const context = {
    stack,
    region,
    clients,
    resources,
    pendingOperations,
    backupRegion: getBackupRegion({ project, stack: basename(stack), config }),
    now: new Date(),
    isAsleep,
    readLocks: async () =>
      (await readStackLocks(stack, getBackendUrl(notRead))).map((lock) => ({
        ...lock,
        isAlive: isAlive(lock),
      })),
  };
  const report = await runChecks(getChecks(context, options.cost));
  // The preview that it runs would block the other requests.
  const drift = await runChecks(checkDrift(context, options.drift));
  return { lines: [...report.lines, ...drift.lines], unread: [...report.unread, ...drift.unread] };
}
