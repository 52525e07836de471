import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { join } from "node:path";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { describe, it } from "mocha";
import type { Lock } from "../../cli/recover/locks";
import { addEvent, createChanges, formatChanges, getFirstLine } from "../../cli/up/changes";
import { runParallel } from "../../cli/run-parallel";
import { chooseStacks } from "../../cli/up/stacks";
import { type UpdateOptions, updateStacks } from "../../cli/up/update-stacks";
import { fixtures } from "../support/stacks";

const toEvent = (op: OpType, name: string) =>
  ({
    resOutputsEvent: {
      metadata: { op, urn: `urn:pulumi:north::beo-datastore::aws:sqs/queue:Queue::${name}` },
    },
  }) as EngineEvent;
const toError = (message: string) =>
  ({ diagnosticEvent: { severity: "error", message } }) as unknown as EngineEvent;

/** What a stack does: its changes, and the error with which it ends. */
interface Behaviour {
  changes?: [op: OpType, name: string][];
  previewError?: string;
  error?: string;
  /** Whether Ctrl-C comes while it is updated. */
  isInterrupted?: boolean;
  /** Who locks it, from the beginning, or only later. */
  lock?: Lock;
  laterLock?: Lock;
}

/** Updates stacks with an engine that does what the table says. */
async function update(
  stacks: Record<string, Behaviour>,
  options: Partial<UpdateOptions> = {},
  answer = true,
) {
  const [lines, questions, runs]: [string[], string[], string[]] = [[], [], []];
  let interrupt: () => void = () => undefined;
  let [running, most, interrupts] = [0, 0, 0];
  const code = await updateStacks(
    Object.keys(stacks),
    {
      ...{ parallel: 3, preview: false, yes: false, allowReplace: [], policies: false, logs: "/logs" },
      ...options,
    },
    {
      engine: {
        listStacks: () => Promise.resolve([]),
        run: async (kind, stack, { onEvent }) => {
          runs.push(`${kind} ${stack}`);
          most = Math.max(most, (running += 1));
          await new Promise((resolve) => setTimeout(resolve, 5));
          const { changes = [], error, previewError, isInterrupted } = stacks[stack] ?? {};
          if (kind === "up" && isInterrupted) {
            interrupt();
          }
          for (const [op, name] of changes) {
            onEvent(toEvent(op, name));
          }
          running -= 1;
          const message = kind === "up" ? error : previewError;
          if (message !== undefined) {
            onEvent(toError(message));
            throw new Error(message.startsWith("error: ") ? message : "error: update failed");
          }
        },
        interrupt: () => {
          interrupts += 1;
        },
      },
      readLocks: (stack) => {
        const { lock, laterLock } = stacks[stack] ?? {};
        const later = runs.includes(`up ${stack}`) ? laterLock : undefined;
        return Promise.resolve([lock ?? later].filter((one) => one !== undefined));
      },
      ask: (question) => {
        questions.push(question.trim());
        return answer;
      },
      print: (line) => lines.push(line),
      progress: (line) => lines.push(line),
      width: 100,
      onInterrupt: (call) => {
        interrupt = call;
        return () => undefined;
      },
    },
  );
  const text = lines.join("\n");
  const table = text.slice(text.lastIndexOf("Stack "));
  const results = Object.fromEntries(
    Object.keys(stacks).map((stack) => [
      stack,
      new RegExp(`^${stack} +([a-z ]+?)  `, "m").exec(table)?.[1] ?? "",
    ]),
  );
  return { code, text, questions, runs, most, interrupts, results };
}

