import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, type ScheduledActionArgs } from "../../components";
import { findScheduleProblems, parseCron } from "../../components/beanstalk/scheduled-actions";
import { run } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
};

describe("scheduled actions", () => {
  // Elastic Beanstalk developer guide, "General options": the name of the action is the resource name.
  it("are options of the environment with the action's name as resource", async () => {
    const schedule = [
      { name: "Morning", recurrence: "0 14 * * 1-5", minSize: 2, maxSize: 6 },
      { name: "Launch", startTime: "2027-01-31T08:00:00Z", minSize: 2, maxSize: 8, desiredCapacity: 4 },
      // As the engine passes a time that has no quotes in the stack's file.
      { name: "Late", startTime: "2027-02-01 15:00:00 +0000 UTC", minSize: 2, maxSize: 8, suspended: true },
    ];
    const result = await run(() => new BeoDatastore("beo", { ...args, web: { maxSize: 4, schedule } }));
    const namespace = "aws:autoscaling:scheduledaction";
    const settings = result.inputs("beo-eb-web").settings as { namespace: string }[];
    expect(settings.filter((setting) => setting.namespace === namespace)).to.have.deep.members([
      { namespace, resource: "Morning", name: "Recurrence", value: "0 14 * * 1-5" },
      { namespace, resource: "Morning", name: "MinSize", value: "2" },
      { namespace, resource: "Morning", name: "MaxSize", value: "6" },
      { namespace, resource: "Morning", name: "Suspend", value: "false" },
      { namespace, resource: "Launch", name: "Suspend", value: "false" },
      { namespace, resource: "Late", name: "StartTime", value: "2027-02-01T15:00:00Z" },
      { namespace, resource: "Late", name: "MinSize", value: "2" },
      { namespace, resource: "Late", name: "MaxSize", value: "8" },
      { namespace, resource: "Late", name: "Suspend", value: "true" },
      { namespace, resource: "Launch", name: "StartTime", value: "2027-01-31T08:00:00Z" },
      { namespace, resource: "Launch", name: "MinSize", value: "2" },
      { namespace, resource: "Launch", name: "MaxSize", value: "8" },
      { namespace, resource: "Launch", name: "DesiredCapacity", value: "4" },
    ]);
    expect(result.inputs("beo-eb-worker").settings).not.to.deep.include({ namespace });
  });

  const valid: ScheduledActionArgs = { name: "Night", recurrence: "30 3 * * *", minSize: 0, maxSize: 0 };
  const refused: [Partial<ScheduledActionArgs>, string][] = [
    [{ name: "at night" }, '[0].name is "at night". Expected 1 to 255 letters and digits.'],
    [{ recurrence: undefined }, "[0] has neither recurrence nor startTime. Set one of them."],
    [
      { recurrence: "cron(0 3 * * ? *)" },
      '[0].recurrence is "cron(0 3 * * ? *)". Expected a cron expression of five fields (minute, hour, day, month, day of the week) in UTC, such as "0 14 * * 1-5".',
    ],
    [
      { recurrence: "0 14 31 2 *" },
      '[0].recurrence is "0 14 31 2 *", a day that no month has: it would never run.',
    ],
    [
      { startTime: "2027-01-31 08:00" },
      '[0].startTime is "2027-01-31 08:00". Expected a time in UTC, such as "2027-01-31T08:00:00Z".',
    ],
    [
      { startTime: "2027-02-30T08:00:00Z" },
      '[0].startTime is "2027-02-30T08:00:00Z". Expected a time in UTC, such as "2027-01-31T08:00:00Z".',
    ],
    [{ maxSize: undefined }, "[0] lacks minSize or maxSize. Set both."],
    [{ maxSize: 10001 }, "[0].maxSize is 10001. Expected an integer from 0 to 10000."],
    [{ minSize: 2, maxSize: 1 }, "[0].minSize is 2, but maxSize is 1. Raise maxSize or lower minSize."],
    [
      { desiredCapacity: 3, maxSize: 2 },
      "[0].desiredCapacity is 3, but maxSize is 2. Raise maxSize or lower desiredCapacity.",
    ],
    [
      { minSize: 2, maxSize: 4, desiredCapacity: 1 },
      "[0].minSize is 2, but desiredCapacity is 1. Raise desiredCapacity or lower minSize.",
    ],
  ];
  for (const [change, message] of refused) {
    it(`refuse ${JSON.stringify(change)}`, () => {
      const problems = findScheduleProblems([{ ...valid, ...change }]);
      expect(problems.map((problem) => `${problem.path} ${problem.message}`)).to.deep.equal([message]);
    });
  }

  it("take what AWS documents, each name once", () => {
    const twice = findScheduleProblems([valid, { ...valid, maxSize: 2 }]);
    expect(twice).to.deep.equal([
      { path: "[1].name", message: 'is "Night", like that of another action. Expected no duplicates.' },
    ]);
    expect(
      findScheduleProblems([valid, { name: "Day", recurrence: "0 8 * * *", minSize: 1, maxSize: 1 }]),
    ).to.deep.equal([]);
    const many = Array.from({ length: 121 }, (_, index) => ({
      ...valid,
      name: `A${index}`,
      recurrence: `${index % 60} ${Math.floor(index / 60)} * * *`,
    }));
    expect(findScheduleProblems([...many.slice(1), { ...many[0]!, suspended: true }])).to.deep.equal([]);
    expect(findScheduleProblems(many)).to.deep.equal([
      { path: "", message: "has 121 actions. Elastic Beanstalk allows 120." },
    ]);
  });

  // Amazon EC2 Auto Scaling user guide, "Scheduled scaling": each needs a time of its own.
  it("have a time each, except those that are suspended", () => {
    const day = { name: "Day", minSize: 1, maxSize: 1 };
    const at = "2027-01-31T08:00:00Z";
    const unquoted = "2027-01-31 08:00:00 +0000 UTC";
    const again = { ...day, recurrence: "30 3 * * *" };
    const message = "Expected another time for each action.";
    expect(findScheduleProblems([valid, again])).to.deep.equal([
      { path: "[1].recurrence", message: `is "30 3 * * *", like that of Night. ${message}` },
    ]);
    expect(findScheduleProblems([{ ...valid, suspended: true }, again])).to.deep.equal([]);
    expect(
      findScheduleProblems([
        { ...valid, startTime: at },
        { ...day, startTime: unquoted },
      ]),
    ).to.deep.equal([{ path: "[1].startTime", message: `is "${unquoted}", like that of Night. ${message}` }]);
    expect(findScheduleProblems([{ ...valid, startTime: at }, again])).to.deep.equal([]);
  });

  it("run on days that exist", () => {
    for (const recurrence of ["0 14 29 2 *", "0 14 31 2 1", "0 14 31 * *", "0 14 30,31 2,4 *"]) {
      expect(findScheduleProblems([{ ...valid, recurrence }]), recurrence).to.deep.equal([]);
    }
  });

  // crontab(5).
  const expressions: [string, boolean][] = [
    ["30 6 * * 2", true],
    ["0 18 * * 1-5", true],
    ["*/15 8-17/3 1,15 jan-mar MON,Sun", true],
    ["0 0 1 1 7", true],
    ["60 * * * *", false],
    ["0 24 * * *", false],
    ["0 0 0 * *", false],
    ["0 0 * 13 *", false],
    ["0 0 * * 8", false],
    ["0 0 * *", false],
    ["0 0 * * * *", false],
    ["0  0 * * *", false],
    ["0 0 * * fri-mon", false],
    ["0 0 ? * *", false],
    ["*/0 0 * * *", false],
    ["*/90 0 * * *", false],
    ["0/15 8 * * *", false],
    ["*/30 */12 * * *", true],
    ["1-2-3 0 * * *", false],
    ["@daily", false],
  ];
  for (const [expression, isValid] of expressions) {
    it(`${isValid ? "know" : "refuse"} the cron expression ${expression}`, () => {
      expect(parseCron(expression) !== undefined).to.equal(isValid);
    });
  }
});
