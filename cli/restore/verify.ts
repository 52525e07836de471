import type { DBInstance } from "@aws-sdk/client-rds";
import { type Database, getDatabase } from "../psql/database";
import { query } from "../psql/query";
import { getTunnelCommand } from "../psql/session";
import { withTunnel } from "../psql/tunnel";
import { findExecutable } from "../pulumi";
import { getSessionTarget, readResources } from "../shell/deployment";
import { findInstance } from "../shell/session";
import { formatCount } from "../report";
import { UserError } from "../user-error";

/**
 * Counts the rows of every table of the application. A table of more than 1 GiB would take long in an instance that reads its
 * storage for the first time: its rows are estimated.
 */
const script = `SELECT format(
  'SELECT json_build_array(%L, %s)',
  schemaname || '.' || relname,
  CASE
    WHEN NOT has_table_privilege(relid, 'SELECT') THEN quote_literal('not readable')
    WHEN pg_table_size(relid) < 1073741824
    THEN format('(SELECT count(*)::text FROM %I.%I)', schemaname, relname)
    ELSE quote_literal('about ' || (SELECT reltuples::bigint FROM pg_class WHERE oid = relid))
  END)
FROM pg_stat_user_tables ORDER BY schemaname, relname \\gexec
`;

/** The rows of each table. */
export type Counts = Map<string, string>;

/** Why there are none: the connection was refused, or a statement failed. */
type Failure = "refused" | "failed";

/**
 * Counts the rows of the tables in both instances, as the application's user, and prints them. Where this machine or the stack
 * cannot connect, says so.
 *
 * @throws UserError if only the restored instance refuses the connection.
 */
export async function compareRows(
  stack: string,
  current: DBInstance,
  restored: DBInstance,
  print: (text: string) => void,
): Promise<void> {
  const missing = ["aws", "session-manager-plugin", "psql"].filter(
    (tool) => findExecutable(tool) === undefined,
  );
  if (missing.length > 0) {
    print(`The rows were not compared: ${missing.join(" and ")} is not on PATH (docs/shell.md).`);
    return;
  }
  const [currentHost, restoredHost] = [current.Endpoint?.Address ?? "", restored.Endpoint?.Address ?? ""];
  const open = await openSessions(stack).catch((error: unknown) => {
    if (error instanceof UserError) {
      print(`The rows were not compared: ${error.message}`);
      return undefined;
    }
    throw error;
  });
  if (open === undefined) {
    return;
  }
  print("Counting the rows of each table …");
  const [before, after] = [await open(currentHost), await open(restoredHost)];
  if (before !== "refused" && after === "refused") {
    throw new UserError(
      `The application's user cannot connect to ${restored.DBInstanceIdentifier ?? ""}, but to the database in use. Its password may have been another one at that moment: docs/rotation.md. Nothing was switched. As the master user: npx beo psql ${stack} --master --host ${restoredHost}`,
    );
  }
  print(
    typeof before === "string" || typeof after === "string"
      ? `The rows were not compared: psql could not ${before === "refused" ? "connect" : "count them"}.`
      : formatCounts(before, after),
  );
}

/** Returns how to count the rows in an instance. */
async function openSessions(stack: string): Promise<(host: string) => Promise<Counts | Failure>> {
  const resources = readResources(stack, { showSecrets: true });
  const target = getSessionTarget(stack, resources);
  const database = getDatabase(stack, resources, {});
  const instance = await findInstance(target, ["web", "worker"], undefined);
  return (host) => {
    const other = { ...database, host };
    return withTunnel(getTunnelCommand(target, instance, other), (port) => count(other, port));
  };
}

async function count(database: Database, port: string): Promise<Counts | Failure> {
  const { code, stdout, stderr } = await query(database, port, script);
  if (code !== 0) {
    console.error(stderr.trim());
    // 2: no connection (https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-EXIT-STATUS).
    return code === 2 ? "refused" : "failed";
  }
  return parseCounts(stdout);
}

function parseCounts(text: string): Counts {
  return new Map(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as [string, string]),
  );
}

/** Formats the rows of the tables in both instances. */
export function formatCounts(before: Counts, after: Counts): string {
  const tables = [...new Set([...before.keys(), ...after.keys()])].sort();
  const rows = tables.map((table) => [
    table,
    before.get(table) ?? "no table",
    after.get(table) ?? "no table",
  ]);
  const header = ["table", "in use", "restored"];
  const widths = header.map((title, column) =>
    Math.max(...[header, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const format = (row: string[]) => {
    const cells = row.map((value, column) =>
      column === 0 ? value.padEnd(widths[column] ?? 0) : value.padStart(widths[column] ?? 0),
    );
    return `  ${cells.join("  ")}${row === header || row[1] === row[2] ? "" : "  *"}`;
  };
  const differing = rows.filter(([, old, restored]) => old !== restored).length;
  return [
    format(header),
    ...rows.map(format),
    differing === 0
      ? `The rows of ${formatCount(rows.length, "table")} are the same.`
      : `* ${differing} of ${rows.length} tables differ.`,
  ].join("\n");
}
