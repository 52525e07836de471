import {
  expectInput,
  findMismatch,
  getPath,
  hasInput,
  inProduction,
  isFalse,
  toBeTrue,
  toObjects,
  toStrings,
} from "../checks";
import { types } from "../resource-types";
import { ofTypes, type Props, type RuleDefinition } from "../rule";
import { every, find, listOf, some } from "../unknown-values";
import { isUnrestricted } from "./ec2";

/** Whether AWS recommends a security policy. The policies Ext0, Ext1 and Ext2 allow older ciphers. */
export function isRecommendedPolicy(policy: unknown): boolean {
  return /ELBSecurityPolicy-TLS13-1-[23]-(Res-)?(FIPS-)?(PQ-)?20\d\d-\d\d/.test(String(policy));
}
export const recommendedPolicies = "a security policy for TLS 1.2 and 1.3 only";

/** Rules on load balancers and their listeners. */
export const loadBalancers: RuleDefinition[] = [
  {
    name: "alb-http-to-https-redirection-check",
    title: "Application Load Balancers should redirect all HTTP requests to HTTPS",
    severity: "medium",
    controls: ["ELB.1"],
    remediation: "Set defaultActions to one redirect to HTTPS.",
    types: types.listener,
    check({ props }, report) {
      report(
        () =>
          isHttp(props) &&
          !redirectsToHttps(props.defaultActions) &&
          "defaultActions does not redirect HTTP requests to HTTPS; expected redirects only.",
      );
    },
  },
  {
    name: "alb-http-listener-rules-redirect",
    title: "Rules of HTTP listeners should redirect requests to HTTPS",
    severity: "medium",
    controls: ["ELB.1"],
    remediation: "Set actions to one redirect to HTTPS.",
    types: types.listenerRule,
    checkInStack(rule, report, _context, stack) {
      const listener = ofTypes(stack, types.listener).find(({ urn }) =>
        rule.refersTo("listenerArn").includes(urn),
      );
      report(
        () =>
          listener !== undefined &&
          isHttp(listener.props) &&
          !redirectsToHttps(rule.props.actions) &&
          "actions does not redirect HTTP requests to HTTPS; expected redirects only.",
      );
    },
  },
  {
    name: "elb-predefined-security-policy-ssl-check",
    title: "Application and Network Load Balancers should use recommended security policies",
    severity: "medium",
    controls: ["ELB.17"],
    remediation: "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09, which AWS recommends.",
    types: types.listener,
    check({ props }, report) {
      report(
        () =>
          (props.protocol === "HTTPS" || props.protocol === "TLS") &&
          findMismatch("sslPolicy", props.sslPolicy, {
            isMet: isRecommendedPolicy,
            description: recommendedPolicies,
          }),
      );
    },
  },
  {
    name: "elb-tls-https-listeners-only",
    title: "Classic Load Balancer listeners should be configured with HTTPS or TLS termination",
    severity: "medium",
    controls: ["ELB.3"],
    remediation: "Set lbProtocol of every listener to https or ssl.",
    types: types.classicLoadBalancer,
    check({ props }, report) {
      report(() => {
        const plain = find(
          toObjects(props.listeners),
          ({ lbProtocol }) => !["https", "ssl"].includes(String(lbProtocol).toLowerCase()),
        );
        return (
          plain && `a listener has lbProtocol ${JSON.stringify(plain.lbProtocol)}; expected "https" or "ssl".`
        );
      });
    },
  },
  {
    name: "alb-http-drop-invalid-header-enabled",
    title: "Application Load Balancers should be configured to drop invalid HTTP headers",
    severity: "medium",
    controls: ["ELB.4"],
    remediation: "Set dropInvalidHeaderFields to true.",
    types: types.loadBalancer,
    check({ props }, report) {
      report(
        () =>
          isApplication(props) &&
          findMismatch("dropInvalidHeaderFields", props.dropInvalidHeaderFields, toBeTrue),
      );
    },
  },
  {
    name: "alb-desync-mode-check",
    title: "Application and Classic Load Balancers should use defensive or strictest desync mitigation mode",
    severity: "medium",
    controls: ["ELB.12", "ELB.14"],
    remediation: "Remove desyncMitigationMode, or set it to defensive or strictest.",
    types: [...types.loadBalancer, ...types.classicLoadBalancer],
    check({ props }, report) {
      report(
        () =>
          props.desyncMitigationMode === "monitor" &&
          'desyncMitigationMode is "monitor"; expected "defensive" or "strictest".',
      );
    },
  },
  {
    name: "elb-deletion-protection-enabled",
    title: "Load balancers in production should have deletion protection enabled",
    severity: "medium",
    controls: ["ELB.6"],
    remediation: "Set enableDeletionProtection to true.",
    types: types.loadBalancer,
    check: inProduction(expectInput("enableDeletionProtection", toBeTrue)),
  },
  {
    name: "elbv2-multiple-az",
    title: "Load balancers should span two Availability Zones or more",
    severity: "medium",
    controls: ["ELB.13"],
    remediation: "Add a subnet of another Availability Zone to subnets or subnetMappings.",
    types: types.loadBalancer,
    check({ props }, report) {
      report(() => {
        const subnets = [...toStrings(props.subnets), ...toObjects(props.subnetMappings)].length;
        return subnets === 1 && "the load balancer has one subnet; expected two or more.";
      });
    },
  },
  {
    name: "elb-logging-enabled",
    title: "Load balancers should have access logging enabled",
    level: "advisory",
    severity: "medium",
    controls: ["ELB.5"],
    remediation: "Set accessLogs to a bucket, with enabled true.",
    types: types.loadBalancer,
    check: expectInput("accessLogs.enabled", toBeTrue),
  },
  {
    name: "wafv2-webacl-not-empty",
    title: "AWS WAF web ACLs should have at least one rule or rule group",
    severity: "medium",
    controls: ["WAF.10"],
    remediation: "Add a rule to rules.",
    types: types.webAcl,
    checkInStack(acl, report, _context, stack) {
      report(
        () =>
          // One that blocks all requests needs none.
          getPath(acl.props, "defaultAction.block") === undefined &&
          !["rules", "ruleJson"].some((input) => hasInput(acl, input)) &&
          !ofTypes(stack, types.webAclRule).some(({ refersTo }) => refersTo("webAclArn").includes(acl.urn)) &&
          "the web ACL has no rule; expected one.",
      );
    },
  },
  {
    name: "wafv2-rulegroup-logging-enabled",
    title: "AWS WAF rules should have CloudWatch metrics enabled",
    severity: "medium",
    controls: ["WAF.12"],
    remediation: "Set visibilityConfig.cloudwatchMetricsEnabled to true, for each rule too.",
    types: [...types.webAcl, ...types.webAclRuleGroup],
    check({ props }, report) {
      report(
        () =>
          some([() => props, ...toObjects(props.rules)], (rule) =>
            isFalse(getPath(rule, "visibilityConfig.cloudwatchMetricsEnabled")),
          ) && "visibilityConfig.cloudwatchMetricsEnabled is false; expected true.",
      );
    },
  },
  {
    name: "wafv2-allowed-ip-sets-restricted",
    title: "Web ACLs that block requests should not allow all addresses",
    severity: "medium",
    remediation: "Name the networks that need access in the IP set.",
    url: "https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-ipset-match.html",
    types: types.webAcl,
    checkInStack(acl, report, _context, stack) {
      const sets = ofTypes(stack, types.ipSet).filter(({ urn }) => acl.refersTo("rules").includes(urn));
      report(
        () =>
          getPath(acl.props, "defaultAction.block") !== undefined &&
          some(toObjects(acl.props.rules), (rule) => getPath(rule, "action.allow") !== undefined) &&
          some(listOf(...sets), ({ props }) => isUnrestricted(toStrings(props.addresses))) &&
          "an IP set of all addresses is allowed; expected named networks.",
      );
    },
  },
];

function isApplication({ loadBalancerType = "application" }: Props): boolean {
  return loadBalancerType === "application";
}

/** Whether a listener speaks HTTP, the default of those with a port. Network and Gateway Load Balancers do not. */
function isHttp({ protocol, port }: Props): boolean {
  return protocol === undefined ? port !== undefined : protocol === "HTTP";
}

/** Whether there is an action, and all redirect to HTTPS. A redirect keeps the protocol by default. */
function redirectsToHttps(actions: unknown): boolean {
  const list = toObjects(actions);
  return (
    some(list, () => true) &&
    every(list, (action) => action.type === "redirect" && getPath(action, "redirect.protocol") === "HTTPS")
  );
}
