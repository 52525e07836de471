import { formatCount } from "../report";
import type { Count, Counts, Failure } from "./count-rows";

/** Names of tables in a message: the comparison above it lists all. */
const shown = 5;

/**
 * Says which tables have rows in the database in use, and are missing or empty in the restored one, or that the restored one has
 * no table. Fewer rows are no loss: they were added after the moment. Neither is a table that only the restored one has:
 * to get it back may be why it is restored. Undefined if nothing is lost.
 */
export function describeLosses(before: Counts | Failure, after: Counts | Failure): string | undefined {
  if (!(after instanceof Map)) {
    return undefined;
  }
  if (after.size === 0) {
    return before instanceof Map && before.size === 0
      ? "No table was found, neither in the database in use nor in the restored one."
      : "The restored database has no tables.";
  }
  const lost =
    before instanceof Map ? [...before].filter(([name, count]) => isLost(count, after.get(name))) : [];
  if (lost.length === 0) {
    return undefined;
  }
  const names = lost.map(([name]) => name);
  const more = names.length > shown ? `, and ${names.length - shown} more` : "";
  return `${formatCount(lost.length, "table")} with rows in the database in use ${lost.length === 1 ? "is" : "are"} missing or empty in the restored one: ${names.slice(0, shown).join(", ")}${more}.`;
}

/** The rows of a table that is too large to be counted are estimated, and never "0". */
function isLost(before: Count, after: Count = { rows: "0" }): boolean {
  return "rows" in before && before.rows !== "0" && "rows" in after && after.rows === "0";
}
