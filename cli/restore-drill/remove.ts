import { requireAccount } from "../recover/read-facts";
import { UserError } from "../user-error";
import { confirm } from "./confirm";
import { deleteDatabase, findDatabase } from "./database";
import type { DrillPlace } from "./facts";
import { findCause } from "./failure";
import { requireUnlocked } from "./lock";
import { DrillStack } from "./stack";
import { withLock } from "./with-lock";

/** Removes the stack, and the database where the stack does not have it. */
export async function remove(
  stack: DrillStack | undefined,
  { clients, identifier, ...place }: DrillPlace,
): Promise<void> {
  console.error(`Deleting ${identifier} …`);
  try {
    await stack?.remove().catch(ignoreMissingStack);
    if ((await findDatabase(clients, identifier)) !== undefined) {
      await deleteDatabase(clients, identifier);
    }
  } catch (error) {
    throw new UserError(
      `${findCause(error as Error)}\n${identifier} was not removed, and costs. Run: npx beo restore-drill ${place.stack} --remove`,
      { cause: error },
    );
  }
  console.error(`${identifier} and its stack are removed.`);
}

/** @throws the error, unless there is no stack to remove any more. */
function ignoreMissingStack(error: Error): void {
  if (!findCause(error).startsWith("no stack named")) {
    throw error;
  }
}

/** Removes what an interrupted or kept drill left. Returns the exit code. */
export async function removeLeft(place: DrillPlace, options: { yes?: true }): Promise<number> {
  await requireUnlocked(place, new Date());
  const stack = await DrillStack.open(place, () => Promise.resolve({}), { create: false });
  try {
    if (stack === undefined && place.left === undefined) {
      console.error(`No drill of ${place.stack} left anything.`);
      return 0;
    }
    requireAccount(place.stack, place.account, (await stack?.readResources()) ?? [], {
      profile: place.config["aws:profile"],
    });
    const status = place.left?.DBInstanceStatus ?? "does not exist any more";
    confirm(
      `To remove what a drill of ${place.stack} left:`,
      [
        `delete the database ${place.identifier} (${status}), without a final snapshot`,
        "delete its stack with its state",
      ],
      options,
    );
    await withLock(place, () => remove(stack, place));
    return 0;
  } finally {
    stack?.close();
  }
}
