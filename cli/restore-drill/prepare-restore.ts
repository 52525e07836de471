import type { StateResource } from "../state";
import { ofType } from "../status/context";
import { UserError } from "../user-error";
import { isUsable } from "./choose-point";
import { deleteDatabase } from "./database";
import type { DrillPlace } from "./facts";
import { findCause } from "./failure";
import type { DrillStack } from "./stack";

/**
 * Where there is no database to go on with, deletes one of which Pulumi does not know, and forgets one that does not exist
 * any more, so that the stack restores again.
 */
export async function prepareRestore(
  stack: Pick<DrillStack, "refresh">,
  place: Pick<DrillPlace, "stack" | "identifier" | "clients" | "left">,
  resources: StateResource[],
): Promise<void> {
  const { identifier, clients, left } = place;
  const isInState = ofType({ resources }, "rds/instance:Instance").length > 0;
  if (isInState ? isUsable(left) : left === undefined) {
    return;
  }
  if (left === undefined) {
    console.error(
      `An earlier drill restored ${identifier}, which does not exist any more. Restoring again …`,
    );
  } else {
    console.error(
      isUsable(left)
        ? `Pulumi was interrupted after it had requested ${identifier} and before it saved that. Deleting it, and restoring again …`
        : `${identifier} is being deleted. Waiting for that, and restoring again …`,
    );
    await deleteDatabase(clients, identifier);
  }
  try {
    await stack.refresh();
  } catch (error) {
    throw new UserError(
      `${findCause(error as Error)}\nThe state of the drill's stack could not be refreshed. Nothing was restored. Fix the cause, and run the command again, or remove what is left: npx beo restore-drill ${place.stack} --remove`,
      { cause: error },
    );
  }
  place.left = undefined;
}
