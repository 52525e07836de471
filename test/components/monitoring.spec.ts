import { expect } from "chai";
import { describe, it } from "mocha";
import { Monitoring, type MonitoringArgs } from "../../components";
import { run } from "../support/run";

const args: MonitoringArgs = {
  dashboardName: "beo",
  databaseIdentifier: "db",
  queueName: "q",
  deadLetterQueueName: "q-dead-letters",
  webEnvironmentName: "web",
  workerEnvironmentName: "worker",
  loadBalancerArn: "arn:aws:elasticloadbalancing:us-west-1:1:loadbalancer/app/x/1",
};

describe("Monitoring", () => {
  it("creates the alarms, which notify the topic", async () => {
    const made = await run(() => new Monitoring("m", args));
    const alarms = made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    expect(
      alarms
        .map(({ name }) => {
          const alarm = made.inputs(name);
          expect(alarm.alarmActions).to.deep.equal(["arn:aws:sns:us-west-1:123456789012:beo-alarms"]);
          const sign = alarm.comparisonOperator === "LessThanThreshold" ? "<" : ">";
          const where = Object.values(alarm.dimensions as Record<string, string>).join();
          return `${String(alarm.metricName)} ${where} ${sign} ${String(alarm.threshold)}`;
        })
        .sort(),
    ).to.deep.equal([
      "ApproximateAgeOfOldestMessage q > 3600",
      "ApproximateNumberOfMessagesVisible q-dead-letters > 0",
      "CPUUtilization db > 85",
      "DatabaseConnections db > 300",
      "EnvironmentHealth web > 15",
      "EnvironmentHealth worker > 15",
      "FreeStorageSpace db < 5368709120",
      "HTTPCode_Target_5XX_Count app/x/1 > 10",
    ]);
  });

  it("derives the names of the topic and the alarms, so that AWS finds those of an interrupted update", async () => {
    const made = await run(() => new Monitoring("m", args));
    const alarms = made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    expect(alarms).to.have.length(8);
    for (const { name } of alarms) {
      expect(made.inputs(name).name).to.equal(name.replace("m-", "beo-"));
    }
    expect(made.inputs("m-alarms").name).to.equal("beo-alarms");
    // A deployed topic keeps its generated name, and with it its confirmed subscription.
    expect(made.resource("m-alarms").ignoreChanges).to.deep.equal(["name"]);
  });

  it("describes each alarm by what happened and a next step", async () => {
    const made = await run(() => new Monitoring("m", args));
    const step =
      /\b(eb (health|events|logs) (web|worker)|pulumi up -s dev|aws sqs start-message-move-task --region us-west-1|database\.instanceClass)\b/;
    for (const { name } of made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"))) {
      expect(made.inputs(name).alarmDescription, name).to.match(step);
    }
    expect(made.inputs("m-dead-letters").alarmDescription).to.match(
      /^Tasks failed repeatedly and were moved to the dead-letter queue\. /,
    );
  });

  it("names the environment in every eb command, the stack in every pulumi command, the region in every aws command", async () => {
    const made = await run(() => new Monitoring("m", args));
    for (const { name } of made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"))) {
      const text = String(made.inputs(name).alarmDescription);
      expect(
        text.replace(/\beb \w+ (web|worker)\b|pulumi up -s dev|aws sqs [\w-]+ --region us-west-1/g, ""),
        name,
      ).not.to.match(/\b(eb|pulumi|aws) /);
    }
  });

  // 450 and 901 as public reports have them; the documentation's maximum is 5,000.
  for (const [instanceClass, threshold] of [
    ["db.t4g.micro", 74],
    ["db.t3.medium", 300],
    ["db.m6g.large", 600],
    ["db.m7i.2xlarge", 2402],
    ["db.r6g.large", 1201],
    ["db.r5.24xlarge", 3333],
    ["db.x2iedn.32xlarge", 3333],
    ["db.next9.large", 300],
    ["db.t3.huge", 300],
  ] as const) {
    it(`raises the alarm on connections of a ${instanceClass} above ${threshold}`, async () => {
      const made = await run(() => new Monitoring("m", { ...args, databaseInstanceClass: instanceClass }));
      const { threshold: actual, alarmDescription } = made.inputs("m-database-connections");
      expect(actual).to.equal(threshold);
      expect(alarmDescription).to.include(`more than ${threshold} connections`);
    });
  }

  it("shows every alarm's metric on the dashboard", async () => {
    const made = await run(() => new Monitoring("m", args));
    const { widgets } = JSON.parse(String(made.inputs("m-dashboard").dashboardBody)) as {
      widgets: { properties: { title: string } }[];
    };
    const names = made.resources
      .filter(({ type }) => type.endsWith(":MetricAlarm"))
      .map(({ name }) => name.replace("m-", ""));
    expect(widgets.map(({ properties }) => properties.title)).to.have.members(names);
  });

  it("subscribes the alarm address to the topic, if there is one", async () => {
    const count = async (alarmEmail?: string) =>
      (await run(() => new Monitoring("m", { ...args, alarmEmail }))).counts().TopicSubscription;
    expect(await count()).to.equal(undefined);
    expect(await count("ops@example.com")).to.equal(1);
  });
});
