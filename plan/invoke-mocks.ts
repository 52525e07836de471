import { type PropertyValue, unknown } from "./values";

/** What is known of the AWS account without calling AWS: the region is configured, everything else is unknown. */
const mocks: Record<string, (region: string) => Record<string, PropertyValue>> = {
  "aws:index/getRegion:getRegion": (region) => ({ id: region, region }),
  "aws:index/getPartition:getPartition": (region) => ({ partition: getPartition(region) }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({ names: unknown }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: unknown, arn: unknown }),
  "aws:ec2/getVpc:getVpc": () => ({ id: unknown }),
  "aws:ec2/getSubnets:getSubnets": () => ({ ids: unknown }),
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": () => ({ id: unknown }),
  "aws:cloudwatch/getLogGroups:getLogGroups": () => ({ logGroupNames: [] }),
  "aws:route53/getZone:getZone": () => ({ zoneId: unknown }),
  "aws:elasticbeanstalk/getHostedZone:getHostedZone": () => ({ id: unknown }),
  "aws:elasticbeanstalk/getSolutionStack:getSolutionStack": () => ({ name: unknown }),
  // The plan describes a stack that is not deployed.
  "pulumi:pulumi:readStackResourceOutputs": () => ({ outputs: {} }),
};

/** Returns a region's partition: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html. */
function getPartition(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/**
 * Returns the result of a provider function.
 *
 * @throws Error if the function has no mock.
 */
export function mockInvoke(token: string, region: string): Record<string, PropertyValue> {
  const mock = mocks[token];
  if (mock === undefined) {
    throw new Error(`${token} has no mock. Add one to plan/invoke-mocks.ts.`);
  }
  return mock(region);
}
