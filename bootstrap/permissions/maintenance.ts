import { getsTags, hasOrGetsTags, hasTags, type Permission } from "./permission";
import { getAlarms, getBudgets, getIpSets, getMuteRules, getSchedules, getWebAcls } from "./resources";
import { getApplicationName, type Scope, toArns } from "./scope";

const getWebAclArns = (scope: Scope) => [...getWebAcls(scope), ...getIpSets(scope)];

const getLoadBalancers = (scope: Scope) => toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*");

const dependent =
  "AssociateWebACL and DisassociateWebACL depend on it for a load balancer (Service Authorization Reference).";

/**
 * What the settings `web.maintenance`, `web.firewall`, `sleep` and `budget` change: AWS WAF is before the load balancer, the
 * stack sleeps, and its costs are watched.
 */
export const maintenance: Permission[] = [
  {
    sid: "CreateWebAcl",
    purpose: "Creates the web ACLs of the firewall and of maintenance, and the IP set of maintenance",
    actions: ["wafv2:CreateIPSet", "wafv2:CreateWebACL"],
    resources: getWebAclArns,
    conditions: getsTags,
  },
  {
    sid: "TagWebAcl",
    purpose: "Tags them",
    actions: ["wafv2:TagResource"],
    resources: getWebAclArns,
    conditions: hasOrGetsTags,
    unlogged: [
      {
        reason: "AWS WAF also checks it where something is created with tags (AWS WAF developer guide).",
        actions: "all",
      },
    ],
  },
  {
    sid: "ChangeWebAcl",
    purpose: "Changes, uses and deletes them",
    actions: [
      "wafv2:AssociateWebACL",
      "wafv2:DeleteIPSet",
      "wafv2:DeleteWebACL",
      "wafv2:UntagResource",
      "wafv2:UpdateIPSet",
      "wafv2:UpdateWebACL",
    ],
    resources: getWebAclArns,
    conditions: hasTags,
    unlogged: [
      { reason: "Tags are removed where the setting tags changes.", actions: ["wafv2:UntagResource"] },
    ],
  },
  {
    sid: "UseWebAcl",
    purpose: "Associates the web ACL with the load balancer of the stack, and ends that",
    actions: ["elasticloadbalancing:CreateWebACLAssociation", "elasticloadbalancing:DeleteWebACLAssociation"],
    resources: getLoadBalancers,
    conditions: hasTags,
    unlogged: [{ reason: dependent, actions: "all" }],
  },
  {
    sid: "AssociateLoadBalancer",
    purpose: "Names the load balancer in the request",
    actions: ["wafv2:AssociateWebACL"],
    resources: getLoadBalancers,
    anyResource: "AWS WAF does not know the tags of load balancers, which UseWebAcl needs.",
    unlogged: [
      {
        reason: "AWS WAF may also check the load balancer (Service Authorization Reference).",
        actions: "all",
      },
    ],
  },
  {
    sid: "UseOtherWebAcl",
    purpose: "Associates the web ACL that `web.firewall` names",
    actions: ["wafv2:AssociateWebACL"],
    resources: (scope) => toArns(scope, "wafv2", "regional/webacl/*/*"),
    anyResource: "It is of none of the program's stacks. UseWebAcl limits the load balancer.",
    // Without that tag, too.
    conditions: (scope) => ({ StringNotEquals: { "aws:ResourceTag/Project": scope.project } }),
    unlogged: [{ reason: "Only with the ARN of a web ACL in web.firewall.", actions: "all" }],
  },
  {
    sid: "EndUseOfWebAcl",
    purpose: "Ends the association",
    actions: ["elasticloadbalancing:SetWebAcl", "wafv2:DisassociateWebACL"],
    resources: () => ["*"],
    anyResource:
      "SetWebAcl has no resources, and a request to end an association names no web ACL. UseWebAcl limits the load balancer.",
    unlogged: [{ reason: dependent, actions: ["elasticloadbalancing:SetWebAcl"] }],
  },
  {
    sid: "ChangeSleep",
    purpose: "Creates, changes and deletes the schedules of a stack that sleeps",
    actions: ["scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"],
    resources: getSchedules,
    unlogged: [{ reason: "The setting sleep.", actions: "all" }],
  },
  {
    sid: "MuteAlarms",
    purpose: "Mutes the alarms of the stack while it sleeps",
    actions: ["cloudwatch:DeleteAlarmMuteRule", "cloudwatch:PutAlarmMuteRule"],
    // The action is on the rule and on each alarm: CloudWatch API reference, PutAlarmMuteRule.
    resources: (scope) => [...getMuteRules(scope), ...getAlarms(scope)],
    unlogged: [{ reason: "The setting sleep.", actions: "all" }],
  },
  {
    sid: "TagMuteRules",
    purpose: "Tags the rules that mute the alarms",
    actions: ["cloudwatch:TagResource", "cloudwatch:UntagResource"],
    resources: getMuteRules,
    unlogged: [{ reason: "The setting sleep.", actions: "all" }],
  },
  {
    sid: "Wake",
    purpose: "Starts and stops the database outside of its hours: npx beo wake, npx beo sleep",
    actions: ["rds:StartDBInstance", "rds:StopDBInstance"],
    resources: (scope) => toArns(scope, "rds", `db:${getApplicationName(scope)}`),
    conditions: hasTags,
    unlogged: [{ reason: "The setting sleep.", actions: "all" }],
  },
  {
    sid: "ChangeBudget",
    purpose: "Creates, changes and deletes the budget",
    actions: ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"],
    resources: getBudgets,
    unlogged: [{ reason: "The setting budget.", actions: "all" }],
  },
];
