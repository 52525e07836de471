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
    ];
    const result = await run(() => new BeoDatastore("beo", { ...args, web: { maxSize: 4, schedule } }));
    const namespace = "aws:autoscaling:scheduledaction";
    const settings = result.inputs("beo-eb-web").settings as { namespace: string }[];
    expect(settings.filter((setting) => setting.namespace === namespace)).to.have.deep.members([
      { namespace, resource: "Morning", name: "Recurrence", value: "0 14 * * 1-5" },
      { namespace, resource: "Morning", name: "MinSize", value: "2" },
      { namespace, resource: "Morning", name: "MaxSize", value: "6" },
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
    const many = Array.from({ length: 121 }, (_, index) => ({ ...valid, name: `A${index}` }));
    expect(findScheduleProblems(many)).to.deep.equal([
      { path: "", message: "has 121 actions. Elastic Beanstalk allows 120." },
    ]);
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
    ["1-2-3 0 * * *", false],
    ["@daily", false],
  ];
  for (const [expression, isValid] of expressions) {
    it(`${isValid ? "know" : "refuse"} the cron expression ${expression}`, () => {
      expect(parseCron(expression) !== undefined).to.equal(isValid);
    });
  }
});
