import { expect } from "chai";
import { describe, it } from "mocha";
import { BeoDatastore, type BeoDatastoreArgs, Sleep } from "../../components";
import { getNightMinutes, getSleepTimes, isAwake, toCron, toDuration } from "../../components/sleep-hours";
import { run } from "../support/run";

const args: BeoDatastoreArgs = {
  applicationName: "beo-dev",
  environment: "dev",
  appUrl: "https://app.example.com",
  supportEmail: "support@example.com",
  alarmEmail: "ops@example.com",
  web: { singleInstance: true },
  worker: { drain: false },
  platform: { updateWindow: "Mon:16:00" },
  tags: { Project: "beo", Environment: "dev" },
};

const create = (changes: Partial<BeoDatastoreArgs> = {}) =>
  run(() => new BeoDatastore("beo", { ...args, sleep: {}, ...changes }));

interface Setting {
  namespace: string;
  name: string;
  value: string;
  resource: string;
}
const actionsOf = (inputs: Record<string, unknown>) =>
  (inputs.settings as Setting[])
    .filter(({ namespace }) => namespace === "aws:autoscaling:scheduledaction")
    .map(({ resource, name, value }) => `${resource} ${name} ${value}`);

describe("a datastore that sleeps", () => {
  // California is 8 hours behind UTC in winter and 7 in summer: 19:00 is 03:00 or 02:00 UTC, 07:00 is 15:00 or 14:00.
  it("takes the worker environment to no instances by Elastic Beanstalk's own scheduled actions", async () => {
    const result = await create({ worker: { drain: false, minSize: 2, maxSize: 5 } });
    expect(actionsOf(result.inputs("beo-eb-worker"))).to.have.members([
      "Sleep Recurrence 0 3 * * *",
      "Sleep MinSize 0",
      "Sleep MaxSize 0",
      "Sleep DesiredCapacity 0",
      "Sleep Suspend false",
      "Wake Recurrence 0 14 * * 1,2,3,4,5",
      "Wake MinSize 2",
      "Wake MaxSize 5",
      "Wake DesiredCapacity 2",
      "Wake Suspend false",
    ]);
    expect(actionsOf(result.inputs("beo-eb-web"))).to.deep.equal([]);
  });

  it("takes a web environment with a load balancer to no instances in the same way", async () => {
    const result = await create({ web: { singleInstance: false } });
    expect(actionsOf(result.inputs("beo-eb-web"))).to.include.members(["Sleep MaxSize 0", "Wake MaxSize 1"]);
    expect(
      result.resources.filter(({ type }) => type.endsWith(":Schedule")).map(({ name }) => name),
    ).to.deep.equal(["beo-sleep-database-stop", "beo-sleep-database-start"]);
  });

  // EventBridge Scheduler user guide, "Using universal targets": arn:aws:scheduler:::aws-sdk:service:apiAction.
  it("stops and starts the database and the single instance by schedules", async () => {
    const result = await create();
    const schedule = (part: string) => {
      const { name, scheduleExpression, target, flexibleTimeWindow, scheduleExpressionTimezone } =
        result.inputs(`beo-sleep-${part}`);
      expect(flexibleTimeWindow).to.deep.equal({ mode: "OFF" });
      expect(scheduleExpressionTimezone).to.equal("UTC");
      const { arn, input, retryPolicy } = target as Record<string, string>;
      expect(retryPolicy).to.deep.equal({ maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 });
      return { name, scheduleExpression, arn, input: JSON.parse(input ?? "") as unknown };
    };
    const database = { DbInstanceIdentifier: "beo-dev" };
    expect(schedule("database-stop")).to.deep.equal({
      name: "beo-dev-database-stop",
      scheduleExpression: "cron(10 3 * * ? *)",
      arn: "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance",
      input: database,
    });
    expect(schedule("database-start")).to.deep.equal({
      name: "beo-dev-database-start",
      scheduleExpression: "cron(40 13 ? * MON,TUE,WED,THU,FRI *)",
      arn: "arn:aws:scheduler:::aws-sdk:rds:startDBInstance",
      input: database,
    });
    const { input, ...sleep } = schedule("web-sleep");
    expect(sleep).to.deep.equal({
      name: "beo-dev-web-sleep",
      scheduleExpression: "cron(0 3 * * ? *)",
      arn: "arn:aws:scheduler:::aws-sdk:autoscaling:updateAutoScalingGroup",
    });
    expect(input).to.include({ MinSize: 0, MaxSize: 0, DesiredCapacity: 0 });
    expect(schedule("web-wake")).to.deep.include({
      scheduleExpression: "cron(0 14 ? * MON,TUE,WED,THU,FRI *)",
      input: { ...(input as object), MinSize: 1, MaxSize: 1, DesiredCapacity: 1 },
    });
    expect(input).to.have.property("AutoScalingGroupName").that.matches(/./);
  });

  it("stops the database when the tasks of draining workers have ended", async () => {
    const result = await create({ worker: { drain: true, taskTimeLimit: 1800 } });
    expect(result.inputs("beo-sleep-database-stop").scheduleExpression).to.equal("cron(40 3 * * ? *)");
  });

  it("lets the schedules do nothing else, and only EventBridge Scheduler of the account use their role", async () => {
    const result = await create();
    const trust = JSON.parse(result.inputs("beo-sleep-role").assumeRolePolicy as string) as {
      Statement: object[];
    };
    expect(trust.Statement).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnEquals: {
            "aws:SourceArn": "arn:aws:scheduler:us-west-1:123456789012:schedule-group/default",
          },
        },
      },
    ]);
    const policy = JSON.parse(result.inputs("beo-sleep-role-policy").policy as string) as {
      Statement: { Action: string | string[]; Resource: string | string[] }[];
    };
    expect(policy.Statement.map(({ Action }) => Action)).to.deep.equal([
      ["rds:StartDBInstance", "rds:StopDBInstance"],
      "autoscaling:UpdateAutoScalingGroup",
    ]);
    expect(policy.Statement[0]?.Resource).to.equal("arn:aws:rds:us-west-1:123456789012:db:beo-dev");
    expect(policy.Statement[1]?.Resource).to.have.length(1);
    expect(policy.Statement[1]?.Resource[0]).to.match(
      /^arn:aws:autoscaling:us-west-1:123456789012:autoScalingGroup:\*:autoScalingGroupName\/./,
    );
  });

  // CloudWatch user guide, "Alarm mute rules": cron of five fields, and a duration of ISO 8601.
  it("mutes its alarms over nights and weekends, except those of mail", async () => {
    const result = await create();
    const rules = result.resources.filter(({ type }) => type.endsWith(":AlarmMuteRule"));
    // From Monday to Thursday 11 hours, on Friday two days more, and half an hour until the instances have started.
    expect(rules.map(({ name }) => result.inputs(name).rule)).to.deep.equal([
      { schedule: { expression: "cron(0 3 * * 2,3,4,5)", duration: "PT11H30M", timezone: "UTC" } },
      { schedule: { expression: "cron(0 3 * * 6)", duration: "PT59H30M", timezone: "UTC" } },
    ]);
    const { alarmNames } = result.inputs("beo-mon-sleep").muteTargets as { alarmNames: string[] };
    expect(alarmNames).to.include.members(["beo-dev-web-health", "beo-dev-database-cpu"]);
    expect(alarmNames.filter((name) => /bounce|complaint/.test(name))).to.deep.equal([]);
    expect(result.inputs("beo-mon-database-events").eventCategories).not.to.include.oneOf([
      "availability",
      "notification",
    ]);
  });

  it("has none of it without the setting", async () => {
    const result = await run(() => new BeoDatastore("beo", args));
    const counts = result.counts();
    expect(counts).not.to.have.any.keys("Schedule", "AlarmMuteRule", "Budget");
    expect(actionsOf(result.inputs("beo-eb-worker"))).to.deep.equal([]);
    expect(result.inputs("beo-mon-database-events").eventCategories).to.include.members([
      "availability",
      "notification",
    ]);
  });
});

