import { UserError } from "../user-error";
import { isUsable } from "./choose-point";
import { findDatabase } from "./database";
import type { DrillPlace } from "./facts";
import { DrillLock } from "./lock";

/** Acts on the throw-away database as the only drill, if it is still what was shown. */
export async function withLock<T>(place: DrillPlace, act: (lock: DrillLock) => Promise<T>): Promise<T> {
  const lock = await DrillLock.acquire(place, new Date());
  try {
    await requireShown(place);
    return await act(lock);
  } finally {
    await lock.release();
  }
}

/** @throws UserError if another drill created or removed the database while the question was open. */
async function requireShown(place: DrillPlace): Promise<void> {
  const { identifier, clients, left } = place;
  const current = await findDatabase(clients, identifier);
  const [shown, found] = [left, current].map((one) => (isUsable(one) ? one.DbiResourceId : undefined));
  if (shown !== found) {
    const change =
      shown !== undefined && found !== undefined
        ? "it was restored again"
        : `it is ${current?.DBInstanceStatus ?? "deleted"}, and was ${left?.DBInstanceStatus ?? "not there"}`;
    throw new UserError(
      `${identifier} has changed meanwhile: ${change}. Nothing was changed. Run the command again.`,
    );
  }
}
