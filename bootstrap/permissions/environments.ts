import { type Permission, getsTags, hasOrGetsTags, hasTags, noResourceLevel } from "./permission";
import { getScalingGroups } from "./resources";
import { getBeanstalkArns } from "./resources";
import { type Scope, toArns } from "./scope";

const getGroups = (scope: Scope) => toArns(scope, "ec2", "security-group/*");
const getLoadBalancer = (scope: Scope) =>
  toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*", "listener/app/awseb-*");

/** What `pulumi up` and `pulumi destroy` change of the environments and their network. */
export const environments: Permission[] = [
  {
    sid: "ChangeEnvironments",
    purpose: "Creates, changes and deletes the application, its versions and its two environments",
    actions: [
      "elasticbeanstalk:AddTags",
      "elasticbeanstalk:CreateApplication",
      "elasticbeanstalk:CreateApplicationVersion",
      "elasticbeanstalk:CreateEnvironment",
      "elasticbeanstalk:DeleteApplication",
      "elasticbeanstalk:RemoveTags",
      "elasticbeanstalk:TerminateEnvironment",
      "elasticbeanstalk:UpdateApplicationResourceLifecycle",
      "elasticbeanstalk:UpdateEnvironment",
      "elasticbeanstalk:UpdateTagsForResource",
    ],
    resources: getBeanstalkArns,
    unlogged: [
      {
        reason: "UpdateTagsForResource is allowed by AddTags and RemoveTags (API reference).",
        actions: ["elasticbeanstalk:RemoveTags"],
      },
    ],
  },
  {
    sid: "CreateSecurityGroups",
    purpose: "Creates security groups",
    actions: ["ec2:CreateSecurityGroup"],
    resources: getGroups,
    conditions: getsTags,
  },
  {
    sid: "CreateSecurityGroupsInNetwork",
    purpose: "Creates them in a VPC",
    actions: ["ec2:CreateSecurityGroup"],
    resources: (scope) => toArns(scope, "ec2", "vpc/*"),
    anyResource:
      "The VPC of a stack has no tag of it: it is the account's default VPC, or one that was there before.",
  },
  {
    sid: "TagNewSecurityGroups",
    purpose: "Tags new security groups and rules",
    actions: ["ec2:CreateTags"],
    resources: (scope) => [...getGroups(scope), ...toArns(scope, "ec2", "security-group-rule/*")],
    conditions: (scope) => ({
      StringEquals: {
        ...getsTags(scope).StringEquals,
        "ec2:CreateAction": [
          "AuthorizeSecurityGroupEgress",
          "AuthorizeSecurityGroupIngress",
          "CreateSecurityGroup",
        ],
      },
    }),
  },
  {
    sid: "ChangeSecurityGroups",
    purpose: "Changes and deletes the stack's security groups",
    actions: [
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateTags",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteTags",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ],
    resources: (scope) => [...getGroups(scope), ...toArns(scope, "ec2", "security-group-rule/*")],
    conditions: hasTags,
  },
  {
    sid: "CreateSecurityGroupRules",
    purpose: "Creates rules with tags, of the stack's security groups",
    actions: ["ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress"],
    resources: (scope) => toArns(scope, "ec2", "security-group-rule/*"),
    conditions: getsTags,
    unlogged: [
      {
        reason:
          "EC2 also checks the new rule where the request has tags for it (Service Authorization Reference).",
        actions: "all",
      },
    ],
  },
  {
    sid: "FindInterfaces",
    purpose: "Waits until nothing uses a security group that it deletes",
    actions: ["ec2:DescribeNetworkInterfaces"],
    resources: () => ["*"],
    anyResource: noResourceLevel,
  },
  {
    sid: "ChangeListener",
    purpose: "Creates, changes and deletes the listener that redirects to HTTPS",
    actions: [
      "elasticloadbalancing:CreateListener",
      "elasticloadbalancing:DeleteListener",
      "elasticloadbalancing:ModifyListener",
      "elasticloadbalancing:RemoveTags",
    ],
    resources: getLoadBalancer,
    conditions: hasTags,
    unlogged: [
      {
        reason: "A version of the program changes the redirect.",
        actions: ["elasticloadbalancing:ModifyListener"],
      },
    ],
  },
  {
    sid: "TagListener",
    purpose: "Tags the listener",
    actions: ["elasticloadbalancing:AddTags"],
    resources: getLoadBalancer,
    conditions: hasOrGetsTags,
  },
  {
    sid: "ChangeScaling",
    purpose: "Creates, changes and deletes the scaling policies and the lifecycle hook of the environments",
    actions: [
      "autoscaling:DeleteLifecycleHook",
      "autoscaling:DeletePolicy",
      "autoscaling:PutLifecycleHook",
      "autoscaling:PutScalingPolicy",
    ],
    resources: getScalingGroups,
    conditions: hasTags,
  },
  {
    sid: "BeanstalkStacks",
    purpose: "Lets Elastic Beanstalk create an environment's CloudFormation stack",
    actions: ["cloudformation:CreateStack", "cloudformation:TagResource"],
    resources: (scope) => toArns(scope, "cloudformation", "stack/awseb-e-*"),
    conditions: getsTags,
    unlogged: [{ reason: "CreateStack has tags.", actions: ["cloudformation:TagResource"] }],
  },
  {
    sid: "BeanstalkDeletes",
    purpose: "Lets Elastic Beanstalk delete an environment's CloudFormation stack",
    actions: ["cloudformation:DeleteStack"],
    resources: (scope) => toArns(scope, "cloudformation", "stack/awseb-e-*"),
    conditions: hasTags,
  },
];