describe("Sleep", () => {
  it("may only stop and start the database where there is no single instance", async () => {
    const result = await run(
      () => new Sleep("s", { namePrefix: "app", databaseIdentifier: "db", zone: "UTC", days: ["Sun"] }),
    );
    expect(result.counts()).to.deep.equal({ Role: 1, RolePolicy: 1, Schedule: 2 });
    expect(result.inputs("s-database-start").scheduleExpression).to.equal("cron(40 6 ? * SUN *)");
    const { Statement } = JSON.parse(result.inputs("s-role-policy").policy as string) as {
      Statement: unknown[];
    };
    expect(Statement).to.have.length(1);
  });
});

describe("the hours of a stack that sleeps", () => {
  const hours = { days: ["Mon", "Wed"] as ("Mon" | "Wed")[], from: "19:00", to: "07:00", zone: "UTC" };

  it("are on the day before or after in UTC where the zone is far from it", () => {
    const tokyo = getSleepTimes({ ...hours, zone: "Asia/Tokyo" }, 10);
    // 07:00 in Tokyo is 22:00 UTC on the day before.
    expect(toCron(tokyo.wake)).to.equal("0 22 * * 0,2");
    expect(toCron(tokyo.sleep)).to.equal("0 10 * * *");
    const auckland = getSleepTimes({ ...hours, zone: "Pacific/Auckland" }, 10);
    // 12 hours ahead in winter, 13 in summer.
    expect([toCron(auckland.sleep), toCron(auckland.wake)]).to.deep.equal(["0 7 * * *", "0 18 * * 0,2"]);
    const kathmandu = getSleepTimes({ ...hours, zone: "Asia/Kathmandu" }, 10);
    expect([toCron(kathmandu.sleep), toCron(kathmandu.wake)]).to.deep.equal(["15 13 * * *", "15 1 * * 1,3"]);
  });

  it("are never asleep outside of from and to, in winter and in summer", () => {
    const times = getSleepTimes({ ...hours, days: ["Mon"], zone: "America/Los_Angeles" }, 10);
    for (const date of ["2027-01-04", "2027-07-05"]) {
      const offset = date.startsWith("2027-01") ? 8 : 7;
      // Monday from 07:00 to 19:00 in California.
      for (let local = 7 * 60; local < 19 * 60; local += 1) {
        const minute = 24 * 60 + local + offset * 60;
        expect(isAwake(times, minute % (7 * 24 * 60)), `${date} ${local}`).to.equal(true);
      }
    }
  });

  it("may begin after midnight", () => {
    const late = { ...hours, from: "01:30" };
    expect(getNightMinutes(late)).to.equal(330);
    const times = getSleepTimes(late, 10);
    expect(toCron(times.sleep)).to.equal("30 1 * * *");
    // Monday's day ends on Tuesday at 01:30, Wednesday's on Thursday.
    expect(times.mute.map(({ at, duration }) => [toCron(at), toDuration(duration)])).to.deep.equal([
      ["30 1 * * 2", "PT30H"],
      ["30 1 * * 4", "PT102H"],
    ]);
  });

  it("of every day have one rule", () => {
    const days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
    const { mute } = getSleepTimes({ ...hours, days: [...days] }, 10);
    expect(mute.map(({ at, duration }) => [toCron(at), toDuration(duration)])).to.deep.equal([
      ["0 19 * * *", "PT12H30M"],
    ]);
  });
});
