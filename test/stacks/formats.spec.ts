import { expect } from "chai";
import { describe, it } from "mocha";
import { getSetting, settingPaths } from "../../stacks/schema";
import { certificate, validValues } from "./configurations";

/** More values that are valid, by setting. */
const accepted: Record<string, unknown[]> = {
  name: ["beo", "beo-datastore", "b2"],
  appUrl: ["http://localhost:3000", "https://a.beotest.net:65535"],
  supportEmail: ["first.last+beo@mail.beotest.net", `${"a".repeat(64)}@beotest.net`],
  domain: ["xn--bcher-kva.de", "api.xn--p1ai", `${"a".repeat(63)}.de`, "a-b.c1.co.uk"],
  databasePassword: ["12345678", "a".repeat(128)],
  smtpPassword: ["AbC+/=!*?@:~^[]{}"],
  // RDS, S3, SQS, IAM and Elastic Beanstalk API references: their limits.
  "database.identifier": ["b", "beo-datastore-dev-restored", "a".repeat(63)],
  "database.name": ["postgres", "Meters", "_m", "beo-datastore", "m".repeat(63)],
  "storage.mediaBucketName": ["abc", "my.uploads.2020", "1-media", "m".repeat(63)],
  "storage.staticBucketName": ["beo-an-assets", "anan"],
  "storage.noncurrentVersionDays": [0, 1, 36500],
  "queue.name": ["q", "Celery_tasks-2", "q".repeat(67)],
  "queue.maxReceiveCount": [1, 1000],
  "queue.receiveWaitTimeSeconds": [0, 20],
  "queue.delaySeconds": [0, 900],
  "queue.messageRetentionSeconds": [60, 1209600],
  "serviceAccount.userName": ["u", "svc+beo=app,2.x@example-org_1", "u".repeat(64)],
  "web.environmentName": ["beo1", "Beo-Web-2", "w".repeat(40)],
  "worker.environmentName": ["1234", "w".repeat(40)],
  "web.additionalHosts": [
    ["api.example.de"],
    [".example.de", "10.0.0.1", "a.us-west-1.elasticbeanstalk.com"],
  ],
  "database.engineVersion": ["14", "18", "17.6"],
  "database.instanceClass": ["db.t4g.medium", "db.m6g.16xlarge", "db.x2iedn.xlarge"],
  "database.username": ["a", "Beo_Datastore_99"],
  "database.snapshotIdentifier": [
    "before-migration",
    "awsbackup:job-0a1b2c3d",
    "arn:aws:rds:us-west-1:123456789012:snapshot:rds:beo-2026-01-31",
  ],
  "web.instanceTypes": [["t3.micro"], ["c7gn.16xlarge"], ["m7i.metal-24xl"], ["u-6tb1.metal"]],
  "web.healthCheckMatcher": ["200", "200,400", "200-299", "200-204,301,400-499"],
  "web.cnamePrefix": ["beo-datastore-prod", "Beo1"],
  "web.uploadLimit": [1, 2048],
  "web.accessLogDays": [0, 3653],
  "monitoring.kmsKey": ["1234abcd-12ab-34cd-56ef-1234567890ab"],
  "platform.logKmsKey": ["mrk-1234abcd12ab34cd56ef1234567890ab"],
  // The WAF API reference: every network but /0.
  "web.maintenanceCidrs": [["8.0.0.0/8"], ["203.0.113.7/32"], ["198.51.100.128/25", "203.0.113.0/24"]],
  "web.maintenanceRetryAfter": [60, 604800],
  "web.scaling": ["cpu", "latency", "requests"],
  "web.scalingLow": [1, 20_000_000],
  "worker.taskTimeLimit": [60, 10800],
  "worker.onDemandBase": [0],
  "network.vpcId": ["vpc-1a2b3c4d"],
  "mail.mailFromSubdomain": ["b", "bounce-2", "2b"],
  "mail.dmarcPolicy": ["off", "none", "quarantine", "reject"],
  "monitoring.emails": [["a@beotest.net", "b@beotest.net"]],
  "monitoring.topicArns": [["arn:aws:sns:us-west-1:123456789012:Pager_2-prod"]],
  // The role of a permission set of IAM Identity Center, and of the guide of bootstrap.
  "storage.administrators": [
    ["arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_AdministratorAccess_*"],
    ["arn:aws:iam::123456789012:user/jane.doe@beotest.net"],
  ],
  "monitoring.healthCheckPath": ["/", "/health"],
  "monitoring.errorRate": [1, 100],
  "monitoring.minRequests": [1, 1_000_000],
  "monitoring.responseTime": [1, 3600],
  "monitoring.minFreeMemory": [1, 100],
  "monitoring.minFreeStorage": [1, 65536],
  "monitoring.minCpuCredits": [1, 10_000],
  "monitoring.maxQueueAge": [1, 20160],
  "mail.region": ["us-west-2", "ap-northeast-1", "me-central-1"],
  "platform.wsgiPath": ["application:app"],
};

