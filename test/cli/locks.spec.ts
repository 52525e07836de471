import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { isAlive } from "../../cli/recover/locks";

const lock = { username: "alice", hostname: hostname(), timestamp: "2026-11-24T10:00:00Z" };

describe("the process that holds a lock", () => {
  const folder = mkdtempSync(join(tmpdir(), "alive-"));
  const children: ChildProcess[] = [];
  before(() => {
    symlinkSync("/bin/sleep", join(folder, "pulumi"));
  });
  after(() => {
    for (const child of children) {
      child.kill("SIGKILL");
    }
    rmSync(folder, { recursive: true });
  });
  /** Starts a process by a shell, which becomes a program that does not wait for it, and prints the number. */
  const start = (command: string) =>
    new Promise<number>((resolve) => {
      const child = spawn(
        "sh",
        ["-c", `${command} & exec node -e "console.log($!); setTimeout(() => {}, 30000)"`],
        { cwd: folder },
      );
      children.push(child);
      child.stdout.once("data", (data: Buffer) => {
        resolve(Number(data));
      });
    });

  it("is alive while Pulumi runs", async () => {
    const pid = await start("./pulumi 30");
    expect(isAlive({ ...lock, pid })).to.equal(true);
    process.kill(pid, "SIGKILL");
  });

  it("is not alive once it was killed, also where it stays as a zombie, as in a container", async () => {
    const pid = await start("./pulumi 30");
    process.kill(pid, "SIGKILL");
    const deadline = Date.now() + 10_000;
    while (isAlive({ ...lock, pid }) && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    // It has its number still.
    expect(() => process.kill(pid, 0)).not.to.throw();
    expect(isAlive({ ...lock, pid })).to.equal(false);
  });

  it("is not alive if its number belongs to another program", async () => {
    expect(isAlive({ ...lock, pid: await start("sleep 30") })).to.equal(false);
  });

  it("is not known on another machine", () => {
    expect(isAlive({ ...lock, pid: process.pid, hostname: "elsewhere" })).to.equal(undefined);
  });
});
