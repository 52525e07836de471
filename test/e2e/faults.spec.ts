import { DescribeEnvironmentsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { ListAccessKeysCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import { CreateHostedZoneCommand } from "@aws-sdk/client-route-53";
import { ListBucketsCommand } from "@aws-sdk/client-s3";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Workspace } from "./support/workspace";

/** What changes something in AWS; the rest reads. */
const writes = /^(?!Get|List|Describe|Head|AssumeRole|Simulate|Check|Lookup|Search)/;

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** One stack is made to learn every call that makes something; then another, with as many calls of each kind refused. */
describe("an update in which every call fails once", function () {
  this.timeout(20 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  let emulator: ReturnType<typeof emulatorOf>;
  /** How often a stack needs each kind of call. */
  const needed = new Map<string, number>();

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    emulator = emulatorOf(workspace.aws);
    await aws.route53.send(
      new CreateHostedZoneCommand({ Name: "beo-e2e.net", CallerReference: "rehearsal" }),
    );
  });
  after(() => {
    workspace.remove();
  });

  it("makes a stack, and shows every call that it needs", async () => {
    await workspace.init("prod");
    // The calls of a VPC of its own are refused in network.spec.ts.
    await workspace.succeed("config", "rm", "network", "--stack", "prod");
    const before = (await emulator.calls()).length;
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "prod");
    for (const { service, action } of (await emulator.calls()).slice(before)) {
      if (writes.test(action)) {
        const kind = `${service} ${action}`;
        needed.set(kind, (needed.get(kind) ?? 0) + 1);
      }
    }
    console.log(`      ${sum(needed)} calls of ${needed.size} kinds`);
    expect(needed.size).to.be.greaterThan(40);
    expect([...needed.keys()]).to.include.members([
      "rds CreateDBInstance",
      "elasticbeanstalk CreateEnvironment",
      "route53 ChangeResourceRecordSets",
    ]);
  });

  it("converges in a few runs, though every one of these calls is refused, and each kind throttled", async () => {
    await workspace.succeed("stack", "init", "second");
    for (const [key, value] of Object.entries({
      "aws:s3UsePathStyle": "true",
      name: "second",
      environment: "prod",
      appUrl: "https://second.beo-e2e.net",
      supportEmail: "support@second.beo-e2e.net",
      domain: "api.second.beo-e2e.net",
      hostedZone: "beo-e2e.net",
      alarmEmail: "second@beo-e2e.org",
      "mail.domain": "second.beo-e2e.net",
    })) {
      await workspace.succeed("config", "set", "--path", key, value, "--stack", "second");
    }
    for (const [kind, count] of needed) {
      const [service = "", action = ""] = kind.split(" ");
      await emulator.fail({ service, action, error: "Throttling", count: 1 });
      await emulator.fail({ service, action, error: "AccessDenied", count });
    }
    let runs = 0;
    let code: number | null = 1;
    while (code !== 0 && runs < 30) {
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
    console.log(`      ${runs} runs`);
    expect(code).to.equal(0);
    expect(runs).to.be.greaterThan(2);
    const faults = await emulator.faults();
    expect(faults.filter(({ hits }) => hits === 0)).to.deep.equal([]);
    // A topic that is there keeps what was set of it already, and needs fewer of these.
    const fewer = new Set(faults.filter(({ hits, count }) => hits < count).map(({ action }) => action));
    expect([...fewer]).to.deep.equal(["SetTopicAttributes"]);
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
      "beo-datastore-prod",
      "second-prod",
    ]);
    const names = (buckets.Buckets ?? [])
      .map(({ Name = "" }) => Name.replace(/-[0-9a-f]{7}$/, ""))
      // The region's own, which Elastic Beanstalk makes and keeps.
      .filter((name) => !name.startsWith("elasticbeanstalk-"))
      .sort();
    expect(names).to.deep.equal([
      "beo-datastore-prod-backup-us-west-2",
      "beo-datastore-prod-media",
      "beo-datastore-prod-static",
      "beo-eb-access-logs-bucket",
      "beo-eb-access-logs-bucket",
      "beo-eb-bundles-bucket",
      "beo-eb-bundles-bucket",
      "second-prod-backup-us-west-2",
      "second-prod-media",
      "second-prod-static",
    ]);
    expect(queues.QueueUrls?.filter((url) => !url.includes("awseb"))).to.have.length(4);
    expect(environments.Environments).to.have.length(4);
    const { AccessKeyMetadata } = await aws.iam.send(new ListAccessKeysCommand({ UserName: "second-prod" }));
    expect(AccessKeyMetadata).to.have.length(1);
    await workspace.succeed("up", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "prod");
  });
});
