import { getWebAcl } from "@pulumi/aws/wafv2/getWebAcl";
import { WebAclAssociation } from "@pulumi/aws/wafv2/webAclAssociation";
import * as pulumi from "@pulumi/pulumi";
import { LookupError } from "./lookups";

/** By them the program knows its own web ACLs. */
export const descriptions = {
  firewall: "Managed rules for the web environment",
  maintenance: "Answers 503 during maintenance",
};

interface AssociationArgs {
  loadBalancerArn: pulumi.Input<string>;
  webAclArn: pulumi.Input<string>;
  /** ARN of the configured web ACL, which is always associated. */
  firewall?: string | undefined;
}

/** Associates a web ACL with a load balancer, which has one at most. */
export function associateWebAcl(
  name: string,
  { loadBalancerArn, webAclArn, firewall }: AssociationArgs,
  component: pulumi.Resource,
  opts: pulumi.CustomResourceOptions = {},
): WebAclAssociation {
  return new WebAclAssociation(
    name,
    {
      resourceArn: pulumi.output(loadBalancerArn).apply((arn) => checkOtherWebAcl(arn, firewall, component)),
      webAclArn,
    },
    // Deleting the old association last would remove the new one.
    { ...opts, parent: component, deleteBeforeReplace: true },
  );
}

/**
 * Returns the load balancer's ARN, unless it has a web ACL that is not of this program: ours would take its place, and leave
 * none afterwards. With a firewall, whose place it is, warns only.
 */
async function checkOtherWebAcl(
  loadBalancerArn: string,
  firewall: string | undefined,
  component: pulumi.Resource,
): Promise<string> {
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
  if (
    found?.id === undefined ||
    (firewall !== undefined && found.arn === firewall) ||
    Object.values(descriptions).includes(found.description)
  ) {
    return loadBalancerArn;
  }
  const other = `The load balancer has the web ACL ${found.name ?? found.id} of AWS WAF.`;
  if (firewall === undefined) {
    throw new LookupError(
      `${other} Maintenance needs its place. Disassociate it first, and associate it again afterwards: aws wafv2 disassociate-web-acl --resource-arn ${loadBalancerArn} --region ${found.region}`,
    );
  }
  await pulumi.log.warn(`${other} web.firewall takes its place.`, component);
  return loadBalancerArn;
}
