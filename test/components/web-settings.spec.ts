import { expect } from "chai";
import { describe, it } from "mocha";
import {
  Beanstalk,
  type BeanstalkArgs,
  BeoDatastore,
  type BeoDatastoreArgs,
  Certificate,
  Firewall,
  Network,
} from "../../components";
import { findZone } from "../../components/dns-record";
import { record } from "../../plan/record";
import { answers, exampleOutputs } from "../support/examples";
import { run, type Run, valueOf } from "../support/run";

const webAclArn =
  "arn:aws:wafv2:us-west-1:123456789012:regional/webacl/company/11111111-2222-3333-4444-555555555555";
const loadBalancerArn =
  "arn:aws:elasticloadbalancing:us-west-1:123456789012:loadbalancer/app/awseb--AWSEB-abc/0123456789abcdef";
const beanstalk: BeanstalkArgs = {
  applicationName: "beo",
  vpcId: "vpc-1",
  instanceSubnetIds: ["subnet-1", "subnet-2"],
  instanceSecurityGroupId: "sg-instances",
  loadBalancerSecurityGroupId: "sg-lb",
  certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/1",
};
const datastore: BeoDatastoreArgs = {
  applicationName: "beo-prod",
  environment: "prod",
  appUrl: "https://beo.example.com",
  supportEmail: "support@example.com",
  domain: "api.example.com",
  hostedZone: "example.com",
};

type Setting = Record<"namespace" | "name" | "value", string>;

/** The options of an environment as "namespace name = value". */
function getOptions(made: Run, environment: string): string[] {
  const settings = made.inputs(environment).settings as Setting[];
  return settings.map(({ namespace, name, value }) => `${namespace} ${name} = ${value}`).sort();
}

/** What the arguments add to the options of an environment, and what they remove. */
async function compare(changes: Partial<BeanstalkArgs>, environment = "b-web") {
  const before = getOptions(await run(() => new Beanstalk("b", beanstalk)), environment);
  const after = getOptions(await run(() => new Beanstalk("b", { ...beanstalk, ...changes })), environment);
  return {
    added: after.filter((option) => !before.includes(option)),
    removed: before.filter((option) => !after.includes(option)),
  };
}

