import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { always, byType } from "../../cli/preflight/actions.json";
import type { Level, Line, Report } from "../../cli/report";
import { clientsOf } from "./support/clients";
import { emulatorOf } from "./support/emulator";
import { Operator } from "./support/manual-changes";
import { Workspace } from "./support/workspace";

const sqs = 'aws sqs --endpoint-url "$AWS_ENDPOINT_URL"';

/** What the plug-in answers. */
const answers = {
  productionAccess: true,
  databaseZones: ["us-west-1a", "us-west-1b"],
  quota: 32,
  denied: [] as string[],
  unconfirmed: false,
};

/** Something that goes wrong: how, how it is fixed, and the line that tells of it meanwhile. */
type Break = readonly [
  how: string | Partial<typeof answers>,
  fix: string | Partial<typeof answers>,
  level: Level,
  line: RegExp,
];

const beforeUp: readonly Break[] = [
  [
    "npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' 111122223333 --stack dev",
    "npx pulumi config set --path --type string 'aws:allowedAccountIds[0]' 123456789012 --stack dev",
    "error",
    /The stack is for 111122223333/,
  ],
  [
    "aws s3api create-bucket --bucket beo-datastore-dev-media --create-bucket-configuration LocationConstraint=us-west-1",
    "aws s3 rb s3://beo-datastore-dev-media",
    "error",
    /Bucket beo-datastore-dev-media exists already/,
  ],
  [
    `${sqs} create-queue --queue-name beo-datastore-dev`,
    `${sqs} delete-queue --queue-url "$(${sqs} get-queue-url --queue-name beo-datastore-dev --query QueueUrl --output text)"`,
    "error",
    /Queue beo-datastore-dev exists already/,
  ],
  [
    "aws iam create-user --user-name beo-datastore-dev",
    "aws iam delete-user --user-name beo-datastore-dev",
    "error",
    /User beo-datastore-dev exists already/,
  ],
  [
    "aws sesv2 create-email-identity --email-identity dev-support@beo-e2e.net --region us-west-2",
    "aws sesv2 delete-email-identity --email-identity dev-support@beo-e2e.net --region us-west-2",
    "error",
    /EmailIdentity dev-support@beo-e2e\.net exists already/,
  ],
  [
    "aws sesv2 create-configuration-set --configuration-set-name beo-datastore-dev --region us-west-2",
    "aws sesv2 delete-configuration-set --configuration-set-name beo-datastore-dev --region us-west-2",
    "error",
    /ConfigurationSet beo-datastore-dev exists already/,
  ],
  [
    "aws iam create-instance-profile --instance-profile-name other && aws elasticbeanstalk create-application --application-name other && aws elasticbeanstalk create-environment --application-name other --environment-name other --cname-prefix beo-datastore-dev --option-settings Namespace=aws:autoscaling:launchconfiguration,OptionName=IamInstanceProfile,Value=other --solution-stack-name \"$(aws elasticbeanstalk list-available-solution-stacks --query 'SolutionStacks[0]' --output text)\"",
    "sleep 2; aws elasticbeanstalk terminate-environment --environment-name other; sleep 3; aws elasticbeanstalk delete-application --application-name other --terminate-env-by-force",
    "error",
    /beo-datastore-dev\.us-west-1\.elasticbeanstalk\.com is taken/,
  ],
  [
    { databaseZones: [] },
    { databaseZones: ["us-west-1a", "us-west-1b"] },
    "error",
    /db\.t3\.medium with PostgreSQL 17 .* none of the subnets' zones/,
  ],
  [{ quota: 1 }, { quota: 32 }, "error", /vCPUs of On-Demand instances: \d of 1 used/],
  [
    { denied: ["iam:CreateUser"] },
    { denied: [] },
    "warning",
    /not allowed on all resources: iam:CreateUser\./,
  ],
  [{ productionAccess: false }, { productionAccess: true }, "warning", /SES in us-west-2 is in the sandbox/],
];

