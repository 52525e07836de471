import { expect } from "chai";
import { describe, it } from "mocha";
import { Monitoring, type MonitoringArgs } from "../../components";
import { run, type Run } from "../support/run";

const args: MonitoringArgs = {
  dashboardName: "beo",
  databaseIdentifier: "db",
  queueName: "q",
  deadLetterQueueName: "q-dead-letters",
  webEnvironmentName: "web",
  workerEnvironmentName: "worker",
  loadBalancerArn: "arn:aws:elasticloadbalancing:us-west-1:1:loadbalancer/app/x/1",
};

/** The most that CloudWatch takes as an alarm's description. */
const maxDescription = 1024;

/**
 * Metrics with their dimensions, and the statistics that are of use, as AWS documents them:
 * - https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
 * - https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/health-enhanced-cloudwatch.html
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 * - https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 * - https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html
 */
const documented: Record<string, { dimensions: string[][]; statistics: RegExp }> = {
  "AWS/RDS CPUUtilization": { dimensions: [["DBInstanceIdentifier"]], statistics: /^Average|Maximum$/ },
  "AWS/RDS CPUCreditBalance": { dimensions: [["DBInstanceIdentifier"]], statistics: /^Average|Minimum$/ },
  "AWS/RDS DatabaseConnections": { dimensions: [["DBInstanceIdentifier"]], statistics: /^Average|Maximum$/ },
  "AWS/RDS FreeableMemory": { dimensions: [["DBInstanceIdentifier"]], statistics: /^Average|Minimum$/ },
  "AWS/RDS FreeStorageSpace": { dimensions: [["DBInstanceIdentifier"]], statistics: /^Average|Minimum$/ },
  "AWS/SQS ApproximateAgeOfOldestMessage": { dimensions: [["QueueName"]], statistics: /^Maximum$/ },
  "AWS/SQS ApproximateNumberOfMessagesVisible": {
    dimensions: [["QueueName"]],
    statistics: /^Average|Maximum$/,
  },
  "AWS/ElasticBeanstalk EnvironmentHealth": { dimensions: [["EnvironmentName"]], statistics: /^Maximum$/ },
  "AWS/ApplicationELB RequestCount": {
    dimensions: [["LoadBalancer"], ["LoadBalancer", "TargetGroup"]],
    statistics: /^Sum$/,
  },
  "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": { dimensions: [["LoadBalancer"]], statistics: /^Sum$/ },
  "AWS/ApplicationELB HTTPCode_Target_5XX_Count": {
    dimensions: [["LoadBalancer"], ["LoadBalancer", "TargetGroup"]],
    statistics: /^Sum$/,
  },
  "AWS/ApplicationELB TargetResponseTime": {
    dimensions: [["LoadBalancer"], ["LoadBalancer", "TargetGroup"]],
    statistics: /^Average|p\d\d(\.\d+)?$/,
  },
  "AWS/ApplicationELB UnHealthyHostCount": {
    dimensions: [["LoadBalancer", "TargetGroup"]],
    statistics: /^Average|Minimum|Maximum$/,
  },
  "AWS/SES Reputation.BounceRate": { dimensions: [[], ["ses:configuration-set"]], statistics: /^Average$/ },
  "AWS/SES Reputation.ComplaintRate": {
    dimensions: [[], ["ses:configuration-set"]],
    statistics: /^Average$/,
  },
  "AWS/Route53 HealthCheckStatus": { dimensions: [["HealthCheckId"]], statistics: /^Minimum$/ },
};

/** Where the metrics of a service are; others are in the resource's region. */
const metricRegions: Record<string, string> = { "AWS/SES": "us-west-2", "AWS/Route53": "us-east-1" };

interface MetricInput {
  namespace: string;
  metricName: string;
  dimensions?: Record<string, string>;
}
type AlarmInputs = MetricInput & {
  name: string;
  region?: string;
  statistic?: string;
  extendedStatistic?: string;
  period?: number;
  evaluationPeriods: number;
  threshold: number;
  comparisonOperator: string;
  treatMissingData: string;
  alarmActions: string[];
  alarmDescription: string;
  evaluateLowSampleCountPercentiles?: string;
  metricQueries?: {
    id: string;
    expression?: string;
    period?: number;
    returnData?: boolean;
    metric?: MetricInput & { stat: string; period: number };
  }[];
};

