import { expect } from "chai";
import { describe, it } from "mocha";
import {
  getBoundaryArn,
  getPolicies,
  getPolicy,
  policies,
  type PolicyName,
  type RoleName,
  roles,
  type Scope,
} from "../../bootstrap/permissions";
import { always, byType } from "../../cli/preflight/actions.json";
import { type AccessRequest, isAllowed } from "../support/iam";

const account = { partition: "aws", account: "123456789012", region: "us-west-1" };
const dev: Scope = {
  ...account,
  project: "beo-datastore",
  environment: "dev",
  domains: ["dev.example.org"],
  mailIdentities: ["dev.example.org"],
};
const names = Object.keys(roles) as RoleName[];
const policyNames = Object.keys(policies) as PolicyName[];
const documentsOf = (role: RoleName, scope = dev) => getPolicies(role, scope).map(({ document }) => document);
const tags = (environment: string) => ({
  "aws:resourcetag/project": ["beo-datastore"],
  "aws:resourcetag/environment": [environment],
});
const iam = (resource: string) => `arn:aws:iam::123456789012:${resource}`;
const arn = (service: string, resource: string, region = "us-west-1") =>
  `arn:aws:${service}:${region}:123456789012:${resource}`;
const bucket = (name: string) => `arn:aws:s3:::${name}`;

type Row = [action: string, resource: string, context?: Record<string, string[]>];
const ask = ([action, resource, context]: Row): AccessRequest => ({
  action,
  resource: [resource],
  ...(context && { context }),
});