describe("the update of several stacks", () => {
  it("previews all, asks once, and updates them, at most some at the same time", async () => {
    const behaviour: Behaviour = { changes: [["create", "queue"]] };
    const stacks = Object.fromEntries(
      Array.from({ length: 10 }, (_, index) => [`tenant-${index}`, behaviour]),
    );
    const { code, questions, runs, most, results } = await update(stacks, { parallel: 4 });
    expect(code).to.equal(0);
    expect(questions).to.have.length(1);
    // At most 100 columns.
    expect(questions[0]).to.equal(
      `Update 10 stacks (${[0, 1, 2, 3, 4, 5, 6, 7]
        .map((one) => `tenant-${one}, `)
        .join("")
        .trim()}\n  tenant-8, tenant-9)? (yes/no)`,
    );
    expect(runs.slice(0, 10).every((run) => run.startsWith("preview "))).to.equal(true);
    expect(runs).to.have.length(20);
    expect(most).to.equal(4);
    expect(new Set(Object.values(results))).to.deep.equal(new Set(["updated"]));
  });

  it("changes nothing after a no, and does not ask with --yes", async () => {
    const north: Behaviour = { changes: [["create", "queue"]] };
    const no = await update({ north }, {}, false);
    expect([no.code, no.runs]).to.deep.equal([1, ["preview north"]]);
    const yes = await update({ north }, { yes: true }, false);
    expect([yes.code, yes.questions, yes.runs]).to.deep.equal([0, [], ["preview north", "up north"]]);
  });

  it("ends without a question or an update where nothing changes", async () => {
    const all = await update({ north: { changes: [["same", "queue"]] }, south: {} });
    expect([all.code, all.questions, all.runs]).to.deep.equal([0, [], ["preview north", "preview south"]]);
    expect(all.text).to.match(/\n\nNo changes\. Nothing was updated\.$/);
    const rest = await update({ north: { changes: [["replace", "queue"]] }, south: {} }, { yes: true });
    expect([rest.code, rest.questions, rest.runs]).to.deep.equal([1, [], ["preview north", "preview south"]]);
    expect(rest.text).to.match(/\n\nNo changes in the other stacks\. Nothing was updated\.$/);
    // The engine deletes what an interrupted replacement left.
    const old = await update({ north: { changes: [["delete-replaced", "queue"]] } });
    expect([old.questions.length, old.runs]).to.deep.equal([1, ["preview north", "up north"]]);
  });

  it("says what is going on, and when it has ended", async () => {
    const { text } = await update({ north: { changes: [["create", "queue"]] } });
    const progress = text.split("\n").flatMap((line) => /^\d\d:\d\d:\d\d {2}(.*)/.exec(line)?.[1] ?? []);
    expect(progress).to.deep.equal([
      "north  previewing …",
      "north  previewed: 1 to create",
      "north  updating …",
      "north  updated after 0 s",
    ]);
  });

  it("only previews with --preview", async () => {
    const good = await update({ north: { changes: [["delete", "queue"]] } }, { preview: true });
    expect([good.code, good.runs]).to.deep.equal([0, ["preview north"]]);
    expect(good.text).to.include("north would replace or delete queue.");
    const bad = await update({ north: {}, south: { previewError: "appUrl is required" } }, { preview: true });
    expect(bad.code).to.equal(1);
    expect(bad.text).to.match(/^south failed: appUrl is required$/m);
  });

  it("goes on where one fails, and says why, where the log is and what to do", async () => {
    const { code, results, text } = await update({
      north: {
        changes: [["create", "queue"]],
        error: "<{%fg 1%}>creating SQS Queue: AccessDenied<{%reset%}>\nmore",
      },
      south: { changes: [["update", "queue"]] },
      west: {},
    });
    expect(code).to.equal(1);
    expect(results).to.deep.equal({ north: "failed", south: "updated", west: "unchanged" });
    expect(text).to.match(/^north failed: creating SQS Queue: AccessDenied$\n^ {2}\/logs\/north\.log$/m);
    expect(text).to.match(/^ {2}npx beo recover north$/m);
    expect(text).to.include("Total: 3 stacks, 1 failed, 1 updated, 1 unchanged.");
  });

  it("leaves stacks out that would replace or delete, unless they are named", async () => {
    const stacks: Record<string, Behaviour> = {
      north: {
        changes: [
          ["create-replacement", "queue"],
          ["replace", "queue"],
          ["delete-replaced", "queue"],
        ],
      },
      south: { changes: [["delete", "topic"]] },
      west: { changes: [["update", "queue"]] },
    };
    const without = await update(stacks);
    expect(without.code).to.equal(1);
    expect(without.results).to.deep.equal({ north: "left out", south: "left out", west: "updated" });
    expect(without.text).to.match(/^north would replace or delete queue\.$\n.*--allow-replace north$/m);
    expect(without.runs.filter((run) => run.startsWith("up"))).to.deep.equal(["up west"]);
    const allowed = await update(stacks, { allowReplace: ["north", "organization/south"] });
    expect(allowed.code).to.equal(0);
    expect(allowed.results).to.deep.equal({ north: "updated", south: "updated", west: "updated" });
  });

  it("does not update a stack whose preview fails", async () => {
    const { code, runs, results } = await update({
      north: { previewError: "no credentials" },
      south: { changes: [["create", "queue"]] },
    });
    expect(code).to.equal(1);
    expect(runs).not.to.include("up north");
    expect(results).to.deep.equal({ north: "failed", south: "updated" });
  });

  it("updates the first one alone, and the others only if it succeeds", async () => {
    const change: Behaviour = { changes: [["update", "queue"]] };
    const good = await update({ north: change, south: change, west: change }, { first: "south" });
    expect(good.runs.slice(3)).to.deep.equal(["up south", "up north", "up west"]);
    expect(good.code).to.equal(0);
    const bad = await update(
      { north: change, south: { ...change, error: "no" }, west: change },
      { first: "south" },
    );
    expect(bad.code).to.equal(1);
    expect(bad.runs.slice(3)).to.deep.equal(["up south"]);
    expect(bad.results).to.deep.equal({ north: "not started", south: "failed", west: "not started" });
    const lost: Behaviour = { changes: [["replace", "queue"]] };
    const out = await update({ north: change, south: lost }, { first: "south" });
    expect([out.code, out.runs]).to.deep.equal([1, ["preview north", "preview south"]]);
  });

  describe("of which someone else updates one", () => {
    const lock = {
      pid: 4711,
      username: "alice",
      hostname: "alices-laptop",
      timestamp: "2026-11-24T09:59:00Z",
    };
    const holder = "process 4711 of alice on alices-laptop, since 2026-11-24T09:59:00Z";
    const advice = `south is being updated by ${holder}. Wait until that has ended, and run the command again.`;

    it("says so before the question, and leaves that one out", async () => {
      const { code, text, questions, runs, results } = await update({
        north: { changes: [["create", "queue"]] },
        south: { changes: [["create", "queue"]], lock },
      });
      expect(questions).to.deep.equal(["Update 1 stack (north)? (yes/no)"]);
      expect(text).to.include(advice);
      expect(runs).not.to.include("up south");
      expect(results).to.deep.equal({ north: "updated", south: "locked" });
      expect(text).not.to.include("npx beo recover");
      expect(code).to.equal(1);
    });

    it("says so where it began after the question, without advice that would end it", async () => {
      const error =
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.";
      const { code, text, results } = await update({
        north: {},
        south: { changes: [["create", "queue"]], error, laterLock: lock },
      });
      expect(results).to.deep.equal({ north: "unchanged", south: "locked" });
      expect(text).to.include(advice);
      expect(text).not.to.match(/pulumi cancel|npx beo recover/);
      expect(code).to.equal(1);
    });

    it("says so without a name where Pulumi Cloud has the lock", async () => {
      const error = "error: [409] Conflict: Another update is currently in progress.";
      const { text, results } = await update({ south: { changes: [["create", "queue"]], error } });
      expect(results).to.deep.equal({ south: "locked" });
      expect(text).to.include("south is being updated by someone else.");
    });

    it("shows the way where that process was killed", async () => {
      const { text, code } = await update({
        south: { lock: { ...lock, hostname: hostname(), pid: 2 ** 22 + 1 } },
      });
      expect(code).to.equal(1);
      expect(text).to.match(
        /south is locked by process 4194305 of alice on \S+, since \S+, which does not exist any more: it was killed\. See what it left: npx beo recover south/,
      );
    });

    it("says so in a preview, too", async () => {
      const { code, text } = await update({ south: { lock } }, { preview: true });
      expect(text).to.include(advice);
      expect(code).to.equal(0);
    });
  });

  it("has no numbers of a preview that failed", async () => {
    const { text } = await update({
      south: { changes: [["create", "queue"]], previewError: "database.engineVersion is 9" },
    });
    expect(text).to.match(/^south +failed +– +– +– +– +– +0 s$/m);
  });

  it("interrupts the running stacks once at Ctrl-C, and starts no other", async () => {
    const { code, interrupts, results, text } = await update(
      {
        north: { changes: [["create", "queue"]], isInterrupted: true, error: "cancelled" },
        ...{ south: {}, west: {} },
      },
      { parallel: 1 },
    );
    expect([code, interrupts]).to.deep.equal([1, 1]);
    expect(results).to.deep.equal({ north: "interrupted", south: "not started", west: "not started" });
    expect(text)
      .to.match(/^ {2}npx beo recover north$/m)
      .and.not.match(/recover south/);
  });
});

