import { UserError } from "../user-error";
import type { Context } from "./context";

const minute = 60_000;
/** Between two messages of what is waited for. */
const interval = 3 * minute;
/** RDS renames an instance within minutes. */
const limit = 30 * minute;

/**
 * Returns what pauses between two looks at AWS, and says every few minutes what it waits for. What may never come has a limit, at
 * which the command ends with the text that says how to go on.
 */
export function createPause({ now, print, pause }: Pick<Context, "now" | "print" | "pause">) {
  const begin = now().getTime();
  let said = begin;
  return async (text: string, end?: string): Promise<void> => {
    const time = now().getTime();
    if (end !== undefined && time - begin >= limit) {
      throw new UserError(end);
    }
    if (time - said >= interval) {
      print(`Waiting for ${Math.round((time - begin) / minute)} min: ${text} …`);
      said = time;
    }
    await pause();
  };
}
