import { randomBytes } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import {
  AddTagsToResourceCommand,
  type DBInstance,
  DeleteDBInstanceCommand,
  ModifyDBInstanceCommand,
} from "@aws-sdk/client-rds";
import { formatTime } from "../../stacks/database-sources";
import { ignoreMissing } from "../adopt/matcher";
import type { Clients } from "../aws-clients";
import { callAws } from "../call-aws";
import { findDatabaseInstance } from "../find-database-instance";
import { parseTime } from "../moment";
import type { Database } from "../psql/database";
import { query } from "../psql/query";
import { getTag } from "../restore/tags";
import { UserError } from "../user-error";
import { drillTag, keptTag } from "./program";
import { isPasswordWrong, type Connection } from "./read-contents";
import { parseTag, type RecoveryPoint } from "./recovery-point";

type Rds = Pick<Clients, "rds">;

/** Seconds between two looks at a database. */
const interval = 10;
/** Seconds that RDS may take for anything but a restore, which Pulumi waits for. */
const patience = 30 * 60;

/** Returns an instance. Undefined if there is none. */
export function findDatabase({ rds }: Rds, identifier: string): Promise<DBInstance | undefined> {
  return callAws(findDatabaseInstance(rds(), identifier), "The databases could not be read.");
}

/** Returns the recovery point of a drill's database. Undefined if the instance is not a drill's. */
export function getRecoveryPoint(instance: DBInstance): RecoveryPoint | undefined {
  return parseTag(getTag(instance, drillTag));
}

/** Returns since when a drill's database is kept by --keep. Undefined if it is not. */
export function getKeptDate(instance: DBInstance): Date | undefined {
  return parseTime(getTag(instance, keptTag) ?? "");
}

/** Notes on a drill's database that it is kept on purpose, so that no drill deletes it unasked. */
export async function markKept({ rds }: Rds, instance: DBInstance, now: Date): Promise<void> {
  const tag = { Key: keptTag, Value: formatTime(now) };
  await callAws(
    rds().send(new AddTagsToResourceCommand({ ResourceName: instance.DBInstanceArn, Tags: [tag] })),
    `${instance.DBInstanceIdentifier ?? ""} is kept, but has no tag ${keptTag}: the next drill may delete it.`,
  );
}

/** Repeats until there is a result. @throws UserError with the problem if there is none in time. */
async function waitFor<T>(attempt: () => Promise<T | undefined>, problem: string): Promise<T> {
  for (let waited = 0; waited < patience; waited += interval) {
    const result = await attempt();
    if (result !== undefined) {
      return result;
    }
    await setTimeout(interval * 1000);
  }
  throw new UserError(problem);
}

/** Waits until an instance can be connected to: Pulumi may have been interrupted before it was. */
export async function waitUntilAvailable(clients: Rds, identifier: string): Promise<DBInstance> {
  const region = await clients.rds().config.region();
  return waitFor(async () => {
    const database = await findDatabase(clients, identifier);
    return database?.DBInstanceStatus === "available" ? database : undefined;
  }, `${identifier} is still not available. See why: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${identifier}`);
}

/** Deletes a drill's database without Pulumi: one that was created, and not saved in the state. */
export async function deleteDatabase(clients: Rds, identifier: string): Promise<void> {
  await waitFor(async () => {
    const database = await findDatabase(clients, identifier);
    if (database === undefined) {
      return true;
    }
    if (getRecoveryPoint(database) === undefined) {
      throw new UserError(
        `${identifier} is not a drill's database: it has no tag ${drillTag}. It was not deleted.`,
      );
    }
    if (database.DBInstanceStatus !== "deleting") {
      await requestDeletion(clients, identifier);
    }
    return undefined;
  }, `${identifier} is still not deleted. Run the command again: it goes on where it stopped.`);
}

async function requestDeletion({ rds }: Rds, identifier: string): Promise<void> {
  const request = new DeleteDBInstanceCommand({
    DBInstanceIdentifier: identifier,
    SkipFinalSnapshot: true,
    DeleteAutomatedBackups: true,
  });
  await callAws(
    // RDS refuses it in some states, such as while the instance is created.
    ignoreMissing(rds().send(request), "InvalidDBInstanceStateFault", "InvalidDBInstanceState"),
    `${identifier} was not deleted.`,
  );
}

/**
 * Connects to the restored database: as the application does, or, if the password was changed after the recovery point,
 * as the master user with a new password of the throw-away database, which only this process knows.
 *
 * @param database How to connect to the restored database with the application's current user and password.
 */
export async function connectToRestored(
  clients: Rds,
  restored: DBInstance,
  { database, port }: Connection,
): Promise<Connection> {
  const identifier = restored.DBInstanceIdentifier ?? "";
  if (await canConnect(database, port)) {
    return { database, port };
  }
  console.error(
    `The password of ${database.user} was changed after the recovery point. Setting a new master password of ${identifier}, the throw-away database, only …`,
  );
  const master = {
    ...database,
    user: restored.MasterUsername ?? "",
    password: randomBytes(24).toString("base64url"),
  };
  await callAws(
    clients.rds().send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        MasterUserPassword: master.password,
        ApplyImmediately: true,
      }),
    ),
    `The master password of ${identifier} was not set.`,
  );
  return waitFor(
    async () => ((await canConnect(master, port)) ? { database: master, port } : undefined),
    `${identifier} still refuses its new master password.`,
  );
}

/** Whether the server accepts the password. @throws UserError if the connection fails for another reason. */
async function canConnect(database: Database, port: string): Promise<boolean> {
  const result = await query(database, port, "SELECT 1;");
  if (result.code !== 0 && !isPasswordWrong(result)) {
    throw new UserError(`psql could not connect to ${database.host}: ${result.stderr.trim()}`);
  }
  return result.code === 0;
}
