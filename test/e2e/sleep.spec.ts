import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeAutoScalingGroupsCommand,
  DescribeScheduledActionsCommand,
  UpdateAutoScalingGroupCommand,
} from "@aws-sdk/client-auto-scaling";
import {
  DescribeBudgetsCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
} from "@aws-sdk/client-budgets";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentResourcesCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DescribeDBInstancesCommand, StopDBInstanceCommand } from "@aws-sdk/client-rds";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { getCommands } from "../recovery/support/subject";
import { clientsOf } from "./support/clients";
import { leftIn } from "./support/remaining";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";
const AccountId = "123456789012";

/**
 * A dev that sleeps, with a budget. The provider of the suite is older than the rules that mute alarms and the expressions
 * of budgets: the program does without the former, and filters by the same tags in the older way.
 */
describe("a stack that sleeps", function () {
  this.timeout(30 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;

  const replaceIn = (file: string, from: string | RegExp, to: string) => {
    const path = join(workspace.folder, "components", file);
    const text = readFileSync(path, "utf8");
    const replaced = text.replace(from, () => to);
    expect(replaced, file).not.to.equal(text);
    writeFileSync(path, replaced);
  };
  const set = (path: string, ...value: string[]) =>
    workspace.succeed("config", "set", "--path", path, ...value, "--stack", "dev");
  const up = (...more: string[]) =>
    workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev", ...more],
    );
  const getGroup = async (environment: string) => {
    const { EnvironmentResources } = await aws.beanstalk.send(
      new DescribeEnvironmentResourcesCommand({ EnvironmentName: environment }),
    );
    const { AutoScalingGroups: [group] = [] } = await aws.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({
        AutoScalingGroupNames: [EnvironmentResources?.AutoScalingGroups?.[0]?.Name ?? ""],
      }),
    );
    return group!;
  };
  const getSizes = async (environment: string) => {
    const { MinSize, MaxSize, DesiredCapacity } = await getGroup(environment);
    return [MinSize, MaxSize, DesiredCapacity];
  };
  const getStatus = async () => {
    const { DBInstances: [database] = [] } = await aws.rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: name }),
    );
    return database?.DBInstanceStatus;
  };
  /** Whether each scheduled action of the worker environment is suspended. */
  const getSuspend = async () => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({
        ApplicationName: name,
        EnvironmentName: `${name}-worker`,
      }),
    );
    const options = configuration?.OptionSettings ?? [];
    return Object.fromEntries(
      options
        .filter(({ OptionName }) => OptionName === "Suspend")
        .map(({ ResourceName = "", Value = "" }): [string, string] => [ResourceName, Value]),
    );
  };
  const getActions = async (environment: string) => {
    const { AutoScalingGroupName } = await getGroup(environment);
    const { ScheduledUpdateGroupActions = [] } = await aws.autoScaling.send(
      new DescribeScheduledActionsCommand({ AutoScalingGroupName }),
    );
    return ScheduledUpdateGroupActions;
  };
  const getCall = async (schedule: string) => {
    const { ScheduleExpression, Target } = await aws.scheduler.send(
      new GetScheduleCommand({ Name: `${name}-${schedule}` }),
    );
    return {
      at: ScheduleExpression,
      action: Target?.Arn?.split(":").at(-1),
      parameters: JSON.parse(Target?.Input ?? "{}") as Record<string, string & number>,
    };
  };
  /** What the schedules and the worker's own actions do in the evening. The emulated AWS does not run them. */
  const fallAsleep = async () => {
    const [sleep, stop] = [await getCall("web-sleep"), await getCall("database-stop")];
    await aws.autoScaling.send(new UpdateAutoScalingGroupCommand(sleep.parameters as never));
    const action = (await getActions(`${name}-worker`)).find(({ MaxSize }) => MaxSize === 0)!;
    const { AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity } = action;
    await aws.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize, MaxSize, DesiredCapacity }),
    );
    await aws.rds.send(
      new StopDBInstanceCommand({ DBInstanceIdentifier: stop.parameters.DbInstanceIdentifier }),
    );
  };

  before(async () => {
    // For preflight.
    workspace = new Workspace({}, [join(__dirname, "status/plugin.py")]);
    aws = clientsOf(workspace.aws);
    replaceIn(
      "monitoring/mute-rules.ts",
      /for \(const region of new Set\(.*?\)\) \{/s,
      "for (const region of []) {",
    );
    replaceIn("budget.ts", /\n +metrics: "UnblendedCost",/, "");
    replaceIn(
      "budget.ts",
      "filterExpression: pulumi.output(settings.costTags).apply(toFilter),",
      'costFilters: [{ name: "TagKeyValue", values: pulumi.output(settings.costTags).apply((tags) => Object.entries(tags).map(([key, value]) => `user:${key}$${value}`)) }],',
    );
    // The emulated AWS has no ModifyEventSubscription.
    replaceIn("monitoring/events.ts", "sleeps && nightlyEvents", "false && nightlyEvents");
    await workspace.init("dev");
    await set("sleep.zone", "America/Los_Angeles");
    await set("platform.updateWindow", "Mon:16:00");
    await set("alarmEmail", "ops@beo-e2e.net");
    await set("budget.monthly", "100");
    await up();
  });
  after(() => {
    workspace.remove();
  });

  it("has schedules for the single instance and the database, and scheduled actions for the worker", async () => {
    const { AutoScalingGroupName } = await getGroup(name);
    expect(await getCall("web-sleep")).to.deep.equal({
      at: "cron(0 3 * * ? *)",
      action: "updateAutoScalingGroup",
      parameters: { AutoScalingGroupName, MinSize: 0, MaxSize: 0, DesiredCapacity: 0 },
    });
    expect(await getCall("database-start")).to.deep.equal({
      at: "cron(40 13 ? * MON,TUE,WED,THU,FRI *)",
      action: "startDBInstance",
      parameters: { DbInstanceIdentifier: name },
    });
    expect(
      (await getActions(`${name}-worker`)).map(({ Recurrence, MinSize, MaxSize }) => ({
        Recurrence,
        MinSize,
        MaxSize,
      })),
    ).to.have.deep.members([
      { Recurrence: "0 3 * * *", MinSize: 0, MaxSize: 0 },
      { Recurrence: "0 14 * * 1,2,3,4,5", MinSize: 1, MaxSize: 1 },
    ]);
    expect(await getActions(name)).to.deep.equal([]);
  });

  it("has a budget that tells of its forecast", async () => {
    const { Budgets: [budget] = [] } = await aws.budgets.send(new DescribeBudgetsCommand({ AccountId }));
    expect(budget).to.deep.include({ BudgetName: name, BudgetType: "COST", TimeUnit: "MONTHLY" });
    expect(Number(budget?.BudgetLimit?.Amount)).to.equal(100);
    expect(budget?.CostFilters?.TagKeyValue).to.have.members([
      "user:Project$beo-datastore",
      "user:Environment$dev",
    ]);
    const { Notifications = [] } = await aws.budgets.send(
      new DescribeNotificationsForBudgetCommand({ AccountId, BudgetName: name }),
    );
    expect(
      Notifications.map(({ NotificationType, Threshold }) => [NotificationType, Number(Threshold)]),
    ).to.have.deep.members([
      ["FORECASTED", 80],
      ["FORECASTED", 100],
    ]);
    const { Subscribers = [] } = await aws.budgets.send(
      new DescribeSubscribersForNotificationCommand({
        AccountId,
        BudgetName: name,
        Notification: Notifications[0],
      }),
    );
    expect(Subscribers).to.deep.equal([{ SubscriptionType: "EMAIL", Address: "ops@beo-e2e.net" }]);
  });

  it("does not change again", async () => {
    await up("--expect-no-changes");
    await workspace.succeed(
      ...["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"],
    );
    expect(workspace.beo("drift", "dev")).to.include({ code: 0 });
    expect(workspace.beo("recover", "dev")).to.include({ code: 0 });
  });

  it("is previewed, updated, compared and described while it sleeps", async () => {
    const getErrors = () => workspace.beo("status", "dev").output.match(/^ +✗ .*$/gm);
    const errors = getErrors();
    await fallAsleep();
    expect([await getSizes(name), await getSizes(`${name}-worker`), await getStatus()]).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
      "stopped",
    ]);
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
    await up("--expect-no-changes");
    // The outputs have changed: instances, and the state of the database.
    await up("--refresh");
    const drift = workspace.beo("drift", "dev");
    expect(drift.code, drift.output).to.equal(0);
    const status = workspace.beo("status", "dev");
    expect(status.output).to.match(/Sleep\n +· The stack sleeps: .*\n +npx beo wake dev\n/);
    expect(status.output.match(/It has no instances\./g)).to.have.length(2);
    expect(status.output).to.match(/✓ PostgreSQL \S+, stopped/);
    // Such as a subscription that was never confirmed.
    expect(getErrors(), status.output).to.deep.equal(errors);
    const preflight = workspace.beo("preflight", "dev");
    expect(preflight.output, preflight.output).not.to.match(/✗/);
    expect([await getSizes(name), await getSizes(`${name}-worker`), await getStatus()]).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
      "stopped",
    ]);
  });

  it("is woken for an update of the database, and falls asleep again", async () => {
    await set("database.backupRetentionPeriod", "8");
    const output = await workspace.fail("up", "--yes", "--skip-preview", "--stack", "dev");
    expect(output).to.match(/stopped/i);
    const woken = workspace.beo("wake", "dev", "--yes");
    expect(woken.code, woken.output).to.equal(0);
    expect(woken.output).to.include(`- start the database ${name} (stopped), about 10 minutes`);
    expect(woken.output).to.include(`- start 1 instance of ${name}-worker`);
    expect(woken.output).to.include("It falls asleep again at the next time that sleep.from names.");
    expect([await getSizes(name), await getSizes(`${name}-worker`), await getStatus()]).to.deep.equal([
      [1, 1, 1],
      [1, 1, 1],
      "available",
    ]);
    await up();
    expect(workspace.beo("wake", "dev")).to.include({ code: 0, output: "dev is awake.\n" });
    const asleep = workspace.beo("sleep", "dev", "--yes");
    expect(asleep.code, asleep.output).to.equal(0);
    expect([await getSizes(name), await getSizes(`${name}-worker`), await getStatus()]).to.deep.equal([
      [0, 0, 0],
      [0, 0, 0],
      "stopped",
    ]);
    expect(workspace.beo("sleep", "dev")).to.include({ code: 0, output: "dev is asleep.\n" });
    expect(workspace.beo("wake", "dev", "--yes")).to.include({ code: 0 });
  });

  it("gets back a schedule and a budget that the state has lost", async () => {
    const { output: state } = await workspace.quietly("stack", "export", "--stack", "dev");
    const urns = state.match(/urn:pulumi:[^"]+/g) ?? [];
    for (const lost of ["beo-sleep-database-stop", "beo-budget-budget"]) {
      const urn = urns.find((one) => one.endsWith(`::${lost}`)) ?? expect.fail(lost);
      await workspace.succeed("state", "delete", "--yes", urn, "--stack", "dev");
    }
    const { code, output } = workspace.beo("recover", "dev");
    expect(code, output).to.equal(1);
    const [first = ""] = getCommands(output);
    expect(first, output).to.match(/^npx pulumi import /);
    await workspace.succeed(...first.split(" ").slice(2), "--yes");
    await up();
    expect(workspace.beo("recover", "dev")).to.include({ code: 0 });
  });

  it("sleeps no more, and scales by scheduled actions instead", async () => {
    await workspace.succeed("config", "rm", "sleep", "--stack", "dev");
    await set("worker.maxSize", "3");
    await set("worker.schedule[0].name", "Morning");
    await set("worker.schedule[0].recurrence", "0 15 * * 1-5");
    await set("worker.schedule[0].minSize", "2");
    await set("worker.schedule[0].maxSize", "3");
    const refused = await workspace.pulumi("preview", "--stack", "dev");
    expect(refused.code, refused.output).to.equal(0);
    expect(await workspace.previewChanges("dev")).to.include.members([
      "update beo-eb-worker",
      "delete beo-sleep-web-sleep",
      "delete beo-sleep-role",
    ]);
    await up();
    const { AutoScalingGroupName = "" } = await getGroup(`${name}-worker`);
    const actions = await getActions(`${name}-worker`);
    expect(actions.map(({ Recurrence, MinSize, MaxSize }) => [Recurrence, MinSize, MaxSize])).to.deep.equal([
      ["0 15 * * 1-5", 2, 3],
    ]);
    await up("--expect-no-changes");
    expect(await getSuspend()).to.deep.equal({ Sleep: "true", Wake: "true", Morning: "false" });
    // In the morning.
    await aws.autoScaling.send(
      new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, MinSize: 2, DesiredCapacity: 2 }),
    );
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
    const drift = workspace.beo("drift", "dev");
    expect(drift.code, drift.output).to.equal(0);
    expect(workspace.beo("sleep", "dev", "--yes").output).to.match(/^dev does not sleep: /);
  });

  it("names the commands that remove the suspended actions", async () => {
    const { output } = await workspace.pulumi("preview", "--stack", "dev");
    expect(output).to.include(`actions of ${name}-worker that are no longer configured: Sleep, Wake.`);
    const [, removed = ""] = /--options-to-remove (.*) --region/.exec(output) ?? [];
    await aws.beanstalk.send(
      new UpdateEnvironmentCommand({
        EnvironmentName: `${name}-worker`,
        OptionsToRemove: [...removed.matchAll(/ResourceName=(\w+),Namespace=([\w:]+),OptionName=(\w+)/g)].map(
          ([, ResourceName, Namespace, OptionName]) => ({ ResourceName, Namespace, OptionName }),
        ),
      }),
    );
    await workspace.succeed("refresh", "--yes", "--skip-preview", "--stack", "dev");
    expect(await getSuspend()).to.deep.equal({ Morning: "false" });
    const { output: after } = await workspace.pulumi("preview", "--expect-no-changes", "--stack", "dev");
    expect(after).not.to.include("no longer configured");
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
  });

  it("leaves nothing", async () => {
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    expect(await leftIn(aws)).to.deep.equal([]);
    const { Budgets = [] } = await aws.budgets.send(new DescribeBudgetsCommand({ AccountId }));
    expect(Budgets).to.deep.equal([]);
  });
});
