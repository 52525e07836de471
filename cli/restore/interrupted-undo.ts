import { UserError } from "../user-error";
import { type Context, readStatus, type Status } from "./context";
import { getLabel, type PointOptions } from "./points";
import { getOldName, isGoingBack, type Position } from "./position";
import { addTags } from "./steps";
import { forward, tagNames } from "./tags";

/** Says how far an undo has come that was interrupted. */
export function describeInterruptedUndo(position: Position, name: string): string {
  const progress = {
    intact: "",
    restoring: "",
    recorded: `${name} is still the restored database`,
    switched: `${name} is still the restored database, and the state already has ${getOldName(name)}`,
    "half-switched": `the application has no database, which has the name ${getOldName(name)}`,
  }[position];
  return `--undo was interrupted: ${progress}.`;
}

/**
 * Lets a person decide to switch to the restored database after all. @throws UserError otherwise: going forward would take back a
 * decision.
 */
export async function confirmForward(
  context: Context,
  { position, instances }: Status,
  options: PointOptions,
): Promise<void> {
  const { stack, isAttended, confirm } = context;
  const text = describeInterruptedUndo(position, instances.name);
  const undo = `npx beo restore ${stack} --undo`;
  if (!isAttended || getLabel(options) !== undefined) {
    throw new UserError(
      `${text} Nothing was changed. To complete it: ${undo}. To decide to switch to the restored database after all, without --yes and without a point: npx beo restore ${stack}`,
    );
  }
  context.print(`${text}\nTo complete it: ${undo}`);
  if (!confirm("Switch to the restored database after all? Type yes: ")) {
    throw new UserError(`Nothing was changed. To complete the undo: ${undo}`);
  }
  // The question may have been open for long.
  const { old } = (await readStatus(context)).instances;
  if (old?.DbiResourceId !== instances.old?.DbiResourceId || !isGoingBack({ old })) {
    throw new UserError(
      `The instances of ${stack} changed while the question was open. Nothing was changed. See how far the restore is: npx beo status ${stack}`,
    );
  }
  await addTags(context, old ?? {}, { [tagNames.direction]: forward });
}
