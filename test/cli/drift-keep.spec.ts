import { expect } from "chai";
import { describe, it } from "mocha";
import { findDrift } from "../../cli/drift/find-drift";

/** The Keep command of an option of an environment that has another value in AWS. */
const keep = (option: string, inAws: string, configuration: Record<string, object | string>) => {
  const [namespace, name] = option.split(" ") as [string, string];
  const settings = (value: string) => ({ settings: [{ namespace, name, value }] });
  const [found] = findDrift(
    [
      {
        op: "update",
        urn: "urn:pulumi:prod::beo-datastore::beo:index:Beanstalk$aws:elasticbeanstalk/environment:Environment::beo-eb-web",
        diffReasons: ["settings"],
        oldState: { inputs: settings(inAws) },
        newState: { inputs: settings("other") },
      },
    ],
    {
      stack: "prod",
      configuration: Object.fromEntries(
        Object.entries({
          appUrl: "https://beo.example.org",
          supportEmail: "support@example.org",
          domain: "api.example.org",
          hostedZone: "example.org",
          ...configuration,
        }).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
      ),
    },
  );
  return found?.keep;
};

const publicAddress = "aws:ec2:vpc AssociatePublicIpAddress";
const addressType = "aws:elbv2:loadbalancer IpAddressType";

describe("the command that keeps a difference", () => {
  it("is left out where network.create excludes the setting", () => {
    const create = { network: { create: true, nat: "none" } };
    expect(keep(publicAddress, "false", create)).to.deep.equal([]);
    expect(keep(addressType, "dualstack", create)).to.deep.equal([]);
    expect(keep(addressType, "ipv4", create)).to.deep.equal([
      "npx pulumi config set --path web.ipAddressType ipv4 --stack prod",
    ]);
  });

  it("is printed where the same setting is allowed", () => {
    const network = {
      vpcId: "vpc-0123456789abcdef0",
      databaseSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      instanceSubnetIds: ["subnet-0123456789abcdef2", "subnet-0123456789abcdef3"],
      loadBalancerSubnetIds: ["subnet-0123456789abcdef4", "subnet-0123456789abcdef5"],
    };
    expect(keep(publicAddress, "false", { network })).to.deep.equal([
      "npx pulumi config set --path network.associatePublicIpAddress false --stack prod",
    ]);
    expect(keep(addressType, "dualstack", { network })).to.deep.equal([
      "npx pulumi config set --path web.ipAddressType dualstack --stack prod",
    ]);
  });

  it("is left out where the default VPC needs another value", () => {
    expect(keep(publicAddress, "false", {})).to.deep.equal([]);
  });

  it("is left out where the value does not fit another setting, or is none that the setting accepts", () => {
    expect(keep("aws:autoscaling:asg MaxSize", "3", { web: { minSize: 4, maxSize: 6 } })).to.deep.equal([]);
    expect(keep("aws:autoscaling:asg MaxSize", "5", { web: { minSize: 4, maxSize: 6 } })).to.deep.equal([
      "npx pulumi config set --path web.maxSize 5 --stack prod",
    ]);
    expect(keep("aws:ec2:instances InstanceTypes", "x9.huge", {})).to.deep.equal([]);
    expect(keep("aws:ec2:instances InstanceTypes", "t3.large", {})).to.deep.equal([
      "npx pulumi config set --path 'web.instanceTypes[0]' t3.large --stack prod",
    ]);
  });

  it("is printed although other settings are encrypted, or the configuration has problems of its own", () => {
    const others: Record<string, string>[] = [
      { secretKey: "[secret]", extraSecrets: "[secret]" },
      { unknownKey: "x" },
    ];
    for (const more of others) {
      expect(keep("aws:autoscaling:asg MaxSize", "5", more)).to.deep.equal([
        "npx pulumi config set --path web.maxSize 5 --stack prod",
      ]);
    }
  });
});