const metric = (region: string, namespace: string, name: string, value: number, dimensions = "") =>
  `aws cloudwatch put-metric-data --region ${region} --namespace ${namespace} --metric-data 'MetricName=${name},Value=${value}${dimensions}'`;

const afterUp: readonly Break[] = [
  [
    `${sqs} send-message --queue-url "$(${sqs} get-queue-url --queue-name beo-datastore-dev-dead-letters --query QueueUrl --output text)" --message-body task`,
    `${sqs} purge-queue --queue-url "$(${sqs} get-queue-url --queue-name beo-datastore-dev-dead-letters --query QueueUrl --output text)"`,
    "error",
    /^1 task failed repeatedly and was moved to the dead-letter queue/,
  ],
  [
    "aws cloudwatch set-alarm-state --alarm-name beo-datastore-dev-database-cpu --state-value ALARM --state-reason test",
    "aws cloudwatch set-alarm-state --alarm-name beo-datastore-dev-database-cpu --state-value OK --state-reason test",
    "error",
    /^beo-datastore-dev-database-cpu is in ALARM\. .*slow queries/,
  ],
  [{ unconfirmed: true }, { unconfirmed: false }, "error", /operations@beo-e2e\.net gets no alarms until/],
  [
    "aws elasticbeanstalk update-tags-for-resource --resource-arn $WEB_ARN --tags-to-add Key=rehearsal:health,Value=Severe",
    "aws elasticbeanstalk update-tags-for-resource --resource-arn $WEB_ARN --tags-to-remove rehearsal:health",
    "error",
    /^Health Severe/,
  ],
  [
    "aws rds add-tags-to-resource --resource-name $DATABASE_ARN --tags Key=rehearsal:maintenance,Value=system-update",
    "aws rds remove-tags-from-resource --resource-name $DATABASE_ARN --tag-keys rehearsal:maintenance",
    "warning",
    /^Pending maintenance, system-update/,
  ],
  [
    "aws rds add-tags-to-resource --resource-name $DATABASE_ARN --tags Key=rehearsal:status,Value=storage-full",
    "aws rds remove-tags-from-resource --resource-name $DATABASE_ARN --tag-keys rehearsal:status",
    "error",
    /^PostgreSQL 17.*, storage-full/,
  ],
  [
    metric(
      "us-west-1",
      "AWS/RDS",
      "FreeStorageSpace",
      2 ** 30,
      ",Dimensions=[{Name=DBInstanceIdentifier,Value=beo-datastore-dev}]",
    ),
    "true",
    "warning",
    /^1\.0 GiB \(\d %\) free of/,
  ],
  [metric("us-west-2", "AWS/SES", "Reputation.BounceRate", 0.2), "true", "error", /^20\.0 % bounces/],
  [
    `aws ssm put-parameter --name /beo-datastore-dev-operations/restore-drill --type String --value '{"time":"2026-11-26T12:00:00.000Z","result":"failed","problems":["1 table is missing: public.auth_user."]}'`,
    "aws ssm put-parameter --name /beo-datastore-dev-operations/restore-drill --type String --overwrite --value $(date +%F)",
    "error",
    /^The restore drill of 2026-11-26 failed: 1 table is missing: public\.auth_user\./,
  ],
  [{ productionAccess: false }, { productionAccess: true }, "warning", /SES in us-west-2 is in the sandbox/],
];

