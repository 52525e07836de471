import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

/** What changes something in AWS; the rest reads. */
const writes = /^(?!Get|List|Describe|Head|AssumeRole|Simulate|Check|Lookup|Search)/;

/** One stack is made to learn every call that makes something; then another, with each of these calls refused once. */
describe("an update in which every call fails once", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  let actions: string[] = [];

  before(() => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
  });
  after(() => {
    workspace.remove();
  });

  it("makes a stack, and shows every call that it needs", async () => {
    await workspace.init("dev");
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    const seen = (await emulator.calls()).filter(({ action }) => writes.test(action));
    actions = [...new Set(seen.map(({ service, action }) => `${service} ${action}`))].sort();
    console.log(`      ${actions.length} kinds of calls`);
    expect(actions.length).to.be.greaterThan(30);
    expect(actions.join()).to.match(
      /CreateDBInstance.*CreateEnvironment|CreateEnvironment.*CreateDBInstance/,
    );
  });

  it("converges in a few runs, though each of these calls is throttled once and refused once", async () => {
    await workspace.succeed("stack", "init", "second");
    for (const [key, value] of Object.entries({
      "aws:region": "us-west-1",
      "aws:s3UsePathStyle": "true",
      name: "second",
      environment: "dev",
      appUrl: "https://second.example.com",
      supportEmail: "second@example.com",
    })) {
      await workspace.succeed("config", "set", key, value, "--stack", "second");
    }
    const before = (await emulator.calls()).length;
    for (const kind of actions) {
      const [service = "", action = ""] = kind.split(" ");
      await emulator.fail({ service, action, error: "Throttling", count: 1 });
      await emulator.fail({ service, action, error: "AccessDenied", count: 1 });
    }
    let runs = 0;
    let code: number | null = 1;
    while (code !== 0 && runs < 20) {
      runs += 1;
      // As README.md says to do after a failed update: what failed half-way may be otherwise in AWS than in the state.
      const refresh = runs > 1 ? ["--refresh"] : [];
      const result = await workspace.pulumi(
        ...["up", "--yes", "--skip-preview", "--continue-on-error", "--stack", "second", ...refresh],
      );
      code = result.code;
      if (code !== 0) {
        expect(result.output, "a message that says what was refused").to.match(
          /AccessDenied|not authorized|denied/i,
        );
      }
    }
    const failed = (await emulator.calls()).slice(before);
    const count = (code: RegExp) => failed.filter(({ error }) => code.test(error ?? "")).length;
    const [refused, throttled] = [count(/AccessDenied/), count(/Throttl|SlowDown/)];
    console.log(`      ${refused} calls refused, ${throttled} throttled, ${runs} runs`);
    expect(code).to.equal(0);
    expect(runs).to.be.greaterThan(2);
    expect(refused).to.be.greaterThan(30);
    expect(throttled).to.be.greaterThan(30);
    await workspace.succeed("up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "second");
    await workspace.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "second");
  });

  it("leaves no orphan and no duplicate, and the other stack as it was", async () => {
    const [databases, buckets, queues, environments] = await Promise.all([
      aws.rds.send(new DescribeDBInstancesCommand({})),
      aws.s3.send(new ListBucketsCommand({})),
      aws.sqs.send(new ListQueuesCommand({})),
      aws.beanstalk.send(new DescribeEnvironmentsCommand({ IncludeDeleted: false })),
    ]);
    expect(databases.DBInstances?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)).to.have.members([
      "beo-datastore-dev",
      "second-dev",
    ]);
    const names = (buckets.Buckets ?? [])
      .map(({ Name = "" }) => Name.replace(/-[0-9a-f]{7}$/, ""))
      // The region's own, which Elastic Beanstalk makes and keeps.
      .filter((name) => !name.startsWith("elasticbeanstalk-"))
      .sort();
    expect(names).to.deep.equal([
      "beo-datastore-beanstalk-bundles-bucket",
      "beo-datastore-beanstalk-bundles-bucket",
      "beo-datastore-dev-media",
      "beo-datastore-dev-static",
      "second-dev-media",
      "second-dev-static",
    ]);
    expect(queues.QueueUrls?.filter((url) => !url.includes("awseb"))).to.have.length(4);
    expect(environments.Environments).to.have.length(4);
    const { AccessKeyMetadata } = await aws.iam.send(new ListAccessKeysCommand({ UserName: "second-dev" }));
    expect(AccessKeyMetadata).to.have.length(1);
    await workspace.succeed("up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev");
  });
});
