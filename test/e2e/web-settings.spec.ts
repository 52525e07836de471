import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeConfigurationSettingsCommand,
  DescribeEnvironmentsCommand,
} from "@aws-sdk/client-elastic-beanstalk";
import { DescribeCertificateCommand, ListCertificatesCommand } from "@aws-sdk/client-acm";
import { DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { DescribeTargetGroupsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { GetRolePolicyCommand, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import { CreateHostedZoneCommand, ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { GetWebACLForResourceCommand } from "@aws-sdk/client-wafv2";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";
const web = {
  singleInstance: false,
  maxSize: 3,
  deploymentPolicy: "Rolling",
  deploymentBatchSize: 1,
  deploymentBatchSizeType: "Fixed",
  rootVolumeSize: 40,
  rootVolumeIops: 4000,
  rootVolumeThroughput: 250,
  allowedCidrs: ["203.0.113.0/24", "198.51.100.7/32", "2001:db8::/32"],
  ipAddressType: "dualstack",
  idleTimeout: 600,
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  healthCheckInterval: 30,
  healthCheckTimeout: 10,
  healthyThreshold: 2,
  unhealthyThreshold: 4,
  firewall: "managed",
};
const worker = { rootVolumeType: "io1", rootVolumeIops: 500 };
const platform = {
  instanceReplacement: true,
  instanceStatements: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reference-data/*"] }],
};
const settings = {
  domain: "api.beo-e2e.net",
  hostedZone: "beo-e2e.net",
  additionalDomains: ["www.beo-e2e.net", "api.beo-e2e.org"],
  additionalHostedZones: ["beo-e2e.org"],
  web,
  worker,
  platform,
};

/** One stack with every setting of the load balancer, the domains, the volumes and the deployments. */
describe("the settings of the web environment", function () {
  this.timeout(30 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const zones: Record<string, string> = {};
  let outputs: Record<string, unknown> = {};

  before(async () => {
    workspace = new Workspace({}, [join(__dirname, "support/dual_stack.py")]);
    aws = clientsOf(workspace.aws);
    for (const zone of ["beo-e2e.net", "beo-e2e.org"]) {
      const { HostedZone } = await aws.route53.send(
        new CreateHostedZoneCommand({ Name: zone, CallerReference: zone }),
      );
      zones[zone] = HostedZone?.Id ?? "";
    }
    await workspace.init("dev");
    const file = join(workspace.folder, "Pulumi.dev.yaml");
    const lines = Object.entries(settings).map(
      ([key, value]) => `  beo-datastore:${key}: ${JSON.stringify(value)}\n`,
    );
    writeFileSync(file, readFileSync(file, "utf8").replace(/^config:\n/m, `$&${lines.join("")}`));
  });
  after(() => {
    workspace.remove();
  });

  const up = (...more: string[]) =>
    workspace.succeed(
      ...["up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev", ...more],
    );
  const getOptions = async (EnvironmentName: string) => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return (configuration?.OptionSettings ?? []).map(
      ({ Namespace = "", OptionName = "", Value = "" }) => `${Namespace} ${OptionName}=${Value}`,
    );
  };
  const getWebAcl = async () => {
    const { WebACL } = await aws.waf.send(
      new GetWebACLForResourceCommand({ ResourceArn: String(outputs.loadBalancerArn) }),
    );
    return WebACL;
  };
  const expectNoChanges = async () => {
    await up("--expect-no-changes");
    await workspace.succeed(
      ...["refresh", "--yes", "--skip-preview", "--expect-no-changes", "--stack", "dev"],
    );
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
  };

  it("are deployed, and violate no mandatory policy", async () => {
    expect(await up()).not.to.include("[mandatory]");
    outputs = await workspace.outputs("dev");
    expect(await getOptions(name)).to.include.members([
      "aws:autoscaling:launchconfiguration RootVolumeIOPS=4000",
      "aws:autoscaling:launchconfiguration RootVolumeThroughput=250",
      "aws:autoscaling:launchconfiguration RootVolumeType=gp3",
      "aws:elasticbeanstalk:command BatchSize=1",
      "aws:elasticbeanstalk:command BatchSizeType=Fixed",
      "aws:elasticbeanstalk:environment:process:default HealthCheckInterval=30",
      "aws:elasticbeanstalk:environment:process:default HealthCheckTimeout=10",
      "aws:elasticbeanstalk:managedactions:platformupdate InstanceRefreshEnabled=true",
      "aws:elbv2:listener:443 SSLPolicy=ELBSecurityPolicy-TLS13-1-2-2021-06",
      "aws:elbv2:loadbalancer IdleTimeout=600",
      "aws:elbv2:loadbalancer IpAddressType=dualstack",
    ]);
    expect(await getOptions(`${name}-worker`)).to.include.members([
      "aws:autoscaling:launchconfiguration RootVolumeIOPS=500",
      "aws:autoscaling:launchconfiguration RootVolumeType=io1",
    ]);
    const { TargetGroups: [group] = [] } = await aws.loadBalancing.send(
      new DescribeTargetGroupsCommand({ LoadBalancerArn: String(outputs.loadBalancerArn) }),
    );
    expect(group).to.deep.include({
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 10,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 4,
    });
  });

  it("open the load balancer to the allowed networks only", async () => {
    const { SecurityGroupRules = [] } = await aws.ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [String(outputs.loadBalancerSecurityGroupId)] }],
      }),
    );
    expect(
      SecurityGroupRules.filter(({ IsEgress }) => !IsEgress)
        .map(({ FromPort, CidrIpv4, CidrIpv6 }) => `${String(FromPort)} ${CidrIpv4 ?? CidrIpv6 ?? ""}`)
        .sort(),
    ).to.deep.equal(
      ["80", "443"].flatMap((port) => web.allowedCidrs.map((cidr) => `${port} ${cidr}`)).sort(),
    );
  });

  it("have a certificate of all domains, and records in both zones", async () => {
    const { CertificateSummaryList: [summary] = [] } = await aws.acm.send(new ListCertificatesCommand({}));
    const { Certificate } = await aws.acm.send(
      new DescribeCertificateCommand({ CertificateArn: summary?.CertificateArn }),
    );
    expect(Certificate?.SubjectAlternativeNames).to.have.members([
      "api.beo-e2e.net",
      "www.beo-e2e.net",
      "api.beo-e2e.org",
    ]);
    const getAddresses = async (zone: string) => {
      const { ResourceRecordSets = [] } = await aws.route53.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: zones[zone] }),
      );
      return ResourceRecordSets.filter(({ AliasTarget }) => AliasTarget !== undefined).map(
        ({ Name = "", Type = "" }) => `${Type} ${Name}`,
      );
    };
    expect(await getAddresses("beo-e2e.net")).to.have.members([
      "A api.beo-e2e.net.",
      "AAAA api.beo-e2e.net.",
      "A www.beo-e2e.net.",
      "AAAA www.beo-e2e.net.",
    ]);
    expect(await getAddresses("beo-e2e.org")).to.have.members([
      "A api.beo-e2e.org.",
      "AAAA api.beo-e2e.org.",
    ]);
  });

  it("give the instances the further permissions, and say the names of what people need", async () => {
    for (const role of [outputs.webInstanceRoleName, outputs.workerInstanceRoleName]) {
      const RoleName = String(role);
      const { PolicyNames = [] } = await aws.iam.send(new ListRolePoliciesCommand({ RoleName }));
      const policies = await Promise.all(
        PolicyNames.map(async (PolicyName) => {
          const { PolicyDocument = "" } = await aws.iam.send(
            new GetRolePolicyCommand({ RoleName, PolicyName }),
          );
          return decodeURIComponent(PolicyDocument);
        }),
      );
      expect(policies.filter((policy) => policy.includes("arn:aws:s3:::reference-data/*"))).to.have.length(1);
    }
    const { Environments: [environment] = [] } = await aws.beanstalk.send(
      new DescribeEnvironmentsCommand({ EnvironmentNames: [name] }),
    );
    expect(outputs.loadBalancerDnsName).to.equal(environment?.EndpointURL);
    expect(outputs.serviceRoleName).to.match(/^beo-eb-service-/);
  });

  it("are unchanged in the second preview, and are no drift", async () => {
    await expectNoChanges();
    const { code, output } = workspace.beo("drift", "dev");
    expect(code, output).to.equal(0);
  });

  it("have the firewall before, and again after maintenance, by one association", async () => {
    const managed = await getWebAcl();
    expect(managed?.Rules?.map(({ Name, Priority }) => `${String(Priority)} ${Name ?? ""}`)).to.have.members([
      "0 rate-limit",
      "1 AWSManagedRulesCommonRuleSet",
      "2 AWSManagedRulesKnownBadInputsRuleSet",
    ]);
    expect(workspace.beo("status", "dev").output).not.to.include("requests get 503");

    await workspace.succeed("config", "set", "--path", "web.maintenance", "true", "--stack", "dev");
    const changes = await workspace.previewChanges("dev");
    expect(changes.filter((change) => change.includes("beo-web-acl"))).to.include("replace beo-web-acl");
    expect(changes).to.include("create beo-maintenance-acl");
    expect(changes.join()).not.to.include("beo-firewall");
    await up();
    expect((await getWebAcl())?.DefaultAction?.Block?.CustomResponse?.ResponseCode).to.equal(503);
    expect(workspace.beo("status", "dev").output).to.include("requests get 503");
    await up("--expect-no-changes");

    await workspace.succeed("config", "rm", "--path", "web.maintenance", "--stack", "dev");
    await up();
    expect((await getWebAcl())?.ARN).to.equal(managed?.ARN);
    await expectNoChanges();
  });

  it("end with maintenance in place of the firewall, and with neither", async () => {
    await workspace.succeed("config", "rm", "--path", "web.firewall", "--stack", "dev");
    await workspace.succeed("config", "set", "--path", "web.maintenance", "true", "--stack", "dev");
    await up();
    expect((await getWebAcl())?.DefaultAction?.Block?.CustomResponse?.ResponseCode).to.equal(503);
    await workspace.succeed("config", "rm", "--path", "web.maintenance", "--stack", "dev");
    await up();
    expect(await getWebAcl()).to.equal(undefined);
    await expectNoChanges();
  });
});
