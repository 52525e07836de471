import type { DBInstance } from "@aws-sdk/client-rds";
import { getDatabase } from "../psql/database";
import { findTunnelInstance, getTunnelCommand } from "../psql/session";
import { withTunnel } from "../psql/tunnel";
import { getSessionTarget, readResources } from "../shell/deployment";
import { findMissingTools } from "../shell/tools";
import { UserError } from "../user-error";
import { type Counts, countRows, type Failure } from "./count-rows";
import { formatCounts } from "./format-rows";

/** What a comparison of the rows found. */
export interface Comparison {
  /** Why some tables could not be compared; undefined if all were. */
  uncompared?: string;
  /** What the database in use has, and the restored one lacks. */
  losses?: string;
}

/**
 * Counts the rows of the tables in both instances, as the application's user, and prints them.
 *
 * @throws UserError if only the restored instance refuses the connection.
 */
export async function compareRows(
  stack: string,
  current: DBInstance,
  restored: DBInstance,
  print: (text: string) => void,
): Promise<Comparison> {
  const missing = describeMissingTools();
  if (missing !== undefined) {
    return { uncompared: `The rows were not compared: ${missing}` };
  }
  const [currentHost, restoredHost] = [current.Endpoint?.Address ?? "", restored.Endpoint?.Address ?? ""];
  const open = await ignoreUserError(openSessions(stack));
  if (open instanceof UserError) {
    return { uncompared: `The rows were not compared: ${open.message}` };
  }
  print("Counting the rows of each table …");
  const [before, after] = [await open(currentHost), await open(restoredHost)];
  if (before instanceof Map && !(after instanceof Map) && after.isRefused) {
    throw new UserError(
      `The application's user cannot connect to ${restored.DBInstanceIdentifier ?? ""}, but to the database in use: ${after.reason}\nIts password may have been another one at that moment: docs/rotation.md. Nothing was switched. As the master user: npx beo psql ${stack} --master --host ${restoredHost}`,
    );
  }
  const { table, problem, losses } = formatCounts(before, after);
  if (table !== undefined) {
    print(table);
  }
  return { uncompared: problem, losses };
}

/** Says which of the commands that compare rows are not installed; undefined if all are. */
export function describeMissingTools(): string | undefined {
  const missing = findMissingTools("aws", "session-manager-plugin", "psql");
  return missing.length === 0
    ? undefined
    : `${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} not on PATH (docs/shell.md).`;
}

/** Returns how to count the rows in an instance. */
async function openSessions(stack: string): Promise<(host: string) => Promise<Counts | Failure>> {
  const resources = readResources(stack, { showSecrets: true });
  const target = getSessionTarget(stack, resources);
  const database = getDatabase(stack, resources, {});
  const instance = await findTunnelInstance(target);
  return async (host) => {
    const other = { ...database, host };
    const result = await ignoreUserError(
      withTunnel(getTunnelCommand(target, instance, other), (port) => countRows(other, port)),
    );
    return result instanceof UserError ? { reason: result.message, isRefused: false } : result;
  };
}

async function ignoreUserError<T>(result: Promise<T>): Promise<T | UserError> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof UserError) {
      return error;
    }
    throw error;
  }
}
