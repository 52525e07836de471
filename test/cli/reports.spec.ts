import { expect } from "chai";
import { describe, it } from "mocha";
import { NotDeployedError } from "../../cli/not-deployed-error";
import {
  formatAge,
  formatDuration,
  formatReport,
  getExitCode,
  type Report,
  runChecks,
} from "../../cli/report";
import { formatReports, getExitCodeOfAll, type StackReports } from "../../cli/reports";
import { readStatuses } from "../../cli/status/all";
import { UserError } from "../../cli/user-error";
import { StackFileError } from "../../plan/parse-stack-file";

const none: Report = { lines: [], unread: [] };
const good: Report = { lines: [{ topic: "Database", level: "ok", text: "Available." }], unread: [] };
const bad: Report = { lines: [{ topic: "Queue", level: "error", text: "3 tasks failed." }], unread: [] };
const unread: Report = {
  lines: [{ topic: "Keys", level: "warning", text: "Old." }],
  unread: [{ topic: "Mail", reason: "Throttling", actions: [] }],
};

describe("the reports of several stacks", () => {
  it("have a section each, and a table of all", () => {
    const reports: StackReports = {
      stacks: [
        { stack: "north", ...good },
        { stack: "south", ...bad },
        { stack: "west", ...unread },
      ],
      shared: { lines: [{ topic: "Account 1", level: "ok", text: "IAM users: 1 of 5 used." }], unread: [] },
    };
    expect(formatReports(reports, 80)).to.deep.equal([
      "north: 0 errors, 0 warnings.\n\nDatabase\n  ✓ Available.",
      "",
      "south: 1 error, 0 warnings.\n\nQueue\n  ✗ 3 tasks failed.",
      "",
      "west: 0 errors, 1 warning, 1 not read.\n\nKeys\n  ! Old.\n\nMail\n  ? Not read: Throttling",
      "",
      "All stacks: 0 errors, 0 warnings.\n\nAccount 1\n  ✓ IAM users: 1 of 5 used.",
      "",
      "Stack  Errors  Warnings  Not read",
      "north  0       0         0",
      "south  1       0         0",
      "west   0       1         1",
    ]);
  });

  it("wrap the names of many stacks that are not deployed", () => {
    const names = Array.from({ length: 30 }, (_, index) => `tenant-with-a-long-name-${index + 10}`);
    const stacks = names.map((stack) => ({ stack, ...none, absent: "not deployed" }));
    const lines = formatReports({ stacks, shared: none }, 80).at(-1)?.split("\n") ?? [];
    expect(lines.filter((line) => line.length > 80)).to.deep.equal([]);
    expect(lines.join("\n").replaceAll("\n  ", " ")).to.equal(`Not deployed: ${names.join(", ")}.`);
    // Two names of 26 letters a line.
    expect(lines).to.have.length(15);
  });

  it("name what was asked for where it could not be read", async () => {
    // What the SDK throws for the page of a proxy.
    const page = new SyntaxError(
      "Unexpected token '<', \"<html><bod\"... is not valid JSON\n  Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.",
    );
    const failing = (error: Error, ...actions: string[]) => ({
      topic: "Mail",
      actions,
      read: () => Promise.reject(error),
    });
    const report = await runChecks([
      failing(page, "ses:GetAccount", "ses:GetEmailIdentity"),
      failing(page, "sns:ListTopics"),
      failing(new UserError("Cannot read the state."), "s3:ListBucket"),
    ]);
    const proxy =
      "The answer cannot be read. A proxy may have sent it instead of AWS: SyntaxError: Unexpected token '<', \"<html><bod\"... is not valid JSON";
    expect(formatReport("prod", report).split("\n")).to.deep.equal([
      "prod: 0 errors, 0 warnings, 3 not read.",
      "",
      "Mail",
      `  ? Not read: ses:GetAccount, ses:GetEmailIdentity: ${proxy}`,
      `  ? Not read: sns:ListTopics: ${proxy}`,
      "  ? Not read: Cannot read the state.",
    ]);
    expect(getExitCode(report)).to.equal(1);
  });

  it("indent the further lines of a message", () => {
    const text = "web.minSize is 7.\nRaise web.maxSize.";
    const stacks = [
      {
        stack: "north",
        lines: [{ topic: "Configuration", level: "error" as const, text, fix: ["npx pulumi config"] }],
        unread: [{ topic: "State", reason: text, actions: [] }],
      },
    ];
    expect(formatReports({ stacks, shared: none }, 80)[0]?.split("\n")).to.deep.equal([
      "north: 1 error, 0 warnings, 1 not read.",
      "",
      "Configuration",
      "  ✗ web.minSize is 7.",
      "    Raise web.maxSize.",
      "      npx pulumi config",
      "",
      "State",
      "  ? Not read: web.minSize is 7.",
      "    Raise web.maxSize.",
    ]);
  });

  it("sum the cost", () => {
    const withCost = (usd: number): Report => ({
      lines: [{ topic: "Cost", level: "note", text: "", usd }],
      unread: [],
    });
    const stacks = [
      { stack: "north", ...withCost(10.25) },
      { stack: "south", ...withCost(0.5) },
    ];
    expect(formatReports({ stacks, shared: none }, 80).slice(-4)).to.deep.equal([
      "Stack  Errors  Warnings  Not read  USD",
      "north  0       0         0         10.25",
      "south  0       0         0         0.50",
      "Total: 10.75 USD since the start of the month.",
    ]);
  });

  it("set the exit code of the worst one", () => {
    const code = (...reports: Report[]) =>
      getExitCodeOfAll({ stacks: reports.map((report) => ({ stack: "s", ...report })), shared: none });
    expect([code(), code(good), code(good, unread), code(unread, bad, good)]).to.deep.equal([0, 0, 1, 3]);
    expect(getExitCodeOfAll({ stacks: [], shared: bad })).to.equal(3);
  });
});