/** A test breaks each thing that the commands look at, demands its line, and fixes it again. */
describe("preflight and status", function () {
  this.timeout(5 * 60_000);
  let workspace: Workspace;
  let operator: Operator;
  const credentials: NodeJS.ProcessEnv = {};
  before(async () => {
    process.env.STATUS_ANSWERS = join(mkdtempSync(join(tmpdir(), "status-")), "answers.json");
    write({});
    workspace = new Workspace(credentials, [join(__dirname, "status/plugin.py")]);
    operator = new Operator(workspace, "dev");
    const { iam } = clientsOf(workspace.aws);
    await iam.send(new CreateUserCommand({ UserName: "deployer" }));
    const PolicyArn = "arn:aws:iam::aws:policy/AdministratorAccess";
    await iam.send(new AttachUserPolicyCommand({ UserName: "deployer", PolicyArn }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "deployer" }));
    credentials.AWS_ACCESS_KEY_ID = AccessKey?.AccessKeyId;
    credentials.AWS_SECRET_ACCESS_KEY = AccessKey?.SecretAccessKey;
    await emulatorOf(workspace.aws).set({ enforce_iam: "true" });
  });
  after(() => {
    workspace.remove();
    rmSync(dirname(process.env.STATUS_ANSWERS ?? ""), { recursive: true });
  });

  const write = (changes: Partial<typeof answers>) => {
    Object.assign(answers, changes);
    writeFileSync(process.env.STATUS_ANSWERS ?? "", JSON.stringify(answers));
  };
  const apply = (change: Break[0]) => {
    if (typeof change === "string") {
      operator.run(change);
    } else {
      write(change);
    }
  };
  const read = (command: "preflight" | "status", ...options: string[]): Report => {
    const { output } = workspace.beo(command, "dev", "--json", ...options);
    return JSON.parse(output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1)) as Report;
  };
  const find = (report: Report, pattern: RegExp): Line | undefined =>
    report.lines.find(({ text }) => pattern.test(text));
  const testBreaks = (command: "preflight" | "status", breaks: readonly Break[]) => {
    for (const [how] of breaks) {
      apply(how);
    }
    const report = read(command);
    expect(report.unread).to.deep.equal([]);
    for (const [, , level, pattern] of breaks) {
      expect(find(report, pattern)?.level, `${pattern.source}\n${JSON.stringify(report, null, 1)}`).to.equal(
        level,
      );
    }
    for (const [, fix] of breaks) {
      apply(fix);
    }
    const fixed = read(command);
    for (const [, fix, , pattern] of breaks.filter(([, way]) => way !== "true")) {
      expect(find(fixed, pattern), `after ${JSON.stringify(fix)}`).to.equal(undefined);
    }
    return fixed;
  };

  it("says before `stack init` that the stack is missing, and then that it is not deployed", async () => {
    expect(find(read("preflight"), /dev is not in the backend yet/)?.fix).to.deep.equal([
      "npx pulumi stack init dev",
    ]);
    await workspace.init("dev");
    await workspace.succeed("config", "set", "alarmEmail", "operations@beo-e2e.net", "--stack", "dev");
    expect(find(read("preflight"), /dev is not deployed yet/)?.level).to.equal("ok");
    const { code, output } = workspace.beo("status", "dev");
    expect({ code, output }).to.deep.include({ code: 1 });
    expect(output).to.include("npx beo preflight dev");
  });

  it("preflight reports what is in the way, and no more once that is fixed", () => {
    const fixed = testBreaks("preflight", beforeUp);
    expect(fixed.lines.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  it("preflight knows the actions of an update", async () => {
    const control = `${workspace.aws.environment.AWS_ENDPOINT_URL ?? ""}/_emulator/permissions`;
    await fetch(control, { method: "DELETE" });
    await workspace.succeed("up", "--yes", "--skip-preview", "--stack", "dev");
    const { permissions } = (await (await fetch(control)).json()) as { permissions: { action: string }[] };
    const known = new Set([...always, ...Object.values(byType).flat()]);
    expect(permissions.length).to.be.greaterThan(80);
    expect(permissions.map(({ action }) => action).filter((action) => !known.has(action))).to.deep.equal([]);
    const preflight = read("preflight");
    expect(find(preflight, /^dev is deployed\./)?.level).to.equal("ok");
    // The plan's URNs are those of the state.
    expect(preflight.lines.filter(({ topic }) => topic === "Quotas")).to.deep.equal([]);
  });

  it("status reports what is wrong, and no more once that is fixed", () => {
    const { resources } = (
      JSON.parse(operator.run("npx pulumi stack export --stack dev")) as {
        deployment: { resources: { urn: string; outputs?: { arn?: string } }[] };
      }
    ).deployment;
    const arnOf = (name: string) =>
      resources.find(({ urn }) => urn.endsWith(`::${name}`))?.outputs?.arn ?? "";
    operator.variables = { WEB_ARN: arnOf("beo-eb-web"), DATABASE_ARN: arnOf("beo-db-instance") };
    testBreaks("status", afterUp);
  });

  it("status says in one line whether AWS differs from the program", () => {
    const readDrift = () =>
      read("status", "--drift")
        .lines.filter(({ topic }) => topic === "Drift")
        .map(({ level, text, fix }) => ({ level, text, fix }));
    const none = [{ level: "ok", text: "None.", fix: undefined }];
    expect(readDrift()).to.deep.equal(none);
    const queue = `--queue-url "$(${sqs} get-queue-url --queue-name beo-datastore-dev --query QueueUrl --output text)"`;
    const visibility = operator
      .run(
        `${sqs} get-queue-attributes ${queue} --attribute-names VisibilityTimeout --query '*.*' --output text`,
      )
      .trim();
    operator.run(`${sqs} set-queue-attributes ${queue} --attributes VisibilityTimeout=60`);
    expect(readDrift()).to.deep.equal([
      {
        level: "error",
        text: "1 difference between AWS and the program:",
        fix: ["npx beo drift dev"],
      },
    ]);
    operator.run(`${sqs} set-queue-attributes ${queue} --attributes VisibilityTimeout=${visibility}`);
    expect(readDrift()).to.deep.equal(none);
  });

  it("status says which action is missing, and reads everything else", async () => {
    const emulator = emulatorOf(workspace.aws);
    await emulator.fail({ service: "rds", action: "DescribeEvents", error: "AccessDenied", count: -1 });
    const report = read("status");
    await emulator.clearFaults();
    expect(report.unread.map(({ topic, actions }) => ({ topic, actions }))).to.deep.equal([
      { topic: "Database", actions: ["rds:DescribeEvents"] },
    ]);
    expect(find(report, /^PostgreSQL 17/)?.level).to.equal("ok");
  });

  it("status reports an update that was killed, and no more once its commands have run", async () => {
    const readState = () =>
      read("status")
        .lines.filter(({ topic }) => topic === "State")
        .map(({ level, text, fix }) => ({ level, text, fix }));
    const complete = [{ level: "ok", text: "Complete, and not locked.", fix: undefined }];
    expect(readState()).to.deep.equal(complete);
    const emulator = emulatorOf(workspace.aws);
    const before = (await emulator.calls()).length;
    const isCalled = async () =>
      (await emulator.calls()).slice(before).some(({ action }) => action === "ModifyDBInstance");
    operator.run("npx pulumi config set --path database.backupRetentionPeriod 9 --stack dev");
    let pid = 0;
    await workspace.meanwhile(
      async (child) => {
        pid = child.pid ?? 0;
        while (!(await isCalled())) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        workspace.kill(child);
      },
      ...["up", "--yes", "--skip-preview", "--stack", "dev"],
    );
    const [lock, operation, ...others] = readState();
    expect(others).to.deep.equal([]);
    const fix = ["npx beo recover dev"];
    expect(lock).to.deep.include({ level: "warning", fix });
    expect(lock?.text).to.match(
      new RegExp(`^Locked by process ${pid} of .* since .*\\. That process does not exist any more`),
    );
    expect(operation).to.deep.include({ level: "error", fix });
    expect(operation?.text).to.include("updating Instance beo-db-instance (beo-datastore-dev)");
    await workspace.succeed("cancel", "--yes", "--stack", "dev");
    await workspace.succeed("up", "--refresh", "--yes", "--skip-preview", "--stack", "dev");
    expect(readState()).to.deep.equal(complete);
  });
});
