import { noResourceLevel, type Permission } from "./permission";
import { getBoundaryArn, type Scope, toGlobalArns, toIdentityArns } from "./scope";

/** AWS's policies that the program attaches to roles. */
const managedPolicies = [
  "service-role/AWSElasticBeanstalkEnhancedHealth",
  "AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy",
  "service-role/AmazonRDSEnhancedMonitoringRole",
];

const hasBoundary = (scope: Scope) => ({
  ArnEquals: { "iam:PermissionsBoundary": getBoundaryArn(scope) },
});

/**
 * What `pulumi up` and `pulumi destroy` change of roles and users. All are in the path of the stack, and none without the
 * boundary: what they may do is limited whatever policy or trust they get. The roles that run Pulumi, the boundary, the
 * OpenID Connect provider and other stacks are outside of the path.
 */
export const identities: Permission[] = [
  {
    sid: "CreateIdentities",
    purpose: "Creates roles and users, with the boundary only",
    actions: ["iam:CreateRole", "iam:CreateUser"],
    resources: (scope) => toIdentityArns(scope, "role", "user"),
    conditions: hasBoundary,
  },
  {
    sid: "ChangePolicies",
    purpose: "Changes and deletes the policies of roles and users that have the boundary",
    actions: [
      "iam:DeleteRolePolicy",
      "iam:DeleteUserPolicy",
      "iam:DetachRolePolicy",
      "iam:PutRolePermissionsBoundary",
      "iam:PutRolePolicy",
      "iam:PutUserPermissionsBoundary",
      "iam:PutUserPolicy",
    ],
    resources: (scope) => toIdentityArns(scope, "role", "user"),
    conditions: hasBoundary,
    unlogged: [
      {
        reason: "The setting `permissionsBoundary` is set in a deployed stack.",
        actions: ["iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary"],
      },
    ],
  },
  {
    sid: "AttachPolicies",
    purpose: "Attaches AWS's policies for Elastic Beanstalk and Enhanced Monitoring, and no others",
    actions: ["iam:AttachRolePolicy"],
    resources: (scope) => toIdentityArns(scope, "role"),
    conditions: (scope) => ({
      ArnEquals: {
        ...hasBoundary(scope).ArnEquals,
        "iam:PolicyARN": managedPolicies.map((policy) => `arn:${scope.partition}:iam::aws:policy/${policy}`),
      },
    }),
  },
  {
    sid: "PassRoles",
    purpose:
      "Hands the stack's roles to Elastic Beanstalk, instances, Enhanced Monitoring, EventBridge and its Scheduler, flow logs, AWS Backup and S3's replication, and to no other service",
    actions: ["iam:PassRole"],
    resources: (scope) => toIdentityArns(scope, "role"),
    conditions: () => ({
      StringEquals: {
        "iam:PassedToService": [
          "backup.amazonaws.com",
          "ec2.amazonaws.com",
          "elasticbeanstalk.amazonaws.com",
          "events.amazonaws.com",
          "monitoring.rds.amazonaws.com",
          "s3.amazonaws.com",
          "scheduler.amazonaws.com",
          "vpc-flow-logs.amazonaws.com",
        ],
      },
    }),
  },
  {
    sid: "ChangeIdentities",
    purpose: "Creates and deletes access keys and instance profiles, tags and deletes roles and users",
    actions: [
      "iam:AddRoleToInstanceProfile",
      "iam:CreateAccessKey",
      "iam:CreateInstanceProfile",
      "iam:DeleteAccessKey",
      "iam:DeleteInstanceProfile",
      "iam:DeleteRole",
      "iam:DeleteUser",
      "iam:RemoveRoleFromInstanceProfile",
      "iam:TagInstanceProfile",
      "iam:TagRole",
      "iam:TagUser",
      "iam:UntagInstanceProfile",
      "iam:UntagRole",
      "iam:UntagUser",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
    ],
    resources: (scope) => toIdentityArns(scope, "role", "user", "instance-profile"),
    unlogged: [
      {
        reason: "A version of the program changes who may assume a role, or its description.",
        actions: ["iam:UpdateAssumeRolePolicy", "iam:UpdateRole"],
      },
    ],
  },
  {
    sid: "EmptyUsers",
    purpose: "Looks for what a user has that AWS wants deleted before the user, and deletes its password",
    actions: [
      "iam:DeleteLoginProfile",
      "iam:ListMFADevices",
      "iam:ListSSHPublicKeys",
      "iam:ListServiceSpecificCredentials",
      "iam:ListSigningCertificates",
    ],
    resources: (scope) => toIdentityArns(scope, "user"),
  },
  {
    sid: "FindDevices",
    purpose: "Looks for a virtual MFA device of a user that it deletes",
    actions: ["iam:ListVirtualMFADevices"],
    resources: () => ["*"],
    anyResource: noResourceLevel,
  },
  {
    sid: "CreateServiceRoles",
    purpose: "Lets AWS's services create the roles of their own that an account has once",
    actions: ["iam:CreateServiceLinkedRole"],
    resources: (scope) => toGlobalArns(scope, "iam", "role/aws-service-role/*"),
    conditions: () => ({
      StringEquals: {
        "iam:AWSServiceName": [
          "autoscaling.amazonaws.com",
          "elasticbeanstalk.amazonaws.com",
          "elasticloadbalancing.amazonaws.com",
          "managedupdates.elasticbeanstalk.amazonaws.com",
          "rds.amazonaws.com",
        ],
      },
    }),
    unlogged: [{ reason: "The account is new to the service.", actions: "all" }],
  },
];
