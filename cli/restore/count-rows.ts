import type { Database } from "../psql/database";
import { query } from "../psql/query";

/** The rows of a table, or why they could not be counted. */
export type Count = { rows: string } | { reason: string };

/** The rows of each table. */
export type Counts = Map<string, Count>;

/** Why no table of a database could be counted, and whether its server refused the connection. */
export interface Failure {
  reason: string;
  isRefused: boolean;
}

/**
 * Lists the tables of the application, and how to count the rows of each. Takes no lock on them. A
 * partitioned table has its rows in its partitions. A table of more than 1 GiB
 * would take long in an instance that reads its storage for the first time: its rows are estimated.
 */
const listTables = `SELECT json_build_array(
  schemaname || '.' || relname,
  format(
    'SELECT json_build_array(CASE WHEN pg_table_size(%1$s) < 1073741824 THEN (SELECT count(*)::text FROM %2$I.%3$I) ELSE %4$L || (SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %1$s) END);',
    relid, schemaname, relname, 'about '))
FROM pg_stat_user_tables
WHERE relid NOT IN (SELECT partrelid FROM pg_partitioned_table)
ORDER BY schemaname, relname;
`;

/** Counts the rows of every table. One that cannot be read does not keep the others from being counted. */
export async function countRows(database: Database, port: string): Promise<Counts | Failure> {
  const list = await query(database, port, listTables);
  if (list.code !== 0) {
    // 2: no connection (https://www.postgresql.org/docs/current/app-psql.html#APP-PSQL-EXIT-STATUS).
    return { reason: getLastLine(list.stderr), isRefused: list.code === 2 };
  }
  const tables = parseLines(list.stdout) as [name: string, statement: string][];
  const { stdout, stderr } = await query(database, port, getScript(tables.map(([, statement]) => statement)));
  // A line for each table, until the connection is lost.
  const lines = parseLines(stdout) as ([rows: string] | [rows: null, reason: string])[];
  return new Map(
    tables.map(([name], index): [string, Count] => {
      const [rows, reason = getLastLine(stderr)] = lines[index] ?? [null];
      return [name, rows === null ? { reason } : { rows }];
    }),
  );
}

/** Returns a script of psql that goes on after a statement that fails, and prints why. */
function getScript(statements: string[]): string {
  const counted = statements.map(
    (statement) => `${statement}
\\if :ERROR
SELECT json_build_array(NULL, :'LAST_ERROR_MESSAGE');
\\endif
`,
  );
  return ["\\set ON_ERROR_STOP 0\n", ...counted].join("");
}

function parseLines(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
}

function getLastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
