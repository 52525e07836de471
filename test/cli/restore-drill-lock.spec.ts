import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { mock } from "node:test";
import { expect } from "chai";
import { describe, it } from "mocha";
import { DrillLock, requireUnlocked } from "../../cli/restore-drill/lock";
import { withLock } from "../../cli/restore-drill/with-lock";
import { awsError, fakeAws } from "../support/fake-aws";

const name = "/beo-datastore-dev-operations/restore-drill-lock";
const now = new Date("2026-11-27T11:40:00Z");

/** An SSM with this parameter, and an RDS. */
function createPlace(value?: object, databases: object[] = []) {
  const parameters = new Map(value === undefined ? [] : [[name, JSON.stringify(value)]]);
  const clients = fakeAws({
    GetParameter: ({ Name }) => {
      const Value = parameters.get(String(Name));
      if (Value === undefined) {
        throw awsError("ParameterNotFound");
      }
      return { Parameter: { Value } };
    },
    PutParameter: ({ Name, Value, Overwrite }) => {
      if (parameters.has(String(Name)) && Overwrite !== true) {
        throw awsError("ParameterAlreadyExists");
      }
      parameters.set(String(Name), String(Value));
      return {};
    },
    DeleteParameter: ({ Name }) => {
      parameters.delete(String(Name));
      return {};
    },
    DescribeDBInstances: () => ({ DBInstances: databases }),
  });
  const place = { stack: "dev", applicationName: "beo-datastore-dev", clients };
  return { place, parameters };
}

const getMessage = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as Error,
  );
  return error?.message;
};

/** A process that has ended. */
const ended = spawnSync(process.execPath, ["--version"]).pid;
const elsewhere = {
  ...{ id: "a", pid: 4711, username: "alice", hostname: "laptop" },
  ...{ timestamp: "2026-11-27T11:00:00Z", seen: "2026-11-27T11:39:30Z" },
};
const here = { ...elsewhere, hostname: hostname() };

describe("the lock of a restore drill", () => {
  it("is there from the first to the last step", async () => {
    const { place, parameters } = createPlace();
    const lock = await DrillLock.acquire(place, now);
    const held = JSON.parse(parameters.get(name) ?? "") as object;
    expect(held).to.include({
      ...{ pid: process.pid, hostname: hostname() },
      ...{ timestamp: "2026-11-27T11:40:00Z", seen: "2026-11-27T11:40:00Z" },
    });
    await lock.check();
    await lock.release();
    expect([...parameters]).to.deep.equal([]);
  });

  it("refuses a second drill, says who runs the first one, and how to go on", async () => {
    const message =
      "A restore drill of dev is running: process 4711 of alice on laptop, since 2026-11-27T11:00:00Z. Nothing was changed. Wait until it has ended. If its process was killed, run the command again after 2026-11-27T11:49:30Z: a drill that has not renewed its lock for 10 minutes counts as ended.";
    const { place, parameters } = createPlace(elsewhere);
    expect(await getMessage(requireUnlocked(place, now))).to.equal(message);
    expect(await getMessage(DrillLock.acquire(place, now))).to.equal(message);
    expect(JSON.parse(parameters.get(name) ?? "")).to.deep.equal(elsewhere);
    const own = createPlace({ ...here, pid: process.pid });
    expect(await getMessage(requireUnlocked(own.place, now))).to.match(
      /^A restore drill of dev is running: /,
    );
  });

  it("is renewed each minute, unless another drill has it", async () => {
    mock.timers.enable({ apis: ["setInterval", "Date"], now });
    try {
      const { place, parameters } = createPlace();
      const lock = await DrillLock.acquire(place, now);
      mock.timers.tick(60_000);
      await new Promise(setImmediate);
      const renewed = JSON.parse(parameters.get(name) ?? "") as object;
      expect(renewed).to.include({ timestamp: "2026-11-27T11:40:00Z", seen: "2026-11-27T11:41:00Z" });
      parameters.set(name, JSON.stringify(elsewhere));
      mock.timers.tick(60_000);
      await lock.release();
      expect(JSON.parse(parameters.get(name) ?? "")).to.deep.equal(elsewhere);
    } finally {
      mock.timers.reset();
    }
  });

  const left: [title: string, value: object][] = [
    ["was not renewed", { ...elsewhere, seen: "2026-11-27T11:30:00Z" }],
    ["is of a process of this machine that has ended", { ...here, pid: ended }],
    ["is of a moment of the future", { ...elsewhere, seen: "2099-01-01T00:00:00Z" }],
    ["is something else", { maybe: true }],
  ];
  for (const [title, value] of left) {
    it(`is taken over where it ${title}`, async () => {
      const { place, parameters } = createPlace(value);
      await requireUnlocked(place, now);
      const lock = await DrillLock.acquire(place, now);
      expect(JSON.parse(parameters.get(name) ?? "")).to.include({ pid: process.pid });
      await lock.release();
      expect([...parameters]).to.deep.equal([]);
    });
  }

  it("stops a drill whose lock another one took over, and leaves that one's", async () => {
    const { place, parameters } = createPlace();
    const lock = await DrillLock.acquire(place, now);
    parameters.set(name, JSON.stringify(elsewhere));
    expect(await getMessage(lock.check())).to.equal(
      "Another drill of dev took over: process 4711 of alice on laptop, since 2026-11-27T11:00:00Z. This one stopped, because it had not renewed its lock for 10 minutes. It recorded and removed nothing. See the result of the other one: npx beo status dev",
    );
    await lock.release();
    expect(JSON.parse(parameters.get(name) ?? "")).to.deep.equal(elsewhere);
    parameters.delete(name);
    expect(await getMessage(lock.check())).to.match(/^Another drill of dev took over\. This one /);
  });

  const database = { DbiResourceId: "db-1", DBInstanceStatus: "available" };
  const act = (shown: object | undefined, ...found: object[]) => {
    const { place, parameters } = createPlace(undefined, found);
    const drillPlace = { ...place, identifier: "d-drill", ...(shown && { left: shown }) };
    const acted = withLock(drillPlace as unknown as Parameters<typeof withLock>[0], () =>
      Promise.resolve("acted"),
    );
    return { acted, parameters };
  };

  it("is ended where the database is not what was shown", async () => {
    const changes: [shown: object | undefined, found: object[], state: string][] = [
      [database, [], "it is deleted, and was available"],
      [undefined, [database], "it is available, and was not there"],
      [database, [{ ...database, DbiResourceId: "db-2" }], "it was restored again"],
    ];
    for (const [shown, found, state] of changes) {
      const { acted, parameters } = act(shown, ...found);
      expect(await getMessage(acted)).to.equal(
        `d-drill has changed meanwhile: ${state}. Nothing was changed. Run the command again.`,
      );
      expect([...parameters]).to.deep.equal([]);
    }
    expect(await act(database, database).acted).to.equal("acted");
    expect(await act({ ...database, DBInstanceStatus: "deleting" }).acted).to.equal("acted");
  });
});