/** What holds data in a stack, or leads to it. %: its environment. */
const dataActions: Row[] = [
  ["s3:GetObject", bucket("beo-datastore-%-media/upload.csv")],
  ["s3:PutObject", bucket("beo-datastore-%-static/app.js")],
  ["s3:DeleteObject", bucket("beo-datastore-%-media/upload.csv")],
  ["s3:ListBucket", bucket("beo-datastore-%-media")],
  ["s3:PutBucketPolicy", bucket("beo-datastore-%-media")],
  ["s3:DeleteBucket", bucket("beo-datastore-%-media")],
  ["s3:PutObject", bucket("beo-datastore-%-bundles-0123456/bootstrap.zip")],
  ["s3:GetObject", bucket("elasticbeanstalk-us-west-1-123456789012/beo-datastore-%/app.zip")],
  ["s3:PutObject", bucket("elasticbeanstalk-us-west-1-123456789012/beo-datastore-%/app.zip")],
  ["ssm:GetParameter", arn("ssm", "parameter/beo-datastore-%/SECRET_KEY")],
  ["ssm:GetParameters", arn("ssm", "parameter/beo-datastore-%/SECRET_KEY")],
  ["ssm:PutParameter", arn("ssm", "parameter/beo-datastore-%/SECRET_KEY")],
  ["ssm:DeleteParameter", arn("ssm", "parameter/beo-datastore-%/SECRET_KEY")],
  ["ssm:StartSession", arn("ec2", "instance/i-0123456789abcdef0"), tags("%")],
  ["ssm:SendCommand", arn("ec2", "instance/i-0123456789abcdef0"), tags("%")],
  ["rds:ModifyDBInstance", arn("rds", "db:beo-datastore-%"), tags("%")],
  ["rds:DeleteDBInstance", arn("rds", "db:beo-datastore-%"), tags("%")],
  ["rds:CreateDBSnapshot", arn("rds", "db:beo-datastore-%"), tags("%")],
  ["rds:RestoreDBInstanceFromDBSnapshot", arn("rds", "snapshot:beo-datastore-%-final-0123abcd"), tags("%")],
  ["rds:ModifyDBSnapshotAttribute", arn("rds", "snapshot:beo-datastore-%-final-0123abcd"), tags("%")],
  ["rds:CopyDBSnapshot", arn("rds", "snapshot:beo-datastore-%-final-0123abcd"), tags("%")],
  ["rds:ModifyDBParameterGroup", arn("rds", "pg:beo-db-postgres17-0123456"), tags("%")],
  ["rds:AddTagsToResource", arn("rds", "pg:beo-db-postgres17-0123456"), tags("%")],
  ["rds-db:connect", arn("rds-db", "dbuser:db-ABC/beo_datastore")],
  ["sqs:ReceiveMessage", arn("sqs", "beo-datastore-%")],
  ["sqs:PurgeQueue", arn("sqs", "beo-datastore-%")],
  ["sqs:SetQueueAttributes", arn("sqs", "beo-datastore-%-dead-letters")],
  ["sqs:DeleteQueue", arn("sqs", "beo-datastore-%")],
  ["kms:Decrypt", arn("kms", "key/11111111-2222-3333-4444-555555555555")],
  ["kms:CreateGrant", arn("kms", "key/11111111-2222-3333-4444-555555555555")],
  ["iam:GetRolePolicy", iam("role/beo-datastore-%/beo-eb-web-instances-0123456")],
  ["iam:PutRolePolicy", iam("role/beo-datastore-%/beo-eb-web-instances-0123456")],
  ["iam:CreateAccessKey", iam("user/beo-datastore-%/beo-datastore-%")],
  [
    "iam:PassRole",
    iam("role/beo-datastore-%/beo-eb-web-instances-0123456"),
    { "iam:passedtoservice": ["ec2.amazonaws.com"] },
  ],
  ["sts:AssumeRole", iam("role/beo-datastore-%-deploy")],
  [
    "elasticbeanstalk:UpdateEnvironment",
    arn("elasticbeanstalk", "environment/beo-datastore-%/beo-datastore-%"),
  ],
  [
    "elasticbeanstalk:DescribeConfigurationSettings",
    arn("elasticbeanstalk", "environment/beo-datastore-%/beo-datastore-%-worker"),
  ],
  [
    "elasticbeanstalk:CreateApplicationVersion",
    arn("elasticbeanstalk", "applicationversion/beo-datastore-%/v1"),
  ],
  [
    "elasticbeanstalk:TerminateEnvironment",
    arn("elasticbeanstalk", "environment/beo-datastore-%/beo-datastore-%"),
  ],
  ["cloudformation:UpdateStack", arn("cloudformation", "stack/awseb-e-abcdefghij-stack/1"), tags("%")],
  ["cloudformation:GetTemplate", arn("cloudformation", "stack/awseb-e-abcdefghij-stack/1"), tags("%")],
  [
    "autoscaling:UpdateAutoScalingGroup",
    arn(
      "autoscaling",
      "autoScalingGroup:1:autoScalingGroupName/awseb-e-abcdefghij-stack-AWSEBAutoScalingGroup-1",
    ),
    tags("%"),
  ],
  ["ec2:AuthorizeSecurityGroupIngress", arn("ec2", "security-group/sg-0123456789abcdef0"), tags("%")],
  [
    "ec2:CreateTags",
    arn("ec2", "security-group/sg-0123456789abcdef0"),
    { ...tags("%"), "aws:requesttag/project": ["beo-datastore"], "aws:requesttag/environment": ["dev"] },
  ],
  ["ec2:TerminateInstances", arn("ec2", "instance/i-0123456789abcdef0"), tags("%")],
  // A VPC of its own.
  ["ec2:CreateRoute", arn("ec2", "route-table/rtb-1"), tags("%")],
  ["ec2:ReplaceRoute", arn("ec2", "route-table/rtb-1"), tags("%")],
  ["ec2:DeleteSubnet", arn("ec2", "subnet/subnet-1"), tags("%")],
  ["ec2:DeleteNatGateway", arn("ec2", "natgateway/nat-1"), tags("%")],
  ["ec2:CreateSubnet", arn("ec2", "vpc/vpc-1"), tags("%")],
  ["ec2:DeleteVpc", arn("ec2", "vpc/vpc-1"), tags("%")],
  ["ec2:DeleteFlowLogs", arn("ec2", "vpc-flow-log/fl-1"), tags("%")],
  [
    "elasticloadbalancing:CreateListener",
    arn("elasticloadbalancing", "loadbalancer/app/awseb-e-1/1"),
    tags("%"),
  ],
  [
    "elasticloadbalancing:ModifyListener",
    arn("elasticloadbalancing", "listener/app/awseb-e-1/1/1"),
    tags("%"),
  ],
  ["ses:DeleteEmailIdentity", arn("ses", "identity/%.example.org", "us-west-2"), tags("%")],
  ["ses:SendRawEmail", arn("ses", "identity/%.example.org", "us-west-2"), tags("%")],
  ["logs:GetLogEvents", arn("logs", "log-group:/beo-datastore-%/sessions:log-stream:1")],
  ["logs:DeleteLogGroup", arn("logs", "log-group:/aws/rds/instance/beo-datastore-%/postgresql")],
  ["cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:beo-datastore-%-database-cpu")],
  ["sns:Subscribe", arn("sns", "beo-datastore-%-alarms")],
  ["acm:DeleteCertificate", arn("acm", "certificate/1"), tags("%")],
  ["events:PutTargets", arn("events", "rule/beo-datastore-%-deployment-events")],
  ["events:DeleteRule", arn("events", "rule/beo-datastore-%-deployment-events")],
  ["rds:DeleteEventSubscription", arn("rds", "es:beo-datastore-%-database-events")],
  ["sns:Publish", arn("sns", "beo-datastore-%-alarms")],
  ["wafv2:UpdateWebACL", arn("wafv2", "regional/webacl/beo-maintenance-acl-0123456/1"), tags("%")],
  ["wafv2:AssociateWebACL", arn("wafv2", "regional/webacl/beo-maintenance-acl-0123456/1"), tags("%")],
  ["wafv2:DeleteIPSet", arn("wafv2", "regional/ipset/beo-maintenance-allowed-0123456/1"), tags("%")],
  // Maintenance of a second generation.
  ["wafv2:UpdateWebACL", arn("wafv2", "regional/webacl/beo-maintenance-2-acl-0123456/1"), tags("%")],
  ["wafv2:DeleteIPSet", arn("wafv2", "regional/ipset/beo-maintenance-2-allowed-0123456/1"), tags("%")],
  [
    "elasticloadbalancing:CreateWebACLAssociation",
    arn("elasticloadbalancing", "loadbalancer/app/awseb-e-1/1"),
    tags("%"),
  ],
  // A second generation of environments.
  [
    "elasticbeanstalk:UpdateEnvironment",
    arn("elasticbeanstalk", "environment/beo-datastore-%/beo-datastore-%-2"),
  ],
  [
    "elasticbeanstalk:TerminateEnvironment",
    arn("elasticbeanstalk", "environment/beo-datastore-%/beo-datastore-%-worker-2"),
  ],
  ["logs:DeleteLogGroup", arn("logs", "log-group:/aws/elasticbeanstalk/beo-datastore-%-2/var/log/messages")],
  // Alarms of SES and of the health check.
  ["sns:DeleteTopic", arn("sns", "beo-datastore-%-alarms-us-west-2", "us-west-2")],
  ["cloudwatch:DeleteAlarms", arn("cloudwatch", "alarm:beo-datastore-%-health-check", "us-east-1")],
  [
    "route53:ChangeResourceRecordSets",
    "arn:aws:route53:::hostedzone/Z1",
    {
      "route53:changeresourcerecordsetsnormalizedrecordnames": ["%.example.org"],
      "route53:changeresourcerecordsetsrecordtypes": ["A"],
    },
  ],
];
const inEnvironment = (environment: string) =>
  dataActions.map((row) => JSON.parse(JSON.stringify(row).replaceAll("%", environment)) as Row);

