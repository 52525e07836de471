import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Database } from "../../overlay/support/database";
import { execute } from "../../overlay/support/tools";

/**
 * Tables as Django creates them for models of the application (github.com/seanchon/beo_datastore, load/customer/models.py)
 * and for its own apps, and a partitioned one.
 */
const schema = `
CREATE TABLE django_migrations (id serial PRIMARY KEY, app varchar(255) NOT NULL, name varchar(255) NOT NULL, applied timestamptz NOT NULL);
CREATE TABLE django_session (session_key varchar(40) PRIMARY KEY, session_data text NOT NULL, expire_date timestamptz NOT NULL);
CREATE TABLE auth_user (id serial PRIMARY KEY, username varchar(150) NOT NULL, last_login timestamptz, date_joined timestamptz NOT NULL);
CREATE TABLE customer_originfile (id serial PRIMARY KEY, file varchar(100) NOT NULL, created_at timestamp NOT NULL);
CREATE TABLE "Customer ""Meter""" (id serial PRIMARY KEY, sa_id varchar(100), note text);
CREATE TABLE reading (at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE reading_2026 PARTITION OF reading FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO django_migrations (app, name, applied) VALUES ('customer', '0001_initial', '2026-02-01T10:00:00Z'), ('auth', '0001_initial', '2026-02-01T09:00:00Z');
INSERT INTO django_session VALUES ('k', 'd', '2099-01-01T00:00:00Z');
INSERT INTO auth_user (username, last_login, date_joined) VALUES ('ops', NULL, '2026-02-02T08:00:00Z');
INSERT INTO customer_originfile (file, created_at) SELECT 'origin_files/upload_' || n || '.csv', '2026-03-04T05:06:07' FROM generate_series(1, 30) n;
INSERT INTO "Customer ""Meter""" (sa_id, note) VALUES ('7/2.5', 'www.example.org/a/b.html');
INSERT INTO reading VALUES ('2026-03-01T00:00:00Z'), ('2026-04-01T00:00:00Z');
`;

/** The files that `schema` refers to, as objects of the media bucket. */
export const mediaKeys = Array.from(
  { length: 30 },
  (_, index) => `media_root/origin_files/upload_${index + 1}.csv`,
);

/** A PostgreSQL server that stands for a database of the emulated AWS. */
export class DrillServer {
  private constructor(
    private readonly server: Database,
    /** The file of the authority of its certificate. */
    readonly authority: string,
    private readonly user: string,
  ) {}

  /** Whether this machine has PostgreSQL, and may start it as another user. */
  static get isInstalled(): boolean {
    return findBinaries() !== "" && process.getuid?.() === 0;
  }

  /** Starts a server for a host, with the application's user. */
  static async start(
    folder: string,
    { SQL_HOST: host = "", SQL_USER: user = "", SQL_PASSWORD: password = "" }: Record<string, string>,
  ): Promise<DrillServer> {
    const server = await Database.start(folder, findBinaries());
    server.query(`CREATE ROLE ${user} LOGIN PASSWORD '${password}'`);
    return new DrillServer(server, server.useTls(host), user);
  }

  get port(): number {
    return this.server.port;
  }

  /** What the plug-in master_passwords.py needs to change a password. */
  get administration() {
    const { port, user, password } = this.server;
    return { psql: ["psql", "-h", "127.0.0.1", "-p", String(port), "-U", user, "-d", "postgres"], password };
  }

  /** Fills the database again, and changes it. */
  fill(...changes: string[]): void {
    this.server.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    for (const statement of [schema, ...changes]) {
      this.server.query(statement);
    }
    this.server.query(
      `GRANT USAGE ON SCHEMA public TO ${this.user}; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${this.user}`,
    );
  }

  query(statement: string): string[] {
    return this.server.query(statement);
  }

  /** Has a certificate for another host, as an instance that was renamed. */
  useHost(host: string): void {
    this.server.useTls(host);
  }

  stop(): void {
    this.server.stop();
  }
}

/** Writes the file of the plug-in. */
export function writeAdministration(file: string, servers: Record<string, DrillServer>): void {
  const content = Object.entries(servers).map(([identifier, { administration }]) => [
    identifier,
    administration,
  ]);
  writeFileSync(file, JSON.stringify(Object.fromEntries(content)));
  chmodSync(file, 0o600);
}

/** Joins the authorities of servers into one file, which libpq trusts. */
export function joinAuthorities(file: string, ...servers: DrillServer[]): string {
  writeFileSync(
    file,
    execute(
      "cat",
      servers.map(({ authority }) => authority),
    ),
  );
  return join(file);
}

/** The folder of the newest PostgreSQL's programs; "" if there is none. */
function findBinaries(): string {
  return execute("sh", ["-c", "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1"]).trim();
}
