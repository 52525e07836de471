import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { type Counts, countRows } from "../../cli/restore/count-rows";
import { DrillServer } from "./support/drill-databases";

/** What `npx beo restore` counts in a PostgreSQL server of this machine; left out where it has none. */
describe("the rows of a database", () => {
  const folder = mkdtempSync(join(tmpdir(), "beo-rows-"));
  const database = {
    host: "db.example.com",
    name: "beo_datastore",
    user: "beo_app",
    password: "App-password1",
  };
  const variable = process.env.PGSSLROOTCERT;
  let server: DrillServer;
  let isStarted = false;
  let port: string;
  before(async function () {
    if (!DrillServer.isInstalled) {
      this.skip();
    }
    // PostgreSQL runs as another user.
    chmodSync(folder, 0o755);
    server = await DrillServer.start(join(folder, "server"), {
      SQL_HOST: database.host,
      SQL_USER: database.user,
      SQL_PASSWORD: database.password,
    });
    isStarted = true;
    port = String(server.port);
    process.env.PGSSLROOTCERT = server.authority;
  });
  after(() => {
    if (isStarted) {
      server.stop();
    }
    if (variable === undefined) {
      delete process.env.PGSSLROOTCERT;
    } else {
      process.env.PGSSLROOTCERT = variable;
    }
    rmSync(folder, { recursive: true });
  });

  const count = () => countRows({ ...database, port }, port);
  /** What the tables of `fill` have. */
  const all: [string, { rows: string }][] = [
    ['public.Customer "Meter"', { rows: "1" }],
    ["public.auth_user", { rows: "1" }],
    ["public.customer_originfile", { rows: "30" }],
    ["public.django_migrations", { rows: "2" }],
    ["public.django_session", { rows: "1" }],
    ["public.reading_2026", { rows: "2" }],
  ];

  it("are counted for each table", async () => {
    server.fill();
    expect([...((await count()) as Counts)]).to.have.deep.members(all);
  });

  it("are those of the database, whatever a service of the shell names", async () => {
    server.fill();
    const file = join(folder, "pg_service.conf");
    writeFileSync(file, "[other]\ndbname=postgres\n");
    Object.assign(process.env, { PGSERVICE: "other", PGSERVICEFILE: file });
    try {
      expect([...((await count()) as Counts)]).to.have.deep.members(all);
    } finally {
      delete process.env.PGSERVICE;
      delete process.env.PGSERVICEFILE;
    }
  });

  it("are counted where another table is locked, or without rights for the user", async () => {
    server.fill();
    server.query(`REVOKE SELECT ON auth_user FROM ${database.user}`);
    const { psql, password } = server.administration;
    const [command = "", ...args] = psql;
    const holder: ChildProcess = spawn(command, [...args.slice(0, -2), "-d", database.name, "--quiet"], {
      env: { ...process.env, PGPASSWORD: password },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const locked = new Promise((resolve) => holder.stdout?.once("data", resolve));
    holder.stdin?.write("BEGIN;\nLOCK TABLE django_session IN ACCESS EXCLUSIVE MODE;\n\\echo locked\n");
    await locked;
    try {
      expect([...((await count()) as Counts)]).to.have.deep.members([
        ...all.filter(([table]) => !["public.auth_user", "public.django_session"].includes(table)),
        ["public.auth_user", { reason: "permission denied for table auth_user" }],
        ["public.django_session", { reason: "canceling statement due to lock timeout" }],
      ]);
    } finally {
      holder.stdin?.end();
      await new Promise((resolve) => holder.once("close", resolve));
    }
  });

  it("are unknown where the server refuses the connection", async () => {
    const result = await countRows({ ...database, port, password: "wrong" }, port);
    expect(result).to.have.property("isRefused", true);
    expect(result)
      .to.have.property("reason")
      .that.matches(/password authentication failed/);
  });
});
