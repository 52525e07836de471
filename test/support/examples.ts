import type { InvokeMock, Outputs, RecordedResource } from "../../plan/recording-monitor";
import { type PropertyValue, secret } from "../../plan/values";

export const account = "123456789012";
export const region = "us-west-1";
export const vpcId = "vpc-0a1b2c3d4e5f60718";
export const subnetIds = ["subnet-0b1b2c3d4e5f60718", "subnet-0a1b2c3d4e5f60718"];

/** Answers to the invokes, as an AWS account gives them. */
export const answers: InvokeMock = (token) => {
  if (token === "aws:wafv2/getWebAcl:getWebAcl") {
    throw new Error("the load balancer has no web ACL");
  }
  const known: Record<string, Record<string, PropertyValue>> = {
    "aws:index/getRegion:getRegion": { id: region, region },
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
      names: ["us-west-1c", "us-west-1a", "us-west-1b"],
    },
    "aws:index/getPartition:getPartition": { partition: "aws" },
    "aws:index/getCallerIdentity:getCallerIdentity": {
      accountId: account,
      arn: `arn:aws:iam::${account}:user/example`,
    },
    "aws:ec2/getVpc:getVpc": { id: vpcId },
    "aws:ec2/getSubnets:getSubnets": { ids: subnetIds },
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": { id: "pl-4ea04527" },
    "aws:cloudwatch/getLogGroups:getLogGroups": { logGroupNames: [] },
    "aws:route53/getZone:getZone": { zoneId: "Z0EXAMPLE" },
    "aws:elasticbeanstalk/getHostedZone:getHostedZone": { id: "Z1LQECGX5PH1X" },
    "aws:elasticbeanstalk/getSolutionStack:getSolutionStack": {
      name: "64bit Amazon Linux 2023 v4.7.2 running Python 3.13",
    },
    "pulumi:pulumi:readStackResourceOutputs": { outputs: {} },
  };
  const found = known[token];
  if (found === undefined) {
    throw new Error(`There is no example answer for ${token}: add one to test/support/examples.ts.`);
  }
  return found;
};

const text = (value: PropertyValue | undefined, otherwise: string) =>
  typeof value === "string" ? value : otherwise;

/** The outputs of a created resource, as AWS returns them. */
export const exampleOutputs: Outputs = (resource) => {
  const { type, name, inputs } = resource;
  const physical = text(inputs.name ?? inputs.bucket ?? inputs.identifier, name);
  return { id: idOf(resource, physical), outputs: outputsOf(type, physical, inputs) };
};

function idOf({ type, name }: RecordedResource, physical: string): string {
  switch (type) {
    case "aws:ec2/securityGroup:SecurityGroup":
      return `sg-${name}`;
    case "aws:iam/accessKey:AccessKey":
      return `AKIA-${name}`;
    default:
      return physical;
  }
}

function outputsOf(
  type: string,
  name: string,
  inputs: Record<string, PropertyValue>,
): Record<string, PropertyValue> {
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return { bucket: name, arn: `arn:aws:s3:::${name}` };
    case "aws:sqs/queue:Queue":
      return {
        name,
        arn: arn("sqs", name),
        url: `https://sqs.${region}.amazonaws.com/${account}/${name}`,
      };
    case "aws:iam/user:User":
      return { name, arn: `arn:aws:iam::${account}:user/${name}` };
    case "aws:iam/role:Role":
      return { name, arn: `arn:aws:iam::${account}:role/${name}` };
    case "aws:iam/policy:Policy":
      return { arn: `arn:aws:iam::${account}:policy/${name}` };
    case "aws:iam/openIdConnectProvider:OpenIdConnectProvider":
      return { arn: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com` };
    case "aws:kms/key:Key":
      return { arn: arn("kms", `key/${name}`), keyId: name };
    case "aws:iam/instanceProfile:InstanceProfile":
      return { name };
    case "aws:iam/accessKey:AccessKey":
      return { secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
    case "aws:ssm/parameter:Parameter":
      return { arn: `arn:aws:ssm:${region}:${account}:parameter${name}`, version: 1 };
    case "aws:rds/instance:Instance":
      return {
        address: `${name}.abcdefghijkl.${region}.rds.amazonaws.com`,
        arn: arn("rds", `db:${name}`),
      };
    case "aws:backup/vault:Vault":
      return { name, arn: arn("backup", `backup-vault:${name}`) };
    case "aws:rds/subnetGroup:SubnetGroup":
    case "aws:rds/parameterGroup:ParameterGroup":
      return { name };
    case "aws:elasticbeanstalk/environment:Environment":
      return {
        cname: `${text(inputs.cnamePrefix, name)}.${region}.elasticbeanstalk.com`,
        endpointUrl: `awseb--AWSEB-abc-1234567890.${region}.elb.amazonaws.com`,
        loadBalancers: [arn("elasticloadbalancing", "loadbalancer/app/awseb--AWSEB-abc/0123456789abcdef")],
        autoscalingGroups: [`awseb-e-${name}-stack-AWSEBAutoScalingGroup`],
      };
    case "aws:sesv2/emailIdentity:EmailIdentity":
      return {
        arn: `arn:aws:ses:us-west-2:${account}:identity/${text(inputs.emailIdentity, "")}`,
        // As the provider returns it, which makes the whole of it a secret.
        dkimSigningAttributes: { tokens: ["one", "two", "three"], domainSigningPrivateKey: secret("") },
      };
    case "aws:sesv2/configurationSet:ConfigurationSet":
      return { arn: `arn:aws:ses:us-west-2:${account}:configuration-set/${name}` };
    case "aws:acm/certificate:Certificate":
      return {
        arn: arn("acm", "certificate/01234567-89ab-cdef-0123-456789abcdef"),
        domainValidationOptions: [
          inputs.domainName,
          ...(Array.isArray(inputs.subjectAlternativeNames) ? inputs.subjectAlternativeNames : []),
        ].map((domain) => ({
          domainName: text(domain, ""),
          resourceRecordName: `_x.${text(domain, "")}`,
          resourceRecordType: "CNAME",
          resourceRecordValue: "_y.acm-validations.aws",
        })),
      };
    case "aws:cloudfront/distribution:Distribution":
      return {
        arn: `arn:aws:cloudfront::${account}:distribution/EDFDVBD632BHDS5`,
        domainName: "d111111abcdef8.cloudfront.net",
      };
    case "aws:wafv2/webAcl:WebAcl":
      return { arn: arn("wafv2", `regional/webacl/${name}/1`) };
    case "aws:wafv2/ipSet:IpSet":
      return { arn: arn("wafv2", `regional/ipset/${name}/1`) };
    case "aws:autoscaling/policy:Policy":
      return { arn: arn("autoscaling", `scalingPolicy:${name}`) };
    case "aws:sns/topic:Topic":
      return { arn: `arn:aws:sns:${text(inputs.region, region)}:${account}:${name}` };
    case "aws:cloudwatch/eventRule:EventRule":
      return { name, arn: arn("events", `rule/${name}`) };
    case "random:index/randomPassword:RandomPassword":
      return { result: "r".repeat(Number(inputs.length)) };
    case "random:index/randomId:RandomId":
      return { hex: "0a1b2c3d" };
    default:
      return {};
  }
}
