import type { Props } from "../../../policies/rule";
import { make, ref, type Row, type Spec } from "./row";

const tags = { Project: "p", Environment: "prod", ManagedBy: "Pulumi" };
const row = (says: string, by: string | undefined, ...resources: Spec[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources,
});

/** A regional web ACL with one rule on an IP set. */
const webAcl = (defaultAction: Props, action: Props): Spec =>
  make("wafv2/webAcl:WebAcl", {
    scope: "REGIONAL",
    defaultAction,
    rules: [{ name: "r", priority: 0, action, statement: { ipSetReferenceStatement: { arn: ref("set") } } }],
    tags,
  });
const ipSet = (...addresses: string[]): Spec =>
  make("wafv2/ipSet:IpSet", { scope: "REGIONAL", ipAddressVersion: "IPV4", addresses, tags }, "set");

// RDS
const goodInstance: Props = {
  engine: "postgres",
  instanceClass: "db.t3.medium",
  username: "owner",
  publiclyAccessible: false,
  dbSubnetGroupName: "private",
  storageEncrypted: true,
  backupRetentionPeriod: 14,
  autoMinorVersionUpgrade: true,
  enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
  multiAz: true,
  deletionProtection: true,
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: "last",
  tags,
};
const instance = (changes: Props) => make("rds/instance:Instance", { ...goodInstance, ...changes });
const goodCluster: Props = {
  engine: "aurora-postgresql",
  masterUsername: "owner",
  dbSubnetGroupName: "private",
  storageEncrypted: true,
  backupRetentionPeriod: 14,
  deletionProtection: true,
  skipFinalSnapshot: false,
  finalSnapshotIdentifier: "last",
  enabledCloudwatchLogsExports: ["postgresql"],
  tags,
};
const cluster = (changes: Props) => make("rds/cluster:Cluster", { ...goodCluster, ...changes });
const member = (changes: Props) =>
  make("rds/clusterInstance:ClusterInstance", {
    clusterIdentifier: "c",
    engine: "aurora-postgresql",
    instanceClass: "db.r6g.large",
    publiclyAccessible: false,
    autoMinorVersionUpgrade: true,
    tags,
    ...changes,
  });
const parameters = (type: string, family: string, ...list: object[]) =>
  make(`rds/${type}`, { family, parameters: list });
const group = "parameterGroup:ParameterGroup";
const clusterGroup = "clusterParameterGroup:ClusterParameterGroup";
const tls = "rds-postgres-instance-encrypted-in-transit";

// Elastic Beanstalk
const env = "aws:elasticbeanstalk:application:environment";
type Options = Record<string, Record<string, unknown>>;
const goodOptions: Options = {
  [env]: {
    APP_ENV: "prod",
    BROKER_URL: "sqs://",
    CSRF_COOKIE_SECURE: "1",
    SESSION_COOKIE_SECURE: "1",
    DEBUG: "0",
    DJANGO_ALLOWED_HOSTS: "beo.example.com",
    WORKER: "0",
  },
  "aws:elasticbeanstalk:healthreporting:system": { SystemType: "enhanced" },
  "aws:elasticbeanstalk:managedactions": { ManagedActionsEnabled: "true" },
  "aws:elasticbeanstalk:managedactions:platformupdate": { UpdateLevel: "minor" },
  "aws:elasticbeanstalk:cloudwatch:logs": { StreamLogs: "true" },
  "aws:autoscaling:launchconfiguration": {
    DisableIMDSv1: "true",
    SecurityGroups: "sg-1",
    DisableDefaultEC2SecurityGroup: "true",
  },
  "aws:elasticbeanstalk:environment": { EnvironmentType: "LoadBalanced", LoadBalancerType: "application" },
  "aws:elbv2:listener:default": { ListenerEnabled: "false" },
  "aws:elbv2:listener:443": {
    ListenerEnabled: "true",
    Protocol: "HTTPS",
    SSLCertificateArns: "arn:aws:acm:us-west-1:1:certificate/x",
    SSLPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
  },
};
const settings = (...parts: Options[]) =>
  parts.flatMap((part) =>
    Object.entries(part).flatMap(([namespace, options]) =>
      Object.entries(options).map(([name, value]) => ({ namespace, name, value })),
    ),
  );
/** An environment with some options after the compliant ones, replaced or, if `beside`, as duplicates. */
const environment = (changes: Options, beside = false, props: Props = {}) => {
  const merged = { ...goodOptions };
  if (!beside) {
    for (const [namespace, options] of Object.entries(changes)) {
      merged[namespace] = Object.fromEntries(
        Object.entries({ ...merged[namespace], ...options }).filter(([, value]) => value !== undefined),
      );
    }
  }
  return make("elasticbeanstalk/environment:Environment", {
    application: "a",
    tags,
    ...props,
    settings: settings(merged, ...(beside ? [changes] : [])),
  });
};
const variable = (says: string, by: string | undefined, name: string, value: unknown) =>
  row(says, by, environment({ [env]: { [name]: value } }));