describe("npx beo status --all", () => {
  const read = (error: Error) =>
    readStatuses(["north", "south"], { cost: false, drift: false }, (stack) =>
      stack === "north" ? Promise.reject(error) : Promise.resolve(good),
    );

  it("goes on where a stack is not deployed or cannot be read", async () => {
    const { stacks } = await read(new NotDeployedError("north is not deployed."));
    expect(stacks).to.deep.equal([
      {
        stack: "north",
        lines: [{ topic: "State", level: "note", text: "north is not deployed." }],
        unread: [],
        absent: "not deployed",
      },
      { stack: "south", ...good },
    ]);
    const missing = await read(new UserError("error: no stack named 'north' found\nCannot read."));
    expect(missing.stacks[0]).to.deep.equal({
      stack: "north",
      lines: [
        {
          topic: "State",
          level: "note",
          text: "north is not in the backend to which you are logged in: npx pulumi whoami -v",
        },
      ],
      unread: [],
      absent: "not in the backend",
    });
    // No errors of a stack that is not there are no good news.
    const table = formatReports(missing, 80).slice(-4);
    expect(table).to.deep.equal([
      "Stack  Errors  Warnings  Not read",
      "north  –       –         –",
      "south  0       0         0",
      "Not in the backend: north.",
    ]);
    const broken = await read(new StackFileError(["Pulumi.north.yaml, line 1: a sequence is not closed"]));
    expect(broken.stacks[0]?.unread.map(({ reason }) => reason)).to.deep.equal([
      "Pulumi.north.yaml, line 1: a sequence is not closed",
    ]);
    const failed = await read(new UserError("Cannot read the state of north."));
    expect(failed.stacks[0]?.unread).to.deep.equal([
      { topic: "State", reason: "Cannot read the state of north.", actions: [] },
    ]);
  });

  it("does not hide a mistake of the program", async () => {
    const error = await read(new TypeError("x")).catch((caught: unknown) => caught);
    expect(error).to.be.instanceOf(TypeError);
  });
});

describe("a duration", () => {
  it("has its two largest units, and days from two on", () => {
    const formats = {
      "0 s": 0.4,
      "59 s": 59,
      "1 min": 59.5,
      "1 min 1 s": 61,
      "12 min 5 s": 725,
      "59 min 59 s": 3599,
      "1 h": 3600,
      "1 h 5 min": 3900,
      "20 h 25 min": 73500,
      "47 h 59 min": 172799,
      "2 d": 172800,
      "365 d": 31536000,
    };
    expect(Object.values(formats).map(formatDuration)).to.deep.equal(Object.keys(formats));
  });

  it("is the age of something, and none of what the clock of another machine puts into the future", () => {
    const now = new Date("2026-11-27T06:30:00Z");
    expect(formatAge(new Date("2026-11-27T01:05:00Z"), now)).to.equal("5 h 25 min");
    expect(formatAge(new Date("2026-11-27T06:30:02Z"), now)).to.equal("0 s");
  });
});