describe("the parts of the update of several stacks", () => {
  it("counts what the engine did, each resource once", () => {
    const changes = createChanges();
    const ops: OpType[] = ["same", "create", "import", "update", "create-replacement", "replace"];
    for (const op of [...ops, "delete-replaced", "delete", "read", "refresh"] as OpType[]) {
      addEvent(changes, toEvent(op, op));
    }
    expect(changes).to.deep.equal({
      ...{ created: 2, updated: 1, replaced: 1, deleted: 1, unchanged: 1, isChanged: true },
      ...{ lost: ["replace", "delete"], error: "" },
    });
    expect(formatChanges(changes)).to.equal("2 to create, 1 to update, 1 to replace, 1 to delete");
    expect(formatChanges(createChanges())).to.equal("no changes");
  });

  it("sees a change of the stack's outputs, which the engine does not count", () => {
    // As `pulumi preview` of a stack whose output "a" changes prints its events, shortened.
    const urn = "urn:pulumi:d::t::pulumi:pulumi:Stack::t-d";
    const toOutputs = (before: string, after: string) =>
      ({
        resOutputsEvent: {
          metadata: {
            ...{ op: "same", urn, type: "pulumi:pulumi:Stack" },
            ...{ old: { inputs: {}, outputs: { a: before } }, new: { inputs: {}, outputs: { a: after } } },
          },
          planning: true,
        },
      }) as unknown as EngineEvent;
    const read = (...events: EngineEvent[]) => {
      const changes = createChanges();
      events.forEach((event) => {
        addEvent(changes, event);
      });
      return changes;
    };
    const summary = { summaryEvent: { resourceChanges: { same: 2 } } } as unknown as EngineEvent;
    expect(read(toOutputs("1", "1"), toOutputs("1", "1"), summary).isChanged).to.equal(false);
    const changed = read(toOutputs("1", "1"), toOutputs("1", "2"), summary);
    expect(changed.isChanged).to.equal(true);
    expect(formatChanges(changed)).to.equal("other changes, such as of outputs: see the log");
  });

  it("takes the engine's own numbers at the end, which have the components too", () => {
    const changes = createChanges();
    addEvent(changes, toEvent("create", "queue"));
    addEvent(changes, toEvent("replace", "topic"));
    const resourceChanges = { create: 16, replace: 1, same: 3 };
    addEvent(changes, { summaryEvent: { resourceChanges } } as unknown as EngineEvent);
    expect(changes).to.deep.equal({
      ...{ created: 16, updated: 0, replaced: 1, deleted: 0, unchanged: 3, isChanged: true },
      ...{ lost: ["topic"], error: "" },
    });
  });

  it("takes the first line of an error that says something", () => {
    const error = "1 error occurred:\n\t* updating urn:pulumi:north::queue: AccessDenied\n\n";
    expect(getFirstLine(error)).to.equal("updating urn:pulumi:north::queue: AccessDenied");
    expect(getFirstLine("\n")).to.equal("");
    // runOne writes "failed: " before it.
    expect(getFirstLine("error: no stack named 'north' found\n")).to.equal("no stack named 'north' found");
    const problems =
      'The configuration of stack "north" has 2 errors. Nothing was changed.\n\n  web.minSize is 0. Expected an integer from 1 to 100.\n    npx pulumi config set …\n';
    expect(getFirstLine(problems)).to.equal(
      'The configuration of stack "north" has 2 errors. Nothing was changed. web.minSize is 0. Expected an integer from 1 to 100.',
    );
  });

  it("keeps the first error, and that of a mandatory policy", () => {
    const changes = createChanges();
    addEvent(changes, { diagnosticEvent: { severity: "warning", message: "w" } } as unknown as EngineEvent);
    addEvent(changes, {
      policyEvent: {
        enforcementLevel: "mandatory",
        policyName: "rds-no-public-access",
        message: "is public",
      },
    } as unknown as EngineEvent);
    addEvent(changes, toError("update failed"));
    expect(changes.error).to.equal("rds-no-public-access: is public");
  });

  it("takes all stacks that are in the backend and have a file", () => {
    const notes: string[] = [];
    const choose = (names: string[], inBackend: string[]) =>
      chooseStacks(names, ["dev", "north", "prod"], inBackend, (line) => notes.push(line));
    expect(choose([], ["org/prod", "old", "north"])).to.deep.equal(["north", "org/prod"]);
    expect(notes).to.deep.equal([
      "dev is left out: it has a file, but is not in the backend (npx pulumi stack init dev).",
      "old is left out: it is in the backend, but has no Pulumi.old.yaml here.",
    ]);
    expect(choose(["prod", "prod"], ["prod"])).to.deep.equal(["prod"]);
    expect(choose(["north", "org/beo-datastore/north"], ["org/north"])).to.deep.equal(["org/north"]);
    expect(() => choose(["dev"], ["prod"])).to.throw(
      /^Not in the backend yet\. .*\n {2}npx pulumi stack init dev$/,
    );
    expect(() => choose([], [])).to.throw(/No stack with a Pulumi\.<stack>\.yaml is in the backend/);
  });

  it("keeps the order of the results, and ends with the first failure", async () => {
    const results = await runParallel([30, 10, 20], 2, async (time) => {
      await new Promise((resolve) => setTimeout(resolve, time));
      return time;
    });
    expect(results).to.deep.equal([30, 10, 20]);
    expect(await runParallel([], 3, () => Promise.resolve(1))).to.deep.equal([]);
  });
});

