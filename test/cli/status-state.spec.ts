import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { readLocks } from "../../cli/recover/backend";
import { isAlive } from "../../cli/recover/locks";
import { getExitCode, runChecks } from "../../cli/report";
import type { PendingOperation, StateResource } from "../../cli/state";
import { checkState, type StateContext } from "../../cli/status/state";
import { getChecks } from "../../cli/status/status";
import { fakeAws } from "../support/fake-aws";

const resource = (type: string, name: string, more: Partial<StateResource> = {}): StateResource => ({
  urn: `urn:pulumi:prod::beo-datastore::beo:index:Datastore$aws:${type}::${name}`,
  type: `aws:${type}`,
  id: name,
  ...more,
});
const database = resource("rds/instance:Instance", "beo-db-instance");
const queue = resource("sqs/queue:Queue", "beo-queue");
const web = resource("elasticbeanstalk/environment:Environment", "beo-eb-web");
const worker = resource("elasticbeanstalk/environment:Environment", "beo-eb-worker");
const deadLetters = resource("sqs/queue:Queue", "beo-dead-letters");
const complete = [database, queue, web, worker, deadLetters];
const now = new Date("2026-11-26T12:00:00Z");
const recover = ["npx beo recover prod"];
const creating: PendingOperation = {
  type: "creating",
  resource: { ...worker, id: undefined, inputs: { name: "beo-datastore-prod-worker" } },
};
/** The state does not have it. */
const interrupted: PendingOperation = { type: "creating", resource: { ...deadLetters, id: undefined } };

const read = (more: Partial<StateContext> = {}) =>
  runChecks(
    checkState({
      stack: "prod",
      resources: complete,
      pendingOperations: [],
      readLocks: () => Promise.resolve([]),
      now,
      ...more,
    }),
  );
const lockedBy = (isAlive: boolean | undefined, timestamp: string) => () =>
  Promise.resolve([{ pid: 4711, username: "alice", hostname: "laptop", timestamp, isAlive }]);

