import { IpSet } from "@pulumi/aws/wafv2/ipSet";
import { WebAcl } from "@pulumi/aws/wafv2/webAcl";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { getOutputs } from "./outputs";
import { associateWebAcl, descriptions } from "./web-acl-association";

/** A load balancer whose requests are answered with 503. */
export interface MaintenanceArgs {
  /**
   * ARN of the Application Load Balancer.
   *
   * @changing Replaces the association with the web ACL: the load balancer before serves again.
   */
  loadBalancerArn: pulumi.Input<string>;
  /**
   * Whether the web ACL is associated with the load balancer; false where another resource does that.
   *
   * @default true
   * @changing In place: creates or deletes the association.
   */
  associate?: boolean;
  /**
   * IPv4 networks whose requests still reach the application, such as `203.0.113.0/24`.
   *
   * @default none
   * @changing In place.
   */
  allowedCidrs?: pulumi.Input<string>[];
  /**
   * Seconds after which clients may try again: the header `Retry-After`.
   *
   * @default 3600
   * @changing In place.
   */
  retryAfter?: pulumi.Input<number>;
  /**
   * Tags of the web ACL and the IP set.
   *
   * @default no tags
   * @changing In place.
   */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** Defaults of {@link MaintenanceArgs}. */
export const maintenanceDefaults = { associate: true, retryAfter: 3600 } satisfies Partial<MaintenanceArgs>;

const description = descriptions.maintenance;

/**
 * A web ACL of AWS WAF that answers all requests to a load balancer with 503 and `Retry-After`, except those from allowed
 * networks. A fixed response of the load balancer cannot have that header
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html).
 */
export class Maintenance extends pulumi.ComponentResource {
  /** ARN of the web ACL. */
  readonly webAclArn: pulumi.Output<string>;

  constructor(name: string, args: MaintenanceArgs, opts?: pulumi.ComponentResourceOptions) {
    checkArguments("Maintenance", args);
    super("beo:index:Maintenance", name, {}, opts);
    const {
      loadBalancerArn,
      associate,
      allowedCidrs = [],
      retryAfter,
      tags,
    } = withDefaults(args, maintenanceDefaults);
    const parent = { parent: this };
    // An imported one would be replaced to get another generated name.
    const named = { ...parent, ignoreChanges: ["name"] };

    const ipSet =
      allowedCidrs.length > 0 &&
      new IpSet(
        `${name}-allowed`,
        { description, scope: "REGIONAL", ipAddressVersion: "IPV4", addresses: allowedCidrs, tags },
        named,
      );
    const key = "maintenance";
    const webAcl = new WebAcl(
      `${name}-acl`,
      {
        description,
        scope: "REGIONAL",
        customResponseBodies: [
          { key, contentType: "TEXT_HTML", content: pulumi.output(retryAfter).apply(getPage) },
        ],
        defaultAction: {
          block: {
            customResponse: {
              responseCode: 503,
              customResponseBodyKey: key,
              responseHeaders: [{ name: "Retry-After", value: pulumi.interpolate`${retryAfter}` }],
            },
          },
        },
        rules: ipSet
          ? [
              {
                name: "allowed-networks",
                priority: 0,
                action: { allow: {} },
                statement: { ipSetReferenceStatement: { arn: ipSet.arn } },
                visibilityConfig: getMetric("maintenance-allowed"),
              },
            ]
          : [],
        visibilityConfig: getMetric("maintenance"),
        tags,
      },
      named,
    );
    if (associate) {
      associateWebAcl(`${name}-association`, { loadBalancerArn, webAclArn: webAcl.arn }, this);
    }

    this.webAclArn = webAcl.arn;
    this.registerOutputs(getOutputs(this));
  }
}

function getPage(retryAfter: number): string {
  const minutes = Math.ceil(retryAfter / 60);
  const title = "Down for maintenance";
  return `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><p>Try again in ${minutes} minute${minutes === 1 ? "" : "s"}.</p></html>`;
}

function getMetric(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
