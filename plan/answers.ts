import { unknown, Wire } from "./wire";

/**
 * What AWS would tell about the account, as far as one knows without asking it: the region is a setting, everything else
 * is known at deployment only.
 */
const answers: Record<string, (region: string) => Record<string, Wire>> = {
  "aws:index/getRegion:getRegion": (region) => ({ id: region, region }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: unknown }),
  "aws:ec2/getVpc:getVpc": () => ({ id: unknown }),
  "aws:ec2/getSubnets:getSubnets": () => ({ ids: unknown }),
  "aws:route53/getZone:getZone": () => ({ zoneId: unknown }),
  "aws:elasticbeanstalk/getHostedZone:getHostedZone": () => ({ id: unknown }),
  "aws:elasticbeanstalk/getSolutionStack:getSolutionStack": () => ({ name: unknown }),
};

/**
 * Answers a question to the provider.
 *
 * @throws Error for one that has no answer here.
 */
export function answer(token: string, region: string): Record<string, Wire> {
  const known = answers[token];
  if (known === undefined) {
    throw new Error(`The plan has no answer to ${token}: add one to plan/answers.ts.`);
  }
  return known(region);
}
