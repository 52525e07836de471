import { requireAccount } from "../recover/read-facts";
import { UserError } from "../user-error";
import { confirm } from "./confirm";
import { deleteDatabase, findDatabase } from "./database";
import type { DrillPlace } from "./facts";
import { findCause } from "./failure";
import { DrillStack } from "./stack";

/** Removes the stack, and the database where the stack does not have it. */
export async function remove(
  stack: DrillStack | undefined,
  { clients, identifier, ...place }: DrillPlace,
): Promise<void> {
  console.error(`Deleting ${identifier} …`);
  try {
    await stack?.remove();
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

/** Removes what an interrupted or kept drill left. Returns the exit code. */
export async function removeLeft(place: DrillPlace, options: { yes?: true }): Promise<number> {
  const stack = await DrillStack.open(place, () => Promise.resolve({}), { create: false });
  try {
    if (stack === undefined && place.left === undefined) {
      console.error(`No drill of ${place.stack} left anything.`);
      return 0;
    }
    requireAccount(place.stack, place.account, (await stack?.readResources()) ?? []);
    const status = place.left?.DBInstanceStatus ?? "does not exist any more";
    confirm(
      `To remove what a drill of ${place.stack} left:`,
      [
        `delete the database ${place.identifier} (${status}), without a final snapshot`,
        "delete its stack with its state",
      ],
      options,
    );
    await remove(stack, place);
    return 0;
  } finally {
    stack?.close();
  }
}