describe("npx beo up", () => {
  const wrong: [args: string[], message: RegExp][] = [
    [[], /^Name a stack, or use --all\.$/m],
    [
      ["dev", "prod", "--all"],
      /^dev, prod and --all exclude each other: --all takes all stacks\. Leave one of them out\.$/m,
    ],
    [["nosuch"], /^There is no stack "nosuch"/m],
    [["dev", "--first", "prod"], /^--first prod is not one of the stacks\.$/m],
    [["dev", "--allow-replace", "prod"], /^--allow-replace prod is not one of the stacks\.$/m],
    [["dev", "--logs", __filename], /^--logs \S+up\.spec\.ts: EEXIST/m],
    [["dev", "--logs", join(__filename, "logs")], /^--logs \S+up\.spec\.ts\/logs: ENOTDIR/m],
    [["dev", "--allow-replace", "nosuch"], /^There is no stack "nosuch"/m],
    [["dev", "--parallel", "0"], /Expected a whole number from 1\./],
    [["dev", "--preview", "--yes"], /^--yes has no effect with --preview\.$/m],
  ];
  for (const [args, message] of wrong) {
    it(`exits with 2 after "up ${args.join(" ")}"`, () => {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(__dirname, "../../cli/beo.js"), "up", ...args],
        { cwd: fixtures, encoding: "utf8", env: { PATH: process.env.PATH } },
      );
      expect(status).to.equal(2);
      expect(stderr).to.match(message);
    });
  }
});
