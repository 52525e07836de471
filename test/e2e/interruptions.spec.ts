import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DeleteAlarmsCommand, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateApplicationVersionCommand,
  DeleteEnvironmentConfigurationCommand,
  DescribeEnvironmentsCommand,
  UpdateEnvironmentCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { ListAccessKeysCommand, ListUsersCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, ModifyDBInstanceCommand } from "@aws-sdk/client-rds";
import { GetQueueUrlCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";

/** One stack, whose updates are broken off in each way that happens to people. It goes on where the last test ended. */
describe("an update that is broken off", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
    await workspace.init("dev");
  });
  after(() => {
    workspace.remove();
  });

  const update = ["up", "--yes", "--skip-preview", "--stack", "dev"];
  const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  /** Resolves once this was called, and nothing but waiting has gone on for a while. */
  const waitsFor = async (action: string) => {
    let seen = "";
    for (let quiet = 0; quiet < 5;) {
      const calls = (await emulator.calls()).filter(({ action: name }) => !/^(Describe|Get|List)/.test(name));
      const now = `${calls.length}`;
      quiet =
        calls.some((call) => call.action === action && call.error === null) && now === seen ? quiet + 1 : 0;
      seen = now;
      await pause(1);
    }
  };
  const databases = async () => {
    const { DBInstances = [] } = await aws.rds.send(new DescribeDBInstancesCommand({}));
    return DBInstances.map(({ DbiResourceId }) => DbiResourceId);
  };
  const environments = async () => {
    const { Environments = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ ApplicationName: name, IncludeDeleted: false }),
    );
    return Environments;
  };
  let database: (string | undefined)[] = [];

  it("by Ctrl-C while the database is made: it is finished by the next one", async () => {
    const { code, output } = await workspace.meanwhile(
      async (child) => {
        await waitsFor("CreateDBInstance");
        child.kill("SIGINT");
      },
      ...update,
    );
    expect(code).not.to.equal(0);
    expect(output).to.match(/cancel/);
    database = await databases();
    expect(database).to.have.length(1);
  });

  it("by a killed process: the lock is reported, and the resource in creation is imported by its id", async () => {
    await workspace.meanwhile(
      async (child) => {
        await waitsFor("CreateEnvironment");
        workspace.kill(child);
      },
      ...update,
      "--refresh",
    );
    const locked = await workspace.pulumi(...update);
    expect(locked.code).not.to.equal(0);
    expect(locked.output).to.match(/locked.*pulumi cancel/s);
    await workspace.succeed("cancel", "--yes", "--stack", "dev");

    // What README.md says of a resource that "already exists" then.
    const { output } = await workspace.quietly("stack", "export", "--stack", "dev");
    const { deployment } = JSON.parse(output) as { deployment: { resources: { urn: string }[] } };
    const parent = deployment.resources.map(({ urn }) => urn).find((urn) => urn.endsWith("::beo-eb"));
    const [web] = await environments();
    const file = join(workspace.folder, "import.json");
    writeFileSync(
      file,
      JSON.stringify({
        nameTable: { parent },
        resources: [
          {
            type: "aws:elasticbeanstalk/environment:Environment",
            name: "beo-eb-web",
            id: web?.EnvironmentId,
            parent: "parent",
          },
        ],
      }),
    );
    await workspace.succeed(
      ...["import", "--file", file, "--yes", "--skip-preview", "--protect=false", "--generate-code=false"],
      ...["--stack", "dev"],
    );
  });

  it("by an environment that ends in an ERROR event: the event is reported", async () => {
    await emulator.fail({
      service: "elasticbeanstalk",
      action: "UpdateEnvironment",
      error: "UpdateFailed",
      count: 1,
      mode: "event",
    });
    const output = await workspace.fail(...update);
    expect(output).to.match(/updating Elastic Beanstalk Environment .*Failed to deploy configuration/s);
  });

  it("by credentials that expire: it says so", async () => {
    // Elastic Beanstalk keeps what it could not deploy as a draft, beside which the provider cannot read the rest.
    const draft = await workspace.pulumi(...update, "--refresh");
    expect(draft.output).to.include("too many results");
    await aws.beanstalk.send(
      new DeleteEnvironmentConfigurationCommand({ ApplicationName: name, EnvironmentName: name }),
    );
    await workspace.succeed(
      "config",
      "set",
      "--path",
      "database.backupRetentionPeriod",
      "9",
      "--stack",
      "dev",
    );
    const { code, output } = await workspace.meanwhile(
      async () => {
        const before = (await emulator.calls()).length;
        while (!(await emulator.calls()).slice(before).some(({ action }) => action === "ModifyDBInstance")) {
          await pause(0.2);
        }
        await emulator.fail({ service: "*", action: "*", error: "ExpiredToken", count: -1 });
      },
      ...update,
      "--refresh",
    );
    await emulator.clearFaults();
    expect(code).not.to.equal(0);
    expect(output).to.match(/ExpiredToken/);
  });

  it("and is finished by one more, with no orphan, no duplicate and the same database", async () => {
    await workspace.succeed(...update, "--refresh");
    await workspace.succeed(...update, "--expect-no-changes");
    expect(await databases()).to.deep.equal(database);
    const all = await environments();
    expect(all.map(({ EnvironmentName }) => EnvironmentName).sort()).to.deep.equal([name, `${name}-worker`]);
    expect(all.map(({ Status }) => Status)).to.deep.equal(["Ready", "Ready"]);
    const { Users = [] } = await aws.iam.send(new ListUsersCommand({}));
    expect(Users).to.have.length(2);
    for (const { UserName } of Users) {
      const { AccessKeyMetadata } = await aws.iam.send(new ListAccessKeysCommand({ UserName }));
      expect(AccessKeyMetadata).to.have.length(1);
    }
  });

  it("keeps a managed platform update until platform.update is true", async () => {
    const branch = "running Python 3.13";
    const older = `64bit Amazon Linux 2023 v4.13.7 ${branch}`;
    const stacks = async () => (await environments()).map(({ SolutionStackName }) => SolutionStackName);
    for (const EnvironmentName of [name, `${name}-worker`]) {
      await aws.beanstalk.send(new UpdateEnvironmentCommand({ EnvironmentName, SolutionStackName: older }));
    }
    await pause(3);
    await workspace.succeed(...update, "--refresh");
    await workspace.succeed(...update, "--expect-no-changes");
    expect(await stacks()).to.deep.equal([older, older]);
    await workspace.succeed("config", "set", "--path", "platform.update", "true", "--stack", "dev");
    await workspace.succeed(...update);
    const newest = `64bit Amazon Linux 2023 v4.13.9 ${branch}`;
    expect(await stacks()).to.deep.equal([newest, newest]);
  });

  it("changes the platform branch in place with platform.update, and warns before", async () => {
    const before = (await environments()).map(({ EnvironmentId }) => EnvironmentId);
    await workspace.succeed("config", "rm", "--path", "platform.update", "--stack", "dev");
    await workspace.succeed("config", "set", "--path", "platform.branch", "Python 3.14", "--stack", "dev");
    const said = await workspace.succeed(...update, "--expect-no-changes");
    expect(said).to.match(
      /The environments run on .* running Python 3\.13, but platform\.branch is Python 3\.14/,
    );
    await workspace.succeed("config", "set", "--path", "platform.update", "true", "--stack", "dev");
    expect(await workspace.succeed(...update)).not.to.include("The environments run on");
    const all = await environments();
    expect(all.map(({ SolutionStackName }) => SolutionStackName?.split(" running ")[1])).to.deep.equal([
      "Python 3.14",
      "Python 3.14",
    ]);
    expect(all.map(({ EnvironmentId }) => EnvironmentId)).to.deep.equal(before);
  });

  it("goes over to Docker with new environments of the same names, as docs/upgrading.md says", async () => {
    await workspace.succeed("config", "set", "--path", "platform.branch", "Docker", "--stack", "dev");
    const refused = await workspace.pulumi(...update);
    expect(refused.code).not.to.equal(0);
    expect(refused.output).to.include("platform.branch is Docker, but Python is deployed.");
    const allow = ["--path", "allowReplacement[0]", "platform.branch"];
    await workspace.succeed("config", "set", ...allow, "--stack", "dev");
    const replace = ["web", "worker"].flatMap((part) => ["--replace", `**beo-eb-${part}`]);
    await workspace.succeed(...update, ...replace);
    await workspace.succeed(...update, "--expect-no-changes");
    const all = await environments();
    expect(all.map(({ EnvironmentName }) => EnvironmentName).sort()).to.deep.equal([name, `${name}-worker`]);
    for (const { SolutionStackName, VersionLabel } of all) {
      expect(SolutionStackName).to.match(/ running Docker$/);
      expect(VersionLabel).to.match(/^bootstrap-docker-[0-9a-f]+$/);
    }
    await workspace.succeed("config", "rm", "--path", "platform.branch", "--stack", "dev");
    await workspace.succeed(...update, ...replace);
    await workspace.succeed("config", "rm", "allowReplacement", "--stack", "dev");
  });

  it("reports drift in sentences, and up --refresh removes it", async () => {
    expect(workspace.beo("drift", "dev")).to.deep.equal({
      code: 0,
      output: "dev: No drift.\nComparing dev with AWS …\n",
    });
    await aws.rds.send(
      new ModifyDBInstanceCommand({
        DBInstanceIdentifier: name,
        BackupRetentionPeriod: 1,
        ApplyImmediately: true,
      }),
    );
    await aws.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: (await aws.sqs.send(new GetQueueUrlCommand({ QueueName: name }))).QueueUrl,
        Attributes: { VisibilityTimeout: "30" },
      }),
    );
    const { MetricAlarms = [] } = await aws.cloudWatch.send(new DescribeAlarmsCommand({}));
    const deadLetters = MetricAlarms.find(({ AlarmName }) => AlarmName?.endsWith("-dead-letters"));
    await aws.cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [deadLetters?.AlarmName ?? ""] }));
    // No difference: what `eb deploy` does.
    await aws.beanstalk.send(
      new CreateApplicationVersionCommand({ ApplicationName: name, VersionLabel: "app-1", Process: false }),
    );
    await aws.beanstalk.send(new UpdateEnvironmentCommand({ EnvironmentName: name, VersionLabel: "app-1" }));
    await pause(3);
    const { code, output } = workspace.beo("drift", "dev");
    expect(code).to.equal(3);
    expect(output.split("\n").filter((line) => /^(\[| {2}\S)/.test(line))).to.have.members([
      "[high] Queue beo-queue-queue",
      "  visibilityTimeoutSeconds is 30 in AWS, 3600 in the program",
      "[high] Instance beo-db-instance",
      "  backupRetentionPeriod is 1 in AWS, 9 in the program",
      "[medium] MetricAlarm beo-mon-dead-letters",
      "  MetricAlarm beo-mon-dead-letters does not exist in AWS",
      `  Environment beo-eb-web runs version app-1, which \`eb deploy\` installed.`,
    ]);
    await workspace.succeed(...update, "--refresh");
    expect(workspace.beo("drift", "dev").code).to.equal(0);
    expect(workspace.beo("drift", "prod").code).to.equal(1);
  });
});
