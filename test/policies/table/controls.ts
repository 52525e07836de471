import type { Props } from "../../../policies/rule";
import { make, ref, type Row, type Spec } from "./row";

export const tags = { Project: "p", Environment: "prod", ManagedBy: "Pulumi" };
export const row = (says: string, by: string | undefined, ...resources: Spec[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources,
});
export const tagged = (type: string, props: Props, name?: string) => make(type, { ...props, tags }, name);
/** Not one of these tokens was ever valid. They are put together so that scanners of this repository do not report them. */
export const token = (...parts: string[]) => parts.join("");

// Policy documents
export const document = (Statement: object) => JSON.stringify({ Version: "2012-10-17", Statement });
export const allow = (Action: unknown, Resource: unknown = "*", more: object = {}) =>
  document([{ Effect: "Allow", Action, Resource, ...more }]);
export const managedPolicy = (policy: string) => tagged("iam/policy:Policy", { policy });
export const inline = (policy: string) => make("iam/rolePolicy:RolePolicy", { role: "x", policy });
export const trust = (statement: object) =>
  tagged("iam/role:Role", {
    assumeRolePolicy: document([{ Effect: "Allow", Action: "sts:AssumeRole", ...statement }]),
  });
export const oidc = (Condition: object) =>
  trust({
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: {
      Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    },
    Condition,
  });
export const tls = {
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: ["s3:*"],
  Resource: ["arn:aws:s3:::beo-x", "arn:aws:s3:::beo-x/*"],
  Condition: { Bool: { "aws:SecureTransport": ["false"] } },
};
export const bucketPolicy = (statement: object) =>
  make("s3/bucketPolicy:BucketPolicy", { bucket: "beo-x", policy: document(statement) });
export const queuePolicy = (statement: object) =>
  make("sqs/queuePolicy:QueuePolicy", {
    queueUrl: "https://sqs.us-west-1.amazonaws.com/123456789012/q",
    policy: document(statement),
  });

// Load balancers
export const certificate = "arn:aws:acm:us-west-1:123456789012:certificate/1";
const targetGroup = "arn:aws:elasticloadbalancing:us-west-1:123456789012:targetgroup/t/1";
const balancer = (changes: Props) =>
  tagged("lb/loadBalancer:LoadBalancer", {
    loadBalancerType: "application",
    subnets: ["subnet-1", "subnet-2"],
    dropInvalidHeaderFields: true,
    enableDeletionProtection: true,
    ...changes,
  });
const listener = (props: Props, type = "lb/listener:Listener", name?: string) =>
  tagged(
    type,
    { loadBalancerArn: "arn:aws:elasticloadbalancing:us-west-1:1:loadbalancer/app/a/1", ...props },
    name,
  );
export const classic = (changes: Props) =>
  tagged("elb/loadBalancer:LoadBalancer", {
    subnets: ["subnet-1", "subnet-2"],
    listeners: [
      {
        lbPort: 443,
        lbProtocol: "https",
        instancePort: 443,
        instanceProtocol: "https",
        sslCertificateId: certificate,
      },
    ],
    ...changes,
  });

// EC2 and RDS
const securityGroup = "ec2/securityGroup:SecurityGroup";
const ami = "ami-0123456789abcdef0";
const instance = (changes: Props) =>
  tagged("rds/instance:Instance", {
    engine: "postgres",
    engineVersion: "16",
    instanceClass: "db.t3.medium",
    dbSubnetGroupName: "private",
    username: "beo_owner",
    manageMasterUserPassword: true,
    storageEncrypted: true,
    backupRetentionPeriod: 7,
    deletionProtection: true,
    multiAz: true,
    autoMinorVersionUpgrade: true,
    publiclyAccessible: false,
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    parameterGroupName: ref("group"),
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: "last",
    ...changes,
  });
const parameterGroup = (changes: Props = {}) =>
  tagged(
    "rds/parameterGroup:ParameterGroup",
    {
      family: "postgres16",
      parameters: [{ name: "rds.force_ssl", value: "1" }],
      ...changes,
    },
    "group",
  );

// Elastic Beanstalk
export const variables = "aws:elasticbeanstalk:application:environment";
export type Option = [namespace: string, name: string, value: string];
export const options: Option[] = [
  [variables, "APP_ENV", "prod"],
  [variables, "BROKER_URL", "sqs://"],
  [variables, "CSRF_COOKIE_SECURE", "1"],
  [variables, "SESSION_COOKIE_SECURE", "1"],
  [variables, "DEBUG", "0"],
  [variables, "DJANGO_ALLOWED_HOSTS", "beo.example.com"],
  [variables, "WORKER", "0"],
  ["aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced"],
  ["aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", "true"],
  ["aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", "minor"],
  ["aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs", "true"],
  ["aws:autoscaling:launchconfiguration", "DisableIMDSv1", "true"],
  ["aws:autoscaling:launchconfiguration", "SecurityGroups", "sg-1"],
  ["aws:autoscaling:launchconfiguration", "DisableDefaultEC2SecurityGroup", "true"],
  ["aws:elasticbeanstalk:environment", "EnvironmentType", "LoadBalanced"],
  ["aws:elasticbeanstalk:environment", "LoadBalancerType", "application"],
  ["aws:elbv2:listener:default", "ListenerEnabled", "false"],
  ["aws:elbv2:listener:443", "ListenerEnabled", "true"],
  ["aws:elbv2:listener:443", "Protocol", "HTTPS"],
  ["aws:elbv2:listener:443", "SSLCertificateArns", certificate],
  ["aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"],
];
/** A compliant environment with some options changed or without some. */
export const environment = (changed: Option[], without: string[] = []) =>
  tagged("elasticbeanstalk/environment:Environment", {
    application: "a",
    settings: [
      ...options.filter(
        ([namespace, name]) =>
          !without.includes(name) && !changed.some((other) => other[0] === namespace && other[1] === name),
      ),
      ...changed,
    ].map(([namespace, name, value]) => ({ namespace, name, value })),
  });

