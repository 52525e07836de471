import type { Severity } from "./drift";

/** What a difference of a property means. */
export interface Impact {
  /** The resource's type and the property's path, separated by a space. */
  pattern: RegExp;
  severity: Severity;
  meaning: string;
}

const option = (namespace: string, name: string) =>
  new RegExp(`^elasticbeanstalk/environment:Environment settings\\[aws:${namespace} (?:${name})\\]$`);

/** The first that matches applies, else {@link otherImpact}. `<group>` is "web" or "worker". */
export const impacts: Impact[] = [
  {
    pattern: / tags(All)?\b/,
    severity: "low",
    meaning: "Costs, backups and permissions that go by tags may not find the resource.",
  },
  {
    pattern: / (alarmDescription|description)$/,
    severity: "low",
    meaning: "People read another text. AWS does nothing with it.",
  },
  {
    pattern: option("autoscaling:asg", "MinSize"),
    severity: "low",
    meaning: "The number of instances was changed, for example with `eb scale`.",
  },
  {
    pattern: option("autoscaling:asg", "MaxSize"),
    severity: "low",
    meaning: "The number of instances was changed, for example with `eb scale`.",
  },
  {
    pattern: option("autoscaling:launchconfiguration", "IamInstanceProfile"),
    severity: "critical",
    meaning: "The instances have other permissions.",
  },
  {
    pattern: option(
      "(?:autoscaling:launchconfiguration|elbv2:loadbalancer)",
      "SecurityGroups|ManagedSecurityGroup|DisableDefaultEC2SecurityGroup",
    ),
    severity: "critical",
    meaning: "Other rules decide who reaches the instances or the load balancer.",
  },
  {
    pattern: option("autoscaling:launchconfiguration", "DisableIMDSv1"),
    severity: "high",
    meaning: "A request that is forged through the application can read the instances' credentials.",
  },
  {
    pattern: option("ec2:instances", "InstanceTypes"),
    severity: "medium",
    meaning: "The instances are larger or smaller, and cost more or less.",
  },
  {
    pattern: option("autoscaling:launchconfiguration", "RootVolumeSize"),
    severity: "medium",
    meaning: "The instances have another volume.",
  },
  {
    pattern: option("elasticbeanstalk:command", "DeploymentPolicy"),
    severity: "medium",
    meaning: "Deployments reach the instances in another way: the site may be unavailable meanwhile.",
  },
  {
    pattern: option("elasticbeanstalk:environment:process:default", "HealthCheckPath"),
    severity: "medium",
    meaning: "The load balancer takes other instances for healthy.",
  },
  {
    pattern: option("elasticbeanstalk:environment:process:default", "MatcherHTTPCode"),
    severity: "medium",
    meaning: "The load balancer takes other instances for healthy.",
  },
  {
    pattern: option("elasticbeanstalk:managedactions", "PreferredStartTime"),
    severity: "low",
    meaning: "Platform updates are installed at another time.",
  },
  {
    pattern: option("elasticbeanstalk:managedactions[^ ]*", ".*"),
    severity: "medium",
    meaning: "Platform updates, which fix security problems, may not be installed.",
  },
  {
    pattern: option("elasticbeanstalk:cloudwatch:logs[^ ]*", "RetentionInDays"),
    severity: "low",
    meaning: "CloudWatch keeps logs for another time.",
  },
  {
    pattern: option("elbv2:listener:[^ ]+", ".*"),
    severity: "high",
    meaning: "The load balancer accepts other connections.",
  },
  {
    pattern: option("elasticbeanstalk:application:environmentsecrets", ".*"),
    severity: "high",
    meaning: "The application reads another secret, or none.",
  },
  {
    pattern: option("elasticbeanstalk:application:environment", "(.*)"),
    severity: "medium",
    meaning: "A variable of the application was changed, for example with `eb setenv`.",
  },
  {
    pattern: /^elasticbeanstalk\/environment:Environment /,
    severity: "medium",
    meaning: "The environment behaves differently from what the program describes.",
  },
  {
    pattern: /^vpc\/securityGroup\w+Rule:\w+ /,
    severity: "critical",
    meaning: "The rule lets others in than the program says.",
  },
  {
    pattern: /^ec2\/securityGroup:SecurityGroup (egress|ingress)/,
    severity: "high",
    meaning: "The rules of the group allow other connections.",
  },
  {
    pattern: /^ec2\/defaultSecurityGroup:/,
    severity: "medium",
    meaning:
      "What is created in the VPC without a security group of its own gets this one. Nothing of the stack is in it.",
  },
  {
    pattern: /^ec2\/route:/,
    severity: "high",
    meaning:
      "The instances may not reach the internet, and what has a public address in the subnets may be reached from it.",
  },
  {
    pattern: /^ec2\/vpcEndpoint:VpcEndpoint routeTableIds/,
    severity: "medium",
    meaning: "S3 is reached through the NAT gateway, which charges for each GB.",
  },
  {
    pattern: /^ec2\/vpcEndpoint:/,
    severity: "medium",
    meaning: "The instances may reach the service through the NAT gateway only, or not at all.",
  },
  {
    pattern: /^iam\/role:Role assumeRolePolicy/,
    severity: "critical",
    meaning: "Others can use the role, with all its permissions.",
  },
  {
    pattern: /^iam\/\w+Policy:\w+ policy/,
    severity: "critical",
    meaning: "The user or role has other permissions.",
  },
  {
    pattern: /^iam\/accessKey:AccessKey status/,
    severity: "high",
    meaning: "The application's requests to AWS fail while its key is inactive.",
  },
  { pattern: /^iam\//, severity: "high", meaning: "The user or role has other permissions." },
  {
    pattern: /^s3\/(bucketPublicAccessBlock|bucketPolicy|bucketOwnershipControls):/,
    severity: "critical",
    meaning: "The bucket may be open to others, or to connections without TLS.",
  },
  {
    pattern: /^s3\/(bucketVersioning|bucketLifecycleConfiguration):/,
    severity: "high",
    meaning: "Objects and their old versions are deleted at other times, which cannot be undone.",
  },
  {
    pattern: /^s3\//,
    severity: "medium",
    meaning: "The bucket behaves differently from what the program describes.",
  },
  {
    pattern: /^sqs\/queuePolicy:/,
    severity: "critical",
    meaning: "Others may send or read tasks, or do it without TLS.",
  },
  {
    pattern: /^sqs\/queue:Queue visibilityTimeoutSeconds/,
    severity: "high",
    meaning: "A task that takes longer than this runs twice.",
  },
  {
    pattern: /^sqs\/queue:Queue receiveWaitTimeSeconds/,
    severity: "low",
    meaning: "Workers wait for messages in another way.",
  },
  {
    pattern: /^sqs\/queue:Queue delaySeconds/,
    severity: "medium",
    meaning: "Tasks start later or earlier.",
  },
  { pattern: /^sqs\//, severity: "medium", meaning: "Tasks may be lost earlier, or not be encrypted." },
  {
    pattern: /^rds\/instance:Instance (publiclyAccessible|vpcSecurityGroupIds)/,
    severity: "critical",
    meaning: "Others may be able to connect to the database.",
  },
  {
    pattern: /^rds\/instance:Instance (iamDatabaseAuthenticationEnabled|password|caCertIdentifier)/,
    severity: "high",
    meaning: "Other credentials or certificates decide who can connect to the database.",
  },
  {
    pattern: /^rds\/instance:Instance (deletionProtection|backupRetentionPeriod)/,
    severity: "high",
    meaning: "Less protects the data than the program says, or longer.",
  },
  {
    pattern: /^rds\/instance:Instance performanceInsightsEnabled/,
    severity: "low",
    meaning: "Performance Insights costs money, or is not there when it is needed.",
  },
  {
    pattern: /^rds\/instance:Instance /,
    severity: "medium",
    meaning: "The database runs with another size or other settings.",
  },
  {
    pattern: /^rds\/parameterGroup:/,
    severity: "high",
    meaning: "The database may accept connections without TLS, or behave differently.",
  },
  {
    pattern: /^rds\/instanceAutomatedBackupsReplication:/,
    severity: "high",
    meaning: "The backups in the other region are kept for another time, or encrypted with another key.",
  },
  {
    pattern: /^backup\/vaultLockConfiguration:/,
    severity: "critical",
    meaning: "The snapshots in the vault can be deleted earlier, or the lock can be removed for longer.",
  },
  {
    pattern: /^backup\//,
    severity: "high",
    meaning: "AWS Backup takes, encrypts or keeps snapshots of the database in another way.",
  },
  {
    pattern: /^ssm\/parameter:Parameter value/,
    severity: "high",
    meaning: "Instances that start from now on read another value than those that run.",
  },
  {
    pattern: /^route53\/record:/,
    severity: "high",
    meaning: "The name leads somewhere else, or mail is not accepted.",
  },
  {
    pattern: /^lb\/listener:/,
    severity: "high",
    meaning: "HTTP is not redirected to HTTPS as the program says.",
  },
  {
    pattern: /^(cloudwatch\/(metricAlarm|event)|rds\/eventSubscription|route53\/healthCheck|sns\/)/,
    severity: "medium",
    meaning: "Alarms may not fire, or their notifications may not arrive.",
  },
  {
    pattern: /^cloudwatch\/(dashboard|queryDefinition):/,
    severity: "low",
    meaning: "The console shows something else. Alarms do not depend on it.",
  },
  {
    pattern: /^cloudwatch\/logGroup:\w+ retentionInDays/,
    severity: "low",
    meaning: "CloudWatch keeps logs for another time.",
  },
];

export const otherImpact: Omit<Impact, "pattern"> = {
  severity: "medium",
  meaning: "The resource differs from what the program describes.",
};
