import { getWebAcl } from "@pulumi/aws/wafv2/getWebAcl";
import { IpSet } from "@pulumi/aws/wafv2/ipSet";
import { WebAcl } from "@pulumi/aws/wafv2/webAcl";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation";
import * as pulumi from "@pulumi/pulumi";
import { checkArguments } from "./check-arguments";
import { withDefaults } from "./defaults";
import { LookupError } from "./lookups";
import { getOutputs } from "./outputs";

/** A load balancer whose requests are answered with 503. */
export interface MaintenanceArgs {
  /**
   * ARN of the Application Load Balancer.
   *
   * @changing Replaces the association with the web ACL: the load balancer before serves again.
   */
  loadBalancerArn: pulumi.Input<string>;
  /**
   * Public IPv4 networks whose requests still reach the application, such as `203.0.113.0/24`.
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
export const maintenanceDefaults = { retryAfter: 3600 } satisfies Partial<MaintenanceArgs>;

/** By it the program knows its own web ACL. */
const description = "Answers 503 during maintenance";

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
    const { loadBalancerArn, allowedCidrs = [], retryAfter, tags } = withDefaults(args, maintenanceDefaults);
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
    new WebAclAssociation(
      `${name}-association`,
      {
        resourceArn: pulumi.output(loadBalancerArn).apply((arn) => refuseOtherWebAcl(arn, this)),
        webAclArn: webAcl.arn,
      },
      // A load balancer has one web ACL: deleting the old association last would remove the new one.
      { ...parent, deleteBeforeReplace: true },
    );

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

/**
 * Returns the ARN, unless the load balancer has a web ACL that is not of this program: ours would take its place, and
 * leave none afterwards.
 */
async function refuseOtherWebAcl(loadBalancerArn: string, component: pulumi.Resource): Promise<string> {
  const found = await getWebAcl(
    { resourceArn: loadBalancerArn, scope: "REGIONAL" },
    { parent: component },
  ).catch((error: unknown) => {
    const message = String(error);
    // Where there is none, the provider fails too.
    if (/access ?denied|not authorized|expired|throttl|rate exceeded/i.test(message)) {
      throw new LookupError(
        `The web ACL of the load balancer could not be read, and maintenance would take the place of one. It needs the actions wafv2:GetWebACLForResource and elasticloadbalancing:GetLoadBalancerWebACL: ${message}`,
      );
    }
    return undefined;
  });
  if (found?.id !== undefined && found.description !== description) {
    throw new LookupError(
      `The load balancer has the web ACL ${found.name ?? found.id} of AWS WAF. Maintenance needs its place. Disassociate it first, and associate it again afterwards: aws wafv2 disassociate-web-acl --resource-arn ${loadBalancerArn} --region ${found.region}`,
    );
  }
  return loadBalancerArn;
}