// The rules of most rows
const managed = "iam-no-worker-tier-policy";
const escalation = "iam-policy-no-privilege-escalation";
const everyone = "resource-policy-no-public-access";

/** What controls and the rules of other tools (checkov, cdk-nag, cfn-lint) reject and accept, in forms that are not obvious. */
export const controlRows: Row[] = [
  row(
    "IAM.1: all through arn:aws:*",
    "iam-policy-no-statements-with-admin-access",
    inline(allow("*", "arn:aws:*")),
  ),
  row(
    "IAM.1: NotAction on everything",
    "iam-policy-no-statements-with-admin-access",
    managedPolicy(document([{ Effect: "Allow", NotAction: ["organizations:*"], Resource: "*" }])),
  ),
  row(
    "IAM.1: NotResource with every action",
    "iam-policy-no-statements-with-admin-access",
    managedPolicy(document([{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::backup/*" }])),
  ),
  row(
    "IAM.1: question marks and stars",
    "iam-policy-no-statements-with-full-access",
    managedPolicy(allow("s?s:*", "*")),
  ),
  row(
    "IAM.1: condition that anyone meets",
    "iam-policy-no-statements-with-admin-access",
    managedPolicy(allow("*", "*", { Condition: { StringLike: { "aws:RequestedRegion": "*" } } })),
  ),
  row(
    "IAM.1: AdministratorAccess by RolePolicyAttachmentsExclusive",
    managed,
    make("iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", {
      roleName: "x",
      policyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    }),
  ),
  row(
    "IAM.1: IAMFullAccess to a group",
    managed,
    make("iam/groupPolicyAttachment:GroupPolicyAttachment", {
      group: "g",
      policyArn: "arn:aws:iam::aws:policy/IAMFullAccess",
    }),
  ),
  row(
    "IAM.21: rds:* on *",
    "iam-policy-no-statements-with-full-access",
    managedPolicy(allow(["rds:Describe*", "rds:*"])),
  ),
  row(
    "every role of the account",
    escalation,
    inline(allow("iam:PassRole", "arn:aws:iam::123456789012:role/*")),
  ),
  row("iam:Pass* on *", escalation, managedPolicy(allow("iam:Pass*"))),
  row(
    "NotAction leaves PassRole",
    escalation,
    managedPolicy(document([{ Effect: "Allow", NotAction: ["iam:Create*", "iam:Delete*"], Resource: "*" }])),
  ),
  row("iam:PutRolePolicy on *", escalation, managedPolicy(allow(["iam:PutRolePolicy"]))),
  row(
    "iam:CreateAccessKey on every user",
    escalation,
    managedPolicy(allow("iam:CreateAccessKey", "arn:aws:iam::*:user/*")),
  ),
  row("sts:AssumeRole on *", escalation, inline(allow("sts:AssumeRole"))),
  row(
    "KMS.1: decryption with every key",
    "iam-policy-no-decryption-on-all-keys",
    managedPolicy(allow(["kms:Decrypt", "kms:ReEncryptFrom"], "arn:aws:kms:*:*:key/*")),
  ),
  row(
    "KMS.2: decryption with every key, inline of a group",
    "iam-policy-no-decryption-on-all-keys",
    make("iam/groupPolicy:GroupPolicy", { group: "g", policy: allow("kms:D*") }),
  ),
  row(
    "all parameters",
    "iam-policy-no-access-to-all-secrets",
    inline(allow("ssm:GetParameter*", "arn:aws:ssm:*:*:parameter/*")),
  ),
  row("ssm:Get* on *", "iam-policy-no-access-to-all-secrets", inline(allow(["ssm:Get*"]))),
  row(
    "all secrets",
    "iam-policy-no-access-to-all-secrets",
    inline(allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-west-1:123456789012:secret:*")),
  ),
  row(
    "any organization",
    "iam-role-trust-restricted",
    trust({ Principal: { AWS: "*" }, Condition: { StringLike: { "aws:PrincipalOrgID": "*" } } }),
  ),
  row(
    "everyone by TLS",
    "iam-role-trust-restricted",
    trust({ Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } }),
  ),
  row(
    "NotPrincipal",
    "iam-role-trust-restricted",
    trust({ NotPrincipal: { AWS: "arn:aws:iam::123456789012:user/eve" } }),
  ),
  row(
    "org condition with IfExists",
    "iam-role-trust-restricted",
    trust({
      Principal: { AWS: "*" },
      Condition: { StringEqualsIfExists: { "aws:PrincipalTag/team": "ops" } },
    }),
  ),
  row(
    "a negated condition",
    "iam-role-trust-restricted",
    trust({
      Principal: { AWS: "*" },
      Condition: { StringNotEquals: { "aws:PrincipalAccount": "999999999999" } },
    }),
  ),
  row(
    "any repository",
    "iam-role-web-identity-trust-restricted",
    oidc({
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" },
    }),
  ),
  row(
    "any organization's main",
    "iam-role-web-identity-trust-restricted",
    oidc({
      StringLike: {
        "token.actions.githubusercontent.com:sub": ["repo:acme/app:*", "repo:*/*:ref:refs/heads/main"],
      },
    }),
  ),
  row(
    "audience only",
    "iam-role-web-identity-trust-restricted",
    oidc({ StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } }),
  ),
  row(
    "ForAllValues with an absent key",
    "iam-role-web-identity-trust-restricted",
    oidc({ "ForAllValues:StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/app:*" } }),
  ),
  row(
    "Cognito without audience",
    "iam-role-web-identity-trust-restricted",
    trust({
      Action: "sts:AssumeRoleWithWebIdentity",
      Principal: { Federated: "cognito-identity.amazonaws.com" },
    }),
  ),
  row(
    "S3.2: both halves of the internet",
    "s3-bucket-policy-public-access-prohibited",
    bucketPolicy([
      {
        Effect: "Allow",
        Principal: { AWS: ["*"] },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::beo-x/*",
        Condition: { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } },
      },
    ]),
  ),
  row(
    "S3.2: referer is chosen by the client",
    "s3-bucket-policy-public-access-prohibited",
    bucketPolicy([
      {
        Effect: "Allow",
        Principal: "*",
        Action: ["s3:GetObject"],
        Resource: "arn:aws:s3:::beo-x/*",
        Condition: { StringLike: { "aws:Referer": "https://beo.example.com/*" } },
      },
    ]),
  ),
  row(
    "S3.2: user agent is chosen by the client",
    "s3-bucket-policy-public-access-prohibited",
    bucketPolicy({
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "s3:ListBucket",
      Resource: "arn:aws:s3:::beo-x",
      Condition: { StringEquals: { "aws:UserAgent": "beo" } },
    }),
  ),
  row(
    "S3.2: NotIpAddress",
    "s3-bucket-policy-public-access-prohibited",
    bucketPolicy([
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "*",
        Condition: { NotIpAddress: { "aws:SourceIp": "198.51.100.0/24" } },
      },
    ]),
  ),
  row(
    "S3.2: NotPrincipal allow",
    "s3-bucket-policy-public-access-prohibited",
    bucketPolicy([
      {
        Effect: "Allow",
        NotPrincipal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::beo-x/*",
      },
    ]),
  ),
  row(
    "S3.12: ACLs on again",
    "s3-bucket-acl-prohibited",
    make("s3/bucketOwnershipControls:BucketOwnershipControls", {
      bucket: "beo-x",
      rule: { objectOwnership: "ObjectWriter" },
    }),
  ),
  row(
    "S3.12: copy with a grant",
    "s3-bucket-acl-public-access-prohibited",
    make("s3/objectCopy:ObjectCopy", {
      bucket: "beo-x",
      key: "k",
      source: "beo-y/k",
      acl: "public-read-write",
    }),
  ),
  row(
    "S3.8: one of four left out",
    "s3-bucket-level-public-access-prohibited",
    make("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      bucket: "beo-x",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
    }),
  ),
  row(
    "access point policy for everyone",
    "s3-bucket-policy-public-access-prohibited",
    make("s3control/accessPointPolicy:AccessPointPolicy", {
      accessPointArn: "arn:aws:s3:us-west-1:123456789012:accesspoint/ap",
      policy: document([
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:us-west-1:123456789012:accesspoint/ap/object/*",
        },
      ]),
    }),
  ),
  row(
    "S3.14: versioning suspended",
    "s3-bucket-versioning-enabled",
    make("s3/bucketVersioning:BucketVersioning", {
      bucket: "beo-x",
      versioningConfiguration: { status: "Suspended" },
    }),
  ),
  row(
    "S3.5: the denial of plain HTTP is inverted",
    "s3-bucket-ssl-requests-only",
    bucketPolicy([
      {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: ["arn:aws:s3:::beo-x", "arn:aws:s3:::beo-x/*"],
        Condition: { Bool: { "aws:SecureTransport": "true" } },
      },
    ]),
  ),
  row(
    "S3.10: a lifecycle that is disabled",
    "s3-lifecycle-rules-enabled",
    make("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      bucket: "beo-x",
      rules: [{ id: "r", status: "Disabled", noncurrentVersionExpiration: { noncurrentDays: 30 } }],
    }),
  ),
  row(
    "SQS.1: encryption switched off",
    "sqs-queue-encrypted",
    tagged("sqs/queue:Queue", { name: "q", sqsManagedSseEnabled: false }),
  ),
  row(
    "SQS.3: inline, any source",
    "sqs-queue-no-public-access",
    tagged("sqs/queue:Queue", {
      name: "q",
      sqsManagedSseEnabled: true,
      policy: document([
        {
          Effect: "Allow",
          Principal: "*",
          Action: "sqs:SendMessage",
          Resource: "*",
          Condition: { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } },
        },
      ]),
    }),
  ),
  row(
    "SQS.3: a service without source",
    "resource-policy-services-restricted",
    queuePolicy([
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "*",
      },
    ]),
  ),
  row(
    "SNS.4: any account by wildcard",
    everyone,
    make("sns/topicPolicy:TopicPolicy", {
      arn: "arn:aws:sns:us-west-1:123456789012:t",
      policy: document([
        {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "sns:Subscribe",
          Resource: "*",
          Condition: { StringLike: { "aws:SourceAccount": "*" } },
        },
      ]),
    }),
  ),
  row(
    "subscription over HTTP",
    "sns-subscription-uses-tls",
    make("sns/topicSubscription:TopicSubscription", {
      topic: "arn:aws:sns:us-west-1:123456789012:t",
      protocol: "http",
      endpoint: "http://example.com/hook",
    }),
  ),
  row("KMS.4: no rotation", "cmk-backing-key-rotation-enabled", tagged("kms/key:Key", { description: "d" })),
  row(
    "resource policy for everyone",
    everyone,
    make("cloudwatch/logResourcePolicy:LogResourcePolicy", {
      policyName: "p",
      policyDocument: document([
        { Effect: "Allow", Principal: { AWS: "*" }, Action: "logs:PutLogEvents", Resource: "*" },
      ]),
    }),
  ),
  row(
    "destination policy for everyone",
    everyone,
    make("cloudwatch/logDestinationPolicy:LogDestinationPolicy", {
      destinationName: "d",
      accessPolicy: document([
        { Effect: "Allow", Principal: "*", Action: "logs:PutSubscriptionFilter", Resource: "*" },
      ]),
    }),
  ),
  row(
    "CloudWatch.17: actions are disabled",
    "cloudwatch-alarm-action-check",
    tagged("cloudwatch/metricAlarm:MetricAlarm", {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      metricName: "CPUUtilization",
      namespace: "AWS/EC2",
      period: 60,
      statistic: "Average",
      threshold: 80,
      alarmActions: ["arn:aws:sns:us-west-1:123456789012:t"],
      actionsEnabled: false,
    }),
  ),
  row(
    "bus policy for everyone",
    everyone,
    make("cloudwatch/eventBusPolicy:EventBusPolicy", {
      eventBusName: "default",
      policy: document([
        { Sid: "a", Effect: "Allow", Principal: "*", Action: "events:PutEvents", Resource: "*" },
      ]),
    }),
  ),
  row(
    "permission for everyone",
    everyone,
    make("cloudwatch/eventPermission:EventPermission", { principal: "*", statementId: "all" }),
  ),
  row(
    "identity policy for everyone",
    everyone,
    make("ses/identityPolicy:IdentityPolicy", {
      identity: "example.com",
      policy: document([{ Effect: "Allow", Principal: "*", Action: ["ses:SendEmail"], Resource: "*" }]),
    }),
  ),
  row(
    "SES.3: TLS optional",
    "ses-sending-tls-required",
    tagged("sesv2/configurationSet:ConfigurationSet", {
      configurationSetName: "s",
      deliveryOptions: { tlsPolicy: "OPTIONAL" },
    }),
  ),
  row(
    "SES.3: TLS left at its default",
    "ses-sending-tls-required",
    tagged("sesv2/configurationSet:ConfigurationSet", { configurationSetName: "s" }),
  ),
  row(
    "ELB.1: forward in the alb module",
    "alb-http-to-https-redirection-check",
    listener(
      {
        port: 80,
        protocol: "HTTP",
        defaultActions: [{ type: "forward", forward: { targetGroups: [{ arn: targetGroup, weight: 1 }] } }],
      },
      "alb/listener:Listener",
    ),
  ),
  row(
    "ELB.1: redirect that keeps HTTP",
    "alb-http-to-https-redirection-check",
    listener({
      port: 80,
      protocol: "HTTP",
      defaultActions: [{ type: "redirect", redirect: { port: "443", statusCode: "HTTP_301" } }],
    }),
  ),
  row(
    "ELB.1: redirect to another port over HTTP",
    "alb-http-to-https-redirection-check",
    listener(
      {
        port: 8080,
        protocol: "HTTP",
        defaultActions: [
          { type: "redirect", redirect: { port: "80", protocol: "HTTP", statusCode: "HTTP_302" } },
        ],
      },
      "applicationloadbalancing/listener:Listener",
    ),
  ),
  row(
    "ELB.1: protocol left out: HTTP",
    "alb-http-to-https-redirection-check",
    listener({ port: 80, defaultActions: [{ type: "forward", targetGroupArn: targetGroup }] }),
  ),
  row(
    "ELB.1: a rule forwards on the HTTP listener",
    "alb-http-listener-rules-redirect",
    tagged("lb/listenerRule:ListenerRule", {
      listenerArn: ref("http"),
      conditions: [{ pathPattern: { values: ["/api/*"] } }],
      actions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
    listener(
      {
        port: 80,
        protocol: "HTTP",
        defaultActions: [
          { type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } },
        ],
      },
      "lb/listener:Listener",
      "http",
    ),
  ),
  row(
    "ELB.17: default policy of an HTTPS listener",
    "elb-predefined-security-policy-ssl-check",
    listener({
      port: 443,
      protocol: "HTTPS",
      certificateArn: certificate,
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
  ),
  row(
    "ELB.17: TLS 1.0 by a TLS 1.3 policy",
    "elb-predefined-security-policy-ssl-check",
    listener({
      port: 443,
      protocol: "HTTPS",
      certificateArn: certificate,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06",
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
  ),
  row(
    "ELB.17: NLB with the old policy",
    "elb-predefined-security-policy-ssl-check",
    listener({
      port: 443,
      protocol: "TLS",
      certificateArn: certificate,
      sslPolicy: "ELBSecurityPolicy-2016-08",
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
  ),
  row("ELB.12: desync monitor", "alb-desync-mode-check", balancer({ desyncMitigationMode: "monitor" })),
  row(
    "ELB.13: one subnet only",
    "elbv2-multiple-az",
    balancer({ subnets: undefined, subnetMappings: [{ subnetId: "subnet-1" }] }),
  ),
  row(
    "ELB.3: TCP at a classic load balancer",
    "elb-tls-https-listeners-only",
    classic({ listeners: [{ lbPort: 443, lbProtocol: "tcp", instancePort: 443, instanceProtocol: "tcp" }] }),
  ),
  row("ELB.14: classic desync", "alb-desync-mode-check", classic({ desyncMitigationMode: "monitor" })),
  row(
    "EC2.13: global unicast IPv6",
    "vpc-sg-restricted-common-ports",
    tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: "sg-1",
      cidrIpv6: "2000::/3",
      ipProtocol: "tcp",
      fromPort: 22,
      toPort: 22,
    }),
  ),
  row(
    "EC2.13: protocol 6, all ports",
    "vpc-sg-restricted-common-ports",
    make("ec2/securityGroupRule:SecurityGroupRule", {
      type: "ingress",
      securityGroupId: "sg-1",
      protocol: "6",
      fromPort: 0,
      toPort: 65535,
      cidrBlocks: ["0.0.0.0/0"],
    }),
  ),
  row(
    "EC2.13: prefix list of the same program",
    "vpc-sg-prefix-lists-restricted",
    tagged(securityGroup, {
      ingress: [
        { protocol: "tcp", fromPort: 22, toPort: 22, prefixListIds: [ref("pl", "pl-0123456789abcdef0")] },
      ],
    }),
    tagged(
      "ec2/managedPrefixList:ManagedPrefixList",
      { name: "x", addressFamily: "IPv4", maxEntries: 2, entries: [{ cidr: "0.0.0.0/0" }] },
      "pl",
    ),
  ),
  row(
    "EC2.19: -1 in a newer rule",
    "vpc-sg-restricted-common-ports",
    tagged("vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: "sg-1",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
    }),
  ),
  row(
    "EC2.7: encryption by default off",
    "ec2-ebs-encryption-by-default",
    make("ebs/encryptionByDefault:EncryptionByDefault", { enabled: false }),
  ),
  row(
    "EC2.3: instance's data volume",
    "ec2-ebs-encryption",
    tagged("ec2/instance:Instance", {
      ami,
      instanceType: "t3.micro",
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
      ebsBlockDevices: [{ deviceName: "/dev/sdf", volumeSize: 10, encrypted: false }],
    }),
  ),
  row(
    "EC2.21: NACL with 22 in a range",
    "nacl-no-unrestricted-ssh-rdp",
    tagged("ec2/networkAcl:NetworkAcl", {
      vpcId: "vpc-1",
      ingress: [
        { protocol: "tcp", ruleNo: 100, action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 20, toPort: 25 },
      ],
    }),
  ),
  row(
    "EC2.21: rule, protocol -1",
    "nacl-no-unrestricted-ssh-rdp",
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "acl-1",
      ruleNumber: 100,
      protocol: "-1",
      ruleAction: "allow",
      ipv6CidrBlock: "::/0",
    }),
  ),
  row(
    "keys in user data",
    "ec2-user-data-no-secrets",
    tagged("ec2/launchTemplate:LaunchTemplate", {
      imageId: ami,
      metadataOptions: { httpTokens: "required" },
      userData: Buffer.from(
        "#!/bin/sh\nexport AWS_SECRET_ACCESS_KEY=" + "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY\n",
      ).toString("base64"),
    }),
  ),
  row(
    "RDS.2: public by a text",
    "rds-instance-public-access-check",
    instance({ publiclyAccessible: "true" }),
    parameterGroup(),
  ),
  row(
    "RDS.36: only the upgrade log",
    "rds-postgresql-logs-to-cloudwatch",
    instance({ enabledCloudwatchLogsExports: ["upgrade"] }),
    parameterGroup(),
  ),
  row(
    "no final snapshot",
    "rds-final-snapshot-enabled",
    instance({ skipFinalSnapshot: true, finalSnapshotIdentifier: undefined }),
    parameterGroup(),
  ),
  row(
    "RDS.38: TLS by 'off'",
    "rds-postgres-instance-encrypted-in-transit",
    parameterGroup({ parameters: [{ name: "rds.force_ssl", value: "0", applyMethod: "pending-reboot" }] }),
  ),
  row(
    "WAF.10: no rules",
    "wafv2-webacl-not-empty",
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true },
    }),
  ),
  row(
    "WAF.12: metrics off in a rule",
    "wafv2-rulegroup-logging-enabled",
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { block: {} },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true },
      rules: [
        {
          name: "r",
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" },
          },
          visibilityConfig: {
            cloudwatchMetricsEnabled: false,
            metricName: "r",
            sampledRequestsEnabled: true,
          },
        },
      ],
    }),
  ),
  row(
    "SSM.4: document for all",
    "ssm-document-not-public",
    tagged("ssm/document:Document", {
      name: "d",
      documentType: "Command",
      content: "{}",
      permissions: { type: "Share", account_ids: "All" },
    }),
  ),
  row(
    "SSM.7: public sharing enabled",
    "public-sharing-blocked",
    make("ssm/serviceSetting:ServiceSetting", {
      settingId: "/ssm/documents/console/public-sharing-permission",
      settingValue: "Enable",
    }),
  ),
  row(
    "a secret as String",
    "ssm-parameter-secure-string",
    tagged("ssm/parameter:Parameter", {
      name: "/beo-datastore-prod/SQL_PASSWORD",
      type: "String",
      value: "hunter2hunter2",
    }),
  ),
  row(
    "a private key as StringList",
    "ssm-parameter-secure-string",
    tagged("ssm/parameter:Parameter", {
      name: "/x/cfg",
      type: "StringList",
      value: token("-----BEGIN RSA ", "PRIVATE KEY-----\nMIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----"),
    }),
  ),
  row(
    "EB.1: basic health by default",
    "eb-enhanced-health-reporting-enabled",
    environment([], ["SystemType"]),
  ),
  row(
    "EB.2: managed updates as False",
    "eb-managed-updates-enabled",
    environment([["aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", "False"]]),
  ),
  row("EB.3: logs are not streamed", "eb-logs-to-cloudwatch", environment([], ["StreamLogs"])),
  row(
    "version 1 allowed",
    "eb-instances-require-imdsv2",
    environment([["aws:autoscaling:launchconfiguration", "DisableIMDSv1", "FALSE"]]),
  ),
  row(
    "a star among hosts",
    "app-allowed-hosts-no-wildcard",
    environment([[variables, "DJANGO_ALLOWED_HOSTS", "beo.example.com *"]]),
  ),
  row(
    "a top-level domain",
    "app-allowed-hosts-no-wildcard",
    environment([[variables, "DJANGO_ALLOWED_HOSTS", ".com"]]),
  ),
  row(
    "password in a URL",
    "app-no-plaintext-secrets",
    environment([[variables, "CACHE_LOCATION", "redis://:s3cr3tp4ss@cache.example.com:6379/0"]]),
  ),
  row(
    "an AWS key under a harmless name",
    "app-no-plaintext-secrets",
    environment([[variables, "BUILD_HINT", token("AKIA", "IOSFODNN7ABCDEFG")]]),
  ),
  row(
    "a GitHub token",
    "app-no-plaintext-secrets",
    environment([[variables, "UPSTREAM", token("ghp_", "16C7e42F292c6912E7710c838347Ae178B4a")]]),
  ),
  row(
    "a JSON web token",
    "app-no-plaintext-secrets",
    environment([
      [
        variables,
        "SESSION_HINT",
        token(
          "eyJhbGciOiJIUzI1NiJ9.",
          "eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        ),
      ],
    ]),
  ),
  row(
    "a Slack hook",
    "app-no-plaintext-secrets",
    environment([
      [
        variables,
        "NOTIFY",
        token("https://hooks.slack.com/services/", "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX"),
      ],
    ]),
  ),
  row(
    "HTTP on another port",
    "eb-http-listener-disabled",
    environment([
      ["aws:elbv2:listener:8080", "ListenerEnabled", "true"],
      ["aws:elbv2:listener:8080", "Protocol", "HTTP"],
    ]),
  ),
  row(
    "old policy",
    "eb-predefined-security-policy-ssl-check",
    environment([["aws:elbv2:listener:443", "SSLPolicy", "ELBSecurityPolicy-2016-08"]]),
  ),
  row("no policy", "eb-predefined-security-policy-ssl-check", environment([], ["SSLPolicy"])),
  row(
    "a database in the environment",
    "eb-no-coupled-database",
    environment([
      ["aws:rds:dbinstance", "HasCoupledDatabase", "true"],
      ["aws:rds:dbinstance", "DBDeletionPolicy", "Delete"],
    ]),
  ),
  row("DEBUG with a space", "app-debug-disabled", environment([[variables, "DEBUG", " 1"]])),
  row(
    "deny everything",
    undefined,
    managedPolicy(document([{ Effect: "Deny", Action: "*", Resource: "*" }])),
  ),
  row(
    "deny all but, without MFA",
    undefined,
    managedPolicy(
      document([
        {
          Effect: "Deny",
          NotAction: ["iam:ListMFADevices", "sts:GetSessionToken"],
          Resource: "*",
          Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
        },
      ]),
    ),
  ),
  row(
    "one role to one service",
    undefined,
    inline(
      allow("iam:PassRole", "arn:aws:iam::123456789012:role/beo-task", {
        Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
      }),
    ),
  ),
  row(
    "reads that know no resource",
    undefined,
    managedPolicy(
      allow(["ec2:Describe*", "cloudwatch:GetMetricData", "s3:ListAllMyBuckets", "sts:GetCallerIdentity"]),
    ),
  ),
  row(
    "metrics of one namespace",
    undefined,
    inline(
      allow("cloudwatch:PutMetricData", "*", {
        Condition: { StringEquals: { "cloudwatch:namespace": "Beo" } },
      }),
    ),
  ),
  row(
    "one key",
    undefined,
    inline(
      allow(["kms:Decrypt"], "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
    ),
  ),
  row(
    "one path",
    undefined,
    inline(
      allow(
        ["ssm:GetParametersByPath", "ssm:GetParameters"],
        ["arn:aws:ssm:us-west-1:123456789012:parameter/beo-datastore-prod/*"],
      ),
    ),
  ),
  row(
    "all of S3 on one bucket",
    undefined,
    inline(allow("s3:*", ["arn:aws:s3:::beo-x", "arn:aws:s3:::beo-x/*"])),
  ),
  row(
    "send from one address",
    undefined,
    managedPolicy(
      allow("ses:SendRawEmail", "*", {
        Condition: { StringEquals: { "ses:FromAddress": "support@example.com" } },
      }),
    ),
  ),
  row(
    "accounts of the organization",
    undefined,
    trust({
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5"] } },
    }),
  ),
  row(
    "two services as an array",
    undefined,
    trust({ Principal: { Service: ["ec2.amazonaws.com", "ssm.amazonaws.com"] } }),
  ),
  row(
    "Elastic Beanstalk as documented",
    undefined,
    trust({
      Principal: { Service: "elasticbeanstalk.amazonaws.com" },
      Condition: { StringEquals: { "sts:ExternalId": "elasticbeanstalk" } },
    }),
  ),
  row(
    "one environment of one repository",
    undefined,
    oidc({
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:acme/beo:environment:prod",
      },
    }),
  ),
  row(
    "tags of one repository",
    undefined,
    oidc({
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/beo:ref:refs/tags/v*" },
    }),
  ),
  row("denial with arrays", undefined, bucketPolicy([tls])),
  row(
    "through one endpoint",
    undefined,
    bucketPolicy([
      tls,
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::beo-x/*",
        Condition: { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } },
      },
    ]),
  ),
  row(
    "one distribution",
    undefined,
    bucketPolicy([
      tls,
      {
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::beo-x/*",
        Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1" } },
      },
    ]),
  ),
  row(
    "log delivery",
    undefined,
    bucketPolicy([
      tls,
      {
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: "arn:aws:s3:::beo-x/logs/*",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::source" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]),
  ),
  row(
    "an office's addresses",
    undefined,
    bucketPolicy([
      tls,
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:role/app" },
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: "arn:aws:s3:::beo-x/*",
        Condition: { IpAddress: { "aws:SourceIp": ["198.51.100.0/24", "2001:db8::/48"] } },
      },
    ]),
  ),
  row("private ACL", undefined, make("s3/bucketAcl:BucketAcl", { bucket: "beo-x", acl: "private" })),
  row(
    "all four",
    undefined,
    make("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      bucket: "beo-x",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    }),
  ),
  row(
    "one topic",
    undefined,
    queuePolicy([
      { ...tls, Action: "sqs:*", Resource: "*" },
      {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: "arn:aws:sqs:us-west-1:123456789012:q",
        Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:sns:us-west-1:123456789012:t" } },
      },
    ]),
  ),
  row(
    "its own key, SSE left out",
    undefined,
    tagged("sqs/queue:Queue", { name: "q", kmsMasterKeyId: "alias/aws/sqs" }),
  ),
  row(
    "the default policy",
    undefined,
    make("sns/topicPolicy:TopicPolicy", {
      arn: "arn:aws:sns:us-west-1:123456789012:t",
      policy: document([
        {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["SNS:Publish", "SNS:Subscribe"],
          Resource: "arn:aws:sns:us-west-1:123456789012:t",
          Condition: { StringEquals: { "AWS:SourceOwner": "123456789012" } },
        },
      ]),
    }),
  ),
  row(
    "EventBridge of this account",
    undefined,
    make("sns/topicPolicy:TopicPolicy", {
      arn: "arn:aws:sns:us-west-1:123456789012:t",
      policy: document([
        {
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com"] },
          Action: "sns:Publish",
          Resource: "arn:aws:sns:us-west-1:123456789012:t",
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ]),
    }),
  ),
  row(
    "an asymmetric key does not rotate",
    undefined,
    tagged("kms/key:Key", { customerMasterKeySpec: "ECC_NIST_P256", keyUsage: "SIGN_VERIFY" }),
  ),
  row(
    "the account through one service",
    undefined,
    tagged("kms/key:Key", {
      enableKeyRotation: true,
      policy: document([
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "kms:*",
          Resource: "*",
        },
        {
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:CallerAccount": "123456789012",
              "kms:ViaService": "rds.us-west-1.amazonaws.com",
            },
          },
        },
      ]),
    }),
  ),
  row("kept forever", undefined, tagged("cloudwatch/logGroup:LogGroup", { name: "/x", retentionInDays: 0 })),
  row(
    "kept for 400 days",
    undefined,
    tagged("cloudwatch/logGroup:LogGroup", { name: "/x", retentionInDays: 400 }),
  ),
  row(
    "with its action",
    undefined,
    tagged("cloudwatch/metricAlarm:MetricAlarm", {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      metricName: "CPUUtilization",
      namespace: "AWS/EC2",
      period: 60,
      statistic: "Average",
      threshold: 80,
      alarmActions: ["arn:aws:sns:us-west-1:123456789012:t"],
    }),
  ),
  row(
    "the organization's bus",
    undefined,
    make("cloudwatch/eventBusPolicy:EventBusPolicy", {
      eventBusName: "default",
      policy: document([
        {
          Sid: "a",
          Effect: "Allow",
          Principal: "*",
          Action: "events:PutEvents",
          Resource: "arn:aws:events:us-west-1:123456789012:event-bus/default",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
        },
      ]),
    }),
  ),
  row(
    "the organization's permission",
    undefined,
    make("cloudwatch/eventPermission:EventPermission", {
      principal: "*",
      statementId: "org",
      condition: { key: "aws:PrincipalOrgID", type: "StringEquals", value: "o-a1b2c3d4e5" },
    }),
  ),
  row(
    "TLS required",
    undefined,
    tagged("sesv2/configurationSet:ConfigurationSet", {
      configurationSetName: "s",
      deliveryOptions: { tlsPolicy: "REQUIRE" },
    }),
  ),
  row(
    "own account",
    undefined,
    make("ses/identityPolicy:IdentityPolicy", {
      identity: "example.com",
      policy: document([
        {
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: ["ses:SendEmail"],
          Resource: "arn:aws:ses:us-west-2:123456789012:identity/example.com",
        },
      ]),
    }),
  ),
  row("complete", undefined, balancer({})),
  row(
    "has no headers to drop",
    undefined,
    tagged("lb/loadBalancer:LoadBalancer", {
      loadBalancerType: "network",
      subnets: ["subnet-1", "subnet-2"],
      enableDeletionProtection: true,
      accessLogs: { bucket: "logs", enabled: true },
    }),
  ),
  row(
    "HTTP 302 to HTTPS on any port",
    undefined,
    listener({
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          redirect: {
            protocol: "HTTPS",
            port: "443",
            host: "beo.example.com",
            path: "/#{path}",
            statusCode: "HTTP_302",
          },
        },
      ],
    }),
  ),
  row(
    "FIPS policy",
    undefined,
    listener({
      port: 443,
      protocol: "HTTPS",
      certificateArn: certificate,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
  ),
  row(
    "TLS",
    undefined,
    listener({
      port: "443",
      protocol: "TLS",
      certificateArn: certificate,
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      defaultActions: [{ type: "forward", targetGroupArn: targetGroup }],
    }),
  ),
  row(
    "HTTPS for the world",
    undefined,
    tagged(securityGroup, {
      ingress: [
        { protocol: "tcp", fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"], ipv6CidrBlocks: ["::/0"] },
        { protocol: 6, fromPort: 80, toPort: 80, cidrBlocks: ["0.0.0.0/0"] },
      ],
      egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    }),
  ),
  row(
    "SSH from private ranges",
    undefined,
    tagged(securityGroup, {
      ingress: [
        {
          protocol: "tcp",
          fromPort: 22,
          toPort: 22,
          cidrBlocks: ["10.0.0.0/8", "172.16.0.0/12"],
          ipv6CidrBlocks: ["fd00::/8"],
        },
      ],
    }),
  ),
  row(
    "path MTU discovery",
    undefined,
    tagged(securityGroup, {
      ingress: [{ protocol: "icmp", fromPort: 3, toPort: 4, cidrBlocks: ["0.0.0.0/0"] }],
    }),
  ),
  row(
    "egress in the newer form",
    undefined,
    tagged("vpc/securityGroupEgressRule:SecurityGroupEgressRule", {
      securityGroupId: "sg-1",
      cidrIpv4: "0.0.0.0/0",
      ipProtocol: "-1",
    }),
  ),
  row(
    "denies SSH",
    undefined,
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "acl-1",
      ruleNumber: 90,
      protocol: "tcp",
      ruleAction: "deny",
      cidrBlock: "0.0.0.0/0",
      fromPort: 22,
      toPort: 22,
    }),
  ),
  row(
    "egress",
    undefined,
    make("ec2/networkAclRule:NetworkAclRule", {
      networkAclId: "acl-1",
      ruleNumber: 90,
      egress: true,
      protocol: "-1",
      ruleAction: "allow",
      cidrBlock: "0.0.0.0/0",
    }),
  ),
  row("closed", undefined, tagged("ec2/defaultSecurityGroup:DefaultSecurityGroup", { vpcId: "vpc-1" })),
  row(
    "tokens required",
    undefined,
    tagged("ec2/launchTemplate:LaunchTemplate", {
      imageId: ami,
      metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 10 } }],
    }),
  ),
  row("an instance", undefined, instance({}), parameterGroup()),
  row(
    "a replica without backups of its own",
    undefined,
    instance({
      replicateSourceDb: "beo-x",
      identifier: "beo-y",
      username: undefined,
      manageMasterUserPassword: undefined,
      backupRetentionPeriod: undefined,
      allocatedStorage: undefined,
    }),
    parameterGroup(),
  ),
  row(
    "PostgreSQL 16 forces TLS by default",
    undefined,
    tagged("rds/parameterGroup:ParameterGroup", {
      family: "postgres16",
      parameters: [{ name: "log_statement", value: "ddl" }],
    }),
  ),
  row(
    "all categories",
    undefined,
    tagged("rds/eventSubscription:EventSubscription", {
      snsTopic: "arn:aws:sns:us-west-1:123456789012:t",
      sourceType: "db-instance",
      eventCategories: ["failure", "maintenance", "configuration change", "low storage"],
    }),
  ),
  row(
    "no rules, and everything is blocked",
    undefined,
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { block: { customResponse: { responseCode: 503 } } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true },
    }),
  ),
  row(
    "managed rules",
    undefined,
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "m", sampledRequestsEnabled: true },
      rules: [
        {
          name: "r",
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesCommonRuleSet" },
          },
          visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "r", sampledRequestsEnabled: true },
        },
      ],
    }),
  ),
  row(
    "a SecureString",
    undefined,
    tagged("ssm/parameter:Parameter", { name: "/beo/SQL_PASSWORD", type: "SecureString", value: "x" }),
  ),
  row(
    "a URL",
    undefined,
    tagged("ssm/parameter:Parameter", {
      name: "/beo/app-url",
      type: "String",
      value: "https://beo.example.com",
    }),
  ),
  row(
    "shared with one account",
    undefined,
    tagged("ssm/document:Document", {
      name: "d",
      documentType: "Command",
      content: "{}",
      permissions: { type: "Share", account_ids: "123456789012" },
    }),
  ),
  row("an environment", undefined, environment([])),
  row(
    "names that sound like secrets",
    undefined,
    environment([
      [variables, "PASSWORD_RESET_TIMEOUT", "3600"],
      [variables, "SECRET_ROTATION_DAYS", "30"],
      [variables, "TOKEN_ENDPOINT", "https://auth.example.com/token"],
      [variables, "API_KEY_HEADER", "X-Api-Key"],
    ]),
  ),
  row(
    "a public key and two hosts",
    undefined,
    environment([
      [variables, "SENTRY_DSN", "https://0123456789abcdef0123456789abcdef@o1.ingest.sentry.io/2"],
      [variables, "DJANGO_ALLOWED_HOSTS", "beo.example.com beo.us-west-1.elasticbeanstalk.com"],
      [variables, "BUILD", "3f786850e387550fdab836ed7e6dc881de23001b"],
    ]),
  ),
  row(
    "the default listener is off, 80 redirects elsewhere",
    undefined,
    environment([["aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", "patch"]]),
  ),
];
