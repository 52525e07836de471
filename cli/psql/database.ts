import type { StateResource } from "../state";
import { UserError } from "../user-error";

/** How to connect to a database. */
export interface Database {
  host: string;
  port: string;
  name: string;
  user: string;
  password: string;
}

/**
 * Returns how the application connects to its database, or the master user.
 *
 * @param resources The stack's state, with decrypted secrets.
 * @throws UserError if the state does not have it.
 */
export function getDatabase(
  stack: string,
  resources: StateResource[],
  { master, host }: { master?: boolean; host?: string },
): Database {
  const { outputs = {} } = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? {};
  const variables = reveal(outputs.webEnvironment) as Record<string, string> | undefined;
  const instance = resources.find(({ type }) => type === "aws:rds/instance:Instance")?.outputs ?? {};
  const { SQL_HOST, SQL_PORT, SQL_DATABASE, SQL_USER, SQL_PASSWORD } = variables ?? {};
  const [user, password] = master ? [instance.username, reveal(instance.password)] : [SQL_USER, SQL_PASSWORD];
  const database = { host: host ?? SQL_HOST, port: SQL_PORT, name: SQL_DATABASE, user, password };
  const missing = Object.entries(database).filter(([, value]) => typeof value !== "string" || value === "");
  if (missing.length > 0) {
    throw new UserError(
      `The state of ${stack} has no ${missing.map(([name]) => name).join(" and no ")} of the ${master ? "master user's" : "application's"} database. ${
        master
          ? `Set the password: docs/rotation.md#database-password`
          : `Complete the update: npx pulumi up -s ${stack}`
      }`,
    );
  }
  return database as Database;
}

/** Returns the value of a decrypted secret, or a value that is not secret. */
export function reveal(value: unknown): unknown {
  return typeof value === "object" && value !== null && "plaintext" in value
    ? JSON.parse(String(value.plaintext))
    : value;
}