// Names and values: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html.
describe("the settings of a load balancer", () => {
  it("sets the options of the health check, which are otherwise Elastic Beanstalk's", async () => {
    const web = {
      healthCheckInterval: 30,
      healthCheckTimeout: 10,
      healthyThreshold: 2,
      unhealthyThreshold: 4,
    };
    const namespace = "aws:elasticbeanstalk:environment:process:default";
    expect(await compare({ web })).to.deep.equal({
      added: [
        `${namespace} HealthCheckInterval = 30`,
        `${namespace} HealthCheckTimeout = 10`,
        `${namespace} HealthyThresholdCount = 2`,
        `${namespace} UnhealthyThresholdCount = 4`,
      ],
      removed: [],
    });
  });

  it("sets scheme, addresses, idle timeout and security policy", async () => {
    expect(
      await compare({
        web: { internal: true, idleTimeout: 600, tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" },
      }),
    ).to.deep.equal({
      added: [
        "aws:ec2:vpc ELBScheme = internal",
        "aws:elbv2:listener:443 SSLPolicy = ELBSecurityPolicy-TLS13-1-2-2021-06",
        "aws:elbv2:loadbalancer IdleTimeout = 600",
      ],
      removed: [
        "aws:ec2:vpc ELBScheme = public",
        "aws:elbv2:listener:443 SSLPolicy = ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
        "aws:elbv2:loadbalancer IdleTimeout = 300",
      ],
    });
    expect(await compare({ web: { ipAddressType: "dualstack" } })).to.deep.equal({
      added: ["aws:elbv2:loadbalancer IpAddressType = dualstack"],
      removed: [],
    });
  });

  it("opens the load balancer to the allowed networks only, by a rule for each", async () => {
    const getRules = (made: Run) =>
      made.resources
        .filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"))
        .map(({ name }) => {
          const { fromPort, cidrIpv4, cidrIpv6, referencedSecurityGroupId } = made.inputs(name);
          return `${name} ${String(fromPort)} ${cidrIpv6 === undefined ? "" : "IPv6 "}${String(cidrIpv4 ?? cidrIpv6 ?? referencedSecurityGroupId)}`;
        })
        .sort();
    const allowedCidrs = ["203.0.113.0/24", "2001:db8::/32"];
    expect(getRules(await run(() => new Network("n", { allowedCidrs })))).to.deep.equal([
      "n-instances-in 80 sg-n-load-balancer",
      "n-load-balancer-in-443-2001-db8---32 443 IPv6 2001:db8::/32",
      "n-load-balancer-in-443-203.0.113.0-24 443 203.0.113.0/24",
      "n-load-balancer-in-80-2001-db8---32 80 IPv6 2001:db8::/32",
      "n-load-balancer-in-80-203.0.113.0-24 80 203.0.113.0/24",
    ]);
    expect(getRules(await run(() => new Network("n", { allowedCidrs, loadBalanced: false })))).to.deep.equal([
      "n-instances-in-2001-db8---32 80 IPv6 2001:db8::/32",
      "n-instances-in-203.0.113.0-24 80 203.0.113.0/24",
    ]);
    // EC2 refuses a second rule for the same network, such as one that is created before the first is deleted.
    expect(
      getRules(await run(() => new Network("n", { allowedCidrs: ["0.0.0.0/0", "2001:db8::/32"] }))),
    ).to.include.members(["n-load-balancer-in-443 443 0.0.0.0/0", "n-load-balancer-in-80 80 0.0.0.0/0"]);
    expect(getRules(await run(() => new Network("n", { ipv6: true })))).to.deep.equal([
      "n-instances-in 80 sg-n-load-balancer",
      "n-load-balancer-in-443 443 0.0.0.0/0",
      "n-load-balancer-in-443-ipv6 443 IPv6 ::/0",
      "n-load-balancer-in-80 80 0.0.0.0/0",
      "n-load-balancer-in-80-ipv6 80 IPv6 ::/0",
    ]);
  });
});

describe("the settings of instances and deployments", () => {
  it("sets the root volume and the batches of both environments", async () => {
    const settings = {
      rootVolumeSize: 100,
      rootVolumeIops: 6000,
      rootVolumeThroughput: 500,
      deploymentPolicy: "Rolling",
      deploymentBatchSize: 1,
      deploymentBatchSizeType: "Fixed",
    } as const;
    for (const [changes, environment] of [
      [{ web: settings }, "b-web"],
      [{ worker: settings }, "b-worker"],
    ] as const) {
      const { added } = await compare(changes, environment);
      expect(added).to.deep.equal([
        "aws:autoscaling:launchconfiguration RootVolumeIOPS = 6000",
        "aws:autoscaling:launchconfiguration RootVolumeSize = 100",
        "aws:autoscaling:launchconfiguration RootVolumeThroughput = 500",
        "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateEnabled = true",
        "aws:autoscaling:updatepolicy:rollingupdate RollingUpdateType = Health",
        "aws:elasticbeanstalk:command BatchSize = 1",
        "aws:elasticbeanstalk:command BatchSizeType = Fixed",
        "aws:elasticbeanstalk:command DeploymentPolicy = Rolling",
      ]);
    }
    expect((await compare({ worker: { rootVolumeType: "gp2" } }, "b-worker")).added).to.deep.equal([
      "aws:autoscaling:launchconfiguration RootVolumeType = gp2",
    ]);
  });

  it("replaces the instances every week", async () => {
    for (const environment of ["b-web", "b-worker"]) {
      expect(await compare({ platform: { instanceReplacement: true } }, environment)).to.deep.equal({
        added: ["aws:elasticbeanstalk:managedactions:platformupdate InstanceRefreshEnabled = true"],
        removed: [],
      });
    }
  });

  it("grants the instances of both environments further permissions, in a policy of their own", async () => {
    const platform: BeanstalkArgs["platform"] = {
      instanceStatements: [
        { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::reference/*"] },
        { effect: "Deny", actions: ["s3:PutObject"], resources: ["*"] },
      ],
    };
    const made = await run(() => new Beanstalk("b", { ...beanstalk, platform }));
    for (const part of ["web", "worker"]) {
      const { policy, role } = made.inputs(`b-${part}-instances-own`);
      expect(role).to.equal(`b-${part}-instances`);
      expect(JSON.parse(String(policy))).to.deep.equal({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::reference/*"] },
          { Effect: "Deny", Action: ["s3:PutObject"], Resource: ["*"] },
        ],
      });
    }
    const names = (await run(() => new Beanstalk("b", beanstalk))).resources.map(({ name }) => name);
    expect(names.filter((name) => name.endsWith("-own"))).to.deep.equal([]);
  });
});

describe("further domains", () => {
  it("are in the certificate, each validated in its own zone", async () => {
    const made = await run(
      () =>
        new Certificate("c", {
          domain: "api.example.com",
          hostedZone: "example.com",
          additionalDomains: { "api.example.org": "Z1ORG" },
        }),
    );
    expect(made.inputs("c-certificate")).to.deep.equal({
      domainName: "api.example.com",
      subjectAlternativeNames: ["api.example.org"],
      validationMethod: "DNS",
    });
    expect(made.inputs("c-validation")).to.deep.include({ zoneId: "Z0EXAMPLE", name: "_x.api.example.com" });
    expect(made.inputs("c-validation-api.example.org")).to.deep.include({
      zoneId: "Z1ORG",
      name: "_x.api.example.org",
      records: ["_y.acm-validations.aws"],
    });
    expect(made.inputs("c-issued").validationRecordFqdns).to.have.length(2);
  });

  it("lead to the web environment, and Django and the buckets accept them", async () => {
    const made = await run(
      () =>
        new BeoDatastore("b", {
          ...datastore,
          additionalDomains: ["www.example.com", "api.eu.example.org"],
          additionalHostedZones: ["example.org"],
          web: { ipAddressType: "dualstack", additionalHosts: ["old.example.net"] },
        }),
    );
    const records = made.resources.filter(({ name }) => name.startsWith("b-address")).map(({ name }) => name);
    expect(
      records.map((name) => `${name} ${String(made.inputs(name).type)} ${String(made.inputs(name).name)}`),
    ).to.have.members([
      "b-address A api.example.com",
      "b-address-ipv6 AAAA api.example.com",
      "b-address-www.example.com A www.example.com",
      "b-address-www.example.com-ipv6 AAAA www.example.com",
      "b-address-api.eu.example.org A api.eu.example.org",
      "b-address-api.eu.example.org-ipv6 AAAA api.eu.example.org",
    ]);
    expect(getOptions(made, "b-eb-web")).to.include(
      "aws:elasticbeanstalk:application:environment DJANGO_ALLOWED_HOSTS = api.example.com beo-prod.us-west-1.elasticbeanstalk.com www.example.com api.eu.example.org old.example.net",
    );
    const cors = JSON.stringify(made.inputs("b-s3-static-cors"));
    expect(cors).to.include('"https://www.example.com"').and.include('"https://api.eu.example.org"');
  });

  it("use the zone that contains them most closely", () => {
    const zones = ["example.com", "example.org", "eu.example.org"];
    expect(findZone("api.eu.example.org", zones)).to.equal("eu.example.org");
    expect(findZone("api.example.org", zones)).to.equal("example.org");
    expect(findZone("eu.example.org", zones)).to.equal("eu.example.org");
    expect(findZone("myexample.com", zones)).to.equal(undefined);
  });

  it("are records to create by hand with a certificate of your own", async () => {
    let records: unknown;
    await run(async () => {
      const { dnsRecords } = new BeoDatastore("b", {
        ...datastore,
        hostedZone: undefined,
        certificateArn: "arn:aws:acm:us-west-1:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef",
        additionalDomains: ["www.example.com"],
      });
      records = await valueOf(dnsRecords);
    });
    const toRecord = (name: string) => ({
      name,
      type: "CNAME",
      value: "beo-prod.us-west-1.elasticbeanstalk.com",
      purpose: "Address of the application",
    });
    expect((records as unknown[]).slice(0, 2)).to.deep.equal([
      toRecord("api.example.com"),
      toRecord("www.example.com"),
    ]);
  });
});

describe("Firewall", () => {
  it("has AWS's common rules without the limit of bodies, known bad inputs, and a limit of requests", async () => {
    const made = await run(() => new Firewall("f", { tags: { Project: "beo" } }));
    expect(made.counts()).to.deep.equal({ WebAcl: 1 });
    const { rules, ...acl } = made.inputs("f-acl");
    const metric = (metricName: string) => ({
      visibilityConfig: { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true },
    });
    expect(acl).to.deep.equal({
      description: "Managed rules for the web environment",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      ...metric("firewall"),
      tags: { Project: "beo" },
    });
    // WAF API reference: RateBasedStatement, ManagedRuleGroupStatement, RuleActionOverride.
    expect(rules).to.deep.equal([
      {
        name: "rate-limit",
        priority: 0,
        action: { block: {} },
        statement: {
          rateBasedStatement: { limit: 2000, evaluationWindowSec: 300, aggregateKeyType: "IP" },
        },
        ...metric("firewall-rate-limit"),
      },
      {
        name: "AWSManagedRulesCommonRuleSet",
        priority: 1,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: {
            vendorName: "AWS",
            name: "AWSManagedRulesCommonRuleSet",
            ruleActionOverrides: [{ name: "SizeRestrictions_BODY", actionToUse: { count: {} } }],
          },
        },
        ...metric("firewall-AWSManagedRulesCommonRuleSet"),
      },
      {
        name: "AWSManagedRulesKnownBadInputsRuleSet",
        priority: 2,
        overrideAction: { none: {} },
        statement: {
          managedRuleGroupStatement: { vendorName: "AWS", name: "AWSManagedRulesKnownBadInputsRuleSet" },
        },
        ...metric("firewall-AWSManagedRulesKnownBadInputsRuleSet"),
      },
    ]);
  });
});

describe("a BeoDatastore with a firewall", () => {
  const getAssociations = (made: Run) =>
    made.resources
      .filter(({ type }) => type.endsWith(":WebAclAssociation"))
      .map(({ name }) => ({ name, ...made.inputs(name) }));
  const managed = "arn:aws:wafv2:us-west-1:123456789012:regional/webacl/b-firewall-acl/1";
  const maintenance = "arn:aws:wafv2:us-west-1:123456789012:regional/webacl/b-maintenance-acl/1";

  for (const [title, web, webAcl] of [
    ["associates the web ACL of an ARN", { firewall: webAclArn }, webAclArn],
    ["associates the managed one", { firewall: "managed" }, managed],
    [
      "lets maintenance take its place, by the same association",
      { firewall: "managed", maintenance: true },
      maintenance,
    ],
    ["lets maintenance take the place of an ARN", { firewall: webAclArn, maintenance: true }, maintenance],
    ["has the association of maintenance alone under the same name", { maintenance: true }, maintenance],
  ] as const) {
    it(title, async () => {
      const made = await run(() => new BeoDatastore("b", { ...datastore, web }));
      expect(getAssociations(made)).to.deep.equal([
        { name: "b-web-acl", resourceArn: loadBalancerArn, webAclArn: webAcl },
      ]);
      expect(made.resource("b-web-acl").deleteBeforeReplace).to.equal(true);
      expect(made.warnings.filter((text) => text.includes("web ACL"))).to.deep.equal([]);
    });
  }

  it("says that it takes the place of another web ACL", async () => {
    const runWith = (firewall: string, found: Record<string, string>) =>
      record(
        {
          project: "beo-datastore",
          stack: "dev",
          config: { "aws:region": "us-west-1" },
          outputs: exampleOutputs,
          invoke: (token, ...rest) =>
            token === "aws:wafv2/getWebAcl:getWebAcl" ? found : answers(token, ...rest),
        },
        () => new BeoDatastore("b", { ...datastore, web: { firewall } }),
      );
    const other = await runWith("managed", {
      id: "a1b2c3d4",
      arn: webAclArn,
      name: "company",
      description: "",
    });
    expect(other.error).to.equal(undefined);
    const getWarnings = ({ warnings }: typeof other) => warnings.filter((text) => text.includes("web ACL"));
    expect(getWarnings(other)).to.deep.equal([
      "The load balancer has the web ACL company of AWS WAF. web.firewall takes its place.",
    ]);
    const same = await runWith(webAclArn, {
      id: "a1b2c3d4",
      arn: webAclArn,
      name: "company",
      description: "",
    });
    expect(getWarnings(same)).to.deep.equal([]);
  });
});

describe("the outputs that people need", () => {
  it("name the load balancer, its group and the roles", async () => {
    const made: Record<string, unknown> = {};
    await run(async () => {
      const beo = new BeoDatastore("b", datastore);
      for (const name of [
        "loadBalancerArn",
        "loadBalancerDnsName",
        "loadBalancerSecurityGroupId",
        "webInstanceRoleName",
        "workerInstanceRoleName",
        "serviceRoleName",
      ] as const) {
        made[name] = await valueOf(beo[name]);
      }
    });
    expect(made).to.deep.equal({
      loadBalancerArn,
      loadBalancerDnsName: "awseb--AWSEB-abc-1234567890.us-west-1.elb.amazonaws.com",
      loadBalancerSecurityGroupId: "sg-b-net-load-balancer",
      webInstanceRoleName: "b-eb-web-instances",
      workerInstanceRoleName: "b-eb-worker-instances",
      serviceRoleName: "b-eb-service",
    });
  });
});

describe("the rules of the web settings", () => {
  const single: BeoDatastoreArgs["web"] = { singleInstance: true };
  const withoutDomain = { domain: undefined, hostedZone: undefined };
  const refused: [changes: Partial<BeoDatastoreArgs>, message: string][] = [
    [
      { web: { allowedCidrs: ["0.0.0.0/0", "203.0.113.0/24"] } },
      "web.allowedCidrs contains 0.0.0.0/0, which is every address, beside 203.0.113.0/24. Remove one or the other.",
    ],
    [
      { web: { allowedCidrs: ["0.0.0.0/0"] } },
      "web.allowedCidrs is 0.0.0.0/0, which is every address, as by default. Remove it.",
    ],
    [
      { web: { allowedCidrs: ["0.0.0.0/0", "::/0"], ipAddressType: "dualstack" } },
      "web.allowedCidrs is 0.0.0.0/0 and ::/0, which is every address, as by default. Remove it.",
    ],
    [
      { web: { allowedCidrs: ["2001:db8::/32"] } },
      "web.allowedCidrs has IPv6 networks only, 2001:db8::/32, but web.ipAddressType is ipv4: no client would reach the application. Add an IPv4 network, or set web.ipAddressType to dualstack.",
    ],
    [
      { ...withoutDomain, web: { ...single, allowedCidrs: ["::/0"] } },
      "web.allowedCidrs has IPv6 networks only, ::/0, but web.ipAddressType is ipv4: no client would reach the application. Add an IPv4 network.",
    ],
    [
      {
        web: {
          allowedCidrs: ["203.0.113.0/24", "2001:db8::/32"],
          maintenanceCidrs: ["203.0.113.7/32", "198.51.100.0/24"],
        },
      },
      "web.maintenanceCidrs[1] is 198.51.100.0/24, which is not in web.allowedCidrs (203.0.113.0/24, 2001:db8::/32): its requests get no answer. Add it there, or remove it.",
    ],
    [
      { web: { allowedCidrs: ["203.0.113.0/24", "10.1.0.0/16"] } },
      "web.allowedCidrs contains 10.1.0.0/16, but requests to public addresses come from public ones. Expected the public addresses of these networks, or web.internal.",
    ],
    [
      {
        web: {
          maintenanceCidrs: [
            "203.0.113.0/24",
            "10.0.0.0/8",
            "192.168.1.0/24",
            "172.16.0.0/12",
            "100.64.0.0/10",
          ],
        },
      },
      "web.maintenanceCidrs contains 10.0.0.0/8, 192.168.1.0/24, 172.16.0.0/12, 100.64.0.0/10, but requests to public addresses come from public ones. Expected the public addresses of these networks, or web.internal.",
    ],
    [
      { web: { allowedCidrs: ["203.0.113.0/24"] }, monitoring: { healthCheck: true } },
      "monitoring.healthCheck is true, but web.allowedCidrs is set. Route 53 checks the domain from its own public addresses, which get no answer. Set it to false: then an outside check of your own has to take its place.",
    ],
    [
      { web: { internal: true }, monitoring: { healthCheck: true } },
      "monitoring.healthCheck is true, but web.internal is true. Route 53 checks the domain from its own public addresses, which get no answer. Set it to false: then an outside check of your own has to take its place.",
    ],
    [
      { ...withoutDomain, web: { ...single, internal: true } },
      "web.internal is true, but web.singleInstance is true. It needs a load balancer. Set web.singleInstance to false, or remove web.internal.",
    ],
    [
      { ...withoutDomain, web: { ...single, firewall: "managed" } },
      'web.firewall is "managed", but web.singleInstance is true. It needs a load balancer. Set web.singleInstance to false, or remove web.firewall.',
    ],
    [
      { ...withoutDomain, web: { ...single, ipAddressType: "dualstack" } },
      "web.ipAddressType is dualstack, but web.singleInstance is true. It needs a load balancer. Set web.singleInstance to false, or remove web.ipAddressType.",
    ],
    [
      { web: { internal: true, ipAddressType: "dualstack" } },
      "web.ipAddressType is dualstack, but web.internal is true. Internal load balancers have IPv4 addresses only.",
    ],
    [
      { web: { idleTimeout: 300, uploadLimit: 500 } },
      "web.idleTimeout is 300, but a request may take 750 seconds with a web.uploadLimit of 500. Expected 750 or more.",
    ],
    [
      { web: { healthCheckTimeout: 15 } },
      "web.healthCheckTimeout is 15, but web.healthCheckInterval is 15 by default. Expected fewer seconds than the interval.",
    ],
    [
      { web: { healthCheckInterval: 5 } },
      "web.healthCheckTimeout is 5 by default, but web.healthCheckInterval is 5. Expected fewer seconds than the interval.",
    ],
    [
      { ...withoutDomain, additionalDomains: ["www.example.com"] },
      "additionalDomains is set, but domain is missing. Set domain to the first of them.",
    ],
    [
      { additionalDomains: ["api.example.com"] },
      'additionalDomains[0] is "api.example.com", which is domain. Expected further host names.',
    ],
    [
      { additionalDomains: ["www.example.com", "www.example.org"] },
      'additionalDomains[1] is "www.example.org", which is neither in hostedZone, "example.com", nor in one of additionalHostedZones. Add its zone to additionalHostedZones, or use certificateArn.',
    ],
    [
      { additionalHostedZones: ["example.org"] },
      'additionalHostedZones[0] is "example.org", but none of additionalDomains is in that zone, or hostedZone contains it. Remove it.',
    ],
    [
      { worker: { deploymentBatchSize: 3, deploymentBatchSizeType: "Fixed", maxSize: 2 } },
      "worker.deploymentBatchSize is 3 instances (worker.deploymentBatchSizeType is Fixed), but worker.maxSize is 2. Expected 2 or fewer.",
    ],
    [
      { web: { deploymentBatchSizeType: "Fixed", maxSize: 4 } },
      "web.deploymentBatchSize is 50 instances (the default, and web.deploymentBatchSizeType is Fixed), but web.maxSize is 4. Expected 4 or fewer.",
    ],
    // EBS User Guide, "Amazon EBS volume types".
    [
      { web: { rootVolumeIops: 16001 } },
      "web.rootVolumeIops is 16001. Expected 3000 to 10000 for gp3 with 20 GiB.",
    ],
    [
      { worker: { rootVolumeIops: 2999 } },
      "worker.rootVolumeIops is 2999. Expected 3000 to 10000 for gp3 with 20 GiB.",
    ],
    [{ worker: { rootVolumeType: "io1" } }, "worker.rootVolumeIops is missing, but io1 volumes need it."],
    [
      { worker: { rootVolumeType: "io1", rootVolumeIops: 1001 } },
      "worker.rootVolumeIops is 1001. Expected 100 to 1000 for io1 with 20 GiB.",
    ],
    [
      { web: { rootVolumeType: "gp2", rootVolumeIops: 3000 } },
      "web.rootVolumeIops is set, but gp2 volumes have I/O operations by their size. Remove it, or use gp3.",
    ],
    [
      { web: { rootVolumeType: "gp2", rootVolumeThroughput: 250 } },
      "web.rootVolumeThroughput is set, but gp2 volumes have no throughput of their own. Remove it, or use gp3.",
    ],
    [
      { web: { rootVolumeThroughput: 751 } },
      "web.rootVolumeThroughput is 751. Expected at most 750, a quarter of web.rootVolumeIops (3000).",
    ],
  ];

  const create = (changes: Partial<BeoDatastoreArgs>) =>
    record(
      {
        project: "beo-datastore",
        stack: "dev",
        config: { "aws:region": "us-west-1" },
        outputs: exampleOutputs,
        invoke: answers,
      },
      () => new BeoDatastore("b", { ...datastore, ...changes }),
    );

  for (const [changes, message] of refused) {
    it(`refuses ${JSON.stringify(changes)}`, async () => {
      expect((await create(changes)).error?.message).to.equal(message);
    });
  }

  it("accepts what goes together", async () => {
    for (const changes of [
      { web: { allowedCidrs: ["0.0.0.0/0", "2001:db8::/32"] }, monitoring: { healthCheck: true } },
      { web: { allowedCidrs: ["10.0.0.0/8", "fd00::/8"], internal: true } },
      { web: { maintenanceCidrs: ["10.0.0.0/8", "192.168.1.0/24", "100.64.0.0/10"], internal: true } },
      { web: { allowedCidrs: ["2001:db8::/32"], ipAddressType: "dualstack" } },
      { web: { allowedCidrs: ["0.0.0.0/0"], ipAddressType: "dualstack" } },
      { web: { allowedCidrs: ["203.0.113.0/25", "203.0.113.128/25"], maintenanceCidrs: ["203.0.113.0/24"] } },
      { ...withoutDomain, web: { ...single, allowedCidrs: ["203.0.113.7/32"] } },
      { web: { idleTimeout: 750, uploadLimit: 500, healthCheckInterval: 61, healthCheckTimeout: 60 } },
      { web: { rootVolumeIops: 10000, rootVolumeThroughput: 1000 } },
      { worker: { rootVolumeType: "io1", rootVolumeIops: 1000 } },
      { worker: { deploymentBatchSize: 80, maxSize: 2 } },
    ] satisfies Partial<BeoDatastoreArgs>[]) {
      expect((await create(changes)).error?.message, JSON.stringify(changes)).to.equal(undefined);
    }
  });
});
