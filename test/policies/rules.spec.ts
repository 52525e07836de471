import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { describe, it } from "mocha";
import { unknown } from "../../plan/values";
import { apply, defaultConfigOf } from "../../policies/context";
import { policyOf } from "../../policies/pack";
import type { Props, Resource } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { unknownCheckingProxy } from "../../policies/unknown";

let count = 0;
function resource(type: string, props: Props = {}, refersTo: Record<string, Resource[]> = {}): Resource {
  count += 1;
  return {
    urn: `urn:pulumi:prod::p::${type}::r${count}`,
    type,
    name: `r${count}`,
    props: unknownCheckingProxy(props),
    protect: false,
    refersTo: (input) => (refersTo[input] ?? []).map(({ urn }) => urn),
  };
}

function broken(name: string, resources: Resource[], config: object = {}, stack = "prod"): string[] {
  const rule = rules.find((candidate) => candidate.name === name);
  if (rule === undefined) {
    throw new Error(`no rule ${name}`);
  }
  return apply(rule, resources, stack, { ...defaultConfigOf(rule), ...config }).map(({ message }) => message);
}

const database = (props: Props = {}) => resource("aws:rds/instance:Instance", props);

describe("a rule", () => {
  it("is a file of its name, in the table of all rules", () => {
    const files = readdirSync(join(__dirname, "../../policies/rules")).filter((file) => file !== "index.ts");
    expect(files.map((file) => file.replace(/\.ts$/, ""))).to.have.members(rules.map(({ name }) => name));
  });

  it("says what it demands, how bad it is, what to do and where to read", () => {
    for (const rule of rules) {
      const { framework, ...facts } = policyOf(rule);
      expect(facts).to.include({ name: rule.name, enforcementLevel: rule.level, severity: rule.severity });
      expect(facts.description, rule.name).to.match(/^[A-Z].{15,}\.$/);
      expect(facts.remediationSteps, rule.name).to.match(/^[A-Z].{10,}\.$/);
      expect(facts.url, rule.name).to.match(/^https:\/\//);
      expect(framework === undefined, rule.name).to.equal(rule.controls.length === 0);
    }
  });

  it("tells absent from false and from 'false'", () => {
    const values = [false, "false", true, "true", undefined];
    expect(
      values.map(
        (publiclyAccessible) => broken("rds-instance-is-private", [database({ publiclyAccessible })]).length,
      ),
    ).to.deep.equal([0, 0, 1, 1, 1]);
  });

  it("leaves an unknown value for the update, and still sees what is known beside it", () => {
    expect(broken("rds-instance-is-private", [database({ publiclyAccessible: unknown })])).to.deep.equal([]);
    const cookies = (value: string) =>
      broken("app-cookies-are-secure", [
        resource("aws:elasticbeanstalk/environment:Environment", {
          settings: [
            { namespace: "aws:elasticbeanstalk:application:environment", name: "SQL_HOST", value: unknown },
            {
              namespace: "aws:elasticbeanstalk:application:environment",
              name: "SESSION_COOKIE_SECURE",
              value,
            },
            {
              namespace: "aws:elasticbeanstalk:application:environment",
              name: "CSRF_COOKIE_SECURE",
              value: "0",
            },
          ],
        }),
      ]);
    expect(cookies(unknown)).to.deep.equal(['CSRF_COOKIE_SECURE has to be exactly "1".']);
    expect(cookies("true")).to.have.length(2);
    for (const rule of rules) {
      const everything =
        "types" in rule
          ? rule.types.map((type) => resource(type, { settings: unknown, policy: unknown }))
          : [];
      expect(() => broken(rule.name, everything), rule.name).not.to.throw();
    }
  });

  it("lets a resource pass that is exempted with a reason", () => {
    const open = database({ publiclyAccessible: true });
    expect(broken("rds-instance-is-private", [open])).to.have.length(1);
    const exemptions = { [open.name]: "a test of nothing but exemptions" };
    expect(broken("rds-instance-is-private", [open], { exemptions })).to.deep.equal([]);
  });

  it("takes its thresholds and stacks from the configuration", () => {
    const short = [database({ backupRetentionPeriod: 7, multiAz: false })];
    expect(broken("rds-backups-are-kept", short)).to.deep.equal([]);
    expect(broken("rds-backups-are-kept", short, { minimumDays: 14 })).to.deep.equal([
      "backupRetentionPeriod has to be 14 days or more.",
    ]);
    expect(broken("rds-has-standby", short, {}, "live")).to.deep.equal([]);
    expect(broken("rds-has-standby", short, { productionStacks: ["live"] }, "live")).to.have.length(1);
  });

  it("takes a stack that it does not know for what its tags say, and not one that it knows", () => {
    const tagged = (Environment: unknown) => [database({ multiAz: false, tags: { Environment } })];
    expect(broken("rds-has-standby", tagged("prod"), {}, "alice")).to.have.length(1);
    expect(broken("rds-has-standby", tagged("dev"), {}, "alice")).to.deep.equal([]);
    expect(broken("rds-has-standby", tagged("dev"), {}, "prod")).to.have.length(1);
    expect(broken("rds-has-standby", tagged(unknown), {}, "alice")).to.deep.equal([]);
    const web = (Environment: string, APP_ENV: string) =>
      resource("aws:elasticbeanstalk/environment:Environment", {
        tags: { Environment },
        settings: [
          { namespace: "aws:elasticbeanstalk:application:environment", name: "APP_ENV", value: APP_ENV },
        ],
      });
    expect(broken("eb-web-has-https", [web("dev", "dev")], {}, "alice")).to.deep.equal([]);
    expect(broken("eb-web-has-https", [web("prod", "prod")], {}, "alice")).to.have.length(3);
    expect(broken("app-env-is-the-stack", [web("dev", "prod")], {}, "alice")).to.have.length(1);
    expect(broken("app-env-is-the-stack", [web("dev", "dev")], {}, "alice")).to.deep.equal([]);
  });
});

describe("rds-subnets-have-no-internet-gateway", () => {
  const stack = (gateway: boolean) => {
    const internet = resource(
      `aws:ec2/${gateway ? "internetGateway:InternetGateway" : "natGateway:NatGateway"}`,
    );
    const subnet = resource("aws:ec2/subnet:Subnet");
    const table = resource("aws:ec2/routeTable:RouteTable");
    return [
      internet,
      subnet,
      table,
      resource("aws:ec2/route:Route", {}, { routeTableId: [table], gatewayId: [internet] }),
      resource(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {},
        { routeTableId: [table], subnetId: [subnet] },
      ),
      resource("aws:rds/subnetGroup:SubnetGroup", {}, { subnetIds: [subnet] }),
    ];
  };

  it("sees a route to an internet gateway, and not one to another", () => {
    expect(broken("rds-subnets-have-no-internet-gateway", stack(true))).to.have.length(1);
    expect(broken("rds-subnets-have-no-internet-gateway", stack(false))).to.deep.equal([]);
    expect(broken("rds-subnets-are-of-the-stack", stack(false))).to.deep.equal([]);
  });
});

describe("the rules on security groups", () => {
  const forms = (port: number, cidr: string) => [
    resource("aws:ec2/securityGroup:SecurityGroup", {
      ingress: [{ protocol: "tcp", fromPort: port, toPort: port, cidrBlocks: [cidr] }],
    }),
    resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
      type: "ingress",
      protocol: "tcp",
      fromPort: port,
      toPort: port,
      cidrBlocks: [cidr],
    }),
    resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      ...(cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr }),
    }),
  ];

  it("see all three ways to write them", () => {
    expect(broken("sg-opens-web-ports-only", forms(443, "0.0.0.0/0"))).to.deep.equal([]);
    expect(broken("sg-opens-web-ports-only", forms(8000, "0.0.0.0/0"))).to.have.length(3);
    expect(broken("sg-opens-no-high-risk-port", forms(22, "0.0.0.0/0"))).to.have.length(3);
    expect(broken("sg-opens-no-high-risk-port", forms(22, "10.0.0.0/8"))).to.deep.equal([]);
    expect(broken("sg-database-takes-groups", forms(5432, "10.0.0.0/8"))).to.have.length(3);
  });

  it("see the whole world in IPv6, and let ways out be", () => {
    expect(broken("sg-opens-no-high-risk-port", forms(22, "::/0").slice(2))).to.have.length(1);
    const out = resource("aws:ec2/securityGroupRule:SecurityGroupRule", {
      type: "egress",
      protocol: "-1",
      fromPort: 0,
      toPort: 0,
      cidrBlocks: ["0.0.0.0/0"],
    });
    expect(broken("sg-opens-no-high-risk-port", [out])).to.deep.equal([]);
  });
});