describe("the state in npx beo status", () => {
  it("is the first check", () => {
    const clients = fakeAws({});
    const readNone = () => Promise.resolve([]);
    const state = { stack: "prod", resources: complete, pendingOperations: [], readLocks: readNone, now };
    const [first] = getChecks({ ...state, clients, region: "us-west-1" }, false);
    expect(first?.topic).to.equal("State");
  });

  it("is complete without operations and locks", async () => {
    expect(await read()).to.deep.equal({
      lines: [{ topic: "State", level: "ok", text: "Complete, and not locked." }],
      unread: [],
    });
  });

  it("is in error after an interrupted update, with the operations", async () => {
    const updating: PendingOperation = { type: "updating", resource: database };
    const report = await read({
      resources: [database, queue, web, worker],
      pendingOperations: [interrupted, updating],
    });
    expect(report.lines).to.deep.equal([
      {
        topic: "State",
        level: "error",
        text: "Pulumi was interrupted during 2 operations: creating Queue beo-dead-letters, updating Instance beo-db-instance. Complete the update:",
        fix: recover,
      },
    ]);
    expect(getExitCode(report)).to.equal(3);
  });

  it("has a note of an interrupted creation that a later update has completed", async () => {
    const report = await read({ pendingOperations: [creating] });
    expect(report.lines).to.deep.equal([
      {
        topic: "State",
        level: "note",
        text: "Pulumi was interrupted during 1 operation: creating Environment beo-eb-worker (beo-datastore-prod-worker). The state has what was to be created: a later update has completed it, or it was to be replaced. To see what is left, and to clear the record:",
        fix: recover,
      },
    ]);
    expect(getExitCode(report)).to.equal(0);
    // A replacement: the state has only what is replaced.
    const old = { ...worker, delete: true };
    const replacing = await read({ resources: [database, queue, web, old], pendingOperations: [creating] });
    expect(replacing.lines.map(({ level }) => level)).to.deep.equal(["error", "error"]);
  });

  it("is in error where a main resource is missing", async () => {
    const numbered = resource("elasticbeanstalk/environment:Environment", "beo-eb-web-2");
    const replaced = { ...database, delete: true };
    const deleted = { ...queue, pendingReplacement: true };
    const report = await read({ resources: [numbered, replaced, deleted, deadLetters] });
    expect(report.lines).to.deep.equal([
      {
        topic: "State",
        level: "error",
        text: "Missing in the state, although the stack is deployed: the database, the queue, the worker environment. See what happened:",
        fix: recover,
      },
    ]);
  });

  it("has notes only while an update runs on this machine", async () => {
    const report = await read({
      resources: [queue],
      pendingOperations: [creating],
      readLocks: lockedBy(true, "2026-11-24T10:00:00Z"),
    });
    expect(report.lines.map(({ level, text }) => [level, text])).to.deep.equal([
      ["note", "Locked by process 4711 of alice on laptop, since 2026-11-24T10:00:00Z, which is running."],
      [
        "note",
        "Pulumi is working on 1 operation: creating Environment beo-eb-worker (beo-datastore-prod-worker).",
      ],
      [
        "note",
        "Missing in the state, although the stack is deployed: the database, the web environment, the worker environment. See what happened:",
      ],
    ]);
  });

  it("points from the lock of a killed process to recover", async () => {
    const report = await read({
      resources: [database, queue, web, worker],
      pendingOperations: [interrupted],
      readLocks: lockedBy(false, "2026-11-26T11:59:00Z"),
    });
    expect(report.lines.map(({ level }) => level)).to.deep.equal(["warning", "error"]);
    expect(report.lines[0]).to.deep.include({
      text: "Locked by process 4711 of alice on laptop, since 2026-11-26T11:59:00Z. That process does not exist any more: it was killed. Updates fail until the lock is removed:",
      fix: recover,
    });
  });

  // GitHub: "Job execution time – 6 hours" on hosted runners.
  for (const [timestamp, levels] of [
    ["2026-11-26T06:00:00Z", ["note", "note"]],
    ["2026-11-26T05:59:59Z", ["warning", "error"]],
  ] as const) {
    it(`takes a lock of another machine since ${timestamp.slice(11, 19)} at 12:00 as [${levels.join(", ")}]`, async () => {
      const readOther = lockedBy(undefined, timestamp);
      const { lines } = await read({
        resources: [database, queue, web, worker],
        pendingOperations: [interrupted],
        readLocks: readOther,
      });
      expect(lines.map(({ level }) => level)).to.deep.equal(levels);
      expect(lines[0]).to.deep.include({
        text: `Locked by process 4711 of alice on laptop, since ${timestamp}. If that process does not run any more:`,
        fix: recover,
      });
    });
  }

  it("is read from the locks that Pulumi writes into a folder", async () => {
    const folder = mkdtempSync(join(tmpdir(), "beo-locks-"));
    try {
      const { s3 } = fakeAws({});
      const url = `file://${folder}`;
      expect(await readLocks(url, "beo-datastore", "prod", s3)).to.deep.equal([]);
      const locks = join(folder, ".pulumi/locks/organization/beo-datastore/prod");
      mkdirSync(locks, { recursive: true });
      // A process that has ended.
      const { pid } = spawnSync("true");
      const lock = { pid, username: "alice", hostname: hostname(), timestamp: "2026-11-26T11:59:00Z" };
      writeFileSync(join(locks, "5b1d.json"), JSON.stringify(lock));
      writeFileSync(join(locks, "5b1d.json.attrs"), "{}");
      const [found] = await readLocks(url, "beo-datastore", "prod", s3);
      expect(found).to.deep.equal(lock);
      expect(isAlive(lock)).to.equal(false);
      expect(isAlive({ ...lock, hostname: "elsewhere" })).to.equal(undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is not locked as far as is known where only the CLI can read", async () => {
    const { s3 } = fakeAws({});
    expect(await readLocks("https://app.pulumi.com/acme", "beo-datastore", "prod", s3)).to.deep.equal([]);
  });
});
