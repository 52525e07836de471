import { type DBInstance, RemoveTagsFromResourceCommand } from "@aws-sdk/client-rds";
import { callAws } from "../call-aws";
import { UserError } from "../user-error";
import { type Context, readStatus, resume } from "./context";
import { deleteInstance } from "./delete";
import { hasNoSnapshot, isFailed } from "./failures";
import { getOldName, getRestoredName, type Instances, isGoingBack } from "./position";
import { addTags, record, rename, setPassword } from "./steps";
import { back, getTag, tagNames, undone } from "./tags";
import { checkPreview } from "./update";
import { waitForInstance } from "./wait";

/**
 * Goes back to the old instance: its steps are those of the restore in the opposite order, so that both ways can go on from
 * wherever the other one was interrupted.
 */
export async function undo(context: Context): Promise<void> {
  const { stack, print } = context;
  let { position, instances } = await readStatus(context);
  const { name } = instances;
  if (position === "intact") {
    print(`There is nothing to undo: ${stack} has its database ${name}, and no restored one is beside it.`);
    return;
  }
  const isSwitched = position !== "restoring";
  if (isSwitched) {
    requireYes(context, describeUndo(instances));
    if (instances.old !== undefined) {
      await setPassword(context, instances.old);
      // From here on, the next run must know that it goes back.
      await addTags(context, instances.old, { [tagNames.direction]: back });
    }
  }
  while (position !== "restoring" && position !== "intact") {
    await stepBack(context, position, instances);
    ({ position, instances } = await readStatus(context));
  }
  const { current, restored } = instances;
  if (current !== undefined && getTag(current, tagNames.replacedBy) !== undefined) {
    await removeTags(context, current, tagNames.replacedBy, tagNames.direction);
  }
  if (isSwitched) {
    print(`${stack} has its old database again.`);
    reportPreview(context);
  }
  if (restored !== undefined) {
    await offerDeletion(context, restored);
  }
}

function describeUndo({ name }: Instances): string {
  return `To go back to the old database:
  - ${getOldName(name)} gets the name ${name} again, and the state its resource id. The database is unavailable for a few minutes.
  - What was written since the switch stays in ${getRestoredName(name)}, which is kept, and is not in the database of the application.`;
}

async function stepBack(context: Context, position: string, instances: Instances): Promise<void> {
  const { name, current, old } = instances;
  if (old === undefined) {
    return;
  }
  if (position === "recorded" && current !== undefined) {
    record(context, name, current, old);
  } else if (position === "switched" && current !== undefined) {
    // Tells the next run what this instance is. An update may have removed both.
    await addTags(context, current, { [tagNames.restoredFrom]: undone, [tagNames.configured]: "true" });
    await rename(context, current, getRestoredName(name));
  } else {
    await rename(context, old, name);
  }
}

async function removeTags(
  { clients }: Context,
  { DBInstanceArn }: DBInstance,
  ...TagKeys: string[]
): Promise<void> {
  const request = new RemoveTagsFromResourceCommand({ ResourceName: DBInstanceArn, TagKeys });
  await callAws(clients.rds().send(request), resume);
}

function reportPreview({ engine, stack, print }: Context): void {
  print("Previewing an update …");
  const { problem, changes } = checkPreview(engine.preview());
  print(
    problem !== undefined
      ? `${problem}\nDo not run npx pulumi up. Compare the settings with AWS: npx pulumi preview --refresh --diff -s ${stack}`
      : changes.length === 0
        ? "The update has nothing to change."
        : `The update would ${changes.join("; ")}. Run it: npx pulumi up --refresh -s ${stack}`,
  );
}

/** Without a terminal, and with --yes, the instance is kept. */
async function offerDeletion(context: Context, restored: DBInstance): Promise<void> {
  const { stack, print, confirmDeletion } = context;
  const name = restored.DBInstanceIdentifier ?? "";
  if (isFailed(restored)) {
    await offerRemoval(context, restored);
  } else if (!["available", "storage-optimization", "deleting"].includes(restored.DBInstanceStatus ?? "")) {
    print(
      `${name} is ${restored.DBInstanceStatus ?? "unknown"}. To delete it, run this again once it is available: npx beo restore ${stack} --undo`,
    );
  } else if (
    restored.DBInstanceStatus === "deleting" ||
    confirmDeletion(`Delete ${name}, with a final snapshot? Type yes: `)
  ) {
    await deleteInstance(context, restored);
  } else {
    print(
      `${name} is kept, and costs as any instance. To delete it: npx beo restore ${stack} --undo. To go on with it: npx beo restore ${stack}`,
    );
  }
}

/** Offers to delete a restored instance that RDS cannot use: no restore can begin before it is gone. */
async function offerRemoval(context: Context, restored: DBInstance): Promise<void> {
  const { stack, print, confirmDeletion } = context;
  const { DBInstanceIdentifier: name = "", DBInstanceStatus: status = "" } = restored;
  const from = getTag(restored, tagNames.restoredFrom) ?? "";
  const isCopy = from !== undone;
  // Of what was written since a switch, a final snapshot is the only copy, where RDS takes one.
  const hasSnapshot = !isCopy && !hasNoSnapshot(restored);
  print(
    [
      `${name} is ${status}, and RDS does not leave that by itself.`,
      isCopy
        ? `It is only a copy, restored from "${from}": the database in use and its backups stay as they are.`
        : `It was the database of ${stack} until --undo, and has what was written then.`,
      ...(hasSnapshot || isCopy
        ? []
        : ["RDS takes no final snapshot of it: only its automated backups stay, until they expire."]),
    ].join("\n"),
  );
  if (confirmDeletion(`Delete ${name}, ${hasSnapshot ? "with a" : "without"} final snapshot? Type yes: `)) {
    await deleteInstance(context, restored, hasSnapshot);
  } else {
    print(
      `${name} is kept, and no restore can begin beside it. To delete it: npx beo restore ${stack} --undo`,
    );
  }
}

/** Deletes the old instance. */
export async function finish(context: Context): Promise<void> {
  const { stack, print } = context;
  const { position, instances } = await readStatus(context);
  const { name, current, old } = instances;
  if (position === "intact") {
    print(`There is nothing to finish: ${stack} has its database ${name}, and no old one is beside it.`);
    return;
  }
  if (isGoingBack(instances)) {
    throw new UserError(
      `--undo of ${stack} was interrupted, and nothing was deleted. Complete it: npx beo restore ${stack} --undo. Or switch to the restored database again: npx beo restore ${stack}`,
    );
  }
  if (position !== "recorded" || old === undefined || isIncomplete(current)) {
    throw new UserError(
      `The restore of ${stack} is not complete, and nothing was deleted. Complete it: npx beo restore ${stack}. Or undo it: npx beo restore ${stack} --undo`,
    );
  }
  const oldName = getOldName(name);
  if (old.DBInstanceStatus !== "deleting") {
    await waitForInstance(context, old.DbiResourceId, oldName);
    requireYes(
      context,
      `To finish the restore of ${stack}: delete ${oldName} (${old.DbiResourceId ?? ""}), with a final snapshot. After that, --undo is no longer possible.`,
    );
  }
  await deleteInstance(context, old);
}

/** The update that completes a restore removes the tag. */
function isIncomplete(current: DBInstance | undefined): boolean {
  return current === undefined || getTag(current, tagNames.restoredFrom) !== undefined;
}

function requireYes({ print, confirm }: Context, plan: string): void {
  print(plan);
  if (!confirm("Go on? Type yes: ")) {
    throw new UserError("Nothing was changed.");
  }
}