const boundary = getBoundaryArn(dev);
const hasBoundary = { "iam:permissionsboundary": [boundary] };
const ownRole = iam("role/beo-datastore-dev/beo-eb-web-instances-0123456");
const admin = "arn:aws:iam::aws:policy/AdministratorAccess";

/** Requests by which the deployment of a stack would gain every right in the account. */
const escalations: Record<string, Row> = {
  "creates a role without the boundary": ["iam:CreateRole", ownRole],
  "creates a role with another boundary": ["iam:CreateRole", ownRole, { "iam:permissionsboundary": [admin] }],
  "creates a role outside of the path": ["iam:CreateRole", iam("role/helper"), hasBoundary],
  "creates a user without the boundary": ["iam:CreateUser", iam("user/beo-datastore-dev/helper")],
  "gives a role of another path a policy": ["iam:PutRolePolicy", iam("role/other/role"), hasBoundary],
  "gives a role without the boundary a policy": ["iam:PutRolePolicy", ownRole],
  "gives its own role a policy": ["iam:PutRolePolicy", iam("role/beo-datastore-dev-deploy"), hasBoundary],
  "attaches a policy to its own role": [
    "iam:AttachRolePolicy",
    iam("role/beo-datastore-dev-deploy"),
    { ...hasBoundary, "iam:policyarn": [admin] },
  ],
  "attaches AdministratorAccess": [
    "iam:AttachRolePolicy",
    ownRole,
    { ...hasBoundary, "iam:policyarn": [admin] },
  ],
  "attaches a policy to a user": [
    "iam:AttachUserPolicy",
    iam("user/beo-datastore-dev/beo-datastore-dev"),
    { ...hasBoundary, "iam:policyarn": [admin] },
  ],
  "passes a role to Lambda": ["iam:PassRole", ownRole, { "iam:passedtoservice": ["lambda.amazonaws.com"] }],
  "passes an administrator's role to EventBridge": [
    "iam:PassRole",
    iam("role/admin"),
    { "iam:passedtoservice": ["events.amazonaws.com"] },
  ],
  "passes an administrator's role to an instance": [
    "iam:PassRole",
    iam("role/admin"),
    { "iam:passedtoservice": ["ec2.amazonaws.com"] },
  ],
  "passes its own role to an instance": [
    "iam:PassRole",
    iam("role/beo-datastore-dev-deploy"),
    { "iam:passedtoservice": ["ec2.amazonaws.com"] },
  ],
  "changes the boundary": ["iam:CreatePolicyVersion", boundary],
  "goes back to an earlier boundary": ["iam:SetDefaultPolicyVersion", boundary],
  "deletes the boundary": ["iam:DeletePolicy", boundary],
  "takes the boundary away from a role": ["iam:DeleteRolePermissionsBoundary", ownRole, hasBoundary],
  "takes the boundary away from a user": [
    "iam:DeleteUserPermissionsBoundary",
    iam("user/beo-datastore-dev/beo-datastore-dev"),
    hasBoundary,
  ],
  "gives a role another boundary": [
    "iam:PutRolePermissionsBoundary",
    ownRole,
    { "iam:permissionsboundary": [admin] },
  ],
  "changes who may assume its own role": [
    "iam:UpdateAssumeRolePolicy",
    iam("role/beo-datastore-dev-deploy"),
    hasBoundary,
  ],
  "creates an access key of another user": ["iam:CreateAccessKey", iam("user/alice")],
  "gives another user a password": ["iam:CreateLoginProfile", iam("user/alice")],
  "changes the password of a user of the stack": [
    "iam:UpdateLoginProfile",
    iam("user/beo-datastore-dev/beo-datastore-dev"),
  ],
  "adds a user to a group": ["iam:AddUserToGroup", iam("group/administrators")],
  "changes the OpenID Connect provider": [
    "iam:AddClientIDToOpenIDConnectProvider",
    iam("oidc-provider/token.actions.githubusercontent.com"),
  ],
  "deletes the OpenID Connect provider": [
    "iam:DeleteOpenIDConnectProvider",
    iam("oidc-provider/token.actions.githubusercontent.com"),
  ],
  "assumes another role": ["sts:AssumeRole", iam("role/admin")],
  "changes the policy of the state's bucket": [
    "s3:PutBucketPolicy",
    bucket("beo-datastore-state-123456789012"),
  ],
  "reads the state of another stack": [
    "s3:GetObject",
    bucket("beo-datastore-state-123456789012/.pulumi/stacks/beo-datastore/prod.json"),
  ],
  "changes the policy of Elastic Beanstalk's bucket": [
    "s3:PutBucketPolicy",
    bucket("elasticbeanstalk-us-west-1-123456789012"),
  ],
  "creates a Lambda function": ["lambda:CreateFunction", arn("lambda", "function:helper")],
  "creates a CloudFormation stack of its own": [
    "cloudformation:CreateStack",
    arn("cloudformation", "stack/helper/1"),
    { "aws:requesttag/project": ["beo-datastore"], "aws:requesttag/environment": ["dev"] },
  ],
  "creates a rule of another load balancer": [
    "elasticloadbalancing:CreateRule",
    arn("elasticloadbalancing", "listener/app/awseb-e-1/1/1"),
    { "aws:calledvia": ["cloudformation.amazonaws.com"] },
  ],
  "takes over the security group of another stack by a tag": [
    "ec2:CreateTags",
    arn("ec2", "security-group/sg-0123456789abcdef0"),
    { ...tags("prod"), "aws:requesttag/project": ["beo-datastore"], "aws:requesttag/environment": ["dev"] },
  ],
  "opens a route table without tags": ["ec2:CreateRoute", arn("ec2", "route-table/rtb-1")],
  "creates a VPC without the stack's tags": ["ec2:CreateVpc", arn("ec2", "vpc/vpc-1")],
  "takes over a resource of another stack by a tag": [
    "rds:AddTagsToResource",
    arn("rds", "subgrp:beo-db-subnets-0123456"),
    { ...tags("prod"), "aws:requesttag/project": ["beo-datastore"], "aws:requesttag/environment": ["dev"] },
  ],
};