/** The metrics that an alarm reads, those of a Metrics Insights query too. */
function getMetrics({ metricQueries, ...alarm }: AlarmInputs): (MetricInput & { statistic: string })[] {
  if (metricQueries === undefined) {
    return [{ ...alarm, statistic: alarm.extendedStatistic ?? alarm.statistic ?? "" }];
  }
  return metricQueries.flatMap(({ expression = "", metric }): (MetricInput & { statistic: string })[] => {
    const [, statistic = "", metricName = "", namespace = "", schema = ""] =
      /^SELECT (\w+)\((\w+)\) FROM SCHEMA\("([\w/]+)", ([\w, ]+)\)/.exec(expression) ?? [];
    return metric !== undefined
      ? [{ ...metric, statistic: metric.stat }]
      : metricName === ""
        ? []
        : [
            {
              namespace,
              metricName,
              dimensions: Object.fromEntries(schema.split(", ").map((name) => [name, ""])),
              statistic: { MAX: "Maximum", MIN: "Minimum", AVG: "Average" }[statistic] ?? statistic,
            },
          ];
  });
}

const getAlarms = (made: Run) =>
  made.resources
    .filter(({ type }) => type.endsWith(":MetricAlarm"))
    .map(({ name }) => made.inputs(name) as unknown as AlarmInputs);

const everything: MonitoringArgs = {
  ...args,
  applicationName: "beo",
  databaseInstanceClass: "db.t3.medium",
  mailRegion: "us-west-2",
  domain: "api.example.com",
  healthCheck: true,
  healthCheckPath: "/health",
};

