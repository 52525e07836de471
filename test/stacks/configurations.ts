import type { RawConfiguration } from "../../stacks/configuration";

/** A valid configuration of a stack called prod. */
export const prod: RawConfiguration = {
  stack: "prod",
  project: "beo-datastore",
  hasEngine: true,
  region: "us-west-1",
  values: {
    appUrl: "https://beo.beotest.net",
    supportEmail: "support@beotest.net",
    domain: "api.beotest.net",
    hostedZone: "beotest.net",
  },
  secrets: new Set(),
  otherKeys: { "aws:region": "us-west-1", "aws:s3UsePathStyle": "true", "aws:stsRegion": "us-west-1" },
};

/** The configuration of prod with more values, and what is encrypted of them. */
export const changed = (values: Record<string, unknown>, secrets: string[] = []): RawConfiguration => ({
  ...prod,
  values: { ...prod.values, ...values },
  secrets: new Set(secrets),
});

/** The configuration of prod without some keys. */
export const without = (keys: string[], values: Record<string, unknown> = {}): RawConfiguration => ({
  ...prod,
  values: Object.fromEntries(
    Object.entries({ ...prod.values, ...values }).filter(([key]) => !keys.includes(key)),
  ),
});

/** A valid configuration of a stack called dev, with more values. */
export const dev = (values: Record<string, unknown> = {}): RawConfiguration => ({
  ...prod,
  stack: "dev",
  values: { appUrl: "http://localhost:3000", supportEmail: "support@beotest.net", ...values },
});

/** The ARN of a certificate in the stack's region. */
export const certificate =
  "arn:aws:acm:us-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef";

