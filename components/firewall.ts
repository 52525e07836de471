import { WebAcl } from "@pulumi/aws/wafv2/webAcl";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { getOutputs } from "./outputs";
import { descriptions } from "./web-acl-association";

/** A web ACL with AWS's managed rules. */
export interface FirewallArgs {
  /**
   * Tags of the web ACL.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Requests of one address in five minutes above which AWS WAF blocks it. */
const rateLimit = 2000;

/**
 * A web ACL of AWS WAF for load balancers: AWS's common rules and those for known bad inputs
 * (https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html), and a limit of requests for
 * each address. Bodies above 8 KiB are counted only, since uploads are larger.
 */
export class Firewall extends pulumi.ComponentResource {
  /** ARN of the web ACL. */
  readonly webAclArn: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Firewall", args);
    super("beo:index:Firewall", name, {}, opts);
    const webAcl = new WebAcl(
      `${name}-acl`,
      {
        description: descriptions.firewall,
        scope: "REGIONAL",
        defaultAction: { allow: {} },
        rules: [
          {
            name: "rate-limit",
            priority: 0,
            action: { block: {} },
            statement: {
              rateBasedStatement: { limit: rateLimit, evaluationWindowSec: 300, aggregateKeyType: "IP" },
            },
            visibilityConfig: getMetric("firewall-rate-limit"),
          },
          getManagedRule("AWSManagedRulesCommonRuleSet", 1, ["SizeRestrictions_BODY"]),
          getManagedRule("AWSManagedRulesKnownBadInputsRuleSet", 2),
        ],
        visibilityConfig: getMetric("firewall"),
        tags: args.tags,
      },
      // An imported one would be replaced to get another generated name.
      { parent: this, ignoreChanges: ["name"] },
    );
    this.webAclArn = webAcl.arn;
    this.registerOutputs(getOutputs(this));
  }
}

/** Returns a rule group of AWS, some of whose rules only count the requests that they match. */
function getManagedRule(name: string, priority: number, counted: string[] = []) {
  return {
    name,
    priority,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name,
        ...(counted.length > 0 && {
          ruleActionOverrides: counted.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
        }),
      },
    },
    visibilityConfig: getMetric(`firewall-${name}`),
  };
}

function getMetric(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
