import { types } from "../../policies/resource-types";
import {
  addedInput,
  addedOption,
  addedStatement,
  addedVariable,
  inPublicSubnets,
  input,
  option,
  variable,
  without,
  withoutProtect,
  withoutStatements,
  type Mutation,
} from "./mutations";

const publicStatement = {
  Effect: "Allow",
  Principal: "*",
  Action: ["s3:GetObject", "sqs:SendMessage"],
  Resource: "arn:aws:s3:::x/*",
};
const everything = addedStatement({ Effect: "Allow", Action: "*", Resource: "*" });
const fromAnyTopic = addedStatement({
  Effect: "Allow",
  Principal: { Service: "sns.amazonaws.com" },
  Action: ["sqs:SendMessage", "s3:PutObject"],
  Resource: "*",
});
const trust = (Principal: object, Action: string) =>
  addedInput("assumeRolePolicy", JSON.stringify({ Statement: { Effect: "Allow", Principal, Action } }));
const tier = input("tier", "WebServer");
const ports = [input("fromPort"), input("toPort"), input("ipProtocol", "-1")];

/** What each rule checks, by its name: the mutations of compliant resources that it must report. */
export const testedInputs: Record<string, Mutation[]> = {
  "rds-instance-public-access-check": [input("publiclyAccessible")],
  "rds-deployed-in-vpc": [input("dbSubnetGroupName")],
  "rds-storage-encrypted": [input("storageEncrypted")],
  "rds-instance-backup-enabled": [input("backupRetentionPeriod")],
  "rds-automatic-minor-version-upgrade-enabled": [input("autoMinorVersionUpgrade")],
  "rds-postgresql-logs-to-cloudwatch": [input("enabledCloudwatchLogsExports")],
  "rds-postgres-instance-encrypted-in-transit": [
    input("parameters"),
    addedInput("parameters", [{ name: "rds.force_ssl", value: "0" }]),
  ],
  "rds-instance-event-notifications": [
    addedInput("eventCategories", ["failover"]),
    addedInput("enabled", false),
  ],
  "cloudwatch-alarm-action-check": [input("alarmActions"), addedInput("actionsEnabled", false)],
  "rds-custom-master-username": [input("username", "postgres")],
  "rds-instance-copy-tags-to-snapshots-enabled": [input("copyTagsToSnapshot")],
  "rds-multi-az-support": [input("multiAz")],
  "rds-instance-deletion-protection-enabled": [input("deletionProtection")],
  "rds-final-snapshot-enabled": [input("skipFinalSnapshot"), input("finalSnapshotIdentifier")],
  "rds-pulumi-protect-enabled": [withoutProtect],
  "rds-enhanced-monitoring-enabled": [input("monitoringInterval")],
  "rds-instance-iam-authentication-enabled": [input("iamDatabaseAuthenticationEnabled")],
  "rds-no-extended-support": [input("engineLifecycleSupport", "open-source-rds-extended-support")],
  "rds-instance-subnet-igw-check": [input("subnetIds"), inPublicSubnets],
  "rds-subnets-in-stack": [input("subnetIds")],
  "app-secure-cookies": [variable("SESSION_COOKIE_SECURE"), variable("CSRF_COOKIE_SECURE")],
  "app-debug-disabled": [variable("DEBUG")],
  "app-env-matches-stack": [variable("APP_ENV", "other")],
  "app-worker-matches-tier": [variable("WORKER"), tier],
  "app-allowed-hosts-no-wildcard": [variable("DJANGO_ALLOWED_HOSTS", "*")],
  "app-no-default-acl": [addedVariable("AWS_DEFAULT_ACL", "public-read")],
  "app-broker-url-no-credentials": [variable("BROKER_URL", "sqs://key:secret@")],
  "app-no-plaintext-secrets": [
    addedVariable("SECRET_KEY", "secret"),
    addedVariable("SQL_PASSWORD", "secret"),
    addedVariable("NEW_TOKEN", "secret"),
    variable("BROKER_URL", "sqs://key:secret@"),
  ],
  "app-environment-properties-size": [addedVariable("LONG", "x".repeat(4096))],
  "eb-enhanced-health-reporting-enabled": [
    option("aws:elasticbeanstalk:healthreporting:system", "SystemType", "basic"),
  ],
  "eb-managed-updates-enabled": [
    option("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled"),
    option("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", "none"),
  ],
  "eb-logs-to-cloudwatch": [option("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs")],
  "eb-instances-require-imdsv2": [option("aws:autoscaling:launchconfiguration", "DisableIMDSv1")],
  "eb-no-default-security-group": [
    option("aws:autoscaling:launchconfiguration", "SecurityGroups"),
    option("aws:autoscaling:launchconfiguration", "DisableDefaultEC2SecurityGroup"),
  ],
  "eb-application-load-balancer": [
    tier,
    option("aws:elasticbeanstalk:environment", "LoadBalancerType", "classic"),
  ],
  "eb-https-listener-enabled": [
    tier,
    option("aws:elbv2:listener:443", "ListenerEnabled"),
    option("aws:elbv2:listener:443", "Protocol", "HTTP"),
    option("aws:elbv2:listener:443", "SSLCertificateArns"),
  ],
  "eb-predefined-security-policy-ssl-check": [
    option("aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-2016-08"),
  ],
  "eb-http-listener-disabled": [tier, option("aws:elbv2:listener:default", "ListenerEnabled")],
  "alb-http-to-https-redirection-check": [
    input("defaultActions.0.type", "forward"),
    input("defaultActions.0.redirect.protocol", "HTTP"),
  ],
  "eb-worker-daemon-not-on-celery-queue": [
    addedOption("aws:elasticbeanstalk:sqsd", "WorkerQueueURL", "https://sqs.example.com/celery"),
  ],
  "eb-worker-termination-lifecycle-hook": [without(types.lifecycleHook, "autoscalingGroupName")],
  "eb-no-name-tag": [addedInput("tags.Name", "web"), addedInput("tagsAll.Name", "web")],
  "s3-bucket-level-public-access-prohibited": [
    input("blockPublicAcls"),
    input("blockPublicPolicy"),
    input("ignorePublicAcls"),
    input("restrictPublicBuckets"),
  ],
  "s3-bucket-public-access-block-configured": [without(types.publicAccessBlock, "bucket")],
  "s3-bucket-policy-public-access-prohibited": [addedStatement(publicStatement)],
  "s3-bucket-acl-public-access-prohibited": [addedInput("acl", "public-read")],
  "s3-bucket-ssl-requests-only": [withoutStatements],
  "s3-bucket-policy-configured": [without(types.bucketPolicy, "bucket")],
  "s3-bucket-acl-prohibited": [input("rule.objectOwnership", "ObjectWriter")],
  "s3-bucket-ownership-controls-configured": [without(types.bucketOwnership, "bucket")],
  "s3-bucket-server-side-encryption-enabled": [
    input("rules.0.applyServerSideEncryptionByDefault.sseAlgorithm"),
  ],
  "s3-bucket-encryption-configured": [without(types.bucketEncryption, "bucket")],
  "s3-bucket-versioning-enabled": [input("versioningConfiguration.status", "Suspended")],
  "s3-bucket-versioning-configured": [without(types.bucketVersioning, "bucket")],
  "s3-lifecycle-policy-check": [without(types.bucketLifecycle, "bucket")],
  "s3-bucket-logging-enabled": [without(types.bucketLogging, "bucket")],
  "s3-bucket-force-destroy-disabled": [input("forceDestroy")],
  "sqs-queue-encrypted": [input("sqsManagedSseEnabled")],
  "sqs-queue-no-public-access": [addedStatement(publicStatement)],
  "sqs-queue-ssl-requests-only": [withoutStatements],
  "sqs-queue-policy-configured": [without(types.queuePolicy, "queueUrl")],
  "sqs-dead-letter-queue-configured": [input("redrivePolicy")],
  "sqs-visibility-timeout-check": [input("visibilityTimeoutSeconds")],
  "iam-policy-no-statements-with-admin-access": [everything],
  "iam-policy-no-access-to-all-secrets": [
    everything,
    addedStatement({ Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" }),
    // Of AmazonSSMManagedInstanceCore and its predecessor.
    addedStatement({ Effect: "Allow", Action: ["ssm:GetManifest", "ssm:GetParameters"], Resource: ["*"] }),
    addedStatement({
      Effect: "Allow",
      Action: "ssm:GetParametersByPath",
      Resource: "arn:aws:ssm:us-west-1:123456789012:parameter/*",
    }),
  ],

  "iam-policy-no-decryption-on-all-keys": [
    everything,
    addedStatement({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }),
  ],
  "iam-policy-no-privilege-escalation": [
    everything,
    addedStatement({ Effect: "Allow", Action: "iam:PassRole", Resource: "*" }),
  ],
  "iam-role-trust-restricted": [trust({ AWS: "999999999999" }, "sts:AssumeRole")],
  "iam-role-web-identity-trust-restricted": [
    trust(
      { Federated: "arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com" },
      "sts:AssumeRoleWithWebIdentity",
    ),
  ],
  "resource-policy-no-public-access": [
    addedInput("policy", JSON.stringify({ Statement: { ...publicStatement, Action: "sns:Publish" } })),
  ],
  "resource-policy-services-restricted": [fromAnyTopic],
  "cloudfront-viewer-policy-https": [
    input("defaultCacheBehavior.viewerProtocolPolicy", "allow-all"),
    addedInput("orderedCacheBehaviors", [{ pathPattern: "/x", viewerProtocolPolicy: "allow-all" }]),
  ],
  "cloudfront-no-deprecated-ssl-protocols": [
    addedInput("origins", [{ customOriginConfig: { originSslProtocols: ["SSLv3", "TLSv1.2"] } }]),
  ],
  "elb-predefined-security-policy-ssl-check": [addedInput("protocol", "HTTPS")],
  "iam-policy-no-statements-with-full-access": [
    addedStatement({
      Effect: "Allow",
      Action: "dynamodb:*",
      Resource: "arn:aws:dynamodb:us-west-1:1:table/x",
    }),
  ],
  "iam-policy-no-access-to-all-queues": [
    everything,
    addedStatement({ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }),
  ],
  "iam-no-policy-to-read-all-parameters": [
    input("policyArn", "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"),
    input("policyArn", "arn:aws:iam::aws:policy/service-role/AmazonEC2RoleforSSM"),
  ],
  "iam-no-worker-tier-policy": [input("policyArn", "arn:aws:iam::aws:policy/AWSElasticBeanstalkWorkerTier")],
  // These two report every resource of their types.
  "iam-user-no-policies-check": [],
  "iam-no-access-keys": [],
  "vpc-sg-open-only-to-authorized-ports": ports,
  "vpc-sg-restricted-common-ports": ports,
  "vpc-sg-database-from-security-groups-only": [addedInput("cidrIpv4", "10.0.0.0/8")],
  "vpc-default-security-group-closed": [
    addedInput("ingress", [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }]),
    addedInput("egress", [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }]),
  ],
  "subnet-auto-assign-public-ip-disabled": [addedInput("mapPublicIpOnLaunch", true)],
  "ses-sending-tls-required": [input("deliveryOptions.tlsPolicy", "OPTIONAL")],
  "ses-dkim-2048-bit-key": [addedInput("dkimSigningAttributes.nextSigningKeyLength", "RSA_1024_BIT")],
  "ses-identity-configuration-set": [input("configurationSetName")],
  "ssm-parameter-secure-string": [input("type", "String")],
  "ssm-document-not-public": [addedInput("permissions", { type: "Share", accountIds: "All" })],
  "ssm-session-logging-enabled": [
    addedInput(
      "content",
      JSON.stringify({ schemaVersion: "1.0", sessionType: "Standard_Stream", inputs: {} }),
    ),
  ],
  "cmk-backing-key-rotation-enabled": [input("enableKeyRotation")],
  "log-group-retention-set": [input("retentionInDays")],
  "eb-no-coupled-database": [addedOption("aws:rds:dbinstance", "HasCoupledDatabase", "true")],
  "s3-lifecycle-rules-enabled": [input("rules")],
  "sns-subscription-uses-tls": [addedInput("protocol", "http")],
  "required-tags": [input("tags.Project"), input("tags.Environment"), input("tags.ManagedBy")],
};