/** A valid value other than the default for every setting, by path. */
export const validValues: Record<string, unknown> = {
  name: "meter",
  environment: "prod",
  allowReplacement: ["name", "database.username"],
  ignoreSnapshot: "beo-datastore-prod-final-1a2b3c4d",
  appUrl: "https://app.beotest.net",
  supportEmail: "help@beotest.org",
  domain: "beo.beotest.net",
  hostedZone: "beotest.net",
  certificateArn: certificate,
  alarmEmail: "ops@beotest.net",
  protect: true,
  permissionsBoundary: "arn:aws:iam::123456789012:policy/team/developers",
  rolePath: "/beo/prod/",
  tags: { "cost-center": "4711", Team: "Energy data" },
  databasePassword: "Database-password_1",
  secretKey: "k".repeat(50),
  adminUrl: "hidden0admin",
  supportPassword: "Support-password_1",
  smtpUser: "AKIAIOSFODNN7EXAMPLE",
  smtpPassword: "Smtp+password/1",
  sqlUser: "beo_app",
  sqlPassword: "Sql-password_1",
  extraEnvironment: { FEATURE: "on" },
  extraSecrets: { API_KEY: "abc=1" },
  "database.identifier": "beo-restored-2",
  "database.name": "meters_2020",
  "database.instanceClass": "db.r6g.xlarge",
  "database.engineVersion": "16",
  "database.allowMajorVersionUpgrade": true,
  "database.allocatedStorage": 5000,
  "database.maxAllocatedStorage": 8000,
  "database.multiAz": false,
  "database.backupRetentionPeriod": 35,
  "database.deletionProtection": false,
  "database.username": "postgres",
  "database.storageEncrypted": false,
  "database.subnetGroupName": "default-vpc-0123456789abcdef0",
  "database.additionalSecurityGroupIds": ["sg-0123456789abcdef0"],
  "database.snapshotIdentifier": "rds:beo-datastore-prod-2026-01-31-09-10",
  "database.monitoringInterval": 15,
  "database.performanceInsights": false,
  "database.iamDatabaseAuthenticationEnabled": true,
  "database.applyImmediately": true,
  "web.environmentName": "Beo-web-2",
  "web.instanceTypes": ["m7g.large", "m6g.large"],
  "web.previousInstanceTypes": ["m5.large"],
  "web.minSize": 6,
  "web.maxSize": 12,
  "web.rootVolumeSize": 40,
  "web.deploymentPolicy": "Immutable",
  "web.schedule": [
    { name: "Morning", recurrence: "0 14 * * 1-5", minSize: 8, maxSize: 12, desiredCapacity: 9 },
    { name: "Launch", startTime: "2027-01-31T08:00:00Z", minSize: 6, maxSize: 20 },
  ],
  "web.singleInstance": false,
  "web.healthCheckPath": "/v1/health/",
  "web.healthCheckMatcher": "200-299,400",
  "web.cnamePrefix": "beo-prod.eba-a1b2c3d4",
  "web.uploadLimit": 500,
  "web.accessLogDays": 30,
  "web.scaling": "latency",
  "web.scalingLow": 300,
  "web.scalingHigh": 2000,
  "web.additionalHosts": ["beo-old.us-west-1.elasticbeanstalk.com", ".beotest.org"],
  "web.dnsRecord": false,
  "web.maintenance": true,
  "web.maintenanceCidrs": ["203.0.113.0/24", "198.51.100.7/32"],
  "web.maintenanceRetryAfter": 900,
  "worker.environmentName": "beo-celery",
  "worker.instanceTypes": ["c6i.xlarge"],
  "worker.previousInstanceTypes": ["c7g.xlarge", "c6g.xlarge"],
  "worker.minSize": 5,
  "worker.maxSize": 6,
  "worker.rootVolumeSize": 100,
  "worker.deploymentPolicy": "Rolling",
  "worker.schedule": [{ name: "Morning", recurrence: "0 14 * * 1-5", minSize: 6, maxSize: 6 }],
  "worker.messagesPerInstance": 50,
  "worker.taskTimeLimit": 900,
  "worker.drain": false,
  "worker.spot": true,
  "worker.onDemandBase": 2,
  "network.vpcId": "vpc-0123456789abcdef0",
  "network.databaseSubnetIds": ["subnet-11111111", "subnet-22222222"],
  "network.instanceSubnetIds": ["subnet-33333333", "subnet-44444444"],
  "network.loadBalancerSubnetIds": ["subnet-55555555", "subnet-66666666"],
  "network.associatePublicIpAddress": false,
  "mail.region": "eu-central-1",
  "mail.domain": "beotest.net",
  "mail.fromAddress": "no-reply@mail.beotest.net",
  "mail.mailFromSubdomain": "ses-bounces",
  "mail.dmarcPolicy": "quarantine",
  "mail.keyGeneration": 3,
  "mail.previousKeyGeneration": 2,
  "monitoring.emails": ["second@beotest.net"],
  "monitoring.topicArns": [
    "arn:aws:sns:us-west-1:123456789012:pager",
    "arn:aws:sns:us-east-1:123456789012:pager",
  ],
  "monitoring.kmsKey": "mrk-1234abcd12ab34cd56ef1234567890ab",
  "monitoring.healthCheck": true,
  "monitoring.healthCheckPath": "/health",
  "monitoring.errorRate": 10,
  "monitoring.minRequests": 100,
  "monitoring.responseTime": 30,
  "monitoring.minFreeMemory": 15,
  "monitoring.minFreeStorage": 50,
  "monitoring.minCpuCredits": 100,
  "monitoring.maxQueueAge": 120,
  "platform.branch": "Docker",
  "platform.generation": 3,
  "platform.previousBranch": "Python 3.12",
  "platform.servingGeneration": 2,
  "platform.initialVersion": "app-1a2b-260101_120000",
  "platform.update": true,
  "platform.wsgiPath": "beo.wsgi:application",
  "platform.updateWindow": "Sun:03:30",
  "platform.plainSecrets": true,
  "platform.logRetentionDays": 731,
  "platform.logKmsKey": "1234abcd-12ab-34cd-56ef-1234567890ab",
  "platform.shell": false,
  "storage.mediaBucketName": "beo.uploads",
  "storage.staticBucketName": "beo-assets",
  "storage.accountNamespace": false,
  "storage.noncurrentVersionDays": 0,
  "storage.administrators": [
    "arn:aws:iam::123456789012:role/beo/deploy",
    "arn:aws:iam::123456789012:user/ops-*",
  ],
  "queue.name": "celery_tasks",
  "queue.maxReceiveCount": 3,
  "queue.receiveWaitTimeSeconds": 20,
  "queue.delaySeconds": 5,
  "queue.messageRetentionSeconds": 1209600,
  "serviceAccount.userName": "navigader@beo",
  "serviceAccount.keyGeneration": 2,
  "serviceAccount.previousKeyGeneration": 1,
  "sleep.days": ["Mon", "Sat"],
  "sleep.from": "22:30",
  "sleep.to": "05:15",
  "sleep.zone": "Europe/Berlin",
  "budget.monthly": 500,
  "budget.thresholds": [50, 90, 120],
};

/** Only dev may sleep, and a certificate is created with a hosted zone. */
const separate = /^(certificateArn|sleep\..*)$/;

/** A valid configuration with every setting that goes with the others. */
export function complete(): RawConfiguration {
  const values: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(validValues).filter(([name]) => !separate.test(name))) {
    const [top = "", member] = path.split(".");
    values[top] = member === undefined ? value : { ...(values[top] as object | undefined), [member]: value };
  }
  const secrets = "databasePassword secretKey adminUrl supportPassword smtpUser smtpPassword sqlPassword";
  return {
    ...prod,
    values,
    secrets: new Set([...secrets.split(" "), "extraSecrets", "extraSecrets.API_KEY"]),
  };
}