const secret = "app-no-plaintext-secrets";
const hosts = "app-allowed-hosts-no-wildcard";
/** Not one of these tokens was ever valid. They are put together so that scanners of this repository do not report them. */
const token = (...parts: string[]) => parts.join("");
const https = "eb-https-listener-enabled";

// Load balancers
const redirect = [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }];
const forward = [{ type: "forward", targetGroupArn: "t" }];
const listener = (props: Props, type = "lb/listener:Listener") =>
  make(type, { loadBalancerArn: "l", ...props });
const redirects = "alb-http-to-https-redirection-check";
const policy = "elb-predefined-security-policy-ssl-check";

// S3
const acl = "s3-bucket-acl-public-access-prohibited";
const everyone = "http://acs.amazonaws.com/groups/global/AllUsers";

/** Security Hub's controls for RDS, Elastic Beanstalk, ELB, S3, SQS, EC2, SSM and SES, and what their guides show. */
export const serviceRows: Row[] = [
  row(
    "RDS.2: an instance of a cluster",
    "rds-instance-public-access-check",
    member({ publiclyAccessible: true }),
  ),
  row(
    "RDS.2: a replica",
    "rds-instance-public-access-check",
    instance({ replicateSourceDb: ref("source"), publiclyAccessible: true }),
  ),
  row("RDS.3: not encrypted", "rds-storage-encrypted", instance({ storageEncrypted: undefined })),
  row("RDS.27: a cluster", "rds-storage-encrypted", cluster({ storageEncrypted: false })),
  row(
    "RDS.7: a cluster without deletion protection",
    "rds-instance-deletion-protection-enabled",
    cluster({ deletionProtection: false }),
  ),
  row(
    "RDS.13: an instance of a cluster",
    "rds-automatic-minor-version-upgrade-enabled",
    member({ autoMinorVersionUpgrade: false }),
  ),
  row(
    "RDS.11: a cluster with a day of backups",
    "rds-instance-backup-enabled",
    cluster({ backupRetentionPeriod: 1 }),
  ),
  row("RDS.24: a cluster of admin", "rds-custom-master-username", cluster({ masterUsername: "admin" })),
  row("RDS.25: in capitals", "rds-custom-master-username", instance({ username: "Postgres" })),
  row(
    "RDS.37: a cluster without logs",
    "rds-postgresql-logs-to-cloudwatch",
    cluster({ enabledCloudwatchLogsExports: [] }),
  ),
  row(
    "a cluster without a final snapshot",
    "rds-final-snapshot-enabled",
    cluster({ skipFinalSnapshot: true }),
  ),
  row("a cluster that Pulumi may delete", "rds-pulumi-protect-enabled", { ...cluster({}), protect: false }),
  row(
    "RDS.1: a public snapshot",
    "rds-snapshots-public-prohibited",
    make("rds/snapshot:Snapshot", { sharedAccounts: ["123456789012", "all"], tags }),
  ),
  row(
    "RDS.1: a public snapshot of a cluster",
    "rds-snapshots-public-prohibited",
    make("rds/clusterSnapshot:ClusterSnapshot", { sharedAccounts: ["all"], tags }),
  ),
  row(
    "RDS.1: a public copy beside an unknown account",
    "rds-snapshots-public-prohibited",
    make("rds/snapshotCopy:SnapshotCopy", { sharedAccounts: [ref("x"), "all"], tags }),
  ),
  row(
    "RDS.38: PostgreSQL 17 without TLS",
    tls,
    parameters(group, "postgres17", { name: "rds.force_ssl", value: "0" }),
  ),
  row("RDS.38: PostgreSQL 14 by default", tls, parameters(group, "postgres14")),
  row(
    "RDS.38: Aurora's cluster parameters",
    tls,
    parameters(clusterGroup, "aurora-postgresql16", { name: "rds.force_ssl", value: "0" }),
  ),
  row("RDS.38: Aurora PostgreSQL 16 by default", tls, parameters(clusterGroup, "aurora-postgresql16")),
  row(
    "RDS.38: a contradictory duplicate",
    tls,
    parameters(
      group,
      "postgres17",
      { name: "rds.force_ssl", value: "1" },
      { name: "rds.force_ssl", value: "0" },
    ),
  ),
  row(
    "RDS.38: beside an unknown parameter",
    tls,
    parameters(group, "postgres17", { name: ref("x"), value: "1" }, { name: "rds.force_ssl", value: 0 }),
  ),

  // Secrets by value: https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns
  variable(
    "an access key id under a harmless name",
    secret,
    "STORAGE_USER",
    token("AK", "IA", "Q3EGR2SJ7T5WXYZ2"),
  ),
  variable("a temporary access key id", secret, "STORAGE_USER", token("AS", "IA", "Q3EGR2SJ7T5WXYZ2")),
  variable(
    "a secret access key under a harmless name",
    secret,
    "STORAGE_AUTH",
    token("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYzzzzzzzzKE"),
  ),
  variable(
    "a database URL with its password",
    secret,
    "REPLICA",
    token("postgres://beo:", "s3cr3t@db.internal:5432/beo"),
  ),
  variable("a Redis URL with a password alone", secret, "CACHE", token("redis://:", "s3cr3t@cache:6379/0")),
  variable("a GitHub token", secret, "DEPLOYER", token("gh", "p_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")),
  variable(
    "a fine-grained GitHub token",
    secret,
    "DEPLOYER",
    token("github", "_pat_", "11ABCDEFG0aBcDeFgHiJkL_", "m".repeat(59)),
  ),
  variable(
    "a Slack token",
    secret,
    "CHAT",
    token("xo", "xb-", "123456789012-1234567890123-abcdefghijklmnopqrstuvwx"),
  ),
  variable(
    "a Slack webhook",
    secret,
    "CHAT",
    token("https://hooks.slack.com", "/services/T00000000/B00000000/", "aBcDeFgHiJkLmNoPqRsTuVwX"),
  ),
  variable("a Stripe key", secret, "PAYMENTS", token("sk", "_live_", "4eC39HqLyjWDarjtT1zdp7dc")),
  variable(
    "a SendGrid key",
    secret,
    "MAIL",
    token("SG.", "aBcDeFgHiJkLmNoPqRsTuV", ".", "aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg"),
  ),
  variable("a private key", secret, "SIGNER", token("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIE")),
  variable(
    "a JSON web token",
    secret,
    "SESSION",
    token(
      "eyJhbGciOiJIUzI1NiJ9.",
      "eyJzdWIiOiIxMjM0NTY3ODkwIn0.",
      "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ),
  ),
  variable("a Google API key", secret, "MAPS", token("AI", "za", "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q")),
  variable("a password in the middle of a name", secret, "DB_PASSWORD_V2", "hunter2hunter2"),
  variable("a password by a short name", secret, "LEGACY_DB_PASSWD", "hunter2hunter2"),
  variable("a secret in small letters", secret, "api_key", "abc123def456"),
  variable("digits for a password", secret, "REPORTS_PASSWORD", "31415926"),
  variable("a passphrase", secret, "SIGNING_PASSPHRASE", "correct horse battery staple"),
  row(
    "a secret in a configuration template",
    secret,
    make("elasticbeanstalk/configurationTemplate:ConfigurationTemplate", {
      application: "a",
      settings: settings({ [env]: { PARTNER_TOKEN: "abc123def456" } }),
    }),
  ),
  row(
    "a secret beside an unknown property",
    secret,
    environment({ [env]: { OTHER: ref("x"), PARTNER_TOKEN: "abc123def456" } }),
  ),
  row(
    "a parameter in the clear by its name",
    "ssm-parameter-secure-string",
    make("ssm/parameter:Parameter", { name: "/beo/SQL_PASSWORD", type: "String", value: "hunter2hunter2" }),
  ),
  row(
    "a parameter in the clear by its value",
    "ssm-parameter-secure-string",
    make("ssm/parameter:Parameter", {
      name: "/beo/chat",
      type: "String",
      value: token("xo", "xb-", "123456789012-1234567890123-abcdefghijklmnopqrstuvwx"),
    }),
  ),
  row(
    "a list of passwords in the clear",
    "ssm-parameter-secure-string",
    make("ssm/parameter:Parameter", { name: "/beo/passwords", type: "StringList", value: "hunter2,hunter3" }),
  ),
  variable(
    "AWS credentials in the broker's URL",
    "app-broker-url-no-credentials",
    "BROKER_URL",
    "sqs://key:secret@",
  ),

  // Hosts: https://docs.djangoproject.com/en/stable/ref/settings/#allowed-hosts
  variable("all hosts", hosts, "DJANGO_ALLOWED_HOSTS", "beo.example.com *"),
  variable("a domain with all subdomains", hosts, "DJANGO_ALLOWED_HOSTS", ".example.com"),
  variable(
    "all of Elastic Beanstalk's hosts among others",
    hosts,
    "DJANGO_ALLOWED_HOSTS",
    "beo.example.com .elasticbeanstalk.com",
  ),
  variable("all hosts in a list with commas", hosts, "DJANGO_ALLOWED_HOSTS", "beo.example.com,.com"),
  variable("nothing but spaces", hosts, "DJANGO_ALLOWED_HOSTS", "  "),
  row(
    "a contradictory duplicate of the hosts",
    hosts,
    environment({ [env]: { DJANGO_ALLOWED_HOSTS: "*" } }, true),
  ),
  row(
    "a contradictory duplicate of DEBUG",
    "app-debug-disabled",
    environment({ [env]: { DEBUG: "1" } }, true),
  ),
  row(
    "a contradictory duplicate of IMDSv1",
    "eb-instances-require-imdsv2",
    environment({ "aws:autoscaling:launchconfiguration": { DisableIMDSv1: "false" } }, true),
  ),
  row(
    "a contradictory duplicate of managed updates",
    "eb-managed-updates-enabled",
    environment({ "aws:elasticbeanstalk:managedactions": { ManagedActionsEnabled: "false" } }, true),
  ),
  row(
    "a wrong option beside an unknown one",
    "eb-logs-to-cloudwatch",
    environment({
      "aws:elasticbeanstalk:cloudwatch:logs": { StreamLogs: "false" },
      "aws:ec2:vpc": { Subnets: ref("subnet") },
    }),
  ),
  row(
    "debug mode by the template",
    "app-debug-disabled",
    make("elasticbeanstalk/configurationTemplate:ConfigurationTemplate", {
      application: "a",
      settings: settings({ [env]: { DEBUG: "1" } }),
    }),
  ),
  row(
    "IMDSv1 by the template",
    "eb-instances-require-imdsv2",
    make("elasticbeanstalk/configurationTemplate:ConfigurationTemplate", {
      application: "a",
      settings: settings({ "aws:autoscaling:launchconfiguration": { DisableIMDSv1: "false" } }),
    }),
  ),
  row(
    "IMDSv1 beside a template",
    "eb-instances-require-imdsv2",
    make("elasticbeanstalk/environment:Environment", {
      application: "a",
      tags,
      templateName: "t",
      settings: settings({ "aws:autoscaling:launchconfiguration": { DisableIMDSv1: "false" } }),
    }),
  ),

  // HTTPS
  row(
    "ELB.1: a load-balanced environment without HTTPS",
    https,
    environment({ "aws:elbv2:listener:443": { ListenerEnabled: "false" } }),
  ),
  row(
    "ELB.1: HTTPS without a certificate",
    https,
    environment({ "aws:elbv2:listener:443": { SSLCertificateArns: undefined } }),
  ),
  row(
    "ELB.1: plain HTTP on another port",
    "eb-http-listener-disabled",
    environment({ "aws:elbv2:listener:8080": { ListenerEnabled: "true", Protocol: "HTTP" } }),
  ),
  row(
    "ELB.1: HTTP on another port by default",
    "eb-http-listener-disabled",
    environment({ "aws:elbv2:listener:8080": { DefaultProcess: "default" } }),
  ),
  row(
    "ELB.1: the default listener again",
    "eb-http-listener-disabled",
    environment({ "aws:elbv2:listener:default": { ListenerEnabled: "true" } }, true),
  ),
  row(
    "ELB.17: an old policy on another port",
    "eb-predefined-security-policy-ssl-check",
    environment({
      "aws:elbv2:listener:8443": {
        Protocol: "HTTPS",
        SSLCertificateArns: "c",
        SSLPolicy: "ELBSecurityPolicy-2016-08",
      },
    }),
  ),
  row(
    "ELB.17: the load balancer's default policy",
    "eb-predefined-security-policy-ssl-check",
    environment({ "aws:elbv2:listener:443": { SSLPolicy: undefined } }),
  ),
  row(
    "ELB.1: a listener that forwards",
    redirects,
    listener({ port: 80, protocol: "HTTP", defaultActions: forward }),
  ),
  row(
    "ELB.1: an older type",
    redirects,
    listener(
      { port: 8080, protocol: "HTTP", defaultActions: forward },
      "elasticloadbalancingv2/listener:Listener",
    ),
  ),
  row(
    "ELB.1: a redirect to HTTP",
    redirects,
    listener({
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { host: "example.com", statusCode: "HTTP_301" } }],
    }),
  ),
  row(
    "ELB.1: a rule that forwards before the redirect",
    "alb-http-listener-rules-redirect",
    make("lb/listenerRule:ListenerRule", {
      listenerArn: ref("plain"),
      priority: 1,
      actions: forward,
      conditions: [],
    }),
    make(
      "lb/listener:Listener",
      { loadBalancerArn: "l", port: 80, protocol: "HTTP", defaultActions: redirect },
      "plain",
    ),
  ),
  row(
    "a maintenance page that everyone passes, in two halves",
    "wafv2-allowed-ip-sets-restricted",
    webAcl({ block: {} }, { allow: {} }),
    ipSet("0.0.0.0/1", "128.0.0.0/1"),
  ),
  row(
    "a web ACL for one network, which is everyone's",
    "wafv2-allowed-ip-sets-restricted",
    webAcl({ block: { customResponse: { responseCode: 503 } } }, { allow: {} }),
    ipSet("203.0.113.0/24", "::/0"),
  ),
  row(
    "ELB.17: a listener with an old policy",
    policy,
    listener({
      port: 443,
      protocol: "HTTPS",
      certificateArn: "c",
      sslPolicy: "ELBSecurityPolicy-TLS-1-1-2017-01",
      defaultActions: forward,
    }),
  ),
  row(
    "ELB.17: a listener with the default policy",
    policy,
    listener({ port: 443, protocol: "HTTPS", certificateArn: "c", defaultActions: forward }),
  ),
  row(
    "ELB.17: TLS on a network load balancer",
    policy,
    listener(
      {
        port: 443,
        protocol: "TLS",
        certificateArn: "c",
        sslPolicy: "ELBSecurityPolicy-2016-08",
        defaultActions: forward,
      },
      "alb/listener:Listener",
    ),
  ),
  row(
    "ELB.3: a classic load balancer",
    "elb-tls-https-listeners-only",
    make("elb/loadBalancer:LoadBalancer", {
      listeners: [
        { lbPort: 443, lbProtocol: "https", instancePort: 80, instanceProtocol: "http" },
        { lbPort: 80, lbProtocol: "http", instancePort: 80, instanceProtocol: "http" },
      ],
      tags,
    }),
  ),
  row(
    "ELB.4: invalid headers",
    "alb-http-drop-invalid-header-enabled",
    make("lb/loadBalancer:LoadBalancer", {
      loadBalancerType: "application",
      enableDeletionProtection: true,
      tags,
    }),
  ),
  row(
    "ELB.6: no deletion protection",
    "elb-deletion-protection-enabled",
    make("alb/loadBalancer:LoadBalancer", { loadBalancerType: "network", tags }),
  ),
  row(
    "ELB.12: monitored desync",
    "alb-desync-mode-check",
    make("lb/loadBalancer:LoadBalancer", {
      dropInvalidHeaderFields: true,
      enableDeletionProtection: true,
      desyncMitigationMode: "monitor",
      tags,
    }),
  ),

  // S3
  row(
    "S3.2: grants to everyone",
    acl,
    make("s3/bucketAcl:BucketAcl", {
      bucket: "b",
      accessControlPolicy: {
        grants: [{ grantee: { type: "Group", uri: everyone }, permission: "READ" }],
        owner: { id: "1" },
      },
    }),
  ),
  row(
    "S3.2: grants in the bucket",
    acl,
    make("s3/bucketV2:BucketV2", {
      grants: [
        { id: "1", type: "CanonicalUser", permissions: ["FULL_CONTROL"] },
        { type: "Group", uri: everyone, permissions: ["READ"] },
      ],
    }),
  ),
  row(
    "S3.2: a public object",
    acl,
    make("s3/bucketObjectv2:BucketObjectv2", { bucket: "b", key: "k", acl: "public-read", tags }),
  ),
  row(
    "S3.2: an older public object",
    acl,
    make("s3/bucketObject:BucketObject", { bucket: "b", key: "k", acl: "authenticated-read" }),
  ),
  row(
    "S3.2: a public copy",
    acl,
    make("s3/objectCopy:ObjectCopy", { bucket: "b", key: "k", source: "s", acl: "public-read-write" }),
  ),
  row(
    "S3.19: an access point",
    "s3-bucket-level-public-access-prohibited",
    make("s3/accessPoint:AccessPoint", {
      bucket: "b",
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: false,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    }),
  ),
  row(
    "S3.1: the account's setting",
    "s3-bucket-level-public-access-prohibited",
    make("s3/accountPublicAccessBlock:AccountPublicAccessBlock", {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
    }),
  ),
  row(
    "suspended versions, inline",
    "s3-bucket-versioning-enabled",
    make("s3/bucketV2:BucketV2", { versionings: [{ enabled: false }] }),
  ),
  row(
    "a queue without encryption",
    "sqs-queue-encrypted",
    make("sqs/queue:Queue", { sqsManagedSseEnabled: false, kmsMasterKeyId: "" }),
  ),

  // EC2
  row(
    "EC2.8: an instance",
    "ec2-imdsv2-check",
    make("ec2/instance:Instance", {
      ami: "a",
      instanceType: "t3.small",
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "optional" },
      rootBlockDevice: { encrypted: true },
      tags,
    }),
  ),
  row(
    "EC2.170: a launch template",
    "ec2-imdsv2-check",
    make("ec2/launchTemplate:LaunchTemplate", { imageId: "a", tags }),
  ),
  row(
    "AutoScaling.3: a launch configuration",
    "ec2-imdsv2-check",
    make("ec2/launchConfiguration:LaunchConfiguration", {
      imageId: "a",
      instanceType: "t3.small",
      rootBlockDevice: { encrypted: true },
    }),
  ),
  row(
    "EC2.9: a public instance",
    "ec2-instance-no-public-ip",
    make("ec2/instance:Instance", {
      associatePublicIpAddress: true,
      metadataOptions: { httpTokens: "required" },
      tags,
    }),
  ),
  row(
    "EC2.25: a launch template's interface",
    "ec2-instance-no-public-ip",
    make("ec2/launchTemplate:LaunchTemplate", {
      metadataOptions: { httpTokens: "required" },
      networkInterfaces: [{ associatePublicIpAddress: "true" }],
      tags,
    }),
  ),
  row(
    "EC2.3: a volume",
    "ec2-ebs-encryption",
    make("ebs/volume:Volume", { availabilityZone: "us-west-1a", size: 8, tags }),
  ),
  row(
    "EC2.181: a launch template's volume",
    "ec2-ebs-encryption",
    make("ec2/launchTemplate:LaunchTemplate", {
      metadataOptions: { httpTokens: "required" },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false" } }],
      tags,
    }),
  ),
  row(
    "EC2.3: an instance's volume",
    "ec2-ebs-encryption",
    make("ec2/instance:Instance", {
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: false },
      tags,
    }),
  ),
  row(
    "an image for everyone",
    "ec2-images-public-prohibited",
    make("ec2/amiLaunchPermission:AmiLaunchPermission", { imageId: "ami-1", group: "all" }),
  ),
  row(
    "SSM.4: a document for everyone",
    "ssm-document-not-public",
    make("ssm/document:Document", {
      documentType: "Command",
      content: "{}",
      permissions: { type: "Share", accountIds: "All" },
      tags,
    }),
  ),
  row(
    "SES.3: the older type",
    "ses-sending-tls-required",
    make("ses/configurationSet:ConfigurationSet", { name: "c", deliveryOptions: { tlsPolicy: "Optional" } }),
  ),
  row(
    "logs for ever",
    "log-group-retention-set",
    make("cloudwatch/logGroup:LogGroup", { retentionInDays: 0, tags }),
  ),
  row(
    "CloudWatch.15: an alarm that notifies nothing",
    "cloudwatch-alarm-action-check",
    make("cloudwatch/metricAlarm:MetricAlarm", { alarmActions: [] }),
  ),
  row(
    "CloudWatch.15: without actions for ALARM",
    "cloudwatch-alarm-action-check",
    make("cloudwatch/metricAlarm:MetricAlarm", { okActions: ["arn:aws:sns:us-west-1:1:t"] }),
  ),
  row(
    "CloudWatch.17: actions that are switched off",
    "cloudwatch-alarm-action-check",
    make("cloudwatch/compositeAlarm:CompositeAlarm", {
      alarmActions: ["arn:aws:sns:us-west-1:1:t"],
      actionsEnabled: false,
    }),
  ),
  row(
    "RDS.20: events without failures",
    "rds-instance-event-notifications",
    make("rds/eventSubscription:EventSubscription", {
      sourceType: "db-instance",
      eventCategories: ["maintenance", "configuration change"],
    }),
  ),
  row(
    "RDS.20: a subscription that is switched off",
    "rds-instance-event-notifications",
    make("rds/eventSubscription:EventSubscription", { sourceType: "db-instance", enabled: false }),
  ),

  // Compliant
  row(
    "an alarm with an action",
    undefined,
    make("cloudwatch/metricAlarm:MetricAlarm", { alarmActions: ["arn:aws:sns:us-west-1:1:t"] }),
  ),
  row(
    "all events of instances, and some of parameter groups",
    undefined,
    make("rds/eventSubscription:EventSubscription", { sourceType: "db-instance" }),
    make("rds/eventSubscription:EventSubscription", {
      sourceType: "db-parameter-group",
      eventCategories: ["configuration change"],
    }),
  ),
  row("an instance", undefined, instance({})),
  row(
    "a replica, which has its source's user and backups",
    undefined,
    make("rds/instance:Instance", {
      replicateSourceDb: ref("source"),
      instanceClass: "db.t3.medium",
      storageEncrypted: true,
      autoMinorVersionUpgrade: true,
      multiAz: true,
      deletionProtection: true,
      skipFinalSnapshot: true,
      tags,
    }),
  ),
  row("a cluster", undefined, cluster({})),
  row(
    "a cluster that RDS chooses the password for, restored",
    undefined,
    cluster({ masterUsername: undefined, snapshotIdentifier: "s" }),
  ),
  row("an instance of a cluster", undefined, member({})),
  row(
    "an instance of a cluster by default",
    undefined,
    member({ publiclyAccessible: undefined, autoMinorVersionUpgrade: undefined }),
  ),
  row(
    "a snapshot that another account has",
    undefined,
    make("rds/snapshot:Snapshot", { sharedAccounts: ["123456789012"], tags }),
  ),
  row("MySQL's parameters", undefined, parameters(group, "mysql8.0")),
  row(
    "PostgreSQL 17 by default",
    undefined,
    parameters(group, "postgres17", { name: "log_statement", value: "ddl" }),
  ),
  row("Aurora PostgreSQL 17 by default", undefined, parameters(clusterGroup, "aurora-postgresql17")),
  row(
    "a number for a parameter",
    undefined,
    parameters(group, "postgres14", { name: "rds.force_ssl", value: 1 }),
  ),
  row("an environment", undefined, environment({})),
  row(
    "a worker, which has no load balancer",
    undefined,
    environment(
      {
        [env]: { WORKER: "1" },
        "aws:elbv2:listener:443": {
          ListenerEnabled: undefined,
          Protocol: undefined,
          SSLCertificateArns: undefined,
          SSLPolicy: undefined,
        },
        "aws:elbv2:listener:default": { ListenerEnabled: undefined },
        "aws:elasticbeanstalk:environment": { EnvironmentType: undefined, LoadBalancerType: undefined },
      },
      false,
      { tier: "Worker" },
    ),
  ),
  row(
    "a single instance, which has no listener",
    undefined,
    environment({
      "aws:elbv2:listener:443": {
        ListenerEnabled: undefined,
        Protocol: undefined,
        SSLCertificateArns: undefined,
        SSLPolicy: undefined,
      },
      "aws:elbv2:listener:default": { ListenerEnabled: undefined },
      "aws:elasticbeanstalk:environment": { EnvironmentType: "SingleInstance", LoadBalancerType: undefined },
    }),
  ),
  row(
    "HTTPS on another port alone",
    undefined,
    environment({
      "aws:elbv2:listener:443": {
        ListenerEnabled: undefined,
        Protocol: undefined,
        SSLCertificateArns: undefined,
        SSLPolicy: undefined,
      },
      "aws:elbv2:listener:8443": {
        Protocol: "HTTPS",
        SSLCertificateArns: "c",
        SSLPolicy: "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09",
      },
    }),
  ),
  row(
    "duplicates that agree",
    undefined,
    environment(
      { [env]: { DEBUG: "0" }, "aws:autoscaling:launchconfiguration": { DisableIMDSv1: "true" } },
      true,
    ),
  ),
  row(
    "an environment of a template",
    undefined,
    make("elasticbeanstalk/environment:Environment", {
      application: "a",
      tags,
      templateName: ref("template"),
    }),
  ),
  row(
    "a template with one option",
    undefined,
    make("elasticbeanstalk/configurationTemplate:ConfigurationTemplate", {
      application: "a",
      settings: settings({ "aws:autoscaling:asg": { MinSize: "1" } }),
    }),
  ),
  ...(
    [
      ["PASSWORD_RESET_TIMEOUT", "259200"],
      ["SECRET_ROTATION_ENABLED", "true"],
      ["TOKEN_EXPIRY_SECONDS", "3600"],
      ["PASSWORD_MIN_LENGTH", "12"],
      ["REQUIRE_PASSWORD", "true"],
      ["SECRETS_REVISION", "a1b2c3"],
      ["DB_SECRET_ARN", "arn:aws:secretsmanager:us-west-1:123456789012:secret:beo-AbCdEf"],
      ["API_KEY_HEADER", "X-Api-Key"],
      ["CSRF_TOKEN_NAME", "csrftoken"],
      ["TOKEN_URL", "https://login.example.com/token"],
      ["SECRET_KEY_FILE", "/run/secrets/key"],
      ["RELEASE", "9fceb02d0ae598e95dc970b74767f19372d61af8"],
      ["HOMEPAGE", "https://example.com/about"],
    ] as const
  ).map(([name, value]) =>
    variable(`${name}, which merely sounds like a secret or looks like one`, undefined, name, value),
  ),
  row(
    "a plain parameter",
    undefined,
    make("ssm/parameter:Parameter", { name: "/beo/ami", type: "String", value: "ami-0123456789abcdef0" }),
  ),
  row(
    "a list of subnets in a parameter",
    undefined,
    make("ssm/parameter:Parameter", { name: "/beo/subnets", type: "StringList", value: "subnet-1,subnet-2" }),
  ),
  variable(
    "several hosts",
    undefined,
    "DJANGO_ALLOWED_HOSTS",
    "beo.example.com beo-datastore-prod.us-west-1.elasticbeanstalk.com 10.0.0.7",
  ),
  row("a redirect", undefined, listener({ port: 80, protocol: "HTTP", defaultActions: redirect })),
  row(
    "a network load balancer's listener",
    undefined,
    listener({ port: 5000, protocol: "TCP", defaultActions: forward }),
  ),
  row(
    "a network load balancer's listener for UDP",
    undefined,
    listener({ port: 53, protocol: "TCP_UDP", defaultActions: forward }),
  ),
  row("a gateway load balancer's listener", undefined, listener({ defaultActions: forward })),
  ...[
    "TLS13-1-2-Res-PQ-2025-09",
    "TLS13-1-3-PQ-2025-09",
    "TLS13-1-2-FIPS-PQ-2025-09",
    "TLS13-1-2-2021-06",
    "TLS13-1-3-FIPS-2023-04",
  ].map((name) =>
    row(
      `a listener with ${name}`,
      undefined,
      listener({
        port: 443,
        protocol: "HTTPS",
        certificateArn: "c",
        sslPolicy: `ELBSecurityPolicy-${name}`,
        defaultActions: forward,
      }),
    ),
  ),
  row(
    "a maintenance page that one office passes",
    undefined,
    webAcl({ block: { customResponse: { responseCode: 503 } } }, { allow: {} }),
    ipSet("203.0.113.0/24", "2001:db8::/32"),
  ),
  row(
    "a web ACL that blocks the rest of the world",
    undefined,
    webAcl({ block: {} }, { block: {} }),
    ipSet("0.0.0.0/1", "128.0.0.0/1"),
  ),
  row(
    "a web ACL that serves everyone anyway",
    undefined,
    webAcl({ allow: {} }, { allow: {} }),
    ipSet("0.0.0.0/1", "128.0.0.0/1"),
  ),
  row(
    "a rule of an HTTPS listener",
    undefined,
    make("lb/listenerRule:ListenerRule", {
      listenerArn: ref("secure"),
      priority: 1,
      actions: forward,
      conditions: [],
    }),
    make(
      "lb/listener:Listener",
      {
        loadBalancerArn: "l",
        port: 443,
        protocol: "HTTPS",
        certificateArn: "c",
        sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
        defaultActions: forward,
      },
      "secure",
    ),
  ),
  row(
    "a load balancer",
    undefined,
    make("lb/loadBalancer:LoadBalancer", {
      dropInvalidHeaderFields: true,
      enableDeletionProtection: true,
      tags,
    }),
  ),
  row(
    "a network load balancer, which knows no headers",
    undefined,
    make("lb/loadBalancer:LoadBalancer", {
      loadBalancerType: "network",
      enableDeletionProtection: true,
      tags,
    }),
  ),
  row("a private ACL", undefined, make("s3/bucketAcl:BucketAcl", { bucket: "b", acl: "private" })),
  row(
    "a grant to the log delivery",
    undefined,
    make("s3/bucketAcl:BucketAcl", {
      bucket: "b",
      accessControlPolicy: {
        grants: [
          {
            grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" },
            permission: "WRITE",
          },
        ],
      },
    }),
  ),
  row(
    "a queue with a key of its own",
    undefined,
    make("sqs/queue:Queue", { kmsMasterKeyId: ref("key"), tags }),
  ),
  row(
    "an instance in private",
    undefined,
    make("ec2/instance:Instance", {
      ami: "a",
      associatePublicIpAddress: false,
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
      tags,
    }),
  ),
  row(
    "an instance without a metadata service",
    undefined,
    make("ec2/instance:Instance", {
      ami: "a",
      metadataOptions: { httpEndpoint: "disabled" },
      rootBlockDevice: { encrypted: true },
      tags,
    }),
  ),
  row(
    "a document for one account",
    undefined,
    make("ssm/document:Document", {
      documentType: "Command",
      content: "{}",
      permissions: { type: "Share", accountIds: "123456789012" },
      tags,
    }),
  ),
  row(
    "TLS by the older type",
    undefined,
    make("ses/configurationSet:ConfigurationSet", { name: "c", deliveryOptions: { tlsPolicy: "Require" } }),
  ),
];
