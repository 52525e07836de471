import {
  AddTagsToResourceCommand,
  type DBInstance,
  ModifyDBInstanceCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import { callAws } from "../call-aws";
import { UserError } from "../user-error";
import { backUpState, type Context, resume } from "./context";
import type { Point } from "./points";
import { getOldName, getRestoredName, type Instances } from "./position";
import { explainRefusal } from "./refusals";
import { getConfigureRequest, getRestoreRequest } from "./requests";
import { getMissingReplications, replaceInstance } from "./state-edit";
import { forward, getTag, tagNames } from "./tags";
import { checkPreview } from "./update";
import { waitForInstance } from "./wait";

/** Restores a point next to the current instance, with its class or another one. */
export async function restoreBeside(
  context: Context,
  current: DBInstance,
  point: Point,
  instanceClass = current.DBInstanceClass,
): Promise<void> {
  const rds = context.clients.rds();
  const instance = {
    ...current,
    DBInstanceClass: instanceClass,
    // Each class has its own.
    ProcessorFeatures: instanceClass === current.DBInstanceClass ? current.ProcessorFeatures : [],
  };
  const request = getRestoreRequest(point, instance);
  context.print(`Restoring ${getRestoredName(current.DBInstanceIdentifier ?? "")} …`);
  const response: Promise<unknown> =
    "fromSnapshot" in request
      ? rds.send(new RestoreDBInstanceFromDBSnapshotCommand(request.fromSnapshot))
      : rds.send(new RestoreDBInstanceToPointInTimeCommand(request.toPointInTime));
  await callAws(
    response.catch(explainRefusal(context, instance)),
    `Nothing was changed, or AWS's answer was lost. ${resume}`,
  );
}

/** Completes the restored instance: waits for it, and gives it what the restore did not. */
export async function completeRestored(context: Context, current: DBInstance, restored: DBInstance) {
  const rds = context.clients.rds();
  const name = restored.DBInstanceIdentifier ?? "";
  const wait = () => waitForInstance(context, restored.DbiResourceId, name);
  let instance = await wait();
  if (getTag(instance, tagNames.configured) !== undefined) {
    // The application's user may be the master user, and verifies it.
    return setPassword(context, instance);
  }
  const password = context.engine.readPassword();
  if (password === undefined) {
    context.print("The state has no password of the master user: the restored instance keeps its own.");
  }
  await callAws(
    rds.send(new ModifyDBInstanceCommand(getConfigureRequest(current, instance, password))),
    resume,
  );
  await context.pause();
  instance = await wait();
  if (
    instance.DBParameterGroups?.some(({ ParameterApplyStatus }) => ParameterApplyStatus === "pending-reboot")
  ) {
    await callAws(rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: name })), resume);
    await context.pause();
    instance = await wait();
  }
  await addTags(context, instance, { [tagNames.configured]: "true" });
  return instance;
}

/**
 * Sets the password of the state on an instance that is about to get the database's name: it may have been rotated since the
 * instance was restored or replaced. RDS applies a password at once, whatever else waits for the maintenance window.
 */
export async function setPassword(context: Context, instance: DBInstance): Promise<DBInstance> {
  const { DBInstanceIdentifier: name = "", DbiResourceId } = instance;
  const available = await waitForInstance(context, DbiResourceId, name);
  const password = context.engine.readPassword();
  if (password === undefined) {
    return available;
  }
  await callAws(
    context.clients
      .rds()
      .send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: name, MasterUserPassword: password })),
    resume,
  );
  await context.pause();
  return waitForInstance(context, DbiResourceId, name);
}

/** Gives the restored instance the name of the current one, which gets another name. */
export async function switchNames(context: Context, { name, current, restored }: Instances): Promise<void> {
  if (restored !== undefined) {
    await setPassword(context, restored);
  }
  // Marked first: from the renaming on, the next run must know which one is which.
  if (current !== undefined && restored !== undefined) {
    const marks = { [tagNames.replacedBy]: restored.DbiResourceId ?? "", [tagNames.direction]: forward };
    await addTags(context, current, marks);
    await rename(context, current, getOldName(name));
  }
  if (restored !== undefined) {
    await rename(context, restored, name);
  }
}

/** Renames an instance, and waits until it is available under the new name. */
export async function rename(context: Context, instance: DBInstance, to: string): Promise<void> {
  const { DBInstanceIdentifier: from = "", DbiResourceId } = instance;
  await waitForInstance(context, DbiResourceId, from);
  context.print(`Renaming ${from} to ${to} …`);
  await callAws(
    context.clients.rds().send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: from,
        NewDBInstanceIdentifier: to,
        ApplyImmediately: true,
      }),
    ),
    `The names may be half-way switched, and the application without its database. ${resume}`,
  );
  await context.pause();
  await waitForInstance(context, DbiResourceId, to);
}

export async function addTags(
  { clients }: Context,
  { DBInstanceArn }: DBInstance,
  tags: Record<string, string>,
): Promise<void> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const request = new AddTagsToResourceCommand({ ResourceName: DBInstanceArn, Tags });
  await callAws(clients.rds().send(request), resume);
}

/** Records another instance in the state as the stack's database. */
export function record(context: Context, name: string, from: DBInstance, to: DBInstance): void {
  const text = backUpState(context, "The state was not changed.");
  const next = replaceInstance(text, name, from, to, context.readKeptStates());
  context.engine.importState(next);
  context.print(`The state has ${to.DBInstanceIdentifier ?? ""} (${to.DbiResourceId ?? ""}).`);
  for (const arn of getMissingReplications(next, to)) {
    context.print(
      `The state does not have the replication ${arn} of ${to.DBInstanceIdentifier ?? ""}, and neither has a copy of the state on this machine. An update cannot start it again. Stop it once the instance has the name ${name} again; its backups stay for their days: aws rds stop-db-instance-automated-backups-replication --region ${arn.split(":")[3] ?? ""} --source-db-instance-arn <ARN of ${name}>`,
    );
  }
}

/** Updates the stack, after a question. Puts the old instance back into the state if the update would lose data. */
export function update(context: Context, { name, current, old }: Instances): void {
  const { stack, engine, print, confirm } = context;
  print("Previewing an update …");
  const { problem, changes } = checkPreview(engine.preview());
  if (problem !== undefined && current !== undefined && old !== undefined) {
    record(context, name, current, old);
    throw new UserError(
      `${problem}\nThe state has the old database again (${old.DBInstanceIdentifier ?? ""}). The application uses the restored one (${name}). Solve what the preview reports, or set what it would replace as AWS has it; then run the command again: npx beo restore ${stack}. To switch back to the old database: npx beo restore ${stack} --undo`,
    );
  }
  if (changes.length === 0) {
    print("The update has nothing to change.");
  } else {
    print(["The update will:", ...changes.map((change) => `  - ${change}`)].join("\n"));
    if (!confirm("Update the stack? Type yes: ")) {
      throw new UserError(
        `The stack was not updated. The application uses the restored database. To go on: npx beo restore ${stack}`,
      );
    }
    engine.update();
  }
  print(
    [
      `${stack} has the restored database. ${getOldName(name)} is the old one, and costs as before.`,
      `  To go back to it: npx beo restore ${stack} --undo`,
      `  Once you have verified the application, to delete it: npx beo restore ${stack} --finish`,
      "  Turn maintenance off if it is on: docs/operating.md#maintenance",
    ].join("\n"),
  );
}