describe("Monitoring", () => {
  it("encrypts its topics with a given key, which the events' role may use", async () => {
    const read = async (kmsKey?: string) => {
      const made = await run(
        () => new Monitoring("m", { ...args, applicationName: "beo", mailRegion: "us-west-2", kmsKey }),
      );
      const { Statement } = JSON.parse(String(made.inputs("m-events-publish").policy)) as {
        Statement: object[];
      };
      const topics = ["m-alarms", "m-alarms-us-west-2"];
      return { keys: topics.map((name) => made.inputs(name).kmsMasterKeyId), statements: Statement.slice(1) };
    };
    expect(await read()).to.deep.equal({ keys: [undefined, undefined], statements: [] });
    const key = "mrk-1234abcd12ab34cd56ef1234567890ab";
    expect(await read(key)).to.deep.equal({
      keys: [key, key],
      statements: [
        {
          Effect: "Allow",
          Action: ["kms:Decrypt", "kms:GenerateDataKey"],
          Resource: `arn:aws:kms:us-west-1:123456789012:key/${key}`,
        },
      ],
    });
  });

  it("creates the alarms, which notify the topic", async () => {
    const made = await run(() => new Monitoring("m", args));
    expect(
      getAlarms(made)
        .map((alarm) => {
          expect(alarm.alarmActions).to.deep.equal(["arn:aws:sns:us-west-1:123456789012:beo-alarms"]);
          const sign = alarm.comparisonOperator === "LessThanThreshold" ? "<" : ">";
          const where = Object.values(alarm.dimensions ?? {}).join();
          const what = alarm.metricQueries?.[0]?.expression ?? alarm.metricName;
          return `${what} ${where} ${sign} ${alarm.threshold}`;
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
      "FreeableMemory db < 429496730",
      "IF(FILL(requests, 0) + errors >= 50, 100 * errors / (FILL(requests, 0) + errors), 0)  > 5",
      "IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)  > 5",
      `SELECT MAX(UnHealthyHostCount) FROM SCHEMA("AWS/ApplicationELB", LoadBalancer, TargetGroup) WHERE LoadBalancer = 'app/x/1'  > 0`,
      "TargetResponseTime app/x/1 > 5",
    ]);
  });

  it("uses metrics that AWS documents, by dimensions, statistics and regions that they have", async () => {
    const made = await run(() => new Monitoring("m", everything));
    const used = new Set<string>();
    for (const alarm of getAlarms(made)) {
      const metrics = getMetrics(alarm);
      expect(metrics, alarm.name).not.to.have.length(0);
      for (const { namespace, metricName, dimensions = {}, statistic } of metrics) {
        const id = `${namespace} ${metricName}`;
        used.add(id);
        expect(documented, alarm.name).to.have.property(id);
        const metric = documented[id]!;
        expect(metric.dimensions, id).to.deep.include(Object.keys(dimensions).sort());
        expect(statistic, id).to.match(metric.statistics);
        expect(alarm.region, id).to.equal(metricRegions[namespace]);
        expect(alarm.alarmActions[0]?.split(":")[3], id).to.equal(alarm.region ?? "us-west-1");
      }
    }
    expect([...used].sort()).to.deep.equal(Object.keys(documented).sort());
  });

  it("uses periods that the metrics have, and at most the day that CloudWatch evaluates", async () => {
    const made = await run(() => new Monitoring("m", everything));
    for (const alarm of getAlarms(made)) {
      const periods = [
        alarm.period,
        ...(alarm.metricQueries ?? []).flatMap(({ period, metric }) => [period, metric?.period]),
      ].filter((period) => period !== undefined);
      const [period = 0] = periods;
      // "Each metric must be using the same period" (Alarm data queries).
      expect(new Set(periods).size, alarm.name).to.equal(1);
      expect(period % 60, alarm.name).to.equal(0);
      expect(period * alarm.evaluationPeriods, alarm.name).to.be.at.most(24 * 3600);
    }
  });

  it("returns one series of each expression, and reads all of its metrics", async () => {
    const made = await run(() => new Monitoring("m", everything));
    const expressions = getAlarms(made).filter(({ metricQueries }) => metricQueries !== undefined);
    expect(expressions).to.have.length(3);
    for (const { name, metricQueries = [], metricName } of expressions) {
      expect(metricName, name).to.equal(undefined);
      expect(metricQueries.filter(({ returnData }) => returnData).map(({ id }) => id)).to.deep.equal([
        "result",
      ]);
      for (const { id, metric } of metricQueries) {
        // API_MetricDataQuery: a lowercase letter first.
        expect(id, name).to.match(/^[a-z]\w*$/);
        if (metric !== undefined) {
          expect(metricQueries[0]?.expression, name).to.match(new RegExp(`\\b${id}\\b`));
        }
      }
    }
  });

  // What a period without data means follows from when AWS reports the metric (the pages above).
  for (const [part, treatMissingData] of [
    ["database-storage", "missing"],
    ["database-credits", "missing"],
    ["web-health", "missing"],
    ["queue-age", "notBreaching"],
    ["dead-letters", "notBreaching"],
    ["web-errors", "notBreaching"],
    ["load-balancer-errors", "notBreaching"],
    ["response-time", "notBreaching"],
    ["unhealthy-hosts", "notBreaching"],
    ["mail-bounces", "ignore"],
    ["mail-complaints", "ignore"],
    ["url", "breaching"],
  ] as const) {
    it(`treats missing data of ${part} as ${treatMissingData}`, async () => {
      const made = await run(() => new Monitoring("m", everything));
      expect(made.inputs(`m-${part}`).treatMissingData).to.equal(treatMissingData);
    });
  }

  it("does not change state by a percentile of few requests", async () => {
    const made = await run(() => new Monitoring("m", everything));
    expect(made.inputs("m-response-time")).to.include({
      extendedStatistic: "p95",
      evaluateLowSampleCountPercentiles: "ignore",
    });
    expect(made.inputs("m-response-time").statistic).to.equal(undefined);
  });

  it("takes other thresholds", async () => {
    const made = await run(
      () =>
        new Monitoring("m", {
          ...everything,
          errorRate: 10,
          minRequests: 200,
          responseTime: 30,
          minFreeMemory: 25,
          minFreeStorage: 20,
          minCpuCredits: 100,
          maxQueueAge: 90,
        }),
    );
    const threshold = (part: string) => made.inputs(`m-${part}`).threshold;
    expect([threshold("web-errors"), threshold("load-balancer-errors")]).to.deep.equal([10, 10]);
    expect(JSON.stringify(made.inputs("m-web-errors").metricQueries)).to.include("IF(requests >= 200,");
    expect(threshold("response-time")).to.equal(30);
    expect(threshold("database-memory")).to.equal(2 ** 30);
    expect(threshold("database-storage")).to.equal(20 * 2 ** 30);
    expect(threshold("database-credits")).to.equal(100);
    expect(threshold("queue-age")).to.equal(5400);
    expect(made.inputs("m-database-memory").alarmDescription).to.include(
      "1024 MiB, 25 % of the 4 GiB of a db.t3.medium",
    );
  });

  it("has an alarm on CPU credits for burstable classes only", async () => {
    const has = async (databaseInstanceClass?: string) =>
      (await run(() => new Monitoring("m", { ...args, databaseInstanceClass }))).resources.some(
        ({ name }) => name === "m-database-credits",
      );
    expect(await has("db.t4g.large")).to.equal(true);
    expect(await has("db.m6g.large")).to.equal(false);
    expect(await has()).to.equal(false);
  });

  it("checks the domain from outside, over HTTPS with its name", async () => {
    const made = await run(() => new Monitoring("m", everything));
    expect(made.inputs("m-health-check")).to.deep.include({
      type: "HTTPS",
      fqdn: "api.example.com",
      port: 443,
      resourcePath: "/health",
      enableSni: true,
      failureThreshold: 3,
      requestInterval: 30,
    });
    for (const without of [{ healthCheck: false }, { domain: undefined }]) {
      const other = await run(() => new Monitoring("m", { ...everything, ...without }));
      expect(other.counts().HealthCheck).to.equal(undefined);
    }
  });

  it("subscribes every address once to the topic of each region", async () => {
    const made = await run(
      () =>
        new Monitoring("m", {
          ...everything,
          alarmEmail: "ops@example.com",
          emails: ["second@example.com", "ops@example.com"],
        }),
    );
    const subscriptions = made.resources.filter(({ type }) => type.endsWith(":TopicSubscription"));
    expect(
      subscriptions
        .map(({ name }) => [made.inputs(name).endpoint, made.inputs(name).region].join(" "))
        .sort(),
    ).to.deep.equal([
      "ops@example.com ",
      "ops@example.com us-east-1",
      "ops@example.com us-west-2",
      "second@example.com ",
      "second@example.com us-east-1",
      "second@example.com us-west-2",
    ]);
    // A deployed subscription stays as it is.
    expect(made.inputs("m-email")).to.deep.include({ endpoint: "ops@example.com", protocol: "email" });
  });

  it("notifies existing topics instead of its own, each in its region", async () => {
    const topicArns = [
      "arn:aws:sns:us-west-1:123456789012:pager",
      "arn:aws:sns:us-east-1:123456789012:pager",
    ];
    const made = await run(
      () => new Monitoring("m", { ...everything, alarmEmail: "ops@example.com", topicArns }),
    );
    expect(made.counts()).to.include({ Topic: 1, TopicSubscription: 1 });
    const actions = new Map(getAlarms(made).map(({ name, alarmActions }) => [name, alarmActions]));
    expect(actions.get("beo-web-health")).to.deep.equal([topicArns[0]]);
    expect(actions.get("beo-url")).to.deep.equal([topicArns[1]]);
    expect(actions.get("beo-mail-bounces")).to.deep.equal([
      "arn:aws:sns:us-west-2:123456789012:beo-alarms-us-west-2",
    ]);
    expect(made.inputs("m-database-events").snsTopic).to.equal(topicArns[0]);
    expect(made.inputs("m-events-publish").policy).to.include(topicArns[0]);
  });

  it("reports the events of its own database, with the categories of Security Hub's RDS.20", async () => {
    const made = await run(() => new Monitoring("m", everything));
    const { sourceType, sourceIds, eventCategories } = made.inputs("m-database-events");
    expect({ sourceType, sourceIds }).to.deep.equal({ sourceType: "db-instance", sourceIds: ["db"] });
    expect(eventCategories).to.include.members(["maintenance", "configuration change", "failure"]);
    // Every day.
    expect(eventCategories).not.to.include("backup");
    /** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html, "DB instance events". */
    const categories =
      "availability,backup,configuration change,creation,deletion,failover,failure,low storage,maintenance,notification,read replica,recovery,restoration,security,security patching";
    expect(categories.split(",")).to.include.members(eventCategories as string[]);
  });

  for (const [isDocker, output] of [
    [false, "web.stdout.log"],
    [true, "eb-docker/containers/eb-current-app/stdouterr.log"],
  ] as const) {
    it(`saves queries on the log groups of ${isDocker ? "Docker" : "Python"}`, async () => {
      const made = await run(() => new Monitoring("m", { ...everything, isDocker }));
      const groups = (part: string) => made.inputs(`m-query-${part}`).logGroupNames;
      expect(groups("slow-requests")).to.deep.equal([`/aws/elasticbeanstalk/web/var/log/${output}`]);
      expect(groups("failed-tasks")).to.deep.equal([
        "/aws/elasticbeanstalk/worker/var/log/celery/worker.log",
      ]);
      expect(groups("errors")).to.deep.equal([
        `/aws/elasticbeanstalk/web/var/log/${output}`,
        "/aws/elasticbeanstalk/web/var/log/django/django.log",
        "/aws/elasticbeanstalk/worker/var/log/django/django.log",
        "/aws/elasticbeanstalk/worker/var/log/celery/worker.log",
        "/aws/rds/instance/db/postgresql",
      ]);
      expect(made.inputs("m-query-errors").name).to.equal("beo/errors");
    });
  }

  it("derives the names of the topic and the alarms, so that AWS finds those of an interrupted update", async () => {
    const made = await run(() => new Monitoring("m", everything));
    const alarms = made.resources.filter(({ type }) => type.endsWith(":MetricAlarm"));
    expect(alarms).to.have.length(16);
    for (const { name } of alarms) {
      expect(made.inputs(name).name).to.equal(name.replace("m-", "beo-"));
    }
    expect(made.inputs("m-alarms").name).to.equal("beo-alarms");
    // A deployed topic keeps its generated name, and with it its confirmed subscription.
    expect(made.resource("m-alarms").ignoreChanges).to.deep.equal(["name"]);
  });

  it("describes each alarm by what happened and a next step", async () => {
    const made = await run(() => new Monitoring("m", everything));
    const step =
      /\b(eb (health|events|logs) (web|worker)|pulumi up -s dev|beo status dev|database\.instanceClass|https:\/\/console\.aws\.amazon\.com\/ses\/home\?region=us-west-2#\/reputation)\b/;
    for (const { name, alarmDescription } of getAlarms(made)) {
      expect(alarmDescription, name).to.match(step);
      expect(alarmDescription.length, name).to.be.at.most(maxDescription);
    }
    expect(made.inputs("m-dead-letters").alarmDescription).to.match(
      /^Tasks failed repeatedly and were moved to the dead-letter queue\. /,
    );
  });

  it("names the environment in every eb command, the stack in every pulumi command, the region in every aws command", async () => {
    const made = await run(() => new Monitoring("m", everything));
    for (const { name, alarmDescription } of getAlarms(made)) {
      expect(
        alarmDescription.replace(/\beb \w+ (web|worker)\b|pulumi up -s dev|beo status dev/g, ""),
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
    const made = await run(() => new Monitoring("m", everything));
    const { widgets } = JSON.parse(String(made.inputs("m-dashboard").dashboardBody)) as {
      widgets: { properties: { title: string; region: string; metrics: unknown[][] } }[];
    };
    const names = made.resources
      .filter(({ type }) => type.endsWith(":MetricAlarm"))
      .map(({ name }) => name.replace("m-", ""));
    expect(widgets.map(({ properties }) => properties.title)).to.have.members(names);
    const widget = (part: string) => widgets.find(({ properties }) => properties.title === part)?.properties;
    expect(widget("url")?.region).to.equal("us-east-1");
    expect(widget("web-errors")?.metrics).to.deep.equal([
      [
        {
          id: "result",
          expression: "IF(requests >= 50, 100 * FILL(errors, 0) / requests, 0)",
          label: "Server errors, %",
        },
      ],
      [
        "AWS/ApplicationELB",
        "RequestCount",
        "LoadBalancer",
        "app/x/1",
        { id: "requests", stat: "Sum", visible: false },
      ],
      [
        "AWS/ApplicationELB",
        "HTTPCode_Target_5XX_Count",
        "LoadBalancer",
        "app/x/1",
        { id: "errors", stat: "Sum", visible: false },
      ],
    ]);
  });

  it("subscribes the alarm address to the topic, if there is one", async () => {
    const count = async (alarmEmail?: string) =>
      (await run(() => new Monitoring("m", { ...args, alarmEmail }))).counts().TopicSubscription;
    expect(await count()).to.equal(undefined);
    expect(await count("ops@example.com")).to.equal(1);
  });
});
