import { execFileSync, spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { Database } from "../overlay/support/database";
import { readSection } from "../support/documents";
import { createStage } from "../support/session-manager/stage";
import { installCommandLines } from "./support/command-lines";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

const support = join(__dirname, "../support/session-manager");

/** What the stand-in for the Session Manager plugin noted of a session. */
interface Session {
  argv: string[];
  parameters: { Target: string; DocumentName: string; Parameters: Record<string, [string]> };
  variables: string[];
}

/**
 * The emulated AWS starts sessions, but has no instances that run anything. The plugin is a stand-in: it runs the deployed
 * document's commands in a folder that looks like an instance, and forwards ports to a PostgreSQL server on this machine.
 */
describe("shell, manage.py and psql of a deployed stack", function () {
  this.timeout(10 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "beo-shell-"));
  const record = join(folder, "record");
  let workspace: Workspace;
  let database: Database | undefined;
  let restored: Database | undefined;
  let environment: NodeJS.ProcessEnv;
  let variables: Record<string, string>;

  before(async () => {
    workspace = new Workspace();
    await workspace.init("dev");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    ({ webEnvironment: variables } = (await workspace.outputs("dev")) as {
      webEnvironment: Record<string, string>;
    });
    // PostgreSQL does not run as root.
    chmodSync(folder, 0o755);
    database = await startDatabase(variables, variables.SQL_HOST!);
    restored = await startDatabase(variables, getRestoredHost());
    environment = {
      ...workspace.environment(),
      PATH: [support, installCommandLines(), process.env.PATH].join(delimiter),
      PLUGIN_RECORD: record,
      PLUGIN_FORWARD_TO: JSON.stringify({
        [variables.SQL_HOST!]: database?.port ?? 1,
        [getRestoredHost()]: restored?.port ?? 1,
      }),
      PLUGIN_STAGE: createStage(join(folder, "instance"), { platform: "python", files: ["manage.py"] }),
      PGSSLROOTCERT: join(folder, "ca.pem"),
      HOME: folder,
    };
  });
  after(() => {
    database?.stop();
    restored?.stop();
    workspace.remove();
    rmSync(folder, { recursive: true });
  });

  const getRestoredHost = () => variables.SQL_HOST!.replace(/^[^.]+/, "$&-restored");

  /**
   * Starts a server with the stack's user, and with a certificate of a host. Undefined where this machine has no PostgreSQL,
   * whose tests are left out then.
   */
  async function startDatabase({ SQL_USER = "", SQL_PASSWORD = "" }: Record<string, string>, host: string) {
    const binaries = execFileSync("sh", ["-c", "ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1"], {
      encoding: "utf8",
    }).trim();
    if (binaries === "" || process.getuid?.() !== 0) {
      return undefined;
    }
    const data = join(folder, `database-${host}`);
    const server = await Database.start(data, binaries);
    server.query(`CREATE ROLE ${SQL_USER} LOGIN PASSWORD '${SQL_PASSWORD}'`);
    const openssl = (command: string) =>
      execFileSync("sh", ["-ec", `openssl ${command}`], { cwd: folder, stdio: "pipe" });
    if (!existsSync(join(folder, "ca.pem"))) {
      openssl("req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.pem");
    }
    openssl("req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr");
    writeFileSync(join(folder, "names"), `subjectAltName=DNS:${host}\n`);
    openssl(
      "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
    for (const file of ["server.key", "server.pem"]) {
      execFileSync("install", ["-o", "postgres", "-m", "600", join(folder, file), join(data, "data", file)]);
    }
    appendFileSync(
      join(data, "data/postgresql.conf"),
      "ssl = on\nssl_cert_file = 'server.pem'\nssl_key_file = 'server.key'\n",
    );
    server.restart();
    return server;
  }

  function beo(args: string[], input = "") {
    rmSync(record, { force: true });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(__dirname, "../../cli/beo.js"), ...args],
      { cwd: workspace.folder, env: environment, encoding: "utf8", input },
    );
    expect(stdout + stderr, "what is printed").not.to.include(variables.SQL_PASSWORD);
    return { code: status, stdout, output: stdout + stderr };
  }
  const getSession = () => JSON.parse(readFileSync(record, "utf8").split("\n")[0]!) as Session;

  it("opens a shell with the environment's variables, as the application's user", () => {
    const { code, stdout, output } = beo(
      ["shell", "dev"],
      'echo "$STAGE_USER in $(basename "$PWD") uses $SQL_HOST"; exit 4\n',
    );
    expect(stdout).to.include("webapp in current uses db.example.com\n");
    expect(code, output).to.equal(4);
    expect(output).to.match(/Instance i-\w+ of beo-datastore-dev, health Ok\./);
    expect(getSession().parameters.DocumentName).to.equal("beo-datastore-dev-session");
  });

  it("opens it on the worker too", () => {
    expect(beo(["shell", "dev", "worker"], "exit\n").output).to.include(
      "of beo-datastore-dev-worker, health Ok.",
    );
  });

  it("runs manage.py with its arguments as they are", () => {
    const words = ["createsuperuser", "--username", "it's", "--email", '"a b"@example.com', "--no-input"];
    const { code, stdout } = beo(["manage", "dev", "--", ...words]);
    expect(stdout).to.include(`python:${["manage.py", ...words].map((word) => ` <${word}>`).join("")}\n`);
    expect(code).to.equal(0);
  });

  it("runs the commands that reverse a migration (docs/eb.md)", () => {
    const commands = readSection("docs/eb.md", "## Roll back a version").match(/^npx beo manage prod .*$/gm);
    expect(commands).to.have.length(3);
    for (const command of commands ?? []) {
      const [, words = ""] = command.split(" -- ");
      const { code, stdout } = beo(["manage", "dev", "--", ...words.split(" ")]);
      const expected = ["manage.py", ...words.split(" ")].map((word) => ` <${word}>`).join("");
      expect({ code, stdout }).to.deep.include({ code: 0 });
      expect(stdout).to.include(`python:${expected}\n`);
    }
  });

  describe("psql", () => {
    before(function () {
      if (database === undefined) {
        this.skip();
      }
    });

    it("connects psql with the stack's user and password, encrypted, and ends the session", () => {
      const query =
        "SELECT current_user, current_database(), ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid() -- it's";
      const { code, stdout, output } = beo(["psql", "dev", "--", "-Atc", query]);
      expect(output).to.include("Database beo_datastore on ");
      expect(stdout).to.equal("beo_datastore|beo_datastore|t\n");
      expect(code).to.equal(0);
      const { argv, parameters, variables: names } = getSession();
      expect(parameters.DocumentName).to.equal("AWS-StartPortForwardingSessionToRemoteHost");
      expect(parameters.Parameters).to.deep.include({ host: [variables.SQL_HOST], portNumber: ["5432"] });
      expect(argv.join(" ")).not.to.include(variables.SQL_PASSWORD);
      expect(names).not.to.include("PGPASSWORD");
      expect(readFileSync(record, "utf8")).to.match(/\n\{"ended":"session-\w+"\}\n$/);
    });

    it("does not connect psql to a server whose certificate is another host's", () => {
      const { code, output } = beo(["psql", "dev", "--host", "other.example.com", "--", "-c", "SELECT 1"]);
      expect(output).to.match(/server certificate for .* does not match host name "other\.example\.com"/);
      expect(code).to.equal(2);
    });

    it("compares the rows of a restored database with those of the one in use", () => {
      const grant = `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${variables.SQL_USER ?? ""}`;
      for (const [server, rows] of [
        [database, 120],
        [restored, 20],
      ] as const) {
        server?.query(`CREATE TABLE auth_user AS SELECT generate_series(1, 5) AS id`);
        server?.query(`CREATE TABLE "Odd name's" AS SELECT generate_series(1, ${rows}) AS id`);
        server?.query(grant);
      }
      restored?.query("CREATE TABLE hidden (id integer)");
      const stopped = beo(["restore", "dev", "--latest"], "yes\nno\n");
      expect(stopped.code, stopped.output).to.equal(1);
      expect(stopped.stdout.split("\n")).to.include.members([
        "  public.Odd name's       120        20  *",
        "  public.auth_user          5         5",
        "  public.hidden      no table         ?",
        "  public.hidden, restored: permission denied for table hidden",
      ]);
      expect(stopped.output).to.include(`npx beo psql dev --host ${getRestoredHost()}`);
      expect(stopped.output).to.include(
        "The names were not switched: the application uses the database as before.",
      );
      expect(getSession().argv.join(" ")).not.to.include(variables.SQL_PASSWORD);
    });

    it("does not switch to a restored database that refuses the application's user", () => {
      restored?.query(`ALTER ROLE ${variables.SQL_USER ?? ""} PASSWORD 'of-that-moment'`);
      const refused = beo(["restore", "dev", "--yes"]);
      expect(refused.code, refused.output).to.equal(1);
      expect(refused.output).to.match(
        /^The application's user cannot connect to beo-datastore-dev-restored/m,
      );
      expect(refused.output).to.include(`npx beo psql dev --master --host ${getRestoredHost()}`);
      const undone = beo(["restore", "dev", "--undo"], "yes\n");
      expect(undone.code, undone.output).to.equal(0);
      expect(undone.output).to.match(/beo-datastore-dev-restored is deleted/);
    });

    it("exits with psql's code", () => {
      const { code, output } = beo(["psql", "dev", "--", "-c", "SELECT wrong"]);
      expect(output).to.include('column "wrong" does not exist');
      expect(code).to.equal(1);
    });
  });

  it("leaves Ctrl-C and Ctrl-Z in a terminal to the session, also when npx starts it", () => {
    // Types into a terminal: each line after the text that it waits for.
    const terminal = join(folder, "terminal.py");
    writeFileSync(
      terminal,
      `import os, pty, select, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execvp("sh", ["sh", "-c", 'trap "echo npx was interrupted" INT; node "$0" "$@"; exit $?'] + sys.argv[1:])
seen = b""
for text, keys in [(b"ready", b"\\x03"), (b"interrupted", b"\\x1a"), (b"suspended", b"exit\\n")]:
    deadline = time.time() + 60
    while text not in seen and time.time() < deadline:
        if select.select([fd], [], [], 1)[0]:
            seen += os.read(fd, 4096)
    time.sleep(0.5)
    os.write(fd, keys)
try:
    while True:
        seen += os.read(fd, 4096)
except OSError:
    pass
os.write(1, seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`,
    );
    const agent = join(folder, "signals");
    writeFileSync(
      agent,
      `#!/usr/bin/env python3
import signal, sys
signal.signal(signal.SIGINT, lambda *_: print("interrupted", flush=True))
signal.signal(signal.SIGTSTP, lambda *_: print("suspended", flush=True))
print("ready", flush=True)
while sys.stdin.readline() != "exit\\n":
    pass
`,
    );
    chmodSync(agent, 0o755);
    const args = [terminal, join(__dirname, "../../cli/beo.js"), "shell", "dev"];
    const { status, stdout } = spawnSync("python3", args, {
      cwd: workspace.folder,
      env: { ...environment, PLUGIN_STAGE: agent },
      encoding: "utf8",
      timeout: 120_000,
    });
    expect(stdout).not.to.include("npx was interrupted");
    expect(stdout).to.match(/ready[^]*interrupted[^]*suspended[^]*Exiting session/);
    expect(status).to.equal(0);
  });

  it("asks for the instances' health and agents before it starts a session", async () => {
    const actions = (await emulatorOf(workspace.aws).calls()).map(({ action }) => action);
    const first = (action: string) => actions.indexOf(action);
    expect(first("DescribeInstancesHealth")).to.be.within(0, first("DescribeInstanceInformation"));
    expect(first("DescribeInstanceInformation")).to.be.below(first("StartSession"));
  });

  it("removes the document and the policies, and only them, when sessions are turned off", async () => {
    await workspace.succeed("config", "set", "--path", "platform.shell", "false", "--stack", "dev");
    const off = await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(off).to.match(/- 3 deleted\n\s+\d+ unchanged/);
    const { code, output } = beo(["shell", "dev"]);
    expect(output).to.include("platform.shell is false");
    expect(code).to.equal(1);
    await workspace.succeed("config", "rm", "--path", "platform.shell", "--stack", "dev");
    const missing = beo(["manage", "dev", "--", "check"]);
    expect(missing.output).to.include("npx pulumi up -s dev");
    const on = await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(on).to.match(/\+ 3 created\n\s+\d+ unchanged/);
    expect(beo(["shell", "dev"], "exit\n").code).to.equal(0);
  });
});
