import { DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { DescribeQueryDefinitionsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetRoleCommand, GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { DescribeEventSubscriptionsCommand } from "@aws-sdk/client-rds";
import { ListHealthChecksCommand } from "@aws-sdk/client-route-53";
import { CreateTopicCommand, ListSubscriptionsCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { Operator } from "./support/manual-changes";
import { createProgram } from "./support/program";
import type { Workspace } from "./support/workspace";

/** The AWS CLI reads no endpoint of SQS from its environment. */
const withSqs = (script: string) =>
  `aws() { if [ "$1" = sqs ]; then command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; else command aws "$@"; fi; }\n${script}`;
const up = ["up", "--yes", "--skip-preview", "--stack", "dev"];
const regions = ["us-west-1", "us-west-2", "us-east-1"] as const;
const account = "123456789012";

const parsePolicy = (text = "") =>
  (JSON.parse(decodeURIComponent(text)) as { Statement: unknown[] }).Statement;

describe("alarms in three regions, events and saved queries", function () {
  this.timeout(10 * 60_000);
  let workspace: Workspace;
  let operator: Operator;
  let run: (script: string) => string;
  const aws = (region: string) => clientsOf(workspace.aws, region);

  before(async () => {
    workspace = await createProgram("alarms", [join(__dirname, "alarms/plugin.py")]);
    operator = new Operator(workspace, "dev");
    run = (script) => operator.run(withSqs(script));
    await workspace.succeed("config", "set", "healthCheck", "true", "--stack", "dev");
    await workspace.succeed(...up);
  });
  after(() => {
    workspace.remove();
  });

  /** The alarms of a region with the topics that they notify. */
  const getAlarms = async (region: string) => {
    const { MetricAlarms = [] } = await aws(region).cloudWatch.send(new DescribeAlarmsCommand({}));
    return MetricAlarms;
  };
  const getTopics = async (region: string) => {
    const { Topics = [] } = await aws(region).sns.send(new ListTopicsCommand({}));
    return Topics.map(({ TopicArn = "" }) => TopicArn.replace(/^.*:/, "")).sort();
  };
  const getAddresses = async (region: string) => {
    const { Subscriptions = [] } = await aws(region).sns.send(new ListSubscriptionsCommand({}));
    return Subscriptions.map(({ Endpoint }) => Endpoint).sort();
  };
  const expectNoChange = async () => {
    await workspace.succeed(...up, "--expect-no-changes");
    await workspace.succeed("refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev");
  };

  it("notify the topic of their own region, which has the addresses", async () => {
    const names = await Promise.all(
      regions.map(async (region) =>
        (await getAlarms(region)).map(({ AlarmName = "", AlarmActions = [], OKActions = [] }) => {
          const suffix = region === "us-west-1" ? "" : `-${region}`;
          const topic = `arn:aws:sns:${region}:${account}:beo-alarms-alarms${suffix}`;
          expect({ AlarmActions, OKActions }, AlarmName).to.deep.equal({
            AlarmActions: [topic],
            OKActions: [topic],
          });
          return AlarmName.replace("beo-alarms-", "");
        }),
      ),
    );
    expect(names.map((some) => some.sort())).to.deep.equal([
      [
        ...["database-connections", "database-cpu", "database-credits", "database-memory"],
        ...["database-storage", "dead-letters", "load-balancer-errors", "queue-age", "response-time"],
        ...["unhealthy-hosts", "web-errors", "web-health", "worker-health"],
      ],
      ["mail-bounces", "mail-complaints"],
      ["url"],
    ]);
    for (const region of regions) {
      expect(await getAddresses(region), region).to.deep.equal(["operations@example.com"]);
    }
  });

  it("reach CloudWatch with their metrics", async () => {
    const [web] = (await getAlarms("us-west-1")).filter(({ AlarmName }) => AlarmName?.endsWith("web-errors"));
    expect(
      web?.Metrics?.map(({ Id, Expression, MetricStat }) => [
        Id,
        Expression ?? `${MetricStat?.Metric?.MetricName ?? ""} ${MetricStat?.Stat ?? ""}`,
      ]),
    ).to.have.deep.members([
      ["result", "IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)"],
      ["requests", "RequestCount Sum"],
      ["errors", "HTTPCode_Target_5XX_Count Sum"],
    ]);
    const [url] = await getAlarms("us-east-1");
    const { HealthChecks = [] } = await aws("us-east-1").route53.send(new ListHealthChecksCommand({}));
    expect(url?.Dimensions).to.deep.equal([{ Name: "HealthCheckId", Value: HealthChecks[0]?.Id }]);
    expect(HealthChecks.map(({ HealthCheckConfig }) => HealthCheckConfig)[0]).to.include({
      Type: "HTTPS",
      FullyQualifiedDomainName: "api.example.com",
      ResourcePath: "/",
      EnableSNI: true,
    });
  });

  it("come with the events of the database, and of failed deployments by a role", async () => {
    const topic = `arn:aws:sns:us-west-1:${account}:beo-alarms-alarms`;
    const { EventSubscriptionsList = [] } = await aws("us-west-1").rds.send(
      new DescribeEventSubscriptionsCommand({}),
    );
    expect(
      EventSubscriptionsList.map(({ SourceIdsList, SnsTopicArn }) => [SourceIdsList, SnsTopicArn]),
    ).to.deep.equal([[["beo-alarms"], topic]]);
    const {
      Rules: [rule],
    } = JSON.parse(run("aws events list-rules")) as {
      Rules: { Name: string; Arn: string; EventPattern: string }[];
    };
    const {
      Targets: [target],
    } = JSON.parse(run(`aws events list-targets-by-rule --rule ${rule?.Name ?? ""}`)) as {
      Targets: { Arn: string; RoleArn: string }[];
    };
    expect(target?.Arn).to.equal(topic);
    const RoleName = target?.RoleArn.replace(/^.*\//, "");
    const { Role } = await aws("us-west-1").iam.send(new GetRoleCommand({ RoleName }));
    expect(parsePolicy(Role?.AssumeRolePolicyDocument)).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnEquals: { "aws:SourceArn": rule?.Arn },
        },
      },
    ]);
    const { PolicyNames: [PolicyName] = [] } = await aws("us-west-1").iam.send(
      new ListRolePoliciesCommand({ RoleName }),
    );
    const { PolicyDocument = "" } = await aws("us-west-1").iam.send(
      new GetRolePolicyCommand({ RoleName, PolicyName }),
    );
    expect(parsePolicy(PolicyDocument)).to.deep.equal([
      { Effect: "Allow", Action: "sns:Publish", Resource: topic },
    ]);
  });

  it("match the events that AWS documents, and no others", () => {
    /** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.eventbridge.html, "Event field mapping". */
    const events: [status: string, severity: string, isSent: boolean, application?: string][] = [
      ["Environment creation started", "INFO", false],
      ["Environment creation successful", "INFO", false],
      ["Environment creation failed", "ERROR", true],
      ["Environment update failed", "ERROR", true],
      ["Environment update failed", "ERROR", false, "another"],
      ["Environment termination failed", "INFO", true],
      ["Instance added", "INFO", false],
      ["Environment health changed", "WARN", false],
      ["Managed updated started", "INFO", false],
      ["Managed update failed", "INFO", true],
    ];
    // The pattern in another region, with a queue that shows what passes: the emulated EventBridge notifies no topic.
    const { EventPattern } = JSON.parse(
      run("aws events describe-rule --name beo-alarms-deployment-events"),
    ) as { EventPattern: string };
    const entries = events.map(([Status, Severity, , ApplicationName = "beo-alarms"]) => ({
      Source: "aws.elasticbeanstalk",
      DetailType: "Elastic Beanstalk resource status change",
      Detail: JSON.stringify({
        Status,
        Severity,
        ApplicationName,
        EnvironmentName: "beo-alarms",
        Message: "",
      }),
    }));
    const output = run(`export AWS_REGION=us-east-2 AWS_DEFAULT_REGION=us-east-2
      QUEUE=$(aws sqs create-queue --queue-name events --query QueueUrl --output text)
      aws events put-rule --name test --event-pattern '${EventPattern}' > put
      aws events put-targets --rule test --targets Id=test,Arn=arn:aws:sqs:us-east-2:${account}:events > put
      aws events put-events --entries '${JSON.stringify(entries)}' > put
      aws sqs receive-message --max-number-of-messages 10 --queue-url "$QUEUE"`);
    const { Messages } = JSON.parse(output) as { Messages: { Body: string }[] };
    const sent = Messages.map(
      ({ Body }) => (JSON.parse(Body) as { detail: { Status: string } }).detail.Status,
    );
    expect(sent).to.have.members(events.flatMap(([status, , isSent]) => (isSent ? [status] : [])));
  });

  it("come with queries in one folder", async () => {
    const { queryDefinitions = [] } = await aws("us-west-1").logs.send(
      new DescribeQueryDefinitionsCommand({}),
    );
    expect(queryDefinitions.map(({ name }) => name)).to.have.members([
      "beo-alarms/errors",
      "beo-alarms/slow-requests",
      "beo-alarms/failed-tasks",
    ]);
  });

  it("do not change when nothing did", expectNoChange);

  it("lead to a runbook for the dead-letter queue whose commands work", () => {
    const text = readFileSync(join(__dirname, "../../docs/alarms.md"), "utf8");
    const [look = "", again = "", remove = ""] = [
      ...(text.split("## Dead-letter queue")[1] ?? "").matchAll(/```sh\n(.*?)```/gs),
    ].map(([, script = ""]) => script.replaceAll("beo-datastore-prod", "runbook"));
    const url = (queue: string) =>
      `$(aws sqs get-queue-url --queue-name ${queue} --query QueueUrl --output text)`;
    const count = (queue: string) =>
      run(
        `aws sqs get-queue-attributes --queue-url "${url(queue)}" --attribute-names ApproximateNumberOfMessages --query Attributes.ApproximateNumberOfMessages --output text`,
      ).trim();
    const redrive = JSON.stringify({
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:us-west-1:${account}:runbook-dead-letters`,
        maxReceiveCount: 10,
      }),
    });
    const task = Buffer.from('{"task": "load.tasks.aggregate", "args": [7]}').toString("base64");
    run(
      `aws sqs create-queue --queue-name runbook-dead-letters
       aws sqs create-queue --queue-name runbook --attributes '${redrive}'
       aws sqs send-message --queue-url "${url("runbook-dead-letters")}" --message-body ${task}`,
    );
    expect(run(look.replace("--visibility-timeout 60", "--visibility-timeout 0"))).to.include(
      '{"task": "load.tasks.aggregate", "args": [7]}',
    );
    const [setQueue = ""] = /^QUEUE=.*$/m.exec(look) ?? [];
    expect(run(`${setQueue}\n${again}`)).to.match(/COMPLETED\s+1/);
    expect([count("runbook"), count("runbook-dead-letters")]).to.deep.equal(["1", "0"]);
    for (const command of remove.trim().split("\n")) {
      run(
        `aws sqs send-message --queue-url "${url("runbook-dead-letters")}" --message-body ${task}
         ${setQueue}
         HANDLE=$(aws sqs receive-message --queue-url "$QUEUE" --query 'Messages[0].ReceiptHandle' --output text)
         ${command}`,
      );
      expect(count("runbook-dead-letters"), command).to.equal("0");
    }
  });

  it("take a second address", async () => {
    await workspace.succeed("config", "set", "--path", "emails[0]", "second@example.com", "--stack", "dev");
    await workspace.succeed(...up);
    for (const region of regions) {
      expect(await getAddresses(region)).to.deep.equal(["operations@example.com", "second@example.com"]);
    }
    await expectNoChange();
  });

  it("take existing topics, and go without the health check", async () => {
    const { TopicArn = "" } = await aws("us-west-1").sns.send(new CreateTopicCommand({ Name: "pager" }));
    await workspace.succeed("config", "set", "--path", "topicArns[0]", TopicArn, "--stack", "dev");
    await workspace.succeed("config", "set", "healthCheck", "false", "--stack", "dev");
    await workspace.succeed(...up);
    expect(await Promise.all(regions.map(getTopics))).to.deep.equal([
      ["pager"],
      ["beo-alarms-alarms-us-west-2"],
      [],
    ]);
    expect(
      new Set((await getAlarms("us-west-1")).flatMap(({ AlarmActions = [] }) => AlarmActions)),
    ).to.deep.equal(new Set([TopicArn]));
    expect(await getAlarms("us-east-1")).to.deep.equal([]);
    await expectNoChange();
  });

  it("leave nothing behind", async () => {
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    expect(await Promise.all(regions.map(getTopics))).to.deep.equal([["pager"], [], []]);
    expect((await Promise.all(regions.map(getAlarms))).flat()).to.deep.equal([]);
    expect(JSON.parse(run("aws events list-rules"))).to.deep.equal({ Rules: [] });
  });
});
