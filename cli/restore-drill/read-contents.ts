import { parseJson } from "../../stacks/validators";
import type { Database } from "../psql/database";
import { query, type QueryResult } from "../psql/query";
import { UserError } from "../user-error";
import { chooseFiles, type ColumnValue, type FileSample } from "./choose-files";

/** A table, and what is in it. */
export interface TableContents {
  /** With its schema: public.customer_meter. */
  table: string;
  rows: number;
  /** The latest of its times up to the recovery point; null if it has none. */
  newest: string | null;
}

/** A database that a local port leads to. */
export interface Connection {
  database: Database;
  port: string;
}

/** The tables that the user may read. Partitions are counted with their table. */
const tables = `FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
ORDER BY 1`;

// One statement for each table, so that each has the time that a statement may take, and each table is read once. \\gexec
// runs the result of a query as statements: https://www.postgresql.org/docs/current/app-psql.html
const contentsScript = String.raw`SELECT format(
  'SELECT json_build_object(''table'', %L, ''rows'', count(*), ''newest'', to_char(greatest(%s), ''YYYY-MM-DD"T"HH24:MI:SS"Z"'')) FROM %I.%I',
  n.nspname || '.' || c.relname,
  coalesce(
    (SELECT string_agg(format('max(%I::timestamptz) FILTER (WHERE %I <= %L)', a.attname, a.attname, :'point'), ', ')
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       AND a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype)),
    'NULL::timestamptz'),
  n.nspname, c.relname)
${tables}
\gexec
`;

// Django stores a FileField as varchar(100), with the path below the storage's location
// (https://docs.djangoproject.com/en/stable/ref/models/fields/#filefield). A type modifier is the length and 4.
const filesScript = String.raw`SELECT format(
  'SELECT json_build_object(''column'', %L, ''file'', %I) FROM (SELECT %I FROM %I.%I WHERE %I <> '''' ORDER BY random() LIMIT %s) AS sample',
  n.nspname || '.' || c.relname || '.' || a.attname, a.attname, a.attname, n.nspname, c.relname, a.attname, :'sample')
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
${tables.replace(/^FROM .*\n/, "").replace("\nORDER BY 1", "")}
  AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'varchar'::regtype AND a.atttypmod = 104
ORDER BY 1
\gexec
`;

/** Counts the rows of all tables, and finds the latest time up to the recovery point. */
export async function readContents({ database, port }: Connection, point: string): Promise<TableContents[]> {
  return parseLines(await query(database, port, contentsScript, { point }), database) as TableContents[];
}

/** Returns files that the database refers to, from each column with files in turn. */
export async function sampleFiles({ database, port }: Connection, count: number): Promise<FileSample> {
  if (count === 0) {
    return { files: [], leftOut: [] };
  }
  const result = await query(database, port, filesScript, { sample: String(count) });
  return chooseFiles(parseLines(result, database) as ColumnValue[], count);
}

/** Whether the server refused the password. */
export function isPasswordWrong({ stderr }: QueryResult): boolean {
  return stderr.includes("password authentication failed");
}

function parseLines(result: QueryResult, { host }: Database): unknown[] {
  if (result.code !== 0) {
    throw new UserError(`psql could not read ${host}: ${result.stderr.trim()}`);
  }
  return result.stdout
    .split("\n")
    .filter((line) => line !== "")
    .map(parseJson);
}
