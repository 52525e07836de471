import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import type { Comparison, Drift } from "../../cli/drift/drift";
import { findDrift as findInConfiguration } from "../../cli/drift/find-drift";
import { formatDrift } from "../../cli/drift/format-drift";
import type { Step } from "../../cli/preview";
import { describeComparison } from "../../cli/status/drift";
import { type PropertyValue, unknown } from "../../plan/values";
import { fixtures } from "../support/stacks";

const findDrift = (steps: Step[], stack: string, configuration = {}) =>
  findInConfiguration(steps, { stack, configuration });
const urn = (type: string, name: string) =>
  `urn:pulumi:dev::beo-datastore::beo:index:BeoDatastore$${type}::${name}`;
const environment = urn("aws:elasticbeanstalk/environment:Environment", "web");
const option = (name: string, value: string) => ({ namespace: "aws:autoscaling:asg", name, value });

describe("findDrift", () => {
  const getMessages = (step: Omit<Step, "urn"> & { urn?: string }) =>
    findDrift([{ urn: environment, ...step }], "dev").map(({ message }) => message);

  it("ignores resources without differences", () => {
    expect(
      findDrift(
        ["same", "read", "refresh", "create-replacement"].map((op) => ({ op, urn: environment })),
        "dev",
      ),
    ).to.deep.equal([]);
  });

  it("ignores that Elastic Beanstalk has deleted the bootstrap version", () => {
    for (const [type, name] of [
      ["aws:elasticbeanstalk/applicationVersion:ApplicationVersion", "beo-eb-bootstrap"],
      ["aws:s3/bucketObjectv2:BucketObjectv2", "beo-eb-bootstrap-bundle"],
    ] as const) {
      expect(getMessages({ op: "create", urn: urn(type, name) })).to.deep.equal([]);
      expect(getMessages({ op: "delete", urn: urn(type, name) })).to.have.length(1);
    }
  });

  it("says what the network does differently, and what it lacks", () => {
    const find = (type: string, more: Partial<Step>) => {
      const [found] = findDrift([{ op: "update", urn: urn(`aws:ec2/${type}`, "vpc"), ...more }], "dev");
      return `${found?.severity} ${found?.meaning}`;
    };
    const changed = (key: string): Partial<Step> => ({
      diffReasons: [key],
      oldState: { inputs: { [key]: "1" } },
      newState: { inputs: { [key]: "2" } },
    });
    expect(find("route:Route", changed("gatewayId"))).to.match(/^high .*may not reach the internet/);
    expect(find("defaultSecurityGroup:DefaultSecurityGroup", changed("ingress"))).to.match(
      /^medium .*Nothing of the stack is in it\.$/,
    );
    expect(find("vpcEndpoint:VpcEndpoint", changed("routeTableIds"))).to.match(
      /^medium S3 is reached through/,
    );
    expect(find("vpcEndpoint:VpcEndpoint", changed("subnetIds"))).to.match(/^medium .*the service/);
    expect(find("route:Route", { op: "create" })).to.match(/^high .*neither SQS nor SES/);
    expect(find("routeTableAssociation:RouteTableAssociation", { op: "create" })).to.match(
      /^high The subnet uses the main route table/,
    );
    expect(find("vpcEndpoint:VpcEndpoint", { op: "create" })).to.match(/^medium .*charges for each GB/);
    expect(find("flowLog:FlowLog", { op: "create" })).to.equal("medium Rejected connections are not logged.");
  });

  it("says what is missing without a log group, a dashboard or an alarm", () => {
    const find = (type: string, name: string) => {
      const [found] = findDrift([{ op: "create", urn: urn(`aws:cloudwatch/${type}`, name) }], "dev");
      return `${found?.severity} ${found?.meaning}`;
    };
    expect(find("logGroup:LogGroup", "beo-vpc-flow-log-group")).to.match(/^medium The log of rejected/);
    expect(find("logGroup:LogGroup", "beo-db-postgresql-log")).to.match(/^medium The log is gone\./);
    expect(find("dashboard:Dashboard", "beo-alarms-dashboard")).to.match(/^low /);
    expect(find("alarmMuteRule:AlarmMuteRule", "beo-sleep")).to.match(/^medium Alarms fire while/);
    expect(find("metricAlarm:MetricAlarm", "beo-alarms-queue")).to.match(/^medium Alarms do not fire/);
  });

  it("says which backups end where a replication, a vault, its lock or a plan was deleted", () => {
    const find = (type: string) => {
      const [found] = findDrift([{ op: "create", urn: urn(`aws:${type}`, "backup") }], "prod");
      return `${found?.severity} ${found?.meaning}`;
    };
    expect(find("rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication")).to.match(
      /^high The database's backups are not copied to the other region any more/,
    );
    expect(find("s3/bucketReplicationConfig:BucketReplicationConfig")).to.match(
      /^high Media files are not copied to the other region any more.*docs\/backups\.md, Another region/,
    );
    expect(find("backup/vault:Vault")).to.match(/^high The snapshots in the vault are gone.*EMPTY vault\.$/);
    expect(find("backup/vaultLockConfiguration:VaultLockConfiguration")).to.match(
      /^critical The snapshots in the vault can be deleted/,
    );
    for (const type of ["backup/plan:Plan", "backup/selection:Selection"]) {
      expect(find(type)).to.match(/^high AWS Backup takes no snapshots of the database any more/);
    }
  });

  it("reports resources that exist on one side only", () => {
    expect(getMessages({ op: "create" })).to.deep.equal(["Environment web does not exist in AWS"]);
    expect(getMessages({ op: "delete" })).to.deep.equal([
      "Environment web is in AWS but not in the program: pulumi up would DELETE it",
    ]);
  });

  it("reports only the inputs that differ, and identifies options by name", () => {
    expect(
      getMessages({
        op: "update",
        diffReasons: ["settings"],
        oldState: { inputs: { settings: [option("MinSize", "3"), option("Cooldown", "1")], tier: "Worker" } },
        newState: {
          inputs: { settings: [option("Cooldown", "1"), option("MaxSize", "2"), option("MinSize", "1")] },
        },
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 3 in AWS, 1 in the program",
      "Environment web: settings[aws:autoscaling:asg MaxSize] is not set in AWS, 2 in the program",
    ]);
  });

  it("compares the queries of an alarm by their ids, and leaves out what CloudWatch returns for what is not set", () => {
    const query = (id: string, more: object) => ({ id, ...more }) as PropertyValue;
    const inAws = [
      query("visible", { accountId: "", expression: "", label: "", period: 0, returnData: false }),
      query("all", { expression: "visible + hidden", label: "Messages", returnData: true }),
    ];
    const inProgram = [
      query("all", { expression: "visible", label: "Messages", returnData: true }),
      query("visible", {}),
    ];
    expect(
      getMessages({
        op: "update",
        diffReasons: ["metricQueries"],
        oldState: { inputs: { metricQueries: inAws } },
        newState: { inputs: { metricQueries: inProgram } },
      }),
    ).to.deep.equal([
      "Environment web: metricQueries[all].expression is visible + hidden in AWS, visible in the program",
    ]);
  });

  it("reports that a secret differs without showing it", () => {
    const inputs = { value: "[secret]" };
    expect(
      getMessages({ op: "update", diffReasons: ["value"], oldState: { inputs }, newState: { inputs } }),
    ).to.deep.equal(["Environment web: value differs"]);
  });

  it("describes unknown values as known after deployment", () => {
    expect(
      getMessages({
        op: "update",
        oldState: { inputs: { settings: [option("MinSize", "1")] } },
        newState: { inputs: { settings: [option("MinSize", unknown)] } },
        diffReasons: ["settings"],
      }),
    ).to.deep.equal([
      "Environment web: settings[aws:autoscaling:asg MinSize] is 1 in AWS, known after deployment in the program",
    ]);
  });

  it("says that an empty value is not set, and that it does not differ from none", () => {
    const find = (key: string, inAws: PropertyValue, inProgram: PropertyValue) =>
      getMessages({
        op: "update",
        diffReasons: [key],
        oldState: { inputs: { [key]: inAws } },
        newState: { inputs: { [key]: inProgram } },
      });
    expect(find("natGatewayId", "", "nat-1")).to.deep.equal([
      "Environment web: natGatewayId is not set in AWS, nat-1 in the program",
    ]);
    expect(find("policy", '{"Statement":[{"Effect":"Allow"}]}', "")).to.deep.equal([
      'Environment web: policy statement {"Effect":"Allow"} is only in AWS',
    ]);
  });

  it("does not compare a policy that is known after deployment", () => {
    expect(
      getMessages({
        op: "update",
        diffReasons: ["policy"],
        oldState: { inputs: { policy: '{"Statement":[{"Effect":"Allow"}]}' } },
        newState: { inputs: { policy: unknown } },
      }),
    ).to.deep.equal([]);
  });

  it("reports no property of what is replaced with another resource", () => {
    const block = urn("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "media");
    const replaced = ["pulumi up would REPLACE BucketPublicAccessBlock media"];
    expect(getMessages({ urn: block, op: "replace" })).to.deep.equal(replaced);
    expect(
      getMessages({
        urn: block,
        op: "replace",
        diffReasons: ["bucket"],
        oldState: { inputs: { bucket: "media" } },
        newState: { inputs: { bucket: unknown } },
      }),
    ).to.deep.equal(replaced);
  });

  it("warns about a replacement", () => {
    expect(
      getMessages({
        op: "replace",
        diffReasons: ["tier"],
        oldState: { inputs: { tier: "WebServer" } },
        newState: { inputs: { tier: "Worker" } },
      }),
    ).to.deep.equal([
      "Environment web: tier is WebServer in AWS, Worker in the program",
      "pulumi up would REPLACE Environment web",
    ]);
  });
});

describe("the impact of a difference", () => {
  const find = (type: string, name: string, key: string, inAws: unknown, inProgram: unknown): Drift => {
    const [drift] = findDrift(
      [
        {
          op: "update",
          urn: urn(type, name),
          diffReasons: [key],
          oldState: { inputs: { [key]: inAws as string } },
          newState: { inputs: { [key]: inProgram as string } },
        },
      ],
      "dev",
    );
    return drift!;
  };
  const settings = (namespace: string, option: string, value: string) => [
    { namespace: `aws:${namespace}`, name: option, value },
  ];

  it("is critical where a difference opens access", () => {
    const bucket = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
    for (const drift of [
      find("aws:rds/instance:Instance", "db", "publiclyAccessible", true, false),
      find(bucket, "media", "blockPublicPolicy", false, true),
      find("aws:iam/role:Role", "web", "assumeRolePolicy", '{"Statement":[1]}', '{"Statement":[2]}'),
      find(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "in",
        "cidrIpv4",
        "0.0.0.0/0",
        "10.0.0.0/8",
      ),
    ]) {
      expect(drift.severity, drift.message).to.equal("critical");
    }
  });

  it("is low where only people read what differs", () => {
    for (const [type, key] of [
      ["cloudwatch/metricAlarm:MetricAlarm", "alarmDescription"],
      ["iam/role:Role", "description"],
      ["kms/key:Key", "description"],
      ["vpc/securityGroupIngressRule:SecurityGroupIngressRule", "description"],
      ["cloudwatch/eventRule:EventRule", "description"],
      ["cloudwatch/dashboard:Dashboard", "dashboardBody"],
    ] as const) {
      expect(find(`aws:${type}`, "one", key, "a", "b").severity, `${type} ${key}`).to.equal("low");
    }
    const threshold = find("aws:cloudwatch/metricAlarm:MetricAlarm", "one", "threshold", 1, 2);
    expect(threshold.severity).to.equal("medium");
  });

  it("is described with the commands that undo and keep it", () => {
    const worker = find(
      "aws:elasticbeanstalk/environment:Environment",
      "beo-eb-worker",
      "settings",
      settings("autoscaling:asg", "MaxSize", "3"),
      settings("autoscaling:asg", "MaxSize", "1"),
    );
    expect(worker).to.deep.include({
      severity: "low",
      undo: ["npx pulumi up --refresh --stack dev"],
      keep: ["npx pulumi config set --path worker.maxSize 3 --stack dev"],
    });
    expect(worker.meaning).to.include("`eb scale`");
    expect(find("aws:rds/instance:Instance", "db", "multiAz", true, false).keep).to.deep.equal([
      "npx pulumi config set --path database.multiAz true --stack dev",
    ]);
    expect(
      find("aws:ssm/parameter:Parameter", "beo-ssm-SECRET_KEY", "value", "[secret]", "[secret]").keep,
    ).to.deep.equal(["npx pulumi config set --secret secretKey --stack dev"]);
    expect(find("aws:rds/instance:Instance", "db", "publiclyAccessible", true, false).keep).to.deep.equal([]);
  });

  it("does not show a secret variable that was set by hand", () => {
    const { message, keep } = find(
      "aws:elasticbeanstalk/environment:Environment",
      "beo-eb-web",
      "settings",
      settings("elasticbeanstalk:application:environment", "SECRET_KEY", "typed"),
      [],
    );
    expect(message).to.match(/SECRET_KEY\] differs$/);
    expect(keep).to.deep.equal([]);
  });

  it("compares the statements of a policy, in whatever order AWS returns their members", () => {
    const messages = findDrift(
      [
        {
          op: "update",
          urn: urn("aws:sqs/queuePolicy:QueuePolicy", "tls"),
          diffReasons: ["policy"],
          oldState: {
            inputs: { policy: '{"Statement":[{"Effect":"Deny","Action":["sqs:*"]},{"Effect":"Allow"}]}' },
          },
          newState: { inputs: { policy: '{"Statement":[{"Action":"sqs:*","Effect":"Deny"}]}' } },
        },
      ],
      "dev",
    ).map(({ message }) => message);
    expect(messages).to.deep.equal(['QueuePolicy tls: policy statement {"Effect":"Allow"} is only in AWS']);
  });

  it("leaves out the environments' revision of secrets that changed, and reads what the provider has in its outputs only", () => {
    const revision = (value: string) => [
      { namespace: "aws:elasticbeanstalk:application:environment", name: "SECRETS_REVISION", value },
    ];
    expect(
      findDrift(
        [
          {
            op: "update",
            urn: environment,
            diffReasons: ["settings"],
            oldState: { inputs: { settings: revision("1.1") } },
            newState: { inputs: { settings: revision(unknown) } },
          },
        ],
        "dev",
      ),
    ).to.deep.equal([]);
    const [key] = findDrift(
      [
        {
          op: "update",
          urn: urn("aws:iam/accessKey:AccessKey", "key"),
          diffReasons: ["status"],
          oldState: { inputs: {}, outputs: { status: "Inactive" } },
          newState: { inputs: {} },
        },
      ],
      "dev",
    );
    expect(key?.message).to.equal("AccessKey key: status is Inactive in AWS, not set in the program");
  });
});

describe("formatDrift", () => {
  const database = urn("aws:rds/instance:Instance", "db");
  const queue = urn("aws:sqs/queue:Queue", "q");
  const format = (steps: Step[]) =>
    formatDrift("prod", { drift: findDrift(steps, "prod"), notes: [], pending: [], notCompared: [] });
  const update: Step = { op: "update", urn: queue, diffReasons: ["delaySeconds"] };

  it("suggests a refreshing update if it only creates and updates", () => {
    expect(format([{ op: "create", urn: queue }, update]).split("\n")).to.include(
      "      npx pulumi up --refresh --stack prod",
    );
    expect(format([])).to.equal("prod: No drift.");
  });

  // An RDS instance whose identifier was changed by hand, or an environment that was terminated and recreated.
  for (const op of ["replace", "delete"]) {
    it(`does not suggest an update that would ${op} a resource, and updates the others by themselves`, () => {
      const text = format([update, { op, urn: database }]);
      expect(text).not.to.match(/^ +npx pulumi up --refresh --stack prod$/m);
      expect(text).to.match(
        /^ +# Do not run pulumi up .*docs\/\S+\.md.* It would (REPLACE|DELETE) Instance db:$/m,
      );
      expect(text).to.match(/^ +# npx pulumi up/m);
      expect(text).to.match(/^ +npx pulumi up --refresh --stack prod --target '\*\*::q'$/m);
    });
  }

  it("does not suggest an update that would create an empty database or bucket", () => {
    for (const type of ["aws:rds/instance:Instance", "aws:s3/bucket:Bucket"]) {
      const text = format([{ op: "create", urn: urn(type, "data") }]);
      expect(text).not.to.match(/^ +npx pulumi up/m);
      expect(text).to.match(/EMPTY/);
    }
  });

  // Pulumi: "Resource … depends on … which was was not specified in --target list."
  it("names what a target depends on, or says that this is lost", () => {
    const [key, alias, group, rule] = [
      urn("aws:kms/key:Key", "key"),
      urn("aws:kms/alias:Alias", "alias"),
      urn("aws:ec2/securityGroup:SecurityGroup", "group"),
      urn("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule"),
    ] as const;
    const lines = format([
      { op: "create", urn: key },
      { op: "update", urn: alias, diffReasons: ["targetKeyId"], newState: { dependencies: [key] } },
      { op: "create", urn: group },
      { op: "create", urn: rule, newState: { dependencies: [group] } },
    ]).split("\n");
    const up = "npx pulumi up --refresh --stack prod";
    expect(lines.filter((line) => line.includes("npx pulumi") || line.includes("It needs"))).to.have.members([
      `      # ${up} --target '**::key'`,
      "      # It needs Key key, which does not exist in AWS. Restore that first.",
      `      ${up} --target '**::group'`,
      `      ${up} --target '**::group' --target '**::rule'`,
    ]);
  });

  it("does not warn of the replacement of what holds nothing, and undoes all at once", () => {
    const [group, log, nat, route] = [
      urn("aws:cloudwatch/logGroup:LogGroup", "beo-vpc-flow-log-group"),
      urn("aws:ec2/flowLog:FlowLog", "beo-vpc-flow-log"),
      urn("aws:ec2/natGateway:NatGateway", "beo-vpc-nat-1"),
      urn("aws:ec2/route:Route", "beo-vpc-private-1-nat"),
    ] as const;
    const changed = (resource: string, op: string, key: string, dependency: string): Step => ({
      ...{ op, urn: resource, diffReasons: [key] },
      oldState: { inputs: { [key]: "old" } },
      newState: { inputs: { [key]: unknown }, dependencies: [dependency] },
    });
    const steps = [
      { op: "create", urn: group },
      changed(log, "replace", "logDestination", group),
      { op: "create", urn: nat },
      changed(route, "update", "natGatewayId", nat),
    ];
    const text = format(steps);
    expect(text).not.to.match(/#|REPLACE|--target/);
    expect(text.match(/^\[.*/gm)).to.deep.equal([
      "[high] NatGateway beo-vpc-nat-1",
      "[high] Route beo-vpc-private-1-nat",
      "[medium] LogGroup beo-vpc-flow-log-group",
      "[medium] FlowLog beo-vpc-flow-log",
    ]);
    expect(text).to.include(`
[medium] FlowLog beo-vpc-flow-log
  pulumi up would replace FlowLog beo-vpc-flow-log
    AWS cannot change this in place. It holds nothing that would be lost.
    Undo:
      npx pulumi up --refresh --stack prod
`);
    expect(text).to.include("The log of rejected connections is gone, and they are not logged any more.");
    // Beside a replacement that is not harmless, what is missing is a target together with what needs it.
    const drift = findDrift([...steps, { op: "replace", urn: database }], "prod");
    expect(drift.find((one) => one.urn === route)?.undo).to.deep.equal([
      "npx pulumi up --refresh --stack prod --target '**::beo-vpc-nat-1' --target '**::beo-vpc-private-1-nat'",
    ]);
  });

  it("warns of the replacement of what has an address, messages or keys", () => {
    for (const [type, name] of [
      ["ec2/eip:Eip", "address"],
      ["sqs/queue:Queue", "q"],
      ["iam/accessKey:AccessKey", "key"],
      ["sns/topicSubscription:TopicSubscription", "mail"],
      ["cloudwatch/logGroup:LogGroup", "log"],
    ] as const) {
      expect(format([{ op: "replace", urn: urn(`aws:${type}`, name) }])).to.match(
        /^ +# Do not run pulumi up /m,
      );
    }
  });

  it("names what the state never had, where a target depends on it", () => {
    const group = urn("aws:ec2/securityGroup:SecurityGroup", "group");
    const steps: Step[] = [
      { op: "delete", urn: database },
      { ...update, newState: { dependencies: [group] } },
    ];
    const pending = [{ op: "create", urn: group }];
    const drift = findInConfiguration(steps, { stack: "prod", configuration: {} }, { pending });
    expect(drift.at(-1)?.undo).to.deep.equal([
      "npx pulumi up --refresh --stack prod --target '**::group' --target '**::q'",
    ]);
  });

  it("prints the commands that take back several differences once, below the last", () => {
    const [one, other] = ["Size.", "Encryption."].map((meaning): Drift => ({
      ...{ urn: queue, action: "replace", severity: "high", message: meaning, meaning },
      ...{ undo: ["aws undo"], keep: [] },
    })) as [Drift, Drift];
    const text = formatDrift("prod", { drift: [one, other], notes: [], pending: [], notCompared: [] });
    expect(text.split("aws undo")).to.have.length(2);
    expect(text.indexOf("aws undo")).to.be.greaterThan(text.indexOf("Encryption."));
  });

  it("groups by resource, the most urgent first, and says each meaning and command once", () => {
    const one = (resource: string, severity: Drift["severity"], text: string): Drift => ({
      urn: resource,
      action: "none",
      severity,
      message: `${resource === queue ? "Queue q" : "Instance db"}: ${text}`,
      meaning: "It matters.",
      undo: ["# Careful.", "aws undo"],
      keep: resource === queue ? ["npx pulumi config set a b"] : [],
    });
    const drift = [
      one(queue, "low", "a"),
      one(database, "medium", "b"),
      one(queue, "critical", "c"),
      one(queue, "critical", "d"),
    ];
    expect(
      formatDrift("prod", { drift, notes: ["Deployed."], pending: [], notCompared: ["keys: denied"] }),
    ).to.equal(
      `prod: Drift found.

[critical] Queue q
  c
  d
  a
    It matters.
    Undo:
      # Careful.
      aws undo
    Keep:
      npx pulumi config set a b

[medium] Instance db
  b
    It matters.
    Undo:
      # Careful.
      aws undo
    Keep: no setting allows it; change the program (docs/adding.md).

Not drift:
  Deployed.

Not compared:
  keys: denied

Afterwards: npx beo drift prod`,
    );
  });
});

describe("npx beo drift", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "drift-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the command with a fake CLI that prints this document, and whose preview ends with this code. */
  const drift = (document: object, code: number, ...args: string[]) => {
    const deployment = { resources: [{ urn: environment, type: "aws:elasticbeanstalk", id: "e-1" }] };
    writeFileSync(join(folder, "document"), JSON.stringify({ deployment, ...document }));
    const script = `#!/bin/sh\ncat "${folder}/document"\ntest "$1" != preview || exit ${code}\n`;
    writeFileSync(join(folder, "pulumi"), script, { mode: 0o755 });
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(__dirname, "../../cli/beo.js"), "drift", "prod", ...args],
      {
        cwd: fixtures,
        encoding: "utf8",
        env: { PATH: `${folder}:${process.env.PATH ?? ""}` },
      },
    );
    return { status, stdout, stderr };
  };
  const progress = "Comparing prod with AWS …\n";

  it("exits with 0 without drift, and shows progress on standard error", () => {
    expect(drift({ steps: [{ op: "same", urn: environment }] }, 0)).to.deep.equal({
      status: 0,
      stdout: "prod: No drift.\n",
      stderr: progress,
    });
  });

  it("exits with 3 if it finds drift, and prints it as JSON", () => {
    const { status, stdout } = drift({ steps: [{ op: "create", urn: environment }] }, 0, "--json");
    expect(status).to.equal(3);
    expect(JSON.parse(stdout)).to.deep.equal({
      stack: "prod",
      drift: [
        {
          urn: environment,
          action: "create",
          severity: "high",
          message: "Environment web does not exist in AWS",
          meaning:
            "`pulumi up` creates it with the placeholder version. Deploy the application afterwards: eb deploy",
          undo: ["npx pulumi up --refresh --stack prod"],
          keep: [],
        },
      ],
      notes: [],
      pending: [],
      notCompared: [],
    });
  });

  it("lists what an update would create where little depends on it, which is no drift", () => {
    const alarm = urn("aws:cloudwatch/metricAlarm:MetricAlarm", "beo-alarms-queue");
    const { status, stdout } = drift({ steps: [{ op: "create", urn: alarm }] }, 0);
    expect({ status, stdout }).to.deep.equal({
      status: 0,
      stdout: `prod: No drift. An update was not run, or something was deleted by hand.

Not in the state: added by a change of the program or its configuration, or deleted by hand and then removed from the state. To create it: npx pulumi up --refresh --stack prod
  MetricAlarm beo-alarms-queue
`,
    });
  });

  it("lists what belongs to a component that is new as a whole: the program was changed", () => {
    const parent = urn("beo:index:Backups", "beo-backups");
    const plan = urn("aws:backup/plan:Plan", "beo-backups-plan");
    const lock = urn("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "beo-backups-lock");
    const steps = [
      { op: "create", urn: parent },
      ...[plan, lock].map((one) => ({ op: "create", urn: one, newState: { parent } })),
    ];
    const { status, stdout } = drift({ steps }, 0);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^ {2}Plan beo-backups-plan\n {2}VaultLockConfiguration beo-backups-lock$/m);
  });

  it("reports what others depend on and the state does not have: `pulumi refresh` may have removed it", () => {
    const parent = urn("beo:index:Network", "beo-net");
    const steps = (
      [
        ["ec2/route:Route", "beo-vpc-private-1-nat"],
        ["ec2/natGateway:NatGateway", "beo-vpc-nat-1"],
        ["ec2/eip:Eip", "beo-vpc-nat-1-address"],
        ["ec2/routeTableAssociation:RouteTableAssociation", "beo-vpc-private-1-association"],
        ["ec2/subnet:Subnet", "beo-vpc-private-1"],
        ["vpc/securityGroupIngressRule:SecurityGroupIngressRule", "beo-db-access-in-0"],
        ["iam/rolePolicy:RolePolicy", "beo-eb-web-policy"],
        ["wafv2/webAclAssociation:WebAclAssociation", "beo-firewall"],
        ["rds/instance:Instance", "beo-db-instance"],
        ["kms/key:Key", "beo-db-key"],
        ["s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "media"],
      ] as const
    ).map(([type, name]) => ({ op: "create", urn: urn(`aws:${type}`, name), newState: { parent } }));
    const deployment = {
      resources: [
        { urn: parent, type: "beo:index:Network" },
        { urn: environment, type: "aws:elasticbeanstalk", id: "e-1" },
      ],
    };
    const { status, stdout } = drift({ steps, deployment }, 0);
    expect(status).to.equal(3);
    expect(stdout.match(/^\[.*/gm)).to.have.members([
      "[critical] BucketPublicAccessBlock media",
      "[high] Route beo-vpc-private-1-nat",
      "[high] NatGateway beo-vpc-nat-1",
      "[high] Eip beo-vpc-nat-1-address",
      "[high] RouteTableAssociation beo-vpc-private-1-association",
      "[high] Subnet beo-vpc-private-1",
      "[high] SecurityGroupIngressRule beo-db-access-in-0",
      "[high] RolePolicy beo-eb-web-policy",
      "[high] WebAclAssociation beo-firewall",
      "[high] Instance beo-db-instance",
      // A change of the configuration may add one, which is not critical.
      "[high] Key beo-db-key",
    ]);
    expect(stdout).to.include(`
  Route beo-vpc-private-1-nat is not in the state
    It was added by a change of the program or its configuration that was not deployed, or deleted by hand and then removed from the state, as \`pulumi refresh\` does. If it was deleted: The instances do not reach the internet, and so neither SQS nor SES, or users do not reach the site.
`);
  });

  it("does not compare a stack whose update was interrupted, and exits with 1", () => {
    const resource = { urn: environment, type: "aws:elasticbeanstalk/environment:Environment" };
    const { status, stdout } = drift(
      {
        steps: [{ op: "create", urn: environment }],
        deployment: { resources: [], pending_operations: [{ type: "creating", resource }] },
      },
      0,
    );
    expect({ status, stdout }).to.deep.equal({
      status: 1,
      stdout: `prod: Not everything was compared.

Not compared:
  Pulumi was interrupted during: creating Environment web. Complete the update first: npx beo recover prod
`,
    });
  });

  it("compares a stack in which a later update has created what was interrupted", () => {
    // Pulumi goes on to list it.
    const resource = { urn: environment, type: "aws:elasticbeanstalk/environment:Environment" };
    const deployment = {
      resources: [{ urn: environment, type: "aws:elasticbeanstalk", id: "e-1" }],
      pending_operations: [{ type: "creating", resource }],
    };
    const { status, stdout } = drift({ steps: [{ op: "same", urn: environment }], deployment }, 0);
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: "prod: No drift.\n" });
  });

  it("does not compare a locked stack, and says who holds the lock", () => {
    const locks = join(folder, ".pulumi/locks/organization/beo-datastore/prod");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "alice", hostname: "elsewhere", timestamp: "2026-11-27T10:00:00Z" };
    writeFileSync(join(locks, "1.json"), JSON.stringify(lock));
    const { status, stdout } = drift(
      { url: `file://${folder}`, steps: [{ op: "create", urn: environment }] },
      0,
    );
    rmSync(join(folder, ".pulumi"), { recursive: true });
    expect({ status, stdout }).to.deep.equal({
      status: 1,
      stdout: `prod: Not everything was compared.

Not compared:
  prod is being updated by process 1 of alice on elsewhere, since 2026-11-27T10:00:00Z. Wait until that has ended, and run the command again.
`,
    });
  });

  it("does not compare a stack that is not deployed", () => {
    const { status, stdout } = drift({ steps: [], deployment: null }, 0);
    expect(status).to.equal(1);
    expect(stdout).to.include("prod is not deployed.");
  });

  it("exits with 1 and the CLI's errors, each once, if the preview fails", () => {
    const error = { severity: "error", message: "no credentials\n" };
    const { status, stdout, stderr } = drift({ steps: [], diagnostics: [error, error] }, 255);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    expect(stderr).to.equal(`${progress}Cannot compare prod with AWS.\nno credentials\n\n`);
  });
});

describe("the line of `npx beo status` about drift", () => {
  const fix = ["npx beo drift prod"];
  const nothing = { drift: [], pending: [], notCompared: [] };
  const describeDrift = (found: Partial<Comparison>) => describeComparison("prod", { ...nothing, ...found });

  it("is green only if nothing differs, is missing in the state or could not be compared", () => {
    expect(describeDrift({})).to.deep.equal([{ level: "ok", text: "None." }]);
    expect(describeDrift({ pending: ["MetricAlarm a"], notCompared: ["keys: denied"] })).to.deep.equal([
      { level: "warning", text: "1 part could not be compared:", fix },
      {
        level: "warning",
        text: "An update was not run, or something was deleted by hand. An update would create MetricAlarm a:",
        fix,
      },
    ]);
  });

  it("names the first three resources that an update would create", () => {
    const [line] = describeDrift({ pending: ["A a", "B b", "C c", "D d", "E e"] });
    expect(line?.text).to.match(/ An update would create A a, B b, C c and 2 more:$/);
  });
});
