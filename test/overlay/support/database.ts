import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, getFreePort } from "./tools";

/** A PostgreSQL server of our own. */
export class Database {
  readonly name = "beo_datastore";
  readonly user = "beo";
  readonly password = "Overlay-password1";

  private constructor(
    private readonly folder: string,
    private readonly binaries: string,
    readonly port: number,
  ) {}

  /** Starts a server that listens on an address, with the application's empty database. */
  static async start(folder: string, binaries: string, addresses = "127.0.0.1"): Promise<Database> {
    const database = new Database(folder, binaries, await getFreePort());
    mkdirSync(folder, { recursive: true });
    const passwordFile = join(folder, "password");
    writeFileSync(passwordFile, database.password);
    chmodSync(passwordFile, 0o644);
    execute("chown", ["-R", "postgres", folder]);
    const data = join(folder, "data");
    database.#run("initdb", [
      "-D",
      data,
      "-U",
      database.user,
      "-A",
      "scram-sha-256",
      `--pwfile=${passwordFile}`,
    ]);
    writeFileSync(join(data, "pg_hba.conf"), "host all all 0.0.0.0/0 scram-sha-256\n");
    const options = `-p ${database.port} -c listen_addresses=${addresses} -c unix_socket_directories= -c fsync=off`;
    database.#run("pg_ctl", ["-D", data, "-o", options, "-l", join(folder, "log"), "-w", "start"]);
    database.query(`CREATE DATABASE ${database.name}`, "postgres");
    return database;
  }

  /** Accepts TLS with a certificate for a host, and returns the file of the authority that signed it. */
  useTls(host: string): string {
    const data = join(this.folder, "data");
    const extensions = join(this.folder, "extensions");
    writeFileSync(extensions, `subjectAltName=DNS:${host}\n`);
    const openssl = (...args: string[]) => execute("openssl", args);
    const [authority, authorityKey] = [join(this.folder, "ca.crt"), join(this.folder, "ca.key")];
    const [request, certificate, key] = ["server.csr", "server.crt", "server.key"].map((file) =>
      join(data, file),
    );
    const newKey = ["-newkey", "rsa:2048", "-nodes"];
    openssl("req", "-x509", ...newKey, "-subj", "/CN=Authority", "-keyout", authorityKey, "-out", authority);
    openssl("req", ...newKey, "-subj", `/CN=${host}`, "-keyout", key!, "-out", request!);
    const signer = ["-CA", authority, "-CAkey", authorityKey, "-CAcreateserial"];
    openssl("x509", "-req", "-in", request!, ...signer, "-extfile", extensions, "-out", certificate!);
    execute("chown", ["postgres", key!, certificate!]);
    chmodSync(authority, 0o644);
    this.query("ALTER SYSTEM SET ssl = on", "postgres");
    this.#run("pg_ctl", ["-D", data, "reload"]);
    return authority;
  }

  /** Runs a statement and returns its rows, values separated by "|". */
  query(statement: string, name = this.name): string[] {
    const args = ["-h", "127.0.0.1", "-p", String(this.port), "-U", this.user, "-d", name, "-Atc", statement];
    return execute(join(this.binaries, "psql"), args, { PGPASSWORD: this.password })
      .split("\n")
      .filter((line) => line !== "");
  }

  /** Counts the test application's events of a name. */
  count(event: string): number {
    return Number(this.query(`SELECT count(*) FROM beo_datastore_event WHERE name = '${event}'`)[0]);
  }

  /** Stops the server at once, and starts it again. */
  restart(): void {
    this.#run("pg_ctl", [
      "-D",
      join(this.folder, "data"),
      "-l",
      join(this.folder, "log"),
      "-m",
      "immediate",
      "-w",
      "restart",
    ]);
  }

  stop(): void {
    this.#run("pg_ctl", ["-D", join(this.folder, "data"), "-m", "immediate", "-w", "stop"]);
  }

  #run(command: string, args: string[]): void {
    execute("setpriv", [
      "--reuid=postgres",
      "--regid=postgres",
      "--clear-groups",
      join(this.binaries, command),
      ...args,
    ]);
  }
}
