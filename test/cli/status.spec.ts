import { expect } from "chai";
import { describe, it } from "mocha";
import { formatReport, getExitCode, type Level, type Report, runChecks } from "../../cli/report";
import type { StateResource } from "../../cli/state";
import { getChecks } from "../../cli/status/status";
import { awsError, fakeAws, type Responses } from "../support/fake-aws";

const now = new Date("2026-11-26T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);
const account = "123456789012";
const arnOf = (rest: string) => `arn:aws:${rest}`;
const certificateArn = arnOf(`acm:us-west-1:${account}:certificate/1`);
const queueArn = arnOf(`sqs:us-west-1:${account}:beo-datastore-prod`);
const topicArn = arnOf(`sns:us-west-1:${account}:beo-datastore-prod-alarms`);
const urlTopicArn = arnOf(`sns:us-east-1:${account}:beo-datastore-prod-alarms-us-east-1`);
const databaseArn = arnOf(`rds:us-west-1:${account}:db:beo-datastore-prod`);

const resource = (type: string, id: string, outputs: Record<string, unknown>): StateResource => ({
  urn: `urn:pulumi:prod::beo-datastore::aws:${type}::${id}`,
  type: `aws:${type}`,
  id,
  inputs: { tags: { Project: "beo-datastore", Environment: "prod" } },
  outputs,
});
const resources: StateResource[] = [
  resource("elasticbeanstalk/application:Application", "beo-datastore-prod", { name: "beo-datastore-prod" }),
  resource("elasticbeanstalk/environment:Environment", "e-web", { name: "beo-datastore-prod" }),
  resource("cloudwatch/metricAlarm:MetricAlarm", "beo-datastore-prod-web-health", {}),
  resource("cloudwatch/metricAlarm:MetricAlarm", "beo-datastore-prod-idle", {}),
  resource("cloudwatch/metricAlarm:MetricAlarm", "beo-datastore-prod-url", { region: "us-east-1" }),
  resource("sns/topic:Topic", topicArn, { arn: topicArn }),
  resource("sns/topic:Topic", urlTopicArn, { arn: urlTopicArn }),
  resource("sqs/queue:Queue", `https://sqs/${account}/beo-datastore-prod`, { arn: queueArn }),
  resource("sqs/queue:Queue", `https://sqs/${account}/beo-datastore-prod-dead-letters`, {
    arn: `${queueArn}-dead-letters`,
  }),
  resource("rds/instance:Instance", "db-1", { identifier: "beo-datastore-prod", arn: databaseArn }),
  resource("acm/certificate:Certificate", certificateArn, {}),
  resource("sesv2/emailIdentity:EmailIdentity", "beotest.net", { region: "us-west-2" }),
  resource("iam/user:User", "beo-datastore-prod", {}),
];

/** A database as RDS describes it. */
const database = {
  DBInstanceIdentifier: "beo-datastore-prod",
  DBInstanceStatus: "available",
  EngineVersion: "17.6",
  AllocatedStorage: 100,
  MaxAllocatedStorage: 1000,
  BackupRetentionPeriod: 30,
  LatestRestorableTime: new Date("2026-11-26T11:57:00Z"),
  PreferredMaintenanceWindow: "sun:10:00-sun:10:30",
  PendingModifiedValues: {},
  CertificateDetails: { CAIdentifier: "rds-ca-rsa2048-g1", ValidTill: new Date("2027-10-01") },
};
const environment = {
  EnvironmentName: "beo-datastore-prod",
  ApplicationName: "beo-datastore-prod",
  Status: "Ready",
  HealthStatus: "Ok",
  VersionLabel: "app-1a2b-261101",
  PlatformArn: "arn:aws:elasticbeanstalk:us-west-1::platform/Python 3.13/4.13.7",
  SolutionStackName: "64bit Amazon Linux 2023 v4.13.7 running Python 3.13",
};
const platform = {
  PlatformVersion: "4.13.7",
  PlatformLifecycleState: "Recommended",
  PlatformBranchLifecycleState: "Supported",
};
const alarm = {
  AlarmName: "beo-datastore-prod-web-health",
  StateValue: "OK",
  ActionsEnabled: true,
  AlarmActions: [topicArn],
  AlarmDescription: "The web environment is not healthy. Look at eb health.",
};
/** Starts scaling in, whenever there is nothing to do. */
const idle = {
  AlarmName: "beo-datastore-prod-idle",
  StateValue: "ALARM",
  ActionsEnabled: true,
  AlarmActions: [arnOf(`autoscaling:us-west-1:${account}:scalingPolicy:1`)],
};
const urlAlarm = { ...alarm, AlarmName: "beo-datastore-prod-url", AlarmActions: [urlTopicArn] };
const identity = {
  IdentityType: "DOMAIN",
  VerifiedForSendingStatus: true,
  DkimAttributes: { Status: "SUCCESS" },
  MailFromAttributes: { MailFromDomain: "ses-bounces.beotest.net", MailFromDomainStatus: "SUCCESS" },
};
const sesAccount = {
  ProductionAccessEnabled: true,
  SendingEnabled: true,
  EnforcementStatus: "HEALTHY",
  SendQuota: { Max24HourSend: 50000, SentLast24Hours: 12 },
};
const certificate = {
  DomainName: "api.beotest.net",
  Status: "ISSUED",
  Type: "AMAZON_ISSUED",
  NotAfter: new Date("2027-08-01"),
  RenewalEligibility: "ELIGIBLE",
};
const metrics: Record<string, number> = {
  FreeStorageSpace: 60 * 2 ** 30,
  ApproximateAgeOfOldestMessage: 0,
  "Reputation.BounceRate": 0.01,
  "Reputation.ComplaintRate": 0.0001,
};
const respondWith = (values: Record<string, number>) => (input: Record<string, unknown>) => {
  const value = values[input.MetricName as string];
  return {
    Datapoints:
      value === undefined ? [] : [{ Timestamp: now, Minimum: value, Maximum: value, Average: value }],
  };
};
const respondToQueue =
  (dead: number) =>
  ({ QueueUrl }: Record<string, unknown>) => ({
    Attributes: {
      ApproximateNumberOfMessages: String((QueueUrl as string).endsWith("-dead-letters") ? dead : 2),
      ApproximateNumberOfMessagesNotVisible: "0",
    },
  });

/** A stack without anything to say. */
const healthy: Responses = {
  DescribeEnvironments: () => ({ Environments: [environment] }),
  DescribeEnvironmentHealth: () => ({ Causes: [] }),
  DescribeInstancesHealth: () => ({ InstanceHealthList: [{ InstanceId: "i-1", HealthStatus: "Ok" }] }),
  DescribeApplicationVersions: () => ({ ApplicationVersions: [{ DateCreated: daysAgo(25) }] }),
  DescribePlatformVersion: () => ({ PlatformDescription: platform }),
  DescribeEnvironmentManagedActions: () => ({ ManagedActions: [] }),
  DescribeEnvironmentManagedActionHistory: () => ({ ManagedActionHistoryItems: [] }),
  DescribeAlarms: ({ AlarmNames }) => ({
    MetricAlarms: [alarm, idle, urlAlarm].filter(({ AlarmName }) =>
      (AlarmNames as string[]).includes(AlarmName),
    ),
  }),
  ListSubscriptionsByTopic: () => ({
    Subscriptions: [{ Endpoint: "ops@beotest.net", Protocol: "email", SubscriptionArn: `${topicArn}:1` }],
  }),
  GetQueueAttributes: respondToQueue(0),
  GetMetricStatistics: respondWith(metrics),
  DescribeDBInstances: () => ({ DBInstances: [database] }),
  DescribePendingMaintenanceActions: () => ({ PendingMaintenanceActions: [] }),
  DescribeEvents: () => ({ Events: [{ Date: now, Message: "Backing up", EventCategories: ["backup"] }] }),
  GetParameter: () => ({
    Parameter: {
      Value: JSON.stringify({
        time: "2026-09-01T03:10:00.000Z",
        result: "passed",
        problems: [],
        restoreSeconds: 1930,
      }),
    },
  }),
  DescribeCertificate: () => ({ Certificate: certificate }),
  GetEmailIdentity: () => identity,
  GetAccount: () => sesAccount,
  ListAccessKeys: () => ({
    AccessKeyMetadata: [{ AccessKeyId: "AKIA1", Status: "Active", CreateDate: daysAgo(10) }],
  }),
  GetAccessKeyLastUsed: () => ({ AccessKeyLastUsed: { LastUsedDate: daysAgo(1) } }),
  GetCostAndUsage: () => ({ ResultsByTime: [{ Groups: [] }] }),
};

function read(more: Responses = {}, cost = false, state = resources, isAsleep = false): Promise<Report> {
  const clients = fakeAws({ ...healthy, ...more });
  const context = {
    stack: "prod",
    region: "us-west-1",
    clients,
    resources: state,
    pendingOperations: [],
    readLocks: () => Promise.resolve([]),
    now,
    isAsleep,
  };
  const checks = getChecks(context, cost);
  // The running Node.js is the machine's; test/cli/status-state.spec.ts has the state.
  return runChecks(checks.filter(({ topic }) => !["Tools", "State"].includes(topic)));
}
const withEnvironment = (more: object): Responses => ({
  DescribeEnvironments: () => ({ Environments: [{ ...environment, ...more }] }),
});
const withDatabase = (more: object): Responses => ({
  DescribeDBInstances: () => ({ DBInstances: [{ ...database, ...more }] }),
});
/** What RDS answers for one identifier, and for all instances of the region. */
const withInstances = (...instances: { DBInstanceIdentifier: string }[]): Responses => ({
  DescribeDBInstances: ({ DBInstanceIdentifier }) => {
    const DBInstances = instances.filter((instance) =>
      [undefined, instance.DBInstanceIdentifier].includes(DBInstanceIdentifier as string | undefined),
    );
    if (DBInstanceIdentifier !== undefined && DBInstances.length === 0) {
      throw awsError("DBInstanceNotFoundFault");
    }
    return { DBInstances };
  },
});
/** A database of a guided restore: its resource ID, its name and its tags. */
const instanceOf = (
  DbiResourceId: string,
  DBInstanceIdentifier: string,
  tags: Record<string, string> = {},
) => ({
  ...{ ...database, DbiResourceId, DBInstanceIdentifier },
  TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
});
/** The record of a drill that passed. */
const withDrill = (more: object): Responses => ({
  GetParameter: () => ({
    Parameter: {
      Value: JSON.stringify({
        ...{ time: "2026-11-20T03:10:00.000Z", restoreSeconds: null, result: "passed", problems: [] },
        ...more,
      }),
    },
  }),
});
const withMetric = (name: string, value: number): Responses => ({
  GetMetricStatistics: respondWith({ ...metrics, [name]: value }),
});
const withCertificate = (more: object): Responses => ({
  DescribeCertificate: () => ({ Certificate: { ...certificate, ...more } }),
});
const denied = (action: string) => () => {
  throw Object.assign(
    new Error(
      `User: arn:aws:iam::${account}:user/reader is not authorized to perform: ${action} on resource: *`,
    ),
    { name: "AccessDeniedException" },
  );
};

/** What is broken, and the line that the report must have then, and must not have otherwise. */
const broken: [title: string, responses: Responses, level: Level, line: RegExp, fix?: RegExp][] = [
  [
    "an environment with degraded health, with the causes",
    {
      ...withEnvironment({ HealthStatus: "Degraded" }),
      DescribeEnvironmentHealth: () => ({ Causes: ["50.0 % of the requests are failing with HTTP 5xx."] }),
      DescribeInstancesHealth: () => ({
        InstanceHealthList: [
          { InstanceId: "i-1", HealthStatus: "Severe", Causes: ["100 % of CPU is in use."] },
        ],
      }),
    },
    "error",
    /Health Degraded, 1 instance: 50\.0 % of the requests .* i-1: 100 % of CPU/,
    /^eb health beo-datastore-prod$/,
  ],
  [
    "an environment with a warning",
    withEnvironment({ HealthStatus: "Warning" }),
    "warning",
    /Health Warning/,
  ],
  [
    "an environment that is being updated",
    withEnvironment({ Status: "Updating" }),
    "warning",
    /It is Updating/,
  ],
  [
    "the placeholder",
    withEnvironment({ VersionLabel: "bootstrap-1" }),
    "note",
    /placeholder page/,
    /^eb deploy beo-datastore-prod --timeout 63$/,
  ],
  [
    "a platform version that is not the newest",
    {
      DescribePlatformVersion: () => ({
        // The API reference: null if it is not the recommended one.
        PlatformDescription: { ...platform, PlatformLifecycleState: undefined },
      }),
    },
    "note",
    /there is a newer one/,
    /config set --path platform\.update true -s prod/,
  ],
  [
    "a retired platform branch",
    withEnvironment({ SolutionStackName: "64bit Amazon Linux 2 v3.7.2 running Python 3.8" }),
    "error",
    /platform branch Python 3\.8 on Amazon Linux 2 ended on 2024-/,
  ],
  [
    "the next managed update",
    {
      DescribeEnvironmentManagedActions: () => ({
        ManagedActions: [
          {
            ActionDescription: "Platform update, 4.13.7 to 4.13.8",
            WindowStartTime: new Date("2026-11-29T10:00:00Z"),
          },
        ],
      }),
    },
    "note",
    /Next managed update, on 2026-11-29: Platform update, 4\.13\.7 to 4\.13\.8/,
  ],
  [
    "a failed managed update",
    {
      DescribeEnvironmentManagedActionHistory: () => ({
        ManagedActionHistoryItems: [
          { Status: "Failed", FailureDescription: "Instances did not pass health checks." },
        ],
      }),
    },
    "warning",
    /last managed update failed: Instances did not pass/,
  ],
  [
    "an alarm, with what to do",
    { DescribeAlarms: () => ({ MetricAlarms: [{ ...alarm, StateValue: "ALARM" }, idle] }) },
    "error",
    /beo-datastore-prod-web-health is in ALARM\. The web environment is not healthy/,
  ],
  [
    "an alarm without actions",
    { DescribeAlarms: () => ({ MetricAlarms: [{ ...alarm, ActionsEnabled: false }, idle] }) },
    "warning",
    /web-health is switched off/,
    /^aws cloudwatch enable-alarm-actions --alarm-names beo-datastore-prod-web-health /,
  ],
  [
    "a deleted alarm",
    { DescribeAlarms: () => ({ MetricAlarms: [idle] }) },
    "warning",
    /web-health does not exist/,
  ],
  [
    "an unconfirmed subscription",
    {
      ListSubscriptionsByTopic: () => ({
        Subscriptions: [
          { Endpoint: "ops@beotest.net", Protocol: "email", SubscriptionArn: "PendingConfirmation" },
        ],
      }),
    },
    "error",
    /ops@beotest\.net gets no alarms until/,
    /^aws sns subscribe --topic-arn \S+ --protocol email --notification-endpoint ops@beotest\.net /,
  ],
  [
    "an alarm of another region",
    {
      DescribeAlarms: ({ AlarmNames }) => ({
        MetricAlarms: (AlarmNames as string[]).includes("beo-datastore-prod-url")
          ? [{ ...alarm, AlarmName: "beo-datastore-prod-url", ActionsEnabled: false }]
          : [alarm, idle],
      }),
    },
    "warning",
    /^beo-datastore-prod-url is switched off/,
    /^aws cloudwatch enable-alarm-actions --alarm-names beo-datastore-prod-url --region us-east-1$/,
  ],
  [
    "an unconfirmed subscription in another region",
    {
      ListSubscriptionsByTopic: ({ TopicArn }) => ({
        Subscriptions: [
          {
            Endpoint: "ops@beotest.net",
            Protocol: "email",
            SubscriptionArn: TopicArn === urlTopicArn ? "PendingConfirmation" : `${topicArn}:1`,
          },
        ],
      }),
    },
    "error",
    /^ops@beotest\.net gets no alarms of us-east-1 until/,
    /^aws sns subscribe --topic-arn arn:aws:sns:us-east-1:\S+ .* --region us-east-1$/,
  ],
  [
    "alarms that no address gets, since none is configured",
    { ListSubscriptionsByTopic: () => ({ Subscriptions: [] }) },
    "note",
    /^Alarms show in CloudWatch only, because alarmEmail is not set\./,
    /^npx pulumi config set alarmEmail -s prod <address>$/,
  ],
  [
    "failed tasks, with the redrive command",
    { GetQueueAttributes: respondToQueue(3) },
    "error",
    /^3 tasks failed repeatedly and were moved to the dead-letter queue/,
    /^aws sqs start-message-move-task --source-arn arn:aws:sqs:\S+:beo-datastore-prod-dead-letters --region us-west-1$/,
  ],
  [
    "a full database that cannot grow",
    {
      ...withDatabase({ MaxAllocatedStorage: 100 }),
      ...withMetric("FreeStorageSpace", 5 * 2 ** 30),
    },
    "error",
    /^5\.0 GiB \(5 %\) free of 100 GiB/,
    /database\.maxAllocatedStorage 200 -s prod/,
  ],
  ["a database that grows", withMetric("FreeStorageSpace", 9 * 2 ** 30), "warning", /^9\.0 GiB \(9 %\) free/],
  [
    "a stopped database",
    withDatabase({ DBInstanceStatus: "stopped" }),
    "warning",
    /PostgreSQL 17\.6, stopped/,
  ],
  [
    "a database without storage",
    withDatabase({ DBInstanceStatus: "storage-full" }),
    "error",
    /PostgreSQL 17\.6, storage-full/,
  ],
  [
    "pending maintenance",
    {
      DescribePendingMaintenanceActions: () => ({
        PendingMaintenanceActions: [
          {
            PendingMaintenanceActionDetails: [
              {
                Action: "system-update",
                Description: "New Operating System update is available",
                ForcedApplyDate: new Date("2026-12-24"),
              },
            ],
          },
        ],
      }),
    },
    "warning",
    /system-update \(New Operating System update is available\), forced on 2026-12-24/,
    /^aws rds apply-pending-maintenance-action --resource-identifier arn:aws:rds:\S+ --apply-action system-update --opt-in-type next-maintenance /,
  ],
  [
    "changes that wait for the window",
    withDatabase({ PendingModifiedValues: { DBInstanceClass: "db.m6g.xlarge" } }),
    "note",
    /sun:10:00-sun:10:30 UTC\): DBInstanceClass/,
  ],
  [
    "a failover of this week",
    {
      DescribeEvents: () => ({
        Events: [
          { Date: daysAgo(2), Message: "Multi-AZ instance failover started", EventCategories: ["failover"] },
        ],
      }),
    },
    "warning",
    /^2026-11-24: Multi-AZ instance failover started/,
  ],
  [
    "the end of support of PostgreSQL, ahead",
    withDatabase({ EngineVersion: "14.20" }),
    "warning",
    /PostgreSQL 14 ends on 2027-02-28, in 93 days/,
  ],
  [
    "an end of support that is past",
    withDatabase({ EngineVersion: "13.22" }),
    "error",
    /PostgreSQL 13 ended on 2026-02-28/,
  ],
  [
    "an expired certificate authority",
    withDatabase({ CertificateDetails: { CAIdentifier: "rds-ca-2019", ValidTill: new Date("2024-08-22") } }),
    "error",
    /certificate authority rds-ca-2019 ended on 2024-08-22/,
  ],
  [
    "a server certificate that expires",
    withDatabase({
      CertificateDetails: { CAIdentifier: "rds-ca-rsa2048-g1", ValidTill: new Date("2026-12-20") },
    }),
    "error",
    /server certificate expires on 2026-12-20/,
  ],
  [
    "backups that have stopped",
    withDatabase({ LatestRestorableTime: daysAgo(2) }),
    "error",
    /latest restorable time of the database is 48 hours old/,
  ],
  [
    "a database that was deleted",
    withInstances(),
    "error",
    /^beo-datastore-prod does not exist in AWS\. See what it can be restored from:$/,
    /^npx beo recover prod$/,
  ],
  [
    "a restore that is under way",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod"),
      instanceOf("db-2", "beo-datastore-prod-restored", { RestoredFrom: "latest" }),
    ),
    "warning",
    /^A restore is under way: beo-datastore-prod-restored \(from "latest"\) is beside the database\. /,
    /^npx beo restore prod --undo$/,
  ],
  [
    "the restored database after --undo",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod"),
      instanceOf("db-2", "beo-datastore-prod-restored", { RestoredFrom: "undone" }),
    ),
    "note",
    /^beo-datastore-prod-restored was the database until --undo\. To delete it:$/,
    /^npx beo restore prod --undo$/,
  ],
  [
    "a restore that was interrupted between its renamings",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod-old", { ReplacedBy: "db-2" }),
      instanceOf("db-2", "beo-datastore-prod-restored", { RestoredFrom: "latest" }),
    ),
    "error",
    /^A restore was interrupted: the application has no database, which has the name beo-datastore-prod-old\. /,
    /^npx beo restore prod$/,
  ],
  [
    "a restore that was interrupted before it was in the state",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod-old", { ReplacedBy: "db-2" }),
      instanceOf("db-2", "beo-datastore-prod"),
    ),
    "error",
    /^A restore was interrupted: beo-datastore-prod is the restored database, and the state still has /,
    /^npx beo restore prod$/,
  ],
  [
    "an undo that was interrupted between its renamings",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod-old", { ReplacedBy: "db-2", RestoreDirection: "back" }),
      instanceOf("db-2", "beo-datastore-prod-restored", { RestoredFrom: "undone" }),
    ),
    "error",
    /^--undo was interrupted: the application has no database, which has the name beo-datastore-prod-old\. /,
    /^npx beo restore prod --undo$/,
  ],
  [
    "an undo that was interrupted once it was in the state",
    withInstances(
      instanceOf("db-1", "beo-datastore-prod-old", { ReplacedBy: "db-2", RestoreDirection: "back" }),
      instanceOf("db-2", "beo-datastore-prod"),
    ),
    "error",
    /^--undo was interrupted: beo-datastore-prod is still the restored database, and the state already has /,
    /^npx beo restore prod --undo$/,
  ],
  [
    "an undo that was interrupted before it was in the state",
    withInstances(
      instanceOf("db-0", "beo-datastore-prod-old", { ReplacedBy: "db-1", RestoreDirection: "back" }),
      instanceOf("db-1", "beo-datastore-prod"),
    ),
    "error",
    /^--undo was interrupted: beo-datastore-prod is still the restored database\. /,
    /^npx beo restore prod --undo$/,
  ],
  [
    "the database before a restore",
    withInstances(
      instanceOf("db-0", "beo-datastore-prod-old", { ReplacedBy: "db-1" }),
      instanceOf("db-1", "beo-datastore-prod"),
    ),
    "note",
    /^beo-datastore-prod-old is the database before the last restore\. To delete it, with a final snapshot:$/,
    /^npx beo restore prod --finish$/,
  ],
  [
    "a restore drill of an old snapshot, without files",
    {
      GetParameter: () => ({
        Parameter: {
          Value: JSON.stringify({
            ...{
              time: "2026-11-20T03:10:00.000Z",
              recoveryPoint: "2026-06-01T00:00:00.000Z",
              restoreSeconds: 60,
            },
            ...{
              result: "passed",
              problems: [],
              checks: { objects: { checked: 0, missing: 0, leftOut: [] } },
            },
          }),
        },
      }),
    },
    "ok",
    /passed; the restore took 1 min; it restored the data of 2026-06-01; it looked for no files of the media bucket\.$/,
  ],
  [
    "a restore drill whose restore failed",
    withDrill({
      result: "failed",
      problems: ["The restore failed: DBInstanceNotFound: DBInstance beo-datastore-prod-drill not found"],
    }),
    "error",
    /^The restore drill of 2026-11-20 failed: The restore failed: DBInstanceNotFound: DBInstance beo-datastore-prod-drill not found\. Fix the cause, and repeat it:$/,
  ],
  [
    "a restore drill that went on with the database of an earlier one",
    withDrill({ restoredAt: "2026-10-01T11:45:00.000Z", recoveryPoint: "2026-10-01T11:40:00.000Z" }),
    "ok",
    /^The restore drill of 2026-11-20 passed; its database was restored on 2026-10-01; it restored the data of 2026-10-01\.$/,
  ],
  [
    "a restore drill of last week that restored nothing",
    withDrill({ restoredAt: "2026-08-27T11:45:00.000Z" }),
    "warning",
    /^The last restore drill was 91 days ago \(2026-08-27\)\. Repeat it:$/,
    /^npx beo restore-drill prod$/,
  ],
  [
    "a database that is younger than its backups are kept, as after a restore",
    withDatabase({
      BackupRetentionPeriod: 30,
      InstanceCreateTime: new Date("2026-11-26T07:00:00Z"),
    }),
    "ok",
    /^The database can be restored to any second from 2026-11-26T07:00 UTC on, up to /,
  ],
  [
    "no backups",
    withDatabase({ BackupRetentionPeriod: 0 }),
    "error",
    /backups of the database are switched off/,
  ],
  [
    "no restore drill",
    {
      GetParameter: () => {
        throw awsError("ParameterNotFound");
      },
    },
    "warning",
    /No restore drill is recorded/,
    /^npx beo restore-drill prod$/,
  ],
  [
    "an old restore drill",
    { GetParameter: () => ({ Parameter: { Value: "2026-01-26" } }) },
    "warning",
    /last restore drill was 304 days ago/,
  ],
  [
    "a restore drill of 91 days ago",
    { GetParameter: () => ({ Parameter: { Value: "2026-08-27" } }) },
    "warning",
    /last restore drill was 91 days ago \(2026-08-27\)/,
  ],
  [
    "a restore drill that failed",
    {
      GetParameter: () => ({
        Parameter: {
          Value:
            '{"time":"2026-11-20T03:10:00.000Z","result":"failed","problems":["1 table is missing: public.auth_user."]}',
        },
      }),
    },
    "error",
    /^The restore drill of 2026-11-20 failed: 1 table is missing: public\.auth_user\. /,
    /^npx beo restore-drill prod$/,
  ],
  [
    "a certificate that ACM could not renew",
    withCertificate({ NotAfter: new Date("2026-12-10"), RenewalSummary: { RenewalStatus: "FAILED" } }),
    "error",
    /expires on 2026-12-10, in 13 days\. ACM could not renew it/,
  ],
  [
    "an imported certificate",
    withCertificate({ Type: "IMPORTED", NotAfter: new Date("2027-01-15") }),
    "warning",
    /expires on 2027-01-15, in 49 days\. Import its successor/,
  ],
  [
    "a certificate that is not issued",
    withCertificate({ Status: "PENDING_VALIDATION" }),
    "warning",
    /PENDING_VALIDATION/,
  ],
  [
    "a mail domain that is not verified",
    { GetEmailIdentity: () => ({ ...identity, VerifiedForSendingStatus: false }) },
    "error",
    /beotest\.net is not verified, so no mail is sent/,
    /stack output dnsRecords -s prod/,
  ],
  [
    "DKIM that failed",
    { GetEmailIdentity: () => ({ ...identity, DkimAttributes: { Status: "FAILED" } }) },
    "error",
    /DKIM of beotest\.net is FAILED/,
  ],
  [
    "the sandbox",
    { GetAccount: () => ({ ...sesAccount, ProductionAccessEnabled: false }) },
    "warning",
    /SES in us-west-2 is in the sandbox/,
  ],
  [
    "paused sending",
    { GetAccount: () => ({ ...sesAccount, SendingEnabled: false }) },
    "error",
    /Sending is paused in us-west-2/,
  ],
  ["bounces from 5 % on", withMetric("Reputation.BounceRate", 0.06), "warning", /^6\.0 % bounces/],
  ["bounces from 10 % on", withMetric("Reputation.BounceRate", 0.12), "error", /^12\.0 % bounces/],
  [
    "complaints from 0.1 % on",
    withMetric("Reputation.ComplaintRate", 0.002),
    "warning",
    /^0\.2 % complaints/,
  ],
  [
    "an old access key",
    {
      ListAccessKeys: () => ({
        AccessKeyMetadata: [{ AccessKeyId: "AKIA1", Status: "Active", CreateDate: daysAgo(91) }],
      }),
    },
    "warning",
    /AKIA1 of beo-datastore-prod: Active, 91 days old.*docs\/rotation\.md/,
  ],
];

