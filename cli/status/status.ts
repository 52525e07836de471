import { basename } from "node:path";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { readStack } from "../../plan/stack-files";
import { findEnds, nodeVersion } from "../../stacks/calendar";
import { type Clients, createClients } from "../aws-clients";
import { callAws } from "../call-aws";
import { projectFolder } from "../command";
import { requireAccount } from "../recover/read-facts";
import { type Check, type Report, runChecks } from "../report";
import { hasSleep } from "../sleep/schedules";
import { exportState, isDeployed, type StateResource } from "../state";
import { UserError } from "../user-error";
import { checkAlarms } from "./alarms";
import { checkBackups } from "./backups";
import { checkCertificate } from "./certificate";
import { type Context, getOutput, ofType } from "./context";
import { checkOtherBackups } from "./replicated-backups";
import { checkCosts } from "./costs";
import { checkDatabase } from "./database";
import { checkDrift } from "./drift";
import { checkEnvironments } from "./environments";
import { checkKeys } from "./keys";
import { checkMail } from "./mail";
import { checkMaintenance } from "./maintenance";
import { checkQueues } from "./queue";

/** There is nothing in AWS to read. */
export class NotDeployedError extends UserError {}

/** What is read only on demand. */
export interface StatusOptions {
  /** Costs 0.01 USD. */
  cost: boolean;
  /** Takes a minute. */
  drift: boolean;
}

/** The topics of a status, in the order of the report. */
export function getChecks(context: Context, cost: boolean): Check[] {
  return [
    ...checkSleep(context),
    ...checkMaintenance(context),
    ...checkEnvironments(context),
    ...checkAlarms(context),
    ...checkQueues(context),
    ...checkDatabase(context),
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

/**
 * Reads how a stack is.
 *
 * @throws UserError if its state cannot be read, it is not deployed, or the credentials belong to another account.
 */
export async function readStatus(stack: string, options: StatusOptions): Promise<Report> {
  // The name may be qualified: organization/stack.
  const { config } = readStack(projectFolder, basename(stack));
  const { resources = [] } = exportState(
    stack,
    `Cannot read the state of ${stack}. Check that you are logged in (npx pulumi whoami).`,
  );
  if (!isDeployed(resources)) {
    throw new NotDeployedError(
      `${stack} is not deployed. Check what its first deployment needs: npx beo preflight ${stack}`,
    );
  }
  const clients = createClients(config);
  const { Account = "" } = await callAws(
    clients.sts.send(new GetCallerIdentityCommand({})),
    "Nothing could be read.",
  );
  requireAccount(stack, Account, resources);
  const region = config["aws:region"] ?? "";
  const isAsleep = await readSleep(clients, resources);
  const context = { stack, region, clients, resources, now: new Date(), isAsleep };
  const report = await runChecks(getChecks(context, options.cost));
  // The preview that it runs would block the other requests.
  const drift = await runChecks(checkDrift(context, options.drift));
  return { lines: [...report.lines, ...drift.lines], unread: [...report.unread, ...drift.unread] };
}