/** Values that people try and AWS or the application does not accept, by setting. */
const rejected: Record<string, unknown[]> = {
  name: ["Beo", "beo_datastore", "-beo", "beo-", "beo--datastore", "2beo", ""],
  "database.identifier": ["2beo", "beo--db", "beo-", "Beo", "beo_db", "a".repeat(64), ""],
  "database.name": ["2020", "me ters", "meters;", "m".repeat(64), ""],
  "storage.mediaBucketName": [
    ...["ab", "Media", "my_media", "-media", "media-", "a..b", "192.168.5.4", "m".repeat(64), ""],
    ...["xn--media", "sthree-media", "amzn-s3-demo-media"],
    // The last one is for names in an account's own namespace.
    ...["m-s3alias", "m--ol-s3", "m.mrap", "m--x-s3", "m--table-s3", "media-123456789012-us-west-1-an"],
  ],
  "storage.staticBucketName": ["s3://assets", "assets/"],
  "storage.noncurrentVersionDays": [-1, 1.5, "90"],
  // Celery alters a dot.
  "queue.name": ["tasks.fifo", "my queue", "https://sqs.us-west-1.amazonaws.com/1/q", "q".repeat(68), ""],
  "queue.maxReceiveCount": [0, 1001],
  "queue.receiveWaitTimeSeconds": [-1, 21],
  "queue.delaySeconds": [-1, 901],
  "queue.messageRetentionSeconds": [59, 1209601],
  "serviceAccount.userName": ["a b", "svc/beo", "arn:aws:iam::123456789012:user/beo", "u".repeat(65), ""],
  "web.environmentName": ["beo", "-beo1", "beo1-", "beo_web", "beo.web", "w".repeat(41)],
  "worker.environmentName": ["abc", "a b c d"],
  "web.additionalHosts": [
    ["*"],
    ["https://api.example.de"],
    ["a.example.de b.example.de"],
    ["a.example.de:8000"],
    [],
  ],
  environment: ["production", "Prod", "stage"],
  appUrl: [
    "https://a.beotest.net/",
    "https://a.beotest.net/x",
    "https://App.beotest.net",
    "a.beotest.net",
    "ftp://a.beotest.net",
    "https://a.beotest.net:65536",
    "https://example",
    "https://10.0.0.1",
    // Browsers leave the default port out of the Origin, so CORS would never match.
    "https://a.beotest.net:443",
    "http://a.beotest.net:80",
  ],
  supportEmail: [
    "support",
    "a..b@beotest.net",
    ".a@beotest.net",
    "a@Example.com",
    "a@beotest.net ",
    "A <a@b.de>",
    // The deployment scripts change a percent sign.
    "50%@beotest.net",
    '"a b"@beotest.net',
    `a@${"a.".repeat(126)}net`,
  ],
  domain: [
    "https://api.beotest.net",
    "api.beotest.net/",
    "api.beotest.net.",
    "API.beotest.net",
    "localhost",
    "192.0.2.1",
    "ab--cd.beotest.net",
    "xn--.beotest.net",
    `${"a".repeat(64)}.de`,
    "*.beotest.net",
    "a_b.beotest.net",
    `${"a.".repeat(126)}net`,
  ],
  certificateArn: [
    certificate.toUpperCase(),
    certificate.replace("acm", "iam"),
    "01234567-89ab-cdef-0123-456789abcdef",
  ],
  protect: ["true", 1, "yes"],
  permissionsBoundary: [
    "developers",
    "arn:aws:iam::123456789012:role/developers",
    "arn:aws:iam::12345678901:policy/developers",
    "arn:aws:iam::123456789012:policy/",
  ],
  rolePath: ["", "beo", "/beo", "beo/", "//", "/beo prod/", "/beo/*/", `/${"b".repeat(511)}/`],
  tags: [
    { Name: "beo" },
    { environment: "prod" },
    { "AWS:team": "a" },
    { "elasticbeanstalk:environment-name": "a" },
    { "": "a" },
    { " team": "a" },
    { ["n".repeat(129)]: "a" },
    { "a?": "b" },
    { Team: "a&b" },
    { Team: "v".repeat(257) },
    { Team: 1 },
    ["Team=a"],
  ],
  databasePassword: [
    "1234567",
    "12345/78",
    "12$45678",
    "with space",
    "pass%word",
    "a,b,c,d,e",
    "a".repeat(129),
  ],
  secretKey: ["short", "k".repeat(31), `${"k".repeat(40)}'`],
  adminUrl: ["admin", "Hidden0admin", "hidden/admin"],
  smtpPassword: ["with space", 'quo"te', "back`tick", "dollar$", "comma,", "percent%", "a;b", "a\nb", ""],
  sqlUser: ["rdsadmin", "pg_monitor", "Beo", "1beo", "b".repeat(64)],
  extraEnvironment: [{ token: "1" }, { "1A": "x" }, { A: "a,b" }, { A: 1 }, { A: "" }, ["A=b"], "A=b"],
  extraSecrets: [{ A: "a;b" }, { A: "a\nb" }, { A: "" }],
  "database.instanceClass": ["t3.medium", "db.t3.mediun", "db.t3", "DB.T3.MEDIUM"],
  "database.engineVersion": [16, "13", "19", "17.", "PostgreSQL 17"],
  "database.allocatedStorage": [19, 59579, "50", 20.5, "50 GiB"],
  "database.backupRetentionPeriod": [0, 6, 36],
  "database.username": [
    "admin",
    "ROOT",
    "pg_admin",
    "rdsadmin",
    "Select",
    "user",
    "1beo",
    "beo-app",
    "b".repeat(17),
  ],
  "database.additionalSecurityGroupIds": [
    ["default"],
    [],
    "sg-0123456789abcdef0",
    ["sg-12345678", "sg-12345678"],
  ],
  "database.snapshotIdentifier": ["a--b", "a-", "1a", "cluster-snapshot:a"],
  "database.monitoringInterval": [2, 61, "60"],
  "web.instanceTypes": ["t3.small", ["t3.smal"], ["T3.small"], ["t3 small"], Array(41).fill("t3.small")],
  "web.minSize": [0, 101, "2", 1.5, null],
  "web.deploymentPolicy": ["immutable", "AllAtOnes", "TrafficSplitting"],
  "web.healthCheckPath": ["health", "", "/a b", `/${"a".repeat(1024)}`],
  "web.healthCheckMatcher": [200, "200, 400", "299-200", "100", "500", "200-", "2xx"],
  "web.cnamePrefix": ["beo", "beo.example", "-beo1", "beo_datastore", "b".repeat(64)],
  "web.uploadLimit": [0, 2049, "200", 1.5],
  "web.maintenanceCidrs": [
    // Everyone, in one network or in halves.
    ...[["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"], ["128.0.0.0/7"], ["::/0"]],
    // An address, a network by another address than its first, and other notations.
    ...[["203.0.113.7"], ["203.0.113.7/24"], ["203.0.113/24"], ["203.0.113.0/33"], ["203.0.113.256/32"]],
    ...[["203.0.113.0/255.255.255.0"], ["203.0.113.0-203.0.113.255"], ["0x0b000000/8"], ["2001:db8::/32"]],
    // No client of a public load balancer has one of these addresses.
    ...[["10.0.0.0/8"], ["192.168.1.0/24"], ["172.16.0.0/12"], ["127.0.0.1/32"], ["100.64.0.0/10"]],
    ...[["203.0.113.0/24", "203.0.113.0/24"], [], "203.0.113.0/24", [""], ["office"]],
  ],
  "web.maintenanceRetryAfter": [59, 604801, "3600", "1h", 90.5],
  "web.maintenance": ["on", "true", 1],
  "web.cloudFront": ["on", "false", 0],
  "web.scaling": ["CPU", "CPUUtilization", "NetworkOut", true],
  "web.scalingLow": [0, "30%", 0.5],
  "web.scalingHigh": [20_000_001, -1],
  "worker.messagesPerInstance": [8],
  "worker.taskTimeLimit": [0, 59, 10801, "600", "10m"],
  "worker.drain": ["yes", 1],
  "worker.spot": ["true", { onDemandBase: 1 }],
  "worker.onDemandBase": [-1, 101, "1"],
  "network.vpcId": ["vpc", "vpc-XYZ", "VPC-11112222", "subnet-12345678"],
  "network.instanceSubnetIds": [["subnet-1234"], "subnet-11112222,subnet-33334444"],
  "mail.mailFromSubdomain": ["", "a.b", "-a", "a-", "Bounce", "a_b", "x".repeat(64), 5],
  "mail.dmarcPolicy": ["p=none", "NONE", true],
  "monitoring.emails": [[], ["ops"], "ops@beotest.net", ["a@beotest.net", "a@beotest.net"]],
  // SNS: CloudWatch alarms cannot notify FIFO topics by e-mail, and RDS none at all.
  "monitoring.topicArns": [
    ["arn:aws:sns:us-west-1:123456789012:pager.fifo"],
    ["arn:aws:sqs:us-west-1:123456789012:pager"],
    ["pager"],
  ],
  "storage.administrators": [
    [],
    ["*"],
    ["jane"],
    "arn:aws:iam::123456789012:user/jane",
    ["arn:aws:iam::*:role/deploy"],
    ["arn:aws:sts::123456789012:assumed-role/deploy/session"],
    ["arn:aws:iam::123456789012:root"],
  ],
  "monitoring.kmsKey": [
    "alias/alarms",
    "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
  ],
  "platform.logKmsKey": ["alias/logs", ""],
  "web.accessLogDays": [-1, 3654, "90", 0.5],
  "monitoring.healthCheckPath": ["health", ""],
  "monitoring.errorRate": [0, 101, 0.5, "5%"],
  "monitoring.minRequests": [0],
  "monitoring.responseTime": [0, 3601],
  "monitoring.minFreeMemory": [0, 101],
  "monitoring.minFreeStorage": [0],
  "monitoring.minCpuCredits": [0],
  "monitoring.maxQueueAge": [0, 20161],
  "mail.region": ["us-nowhere-9", "us-west-2a", "Oregon"],
  "mail.keyGeneration": [0, -1, 1e300],
  ignoreSnapshot: ["", "-final", "a--b", true],
  allowReplacement: ["name", ["everything"], ["name", "name"], []],
  "platform.branch": ["Python 3.8", "docker", "Python"],
  "platform.generation": [0, -1, 1000, "2", 1.5],
  "platform.previousBranch": ["Python 3.8", true, "none"],
  "platform.servingGeneration": [0, true],
  "platform.initialVersion": ["", "a/b", "v".repeat(101), 1],
  "platform.wsgiPath": ["beo_datastore/wsgi.py", "beo_datastore.wsgi"],
  "platform.updateWindow": ["tue:09:00", "Tue 09:00", "Tue:24:00", "Tue:9:00"],
};

describe("the schema", () => {
  it("accepts a valid value of every setting", () => {
    expect(Object.keys(validValues)).to.deep.equal(settingPaths);
    for (const [path, value] of Object.entries(validValues)) {
      expect(getSetting(path)?.validator.isValid(value), path).to.equal(true);
    }
  });

  for (const [path, values] of Object.entries(accepted)) {
    it(`accepts ${path} as AWS and the application do`, () => {
      expect(values.filter((value) => !getSetting(path)!.validator.isValid(value))).to.deep.equal([]);
    });
  }

  for (const [path, values] of Object.entries(rejected)) {
    it(`rejects wrong values of ${path}`, () => {
      expect(values.filter((value) => getSetting(path)!.validator.isValid(value))).to.deep.equal([]);
    });
  }
});
