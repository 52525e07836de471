import { getsTags, hasTags, type Permission } from "./permission";
import { type Scope, toArns } from "./scope";

const toEc2 =
  (...types: string[]) =>
  (scope: Scope) =>
    toArns(scope, "ec2", ...types.map((type) => `${type}/*`));

const created = [
  "elastic-ip",
  "internet-gateway",
  "natgateway",
  "route-table",
  "subnet",
  "vpc",
  "vpc-endpoint",
  "vpc-flow-log",
];

const named = "EC2 checks both what is created and what the request names (Service Authorization Reference).";

/** What the setting `network.create` creates: the VPC of a stack. */
export const network: Permission[] = [
  {
    sid: "CreateNetwork",
    purpose: "Creates the VPC of the stack and what is in it",
    actions: [
      "ec2:AllocateAddress",
      "ec2:CreateFlowLogs",
      "ec2:CreateInternetGateway",
      "ec2:CreateNatGateway",
      "ec2:CreateRouteTable",
      "ec2:CreateSubnet",
      "ec2:CreateVpc",
      "ec2:CreateVpcEndpoint",
    ],
    resources: toEc2(...created),
    conditions: getsTags,
    unlogged: [{ reason: named, actions: ["ec2:CreateRouteTable", "ec2:CreateSubnet"] }],
  },
  {
    sid: "CreateInNetwork",
    purpose: "Names the stack's VPC, subnets, addresses and route tables in these requests",
    actions: [
      "ec2:CreateFlowLogs",
      "ec2:CreateNatGateway",
      "ec2:CreateRouteTable",
      "ec2:CreateSubnet",
      "ec2:CreateVpcEndpoint",
    ],
    resources: toEc2("elastic-ip", "route-table", "security-group", "subnet", "vpc"),
    conditions: hasTags,
    unlogged: [{ reason: named, actions: "all" }],
  },
  {
    sid: "TagNetwork",
    purpose: "Tags them when they are created",
    actions: ["ec2:CreateTags"],
    resources: toEc2(...created),
    conditions: (scope) => ({
      StringEquals: {
        ...getsTags(scope).StringEquals,
        "ec2:CreateAction": [
          "AllocateAddress",
          "CreateFlowLogs",
          "CreateInternetGateway",
          "CreateNatGateway",
          "CreateRouteTable",
          "CreateSubnet",
          "CreateVpc",
          "CreateVpcEndpoint",
        ],
      },
    }),
  },
  {
    sid: "TagDefaultGroup",
    purpose: "Tags the default security group of the VPC, before it removes the group's rules",
    actions: ["ec2:CreateTags"],
    resources: toEc2("security-group"),
    anyResource: "AWS creates the group without tags. A group with tags of a stack cannot get others.",
    conditions: (scope) => ({
      ...getsTags(scope),
      Null: { "aws:ResourceTag/Project": "true", "aws:ResourceTag/Environment": "true" },
    }),
  },
  {
    sid: "ChangeNetwork",
    purpose: "Changes, connects and deletes them",
    actions: [
      "ec2:AssociateRouteTable",
      "ec2:AttachInternetGateway",
      "ec2:CreateRoute",
      "ec2:CreateTags",
      "ec2:DeleteFlowLogs",
      "ec2:DeleteInternetGateway",
      "ec2:DeleteNatGateway",
      "ec2:DeleteRoute",
      "ec2:DeleteRouteTable",
      "ec2:DeleteSubnet",
      "ec2:DeleteTags",
      "ec2:DeleteVpc",
      "ec2:DeleteVpcEndpoints",
      "ec2:DetachInternetGateway",
      "ec2:DisassociateRouteTable",
      "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint",
      "ec2:ReplaceRoute",
    ],
    resources: toEc2(...created, "security-group"),
    conditions: hasTags,
    unlogged: [
      {
        reason: "The settings `network.nat`, `network.zones` and `network.interfaceEndpoints` change.",
        actions: ["ec2:ModifyVpcEndpoint", "ec2:ReplaceRoute"],
      },
    ],
  },
];
