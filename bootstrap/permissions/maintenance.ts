import { getsTags, hasOrGetsTags, hasTags, type Permission } from "./permission";
import { getIpSets, getWebAcls } from "./read";
import { type Scope, toArns } from "./scope";

const getWebAclArns = (scope: Scope) => [...getWebAcls(scope), ...getIpSets(scope)];

/** What the setting `web.maintenance` changes: AWS WAF answers for the load balancer. */
export const maintenance: Permission[] = [
  {
    sid: "CreateWebAcl",
    purpose: "Creates the web ACL and the IP set of maintenance",
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
  },
  {
    sid: "UseWebAclWithLoadBalancer",
    purpose: "Associates the web ACL with the load balancer, and no other one",
    actions: [
      "elasticloadbalancing:CreateWebACLAssociation",
      "elasticloadbalancing:DeleteWebACLAssociation",
      "elasticloadbalancing:SetWebAcl",
    ],
    resources: (scope) => toArns(scope, "elasticloadbalancing", "loadbalancer/app/awseb-*"),
    conditions: hasTags,
    unlogged: [
      {
        reason: "AWS WAF checks it for AssociateWebACL and DisassociateWebACL (AWS WAF developer guide).",
        actions: "all",
      },
    ],
  },
  {
    sid: "EndUseOfWebAcl",
    purpose: "Ends the association",
    actions: ["wafv2:DisassociateWebACL"],
    resources: () => ["*"],
    anyResource:
      "The action has no resources. DeleteWebACLAssociation and SetWebAcl limit the load balancer.",
  },
];
