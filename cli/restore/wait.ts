import type { DBInstance } from "@aws-sdk/client-rds";
import { UserError } from "../user-error";
import { type Context, describeRename, readInstances, resume } from "./context";
import { describeFailure, isFailed } from "./failures";
import { createPause } from "./pause";

/** In these, RDS takes every change but one of the storage. The second one may last for a day. */
const operational = ["available", "storage-optimization"];

/** What this command changes in the background. Other changes may wait for the maintenance window. */
const requested = ["DBInstanceIdentifier", "MasterUserPassword"];

/** Returns the settings of an instance that are yet to change. */
export function getPending({ PendingModifiedValues = {} }: DBInstance = {}): string[] {
  return Object.entries(PendingModifiedValues).flatMap(([setting, value]) =>
    value === undefined || (Array.isArray(value) && value.length === 0) ? [] : setting,
  );
}

/** Waits until an instance has a name, is available, and has what was requested. Returns it. */
export async function waitForInstance(
  context: Context,
  resourceId: string | undefined,
  name: string,
): Promise<DBInstance> {
  const { region } = context;
  const pause = createPause(context);
  let shown = "";
  for (;;) {
    const instance = (await readInstances(context)).find(({ DbiResourceId }) => DbiResourceId === resourceId);
    const { DBInstanceIdentifier = "", DBInstanceStatus = "gone" } = instance ?? {};
    const pending = getPending(instance).filter((setting) => requested.includes(setting));
    if (instance === undefined || /^(stopp|delet)/.test(DBInstanceStatus)) {
      throw new UserError(
        DBInstanceStatus.startsWith("stop")
          ? `${name} is ${DBInstanceStatus}. Start it: aws rds start-db-instance --region ${region} --db-instance-identifier ${name}. ${resume}`
          : `${name} is ${DBInstanceStatus}. See why: aws rds describe-events --region ${region} --source-type db-instance --source-identifier ${name}`,
      );
    }
    if (isFailed(instance)) {
      throw new UserError(describeFailure(context, DBInstanceIdentifier, DBInstanceStatus));
    }
    const isReady =
      operational.includes(DBInstanceStatus) && DBInstanceIdentifier === name && pending.length === 0;
    const text = isReady
      ? `${name}: ${DBInstanceStatus}.`
      : `${DBInstanceIdentifier}: ${[DBInstanceStatus, ...pending.map((setting) => `${setting} to come`)].join(", ")}.`;
    if (text !== shown) {
      context.print(text);
      shown = text;
    }
    if (isReady) {
      return instance;
    }
    const isDue = operational.includes(DBInstanceStatus) && pending.includes("DBInstanceIdentifier");
    await pause(text.replace(/\.$/, ""), isDue ? describeRename(context, instance) : undefined);
  }
}

/** Waits until no instance has a name. */
export async function waitForDeletion(context: Context, name: string): Promise<void> {
  for (;;) {
    const instances = await readInstances(context);
    const instance = instances.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === name);
    if (instance === undefined) {
      return;
    }
    if (instance.DBInstanceStatus !== "deleting") {
      throw new UserError(`${name} is ${instance.DBInstanceStatus ?? "there"}, not deleting. ${resume}`);
    }
    await context.pause();
  }
}
