import { make, ref, type Row, type Spec } from "./row";

const text = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (Action: unknown, Resource: unknown = "*", more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});
const managed = (policy: unknown): Spec => make("iam/policy:Policy", { policy });
const inline = (policy: unknown): Spec => make("iam/rolePolicy:RolePolicy", { role: ref("role"), policy });
const account = "arn:aws:iam::123456789012";
const openId = `${account}:oidc-provider/token.actions.githubusercontent.com`;

const admin = "iam-policy-no-statements-with-admin-access";
const full = "iam-policy-no-statements-with-full-access";
const escalation = "iam-policy-no-privilege-escalation";
const secrets = "iam-policy-no-access-to-all-secrets";
const queues = "iam-policy-no-access-to-all-queues";
const keys = "iam-policy-no-decryption-on-all-keys";
const attached = "iam-no-worker-tier-policy";
const trust = "iam-role-trust-restricted";
const web = "iam-role-web-identity-trust-restricted";
const bucketPublic = "s3-bucket-policy-public-access-prohibited";
const queuePublic = "sqs-queue-no-public-access";
const anyPublic = "resource-policy-no-public-access";
const service = "resource-policy-services-restricted";

const identity = (says: string, by: string | undefined, ...statements: object[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources: [inline(text(...statements))],
});
const trusts = (says: string, by: string | undefined, Principal: unknown, Condition?: object): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources: [
    make("iam/role:Role", {
      tags: { Project: "p", Environment: "prod", ManagedBy: "Pulumi" },
      assumeRolePolicy: text({
        Effect: "Allow",
        Principal,
        Action: JSON.stringify(Principal).includes("Federated")
          ? "sts:AssumeRoleWithWebIdentity"
          : "sts:AssumeRole",
        ...(Condition && { Condition }),
      }),
    }),
  ],
});
const denyPlain = (arn: string) => ({
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: [arn, `${arn}/*`],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});
const media = "arn:aws:s3:::beo-media";
const bucket = (says: string, by: string | undefined, ...statements: object[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources: [make("s3/bucketPolicy:BucketPolicy", { bucket: "beo-media", policy: text(...statements) })],
});
const read = (Principal: unknown, Condition?: object) => ({
  Effect: "Allow",
  Principal,
  Action: "s3:GetObject",
  Resource: `${media}/*`,
  ...(Condition && { Condition }),
});
const tlsQueue = {
  Effect: "Deny",
  Principal: { AWS: "*" },
  Action: "sqs:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const send = (Principal: unknown, Condition?: object) => ({
  Effect: "Allow",
  Principal,
  Action: "sqs:SendMessage",
  Resource: "arn:aws:sqs:us-west-1:123456789012:q",
  ...(Condition && { Condition }),
});
const queue = (says: string, by: string | undefined, ...statements: object[]): Row => ({
  says,
  ...(by !== undefined && { by }),
  resources: [make("sqs/queuePolicy:QueuePolicy", { queueUrl: "https://q", policy: text(...statements) })],
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html, Security Hub's IAM, KMS, S3, SNS and SQS controls. */
export const policyDocumentRows: Row[] = [
  // Actions and resources
  identity("IAM.1: *:* on everything", admin, allow("*:*")),
  identity("IAM.1: lists of one", admin, allow(["*"], ["*"])),
  identity("IAM.1: all resources by an ARN of wildcards", admin, allow("*", "arn:aws:*:*:*:*")),
  identity("IAM.1: everything but IAM, as PowerUserAccess has it", admin, {
    Effect: "Allow",
    NotAction: ["iam:*", "organizations:*"],
    Resource: "*",
  }),
  identity("IAM.1: all actions on all resources but one", admin, {
    Effect: "Allow",
    Action: "*",
    NotResource: "arn:aws:s3:::secret",
  }),
  identity("IAM.1: ** is *", admin, allow("**")),
  {
    says: "IAM.1: an inline policy of a role",
    by: admin,
    resources: [
      make("iam/role:Role", {
        assumeRolePolicy: text({
          Effect: "Allow",
          Principal: { Service: "ec2.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
        inlinePolicies: [{ name: "x", policy: text(allow("*")) }],
      }),
    ],
  },
  {
    says: "IAM.1: a document that is an object",
    by: admin,
    resources: [managed({ Statement: [allow("*")] })],
  },
  { says: "IAM.1: an object with one statement", by: admin, resources: [managed({ Statement: allow("*") })] },
  {
    says: "IAM.1: a second statement",
    by: admin,
    resources: [managed(text(allow("s3:GetObject", `${media}/*`), allow("*")))],
  },
  {
    says: "IAM.1: beside a statement with an unknown action",
    by: admin,
    resources: [managed({ Statement: [allow(ref("x"), "*"), allow("*")] })],
  },
  {
    says: "IAM.1: beside an unknown action",
    by: admin,
    resources: [managed({ Statement: [allow([ref("x"), "*"])] })],
  },
  {
    says: "IAM.1: a policy of a group",
    by: admin,
    resources: [make("iam/groupPolicy:GroupPolicy", { group: "g", policy: text(allow("*")) })],
  },
  {
    says: "IAM.1: an inline policy of a permission set",
    by: admin,
    resources: [
      make("ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy", {
        inlinePolicy: text(allow("*")),
      }),
    ],
  },
  {
    says: "IAM.1: a document that is known in the update",
    by: admin,
    waits: true,
    resources: [managed(ref("document", text(allow("*"))))],
  },
  identity("IAM.21: all actions of EC2", full, allow("ec2:*")),
  identity("IAM.21: in capitals", full, allow("EC2:*")),
  identity("IAM.21: a service name with a wildcard", full, allow("dynamo*:*")),
  identity("IAM.21: all of S3 on all buckets by ARN", full, allow("s3:*", "arn:aws:s3:::*")),
  identity(
    "IAM.21: all of S3 on named and on all objects",
    full,
    allow("s3:*", [`${media}/*`, "arn:aws:s3:::*/*"]),
  ),
  identity("IAM.21: a question mark and an asterisk", full, allow("ec2:?*")),
  identity("IAM.21: all of S3 but one bucket", full, { Effect: "Allow", Action: "s3:*", NotResource: media }),
  identity("IAM.21: all but the deletions of a service", full, {
    Effect: "Allow",
    NotAction: "s3:Delete*",
    Resource: `${media}/*`,
  }),
  identity("PassRole on every role", escalation, allow("iam:PassRole")),
  identity("PassRole by a wildcard", escalation, allow("iam:Pass*")),
  identity("PassRole on every role of the account", escalation, allow("iam:PassRole", `${account}:role/*`)),
  identity("PassRole in small letters in a list", escalation, allow(["ec2:RunInstances", "iam:passrole"])),
  identity(
    "PassRole with a condition that any service meets",
    escalation,
    allow("iam:PassRole", "*", { Condition: { StringLike: { "iam:PassedToService": "*" } } }),
  ),
  identity(
    "PassRole with a condition for any role only",
    escalation,
    allow("iam:PassRole", "*", {
      Condition: { StringEqualsIfExists: { "iam:PassedToService": "ec2.amazonaws.com" } },
    }),
  ),
  identity("new versions of any policy", escalation, allow("iam:CreatePolicyVersion")),
  identity("access keys of any user", escalation, allow("iam:Create*", `${account}:user/*`)),
  identity(
    "policies attached to any role",
    escalation,
    allow(["iam:AttachRolePolicy"], "arn:*:iam::*:role/*"),
  ),
  identity("assuming any role", escalation, allow("sts:AssumeRole")),
  identity("the trust of any role", escalation, allow("iam:Update*")),
  identity("all parameters", secrets, allow("ssm:GetParameter")),
  identity(
    "all parameters by path",
    secrets,
    allow("ssm:GetParametersByPath", "arn:aws:ssm:us-west-1:123456789012:parameter/*"),
  ),
  identity("all parameters by a wildcard of the action", secrets, allow("ssm:Get*", "arn:aws:ssm:*:*:*")),
  identity("all parameters but some", secrets, {
    Effect: "Allow",
    Action: "ssm:GetParameters",
    NotResource: "arn:aws:ssm:us-west-1:123456789012:parameter/x",
  }),
  identity("all secrets", secrets, allow("secretsmanager:GetSecretValue")),
  identity(
    "all secrets by ARN",
    secrets,
    allow("secretsmanager:*Value", "arn:aws:secretsmanager:us-west-1:123456789012:secret:*"),
  ),
  identity(
    "all parameters under a condition that does not restrict",
    secrets,
    allow("ssm:GetParameter", "*", { Condition: { StringLike: { "aws:PrincipalArn": "*" } } }),
  ),
  identity("all queues by ARN", queues, allow("sqs:ReceiveMessage", "arn:aws:sqs:us-west-1:123456789012:*")),
  identity("all queues of all regions", queues, allow("sqs:SendMessage", "arn:aws:sqs:*:*:*")),
  identity("all queues by wildcards of the action", queues, allow("sqs:*Message", "*")),
  identity("all queues but one", queues, {
    Effect: "Allow",
    Action: "sqs:DeleteMessage",
    NotResource: "arn:aws:sqs:us-west-1:1:x",
  }),
  {
    says: "all queues in a user's policy",
    by: queues,
    resources: [
      make("iam/userPolicy:UserPolicy", {
        user: "u",
        policy: text(allow(["sqs:ReceiveMessage", "sqs:DeleteMessage"])),
      }),
    ],
  },
  identity("KMS.2: decryption with all keys", keys, allow("kms:Decrypt")),
  {
    says: "KMS.1: decryption with all keys of the account",
    by: keys,
    resources: [
      managed(text(allow(["kms:ReEncrypt*", "kms:Decr*"], "arn:aws:kms:us-west-1:123456789012:key/*"))),
    ],
  },
  ...[
    "AdministratorAccess",
    "PowerUserAccess",
    "IAMFullAccess",
    "AmazonS3FullAccess",
    "AmazonSQSFullAccess",
    "AdministratorAccess-AWSElasticBeanstalk",
  ].map((name): Row => ({
    says: `${name} attached to a role`,
    by: attached,
    resources: [
      make("iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: "r",
        policyArn: `arn:aws:iam::aws:policy/${name}`,
      }),
    ],
  })),
  {
    says: "AdministratorAccess attached to a group",
    by: attached,
    resources: [
      make("iam/groupPolicyAttachment:GroupPolicyAttachment", {
        group: "g",
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
  },
  {
    says: "AdministratorAccess in GovCloud, attached to a user",
    by: attached,
    resources: [
      make("iam/userPolicyAttachment:UserPolicyAttachment", {
        user: "u",
        policyArn: "arn:aws-us-gov:iam::aws:policy/AdministratorAccess",
      }),
    ],
  },
  {
    says: "AdministratorAccess among the managed policies of a role",
    by: attached,
    resources: [
      make("iam/role:Role", {
        assumeRolePolicy: text({
          Effect: "Allow",
          Principal: { Service: "ec2.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
        managedPolicyArns: [ref("own"), "arn:aws:iam::aws:policy/AdministratorAccess"],
      }),
    ],
  },
  {
    says: "AdministratorAccess attached by its older type",
    by: attached,
    resources: [
      make("iam/policyAttachment:PolicyAttachment", {
        name: "x",
        roles: ["r"],
        policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
      }),
    ],
  },

  // Trust
  trusts("a role that everyone may assume", trust, "*"),
  trusts("a role that every account may assume", trust, { AWS: "*" }),
  trusts("a role that every account in a list may assume", trust, { AWS: ["*"] }),
  trusts("a role that another account may assume without an ExternalId", trust, {
    AWS: "arn:aws:iam::999999999999:root",
  }),
  trusts("a role that another account by its number may assume", trust, { AWS: "999999999999" }),
  trusts("a role that another account's role may assume without an ExternalId", trust, {
    AWS: ["arn:aws:iam::999999999999:role/deploy"],
  }),
  trusts(
    "an ExternalId that may be absent",
    trust,
    { AWS: "999999999999" },
    { StringEqualsIfExists: { "sts:ExternalId": "x" } },
  ),
  trusts(
    "an ExternalId that may be anything",
    trust,
    { AWS: "999999999999" },
    { StringLike: { "sts:ExternalId": "*" } },
  ),
  trusts(
    "an ExternalId that is refused",
    trust,
    { AWS: "999999999999" },
    { StringNotEquals: { "sts:ExternalId": "x" } },
  ),
  {
    says: "a role that all but one may assume",
    by: trust,
    resources: [
      make("iam/role:Role", {
        assumeRolePolicy: text({
          Effect: "Allow",
          NotPrincipal: { AWS: "999999999999" },
          Action: "sts:AssumeRole",
        }),
      }),
    ],
  },
  trusts("GitHub without a subject", web, { Federated: openId }),
  trusts(
    "GitHub with its audience alone",
    web,
    { Federated: openId },
    { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
  ),
  trusts(
    "GitHub with any repository",
    web,
    { Federated: openId },
    { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } },
  ),
  trusts(
    "GitHub with any subject",
    web,
    { Federated: [openId] },
    { StringLike: { "token.actions.githubusercontent.com:sub": ["repo:navigader/beo:*", "*"] } },
  ),
  trusts(
    "GitHub with a repository of any owner",
    web,
    { Federated: openId },
    { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*/beo:*" } },
  ),
  trusts(
    "GitHub with a subject that holds for no key",
    web,
    { Federated: openId },
    {
      "ForAllValues:StringEquals": {
        "token.actions.githubusercontent.com:sub": "repo:navigader/beo:ref:refs/heads/main",
      },
    },
  ),

  // Buckets
  bucket("S3.2: everyone may read", bucketPublic, denyPlain(media), read("*")),
  bucket("S3.2: a list of everyone", bucketPublic, denyPlain(media), read({ AWS: ["*"] })),
  bucket("S3.2: all but one may read", bucketPublic, denyPlain(media), {
    Effect: "Allow",
    NotPrincipal: { AWS: account + ":root" },
    Action: "s3:GetObject",
    Resource: `${media}/*`,
  }),
  bucket(
    "S3.2: a source that may be anything",
    bucketPublic,
    denyPlain(media),
    read("*", { StringLike: { "aws:SourceArn": "*" } }),
  ),
  bucket(
    "S3.2: an organization that may be absent",
    bucketPublic,
    denyPlain(media),
    read("*", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-1234567890" } }),
  ),
  bucket(
    "S3.2: an organization for all of no values",
    bucketPublic,
    denyPlain(media),
    read("*", { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": ["o-1234567890"] } }),
  ),
  bucket(
    "S3.2: an account that is refused",
    bucketPublic,
    denyPlain(media),
    read("*", { StringNotEquals: { "aws:PrincipalAccount": "999999999999" } }),
  ),
  bucket(
    "S3.2: a source address from half of the world",
    bucketPublic,
    denyPlain(media),
    read("*", { IpAddress: { "aws:SourceIp": ["128.0.0.0/1"] } }),
  ),
  bucket(
    "S3.2: any source address",
    bucketPublic,
    denyPlain(media),
    read("*", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }),
  ),
  bucket(
    "S3.2: a referrer, which any client may send",
    bucketPublic,
    denyPlain(media),
    read("*", { StringLike: { "aws:Referer": "https://example.com/*" } }),
  ),
  bucket(
    "S3.2: a condition that all requests with TLS meet",
    bucketPublic,
    denyPlain(media),
    read("*", { Bool: { "aws:SecureTransport": "true" } }),
  ),
  {
    says: "S3.2: the policy of an older bucket type, inline",
    by: bucketPublic,
    resources: [make("s3/bucketV2:BucketV2", { policy: text(denyPlain(media), read("*")) }, "media")],
  },
  {
    says: "S3.2: an access point",
    by: bucketPublic,
    resources: [make("s3/accessPoint:AccessPoint", { bucket: "b", policy: text(read("*")) })],
  },
  {
    says: "S3.2: an object whose other statement is unknown",
    by: bucketPublic,
    resources: [
      make("s3/bucketPolicy:BucketPolicy", {
        bucket: "b",
        policy: { Statement: [{ ...read({ AWS: ref("role") }), Resource: ref("x") }, read("*")] },
      }),
    ],
  },
  bucket("S3.5: no statement", "s3-bucket-ssl-requests-only", read({ AWS: `${account}:role/app` })),
  bucket("S3.5: TLS denied", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Condition: { Bool: { "aws:SecureTransport": "true" } },
  }),
  bucket("S3.5: for reads alone", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Action: "s3:GetObject",
  }),
  bucket("S3.5: for objects alone", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Resource: `${media}/*`,
  }),
  bucket("S3.5: for the bucket alone", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Resource: media,
  }),
  bucket("S3.5: for one principal", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Principal: { AWS: `${account}:root` },
  }),
  bucket("S3.5: with a second condition", "s3-bucket-ssl-requests-only", {
    ...denyPlain(media),
    Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:PrincipalAccount": "1" } },
  }),
  bucket("S3.5: for both values", "s3-bucket-ssl-requests-only", { ...denyPlain(media), Effect: "Allow" }),

  // Queues, topics, keys and others
  queue("SQS.3: everyone may send", queuePublic, tlsQueue, send("*")),
  queue("SQS.3: everyone in a list", queuePublic, tlsQueue, send({ AWS: ["*"] })),
  queue(
    "SQS.3: any source by a wildcard",
    queuePublic,
    tlsQueue,
    send("*", { ArnLike: { "aws:SourceArn": "arn:aws:sns:*:*:*" } }),
  ),
  {
    says: "SQS.3: a policy in the queue",
    by: queuePublic,
    resources: [make("sqs/queue:Queue", { sqsManagedSseEnabled: true, policy: text(tlsQueue, send("*")) })],
  },
  queue("no TLS in another queue's language", "sqs-queue-ssl-requests-only", {
    ...tlsQueue,
    Condition: { Bool: { "aws:SecureTransport": true } },
  }),
  {
    says: "a queue's own policy without TLS",
    by: "sqs-queue-ssl-requests-only",
    resources: [
      make("sqs/queue:Queue", { sqsManagedSseEnabled: true, policy: text(send({ AWS: `${account}:root` })) }),
    ],
  },
  queue("a topic of any account", service, tlsQueue, send({ Service: "sns.amazonaws.com" })),
  queue(
    "a bucket of any account",
    service,
    tlsQueue,
    send({ Service: "s3.amazonaws.com" }, { ArnLike: { "aws:SourceArn": "*" } }),
  ),
  {
    says: "SNS.4: everyone may publish",
    by: anyPublic,
    resources: [
      make("sns/topicPolicy:TopicPolicy", {
        arn: "arn:aws:sns:us-west-1:1:t",
        policy: text({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sns:Publish", Resource: "*" }),
      }),
    ],
  },
  {
    says: "SNS.4: a policy in the topic",
    by: anyPublic,
    resources: [
      make("sns/topic:Topic", {
        policy: text({ Effect: "Allow", Principal: "*", Action: ["sns:Subscribe"], Resource: "*" }),
      }),
    ],
  },
  {
    says: "any service for any account may publish",
    by: service,
    resources: [
      make("sns/topicPolicy:TopicPolicy", {
        policy: text({
          Effect: "Allow",
          Principal: { Service: ["events.amazonaws.com"] },
          Action: "sns:Publish",
          Resource: "*",
        }),
      }),
    ],
  },
  {
    says: "KMS.5: a key for everyone",
    by: anyPublic,
    resources: [
      make("kms/key:Key", {
        enableKeyRotation: true,
        policy: text({ Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" }),
      }),
    ],
  },
  {
    says: "KMS.5: a separate key policy",
    by: anyPublic,
    resources: [
      make("kms/keyPolicy:KeyPolicy", {
        keyId: "k",
        policy: text({ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }),
      }),
    ],
  },
  {
    says: "a secret for everyone",
    by: anyPublic,
    resources: [
      make("secretsmanager/secretPolicy:SecretPolicy", {
        secretArn: "s",
        policy: text({
          Effect: "Allow",
          Principal: "*",
          Action: "secretsmanager:GetSecretValue",
          Resource: "*",
        }),
      }),
    ],
  },
  {
    says: "Lambda.1: a function for everyone",
    by: anyPublic,
    resources: [
      make("lambda/permission:Permission", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "*",
      }),
    ],
  },
  {
    says: "a function for any bucket",
    by: service,
    resources: [
      make("lambda/permission:Permission", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "s3.amazonaws.com",
      }),
    ],
  },
  {
    says: "a repository for everyone",
    by: anyPublic,
    resources: [
      make("ecr/repositoryPolicy:RepositoryPolicy", {
        repository: "r",
        policy: text({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }),
      }),
    ],
  },

  // Compliant
  identity(
    "named queues",
    undefined,
    allow(
      ["sqs:SendMessage", "sqs:ReceiveMessage"],
      ["arn:aws:sqs:us-west-1:123456789012:beo", "arn:aws:sqs:us-west-1:123456789012:awseb-*"],
    ),
  ),
  identity("a list of queues, which needs *", undefined, allow(["sqs:ListQueues", "sqs:GetQueueUrl"])),
  identity("a denial of everything", undefined, { Effect: "Deny", Action: "*", Resource: "*" }),
  identity("a denial of everything but MFA", undefined, {
    Effect: "Deny",
    NotAction: "iam:*",
    Resource: "*",
    Condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } },
  }),
  identity("actions by wildcards that read", undefined, allow(["ec2:Describe*", "cloudwatch:Get*"])),
  identity("PassRole of one role", undefined, allow("iam:PassRole", `${account}:role/task`)),
  identity("PassRole of roles with a prefix", undefined, allow("iam:PassRole", `${account}:role/beo-*`)),
  identity(
    "PassRole to one service, as the IAM guide has it",
    undefined,
    allow("iam:PassRole", "*", {
      Condition: { StringEquals: { "iam:PassedToService": "cloudwatch.amazonaws.com" } },
    }),
  ),
  identity(
    "parameters of one path",
    undefined,
    allow("ssm:GetParametersByPath", "arn:aws:ssm:us-west-1:123456789012:parameter/beo-datastore-prod/*"),
  ),
  identity(
    "one secret with its random suffix",
    undefined,
    allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-west-1:123456789012:secret:beo-??????"),
  ),
  identity("descriptions of parameters, which need *", undefined, allow("ssm:DescribeParameters")),
  identity(
    "decryption with one key",
    undefined,
    allow("kms:Decrypt", "arn:aws:kms:us-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"),
  ),
  identity(
    "all of S3 on a named bucket, in the guide's service account",
    undefined,
    allow("s3:*", [media, `${media}/*`]),
  ),
  identity(
    "a role in another account",
    undefined,
    allow("sts:AssumeRole", "arn:aws:iam::999999999999:role/reader"),
  ),
  {
    says: "AWSElasticBeanstalkWebTier, attached",
    resources: [
      make("iam/rolePolicyAttachment:RolePolicyAttachment", {
        role: "r",
        policyArn: "arn:aws:iam::aws:policy/AWSElasticBeanstalkWebTier",
      }),
    ],
  },
  {
    says: "a document with one unknown resource",
    resources: [managed({ Statement: [allow("s3:GetObject", ref("bucket", `${media}/*`))] })],
  },
  trusts("EC2's trust", undefined, { Service: "ec2.amazonaws.com" }),
  trusts("two services' trust", undefined, { Service: ["ec2.amazonaws.com", "ssm.amazonaws.com"] }),
  trusts(
    "Elastic Beanstalk's trust",
    undefined,
    { Service: "elasticbeanstalk.amazonaws.com" },
    { StringEquals: { "sts:ExternalId": "elasticbeanstalk" } },
  ),
  trusts(
    "another account's trust with an ExternalId",
    undefined,
    { AWS: "arn:aws:iam::999999999999:root" },
    { StringEquals: { "sts:ExternalId": "Example987" } },
  ),
  trusts(
    "an organization's trust",
    undefined,
    { AWS: "*" },
    { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } },
  ),
  trusts(
    "an organization's path",
    undefined,
    { AWS: "*" },
    { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-1234567890/r-ab12/ou-ab12-11111111/*" } },
  ),
  trusts(
    "one repository of GitHub",
    undefined,
    { Federated: openId },
    {
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
      StringLike: { "token.actions.githubusercontent.com:sub": "repo:navigader/beo:*" },
    },
  ),
  trusts(
    "branches of one repository in a list",
    undefined,
    { Federated: openId },
    {
      StringEquals: {
        "token.actions.githubusercontent.com:sub": [
          "repo:navigader/beo:ref:refs/heads/main",
          "repo:navigader/beo:environment:prod",
        ],
      },
    },
  ),
  bucket("only TLS", undefined, denyPlain(media)),
  bucket("only TLS, in lists and on everything", undefined, {
    Effect: "Deny",
    Principal: { AWS: ["*"] },
    Action: ["s3:*"],
    Resource: ["*"],
    Condition: { Bool: { "aws:SecureTransport": ["false"] } },
  }),
  bucket("only TLS, where the key may be absent", undefined, {
    ...denyPlain(media),
    Action: "*",
    Condition: { BoolIfExists: { "AWS:SecureTransport": false } },
  }),
  bucket(
    "an organization",
    undefined,
    denyPlain(media),
    read("*", { StringEquals: { "aws:PrincipalOrgID": "o-1234567890" } }),
  ),
  bucket(
    "a distribution of CloudFront",
    undefined,
    denyPlain(media),
    read(
      { Service: "cloudfront.amazonaws.com" },
      { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::123456789012:distribution/E1" } },
    ),
  ),
  bucket("load balancers' logs, as their guide has it", undefined, denyPlain(media), {
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: `${media}/AWSLogs/123456789012/*`,
  }),
  bucket(
    "an office's addresses",
    undefined,
    denyPlain(media),
    read("*", { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "2001:db8:1234::/48"] } }),
  ),
  bucket(
    "a VPC endpoint",
    undefined,
    denyPlain(media),
    read("*", { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" } }),
  ),
  queue(
    "a topic by its ARN",
    undefined,
    tlsQueue,
    send(
      { Service: "sns.amazonaws.com" },
      { ArnEquals: { "aws:SourceArn": "arn:aws:sns:us-west-1:123456789012:t" } },
    ),
  ),
  queue(
    "a bucket by its ARN and account",
    undefined,
    tlsQueue,
    send(
      { Service: "s3.amazonaws.com" },
      {
        ArnLike: { "aws:SourceArn": "arn:aws:s3:::beo-media" },
        StringEquals: { "aws:SourceAccount": "123456789012" },
      },
    ),
  ),
  queue(
    "everyone from one topic, as the SNS guide has it",
    undefined,
    tlsQueue,
    send("*", { ArnEquals: { "aws:SourceArn": "arn:aws:sns:us-west-1:123456789012:t" } }),
  ),
  {
    says: "a topic's default policy",
    resources: [
      make("sns/topicPolicy:TopicPolicy", {
        policy: text({
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: ["SNS:Publish", "SNS:Subscribe"],
          Resource: "arn:aws:sns:us-west-1:1:t",
          Condition: { StringEquals: { "AWS:SourceOwner": "123456789012" } },
        }),
      }),
    ],
  },
  {
    says: "a key's default policy",
    resources: [
      make("kms/key:Key", {
        enableKeyRotation: true,
        policy: text({
          Effect: "Allow",
          Principal: { AWS: `${account}:root` },
          Action: "kms:*",
          Resource: "*",
        }),
      }),
    ],
  },
  {
    says: "a key that a service uses for the account's users",
    resources: [
      make("kms/key:Key", {
        enableKeyRotation: true,
        policy: text({
          Effect: "Allow",
          Principal: { AWS: "*" },
          Action: "kms:Decrypt",
          Resource: "*",
          Condition: {
            StringEquals: {
              "kms:CallerAccount": "123456789012",
              "kms:ViaService": "rds.us-west-1.amazonaws.com",
            },
          },
        }),
      }),
    ],
  },
  {
    says: "a function for one bucket",
    resources: [
      make("lambda/permission:Permission", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "s3.amazonaws.com",
        sourceAccount: "123456789012",
        sourceArn: media,
      }),
    ],
  },
];
