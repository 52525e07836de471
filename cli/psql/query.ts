import type { Database } from "./database";
import { runPsql } from "./run";

/** What a script of psql printed. */
export interface QueryResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Seconds after which the server cancels a statement. */
const statementTimeout = 15 * 60;

/**
 * Runs a script of psql in a session that only reads. Its first error ends it.
 *
 * @param variables Values that the script takes as :'name', which psql quotes.
 */
export async function query(
  database: Database,
  port: string,
  script: string,
  variables: Record<string, string> = {},
): Promise<QueryResult> {
  const output = { stdout: "", stderr: "" };
  const settings = Object.entries(variables).map(([name, value]) => `--set=${name}=${value}`);
  const code = await runPsql(
    {
      args: ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", ...settings],
      database,
      port,
      stdio: "pipe",
      variables: {
        PGOPTIONS: `-c default_transaction_read_only=on -c statement_timeout=${statementTimeout}s -c lock_timeout=10s -c timezone=UTC`,
        PGAPPNAME: "beo",
        PGCLIENTENCODING: "UTF8",
        PGCONNECT_TIMEOUT: "30",
      },
    },
    (child) => {
      child.stdout?.on("data", (data: Buffer) => (output.stdout += data.toString()));
      child.stderr?.on("data", (data: Buffer) => (output.stderr += data.toString()));
      // A connection that fails closes it before the script is written.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(script);
    },
  );
  return { code, ...output };
}
