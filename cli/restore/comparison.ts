import { UserError } from "../user-error";
import type { Context } from "./context";
import type { Comparison } from "./verify";

/**
 * Prints what a comparison did not read. A person decides whether to switch to such a database, or to one that lacks data; with
 * --yes, none would.
 */
export function reportComparison(
  { stack, isAttended, print }: Context,
  { uncompared, losses }: Comparison,
): void {
  if (!isAttended && losses !== undefined) {
    throw new UserError(
      [
        ...(uncompared === undefined ? [] : [uncompared]),
        `${losses}\nThe names were not switched: with --yes, each table that has rows now must have rows in the restored database. To decide yourself: npx beo restore ${stack}. To restore another point, delete this one first: npx beo restore ${stack} --undo`,
      ].join("\n"),
    );
  }
  if (!isAttended && uncompared !== undefined) {
    throw new UserError(
      `${uncompared}\nThe names were not switched: --yes does not switch to a database that could not be compared. To decide yourself: npx beo restore ${stack}. To switch without comparing: npx beo restore ${stack} --yes --skip-verify`,
    );
  }
  if (uncompared !== undefined) {
    print(uncompared);
  }
}

/** Returns the question before the switch, with what would be lost. */
export function getSwitchQuestion({ losses }: Comparison): string {
  return losses === undefined
    ? "Switch to the restored database? Type yes: "
    : `WARNING: ${losses}\nSwitch to the restored database nevertheless? Type yes: `;
}
