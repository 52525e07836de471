import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribePoliciesCommand } from "@aws-sdk/client-auto-scaling";
import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeSecurityGroupsCommand } from "@aws-sdk/client-ec2";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";

/** A resource in an exported state. */
interface StateResource {
  urn: string;
  type: string;
  dependencies?: string[] | undefined;
  propertyDependencies?: Record<string, string[] | undefined>;
}

/** What goes wrong beside a deployed stack, or went wrong before. Each test goes on where the last one ended. */
describe("a deployed stack", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
    await workspace.init("dev");
    await workspace.succeed(...update);
  });
  after(() => {
    workspace.remove();
  });

  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
  const set = (...args: string[]) => workspace.succeed("config", "set", ...args, "--stack", "dev");
  const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

  it("waits while eb deploy changes the environment", async () => {
    await emulator.fail({
      service: "elasticbeanstalk",
      action: "UpdateEnvironment",
      error: "InvalidParameterValue",
      message: `Environment named ${name} is in an invalid state for this operation. Must be Ready.`,
      count: 1,
    });
    await set("--path", "extraEnvironment.BANNER", "first");
    const output = await workspace.succeed(...update);
    expect(output).to.include("Waiting for beo-eb-web: Elastic Beanstalk is changing the environment");
    // The engine keeps the error of the refused attempt in the state until it has refreshed or updated the resource.
    await workspace.succeed(...update, "--refresh", "--expect-no-changes");
  });

  it("fails at once where the environment is refused for another reason", async () => {
    await emulator.fail({
      service: "elasticbeanstalk",
      action: "UpdateEnvironment",
      error: "InsufficientPrivilegesException",
      count: -1,
    });
    await set("--path", "extraEnvironment.BANNER", "second");
    const output = await workspace.fail(...update);
    expect(output).to.include("InsufficientPrivilegesException");
    expect(output).not.to.include("Waiting for");
    await emulator.clearFaults();
    await workspace.succeed(...update, "--refresh");
  });

  it("refuses credentials of another account before it changes anything", async () => {
    const { environment } = workspace.aws;
    const before = { ...environment };
    const { Credentials } = await aws.sts.send(
      new AssumeRoleCommand({ RoleArn: "arn:aws:iam::222222222222:role/other", RoleSessionName: "other" }),
    );
    environment.AWS_ACCESS_KEY_ID = Credentials?.AccessKeyId ?? "";
    environment.AWS_SECRET_ACCESS_KEY = Credentials?.SecretAccessKey ?? "";
    environment.AWS_SESSION_TOKEN = Credentials?.SessionToken ?? "";
    const calls = (await emulator.calls()).length;
    for (const command of [["preview", "--stack", "dev"], update]) {
      const output = await workspace.fail(...command);
      expect(output).to.include(
        'Stack "dev" is deployed in AWS account 123456789012, but the credentials belong to account 222222222222.',
      );
      expect(output).to.include("AWS_PROFILE");
      expect(output).not.to.match(/\bat .*\.ts:\d+/);
    }
    // What the message advises.
    await set("--path", "--type", "string", "aws:allowedAccountIds[0]", "123456789012");
    const output = await workspace.fail(...update);
    expect(output).to.include("AWS refused the credentials");
    expect(output).to.match(/is deployed in account 123456789012/);
    const actions = (await emulator.calls()).slice(calls).map(({ action }) => action);
    expect(actions.filter((action) => !/^(Describe|Get|List)/.test(action))).to.deep.equal([]);

    delete environment.AWS_SESSION_TOKEN;
    Object.assign(environment, before);
    await workspace.succeed(...update, "--expect-no-changes");
  });

  it("creates nothing twice after an older state was restored", async () => {
    const inventory = async () => {
      const { MetricAlarms = [] } = await aws.cloudWatch.send(new DescribeAlarmsCommand({}));
      const { ScalingPolicies = [] } = await aws.autoScaling.send(new DescribePoliciesCommand({}));
      const { Topics = [] } = await aws.sns.send(new ListTopicsCommand({}));
      return [
        ...MetricAlarms.map(({ AlarmName }) => AlarmName),
        ...ScalingPolicies.map(({ PolicyName }) => PolicyName).filter((one) =>
          one?.startsWith(`${name}-scale-`),
        ),
        ...Topics.map(({ TopicArn }) => TopicArn),
      ].sort();
    };
    const before = await inventory();
    expect(before).to.include.members([`${name}-web-health`, `${name}-idle`, `${name}-scale-out`]);
    const file = join(workspace.folder, "state.json");
    await workspace.succeed("stack", "export", "--stack", "dev", "--file", file);
    const state = JSON.parse(readFileSync(file, "utf8")) as {
      deployment: { resources: StateResource[] };
    };
    const older = state.deployment.resources.filter(
      ({ type }) =>
        !/^aws:(cloudwatch\/metricAlarm|autoscaling\/policy|cloudwatch\/dashboard|sns)/.test(type),
    );
    // A state may not refer to what it does not have.
    const exists = (urn: string) => older.some((one) => one.urn === urn);
    for (const resource of older) {
      resource.dependencies = resource.dependencies?.filter(exists);
      for (const [input, urns] of Object.entries(resource.propertyDependencies ?? {})) {
        resource.propertyDependencies![input] = urns?.filter(exists);
      }
    }
    state.deployment.resources = older;
    writeFileSync(file, JSON.stringify(state));
    await workspace.succeed("stack", "import", "--stack", "dev", "--file", file);
    await workspace.succeed(...update, "--refresh");
    expect(await inventory()).to.deep.equal(before);
    await workspace.succeed(...update, "--expect-no-changes");
  });

  it("is destroyed by a second attempt that does not wait for what is gone", async () => {
    const destroy = ["destroy", "--yes", "--skip-preview", "--stack", "dev"];
    await workspace.meanwhile(
      async (child) => {
        const terminated = async () =>
          (await emulator.calls()).filter(({ action }) => action === "TerminateEnvironment").length;
        while ((await terminated()) < 2) {
          await pause(0.5);
        }
        await pause(5);
        workspace.kill(child);
      },
      ...destroy,
    );
    await workspace.succeed("cancel", "--yes", "--stack", "dev");
    const calls = (await emulator.calls()).length;
    await workspace.succeed(...destroy, "--refresh");
    // Without --refresh, the provider asks 21 times for each environment that is gone, every 10 seconds.
    const questions = (await emulator.calls())
      .slice(calls)
      .filter(({ action }) => action === "DescribeEnvironments");
    expect(questions.length).to.be.lessThan(10);
    const { SecurityGroups = [] } = await aws.ec2.send(new DescribeSecurityGroupsCommand({}));
    expect(SecurityGroups.map(({ GroupName }) => GroupName).filter((one) => one !== "default")).to.deep.equal(
      [],
    );
  });
});
