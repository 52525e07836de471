import { shellWord } from "../../stacks/commands";
import { getSessionTarget, readResources } from "../shell/deployment";
import { formatWords, type SessionOptions } from "../shell/session";
import { requireTools } from "../shell/tools";
import { getDatabase } from "./database";
import { getConnection, runPsql } from "./run";
import { findTunnelInstance, getTunnelCommand } from "./session";
import { withTunnel } from "./tunnel";

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
  const instance = await findTunnelInstance(target, options.instance);
  if (options.print) {
    const session = getTunnelCommand(target, instance, database, printedPort);
    console.log(formatCommands(session, stack, getConnection(database, printedPort), args, options));
    return 0;
  }
  console.error(`Database ${database.name} on ${database.host}, as ${database.user}.`);
  return withTunnel(getTunnelCommand(target, instance, database), async (port) => {
    // Ctrl-C cancels a query in psql.
    const ignore = () => undefined;
    process.on("SIGINT", ignore);
    try {
      return await runPsql({ args, database, port, stdio: "inherit" });
    } finally {
      process.off("SIGINT", ignore);
    }
  });
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
    "# In another terminal. A service would override the variables:",
    `${password}${variables.join(" ")} PGSSLROOTCERT=global-bundle.pem ${formatWords(["env", "-u", "PGSERVICE", "psql", ...args])}`,
  ].join("\n");
}