describe("the rules on policies", () => {
  const iam = (statement: object) =>
    resource("aws:iam/rolePolicy:RolePolicy", { policy: JSON.stringify({ Statement: statement }) });

  it("see one statement that is not in a list, and actions that are", () => {
    expect(
      broken("iam-allows-not-everything", [iam({ Effect: "Allow", Action: ["*"], Resource: ["*"] })]),
    ).to.have.length(1);
    expect(
      broken("iam-allows-not-everything", [iam({ Effect: "Deny", Action: "*", Resource: "*" })]),
    ).to.deep.equal([]);
  });

  it("allow all of S3 on named buckets only", () => {
    const s3 = (Resource: string) =>
      broken("iam-names-actions", [iam({ Effect: "Allow", Action: "s3:*", Resource })]);
    expect(s3("arn:aws:s3:::beo-media/*")).to.deep.equal([]);
    expect(s3("*")).to.have.length(1);
    expect(s3("arn:aws:s3:::*")).to.have.length(1);
  });
});

describe("the rules on companions", () => {
  it("know them by reference and by name, in both spellings of the type", () => {
    const byReference = resource("aws:s3/bucketV2:BucketV2");
    const byName = resource("aws:s3/bucket:Bucket", { bucket: "named" });
    const alone = resource("aws:s3/bucket:Bucket", { bucket: "alone" });
    const block = (props: Props, refersTo: Record<string, Resource[]>) =>
      resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", props, refersTo);
    const resources = [
      byReference,
      byName,
      alone,
      block({ bucket: unknown }, { bucket: [byReference] }),
      block({ bucket: "named" }, {}),
    ];
    const rule = rules.find(({ name }) => name === "s3-bucket-has-public-access-block")!;
    const known = resources.filter(({ name }) => name !== resources[3]?.name);
    expect(
      apply(rule, resources, "prod", defaultConfigOf(rule)).map((one) => one.resource.name),
    ).to.not.include(byReference.name);
    expect(apply(rule, known, "prod", defaultConfigOf(rule)).map((one) => one.resource)).to.deep.equal([
      byReference,
      alone,
    ]);
  });
});