describe("the policies of a stack", () => {
  /** The longest application name that Elastic Beanstalk allows. */
  const longest: Scope = {
    ...account,
    project: "a".repeat(25),
    environment: "staging",
    region: "ap-southeast-2",
    domains: ["api.beo-datastore.example.org", "example.org"],
  };

  for (const policy of policyNames) {
    it(`fit into a managed policy: ${policy}`, () => {
      expect(JSON.stringify(getPolicy(policy, longest).document).length).to.be.at.most(6144);
    });
  }

  it("are not more than a role can have", () => {
    for (const role of names) {
      expect(roles[role].length, role).to.be.at.most(10);
      const sids = getPolicies(role, dev).flatMap(({ document }) => document.Statement.map(({ Sid }) => Sid));
      expect(new Set(sids).size, role).to.equal(sids.length);
    }
  });

  it("say why a resource is not limited to the stack", () => {
    for (const permission of Object.values(policies).flat()) {
      const own = permission.resources(dev).every((resource) => resource.includes("beo-datastore-dev"));
      const isLimited = own || permission.conditions !== undefined;
      expect(isLimited || permission.anyResource !== undefined, permission.sid).to.equal(true);
      if (permission.resources(dev).includes("*")) {
        expect(permission.anyResource, permission.sid).to.match(/^[A-Z`].+\.$/);
      }
    }
  });

  it("have no wildcards in actions, but for the boundary", () => {
    const actions = names.flatMap((role) => roles[role].flatMap((policy: PolicyName) => policies[policy]));
    expect(
      actions.flatMap((permission) => permission.actions).filter((action) => action.includes("*")),
    ).to.deep.equal([]);
  });

  it("allow what npx beo preflight asks for", () => {
    const asked = [...always, ...Object.values(byType).flat()];
    const allowed = roles.deploy.flatMap((policy) =>
      policies[policy].flatMap(({ actions: list }: { actions: string[] }) => list),
    );
    expect([...new Set(asked)].filter((action) => !allowed.includes(action))).to.deep.equal([]);
  });

  it("leave records alone without a domain", () => {
    const { document } = getPolicy("operations", { ...dev, domains: [] });
    expect(JSON.stringify(document)).not.to.include("route53");
  });

  for (const role of names) {
    for (const row of inEnvironment("prod")) {
      it(`do not let ${role} of dev do this to prod: ${row[0]} ${row[1].replace(/^.*:/, "")}`, () => {
        expect(isAllowed(documentsOf(role), ask(row))).to.equal(false);
      });
    }
  }

  it("do not let the stack's own roles do it, whatever policies they get", () => {
    const { document } = getPolicy("boundary", dev);
    expect(inEnvironment("prod").filter((row) => isAllowed([document], ask(row)))).to.deep.equal([]);
  });

  it("would let them in their own stack, where they need it", () => {
    const allowed = inEnvironment("dev").filter((row) => isAllowed(documentsOf("deploy"), ask(row)));
    expect(allowed.length).to.be.greaterThan(25);
  });

  const environment = "environment/beo-datastore-dev/beo-datastore-dev";
  const own: Row[] = [
    ["elasticbeanstalk:CreateEnvironment", arn("elasticbeanstalk", `${environment}-2`)],
    ["elasticbeanstalk:TerminateEnvironment", arn("elasticbeanstalk", `${environment}-worker-2`)],
    ["events:PutRule", arn("events", "rule/beo-datastore-dev-deployment-events")],
    ["rds:CreateEventSubscription", arn("rds", "es:beo-datastore-dev-database-events")],
    ["sns:CreateTopic", arn("sns", "beo-datastore-dev-alarms-us-west-2", "us-west-2")],
    ["cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:beo-datastore-dev-bounces", "us-west-2")],
    ["cloudwatch:PutMetricAlarm", arn("cloudwatch", "alarm:beo-datastore-dev-health-check", "us-east-1")],
    ["route53:UpdateHealthCheck", "arn:aws:route53:::healthcheck/01234567-89ab"],
    [
      "elasticloadbalancing:CreateWebACLAssociation",
      arn("elasticloadbalancing", "loadbalancer/app/awseb-e-1/1"),
      tags("dev"),
    ],
    ["wafv2:DeleteWebACL", arn("wafv2", "regional/webacl/beo-maintenance-acl-0123456/1"), tags("dev")],
    ["wafv2:AssociateWebACL", arn("wafv2", "regional/webacl/company/1")],
    ["wafv2:AssociateWebACL", arn("wafv2", "regional/webacl/beo-firewall-acl-0123456/1"), tags("dev")],
    [
      "iam:PassRole",
      iam("role/beo-datastore-dev/beo-mon-events-0123456"),
      { "iam:passedtoservice": ["events.amazonaws.com"] },
    ],
  ];
  for (const row of own) {
    it(`let deploy of dev do this: ${row[0]} ${row[1].replace(/^.*:/, "")}`, () => {
      expect(isAllowed(documentsOf("deploy"), ask(row))).to.equal(true);
      expect(isAllowed(documentsOf("read"), ask(row))).to.equal(false);
    });
  }

  it("let the stack's role of events publish to its topic, or to the one that is used instead", () => {
    const ours = arn("sns", "ours");
    const publish = (topic: string, scope = dev) =>
      isAllowed([getPolicy("boundary", scope).document], ask(["sns:Publish", topic]));
    expect(publish(arn("sns", "beo-datastore-dev-alarms"))).to.equal(true);
    expect(publish(ours)).to.equal(false);
    expect(publish(ours, { ...dev, topicArns: [ours] })).to.equal(true);
  });

  for (const role of names) {
    for (const [title, row] of Object.entries(escalations)) {
      it(`refuse it where ${role} ${title}`, () => {
        expect(isAllowed(documentsOf(role), ask(row))).to.equal(false);
      });
    }
  }

  it("refuse all of that to the stack's own roles", () => {
    const { document } = getPolicy("boundary", dev);
    const allowed = Object.entries(escalations).filter(([, row]) => isAllowed([document], ask(row)));
    expect(allowed.map(([title]) => title)).to.deep.equal([]);
  });
});
