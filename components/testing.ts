import type { runtime } from "@pulumi/pulumi";

const account = "123456789012";
const region = "us-west-1";

/**
 * Returns mocks for unit tests of programs that use the components: `pulumi.runtime.setMocks(createMocks())`. They answer
 * as an account with a default VPC does. A resource has its inputs as outputs, and what AWS adds to them as far as the
 * components use it.
 *
 * @param overrides Answers of your own, which take precedence. Where they return nothing, these mocks answer.
 */
export function createMocks(
  overrides: {
    call?: (args: runtime.MockCallArgs) => Record<string, unknown> | undefined;
    newResource?: (args: runtime.MockResourceArgs) => Record<string, unknown> | undefined;
  } = {},
): runtime.Mocks {
  return {
    call: (args) => overrides.call?.(args) ?? calls[args.token] ?? {},
    newResource: (args) => ({
      id: `${args.name}-id`,
      state: { ...getInputs(args), ...describeResource(args), ...overrides.newResource?.(args) },
    }),
  };
}

const calls: Record<string, Record<string, unknown> | undefined> = {
  "aws:index/getRegion:getRegion": { id: region, region },
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    names: ["us-west-1a", "us-west-1b", "us-west-1c"],
  },
  "aws:index/getPartition:getPartition": { partition: "aws" },
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: account },
  "aws:ec2/getVpc:getVpc": { id: "vpc-0a1b2c3d" },
  "aws:ec2/getSubnets:getSubnets": { ids: ["subnet-0a1b2c3d", "subnet-1a1b2c3d"] },
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": { id: "pl-0a1b2c3d" },
  "aws:cloudwatch/getLogGroups:getLogGroups": { logGroupNames: [] },
  "aws:route53/getZone:getZone": { zoneId: "Z0EXAMPLE" },
  "aws:elasticbeanstalk/getHostedZone:getHostedZone": { id: "Z1EXAMPLE" },
  "aws:elasticbeanstalk/getSolutionStack:getSolutionStack": {
    name: "64bit Amazon Linux 2023 v4.0.0 running Python 3.13",
  },
};

function getInputs({ inputs }: runtime.MockResourceArgs): Record<string, unknown> {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-type-assertion -- the SDK's own type is any
  return inputs as Record<string, unknown>;
}

/** What AWS adds to a resource's inputs. */
function describeResource(args: runtime.MockResourceArgs): Record<string, unknown> {
  const { type, name } = args;
  const given = getInputs(args);
  const [, service = "", kind = ""] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
  const nameOf = (member: string) => (typeof given[member] === "string" ? given[member] : name);
  const common = { name: nameOf("name"), arn: `arn:aws:${service}:${region}:${account}:${nameOf("name")}` };
  switch (`${service}.${kind}`) {
    case "s3.Bucket":
      return { bucket: nameOf("bucket"), arn: `arn:aws:s3:::${nameOf("bucket")}` };
    case "sqs.Queue":
      return { ...common, url: `https://sqs.${region}.amazonaws.com/${account}/${common.name}` };
    case "iam.AccessKey":
      return { secret: "secret-access-key" };
    case "ssm.Parameter":
      return { ...common, version: 1 };
    case "rds.Instance":
      return {
        arn: `arn:aws:rds:${region}:${account}:db:${nameOf("identifier")}`,
        address: `${nameOf("identifier")}.example.${region}.rds.amazonaws.com`,
        dbName: given.dbName ?? "",
      };
    case "elasticbeanstalk.Environment":
      return {
        ...common,
        autoscalingGroups: [`${common.name}-instances`],
        loadBalancers: [
          `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/${common.name}/0123456789abcdef`,
        ],
      };
    case "sesv2.EmailIdentity":
      return { ...common, dkimSigningAttributes: { tokens: ["token-1", "token-2", "token-3"] } };
    case "cloudfront.Distribution":
      return {
        arn: `arn:aws:cloudfront::${account}:distribution/E1EXAMPLE`,
        domainName: "d111111abcdef8.cloudfront.net",
      };
    case "acm.Certificate":
      return { ...common, domainValidationOptions: [{}] };
    default:
      return service === "" ? describeRandom(given) : common;
  }
}

/** A resource of the provider for random values. */
function describeRandom({ length }: Record<string, unknown>): Record<string, unknown> {
  return typeof length === "number" ? { result: "x".repeat(length) } : { hex: "0a1b2c3d" };
}
