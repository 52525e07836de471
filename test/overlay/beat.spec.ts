import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, afterEach, before, describe, it } from "mocha";
import { Database } from "./support/database";
import { createVenv, execute, findTools, sleep, until } from "./support/tools";

const beat = join(__dirname, "../../overlay/common/beanstalk/beat.py");
/** The addresses of this machine and of a second host, which is a network namespace. */
const addresses = { server: "10.77.33.1", host: "10.77.33.2" };

for (const [name, requirements] of [
  ["Python 3.6", "requirements.txt"],
  ["a current Python", "requirements-current.txt"],
] as const) {
  describe(`the lock of the scheduler, under ${name}`, () => {
    let folder = "";
    let python = "";
    let database: Database;
    let host: ChildProcess;
    let children: ChildProcess[] = [];
    before(async () => {
      const tools = findTools();
      folder = mkdtempSync(join(tmpdir(), "beat-"));
      execute("chmod", ["755", folder]);
      const interpreter = requirements === "requirements.txt" ? tools.python36 : tools.python;
      python = join(createVenv(interpreter, requirements), "bin/python");
      host = spawn("unshare", ["--net", "sleep", "infinity"]);
      await sleep(0.5);
      execute("ip", [
        "link",
        "add",
        "beo-a",
        "type",
        "veth",
        "peer",
        "name",
        "beo-b",
        "netns",
        String(host.pid),
      ]);
      execute("ip", ["address", "add", `${addresses.server}/30`, "dev", "beo-a"]);
      execute("ip", ["link", "set", "beo-a", "up"]);
      onHost("ip", "address", "add", `${addresses.host}/30`, "dev", "beo-b");
      onHost("ip", "link", "set", "beo-b", "up");
      database = await Database.start(
        join(folder, "database"),
        tools.postgres,
        `127.0.0.1,${addresses.server}`,
      );
    });
    afterEach(() => {
      children.forEach((child) => child.kill("SIGKILL"));
      children = [];
    });
    after(() => {
      database.stop();
      // The namespace ends with its process, some time later.
      execute("ip", ["link", "delete", "beo-a"]);
      host.kill();
      rmSync(folder, { recursive: true });
    });

    const enter = () => ["nsenter", `--net=/proc/${host.pid}/ns/net`];
    const onHost = (...command: string[]) => {
      const [program = "", ...args] = [...enter(), ...command];
      execute(program, args);
    };
    /** Starts a candidate whose command notes the time every half second. */
    const start = (file: string, options: { isRemote?: boolean; command?: string } = {}) => {
      const { isRemote = false, command = 'while :; do date +%s >> "$0"; sleep 0.5; done' } = options;
      const args = [python, beat, "sh", "-c", command, join(folder, file)];
      const [program = "", ...rest] = isRemote ? [...enter(), ...args] : args;
      const child = spawn(program, rest, {
        env: {
          PATH: process.env.PATH,
          SQL_HOST: isRemote ? addresses.server : "127.0.0.1",
          SQL_PORT: String(database.port),
          SQL_DATABASE: database.name,
          SQL_USER: database.user,
          SQL_PASSWORD: database.password,
        },
        stdio: ["ignore", openSync(join(folder, `${file}.log`), "a"), "inherit"],
      });
      children.push(child);
      return child;
    };
    /** The seconds at which a candidate's command ran. */
    const read = (file: string) =>
      existsSync(join(folder, file))
        ? (readFileSync(join(folder, file), "utf8").match(/\d+/g) ?? []).map(Number)
        : [];

    it("lets one of several run, and another one as soon as that one stops", async () => {
      const first = start("first");
      await until("the first one runs", 15, () => read("first").length > 0);
      start("second");
      start("third");
      await sleep(12);
      expect([read("second"), read("third")]).to.deep.equal([[], []]);
      const log = readFileSync(join(folder, "second.log"), "utf8");
      expect(log.match(/another instance runs the scheduler/g)).to.have.length(1);

      first.kill("SIGTERM");
      expect(await once(first, "exit")).to.deep.equal([0, null]);
      await until("another one runs", 15, () => read("second").length + read("third").length > 0);
      await sleep(6);
      expect([read("second").length, read("third").length]).to.include(0);
    });

    it("ends the command when it is killed itself", async () => {
      const killed = start("killed");
      await until("it runs", 15, () => read("killed").length > 0);
      killed.kill("SIGKILL");
      await sleep(1);
      const { length } = read("killed");
      await sleep(2);
      expect(read("killed")).to.have.length(length);
    });

    it("fails when the command ends, and releases the lock", async () => {
      const failing = start("failing", { command: "exit 3" });
      expect(await once(failing, "exit")).to.deep.equal([3, null]);
      const ending = start("ending", { command: "exit 0" });
      expect(await once(ending, "exit")).to.deep.equal([1, null]);
    });

    it("goes on after a restart of PostgreSQL", async () => {
      start("restarted");
      await until("it runs", 15, () => read("restarted").length > 0);
      database.restart();
      const { length } = read("restarted");
      await until("it runs again", 30, () => read("restarted").length > length + 4);
      expect(readFileSync(join(folder, "restarted.log"), "utf8")).to.include("no session with PostgreSQL");
    });

    it("moves from a host that is gone within a minute, and never runs on two", async () => {
      start("gone", { isRemote: true });
      await until("the remote host runs it", 15, () => read("gone").length > 0);
      start("standby");
      await sleep(6);
      onHost("ip", "link", "set", "beo-b", "down");
      const lost = Date.now() / 1000;
      await until("the standby runs it", 60, () => read("standby").length > 0);
      const [began = 0] = read("standby");
      const ended = read("gone").at(-1) ?? 0;
      expect(ended - lost, "seconds until the host that is gone stops").to.be.below(12);
      expect(began).to.be.above(ended);
      expect(began - lost, "seconds until the standby starts").to.be.within(20, 45);
    });
  });
}