describe("npx beo status", () => {
  it("has no errors, warnings or unread parts for a healthy stack, and says how it is", async () => {
    const report = await read();
    expect(report.unread).to.deep.equal([]);
    expect(report.lines.filter(({ level }) => level === "error" || level === "warning")).to.deep.equal([]);
    expect(getExitCode(report)).to.equal(0);
    const text = formatReport("prod", report);
    for (const part of [
      "prod: 0 errors, 0 warnings.",
      "✓ Health Ok, 1 instance.",
      "✓ Application version app-1a2b-261101, 25 days old (2026-11-01).",
      "✓ Platform Python 3.13, version 4.13.7.",
      "✓ None of 2 alarms is in ALARM.",
      "✓ ops@beotest.net gets the alarms.",
      "✓ ops@beotest.net gets the alarms of us-east-1.",
      "✓ 2 tasks waiting, 0 running.",
      "✓ PostgreSQL 17.6, available; standard support until 2030-02-28.",
      "✓ 60.0 GiB (60 %) free of 100 GiB of storage, which grows to 1000 GiB.",
      "up to 2026-11-26T11:57 UTC.",
      "✓ The restore drill of 2026-09-01 passed; the restore took 32 min 10 s.",
      "✓ The certificate of api.beotest.net expires on 2027-08-01. ACM renews it.",
      "✓ 12 of 50000 messages sent in 24 hours.",
    ]) {
      expect(text).to.include(part);
    }
  });

  for (const [title, responses, level, pattern, fix] of broken) {
    it(`reports ${title}`, async () => {
      const { lines, unread } = await read(responses);
      expect(unread).to.deep.equal([]);
      const line = lines.find(({ text }) => pattern.test(text));
      expect(line?.level, JSON.stringify(lines, null, 1)).to.equal(level);
      if (fix !== undefined) {
        expect(
          line?.fix?.some((command) => fix.test(command)),
          JSON.stringify(line),
        ).to.equal(true);
      }
      if (level !== "ok") {
        const { lines: fixed } = await read();
        expect(fixed.filter((one) => pattern.test(one.text) && one.level === level)).to.deep.equal([]);
      }
    });
  }

  it("marks the environments beside those that serve the application, with the next step", async () => {
    const next = resource("elasticbeanstalk/environment:Environment", "e-2", {
      name: "beo-datastore-prod-2",
    });
    const findNotes = async (webEnvironmentName?: string) => {
      const outputs = { webEnvironmentName, workerEnvironmentName: "beo-datastore-prod-worker" };
      const component = { urn: "beo-eb", type: "beo:index:Beanstalk", outputs };
      const { lines } = await read({}, false, [...resources, next, component]);
      return lines.filter(({ text }) => text.startsWith("It is beside the environments that serve"));
    };
    const [note, ...others] = await findNotes("beo-datastore-prod");
    expect(others).to.deep.equal([]);
    expect(note).to.deep.include({
      topic: "beo-datastore-prod-2",
      level: "note",
      fix: ["npx beo platform prod"],
    });
    expect((await findNotes("beo-datastore-prod-2")).map(({ topic }) => topic)).to.deep.equal([
      "beo-datastore-prod",
    ]);
    expect(await findNotes()).to.deep.equal([]);
  });

  it("says which action the credentials lack, and reads everything else", async () => {
    const report = await read({ DescribeCertificate: denied("acm:DescribeCertificate") });
    expect(report.unread.map(({ topic, actions }) => ({ topic, actions }))).to.deep.equal([
      { topic: "Certificate", actions: ["acm:DescribeCertificate"] },
    ]);
    expect(formatReport("prod", report)).to.include(
      "? Not read, because the credentials lack acm:DescribeCertificate.",
    );
    expect(report.lines.some(({ topic }) => topic === "Mail")).to.equal(true);
    expect(getExitCode(report)).to.equal(1);
  });

  it("names the possible actions where AWS does not name the one", async () => {
    const refuse = () => {
      throw awsError("AccessDenied");
    };
    const { unread } = await read({ ListSubscriptionsByTopic: refuse });
    expect(unread[0]?.actions).to.deep.equal(["sns:ListSubscriptionsByTopic", "sns:GetTopicAttributes"]);
  });

  it("exits with 3 where there are errors, even if something was not read", async () => {
    const report = await read({
      ...withDatabase({ EngineVersion: "13.22" }),
      GetAccount: denied("ses:GetAccount"),
    });
    expect(getExitCode(report)).to.equal(3);
  });

  it("reads costs only on demand, by the stack's tags, from the first of the month", async () => {
    expect((await read()).lines.some(({ topic }) => topic === "Cost")).to.equal(false);
    let request: Record<string, unknown> = {};
    const group = (name: string, Amount: string) => ({
      Keys: [name],
      Metrics: { UnblendedCost: { Amount } },
    });
    const report = await read(
      {
        GetCostAndUsage: (input) => {
          request = input;
          return {
            ResultsByTime: [{ Groups: [group("Amazon EC2", "61.5"), group("Amazon RDS", "203.254")] }],
          };
        },
      },
      true,
    );
    expect(request.TimePeriod).to.deep.equal({ Start: "2026-11-01", End: "2026-11-27" });
    expect(JSON.stringify(request.Filter)).to.include('"Project"').and.include('"beo-datastore"');
    expect(report.lines.find(({ topic }) => topic === "Cost")?.text).to.match(
      /^264\.75 USD since 2026-11-01 \(Amazon RDS 203\.25, Amazon EC2 61\.50\)/,
    );
  });

  it("says in one line that maintenance is on", async () => {
    const maintenance = (addresses?: string[]) => [
      ...resources,
      resource("wafv2/webAclAssociation:WebAclAssociation", "acl,lb", {}),
      resource("wafv2/webAcl:WebAcl", "acl", { description: "Answers 503 during maintenance" }),
      ...(addresses === undefined ? [] : [resource("wafv2/ipSet:IpSet", "1", { addresses })]),
    ];
    const { lines } = await read({}, false, maintenance(["203.0.113.0/24", "198.51.100.7/32"]));
    expect(lines.filter(({ level }) => level !== "ok")).to.deep.equal([
      {
        topic: "Maintenance",
        level: "warning",
        text: "It is on: requests get 503, except those from 203.0.113.0/24, 198.51.100.7/32, and Celery is paused. Meanwhile the web environment's health may be Severe. To end it:",
        fix: ["npx pulumi config rm --path web.maintenance -s prod", "npx pulumi up -s prod"],
      },
    ]);
    const closed = await read({}, false, maintenance());
    expect(closed.lines[0]?.text).to.match(/^It is on: requests get 503, and Celery is paused\./);
    const firewall = [
      ...resources,
      resource("wafv2/webAclAssociation:WebAclAssociation", "acl,lb", {}),
      resource("wafv2/webAcl:WebAcl", "acl", { description: "Managed rules for the web environment" }),
    ];
    for (const { lines: open } of [await read(), await read({}, false, firewall)]) {
      expect(open.filter(({ topic }) => topic === "Maintenance")).to.deep.equal([]);
    }
  });

  it("says that the stack sleeps, and reports nothing that follows from it", async () => {
    const mute = resource("cloudwatch/alarmMuteRule:AlarmMuteRule", "beo-datastore-prod-sleep", {
      muteTargets: { alarmNames: ["beo-datastore-prod-web-health"] },
    });
    const responses = {
      ...withEnvironment({ HealthStatus: "NoData" }),
      DescribeInstancesHealth: () => ({ InstanceHealthList: [] }),
      DescribeAlarms: ({ AlarmNames }: Record<string, unknown>) => ({
        MetricAlarms: (AlarmNames as string[]).includes("beo-datastore-prod-url")
          ? [{ ...alarm, AlarmName: "beo-datastore-prod-url" }]
          : [{ ...alarm, StateValue: "ALARM" }, idle],
      }),
      DescribeDBInstances: () => ({
        DBInstances: [
          {
            ...database,
            DBInstanceStatus: "stopped",
            LatestRestorableTime: new Date("2026-11-24T03:00:00Z"),
          },
        ],
      }),
    };
    const asleep = await read(responses, false, [...resources, mute], true);
    expect(asleep.lines.filter(({ level }) => level === "error" || level === "warning")).to.deep.equal([]);
    expect(asleep.lines[0]).to.deep.equal({
      topic: "Sleep",
      level: "note",
      text: "The stack sleeps: its environments have no instances, its database is stopped, and its alarms are muted. To wake it before its time:",
      fix: ["npx beo wake prod"],
    });
    expect(formatReport("prod", asleep)).to.include("✓ PostgreSQL 17.6, stopped; standard support until");
    // The same of a stack that should be awake.
    const stopped = await read(responses, false, [...resources, mute]);
    const levels = stopped.lines.map(({ topic, level }) => `${topic}: ${level}`);
    expect(levels).to.include.members([
      "Database: warning",
      "Backups: error",
      "Alarms: error",
      "beo-datastore-prod: warning",
    ]);
    expect(stopped.lines.filter(({ topic }) => topic === "Sleep")).to.deep.equal([]);
  });

  it("says how to activate the tags if there are no costs", async () => {
    const { lines } = await read({}, true);
    expect(lines.find(({ topic }) => topic === "Cost")?.fix?.[0]).to.match(
      /^aws ce update-cost-allocation-tags-status /,
    );
  });
});
