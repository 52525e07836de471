import { createHash } from "node:crypto";
import {
  GetDistributionCommand,
  ListDistributionsCommand,
  ListTagsForResourceCommand,
} from "@aws-sdk/client-cloudfront";
import { DescribeManagedPrefixListsCommand, DescribeSecurityGroupRulesCommand } from "@aws-sdk/client-ec2";
import { DescribeConfigurationSettingsCommand } from "@aws-sdk/client-elastic-beanstalk";
import { expect } from "chai";
import { after, before, describe, it } from "mocha";
import { clientsOf } from "./support/clients";
import { leftIn } from "./support/remaining";
import { Workspace } from "./support/workspace";

const name = "beo-datastore-dev";

/** A dev stack as an earlier version deployed it, over HTTP, which gets the default of this one. */
describe("a deployed dev stack that gets CloudFront", function () {
  this.timeout(15 * 60_000);
  let workspace: Workspace;
  let aws: ReturnType<typeof clientsOf>;
  const up = () =>
    workspace.succeed("up", "--yes", "--skip-preview", "--policy-pack", "policies", "--stack", "dev");
  const findDistribution = async () => {
    const { DistributionList } = await aws.cloudFront.send(new ListDistributionsCommand({}));
    const { Id, ARN } = DistributionList?.Items?.[0] ?? {};
    const { Distribution } = await aws.cloudFront.send(new GetDistributionCommand({ Id }));
    const { Tags } = await aws.cloudFront.send(new ListTagsForResourceCommand({ Resource: ARN }));
    return {
      host: Distribution?.DomainName ?? "",
      config: Distribution?.DistributionConfig,
      tags: Tags,
    };
  };
  const getProperties = async (EnvironmentName: string): Promise<Record<string, string | undefined>> => {
    const { ConfigurationSettings: [configuration] = [] } = await aws.beanstalk.send(
      new DescribeConfigurationSettingsCommand({ ApplicationName: name, EnvironmentName }),
    );
    return Object.fromEntries<string | undefined>(
      (configuration?.OptionSettings ?? [])
        .filter(({ Namespace }) => Namespace === "aws:elasticbeanstalk:application:environment")
        .map(({ OptionName, Value }) => [OptionName ?? "", Value]),
    );
  };
  /** What may reach port 80 of the instances. */
  const getSources = async () => {
    const { instanceSecurityGroupId } = await workspace.outputs("dev");
    const { SecurityGroupRules = [] } = await aws.ec2.send(
      new DescribeSecurityGroupRulesCommand({
        Filters: [{ Name: "group-id", Values: [String(instanceSecurityGroupId)] }],
      }),
    );
    return SecurityGroupRules.filter(({ IsEgress }) => !IsEgress).map(
      ({ FromPort, ToPort, CidrIpv4, CidrIpv6, PrefixListId }) => [
        FromPort,
        ToPort,
        CidrIpv4 ?? CidrIpv6 ?? PrefixListId,
      ],
    );
  };

  before(async () => {
    workspace = new Workspace();
    aws = clientsOf(workspace.aws);
    await workspace.init("dev");
    await workspace.succeed("config", "set", "--path", "web.cloudFront", "false", "--stack", "dev");
    await up();
  });
  after(() => {
    workspace.remove();
  });

  it("serves HTTP to everyone without it, and warns that users cannot log in", async () => {
    expect(await workspace.outputs("dev")).to.include({
      url: `http://${name}.us-west-1.elasticbeanstalk.com`,
    });
    expect(await getSources()).to.deep.equal([[80, 80, "0.0.0.0/0"]]);
    expect(workspace.printed).to.include("users cannot log in");
  });

  it("gets it in place: only the rule of port 80 is replaced", async () => {
    await workspace.succeed("config", "rm", "--path", "web.cloudFront", "--stack", "dev");
    const changes = await workspace.previewChanges("dev");
    expect(changes).to.have.members([
      "create beo-edge",
      "create beo-edge-secret",
      "create beo-edge-cloudfront",
      "update beo-s3-static-cors",
      "replace beo-net-instances-in",
      "update beo-eb-web",
      "update beo-eb-worker",
    ]);
    workspace.printed = "";
    await up();
    expect(workspace.printed).not.to.include("users cannot log in");
  });

  it("is served over HTTPS, by CloudFront alone", async () => {
    const { host, config, tags } = await findDistribution();
    expect(host).to.match(/^[a-z0-9]+\.cloudfront\.net$/);
    const outputs = await workspace.outputs("dev");
    expect(outputs).to.include({ url: `https://${host}` });
    expect(outputs.readme).to.include(`https://${host}`);
    expect(config?.Origins?.Items?.[0]).to.deep.include({
      DomainName: `${name}.us-west-1.elasticbeanstalk.com`,
    });
    expect(config?.DefaultCacheBehavior).to.include({ ViewerProtocolPolicy: "redirect-to-https" });
    expect(tags?.Items).to.deep.include.members([
      { Key: "Project", Value: "beo-datastore" },
      { Key: "Environment", Value: "dev" },
      { Key: "ManagedBy", Value: "Pulumi" },
    ]);
    const { PrefixLists: [list] = [] } = await aws.ec2.send(
      new DescribeManagedPrefixListsCommand({
        Filters: [{ Name: "prefix-list-name", Values: ["com.amazonaws.global.cloudfront.origin-facing"] }],
      }),
    );
    expect(await getSources()).to.deep.equal([[80, 80, list?.PrefixListId]]);
  });

  it("tells the application CloudFront's host, and how to know its requests", async () => {
    const { host, config } = await findDistribution();
    const [header, ...others] = config?.Origins?.Items?.[0]?.CustomHeaders?.Items ?? [];
    expect(others).to.deep.equal([]);
    expect(header?.HeaderName).to.equal("X-Origin-Verify");
    const secret = header?.HeaderValue ?? "";
    expect(secret).to.match(/^[A-Za-z0-9]{32}$/);
    const hosts = { DJANGO_ALLOWED_HOSTS: `${host} ${name}.us-west-1.elasticbeanstalk.com` };
    const hash = createHash("sha256").update(secret).digest("hex");
    expect(await getProperties(name)).to.include({ ...hosts, ORIGIN_VERIFY_SHA256: hash });
    const worker = await getProperties(`${name}-worker`);
    expect(worker).to.include(hosts);
    expect(worker).not.to.have.property("ORIGIN_VERIFY_SHA256");
    const { output } = await workspace.quietly("stack", "export", "--stack", "dev");
    expect(output + workspace.printed).not.to.include(secret);
  });

  it("does not change in a second preview, nor after a refresh", async () => {
    expect(await workspace.previewChanges("dev")).to.deep.equal([]);
    await workspace.succeed("preview", "--refresh", "--expect-no-changes", "--stack", "dev");
    expect(workspace.beo("drift", "dev")).to.include({ code: 0 });
  });

  it("leaves nothing when it is destroyed", async () => {
    await workspace.succeed("destroy", "--yes", "--skip-preview", "--stack", "dev");
    expect(await leftIn(aws)).to.deep.equal([]);
  });
});
