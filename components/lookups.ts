import { getSolutionStack } from "@pulumi/aws/elasticbeanstalk";
import * as ec2 from "@pulumi/aws/ec2";
import { getAvailabilityZones, type GetAvailabilityZonesResult } from "@pulumi/aws/getAvailabilityZones";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity";
import { getRegion } from "@pulumi/aws/getRegion";
import { getZone } from "@pulumi/aws/route53/getZone";
import * as pulumi from "@pulumi/pulumi";
import { toList } from "./outputs";

/** Returns the id of a public Route 53 zone of the account. */
export function getZoneId(zone: string, parent: pulumi.Resource): pulumi.Output<string> {
  return lookUp(
    getZone({ name: zone, privateZone: false }, { parent }).then(({ zoneId }) => zoneId),
    () => ({
      missing: `The public Route 53 zone ${zone} (hostedZone)`,
      advice: `Set hostedZone to a zone of this list, or create the zone: aws route53 list-hosted-zones --query "HostedZones[?!Config.PrivateZone].Name"`,
    }),
    parent,
  );
}

/** Returns the id of the region's default VPC. */
export function getDefaultVpcId(parent: pulumi.Resource): pulumi.Output<string> {
  return lookUp(
    ec2.getVpc({ default: true }, { parent }).then(({ id }) => id),
    (region) => ({
      missing: `The default VPC of ${region}`,
      advice: `For a stack that is not deployed yet, set network.create to true. Or create it: aws ec2 create-default-vpc --region ${region}. Or set network.vpcId and the subnets to a VPC of this list: aws ec2 describe-vpcs --region ${region} --query "Vpcs[].VpcId"`,
    }),
    parent,
  );
}

/** Returns the id of the region's list of the addresses from which CloudFront sends requests to servers. */
export function getCloudFrontPrefixListId(parent: pulumi.Resource): pulumi.Output<string> {
  const name = "com.amazonaws.global.cloudfront.origin-facing";
  return lookUp(
    ec2.getManagedPrefixList({ name }, { parent }).then(({ id }) => id),
    (region) => ({
      missing: `The prefix list ${name} of ${region}`,
      advice: `List what there is: aws ec2 describe-managed-prefix-lists --region ${region}. Or set web.cloudFront to false.`,
    }),
    parent,
  );
}

/** Returns the names of the region's availability zones, without local zones, and with those that fail at the moment. */
export function getZoneNames(count: number, parent: pulumi.Resource): pulumi.Output<string[]> {
  const filters = [{ name: "opt-in-status", values: ["opt-in-not-required"] }];
  const zones = getAvailabilityZones({ filters }, { parent });
  return pulumi.output(zones).apply(({ names }: Partial<GetAvailabilityZonesResult>) => {
    if (names !== undefined && names.length < count) {
      throw new LookupError(
        `network.zones is ${count}, but the account's availability zones in this region are ${names.join(" and ")}. Set network.zones to 2.`,
      );
    }
    return [...toList(names)].sort();
  });
}

/** Returns the name of the newest platform version of a branch. */
export function getPlatformVersion(branch: string, parent: pulumi.Resource): pulumi.Output<string> {
  const nameRegex = `^64bit Amazon Linux 2023 v\\d+\\.\\d+\\.\\d+ running ${branch.replace(".", "\\.")}$`;
  return lookUp(
    getSolutionStack({ mostRecent: true, nameRegex }, { parent }).then(({ name }) => name),
    (region) => ({
      missing: `A platform version of ${branch} on Amazon Linux 2023 (platform.branch)`,
      advice: `Set platform.branch to a branch of this list: aws elasticbeanstalk list-available-solution-stacks --region ${region} --query SolutionStacks`,
    }),
    parent,
  );
}

/**
 * A lookup that found nothing. Pulumi prints it once for all inputs that wait for the lookup, but adds to the message each
 * time, and prints the stack trace of an error that an output ends with: this one's text stays as it is.
 */
export class LookupError extends pulumi.RunError {
  constructor(text: string) {
    super(text);
    const constant = { get: () => text, set: () => undefined };
    Object.defineProperties(this, { message: constant, stack: constant });
  }
}

/** Returns the result of a lookup, or an error that says what is missing where, and how to list what there is. */
function lookUp<T>(
  result: Promise<T>,
  describe: (region: string) => { missing: string; advice: string },
  parent: pulumi.Resource,
): pulumi.Output<T> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the SDK only unwraps inputs, of which an invoke has none
  return pulumi.output(
    result.catch(async (error: unknown) => {
      const [account, region] = await Promise.all([
        getCallerIdentity({}, { parent }).then(({ accountId }) => accountId),
        // Its successor, `region`, is missing in providers before version 7; both hold the same text.
        // eslint-disable-next-line @typescript-eslint/no-deprecated
        getRegion({}, { parent }).then(({ id }) => id),
      ]);
      const { missing, advice } = describe(region);
      const reason = error instanceof Error ? error.message : String(error);
      throw new LookupError(`${missing} was not found in account ${account}: ${reason}\n${advice}`);
    }),
  ) as pulumi.Output<T>;
}
