import { make, ref, type Row, type Spec } from "./row";
import {
  allow,
  bucketPolicy,
  certificate,
  classic,
  document,
  environment,
  managedPolicy,
  oidc,
  options,
  queuePolicy,
  row,
  tagged,
  tags,
  tls,
  token,
  trust,
  variables,
  type Option,
} from "./controls";

const httpsOn = (port: string, ...more: Option[]): Option[] => [
  [`aws:elbv2:listener:${port}`, "Protocol", "HTTPS"],
  [`aws:elbv2:listener:${port}`, "SSLPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06"],
  ...more,
];
const certificateOn = (port: string): Option => [
  `aws:elbv2:listener:${port}`,
  "SSLCertificateArns",
  certificate,
];
const without443 = ["ListenerEnabled", "Protocol", "SSLCertificateArns", "SSLPolicy"];
const defaultOff: Option = ["aws:elbv2:listener:default", "ListenerEnabled", "false"];
/** Fills the environment properties up to a size in bytes, "=" included. */
const filled = (bytes: number): Option => {
  const used = options
    .filter(([namespace]) => namespace === variables)
    .reduce((sum, [, name, value]) => sum + `${name}=${value}`.length, 0);
  return [variables, "LONG", "x".repeat(bytes - used - "LONG=".length)];
};
const everyone = "s3-bucket-policy-public-access-prohibited";
const secret = "app-no-plaintext-secrets";
const read = (Condition: object) =>
  bucketPolicy([
    tls,
    { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::beo-x/*", Condition },
  ]);
const named = (name: string) =>
  row(`a variable ${name}`, secret, environment([[variables, name, "Jx8kQ2mmw"]]));
const invoked = (says: string, more: object) =>
  row(
    `a function ${says}`,
    undefined,
    make("lambda/permission:Permission", {
      action: "lambda:InvokeFunction",
      function: "f",
      principal: "*",
      ...more,
    }),
  );
const eventSubscription = "rds/eventSubscription:EventSubscription";
const parameters = (family: string, name: string) =>
  tagged("rds/parameterGroup:ParameterGroup", { family, parameters: [{ name, value: "1" }] });

/** A subnet group in a VPC whose main route table has a route to the internet. */
const mainTable = () => [
  tagged("ec2/subnet:Subnet", { vpcId: ref("vpc"), cidrBlock: "10.0.0.0/24" }, "subnet"),
  tagged("ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, "vpc"),
  tagged("ec2/internetGateway:InternetGateway", { vpcId: ref("vpc") }, "gateway"),
  tagged("ec2/routeTable:RouteTable", { vpcId: ref("vpc") }, "table"),
  make("ec2/route:Route", {
    routeTableId: ref("table"),
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: ref("gateway"),
  }),
  make("ec2/mainRouteTableAssociation:MainRouteTableAssociation", {
    vpcId: ref("vpc"),
    routeTableId: ref("table"),
  }),
];

/** A subnet group in a VPC with a public route table, which is not its main one: that is `main`. */
const privateMainTable = (main: Spec): Spec[] => [
  tagged("rds/subnetGroup:SubnetGroup", { subnetIds: [ref("subnet")] }),
  ...mainTable().filter(({ type }) => !type.endsWith(":MainRouteTableAssociation")),
  tagged("ec2/routeTable:RouteTable", { vpcId: ref("vpc") }, "private"),
  main,
];

/** What distinguishes the conditions of a rule, on both sides of each. */
export const conditionRows: Row[] = [
  row(
    "the variables of another environment",
    "app-env-matches-stack",
    environment([[variables, "APP_ENV", "dev"]]),
  ),
  {
    ...row("an environment that no list has", undefined, {
      ...environment([]),
      props: {
        ...environment([[variables, "APP_ENV", "anything"]]).props,
        tags: { ...tags, Environment: "review" },
      },
    }),
    stack: "review",
  },
  row("a web environment that works", "app-worker-matches-tier", environment([[variables, "WORKER", "1"]])),
  row(
    "ACLs by the application",
    "app-no-default-acl",
    environment([[variables, "AWS_DEFAULT_ACL", "public-read"]]),
  ),
  row("properties of 4,097 bytes", "app-environment-properties-size", environment([filled(4097)])),
  row("properties of 4,096 bytes", undefined, environment([filled(4096)])),
  row(
    "a long option that is no property, and one that sounds like a secret",
    undefined,
    environment([
      ["aws:elasticbeanstalk:application", "Application Healthcheck URL", `/${"x".repeat(5000)}`],
      ["aws:elasticbeanstalk:environment:proxy:staticfiles", "/api/token", "static"],
    ]),
  ),
  row(
    "a template of workers, which has no tier",
    undefined,
    make("elasticbeanstalk/configurationTemplate:ConfigurationTemplate", {
      application: "a",
      settings: [{ namespace: variables, name: "WORKER", value: "1" }],
    }),
  ),
  row(
    "a queue of one's own for the daemon",
    "eb-worker-daemon-not-on-celery-queue",
    environment([["aws:elasticbeanstalk:sqsd", "WorkerQueueURL", "https://sqs.example.com/q"]]),
  ),
  ...["tags", "tagsAll"].map((input) =>
    row(`Name among ${input}`, "eb-no-name-tag", {
      ...environment([]),
      props: {
        ...environment([]).props,
        [input]: { Project: "p", Environment: "prod", ManagedBy: "x", Name: "web" },
      },
    }),
  ),
  row(
    "an HTTP listener that is off",
    undefined,
    environment([
      ["aws:elbv2:listener:8080", "ListenerEnabled", "false"],
      ["aws:elbv2:listener:8080", "Protocol", "HTTP"],
    ]),
  ),
  row(
    "HTTPS on another port, switched off",
    "eb-https-listener-enabled",
    environment(
      [
        defaultOff,
        ...httpsOn("8443", certificateOn("8443"), ["aws:elbv2:listener:8443", "ListenerEnabled", "false"]),
      ],
      without443,
    ),
  ),
  row(
    "HTTPS on another port without a certificate",
    "eb-https-listener-enabled",
    environment([defaultOff, ...httpsOn("8443")], without443),
  ),
  row(
    "HTTPS on another port beside 443 without a certificate",
    "eb-https-listener-enabled",
    environment([defaultOff, ...httpsOn("8443", certificateOn("8443")), ...httpsOn("443")], without443),
  ),
  row(
    "the listeners of a shared load balancer",
    undefined,
    environment(
      [["aws:elasticbeanstalk:environment", "LoadBalancerIsShared", "true"]],
      [...without443, "LoadBalancerType"],
    ),
  ),

  // Secrets
  ...[
    "ADMIN_URL",
    "SMTP_USER",
    "STRIPE_APIKEY",
    "SECRETS",
    "AWS_ACCESSKEY",
    "PRIVATEKEY",
    "DB_PWD",
    "DJANGO_SECRETKEY",
    "SSH_PASSPHRASE",
    "CREDENTIAL",
    "AWS_ACCESSKEY_ID",
    "SMTP_ENDPOINT_PASSWORD",
  ].map(named),
  row("a generated password", secret, {
    ...environment([]),
    props: {
      settings: [{ namespace: variables, name: "DB_PASSWORD", value: ref("password", "Jx8kQ2mmw") }],
    },
  }),
  row("a GitLab token", secret, environment([[variables, "HINT", token("glpat-", "a1b2c3d4e5f6g7h8i9j0")]])),
  row(
    "an npm token",
    secret,
    environment([[variables, "HINT", token("npm_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8")]]),
  ),
  row(
    "a secret access key",
    secret,
    environment([[variables, "HINT", `k=${token("wJalrXUtnFEMI/K7MDENG/", "bPxRfiCYEXAMPLEKEY")}`]]),
  ),
  row(
    "a secret access key that begins with a digit",
    secret,
    environment([[variables, "HINT", token("3qzXvXwYb1Tn5RkLp9Hs", "7GdFc2JmQ4WaE6uVyBtN")]]),
  ),
  row(
    "words that begin as tokens do, and ARNs of another partition",
    undefined,
    environment([
      [variables, "HINT", "ghp_x npm_x glpat-x xoxb-x rk_live_x SG.x.x AIzax eyJa.eyJb.c github_pat_x"],
      [variables, "SERVICES", "SG.aBcDeFgHiJkLmNoPqRsTuV.x eyJhbGciOiJub25lIn0.eyJzdWIiOiIxMjM0In0.x"],
      [variables, "BUILD", "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709"],
      [variables, "STORAGE", "beo/datastore/ManifestStaticFilesStorage"],
      [variables, "DB_PASSWORD", "arn:aws-us-gov:ssm:us-gov-west-1:123456789012:parameter/x"],
      [variables, "ADMIN_URLS_PER_PAGE", "20"],
    ]),
  ),

  // Policy documents
  row(
    "who calls, from the request itself",
    everyone,
    read({ StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalAccount}" } }),
  ),
  row(
    "an organization by its last letters",
    everyone,
    read({ StringLike: { "aws:PrincipalOrgID": "*-a1b2" } }),
  ),
  row("every bucket as a source", everyone, read({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } })),
  row(
    "accounts by their first digits",
    everyone,
    read({ ArnLike: { "aws:SourceArn": "arn:aws:sns:us-west-1:123*:t" } }),
  ),
  row(
    "accounts by their last digits",
    everyone,
    read({ ArnLike: { "aws:SourceArn": "arn:aws:sns:us-west-1:*123:t" } }),
  ),
  row(
    "an asterisk that StringEquals takes literally: no organization has it",
    undefined,
    read({ StringEquals: { "aws:PrincipalOrgID": "*" } }),
  ),
  row("one bucket as a source", undefined, read({ ArnLike: { "aws:SourceArn": "arn:aws:s3:::beo-y" } })),
  row("a network of the size of /8", undefined, read({ IpAddress: { "aws:SourceIp": "12.0.0.0/8" } })),
  row(
    "a denial of requests without MFA is none without TLS",
    "s3-bucket-ssl-requests-only",
    bucketPolicy([{ ...tls, Condition: { Bool: { "aws:MultiFactorAuthPresent": "false" } } }]),
  ),
  row(
    "a denial without a condition",
    "s3-bucket-ssl-requests-only",
    bucketPolicy([{ ...tls, Condition: {} }]),
  ),
  row(
    "a denial on the queue's ARN",
    undefined,
    queuePolicy([{ ...tls, Action: "sqs:*", Resource: "arn:aws:sqs:us-west-1:123456789012:q" }]),
  ),
  row(
    "NotAction of everything, which allows nothing",
    undefined,
    managedPolicy(document([{ Effect: "Allow", NotAction: "*", Resource: "*" }])),
  ),
  row(
    "everyone who knows an ID",
    "iam-role-trust-restricted",
    trust({ Principal: { AWS: "*" }, Condition: { StringEquals: { "sts:ExternalId": "x" } } }),
  ),
  row(
    "everyone beside another account, by an ID",
    "iam-role-trust-restricted",
    trust({
      Principal: { AWS: ["arn:aws:iam::210987654321:root", "*"] },
      Condition: { StringEquals: { "sts:ExternalId": "x" } },
    }),
  ),
  row(
    "the parameters of all European regions",
    "iam-policy-no-access-to-all-secrets",
    managedPolicy(allow("ssm:GetParameter", "arn:aws:ssm:eu-*:123456789012:parameter/*")),
  ),
  row(
    "a user by its ID",
    undefined,
    trust({ Principal: { AWS: ["AIDACKCEVSQ6C2EXAMPLE", "AROADBQP57FF2AEXAMPLE"] } }),
  ),
  row(
    "a provider of SAML",
    undefined,
    trust({
      Action: "sts:AssumeRoleWithSAML",
      Principal: { Federated: "arn:aws:iam::123456789012:saml-provider/p" },
      Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
    }),
  ),
  row("a provider that is denied", undefined, {
    ...oidc({}),
    props: {
      ...oidc({}).props,
      assumeRolePolicy: document([
        {
          Effect: "Deny",
          Action: "sts:AssumeRoleWithWebIdentity",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/p" },
        },
      ]),
    },
  }),
  row(
    "any repository by *",
    "iam-role-web-identity-trust-restricted",
    oidc({ StringLike: { "token.actions.githubusercontent.com:sub": "*" } }),
  ),
  ...["repo*", "repo:*"].map((subject) =>
    row(
      `any repository by ${subject}`,
      "iam-role-web-identity-trust-restricted",
      oidc({ StringLike: { "token.actions.githubusercontent.com:sub": subject } }),
    ),
  ),
  row(
    "any repository, as its author thinks of StringEquals",
    "iam-role-web-identity-trust-restricted",
    oidc({ StringEquals: { "token.actions.githubusercontent.com:sub": "*" } }),
  ),
  row(
    "every action, with a question mark",
    "iam-policy-no-statements-with-admin-access",
    managedPolicy(allow("?*")),
  ),
  row(
    "KMS keys by the tag of a team, and parameters by theirs",
    undefined,
    managedPolicy(
      allow("kms:Decrypt", "*", { Condition: { StringEquals: { "aws:ResourceTag/team": "beo" } } }),
    ),
    managedPolicy(
      allow("ssm:GetParameter", "*", { Condition: { StringEquals: { "ssm:resourceTag/team": "beo" } } }),
    ),
  ),
  row(
    "KMS keys by the context of encryption",
    undefined,
    managedPolicy(
      allow("kms:Decrypt", "*", {
        Condition: {
          StringEquals: {
            "kms:EncryptionContext:PARAMETER_ARN": "arn:aws:ssm:us-west-1:123456789012:parameter/beo",
          },
        },
      }),
    ),
  ),
  row(
    "actions by their last word",
    undefined,
    managedPolicy(allow(["ec2:*Tags", "cloudwatch:?etMetricData"])),
  ),
  ...[
    "AWSElasticBeanstalkWorkerTier",
    "service-role/AWSElasticBeanstalkRoleWorkerTier",
    "AmazonDynamoDBFullAccess_v2",
  ].map((name) =>
    row(
      `${name} attached`,
      "iam-no-worker-tier-policy",
      make("iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: "r",
        policyArn: `arn:aws:iam::aws:policy/${name}`,
      }),
    ),
  ),
  row(
    "S3 on buckets of another partition",
    undefined,
    managedPolicy(allow("s3:*", ["arn:aws-us-gov:s3:::beo-x", "arn:aws-us-gov:s3:::beo-x/*"])),
  ),
  row(
    "a user's own policy",
    "iam-user-no-policies-check",
    make("iam/userPolicy:UserPolicy", { user: "u", policy: allow("s3:GetObject", "arn:aws:s3:::x/*") }),
  ),
  row("an access key", "iam-no-access-keys", make("iam/accessKey:AccessKey", { user: "u" })),
  invoked("for the sources of one ARN", { sourceArn: "arn:aws:s3:::beo-x" }),
  invoked("for one account", { sourceAccount: "123456789012" }),
  invoked("for an organization", { principalOrgId: "o-a1b2c3d4e5" }),

  // S3, SQS, SES
  row(
    "a bucket that is deleted with its objects",
    "s3-bucket-force-destroy-disabled",
    tagged("s3/bucket:Bucket", { forceDestroy: true }),
  ),
  row("a bucket", undefined, tagged("s3/bucket:Bucket", {})),
  row("a bucket with versions", undefined, tagged("s3/bucket:Bucket", { versioning: { enabled: true } })),
  row(
    "a bucket with versions that are switched off",
    "s3-bucket-versioning-enabled",
    tagged("s3/bucket:Bucket", { versioning: { enabled: false } }),
  ),
  row("an access point by default", undefined, make("s3/accessPoint:AccessPoint", { bucket: "b" })),
  row(
    "a short DKIM key",
    "ses-dkim-2048-bit-key",
    tagged("sesv2/emailIdentity:EmailIdentity", {
      emailIdentity: "example.com",
      configurationSetName: "s",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_1024_BIT" },
    }),
  ),
  row(
    "a long DKIM key",
    undefined,
    tagged("sesv2/emailIdentity:EmailIdentity", {
      emailIdentity: "example.com",
      configurationSetName: "s",
      dkimSigningAttributes: { nextSigningKeyLength: "RSA_2048_BIT" },
    }),
  ),

  // RDS
  row(
    "PostgreSQL 13 with another parameter",
    "rds-postgres-instance-encrypted-in-transit",
    parameters("postgres13", "log_statement"),
  ),
  row(
    "Aurora for PostgreSQL 16 by default",
    "rds-postgres-instance-encrypted-in-transit",
    parameters("aurora-postgresql16", "log_statement"),
  ),
  row(
    "events of every source without failures",
    "rds-instance-event-notifications",
    tagged(eventSubscription, { eventCategories: ["maintenance"] }),
  ),
  row(
    "a cluster that replicates another one",
    undefined,
    tagged("rds/cluster:Cluster", {
      engine: "aurora-postgresql",
      replicationSourceIdentifier: "arn:aws:rds:us-west-1:123456789012:cluster:c",
      storageEncrypted: true,
      deletionProtection: true,
      enabledCloudwatchLogsExports: ["postgresql"],
    }),
  ),
  row(
    "subnets from elsewhere",
    "rds-subnets-in-stack",
    tagged("rds/subnetGroup:SubnetGroup", { subnetIds: ["subnet-1"] }),
  ),
  row(
    "RDS.46: a main route table by its association",
    "rds-instance-subnet-igw-check",
    tagged("rds/subnetGroup:SubnetGroup", { subnetIds: [ref("subnet")] }),
    ...mainTable(),
  ),
  row(
    "a subnet with a route table of its own",
    undefined,
    tagged("rds/subnetGroup:SubnetGroup", { subnetIds: [ref("subnet")] }),
    ...mainTable(),
    tagged("ec2/routeTable:RouteTable", { vpcId: ref("vpc") }, "private"),
    make("ec2/routeTableAssociation:RouteTableAssociation", {
      subnetId: ref("subnet"),
      routeTableId: ref("private"),
    }),
  ),
  row(
    "RDS.46: a private main route table by its association",
    undefined,
    ...privateMainTable(
      make("ec2/mainRouteTableAssociation:MainRouteTableAssociation", {
        vpcId: ref("vpc"),
        routeTableId: ref("private"),
      }),
    ),
  ),
  row(
    "RDS.46: a private main route table by default",
    undefined,
    ...privateMainTable(
      tagged("ec2/defaultRouteTable:DefaultRouteTable", { defaultRouteTableId: ref("vpc"), routes: [] }),
    ),
  ),

  // EC2, load balancers
  row(
    "ELB.1: a redirect that is ignored, since the listener forwards",
    "alb-http-to-https-redirection-check",
    tagged("lb/listener:Listener", {
      loadBalancerArn: "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/a/1",
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "forward",
          targetGroupArn: "arn:aws:elasticloadbalancing:us-west-1:123456789012:targetgroup/t/1",
          redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
        },
      ],
    }),
  ),
  row(
    "a network of the size of /8 for SSH",
    undefined,
    tagged("ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["12.0.0.0/8"] }],
    }),
  ),
  row(
    "an office's list beside one of the world",
    undefined,
    tagged("ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, prefixListIds: [ref("office")] }],
    }),
    tagged("ec2/managedPrefixList:ManagedPrefixList", { entries: [{ cidr: "203.0.113.0/24" }] }, "office"),
    tagged("ec2/managedPrefixList:ManagedPrefixList", { entries: [] }, "world"),
    make("ec2/managedPrefixListEntry:ManagedPrefixListEntry", {
      prefixListId: ref("world"),
      cidr: "0.0.0.0/0",
    }),
  ),
  row(
    "the web by the world's list",
    undefined,
    tagged("ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: 443, toPort: 443, prefixListIds: [ref("world")] }],
    }),
    tagged("ec2/managedPrefixList:ManagedPrefixList", { entries: [{ cidr: "0.0.0.0/0" }] }, "world"),
  ),
  row(
    "an image for one account",
    undefined,
    make("ec2/amiLaunchPermission:AmiLaunchPermission", { imageId: "ami-1", accountId: "123456789012" }),
  ),
  row(
    "an instance with options other than its template's",
    "ec2-imdsv2-check",
    tagged("ec2/instance:Instance", {
      launchTemplate: { id: "lt-1" },
      metadataOptions: { httpTokens: "optional" },
    }),
  ),
  row(
    "an instance with the options of its template",
    undefined,
    tagged("ec2/instance:Instance", { launchTemplate: { id: "lt-1" } }),
  ),
  row("a classic load balancer with HTTPS", undefined, classic({})),
  row(
    "a bucket's other set of addresses",
    undefined,
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { block: {} },
      rules: [
        {
          name: "r",
          priority: 0,
          action: { allow: {} },
          statement: { ipSetReferenceStatement: { arn: ref("office") } },
        },
      ],
    }),
    tagged("wafv2/ipSet:IpSet", { addresses: ["203.0.113.0/24"] }, "office"),
    tagged("wafv2/ipSet:IpSet", { addresses: ["0.0.0.0/0"] }, "world"),
  ),
  row(
    "a web ACL whose rules are resources of their own",
    undefined,
    tagged("wafv2/webAcl:WebAcl", { scope: "REGIONAL", defaultAction: { allow: {} } }, "acl"),
    make("wafv2/webAclRule:WebAclRule", { webAclArn: ref("acl"), name: "r" }),
  ),
  row(
    "an HMAC key, and one of a key store, which do not rotate",
    undefined,
    tagged("kms/key:Key", { customerMasterKeySpec: "HMAC_256" }),
    tagged("kms/key:Key", { customKeyStoreId: "cks-1" }),
  ),
  row(
    "EC2.182: new snapshots only",
    "public-sharing-blocked",
    make("ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", { state: "block-new-sharing" }),
  ),
  row(
    "images that are shared",
    "public-sharing-blocked",
    make("ec2/imageBlockPublicAccess:ImageBlockPublicAccess", { state: "unblocked" }),
  ),
  row(
    "images and snapshots that are not shared, and other settings",
    undefined,
    make("ec2/imageBlockPublicAccess:ImageBlockPublicAccess", { state: "block-new-sharing" }),
    make("ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", { state: "block-all-sharing" }),
    make("ssm/serviceSetting:ServiceSetting", {
      settingId: "/ssm/documents/console/public-sharing-permission",
      settingValue: "Disable",
    }),
    make("ssm/serviceSetting:ServiceSetting", {
      settingId: "/ssm/parameter-store/high-throughput-enabled",
      settingValue: "true",
    }),
  ),
  row(
    "EBS encryption by default",
    undefined,
    make("ebs/encryptionByDefault:EncryptionByDefault", { enabled: true }),
    make("ebs/encryptionByDefault:EncryptionByDefault", {}),
  ),
  row(
    "user data in the clear",
    "ec2-user-data-no-secrets",
    tagged("ec2/instance:Instance", {
      metadataOptions: { httpTokens: "required" },
      userData: `export HINT=${token("AKIA", "IOSFODNN7ABCDEFG")}`,
    }),
  ),
  row(
    "user data without a secret",
    undefined,
    tagged("ec2/instance:Instance", {
      metadataOptions: { httpTokens: "required" },
      userDataBase64: Buffer.from("#!/bin/sh\nyum -y update\n").toString("base64"),
    }),
  ),
  row(
    "a subscription by HTTPS",
    undefined,
    make("sns/topicSubscription:TopicSubscription", {
      topic: "t",
      protocol: "https",
      endpoint: "https://example.com",
    }),
  ),
  row(
    "RDS.43: a proxy that accepts connections without TLS",
    "rds-proxy-tls-encryption",
    tagged("rds/proxy:Proxy", { engineFamily: "POSTGRESQL" }),
  ),
  row(
    "a proxy with TLS",
    undefined,
    tagged("rds/proxy:Proxy", { engineFamily: "POSTGRESQL", requireTls: true }),
  ),
  row(
    "a rule that is enabled beside one that is not",
    undefined,
    make("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
      bucket: "b",
      rules: [
        { id: "a", status: "Disabled" },
        { id: "b", status: "Enabled" },
      ],
    }),
  ),
  row(
    "a database that an environment no longer has",
    undefined,
    environment([["aws:rds:dbinstance", "HasCoupledDatabase", "false"]]),
  ),
  row(
    "a queue without a policy",
    undefined,
    tagged("sqs/queue:Queue", { sqsManagedSseEnabled: true, policy: "" }),
    tagged("sqs/queue:Queue", { sqsManagedSseEnabled: true }),
  ),
  row("a bucket that keeps its objects", undefined, tagged("s3/bucket:Bucket", { forceDestroy: false })),
  row(
    "a function for one role",
    undefined,
    make("lambda/permission:Permission", {
      action: "lambda:InvokeFunction",
      function: "f",
      principal: "arn:aws:iam::123456789012:role/r",
    }),
  ),
  row(
    "WAF.12: the web ACL's own metrics",
    "wafv2-rulegroup-logging-enabled",
    tagged("wafv2/webAcl:WebAcl", {
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      rules: [{ name: "r", priority: 0 }],
      visibilityConfig: { cloudwatchMetricsEnabled: false },
    }),
  ),
  row("a policy that is no JSON, which AWS refuses", undefined, managedPolicy("{")),
  row(
    "an address that is none, which AWS refuses",
    undefined,
    tagged("ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["office"] }],
    }),
  ),
];
